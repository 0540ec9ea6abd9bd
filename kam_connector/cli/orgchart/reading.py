"""What the chart's commands read: one account's people on one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kam_connector.cli.command import Session
from kam_connector.cli.lookup import find_account
from kam_connector.errors import CheckFailed, UsageError
from kam_connector.kam.chart.account_chart import account_chart
from kam_connector.kam.chart.seats import Chart
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.ties import score_contacts
from kam_connector.language import Language, Voice, voice
from kam_connector.model.account import Account
from kam_connector.model.contact import Contact
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kind import Kind
from kam_connector.model.score import StrengthScore
from kam_connector.ports import Store
from kam_connector.sync.derive import HISTORY

__all__ = ["ChartRead", "read_chart"]

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Our choice: outside, it is a slip of the finger; history cannot be counted back from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRead:
    """One account's people."""

    account: Account
    facts: AccountFacts
    chart: Chart
    as_of: date
    strengths: Mapping[str, StrengthScore]
    """As of that day."""
    elsewhere: Mapping[str, Contact]
    settings: KamSettings
    say: Voice


def read_chart(
    session: Session, account: str, *, as_of: datetime | None = None, language: str | None = None
) -> ChartRead:
    """Return an account's people on a day, today when None.

    Raises:
        CheckFailed: It is no key account (KAM-7043).
        UsageError: The day is out of any calendar of people.
    """
    store = session.app.store
    found = find_account(store, account)
    now = session.app.clock.now().astimezone(UTC)
    day = as_of.date() if as_of else now.date()
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        hint = "A day as YYYY-MM-DD, within a human life of today."
        raise UsageError(f"There is no chart of {day}.", hint=hint)
    end = min(now, datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC))
    facts = next(iter(store.facts([found.id], since=end - HISTORY)), None)
    if facts is None:
        hint = "Only key accounts have a chart:  kam account select"
        raise CheckFailed(f"{found.name} is no key account.", code="KAM-7043", hint=hint)
    elsewhere = _moved_on(store, facts)
    settings = session.config.kam.settings()
    chosen = Language(language) if language else settings.language
    return ChartRead(
        account=found,
        facts=facts,
        chart=account_chart(facts, day, elsewhere=elsewhere),
        as_of=day,
        strengths=score_contacts(facts, now=end, settings=settings),
        elsewhere=elsewhere,
        settings=settings,
        say=voice(chosen),
    )


def _moved_on(store: Store, facts: AccountFacts) -> dict[str, Contact]:
    """Return those who had a job here and are at another account today."""
    here = {one.id for one in facts.contacts}
    wanted = {job.contact_id for job in facts.positions} - here
    if not wanted:
        return {}
    return {
        row.id: Contact(
            id=row.id,
            account_id=_text(row.values.get("account")),
            name=_text(row.values.get("name")) or row.id,
            email=_text(row.values.get("email")),
            title=_text(row.values.get("title")),
        )
        for row in store.mirror_rows(Kind.CONTACT)
        if row.id in wanted
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
