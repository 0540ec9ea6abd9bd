"""Pipelines that change, and the objects that are sold and serviced."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hubspot.crm.pipelines import ApiException

from kam_sandbox.clock import WorldClock
from kam_sandbox.world import build_world
from kam_sandbox.world.numbering import ORDINARY_BLOCK, first_id

pytestmark = pytest.mark.enable_socket

STAGE = {"label": "Legal review", "displayOrder": 3, "metadata": {"probability": "0.7"}}


def test_a_stage_is_added_and_deals_can_enter_it(rig):
    """The new stage has a number for its id, and its probability shows on the deal."""
    api = rig.client.crm.pipelines.pipeline_stages_api
    made = api.create("deals", "default", STAGE)
    deal = rig.call(
        "POST",
        "/crm/objects/2026-09/deals",
        {"properties": {"dealname": "D", "pipeline": "default", "dealstage": made.id}},
    ).json()
    path = f"/crm/objects/2026-09/deals/{deal['id']}"
    names = {"properties": "hs_deal_stage_probability,hs_is_closed"}
    shown = rig.call("GET", path, params=names).json()["properties"]
    assert (shown["hs_deal_stage_probability"], shown["hs_is_closed"]) == ("0.7", "false")


def test_a_stage_in_use_cannot_be_removed(rig):
    """The refusal names the records; an empty stage goes."""
    api = rig.client.crm.pipelines.pipeline_stages_api
    made = api.create("deals", "default", STAGE)
    deal = rig.add("deals", dealname="D", pipeline="default", dealstage=made.id)
    with pytest.raises(ApiException) as refused:
        api.archive("deals", "default", made.id)
    assert (refused.value.status, deal.id in refused.value.body) == (400, True)
    rig.world.hubspot.purge(deal)
    api.archive("deals", "default", made.id)
    assert made.id not in [one.id for one in api.get_all("deals", "default").results]


def test_a_pipeline_of_ones_own_is_made_and_renamed(rig):
    """It needs a stage, and a label that no other has."""
    api = rig.client.crm.pipelines.pipelines_api
    wanted = {"label": "Partners", "displayOrder": 2, "stages": [STAGE]}
    made = api.create("deals", wanted)
    renamed = api.update("deals", made.id, {"label": "Resellers", "displayOrder": 2})
    with pytest.raises(ApiException) as twice:
        api.create("deals", wanted | {"label": "Resellers"})
    assert (renamed.label, twice.value.status) == ("Resellers", 409)


@pytest.mark.parametrize(
    "stage",
    [
        {"label": "No chance named", "displayOrder": 1, "metadata": {}},
        {"label": "Odd", "displayOrder": 1, "metadata": {"probability": "0.55"}},
        {"displayOrder": 1, "metadata": {"probability": "0.5"}},
    ],
)
def test_a_stage_without_label_or_chance_is_refused(rig, stage):
    """400 VALIDATION_ERROR."""
    answer = rig.call("POST", "/crm/v3/pipelines/deals/default/stages", stage)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_a_ticket_closes_with_its_stage(rig):
    """Closed state, date and time to close follow from the stage's metadata."""
    body = {"properties": {"subject": "Down", "hs_pipeline_stage": "1"}}
    ticket = rig.call("POST", "/crm/v3/objects/tickets", body).json()
    rig.wait(90)
    path = f"/crm/v3/objects/tickets/{ticket['id']}"
    rig.call("PATCH", path, {"properties": {"hs_pipeline_stage": "4"}})
    names = {"properties": "hs_is_closed,closed_date,time_to_close"}
    shown = rig.call("GET", path, params=names).json()["properties"]
    assert (shown["hs_is_closed"], shown["time_to_close"]) == ("true", "90000")
    assert shown["closed_date"] == "2026-11-21T06:01:30.000Z"


def test_a_line_items_net_price_is_worked_out(rig):
    """Quantity times price, less the discount; it cannot be written."""
    properties = {"name": "L", "price": "100", "quantity": "3", "hs_discount_percentage": "10"}
    made = rig.call("POST", "/crm/v3/objects/line_items", {"properties": properties}).json()
    path = f"/crm/v3/objects/line_items/{made['id']}"
    refused = rig.call("PATCH", path, {"properties": {"amount": "1"}})
    assert rig.call("GET", path).json()["properties"]["amount"] == "270"
    assert "READ_ONLY_VALUE" in refused.json()["message"]


@pytest.mark.parametrize("object_", ["tickets", "products", "line_items"])
def test_goods_have_scopes_of_their_own(rig, object_):
    """Contacts' scopes do not open them."""
    rig.world.hubspot_scopes = frozenset({"crm.objects.contacts.read"})
    answer = rig.call("GET", f"/crm/v3/objects/{object_}")
    assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")


def test_the_worlds_lines_are_worth_their_deals():
    """Every deal with a story has lines that sum up to its amount; every ticket is closed."""
    world = build_world(scale=0.05, clock=WorldClock(monotonic=lambda: 0.0))
    told = [
        deal
        for deal in world.hubspot.all("deals")
        if int(deal.id) < int(first_id("deals", ORDINARY_BLOCK))
    ]
    lines = [world.associations.of("deals", deal.id, "line_items") for deal in told]
    sums = [
        sum(Decimal(world.hubspot.get("line_items", id_).fields["price"]) for id_, _ in found)
        for found in lines
    ]
    assert sums == [Decimal(deal.fields["amount"]) for deal in told]
    stages = {ticket.fields["hs_pipeline_stage"] for ticket in world.hubspot.all("tickets")}
    assert stages == {"4"}
