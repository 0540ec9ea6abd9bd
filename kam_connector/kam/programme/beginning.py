"""What a programme begins with: itself, the shipped criteria, the method's rituals (S1.08)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from kam_connector.kam.programme.criteria import SHIPPED_CRITERIA
from kam_connector.kam.programme.methods import asked_method
from kam_connector.kam.programme.page import programme_of
from kam_connector.kam.programme.rituals import missing_rituals
from kam_connector.language import Voice, phrase
from kam_connector.model.kept import Kept, KeptRecords, kept_id
from kam_connector.model.programme import (
    Criterion,
    Maturity,
    Pillar,
    Programme,
    Ritual,
    RitualKind,
)

__all__ = ["begun_programme"]

_RITUALS: Mapping[RitualKind, tuple[str, Pillar, int, str]] = {
    RitualKind.PROGRAMME_REVIEW: (
        phrase("Programme review"),
        Pillar.INFRASTRUCTURE,
        91,
        phrase("Does the programme do what it is there for, and is the effort balanced?"),
    ),
    RitualKind.PORTFOLIO_REVIEW: (
        phrase("Portfolio review"),
        Pillar.PLAN,
        28,
        phrase("Which accounts need a decision this month?"),
    ),
    RitualKind.ACCOUNT_REVIEW: (
        phrase("Account review"),
        Pillar.PLAN,
        91,
        phrase("Is the plan still right, and does it bring results?"),
    ),
    RitualKind.TEAM_MEETING: (
        phrase("Team meeting"),
        Pillar.TEAM,
        14,
        phrase("Who does what next, and who needs help?"),
    ),
    RitualKind.EXECUTIVE_REVIEW: (
        phrase("Executive review"),
        Pillar.TEAM,
        182,
        phrase("Whom should our management meet, and what should it decide?"),
    ),
    RitualKind.TRAINING: (
        phrase("Training"),
        Pillar.INFRASTRUCTURE,
        91,
        phrase("What do the teams need to be able to do next?"),
    ),
}
"""Name, pillar, days between, purpose. Our choice: reviews each quarter (a QBR's rhythm), the
portfolio each month, teams each fortnight, management twice a year; whole weeks, so that a
meeting keeps its day of the week."""


def begun_programme(
    kept: KeptRecords,
    *,
    name: str,
    as_of: date,
    say: Voice,
    lead_id: str | None = None,
    sponsor_id: str | None = None,
    maturity: Maturity = Maturity.STARTER,
) -> tuple[Kept, ...]:
    """Return the records a programme begins with; what people told already is left alone.

    Args:
        kept: What people told so far.
        name: What the programme is called.
        as_of: Its first day.
        say: The language of the rituals' names.
        lead_id: Who leads it.
        sponsor_id: Who in management backs it.
        maturity: How much method it begins with.
    """
    found: list[Kept] = []
    programme = programme_of(kept)
    if programme is None:
        programme = Programme(
            id=kept_id(Programme, "programme"),
            name=name,
            lead_id=lead_id,
            sponsor_id=sponsor_id,
            started_on=as_of,
            maturity=maturity,
        )
        found.append(programme)
    if not kept.of(Criterion):
        found += SHIPPED_CRITERIA
    missing = missing_rituals(kept.of(Ritual), asked_method(programme.maturity))
    return (*found, *(_ritual(kind, lead_id, as_of, say) for kind in missing if kind in _RITUALS))


def _ritual(kind: RitualKind, owner_id: str | None, as_of: date, say: Voice) -> Ritual:
    """Return a ritual whose first day is one cadence away, on a working day."""
    name, pillar, days, purpose = _RITUALS[kind]
    first = as_of + timedelta(days=days)
    while first.weekday() >= 5:
        first += timedelta(days=1)
    return Ritual(
        id=kept_id(Ritual, kind.value),
        kind=kind,
        name=say(name),
        pillar=pillar,
        cadence_days=days,
        owner_id=owner_id,
        purpose=say(purpose),
        next_on=first,
    )
