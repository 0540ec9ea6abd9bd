"""Refusals in the middle of many batches, over a served portal: nothing twice, nothing unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from kam_connector.errors import BudgetExhausted, CrmUnavailable, KamError, RateLimited, SignInError
from kam_connector.model.change import Change, PushResult
from kam_sandbox.records import Record
from tests.factories.hubspot_changes import codes, make_update, states
from tests.factories.hubspot_portal import Portal

pytestmark = pytest.mark.enable_socket

UPDATES = "/companies/batch/update"
PASSING: list[dict[str, Any]] = [
    {"kind": "lock_row"},
    {"kind": "migration", "seconds": 2},
    {"kind": "rate_limit", "field": "TEN_SECONDLY_ROLLING"},
    {"kind": "rate_limit", "field": "SECONDLY"},
    {"kind": "status", "status": 502},
    {"kind": "html"},
    {"kind": "truncate"},
    {"kind": "drop_before"},
    {"kind": "commit_then_drop"},
]
STAYING: list[tuple[dict[str, Any], type[KamError], str]] = [
    ({"kind": "lock_row"}, CrmUnavailable, "KAM-3104"),
    ({"kind": "migration"}, CrmUnavailable, "KAM-3121"),
    ({"kind": "rate_limit"}, RateLimited, "KAM-3110"),
    ({"kind": "rate_limit", "field": "DAILY"}, BudgetExhausted, "KAM-3111"),
    ({"kind": "status", "status": 502}, CrmUnavailable, "KAM-3103"),
    ({"kind": "html"}, CrmUnavailable, "KAM-3103"),
    ({"kind": "truncate"}, CrmUnavailable, "KAM-3101"),
    ({"kind": "commit_then_drop"}, CrmUnavailable, "KAM-3101"),
]


@pytest.fixture(name="companies")
def _companies(portal: Portal) -> list[Record]:
    """Give enough companies for three batches."""
    return portal.add_many("companies", 250, "name")


def updates(companies: Sequence[Record]) -> list[Change]:
    """Return an update of each."""
    return [make_update(one) for one in companies]


def written(companies: Sequence[Record]) -> list[bool]:
    """Tell of each company whether it holds our value."""
    return [one.fields.get("kam_tier") == "A" for one in companies]


def times(results: Sequence[PushResult], state: str) -> int:
    """Return how many changes came out so."""
    return states(results).count(state)


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_what_passes_by_itself_delays_a_batch_and_no_more(
    portal: Portal, companies: list[Record], fault: dict[str, Any]
) -> None:
    """The second of three batches is asked for twice; all are done, each record once."""
    portal.fault(**fault, match=UPDATES, after=1)
    results = portal.crm().push(updates(companies))
    assert times(results, "done") == 250
    assert all(written(companies))
    assert portal.count(UPDATES) == 4


@pytest.mark.parametrize(("fault", "error", "code"), STAYING, ids=str)
def test_what_stays_leaves_the_earlier_batches_done_and_the_others_waiting(
    portal: Portal,
    companies: list[Record],
    fault: dict[str, Any],
    error: type[KamError],
    code: str,
) -> None:
    """The first hundred are told as done, the others as not known; no batch goes after it."""
    portal.fault(**fault, match=UPDATES, after=1, times=100)
    results = portal.crm().push(updates(companies))
    assert (times(results, "done"), times(results, "retry")) == (100, 150)
    assert set(codes(results)) == {None, code}
    assert not any(written(companies[200:]))


@pytest.mark.parametrize(("fault", "error", "code"), STAYING, ids=str)
def test_what_stays_from_the_first_batch_on_is_one_error(
    portal: Portal,
    companies: list[Record],
    fault: dict[str, Any],
    error: type[KamError],
    code: str,
) -> None:
    """Nothing came of it: the run is told why, in one sentence."""
    portal.fault(**fault, match=UPDATES, times=100)
    with pytest.raises(error) as raised:
        portal.crm().push(updates(companies))
    assert raised.value.code == code
    assert portal.count(UPDATES) <= 3


def test_a_right_that_was_taken_away_is_named(portal: Portal, companies: list[Record]) -> None:
    """403: the scope stands in the message, and nothing is halved to find the guilty record."""
    crm = portal.crm()
    crm.describe("companies")
    portal.world.hubspot_scopes = frozenset({"crm.objects.companies.read"})
    with pytest.raises(SignInError, match=r"crm\.objects\.companies\.write"):
        crm.push(updates(companies))
    assert portal.count(UPDATES) == 1


def test_a_token_that_ends_half_way_ends_the_delivery(
    portal: Portal, companies: list[Record]
) -> None:
    """401 in the second batch: an error of its own, not 150 refused records."""
    crm = portal.crm()
    crm.describe("companies")
    body = {"status": "error", "category": "INVALID_AUTHENTICATION", "message": "no"}
    portal.fault("status", status=401, body=body, match=UPDATES, after=1, times=10)
    with pytest.raises(SignInError) as raised:
        crm.push(updates(companies))
    assert raised.value.code == "KAM-3001"


def test_a_creation_whose_answer_is_lost_is_not_sent_twice_by_the_line(portal: Portal) -> None:
    """502 after the commit: a creation is never repeated blindly."""
    known = portal.crm()
    portal.fault("status", status=502, match="/batch/create", times=100)
    with pytest.raises(CrmUnavailable):
        known._client.batch("tasks", "create", {"inputs": []})
    assert portal.count("/batch/create") == 1
