"""Promises of the relationship figures (S2.33)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kam_connector.kam.kpis.account import account_kpis
from kam_connector.model.journey import KeyMoment, MomentKind
from kam_connector.model.kept import KeptRecords


def _of(make: Any, facts: Any) -> dict[str, Any]:
    return {one.key: one for one in account_kpis(facts, make.as_of)}


@pytest.mark.checklist(
    "S2.33",
    home="KPIs active_contacts, functions_engaged, strategic_interactions; `kam kpi show`",
)
def test_contacts_functions_and_strategic_meetings_are_counted(make: Any) -> None:
    """Two people in touch, one function engaged, a review and a meeting with who decides."""
    people = [
        make.contact("ines", "economic_decider", department="Finance"),
        make.contact("kurt", "operational_user", department="IT "),
        make.contact("lena", department="it"),
    ]
    seen = [
        *make.every(7, "kurt", until="2026-11-19", times=20),
        make.activity("2026-11-10", "ines"),
        make.activity("2026-03-10", "ines"),
    ]
    held = KeyMoment(
        id="m1",
        account_id="acc_1",
        kind=MomentKind.QBR,
        title="Review",
        planned_on=date(2026, 3, 10),
        held_on=date(2026, 3, 10),
    )
    review = KeyMoment(
        id="m2",
        account_id="acc_1",
        kind=MomentKind.STEERING_COMMITTEE,
        title="Committee",
        planned_on=date(2026, 6, 1),
        held_on=date(2026, 6, 1),
    )
    kept = KeptRecords.holding([held, review])
    found = _of(make, make.facts(contacts=people, activities=seen, kept=kept))
    assert (found["active_contacts"].value, found["active_contacts"].before) == (2, 0)
    assert found["functions_engaged"].value == 2
    assert found["functions_engaged"].reason.endswith("finance, it")
    assert found["strategic_interactions"].value == 3
    assert found["strategic_interactions"].reason.endswith("the last on 2026-11-10")


def test_without_recorded_mail_no_contact_is_not_silence(make: Any) -> None:
    """Nothing is counted where nothing would be seen."""
    facts = make.facts(
        contacts=[make.contact("mona", department="IT")], captured_user_ids=frozenset()
    )
    found = _of(make, facts)
    keys = ("active_contacts", "functions_engaged", "effective_threads", "coverage")
    assert [found[key].value for key in keys] == [None] * 4
    assert found["active_contacts"].reason.startswith("mail of 0 % of the team is recorded")


def test_a_planned_moment_does_not_count(make: Any) -> None:
    """Only what was held is an interaction."""
    planned = KeyMoment(
        id="m1",
        account_id="acc_1",
        kind=MomentKind.QBR,
        title="Review",
        planned_on=date(2026, 3, 10),
    )
    found = _of(make, make.facts(kept=KeptRecords.holding([planned])))
    assert found["strategic_interactions"].value == 0
