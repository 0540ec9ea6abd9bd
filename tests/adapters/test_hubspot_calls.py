"""HubSpot's client on dated paths, its limits by policy, its error forms."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from kam_connector.errors import (
    BudgetExhausted,
    ConfigError,
    CrmUnavailable,
    RateLimited,
    SignInError,
)
from kam_connector.model.change import Change
from kam_connector.model.kind import Kind
from kam_connector.model.settings import Secret
from kam_hubspot import query
from kam_hubspot.dated import dated_path
from kam_hubspot.errors import judge, judge_row
from kam_hubspot.links import Link, linked
from kam_hubspot.settings import HubSpotSettings

ROOT = "https://api.hubapi.com"
DATE = {"Date": "Sat, 21 Nov 2026 06:00:00 GMT"}
CHANGE = Change(id="c1", kind=Kind.ACCOUNT, object="companies", ref="1", values={})


@pytest.mark.parametrize(
    ("path", "dated"),
    [
        ("/crm/v3/objects/{objectType}/batch/read", "/crm/objects/V/{objectType}/batch/read"),
        ("/crm/v4/objects/a/1/associations/b/2", "/crm/objects/V/a/1/associations/b/2"),
        ("/crm/v4/associations/a/b/batch/read", "/crm/associations/V/a/b/batch/read"),
        ("/crm/v3/owners/", "/crm/owners/V"),
        ("/crm/v3/pipelines/deals", "/crm/pipelines/V/deals"),
        ("/crm/v3/properties/companies", "/crm/properties/V/companies"),
        ("/account-info/v3/details", "/account-info/V/details"),
    ],
)
def test_paths_are_dated(path: str, dated: str) -> None:
    """v3 and v4 lose support in 2027; no call of ours uses them."""
    assert dated_path(path, "2026-09") == dated.replace("V", "2026-09")


def test_every_kind_of_call_takes_a_dated_path(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """Through the vendor's own client, each group of calls ends on a dated path."""
    answer = {"results": [], "portalId": 1}
    for path in ("crm/objects", "crm/associations", "crm/properties", "crm/owners"):
        web.add_callback("GET", _matching(path), callback=lambda _: (200, DATE, json.dumps(answer)))
        web.add_callback(
            "POST", _matching(path), callback=lambda _: (200, DATE, json.dumps(answer))
        )
    web.get(f"{ROOT}/account-info/2026-09/details", json=answer, headers=DATE)
    client = make_hubspot()
    client.page("companies", after=None, limit=1, properties=["name"])
    client.search("companies", {"limit": 1})
    client.batch("companies", "upsert", {"inputs": []})
    linked(client, "deals", "contacts", ["1"])
    client.link("tasks", "companies", [])
    client.properties("companies")
    list(client.owners())
    client.account()
    sent = [str(call.request.url) for call in web.calls]
    assert len(sent) == 9
    assert all("/2026-09" in url and "/v3/" not in url and "/v4/" not in url for url in sent)
    assert web.calls[0].request.headers["Authorization"] == "Bearer pat-hush-secret"


def test_missing_associations_are_none_and_pages_are_followed(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """207 for records without associations is normal; `after` goes on per record."""
    url = f"{ROOT}/crm/associations/2026-09/deals/contacts/batch/read"
    kinds = [{"typeId": 3, "category": "HUBSPOT_DEFINED", "label": None}]
    first = {"from": {"id": "1"}, "to": [{"toObjectId": 7, "associationTypes": kinds}]}
    more = first | {"paging": {"next": {"after": "7"}}}
    lacking = {"subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND", "category": "X"}
    web.post(url, status=207, json={"results": [more], "errors": [lacking]})
    other = {"from": {"id": "1"}, "to": [{"toObjectId": "8", "associationTypes": kinds}]}
    web.post(url, json={"results": [other]})
    found = linked(make_hubspot(), "deals", "contacts", ["1", "2"])
    assert found == {"1": [Link("7", frozenset({3})), Link("8", frozenset({3}))], "2": []}
    assert json.loads(web.calls[1].request.body)["inputs"] == [{"id": "1", "after": "7"}]


def test_smaller_association_batches_where_the_limit_is_lower(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """A portal with the limit of 100 is met by 100 at a time, from then on."""
    url = f"{ROOT}/crm/associations/2026-09/deals/contacts/batch/read"
    refusal = {"category": "VALIDATION_ERROR", "message": "The batch size limit is 100"}
    web.post(url, status=400, json=refusal)
    web.post(url, json={"results": []})
    linked(make_hubspot(), "deals", "contacts", [str(n) for n in range(1, 151)])
    sizes = [len(json.loads(call.request.body)["inputs"]) for call in web.calls]
    assert sizes == [150, 100, 50]


@pytest.mark.parametrize(
    ("policy", "wait"), [("SECONDLY", 1.0), ("TEN_SECONDLY_ROLLING", 10.0), ("", 1.0)]
)
def test_limits_wait_as_long_as_their_policy_says(policy: str, wait: float) -> None:
    """HubSpot sends no Retry-After; the policy's name tells."""
    body = json.dumps({"category": "RATE_LIMITS", "policyName": policy}).encode()
    verdict = judge(429, {}, body, crm="acme", repeatable=False)
    assert isinstance(verdict.error, RateLimited)
    assert (verdict.again, verdict.asked_s) == (True, wait)


def test_daily_limit_ends_the_run() -> None:
    """The day's calls do not come back by waiting."""
    body = json.dumps({"policyName": "DAILY"}).encode()
    verdict = judge(429, {}, body, crm="acme", repeatable=True)
    assert isinstance(verdict.error, BudgetExhausted)
    assert not verdict.again


@pytest.mark.parametrize(("status", "code"), [(401, "KAM-3001"), (403, "KAM-3003")])
def test_sign_in_and_scope_are_told_apart(status: int, code: str) -> None:
    """A refused token and a missing scope have different cures."""
    body = json.dumps({"category": "MISSING_SCOPES", "correlationId": "abc"}).encode()
    error = judge(status, {}, body, crm="acme", repeatable=True).error
    assert isinstance(error, SignInError)
    assert (error.code, error.request_id) == (code, "abc")


def test_missing_scopes_are_named() -> None:
    """An admin reads what to grant."""
    errors = [{"context": {"requiredGranularScopes": ["sales-email-read", "Dr Roy"]}}]
    body = json.dumps({"category": "MISSING_SCOPES", "errors": errors}).encode()
    error = judge(403, {}, body, crm="acme", repeatable=True).error
    assert "it needs sales-email-read" in error.message
    assert "Roy" not in error.message


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("INVALID_OPTION", "KAM-3203"),
        ("PROPERTY_DOESNT_EXIST", "KAM-3215"),
        ("READ_ONLY_VALUE", "KAM-3205"),
        ("INVALID_INTEGER", "KAM-3204"),
        ("SOMETHING_NEW", "KAM-3208"),
    ],
)
def test_list_inside_the_message_names_the_property(reason: str, code: str) -> None:
    """HubSpot hides the bad property in a JSON list inside the text."""
    listed = [{"isValid": False, "message": "Dr Roy", "error": reason, "name": "kam_phase"}]
    text = f"Property values were not valid: {json.dumps(listed)}"
    error = {"category": "VALIDATION_ERROR", "message": text}
    result = judge_row(CHANGE, error)
    assert (result.code, result.fields) == (code, ("kam_phase",))
    assert "Dr Roy" not in result.message


def test_pace_follows_what_the_portal_states(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """Nine tenths of the stated burst are used, unless a setting says otherwise."""
    url = f"{ROOT}/account-info/2026-09/details"
    web.get(url, json={"portalId": 1}, headers=DATE | {"X-HubSpot-RateLimit-Max": "190"})
    free, fixed = make_hubspot(), make_hubspot(calls_per_10_s=50)
    free.account()
    fixed.account()
    assert free.transport.buckets.calls_per_10_s == 171
    assert fixed.transport.buckets.calls_per_10_s == 50


def test_searches_are_spaced(web: responses.RequestsMock, make_hubspot: Any) -> None:
    """Four searches a second leave one to everybody else."""
    web.post(f"{ROOT}/crm/objects/2026-09/companies/search", json={"results": []}, headers=DATE)
    client = make_hubspot()
    [client.search("companies", {}) for _ in range(5)]
    slept = client.transport._clock.slept
    assert slept == [1.0]


def test_window_search_needs_no_offset() -> None:
    """Half-open in time, keyset by id: neither 10,000 results nor ties matter."""
    since, until = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)
    body = query.window("hs_lastmodifieddate", since, until, after="7", limit=200, properties=["x"])
    filters = body["filterGroups"][0]["filters"]
    assert [(f["operator"], f["value"]) for f in filters] == [
        ("GTE", "1795132800000"),
        ("LT", "1795219200000"),
        ("GT", "7"),
    ]
    assert body["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    assert "after" not in body


def test_places_sort_as_ids_do() -> None:
    """INV2: a cursor over growing ids grows."""
    assert query.place("99") < query.place("100")
    assert query.after_of(query.place("100")) == "100"
    assert query.after_of("") is None


def test_token_with_blanks_is_refused(make_hubspot: Any) -> None:
    """A token with a line end is a copying mistake, found before it is sent."""
    with pytest.raises(ConfigError) as caught:
        HubSpotSettings(access_token=Secret("pat-x\n"))
    assert caught.value.code == "KAM-1044"


def _matching(path: str) -> Any:
    return re.compile(rf"{ROOT}/{path}/.*")


@pytest.mark.parametrize("body", [[1], {"results": None}, {"results": "abc"}])
def test_whole_json_of_another_shape_is_no_answer(
    web: responses.RequestsMock, make_hubspot: Any, body: object
) -> None:
    """A gateway's own JSON ends the run with one message, not in the middle of ours."""
    web.add_callback(
        "GET", _matching("crm/objects"), callback=lambda _: (200, DATE, json.dumps(body))
    )
    client = make_hubspot()
    with pytest.raises(CrmUnavailable) as caught:
        client.page("companies", after=None, limit=1, properties=["name"])
    assert caught.value.code == "KAM-3103"


def test_half_an_emoji_and_nul_stop_nothing(web: responses.RequestsMock, make_hubspot: Any) -> None:
    """What a program that shortens a text leaves behind is read as the sign for it."""
    body = b'{"results": [{"id": "1", "properties": {"name": "Cut \\ud83d\\u0000!"}}]}'
    web.get(f"{ROOT}/crm/objects/2026-09/companies", body=body, headers=DATE)
    (record,) = make_hubspot().page("companies", after=None, limit=1, properties=["name"])[
        "results"
    ]
    assert record["properties"]["name"] == "Cut \ufffd!"
