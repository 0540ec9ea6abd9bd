"""Factories with good defaults: a test shows only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kam_connector.model.account import Account, KeyAccount, Stage, User
from kam_connector.model.activity import Activity, ActivityKind, Direction
from kam_connector.model.contact import Contact
from kam_connector.model.facts import AccountFacts
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan import Plan, PlanStatus

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
AS_OF = date(2026, 11, 21)


def at(day: str) -> datetime:
    """Nine in the morning of an ISO day."""
    return datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)


@dataclass
class Make:
    """Builds values; ids are counted up."""

    now: datetime = NOW
    as_of: date = AS_OF
    numbers: Any = field(default_factory=lambda: count(1))

    def at(self, day: str) -> datetime:
        """Nine in the morning of an ISO *day*."""
        return at(day)

    def contact(self, contact_id: str, *roles: str, **changes: Any) -> Contact:
        """A person known since 2023."""
        values: dict[str, Any] = {
            "id": contact_id,
            "account_id": "acc_1",
            "name": contact_id.title(),
            "roles": roles,
            "created_at": datetime(2023, 1, 2, tzinfo=UTC),
        }
        return Contact(**(values | changes))

    def activity(self, day: str | datetime, *who: str, **changes: Any) -> Activity:
        """A meeting with one of ours."""
        values: dict[str, Any] = {
            "id": f"act_{next(self.numbers)}",
            "kind": ActivityKind.MEETING,
            "at": at(day) if isinstance(day, str) else day,
            "direction": Direction.MUTUAL,
            "contact_ids": who,
            "user_ids": ("usr_1",),
        }
        return Activity(**(values | changes))

    def mail(self, day: str | datetime, *who: str, **changes: Any) -> Activity:
        """A mail of theirs."""
        values = {"kind": ActivityKind.EMAIL, "direction": Direction.INBOUND}
        return self.activity(day, *who, **(values | changes))

    def every(self, days: int, *who: str, until: str, times: int, **changes: Any) -> list[Activity]:
        """Meetings each so many days, back from a last one."""
        last = at(until)
        return [
            self.activity(last - timedelta(days=days * k), *who, **changes) for k in range(times)
        ]

    def deal(self, closes: str, amount: int, **changes: Any) -> Opportunity:
        """An open deal in euros."""
        number = next(self.numbers)
        values: dict[str, Any] = {
            "id": f"opp_{number}",
            "account_id": "acc_1",
            "name": f"Deal {number}",
            "stage": "Negotiation",
            "closed": False,
            "won": False,
            "amount": Money(amount=Decimal(amount), currency="EUR"),
            "closes_on": date.fromisoformat(closes),
            "owner_id": "usr_1",
            "created_at": datetime(2024, 1, 2, tzinfo=UTC),
            "stage_changed_at": datetime(2026, 11, 1, tzinfo=UTC),
        }
        return Opportunity(**(values | changes))

    def won(self, closes: str, amount: int, **changes: Any) -> Opportunity:
        """A deal won."""
        return self.deal(closes, amount, closed=True, won=True, **changes)

    def steady_business(self) -> list[Opportunity]:
        """Two years: one deal a quarter won, five decisions lost, 2 % growth."""
        days = [f"{year}-{month}-20" for year in (2025, 2026) for month in ("01", "04", "07", "10")]
        lost = ["2025-03-10", "2025-06-10", "2025-09-10", "2026-03-10", "2026-09-10"]
        return [self.deal(day, 90_000, closed=True) for day in lost] + [
            self.won(day, 307_000 if day > "2026" else 300_000) for day in days
        ]

    def facts(
        self,
        *,
        contacts: Sequence[Contact] = (),
        activities: Sequence[Activity] = (),
        opportunities: Sequence[Opportunity] = (),
        name: str = "Nordwind Énergie",
        **changes: Any,
    ) -> AccountFacts:
        """One key account, mail captured, plan fresh."""
        account_id = str(changes.pop("account_id", "acc_1"))
        values: dict[str, Any] = {
            "account": Account(id=account_id, name=name, owner_id="usr_1"),
            "key": KeyAccount(
                account_id=account_id,
                tier="A",
                stage=Stage.DEVELOPMENT,
                since=date(2025, 1, 1),
                reason="rule",
            ),
            "contacts": tuple(contacts),
            "activities": tuple(sorted(activities, key=lambda each: each.at)),
            "opportunities": tuple(opportunities),
            "users": {"usr_1": User(id="usr_1", name="Claire Martin")},
            "captured_user_ids": frozenset({"usr_1"}),
            "plan": Plan(
                account_id=account_id,
                status=PlanStatus.ACTIVE,
                next_review=date(2027, 1, 15),
                updated_at=datetime(2026, 10, 1, tzinfo=UTC),
            ),
        }
        return AccountFacts(**(values | changes))

    def nordwind(self, **changes: Any) -> AccountFacts:
        """Green was red: the champion left, nobody met the new CFO, a renewal is near."""
        people = [
            self.contact(
                "paul", "internal_sponsor", name="Paul Stein", bounced_at=at("2026-11-18")
            ),
            self.contact(
                "ines",
                "economic_decider",
                name="Inès Roy",
                title="CFO",
                created_at=at("2026-11-03"),
            ),
            self.contact("anna", "operational_user", name="Anna Vogt"),
            self.contact("luc", "technical_influencer", name="Luc Petit"),
        ]
        seen = [
            *self.every(30, "paul", until="2026-11-12", times=20),
            *[self.mail(day, "paul") for day in ("2026-11-13", "2026-11-15")],
            self.activity("2026-06-20", "anna"),
            self.mail("2026-06-01", "luc"),
        ]
        deals = [
            *self.steady_business(),
            self.deal("2027-01-30", 2_400_000, kind="renewal", name="Framework renewal"),
        ]
        values = {"contacts": people, "activities": seen, "opportunities": deals}
        return self.facts(**(values | changes))


@pytest.fixture
def make() -> Make:
    """Return the factories."""
    return Make()
