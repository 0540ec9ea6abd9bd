"""Figures with good defaults: a test shows only what matters to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kam_connector.kam.kpis.account import account_kpis
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.model.account import Account, KeyAccount, Stage
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import (
    CostLine,
    KpiValue,
    RevenueLine,
    SurveyAnswer,
    SurveyKind,
    Wallet,
)
from kam_connector.model.kept import Kept, KeptRecords
from kam_connector.model.programme import CostKind
from kam_connector.model.service import Case

AS_OF = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


@dataclass
class Figures:
    """Builds what people import; ids are counted up."""

    as_of: date = AS_OF
    numbers: Any = field(default_factory=lambda: count(1))

    def line(self, month: str, revenue: int | str, **changes: Any) -> RevenueLine:
        """A revenue line in euros."""
        values: dict[str, Any] = {
            "id": f"rev_{next(self.numbers):04}",
            "account_id": "acc_1",
            "month": date.fromisoformat(f"{month}-01"),
            "revenue": Decimal(revenue),
            "currency": "EUR",
        }
        return RevenueLine(**(values | changes))

    def years(self, before: int, now: int, **changes: Any) -> list[RevenueLine]:
        """Twelve equal months to October 2025, and twelve to October 2026."""
        months = [(2024 + (k + 10) // 12, (k + 10) % 12 + 1) for k in range(24)]
        return [
            self.line(f"{year}-{month:02}", before if k < 12 else now, **changes)
            for k, (year, month) in enumerate(months)
        ]

    def cost(self, month: str, amount: int, **changes: Any) -> CostLine:
        """A cost line in euros."""
        values: dict[str, Any] = {
            "id": f"cost_{next(self.numbers):04}",
            "account_id": "acc_1",
            "month": date.fromisoformat(f"{month}-01"),
            "kind": CostKind.SERVICE,
            "amount": Decimal(amount),
            "currency": "EUR",
        }
        return CostLine(**(values | changes))

    def answer(self, score: int | None, on: str = "2026-10-01", **changes: Any) -> SurveyAnswer:
        """An answer to a recommendation survey."""
        values: dict[str, Any] = {
            "id": f"ans_{next(self.numbers):04}",
            "account_id": "acc_1",
            "kind": SurveyKind.NPS,
            "on": date.fromisoformat(on),
            "score": None if score is None else Decimal(score),
        }
        return SurveyAnswer(**(values | changes))

    def answers(self, *scores: int, **changes: Any) -> list[SurveyAnswer]:
        """Some answers."""
        return [self.answer(score, **changes) for score in scores]

    def wallet(self, line: str, spend: int, **changes: Any) -> Wallet:
        """What they spend on a product line in euros."""
        values: dict[str, Any] = {
            "id": f"wal_{next(self.numbers):04}",
            "account_id": "acc_1",
            "product_line": line,
            "year": 2026,
            "spend": Decimal(spend),
            "currency": "EUR",
        }
        return Wallet(**(values | changes))

    def case(self, opened: str, closed: str | None = None, **changes: Any) -> Case:
        """A request for help."""
        values: dict[str, Any] = {
            "id": f"case_{next(self.numbers):04}",
            "account_id": "acc_1",
            "opened_at": datetime.fromisoformat(opened).replace(tzinfo=UTC),
            "closed_at": datetime.fromisoformat(closed).replace(tzinfo=UTC) if closed else None,
            "closed": closed is not None,
        }
        return Case(**(values | changes))

    def facts(self, *kept: Kept, **changes: Any) -> AccountFacts:
        """A key account with what is kept of it."""
        values: dict[str, Any] = {
            "account": Account(id="acc_1", name="Nordwind", owner_id="usr_1"),
            "key": KeyAccount(
                account_id="acc_1",
                tier="A",
                stage=Stage.DEVELOPMENT,
                since=date(2025, 1, 1),
                reason="rule",
            ),
            "captured_user_ids": frozenset({"usr_1"}),
            "kept": KeptRecords.holding(kept),
        }
        return AccountFacts(**(values | changes))

    def situation(self, facts: AccountFacts, **settings: Any) -> Situation:
        """The facts, read on the demo's day."""
        return read_situation(facts, as_of=AS_OF, now=NOW, settings=KamSettings(**settings))

    def of(self, facts: AccountFacts, **settings: Any) -> dict[str, KpiValue]:
        """The key figures by key."""
        return self.by_key(account_kpis(facts, AS_OF, KamSettings(**settings)))

    def by_key(self, figures: Iterable[KpiValue]) -> dict[str, KpiValue]:
        """Figures by key."""
        return {one.key: one for one in figures}


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Return the factories."""
    return Figures()
