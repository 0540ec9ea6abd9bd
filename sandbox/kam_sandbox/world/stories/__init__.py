"""The stories an account manager knows, each in a module that tells its plot."""

from __future__ import annotations

from collections.abc import Callable

from kam_sandbox.world.author import Author
from kam_sandbox.world.stories import (
    awkward,
    champion_silent,
    growing,
    nordwind,
    one_thread,
    plan_overdue,
    quarterly_sponsor,
    reorganisation,
    resignation,
    stalled,
    steady,
    unseen_mail,
)

__all__ = ["KEY_ACCOUNTS", "STORIES"]

STORIES: dict[int, Callable[[Author], None]] = {
    nordwind.BLOCK: nordwind.write,
    unseen_mail.BLOCK: unseen_mail.write,
    quarterly_sponsor.BLOCK: quarterly_sponsor.write,
    reorganisation.BLOCK: reorganisation.write,
    stalled.BLOCK: stalled.write,
    growing.BLOCK: growing.write,
    champion_silent.BLOCK: champion_silent.write,
    one_thread.BLOCK: one_thread.write,
    plan_overdue.BLOCK: plan_overdue.write,
    **steady.STORIES,
    awkward.BLOCK: awkward.write,
    **resignation.STORIES,
}
"""By block of numbers: what writes it."""

KEY_ACCOUNTS = tuple(block for block in STORIES if block != awkward.BLOCK)
"""Blocks whose first Account is a key account: twelve, and twelve of one who resigns."""
