"""Too much and too little in one account's team (S1.15 to S1.20)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeAlias

from kam_connector.kam.programme.checks import Measure, MethodCheck, worst_first
from kam_connector.kam.programme.methods import METHODS, MethodProfile
from kam_connector.kam.programme.promises import PromiseState, promise_state
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.kam.team.account_team import AccountTeam, account_team
from kam_connector.kam.team.contact_cover import contact_coverage
from kam_connector.kam.team.executives import executive_pairs
from kam_connector.kam.team.pulse import Trend, pulse_trend
from kam_connector.kam.team.raci import work_items
from kam_connector.kam.team.reach import countries_without_kam, outside_the_kam
from kam_connector.kam.team.time_shares import TimeIssue, time_shares
from kam_connector.language import Language, Voice, voice
from kam_connector.model.account_team import Responsibility, Teammate, TeamPulse
from kam_connector.model.facts import AccountFacts
from kam_connector.model.programme import InternalSla, Maturity

__all__ = ["team_checks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One account with all that its checks look at."""

    facts: AccountFacts
    team: AccountTeam
    everywhere: tuple[Teammate, ...]
    as_of: date
    limits: ProgrammeSettings
    say: Voice

    def check(
        self,
        key: str,
        value: Decimal | int | None,
        low: Decimal | int | None,
        high: Decimal | int | None,
        reason: str,
        **more: str,
    ) -> MethodCheck:
        """Return one check about this account."""
        more.setdefault("source", self.say("our choice"))
        return MethodCheck.between(
            key,
            value,
            low,
            high,
            subject=more.pop("subject", self.facts.account.name),
            reason=reason,
            account_id=self.facts.account.id,
            **more,
        )


_Check: TypeAlias = "Callable[[_Seen], Iterator[MethodCheck]]"


def team_checks(
    facts: AccountFacts,
    as_of: date,
    *,
    everywhere: Iterable[Teammate] = (),
    method: MethodProfile = METHODS[Maturity.STANDARD],
    settings: ProgrammeSettings | None = None,
    say: Voice | None = None,
) -> list[MethodCheck]:
    """Return what is too much and too little in an account's team, by the method in force.

    Args:
        facts: The account.
        as_of: The day.
        everywhere: Everybody on any account's team: time is summed over all of them.
        method: Which checks count.
        settings: Where too little ends and too much begins.
        say: The reader's language.
    """
    seen = _Seen(
        facts=facts,
        team=account_team(facts, as_of),
        everywhere=tuple(everywhere) or facts.kept.of(Teammate),
        as_of=as_of,
        limits=settings or ProgrammeSettings(),
        say=say or voice(Language.EN),
    )
    return worst_first(
        check for key, rule in _CHECKS.items() if method.asks_check(key) for check in rule(seen)
    )


def _size(seen: _Seen) -> Iterator[MethodCheck]:
    low, high = seen.limits.team_size
    n = len(seen.team.core)
    reason = seen.say.count("{n} person in the core team", "{n} people in the core team", n)
    source = seen.say("our choice: one is no team, nine no longer meet as one")
    yield seen.check("team_size", n, low, high, reason, source=source)


def _covered(seen: _Seen) -> Iterator[MethodCheck]:
    cover = contact_coverage(seen.facts, seen.as_of)
    covered, whole = len(cover.contacts) - len(cover.uncovered), len(cover.contacts)
    reason = seen.say(
        "{covered} of {all} contacts have somebody of ours", covered=covered, all=whole
    )
    low = seen.limits.covered_percent
    yield seen.check("contact_covered", _percent(covered, whole), low, None, reason)


def _time(seen: _Seen) -> Iterator[MethodCheck]:
    """Agreed against actual, here and over all accounts."""
    say = seen.say
    for person in time_shares(seen.everywhere, as_of=seen.as_of, settings=seen.limits):
        if person.user_id not in seen.team.user_ids:
            continue
        name = next(one.name for one in seen.team.members if one.user_id == person.user_id)
        whole = max(person.agreed or Decimal(0), person.actual or Decimal(0))
        known = person.agreed is not None or person.actual is not None
        reason = say(
            "agreed {agreed} %, actual {actual} %, over all accounts",
            agreed=person.agreed,
            actual=person.actual,
        )
        asked = {"subject": name, "user_id": person.user_id}
        yield seen.check("time_share", whole if known else None, None, 100, reason, **asked)
        for issue, account_id in person.issues:
            if account_id == seen.facts.account.id and issue in _OFF:
                yield _off(seen, issue, name, person.user_id)


_OFF: Mapping[TimeIssue, Measure] = {
    TimeIssue.MORE_THAN_AGREED: Measure.EXCESS,
    TimeIssue.LESS_THAN_AGREED: Measure.LACK,
}


def _off(seen: _Seen, issue: TimeIssue, name: str, user_id: str) -> MethodCheck:
    place = next(one for one in seen.team.members if one.user_id == user_id)
    agreed = place.time_share_agreed or Decimal(0)
    return MethodCheck(
        key="time_share",
        subject=name,
        measure=_OFF[issue],
        value=place.time_share_actual,
        low=agreed - seen.limits.time_slack,
        high=agreed + seen.limits.time_slack,
        reason=seen.say(
            "{actual} % for this account, {agreed} % are agreed",
            actual=place.time_share_actual,
            agreed=place.time_share_agreed,
        ),
        source=seen.say("our choice: two hours a week are noise"),
        account_id=seen.facts.account.id,
        user_id=user_id,
    )


def _agreed(seen: _Seen) -> Iterator[MethodCheck]:
    declared = [one for one in seen.team.members if one.declared]
    good = sum(one.time_share_agreed is not None and bool(one.agreed_by) for one in declared)
    reason = seen.say(
        "time of {good} of {all} members is agreed with their manager", good=good, all=len(declared)
    )
    yield seen.check("time_agreed", _percent(good, len(declared)), 100, None, reason)


def _executives(seen: _Seen) -> Iterator[MethodCheck]:
    pairs = executive_pairs(seen.facts, seen.as_of)
    late = [one for one in pairs if (one.overdue and one.recorded) or one.broken]
    reason = seen.say.count("{n} pair of executives", "{n} pairs of executives", len(pairs))
    yield seen.check("executive_pair", len(pairs), 1, 5, reason, source=seen.say(
        "our choice: none is no mobilisation, six are a crowd"))  # fmt: skip
    for one in late:
        words = seen.say(
            "{ours} and {theirs}: to meet by {day}, last met {last}",
            ours=one.user_name, theirs=one.contact_name, day=one.due, last=one.last_met,
        )  # fmt: skip
        yield seen.check("executive_pair", 0, 1, None, words)


def _raci(seen: _Seen) -> Iterator[MethodCheck]:
    items = work_items(seen.facts.kept.of(Responsibility), seen.team)
    good = sum(not one.issues for one in items)
    reason = seen.say("{good} of {all} pieces of work are clear", good=good, all=len(items))
    yield seen.check("raci", _percent(good, len(items)) or Decimal(0), 100, None, reason)


def _promises(seen: _Seen) -> Iterator[MethodCheck]:
    own = (None, seen.facts.account.id)
    states = [
        promise_state(one) for one in seen.facts.kept.of(InternalSla) if one.account_id in own
    ]
    measured = [one for one in states if one is not PromiseState.NOT_MEASURED]
    kept = sum(one is PromiseState.KEPT for one in measured)
    reason = seen.say("{good} of {all} measured promises kept", good=kept, all=len(measured))
    low = seen.limits.promises_kept_percent
    yield seen.check("internal_promises", _percent(kept, len(measured)), low, None, reason)


def _pulse(seen: _Seen) -> Iterator[MethodCheck]:
    own = [p for p in seen.facts.kept.of(TeamPulse) if p.account_id == seen.facts.account.id]
    found = pulse_trend(own, as_of=seen.as_of, settings=seen.limits)
    limit = seen.limits.pulse_months * 31
    recent = [one for one in found.rounds if (seen.as_of - one.last_on).days <= limit]
    falling = [asked for asked, trend in found.trends if trend is Trend.DOWN]
    reason = seen.say.count(
        "{n} round within half a year", "{n} rounds within half a year", len(recent)
    )
    yield seen.check("team_pulse", len(recent), 1, 6, reason, source=seen.say(
        "our choice: more than one a month is asked too often"))  # fmt: skip
    if falling:
        names = ", ".join(seen.say(asked) for asked in falling)
        words = seen.say("falling since the round before: {names}", names=names)
        yield seen.check("team_pulse", -len(falling), 0, None, words)


def _local(seen: _Seen) -> Iterator[MethodCheck]:
    missing = countries_without_kam(seen.facts, seen.team, seen.as_of)
    if missing:
        words = seen.say("no local KAM in {countries}", countries=", ".join(missing))
        yield seen.check("local_kam", -len(missing), 0, None, words)


def _outside(seen: _Seen) -> Iterator[MethodCheck]:
    reach = outside_the_kam(seen.facts, seen.team, seen.as_of, seen.limits)
    low, high = seen.limits.outside_percent
    reason = seen.say(
        "{outside} of {all} contacts without the KAM", outside=reach.outside, all=reach.touches
    )
    source = seen.say("our choice: below, all hangs on one person; above, nobody orchestrates")
    yield seen.check("outside_the_kam", reach.outside_percent, low, high, reason, source=source)


def _percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)


_CHECKS: Mapping[str, _Check] = {
    "team_size": _size,
    "contact_covered": _covered,
    "time_share": _time,
    "time_agreed": _agreed,
    "executive_pair": _executives,
    "raci": _raci,
    "internal_promises": _promises,
    "team_pulse": _pulse,
    "local_kam": _local,
    "outside_the_kam": _outside,
}
