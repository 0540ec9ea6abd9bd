"""A plan that people have worked on: one account with something in every section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.opening import opening_plan
from kam_connector.kam.plan_today import plan_today
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kept import Kept, KeptRecords
from kam_connector.model.money import Money
from kam_connector.model.plan import Action, Level, Nature, Objective, Theme
from kam_connector.model.plan_content import (
    CommunicationCharter,
    Competitor,
    Exclusivity,
    Partnership,
    PlanFrame,
    PlanSection,
    Risk,
    SectionKind,
    SharedSpace,
    SharedValue,
    SharedValueKind,
    SpaceKind,
    SwotItem,
    SwotQuadrant,
    Tactic,
)
from kam_connector.model.programme import Maturity, Programme

Told = Callable[..., AccountFacts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Makes the records of one plan."""

    as_of: date
    now: datetime

    def programme(self, maturity: Maturity = Maturity.ADVANCED) -> Programme:
        """The programme, which asks for everything unless told otherwise."""
        return Programme(id="prg", name="Key accounts", maturity=maturity)

    def words(self, kind: SectionKind, body: str = "Words", **changes: Any) -> PlanSection:
        """What Claire wrote today."""
        values: dict[str, Any] = {
            "id": f"sec-{kind.value}",
            "account_id": "acc_1",
            "kind": kind,
            "body": body,
            "written_by": "usr_1",
            "written_on": self.as_of,
        }
        return PlanSection(**(values | changes))

    def frame(self, **changes: Any) -> PlanFrame:
        """A frame with the customer's goals and the partnership we want."""
        values: dict[str, Any] = {
            "id": "frame",
            "account_id": "acc_1",
            "customer_goals": ("Halve emissions by 2030",),
            "vision": "Their first partner for storage",
            "partnership": Partnership.PREFERRED,
            "partnership_wanted": Partnership.STRATEGIC,
            "exclusivity": Exclusivity.MUTUAL,
        }
        return PlanFrame(**(values | changes))

    def swot(self, quadrant: SwotQuadrant, **changes: Any) -> SwotItem:
        """A line of the SWOT, written today."""
        values: dict[str, Any] = {
            "id": f"swot-{quadrant.value}",
            "account_id": "acc_1",
            "quadrant": quadrant,
            "text": f"A {quadrant.value}",
            "impact": 3,
            "written_by": "usr_1",
            "written_on": self.as_of,
        }
        return SwotItem(**(values | changes))

    def risk(self, **changes: Any) -> Risk:
        """A grave risk, looked after."""
        values: dict[str, Any] = {
            "id": "risk",
            "account_id": "acc_1",
            "text": "The merger stalls the renewal",
            "probability": 4,
            "impact": 5,
            "owner_id": "usr_1",
            "mitigation": "Two sponsors, one on each side",
            "trigger": "The integration office is named",
        }
        return Risk(**(values | changes))

    def shared(self, kind: SharedValueKind, **changes: Any) -> SharedValue:
        """Something from which both sides gain."""
        values: dict[str, Any] = {
            "id": f"shared-{kind.value}",
            "account_id": "acc_1",
            "kind": kind,
            "text": f"Together: {kind.value}",
            "benefit_us": "A reference",
            "benefit_them": "Half the downtime",
        }
        return SharedValue(**(values | changes))

    def objective(self, id_: str = "own", **changes: Any) -> Objective:
        """An objective that Claire set: smart in all five ways."""
        values: dict[str, Any] = {
            "id": id_,
            "account_id": "acc_1",
            "title": "Grow storage revenue in Spain",
            "reason": "their goal is to halve emissions",
            "level": Level.STRATEGIC,
            "metric": "revenue.storage",
            "baseline": Decimal(400),
            "target": Decimal(600),
            "due": date(2027, 6, 30),
            "theme": Theme.REVENUE,
            "nature": Nature.QUANTITATIVE,
            "owner_id": "usr_1",
            "customer_shared": True,
            "made_by": "usr_1",
            "set_on": date(2026, 6, 30),
        }
        return Objective(**(values | changes))

    def action(self, id_: str = "act", **changes: Any) -> Action:
        """An action that Claire asked for, due in a month."""
        values: dict[str, Any] = {
            "id": id_,
            "account_id": "acc_1",
            "title": "Workshop on storage in Madrid",
            "reason": "opens the door to Spain",
            "due": date(2026, 12, 20),
            "owner_id": "usr_1",
            "created_on": self.as_of,
            "success_indicator": "A pilot is agreed",
            "made_by": "usr_1",
        }
        return Action(**(values | changes))

    def everything(self) -> list[Kept]:
        """One record of every sort."""
        return [
            self.programme(),
            self.frame(),
            self.words(SectionKind.SUMMARY, "From supplier to partner."),
            *(self.swot(quadrant, objective_id="own") for quadrant in SwotQuadrant),
            Competitor(
                id="rival",
                account_id="acc_1",
                name="Voltra",
                product_line="Storage",
                strength=4,
                contract_ends_on=date(2027, 3, 31),
            ),
            Tactic(
                id="tactic",
                account_id="acc_1",
                text="Start from the pilot plant",
                objective_id="own",
                owner_id="usr_1",
            ),
            self.risk(),
            *(self.shared(kind) for kind in SharedValueKind),
            CommunicationCharter(
                id="charter",
                account_id="acc_1",
                cadence="monthly",
                joint_goals=("One forecast",),
            ),
            SharedSpace(
                id="space",
                account_id="acc_1",
                kind=SpaceKind.CUSTOMER_PORTAL,
                name="Portal",
                url="https://portal.example.com",
            ),
        ]


@pytest.fixture(name="room")
def _room(make: Any) -> Room:
    """Return the maker of records."""
    return Room(as_of=make.as_of, now=make.now)


@pytest.fixture(name="told")
def _told(make: Any) -> Told:
    """Make Nordwind with an open plan and what people told of it."""

    def tell(*records: Kept, **changes: Any) -> AccountFacts:
        plan = opening_plan("acc_1", as_of=date(2026, 6, 30), now=datetime(2026, 6, 30, tzinfo=UTC))
        values = {"plan": plan, "kept": KeptRecords.holding(records)}
        facts: AccountFacts = make.nordwind(**(values | changes))
        turnover = Money(amount=Decimal(90_000_000), currency="EUR")
        account = replace(facts.account, industry="Energy", turnover=turnover)
        return replace(facts, account=account)

    return tell


@pytest.fixture(name="whole")
def _whole(told: Told, room: Room) -> AccountFacts:
    """A plan with something in every section."""
    return told(*room.everything(), objectives=(room.objective(),), actions=(room.action(),))


@pytest.fixture(name="basis_of")
def _basis_of(make: Any) -> Callable[..., PlanBasis]:
    """Read facts as of today."""

    def read(
        facts: AccountFacts,
        *,
        settings: KamSettings | None = None,
        language: Language | None = None,
    ) -> PlanBasis:
        return plan_today(
            facts, as_of=make.as_of, now=make.now, settings=settings, language=language
        )

    return read
