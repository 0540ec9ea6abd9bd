"""Portals that differ from a Professional one, and HubSpot's own Salesforce integration."""

from __future__ import annotations

import pytest
import requests

from kam_sandbox.clock import WorldClock
from kam_sandbox.features import FEATURES
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.rendering import View
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from kam_sandbox.world.numbering import first_id

pytestmark = pytest.mark.enable_socket

LABEL = {"name": "kam_manager", "label": "Manager", "inverseLabel": "Direct report"}
UNIQUE = {
    "name": "their_key",
    "label": "Key",
    "type": "string",
    "fieldType": "text",
    "groupName": "taskinformation",
    "hasUniqueValue": True,
}


def make_world(*features: str) -> World:
    """Return a small world with features turned on."""
    return build_world(scale=0.02, clock=WorldClock(monotonic=lambda: 0.0), features=features)


@pytest.fixture(scope="module")
def synced() -> Portal:
    """A portal joined to the org."""
    return Portal(make_world("salesforce_integration"))


@pytest.mark.parametrize("edition", ["starter", "no_association_labels"])
def test_without_labels_a_label_is_refused(make_rig, edition):
    """403; a Professional portal makes the label and its inverse."""
    rig = make_rig(features={edition})
    path = "/crm/associations/2026-09/contacts/contacts/labels"
    assert rig.call("POST", path, LABEL).status_code == 403
    assert make_rig().call("POST", path, LABEL).status_code == 200


def test_an_eleventh_label_of_a_pair_is_refused(rig):
    """Ten of one's own between two objects."""
    path = "/crm/v4/associations/contacts/companies/labels"
    answers = [
        rig.call("POST", path, {"name": f"l{n}", "label": f"L{n}"}).status_code for n in range(11)
    ]
    assert answers == [200] * 10 + [400]


@pytest.mark.parametrize("edition", ["starter", "no_unique_task_property"])
def test_without_unique_task_properties_one_is_refused(make_rig, edition):
    """400; a key that is not unique is allowed, and ours is a plain one."""
    rig = make_rig(features={edition})
    path = "/crm/v3/properties/tasks"
    refused = rig.call("POST", path, UNIQUE)
    plain = rig.call("POST", path, UNIQUE | {"hasUniqueValue": False})
    assert (refused.status_code, plain.status_code) == (400, 201)
    assert not rig.call("GET", f"{path}/kam_key").json()["hasUniqueValue"]


def test_without_buying_roles_the_property_is_unknown(make_rig):
    """It is in no list and cannot be written."""
    rig = make_rig(features={"no_buying_roles"})
    contact = rig.add("contacts", email="a@b.fr")
    path = f"/crm/v3/objects/contacts/{contact.id}"
    refused = rig.call("PATCH", path, {"properties": {"hs_buying_role": "CHAMPION"}})
    assert rig.call("GET", "/crm/v3/properties/contacts/hs_buying_role").status_code == 404
    assert "PROPERTY_DOESNT_EXIST" in refused.json()["message"]


def test_a_starter_portal_has_a_smaller_burst():
    """100 calls in ten seconds, 250,000 a day."""
    limits = Portal(make_world("starter")).limiter.limits
    assert (limits.burst, limits.daily) == (100, 250_000)


def test_a_synced_company_names_its_account(synced: Portal):
    """The id stands on company and shared contact, and is not ours to write."""
    world = synced.world
    account = first_id("Account", 6)
    companies = [
        one for one in world.hubspot.all("companies") if one.fields.get("salesforceaccountid")
    ]
    assert account in [one.fields["salesforceaccountid"] for one in companies]
    assert all(world.salesforce.get("Account", c.fields["salesforceaccountid"]) for c in companies)
    assert synced.properties["companies"]["salesforceaccountid"].read_only


def test_copied_records_tell_their_source(synced: Portal):
    """Deals name the opportunity; meetings and tasks the activity; all came from SALESFORCE."""
    world = synced.world
    deals = [d for d in world.hubspot.all("deals") if d.fields.get("hs_salesforceopportunityid")]
    meetings = [m for m in world.hubspot.all("meetings") if m.fields.get("hs_engagement_source_id")]
    view = View(properties=["hs_object_source", "hs_object_source_id", "hs_engagement_source"])
    shown = [view.show(synced, record)["properties"] for record in (deals[0], meetings[0])]
    ids = [m.fields["hs_engagement_source_id"] for m in meetings]
    assert [one["hs_object_source"] for one in shown] == ["SALESFORCE", "SALESFORCE"]
    assert shown[0]["hs_object_source_id"] == "Salesforce Connector"
    assert shown[1]["hs_engagement_source"] == "SALESFORCE"
    assert all(world.salesforce.get("Event", id_) for id_ in ids)


def test_without_the_integration_nothing_of_it_is_there():
    """It is off by default, and then no definition and no record knows of it."""
    portal = Portal(make_world())
    names = {name for known in portal.properties.values() for name in known}
    assert not [name for name in names if "salesforce" in name]


def test_features_of_both_sides_are_told_apart():
    """The portal's names do not reach the org; an unknown one is refused."""
    world = make_world("salesforce_integration", "shared_activities", "token_rotation")
    assert world.portal_features == {"salesforce_integration", "token_rotation"}
    assert world.features == {"shared_activities", "token_rotation"}
    assert "starter" in FEATURES
    with pytest.raises(ValueError, match="unknown features"):
        make_world("enterprise")


def test_features_are_switched_while_the_portal_runs(rig):
    """The integration's properties come and go; properties of one's own stay."""
    made = UNIQUE | {"groupName": "companyinformation"}
    rig.call("POST", "/crm/v3/properties/companies", made)
    path = "/crm/v3/properties/companies/salesforceaccountid"
    before = rig.call("GET", path).status_code
    url = f"{rig.url}/_sandbox/portal"
    on = requests.post(url, json={"on": ["salesforce_integration"]}, timeout=5).json()
    after = rig.call("GET", path).status_code
    off = requests.post(url, json={"off": ["salesforce_integration"]}, timeout=5).json()
    assert (before, on, after, off) == (404, ["salesforce_integration"], 200, [])
    assert rig.call("GET", path).status_code == 404
    assert rig.call("GET", "/crm/v3/properties/companies/their_key").status_code == 200
