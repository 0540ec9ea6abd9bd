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
OUR_MAIL = {"kind": ActivityKind.EMAIL, "direction": Direction.OUTBOUND}
THEIR_MAIL = {"kind": ActivityKind.EMAIL, "direction": Direction.INBOUND}


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
        bounced, known = at("2026-11-18"), at("2026-11-03")
        cfo = {"name": "Inès Roy", "title": "CFO", "created_at": known}
        values = {
            "contacts": [
                self.contact("claire", "internal_sponsor", name="Claire D", bounced_at=bounced),
                self.contact("ines", "economic_decider", **cfo),
                self.contact("malika", "operational_user", name="Malika B"),
                self.contact("jonas", "technical_influencer", name="Jonas B"),
            ],
            "activities": [
                *self.every(7, "claire", until="2026-11-17", times=96, **OUR_MAIL),
                *self.every(7, "claire", until="2026-11-17", times=96, **THEIR_MAIL),
                *self.every(28, "claire", until="2026-10-29", times=24),
                self.activity("2026-06-02", "jonas"),
                self.activity("2026-06-26", "malika", kind=ActivityKind.CALL),
            ],
            "opportunities": [
                self.deal("2027-01-30", 2_400_000, kind="renewal", name="Framework renewal"),
                self.deal("2027-03-31", 190_000),
                *self.nordwind_won(),
            ],
        }
        return self.facts(**(values | changes))

    def nordwind_won(self) -> list[Opportunity]:
        """Steady, slightly growing business."""
        sales = {
            "2025-02-14": 140_000,
            "2025-06-20": 310_000,
            "2025-11-10": 84_000,
            "2026-05-22": 520_000,
            "2026-06-30": 126_000,
        }
        return [self.won(day, amount) for day, amount in sales.items()]


@pytest.fixture
def make() -> Make:
    """Return the factories."""
    return Make()
