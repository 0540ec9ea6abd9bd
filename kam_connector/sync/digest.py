"""This week's digests, from what the store knows now."""

from __future__ import annotations

from datetime import datetime

from kam_connector.kam.assess import assess
from kam_connector.kam.digest.decisions import decisions
from kam_connector.kam.digest.weekly import Digest, weekly_digests
from kam_connector.kam.settings import KamSettings
from kam_connector.ports import Store
from kam_connector.sync.derive import HISTORY

__all__ = ["read_digests"]


def read_digests(store: Store, settings: KamSettings, *, now: datetime) -> tuple[Digest, ...]:
    """Return what everybody should decide this week; nothing is kept.

    Args:
        store: Where everything is.
        settings: The method and the language.
        now: Aware instant.
    """
    as_of = now.date()
    ids = [key.account_id for key in store.key_accounts()]
    asked = [
        question
        for facts in store.facts(ids, since=now - HISTORY, before=as_of)
        for question in decisions(assess(facts, as_of=as_of, now=now, settings=settings))
    ]
    return weekly_digests(asked, as_of=as_of, settings=settings.digest)
