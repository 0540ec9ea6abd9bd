"""kam whitespace show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.cli.reading import language_option
from kam_connector.errors import UsageError
from kam_connector.language import Language, Voice, phrase

if TYPE_CHECKING:
    from kam_connector.kam.whitespace.matrix import Whitespace, WhitespaceCell
    from kam_connector.kam.whitespace.windows import OfferWindow

__all__ = ["show"]

_NO_ACTIVITIES = datetime(9999, 1, 1, tzinfo=UTC)
"""What a customer buys follows from no meeting: none is read."""
_BEST = 20
"""Opportunities of the whole portfolio. Our choice: a screen."""
_HEAD = (
    phrase("product line"),
    phrase("what is so"),
    phrase("twelve months"),
    phrase("share of wallet"),
    phrase("opportunity"),
    phrase("margin"),
    phrase("confidence"),
)


@command(
    "show",
    click.argument("account", required=False),
    language_option,
    help="Show what key accounts buy, could buy, and when competitors' contracts end.",
)
def show(session: Session, *, account: str | None, language: str | None) -> Result:
    """Show one account's product lines, or the best opportunities of all."""
    from kam_connector.kam.whitespace.matrix import whitespace  # noqa: PLC0415 - heavy
    from kam_connector.sync.market import known_market  # noqa: PLC0415 - heavy

    store, settings = session.app.store, session.config.kam.settings()
    if language is not None:
        settings = replace(settings, language=Language(language))
    today = session.app.clock.now().date()
    chosen = [one.account_id for one in store.key_accounts()]
    if account is not None:
        wanted = find_account(store, account)
        if wanted.id not in chosen:
            text = f"{wanted.name} is no key account."
            raise UsageError(text, code="KAM-7042", hint="kam account list  shows those.")
        chosen = [wanted.id]
    market = known_market(store, as_of=today, settings=settings)
    names = {one.id: one.name for one in store.accounts()}
    found = [
        whitespace(facts, as_of=today, market=market, settings=settings)
        for facts in store.facts(chosen, since=_NO_ACTIVITIES)
    ]
    say = settings.say
    lines = _one(found[0], names, say) if account and found else _all(found, names, say)
    return Result(data={"accounts": [_data(one) for one in found]}, lines=lines)


def _data(found: Whitespace) -> dict[str, object]:
    """Return the matrix with what is computed from it."""
    return {
        "account_id": found.account_id,
        "as_of": found.as_of,
        "currency": found.currency,
        "held": found.held,
        "eligible": found.eligible,
        "penetration_percent": found.penetration_percent,
        "lines": found.lines,
        "cells": found.cells,
        "windows": found.windows,
    }


def _one(found: Whitespace, names: dict[str, str], say: Voice) -> list[str]:
    told = say("Product lines held: {held} of {eligible}", held=found.held, eligible=found.eligible)
    lines = [names.get(found.account_id, found.account_id), f"  {told}"]
    lines += table([say(one) for one in _HEAD], [_row(one, say) for one in found.lines])
    lines += [f"  {one.product_line}: {one.reason}" for one in found.lines]
    lines += _windows(found.windows, found.as_of, names, say)
    empty = "No product line is known: import a catalogue or revenue."
    return lines if found.lines else [lines[0], f"  {empty}"]


def _all(found: Iterable[Whitespace], names: dict[str, str], say: Voice) -> list[str]:
    listed = list(found)
    best = sorted(
        (one for each in listed for one in each.opportunities),
        key=lambda one: (
            one.margin is None,
            -(one.margin.amount if one.margin else 0),
            -(one.opportunity.amount if one.opportunity else 0),
            one.account_id,
        ),
    )[:_BEST]
    rows = [(names.get(one.account_id, one.account_id), *_row(one, say)) for one in best]
    head = (say("account"), *(say(one) for one in _HEAD))
    lines = table(head, rows) or ["No opportunity is known."]
    for one in listed:
        lines += _windows(one.windows, one.as_of, names, say)
    return lines


def _row(cell: WhitespaceCell, say: Voice) -> Sequence[object]:
    share = cell.wallet_share_percent
    return (
        cell.product_line,
        say.name(cell.state),
        say.word(cell.current),
        None if share is None else f"{say.number(share)} %",
        *(say.word(one) for one in (cell.opportunity, cell.margin)),
        say.name(cell.confidence) if cell.confidence else None,
    )


def _windows(
    windows: Iterable[OfferWindow], today: date, names: dict[str, str], say: Voice
) -> list[str]:
    return [f"  {_window(one, today, names, say)}" for one in windows]


def _window(one: OfferWindow, today: date, names: dict[str, str], say: Voice) -> str:
    said = say(
        "{account}, {line}: the contract of {competitor} ends on {day}.",
        account=names.get(one.account_id, one.account_id),
        line=one.product_line,
        competitor=one.competitor or say("a competitor"),
        day=one.ends,
    )
    if today < one.opens:
        return f"{said} {say('The window opens on {day}.', day=one.opens)}"
    return f"{said} {say('The window is open since {day}.', day=one.opens)}"
