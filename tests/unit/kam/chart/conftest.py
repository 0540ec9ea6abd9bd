"""The people of a chart in few words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kam_connector.model.contact import Contact, Position
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kept import KeptRecords, kept_id
from kam_connector.model.stakeholder import EdgeKind, PeopleEdge, Stakeholder
from tests.unit.kam.conftest import Make

SAID = date(2026, 9, 1)


class People(Make):
    """Factories for people, ties and judgements."""

    def person(self, key: str, manager: str | None = None, **changes: Any) -> Contact:
        """A contact below another."""
        return self.contact(key, *changes.pop("roles", ()), manager_id=manager, **changes)

    def edge(self, one: str, other: str, kind: EdgeKind = EdgeKind.REPORTS_TO,
             **changes: Any) -> PeopleEdge:  # fmt: skip
        """A tie that Claire told in September."""
        values: dict[str, Any] = {
            "id": kept_id(PeopleEdge, one, other, kind.value, *changes.values()),
            "account_id": "acc_1",
            "from_contact_id": one,
            "to_contact_id": other,
            "kind": kind,
            "asserted_by": "usr_1",
            "asserted_on": SAID,
        }
        return PeopleEdge(**(values | changes))

    def judged(self, contact_id: str, **changes: Any) -> Stakeholder:
        """What Claire said of somebody in September."""
        values: dict[str, Any] = {
            "id": kept_id(Stakeholder, contact_id, *changes.values()),
            "account_id": "acc_1",
            "contact_id": contact_id,
            "asserted_by": "usr_1",
            "asserted_on": SAID,
        }
        return Stakeholder(**(values | changes))

    def job(self, contact_id: str, since: str | None, until: str | None = None,
            **changes: Any) -> Position:  # fmt: skip
        """A job at the account over a span of days."""
        values: dict[str, Any] = {
            "contact_id": contact_id,
            "account_id": "acc_1",
            "title": None,
            "manager_id": None,
            "from_on": date.fromisoformat(since) if since else None,
            "to_on": date.fromisoformat(until) if until else None,
        }
        return Position(**(values | changes))

    def account(self, *people: Contact, told: tuple[Any, ...] = (), **changes: Any) -> AccountFacts:
        """An account with people and what was told of them."""
        return self.facts(contacts=people, kept=KeptRecords.holding(told), **changes)


@pytest.fixture
def people() -> People:
    """Return the factories."""
    return People()
