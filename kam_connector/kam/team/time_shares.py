"""Time promised to accounts against time given, per person over all accounts (S1.19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.model.account_team import Teammate

__all__ = ["PersonTime", "TimeIssue", "time_shares"]

_WHOLE = Decimal(100)


class TimeIssue(StrEnum):
    """What is wrong with somebody's time."""

    OVERBOOKED = "overbooked"
    """More than their whole time is promised, over all accounts."""
    OVERWORKED = "overworked"
    """More than their whole time is given."""
    MORE_THAN_AGREED = "more_than_agreed"
    LESS_THAN_AGREED = "less_than_agreed"
    NOT_AGREED = "not_agreed"
    """Nobody who leads them has agreed."""
    NOT_KNOWN = "not_known"
    """No share was ever named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTime:
    """One of ours with all their accounts."""

    user_id: str
    agreed: Decimal | None
    """Percent, over all accounts; None: no account names any."""
    actual: Decimal | None
    accounts: tuple[str, ...]
    issues: tuple[tuple[TimeIssue, str | None], ...]
    """(what, account); None: over all accounts."""


def time_shares(
    team: Iterable[Teammate], *, as_of: date, settings: ProgrammeSettings | None = None
) -> tuple[PersonTime, ...]:
    """Return everybody's time over all accounts, those with most wrong first."""
    limits = settings or ProgrammeSettings()
    found: dict[str, list[Teammate]] = {}
    for one in sorted(team, key=lambda mate: (mate.account_id, mate.id)):
        if one.serves_on(as_of):
            found.setdefault(one.user_id, []).append(one)
    rows = [_person(user_id, own, limits) for user_id, own in found.items()]
    return tuple(sorted(rows, key=lambda row: (-len(row.issues), row.user_id)))


def _person(user_id: str, own: list[Teammate], limits: ProgrammeSettings) -> PersonTime:
    agreed = _sum(one.time_share_agreed for one in own)
    actual = _sum(one.time_share_actual for one in own)
    issues: list[tuple[TimeIssue, str | None]] = []
    if agreed is not None and agreed > _WHOLE:
        issues.append((TimeIssue.OVERBOOKED, None))
    if actual is not None and actual > _WHOLE:
        issues.append((TimeIssue.OVERWORKED, None))
    for one in own:
        issues += [(issue, one.account_id) for issue in _issues(one, limits)]
    return PersonTime(
        user_id=user_id,
        agreed=agreed,
        actual=actual,
        accounts=tuple(dict.fromkeys(one.account_id for one in own)),
        issues=tuple(issues),
    )


def _issues(one: Teammate, limits: ProgrammeSettings) -> list[TimeIssue]:
    if one.time_share_agreed is None:
        return [TimeIssue.NOT_KNOWN]
    found = [] if one.agreed_by else [TimeIssue.NOT_AGREED]
    if one.time_share_actual is not None:
        more = one.time_share_actual - one.time_share_agreed
        if more > limits.time_slack:
            found.append(TimeIssue.MORE_THAN_AGREED)
        elif -more > limits.time_slack:
            found.append(TimeIssue.LESS_THAN_AGREED)
    return found


def _sum(shares: Iterable[Decimal | None]) -> Decimal | None:
    known = [one for one in shares if one is not None]
    return sum(known, Decimal(0)) if known else None
