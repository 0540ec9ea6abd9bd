"""Occasions that call for a playbook: from findings, tenders, incidents, handovers, feasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kam_connector.kam.journey.incidents import incidents
from kam_connector.kam.journey.tenders import tender_windows
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.account import RenewalCycle
from kam_connector.model.account_team import Handover, HandoverKind
from kam_connector.model.identity import kam_id
from kam_connector.model.journey import PlaybookKind
from kam_connector.model.kind import Kind
from kam_connector.model.plan import ActionState
from kam_connector.model.signal import Signal, SignalKind, SignalState

__all__ = ["Occasion", "cycle_of", "occasions", "signal_period"]

_BY_FINDING = {
    "new_decision_maker": PlaybookKind.NEW_DECISION_MAKER,
    "contact_left": PlaybookKind.CHAMPION_LEFT,
    "reorganisation": PlaybookKind.STRATEGIC_CHANGE,
    "strategic_change": PlaybookKind.STRATEGIC_CHANGE,
    "renewal_window": PlaybookKind.RENEWAL,
    "tender_announced": PlaybookKind.TENDER,
    "tender_window": PlaybookKind.TENDER,
    "incident_major": PlaybookKind.CRISIS,
    "escalation": PlaybookKind.CRISIS,
    "celebration_due": PlaybookKind.CELEBRATION,
}
"""Which playbook answers a finding, by its kind's value."""
_RECORDS = ("tender", "case", "moment", "about")
"""Keys of a finding's evidence that name the record it is about."""
_UNFINISHED = {ActionState.OPEN, ActionState.WAITING}
_LIVE = {SignalState.ACTIVE, SignalState.ACKNOWLEDGED, SignalState.IN_PROGRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One thing that calls for a playbook, for as long as it holds."""

    kind: PlaybookKind
    about: str
    """The same for the same occasion: a record's id, or a finding's key and dated fact."""
    reason: str
    """One sentence that names it."""
    severity: str
    target: date | None = None
    contact_id: str | None = None
    opportunity_id: str | None = None
    signal_keys: tuple[str, ...] = ()
    """Findings that say the same: none of them makes an action of its own."""
    fresh: bool = True
    """Whether a run may begin: False of what somebody has begun to handle otherwise."""


def occasions(situation: Situation, signals: Sequence[Signal]) -> list[Occasion]:
    """Return what calls for a playbook tonight, once each, whatever tells of it."""
    found = {(one.kind, one.about): one for one in _of_records(situation)}
    for told in _of_findings(situation, signals):
        known = found.get((told.kind, told.about)) or _same(told, found.values())
        joined = _joined(known, told) if known else told
        found[joined.kind, joined.about] = joined
    return list(found.values())


def signal_period(signal: Signal) -> str:
    """Return the dated fact a finding stands on, as text."""
    return str(signal.evidence.get("anchor") or signal.first_seen.isoformat())


def cycle_of(situation: Situation, signal: Signal) -> RenewalCycle | None:
    """Return the renewal cycle that a finding is about."""
    contract = signal.evidence.get("contract")
    for cycle in situation.renewals:
        by_deal = cycle.opportunity_id is not None and cycle.opportunity_id == signal.opportunity_id
        if by_deal or (contract is not None and cycle.contract_id == contract):
            return cycle
    return None


def _same(told: Occasion, known: Iterable[Occasion]) -> Occasion | None:
    """Return the record's occasion that a finding speaks of: its key names the record."""
    for one in known:
        record = one.about.partition("@")[0]
        if one.kind is told.kind and any(key.endswith(f":{record}") for key in told.signal_keys):
            return one
    return None


def _joined(known: Occasion, told: Occasion) -> Occasion:
    """Return an occasion told twice: by its record, and by findings about it."""
    return Occasion(
        kind=known.kind,
        about=known.about,
        reason=known.reason,
        severity=known.severity,
        target=known.target or told.target,
        contact_id=known.contact_id or told.contact_id,
        opportunity_id=known.opportunity_id or told.opportunity_id,
        signal_keys=tuple(sorted({*known.signal_keys, *told.signal_keys})),
        fresh=known.fresh and told.fresh,
    )


def _of_records(situation: Situation) -> Iterator[Occasion]:
    facts, as_of, settings = situation.facts, situation.as_of, situation.settings
    for window in tender_windows(facts, as_of, settings=settings):
        if window.open:
            yield Occasion(
                kind=PlaybookKind.TENDER,
                about=window.tender.id,
                reason=window.reason,
                severity="warning",
                target=window.decides_on,
                contact_id=window.tender.sponsor_contact_id,
                opportunity_id=window.tender.opportunity_id,
                fresh=window.told,
            )
    for incident in incidents(facts, as_of, settings=settings):
        yield Occasion(
            kind=PlaybookKind.CRISIS,
            about=incident.about,
            reason=incident.words,
            severity="critical",
            contact_id=incident.contact_id,
            fresh=not incident.over,
        )
    yield from _of_handovers(situation)


def _of_handovers(situation: Situation) -> Iterator[Occasion]:
    users = situation.facts.users
    for one in situation.facts.kept.of(Handover):
        if one.kind is not HandoverKind.KAM_CHANGE or one.closed_on is not None:
            continue
        before, after = users.get(one.from_user_id or ""), users.get(one.to_user_id or "")
        yield Occasion(
            kind=PlaybookKind.KAM_HANDOVER,
            about=one.id,
            reason=situation.settings.say(
                "The account goes from {before} to {after} on {day}",
                before=before.name if before else None,
                after=after.name if after else None,
                day=one.opened_on,
            ),
            severity="warning",
        )


def _of_findings(situation: Situation, signals: Sequence[Signal]) -> Iterator[Occasion]:
    for signal in signals:
        kind = _BY_FINDING.get(signal.kind.value)
        if kind is None or signal.state not in _LIVE or not _counts(situation, signal):
            continue
        cycle = cycle_of(situation, signal) if kind is PlaybookKind.RENEWAL else None
        yield Occasion(
            kind=kind,
            about=_about(signal, cycle),
            reason=signal.summary,
            severity=signal.severity.value,
            target=cycle.decision if cycle else _feast(situation, signal),
            contact_id=signal.contact_id,
            opportunity_id=signal.opportunity_id,
            signal_keys=(signal.key,),
            fresh=signal.state is SignalState.ACTIVE and not _handled(situation, signal),
        )


def _counts(situation: Situation, signal: Signal) -> bool:
    """Tell whether a finding is grave enough: of those who left, sponsors and deciders alone."""
    if signal.kind is not SignalKind.CONTACT_LEFT:
        return True
    return bool(KEY_PROFILES & situation.profiles.get(signal.contact_id or "", frozenset()))


def _handled(situation: Situation, signal: Signal) -> bool:
    """Tell whether an action of its own was made for a finding before playbooks were on."""
    own = kam_id(Kind.TASK, "kam", f"{signal.key}@{signal_period(signal)}")
    return any(
        action.id == own or (action.signal_key == signal.key and action.state in _UNFINISHED)
        for action in situation.facts.actions
    )


def _feast(situation: Situation, signal: Signal) -> date | None:
    """Return the day of an occasion to celebrate that still lies ahead."""
    on = signal.evidence.get("occasion")
    day = date.fromisoformat(on) if isinstance(on, str) else None
    return day if day and day >= situation.as_of else None


def _about(signal: Signal, cycle: RenewalCycle | None) -> str:
    if cycle is not None:
        return f"{cycle.id}@{cycle.decision}"
    named = (signal.evidence.get(key) for key in _RECORDS)
    record = next((one for one in named if isinstance(one, str)), None)
    return record or f"{signal.key}@{signal_period(signal)}"
