"""Batches to HubSpot: every record's own answer, the guilty one found, nothing believed unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kam_hubspot import HubSpotCrm
from kam_sandbox.hubspot import lifecycle
from tests.factories.hubspot_changes import codes, make_deal_change, make_task, make_update, states
from tests.factories.hubspot_direct import DirectPortal


@pytest.fixture(name="portal")
def _portal() -> DirectPortal:
    """Give an empty portal."""
    return DirectPortal()


@pytest.fixture(name="crm")
def _crm(portal: DirectPortal) -> HubSpotCrm:
    """Give a connection to it that asks as often as it usually does."""
    return portal.connect()


def answer_with(crm: HubSpotCrm, *answers: dict[str, Any]) -> list[Any]:
    """Let the next batches be answered so; return what they ask."""
    waiting, asked = list(answers), []

    def batch(_object: str, verb: str, body: Any) -> dict[str, Any]:
        asked.append((verb, [one.get("id") for one in body["inputs"]]))
        return waiting.pop(0)

    crm._client.batch = batch  # type: ignore[assignment, method-assign]
    return asked


def test_a_merge_before_the_write_tells_the_survivor(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """The old id still answers, with another record's number: not done, and not lost."""
    one, two, other = (portal.add("companies", name=name) for name in ("A", "B", "C"))
    made = lifecycle.merge(portal.world, one, two, by="person")
    results = crm.push([make_update(one), make_update(other)])
    assert (states(results), codes(results)) == (["refused", "done"], ["KAM-3206", None])
    assert made.id in results[0].message
    assert results[0].ref == made.id


def test_an_heir_that_no_trace_names_is_found_by_asking(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """HubSpot answers with the heir alone: whose it is, the old id tells."""
    one, two, other = (portal.add("companies", name=name) for name in ("A", "B", "C"))
    made = lifecycle.merge(portal.world, one, two, by="person")
    answer_with(crm, {"results": [{"id": made.id}, {"id": other.id}]})
    results = crm.push([make_update(one), make_update(other)])
    assert [result.ref for result in results] == [made.id, other.id]
    assert codes(results) == ["KAM-3206", None]


def test_what_landed_on_an_heir_is_told_with_what_lay_beneath(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """Of two values laid there, each over its own; one that stood there before is nobody's."""
    one, two = portal.add("companies", kam_tier="A"), portal.add("companies", kam_tier="B")
    made = lifecycle.merge(portal.world, one, two, by="person")
    first, second = {"kam_tier": "C"}, {"kam_tier": "D", "kam_phase": "new"}
    changes = [make_update(one, values=first), make_update(two, values=second)]
    crm.push(changes)
    asked = [replace(change, ref=made.id) for change in changes]
    begun = crm.identity().now - timedelta(minutes=1)
    told = crm.landed([*asked, replace(asked[0], id="c9", values={"kam_tier": "A"})], since=begun)
    assert {id_: (one.over, one.now) for id_, one in told.items()} == {
        changes[0].id: ({"kam_tier": "A"}, {"kam_tier": "D"}),
        changes[1].id: (
            {"kam_tier": "C", "kam_phase": None},
            {"kam_tier": "D", "kam_phase": "new"},
        ),
    }


def test_a_record_that_is_gone_leaves_the_others_done(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """An archived id is told by name."""
    one, two = portal.add("companies", name="A"), portal.add("companies", name="B")
    portal.world.hubspot.delete(one, by="person")
    results = crm.push([make_update(one), make_update(two)])
    assert (states(results), codes(results)) == (["refused", "done"], ["KAM-3206", None])


def test_two_changes_of_one_record_go_one_after_the_other(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """HubSpot refuses a batch that names a record twice; the later change wins."""
    one = portal.add("companies", name="A")
    later = make_update(one, id="out-later", values={"kam_tier": "B"})
    assert states(crm.push([make_update(one), later])) == ["done", "done"]
    assert one.fields["kam_tier"] == "B"
    assert portal.calls_of("/batch/update") == 2


def test_hundred_records_that_one_spoils_cost_few_calls(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """A refusal of the whole batch that names nobody is halved: seven levels, the others done."""
    records = [portal.add("companies", name=f"N{number}") for number in range(100)]
    poison = records[37].id
    send, asked = crm._client.batch, []

    def batch(object_: str, verb: str, body: Any) -> Any:
        asked.append(len(body["inputs"]))
        if any(one["id"] == poison for one in body["inputs"]):
            portal.world.faults.schedule(
                {
                    "kind": "status",
                    "status": 400,
                    "body": {"category": "VALIDATION_ERROR", "message": "a rule of the portal"},
                }
            )
        return send(object_, verb, body)

    crm._client.batch = batch  # type: ignore[method-assign]
    results = crm.push([make_update(one) for one in records])
    assert states(results).count("done") == 99
    assert codes(results)[37] == "KAM-3208"
    assert len(asked) <= 15


def test_a_property_that_went_refuses_those_that_carry_it_at_once(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """Deleted since it was described: named, and the batch is not halved for it."""
    one, two = portal.add("companies", name="A"), portal.add("companies", name="B")
    crm.describe("companies")
    portal.world.faults.schedule(
        {"kind": "schema_drift", "crm": "hubspot", "object": "companies", "field": "kam_phase"}
    )
    changes = [make_update(one, values={"kam_phase": "x"}), make_update(two)]
    results = crm.push(changes)
    assert (states(results), codes(results)) == (["refused", "done"], ["KAM-3215", None])
    assert results[0].fields == ("kam_phase",)


def test_a_property_made_read_only_meanwhile_is_named(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """An administrator locked it after we had looked."""
    one = portal.add("companies", name="A")
    crm.describe("companies")
    portal.world.faults.schedule(
        {"kind": "schema_drift", "crm": "hubspot", "field": "kam_tier", "change": "readonly"}
    )
    (result,) = crm.push([make_update(one)])
    assert (str(result.state), result.code, result.fields) == ("refused", "KAM-3205", ("kam_tier",))


def test_an_option_removed_meanwhile_is_named(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """The value was one when we looked; the record is refused, its neighbour is not."""
    one, two = portal.add("deals", dealname="A"), portal.add("deals", dealname="B")
    crm.describe("deals")
    portal.world.faults.schedule(
        {"kind": "schema_drift", "crm": "hubspot", "field": "dealtype", "change": "narrower"}
    )
    last = crm.describe("deals").fields["dealtype"].options[-1]
    changes = [make_deal_change(one, dealtype=last), make_deal_change(two, kam_risk="late")]
    results = crm.push(changes)
    assert (states(results), codes(results)) == (["refused", "done"], ["KAM-3203", None])


def test_a_unique_value_that_another_record_holds_is_told(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """409 for one row among many."""
    held = portal.add("tasks", hs_timestamp="2026-12-01T07:00:00.000Z", kam_key="act_1")
    other = portal.add("tasks", hs_timestamp="2026-12-01T07:00:00.000Z", kam_key="act_2")
    clash = make_task("", ref=other.id, values={"kam_key": "act_1"})
    fine = make_task("x", ref=held.id, values={"hs_task_subject": "Call"})
    results = crm.push([clash, fine])
    assert (states(results), codes(results)) == (["refused", "done"], ["KAM-3207", None])


def test_results_with_strange_ids_settle_nothing(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """An answer about somebody else's record says nothing of ours."""
    one = portal.add("companies", name="A")
    answer_with(crm, {"results": [{"id": "999", "properties": {}}]})
    (result,) = crm.push([make_update(one)])
    assert (str(result.state), result.code) == ("refused", "KAM-3206")


def test_a_creation_that_the_answer_leaves_out_is_asked_for_again(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """It may stand: the next attempt looks for it first."""
    answer_with(crm, {"results": []})
    (result,) = crm.push([make_task("act_1")])
    assert (str(result.state), result.code) == ("retry", "KAM-3104")


@pytest.mark.parametrize(
    "answer",
    [
        {"results": [{"properties": {}}]},
        {"results": ["x"]},
        {"results": [], "errors": ["x"]},
        {"results": [], "errors": [{"context": {"ids": 5}}]},
    ],
    ids=str,
)
def test_an_answer_of_another_shape_is_not_believed(
    portal: DirectPortal, crm: HubSpotCrm, answer: dict[str, Any]
) -> None:
    """Whole JSON, but not HubSpot's: nothing crashes, the records wait."""
    one, two = portal.add("companies", name="A"), portal.add("companies", name="B")
    asked = answer_with(crm, {"results": [{"id": one.id, "properties": {}}]}, answer)
    crm.describe("companies")
    many = [make_update(one), make_update(two, object="contacts", values={"kam_role": "x"})]
    results = crm.push(many)
    assert (states(results), codes(results)) == (["done", "retry"], [None, "KAM-3103"])
    assert len(asked) == 2
