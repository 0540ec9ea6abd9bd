"""Tenders: what is out or expected, its window, and what to do when (S2.36)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kam_connector.kam.people import departures
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Voice, phrase
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import Tender, TenderKind, TenderState
from kam_connector.model.kept import kept_id

__all__ = ["TenderStep", "TenderWindow", "tender_windows"]

_LIVE = {TenderState.EXPECTED, TenderState.PUBLISHED, TenderState.SUBMITTED}
_DECIDED = {TenderState.WON, TenderState.LOST}
_MONTH_DAYS = 30.4375
"""A twelfth of 365.25 days: a cycle in months is known to the month, not to the day."""
_BEFORE_END = 180
"""A customer who buys by tender publishes about this long before the contract ends. Our
choice: as long as our own renewal window, so that a winner can take over in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderStep:
    """One step of the way to a good offer."""

    on: date
    text: str
    passed: bool
    """Whether its day lies behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderWindow:
    """One tender that is out or expected."""

    tender: Tender
    told: bool
    """False: expected by the rule alone, from a contract's end or an earlier tender's cycle."""
    opens_on: date
    """When we should be at work on it."""
    decides_on: date
    """The submission's day, or the day on which it is expected."""
    open: bool
    timeline: tuple[TenderStep, ...]
    missing: tuple[str, ...]
    """What a win still wants, in words."""
    reason: str


def tender_windows(
    facts: AccountFacts, as_of: date, *, settings: KamSettings | None = None
) -> tuple[TenderWindow, ...]:
    """Return the tenders that are out, expected or to be expected, the nearest first.

    Periodic ones come back after their cycle. Where a customer buys by tender, the end of each
    contract in force is expected to bring one, until a person says otherwise.
    """
    settings = settings or KamSettings()
    told = facts.kept.of(Tender)
    live = [(one, True) for one in told if one.state in _LIVE]
    known = {one.id for one in told}
    guessed = [(one, False) for one in _expected(facts, as_of, settings) if one.id not in known]
    windows = [_window(facts, one, as_of, settings, told=by) for one, by in (*live, *guessed)]
    return tuple(
        sorted((one for one in windows if one), key=lambda one: (one.decides_on, one.tender.id))
    )


def _expected(facts: AccountFacts, as_of: date, settings: KamSettings) -> Iterator[Tender]:
    """Yield tenders that nobody told of and that experience expects."""
    ahead = as_of + timedelta(days=settings.journey.tender_ahead_days)
    told = facts.kept.of(Tender)
    periodic = [one for one in told if one.kind is TenderKind.PERIODIC]
    for one in periodic:
        last = one.due_on or one.published_on or one.expected_on
        if one.state in _DECIDED and one.cycle_months and last:
            again = last + timedelta(days=round(one.cycle_months * _MONTH_DAYS))
            if as_of <= again <= ahead:
                yield _again(one, again)
    spoken = {one.contract_id for one in told}
    for contract in facts.contracts if periodic else ():
        if contract.active is False or contract.ends_on is None or contract.id in spoken:
            continue
        on = contract.ends_on - timedelta(days=_BEFORE_END)
        if as_of <= contract.ends_on and on <= ahead:
            yield _of_contract(facts, contract.id, contract.number, on, settings.say)


def _again(tender: Tender, on: date) -> Tender:
    return replace(
        tender,
        id=kept_id(Tender, tender.account_id, tender.id, "again", on),
        state=TenderState.EXPECTED,
        expected_on=on,
        published_on=None,
        due_on=None,
        win_plan=None,
        opportunity_id=None,
    )


def _of_contract(
    facts: AccountFacts, contract_id: str, number: str, on: date, say: Voice
) -> Tender:
    return Tender(
        id=kept_id(Tender, facts.account.id, contract_id),
        account_id=facts.account.id,
        title=say("Tender for contract {number}", number=number or contract_id),
        kind=TenderKind.PERIODIC,
        state=TenderState.EXPECTED,
        expected_on=on,
        contract_id=contract_id,
    )


def _window(
    facts: AccountFacts, tender: Tender, as_of: date, settings: KamSettings, *, told: bool
) -> TenderWindow | None:
    day = tender.due_on or tender.published_on or tender.expected_on
    if day is None:
        return None
    opens = min(day, tender.published_on or day) - timedelta(
        days=settings.journey.tender_window_days
    )
    return TenderWindow(
        tender=tender,
        told=told,
        opens_on=opens,
        decides_on=day,
        open=opens <= as_of or tender.published_on is not None,
        timeline=_timeline(day, as_of, settings.say),
        missing=tuple(settings.say(text) for text in _missing(facts, tender)),
        reason=_reason(tender, day, settings.say, told=told),
    )


def _reason(tender: Tender, day: date, say: Voice, *, told: bool) -> str:
    text = phrase("{title}: expected on {day}")
    if tender.due_on:
        text = phrase("{title}: offers are due on {day}")
    elif not told:
        text = phrase("{title}: to be expected around {day}")
    return say(text, title=tender.title, day=day)


_STEPS = (
    (180, phrase("Learn the criteria and who weighs them; mobilise the sponsor")),
    (120, phrase("Show the value delivered, in the customer's own numbers")),
    (60, phrase("Bring the offer's team together and write the win plan")),
    (20, phrase("Decide whether we bid, with our executive sponsor")),
    (5, phrase("Have the offer read by somebody who did not write it")),
    (0, phrase("Hand the offer in")),
    (-30, phrase("Ask for the reasons, won or lost, and write them down")),
)
"""Days before the decision, and what then. Our choice: half a year is when criteria can still be
shaped (S2.36 prepare value, mobilise sponsors); the last month is for writing."""


def _timeline(day: date, as_of: date, say: Voice) -> tuple[TenderStep, ...]:
    steps = ((day - timedelta(days=before), text) for before, text in _STEPS)
    return tuple(TenderStep(on=on, text=say(text), passed=on < as_of) for on, text in steps)


def _missing(facts: AccountFacts, tender: Tender) -> Iterator[str]:
    if not tender.win_plan:
        yield phrase("There is no win plan")
    if not tender.sponsor_contact_id:
        yield phrase("No sponsor on their side is named")
    elif tender.sponsor_contact_id in departures(facts, {}):
        yield phrase("The sponsor named for it has left")
    if tender.value is None:
        yield phrase("Its value is not known")
    if tender.incumbent is None:
        yield phrase("Who holds the contract today is not written down")
