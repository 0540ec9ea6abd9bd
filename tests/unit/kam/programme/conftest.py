"""Factories of the programme: a test shows only what matters to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.programme.methods import METHODS
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.model.account import Account, KeyAccount, Stage, User
from kam_connector.model.kept import Kept, KeptRecords
from kam_connector.model.plan import Action, ActionState, Level, Objective, Plan, PlanStatus
from kam_connector.model.programme import (
    Axis,
    Criterion,
    Maturity,
    Pillar,
    Programme,
    Ritual,
    RitualKind,
)

AS_OF = date(2026, 11, 21)


@dataclass
class MakeProgramme:
    """Builds a programme's records with good defaults."""

    as_of: date = AS_OF

    def programme(self, **changes: Any) -> Programme:
        """A programme with a strategy and a lead."""
        values: dict[str, Any] = {
            "id": "programme-1",
            "name": "Key accounts",
            "strategy": "Grow with few",
            "goals": ("innovate together",),
            "lead_id": "usr_lead",
            "sponsor_id": "usr_ceo",
            "started_on": date(2025, 6, 1),
            "maturity": Maturity.STANDARD,
        }
        return Programme(**(values | changes))

    def ritual(self, **changes: Any) -> Ritual:
        """A quarterly account review, held a month ago."""
        values: dict[str, Any] = {
            "id": "ritual-1",
            "kind": RitualKind.ACCOUNT_REVIEW,
            "name": "Account review",
            "pillar": Pillar.PLAN,
            "cadence_days": 90,
            "last_held_on": date(2026, 10, 21),
        }
        return Ritual(**(values | changes))

    def criterion(self, name: str, weight: int, **changes: Any) -> Criterion:
        """A criterion of attractiveness that people score 0 to 100."""
        values: dict[str, Any] = {
            "id": f"criterion-{name}",
            "axis": Axis.ATTRACTIVENESS,
            "name": name,
            "weight": Decimal(weight),
            "low": Decimal(0),
            "high": Decimal(100),
        }
        return Criterion(**(values | changes))

    def objective(self, account_id: str, due: str, **changes: Any) -> Objective:
        """An open objective."""
        values: dict[str, Any] = {
            "id": f"obj-{account_id}-{due}",
            "account_id": account_id,
            "title": "Reach every role",
            "reason": "half of them are known",
            "level": Level.OPERATIONAL,
            "metric": "coverage.percent",
            "baseline": Decimal(50),
            "target": Decimal(100),
            "due": date.fromisoformat(due),
        }
        return Objective(**(values | changes))

    def action(self, account_id: str, due: str, **changes: Any) -> Action:
        """An open action of Claire's."""
        values: dict[str, Any] = {
            "id": f"act-{account_id}-{due}",
            "account_id": account_id,
            "title": "Call",
            "reason": "silence",
            "due": date.fromisoformat(due),
            "owner_id": "usr_1",
            "state": ActionState.OPEN,
            "created_on": date(2026, 10, 1),
        }
        return Action(**(values | changes))

    def portfolio(self, *kept: Kept, count: int = 2, **changes: Any) -> Portfolio:
        """So many key accounts of Claire's, chosen long ago, each with a plan."""
        ids = [f"acc_{place}" for place in range(count)]
        values: dict[str, Any] = {
            "as_of": self.as_of,
            "key_accounts": tuple(
                KeyAccount(
                    account_id=id_, tier="A", stage=Stage.DEVELOPMENT,
                    since=date(2025, 1, 1), reason="rule",
                )
                for id_ in ids
            ),
            "accounts": {id_: Account(id=id_, name=id_.upper(), owner_id="usr_1") for id_ in ids},
            "users": {"usr_1": User(id="usr_1", name="Claire Martin")},
            "plans": tuple(
                Plan(
                    account_id=id_, status=PlanStatus.ACTIVE, next_review=date(2027, 1, 15),
                    updated_at=datetime(2026, 10, 1, tzinfo=UTC),
                )
                for id_ in ids
            ),
            "kept": KeptRecords.holding(kept),
            "method": METHODS[Maturity.ADVANCED],
        }  # fmt: skip
        return Portfolio(**(values | changes))


@pytest.fixture
def programmes() -> MakeProgramme:
    """Return the factories."""
    return MakeProgramme()


@pytest.fixture
def portfolio(programmes: MakeProgramme) -> Callable[..., Portfolio]:
    """Return the factory of portfolios."""
    return programmes.portfolio
