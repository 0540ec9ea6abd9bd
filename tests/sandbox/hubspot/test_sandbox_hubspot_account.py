"""The account: sign-in, scopes, limits, faults, owners, pipelines, schema."""

from __future__ import annotations

import pytest
from hubspot.crm.properties import ApiException

from kam_sandbox.hubspot.limiter import Limits
from kam_sandbox.hubspot.portal import ALL_SCOPES, Portal

pytestmark = pytest.mark.enable_socket

OWNERS = "/crm/v3/owners"


@pytest.mark.parametrize("token", ["", "pat-sandbox-1111"])
def test_a_wrong_token_is_refused(rig, token):
    """401 with the category that says the token is bad, not old."""
    answer = rig.call("GET", OWNERS, token=token)
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"


def test_mail_without_its_scope_is_refused_and_the_scope_is_named(make_rig):
    """Meetings and calls stay readable."""
    rig = make_rig()
    rig.world.hubspot_scopes = ALL_SCOPES - {"sales-email-read"}
    refused = rig.call("GET", "/crm/v3/objects/emails")
    content = refused.json()
    assert (refused.status_code, content["category"]) == (403, "MISSING_SCOPES")
    assert content["errors"][0]["context"] == {"requiredGranularScopes": ["sales-email-read"]}
    assert rig.call("GET", "/crm/v3/objects/meetings").status_code == 200


def test_calls_above_the_burst_are_refused_and_headers_count_down(make_rig):
    """190 in ten seconds for the real one; two here."""
    rig = make_rig(limits=Limits(burst=2, window_s=600))
    left = [rig.call("GET", OWNERS).headers["X-HubSpot-RateLimit-Remaining"] for _ in range(2)]
    refused = rig.call("GET", OWNERS)
    assert left == ["1", "0"]
    assert refused.status_code == 429
    assert refused.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert refused.headers["X-HubSpot-RateLimit-Max"] == "2"
    assert "Retry-After" not in refused.headers


def test_search_has_its_own_limit_and_says_nothing_in_headers(make_rig):
    """Searches do not count as calls; their refusals carry no rate limit header."""
    rig = make_rig(limits=Limits(burst=2, window_s=600, search_per_s=1))
    rig.portal.limiter.monotonic = lambda: 0.0
    path = "/crm/v3/objects/companies/search"
    accepted, refused = rig.call("POST", path, {}), rig.call("POST", path, {})
    assert (accepted.status_code, refused.status_code) == (200, 429)
    assert refused.json()["policyName"] == "SECONDLY"
    assert not [name for name in refused.headers if "ratelimit" in name.lower()]
    assert rig.call("GET", OWNERS).headers["X-HubSpot-RateLimit-Remaining"] == "1"


def test_the_daily_limit_ends_the_day(make_rig):
    """DAILY is another policy than the burst."""
    rig = make_rig(limits=Limits(daily=1))
    rig.call("GET", OWNERS)
    refused = rig.call("GET", OWNERS)
    assert (refused.status_code, refused.json()["policyName"]) == (429, "DAILY")


@pytest.mark.parametrize(
    ("fault", "status", "key", "value"),
    [
        ({"kind": "rate_limit"}, 429, "policyName", "TEN_SECONDLY_ROLLING"),
        ({"kind": "rate_limit", "field": "DAILY"}, 429, "policyName", "DAILY"),
        ({"kind": "expire_token"}, 401, "category", "EXPIRED_AUTHENTICATION"),
        ({"kind": "lock_row"}, 423, "category", "LOCKED"),
    ],
)
def test_a_scheduled_fault_strikes_once(rig, fault, status, key, value):
    """The next request is served again."""
    rig.world.faults.schedule({"crm": "hubspot", "match": "GET /crm"} | fault)
    struck, after = rig.call("GET", OWNERS), rig.call("GET", OWNERS)
    assert (struck.status_code, struck.json()[key]) == (status, value)
    assert after.status_code == 200


def test_a_rotated_token_kills_the_old_one(rig):
    """The new one counts up."""
    rig.world.faults.schedule({"crm": "hubspot", "kind": "rotate_token"})
    assert rig.call("GET", OWNERS).status_code == 401
    assert rig.call("GET", OWNERS, token="pat-sandbox-0001").status_code == 200


def test_a_drifted_schema_no_longer_knows_the_property(rig):
    """Gone from the definitions, from projections, and refused in writes."""
    company = rig.add("companies", name="A", kam_tier="A")
    rig.world.faults.schedule({"crm": "hubspot", "kind": "schema_drift", "field": "kam_tier"})
    path = f"/crm/v3/objects/companies/{company.id}"
    shown = rig.call("GET", path, params={"properties": "kam_tier"}).json()
    assert rig.call("GET", "/crm/v3/properties/companies/kam_tier").status_code == 404
    assert "kam_tier" not in shown["properties"]
    assert rig.call("PATCH", path, {"properties": {"kam_tier": "B"}}).status_code == 400


def test_answers_carry_the_worlds_date(rig):
    """The connector takes its now from the CRM."""
    assert rig.call("GET", OWNERS).headers["Date"] == "Sat, 21 Nov 2026 06:00:00 GMT"


def test_owners_are_paged_and_those_who_left_are_listed_apart(rig):
    """An archived owner has no user id of today, only the one of before."""
    a, b, gone = [
        rig.add("owners", email=f"{n}@us.fr", firstName=n, lastName="X", userId=str(i))
        for i, n in enumerate(("ana", "bob", "gus"), start=11)
    ]
    rig.world.hubspot.delete(gone, by="4711")
    first = rig.client.crm.owners.owners_api.get_page(limit=1)
    second = rig.client.crm.owners.owners_api.get_page(limit=1, after=first.paging.next.after)
    (left,) = rig.call("GET", OWNERS, params={"archived": "true"}).json()["results"]
    assert [first.results[0].id, second.results[0].id] == [a.id, b.id]
    assert left["userIdIncludingInactive"] == 13
    assert "userId" not in left
    by_mail = rig.call("GET", OWNERS, params={"email": "bob@us.fr"}).json()["results"]
    assert [one["id"] for one in by_mail] == [b.id]
    by_user = rig.call("GET", f"{OWNERS}/12", params={"idProperty": "userId"}).json()
    assert by_user["id"] == b.id


def test_who_left_can_be_given_nothing(rig):
    """An archived owner is refused as a new owner."""
    owner, company = rig.add("owners", email="gus@us.fr"), rig.add("companies", name="A")
    path, body = (
        f"/crm/v3/objects/companies/{company.id}",
        {"properties": {"hubspot_owner_id": owner.id}},
    )
    accepted = rig.call("PATCH", path, body)
    rig.world.hubspot.delete(owner, by="4711")
    refused = rig.call("PATCH", path, body)
    assert (accepted.status_code, refused.status_code) == (200, 400)


def test_both_pipelines_tell_closed_and_won_by_metadata(rig):
    """The added pipeline has numbers for ids and French labels."""
    pipelines = rig.client.crm.pipelines.pipelines_api.get_all("deals").results
    assert [one.id for one in pipelines] == ["default", "75210984"]
    won = [
        stage.id
        for pipeline in pipelines
        for stage in pipeline.stages
        if stage.metadata == {"isClosed": "true", "probability": "1.0"}
    ]
    assert won == ["closedwon", "148210003"]


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_the_account_tells_its_portal_zone_and_currency(rig, version):
    """Paris is an hour ahead of UTC in November."""
    details = rig.call("GET", f"/account-info/{version}/details").json()
    assert details["portalId"] == 147_258_369
    assert (details["timeZone"], details["companyCurrency"]) == ("Europe/Paris", "EUR")
    assert (details["utcOffset"], details["utcOffsetMilliseconds"]) == ("+01:00", 3_600_000)


def test_the_usage_counts_calls(rig):
    """What a budget reads."""
    rig.call("GET", OWNERS)
    path = "/account-info/v3/api-usage/daily/private-apps"
    (usage,) = rig.call("GET", path).json()["results"]
    assert (usage["currentUsage"], usage["usageLimit"]) == (2, 625_000)
    assert usage["resetsAt"] == "2026-11-21T23:00:00.000Z"


def test_a_definition_has_every_key_of_the_contract(rig):
    """What describes and installers rely on."""
    shown = rig.call("GET", "/crm/properties/2026-09/tasks/kam_key").json()
    assert shown["hasUniqueValue"] is True
    assert shown["modificationMetadata"] == {
        "archivable": True,
        "readOnlyDefinition": False,
        "readOnlyOptions": False,
        "readOnlyValue": False,
    }
    assert set(shown) >= {
        "name", "label", "type", "fieldType", "groupName", "description", "options",
        "hidden", "formField", "calculated", "externalOptions", "hubspotDefined",
        "displayOrder", "dataSensitivity", "createdAt", "updatedAt", "archived",
    }  # fmt: skip


def test_stages_and_owners_keep_their_options_elsewhere(rig):
    """Their definitions have none: the pipelines and owners endpoints do."""
    stage = rig.call("GET", "/crm/v3/properties/deals/dealstage").json()
    owner = rig.call("GET", "/crm/v3/properties/companies/hubspot_owner_id").json()
    assert (stage["externalOptions"], stage["options"]) == (True, [])
    assert owner["referencedObjectType"] == "OWNER"


def test_an_independent_client_installs_group_and_properties_in_a_bare_portal(make_rig):
    """Afterwards the properties take values, and a second installation is a conflict."""
    rig = make_rig(bare=True)
    api = rig.client.crm.properties
    api.groups_api.create("companies", {"name": "kam", "label": "KAM", "displayOrder": -1})
    wanted = {
        "name": "kam_tier",
        "label": "Tier",
        "type": "enumeration",
        "fieldType": "select",
        "groupName": "kam",
        "options": [{"label": "A", "value": "a", "hidden": False, "displayOrder": 0}],
    }
    api.core_api.create("companies", wanted)
    with pytest.raises(ApiException) as refused:
        api.core_api.create("companies", wanted)
    company = rig.add("companies", name="ACME")
    path = f"/crm/v3/objects/companies/{company.id}"
    assert refused.value.status == 409
    assert rig.call("PATCH", path, {"properties": {"kam_tier": "a"}}).status_code == 200
    assert rig.call("PATCH", path, {"properties": {"kam_tier": "A"}}).status_code == 400


def test_a_patch_of_options_replaces_the_list(make_rig):
    """An additive installer must send the old ones too."""
    rig = make_rig(bare=True)
    option = {"label": "A", "value": "a", "hidden": False, "displayOrder": 0}
    wanted = {
        "name": "kam_tier", "label": "Tier", "type": "enumeration", "fieldType": "select",
        "groupName": "companyinformation", "options": [option],
    }  # fmt: skip
    path = "/crm/properties/2026-09/companies"
    rig.call("POST", path, wanted)
    new = {"label": "B", "value": "b", "hidden": False, "displayOrder": 1}
    shown = rig.call("PATCH", f"{path}/kam_tier", {"options": [new]}).json()
    assert [one["value"] for one in shown["options"]] == ["b"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Kam Tier"},
        {"type": "text"},
        {"fieldType": "number"},
        {"groupName": "nowhere"},
        {"label": None},
        {"options": [{"value": "a"}]},
    ],
)
def test_a_definition_beyond_the_rules_is_refused(rig, change):
    """Name, type, field type, group and options are checked."""
    wanted = {
        "name": "kam_new",
        "label": "New",
        "type": "string",
        "fieldType": "text",
        "groupName": "kam",
    }
    answer = rig.call("POST", "/crm/v3/properties/companies", wanted | change)
    assert answer.status_code == 400


def test_a_person_merges_archives_and_restores_at_the_screen_by_hubspots_rules(rig):
    """The control plane's edits make a new id, and do not move the date of what is archived."""
    first, second = rig.add("companies", name="A"), rig.add("companies", name="B")
    edit = {"object": "companies", "id": second.id}
    merged = rig.call("POST", "/_sandbox/edit", edit | {"merge_into": first.id}).json()
    edit = {"object": "companies", "id": merged["id"]}
    gone = rig.call("POST", "/_sandbox/edit", edit | {"delete": True}).json()
    back = rig.call("POST", "/_sandbox/edit", edit | {"restore": True}).json()
    assert merged["fields"]["hs_merged_object_ids"] == f"{first.id};{second.id}"
    assert gone["modified_at"] == merged["modified_at"]
    assert back["deleted_at"] is None


def test_every_request_is_in_the_log_without_its_token(rig):
    """The log is what auditors compare with."""
    rig.call("POST", "/crm/v3/objects/companies/search", {"limit": 1})
    (entry,) = rig.call("GET", "/_sandbox/log").json()
    assert (entry["crm"], entry["path"]) == ("hubspot", "/crm/v3/objects/companies/search")
    assert entry["body"] == {"limit": 1}
    assert "pat-sandbox" not in str(entry)


def test_a_column_of_a_loaded_export_becomes_a_text_property(rig):
    """What an export holds beyond HubSpot's own properties can be read and written."""
    rig.add("companies", name="A", erp_number="77")
    definition = Portal(rig.world).definitions("companies")["erp_number"]
    assert (definition.type, definition.hubspot_defined) == ("string", False)
