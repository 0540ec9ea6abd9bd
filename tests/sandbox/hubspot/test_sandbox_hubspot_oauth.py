"""OAuth: consent, the dated token endpoint, rotation, introspection, scopes of a token."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hubspot import HubSpot

from kam_sandbox.hubspot.grants import FIRST_REFRESH_TOKEN
from kam_sandbox.hubspot.limiter import Limits

pytestmark = pytest.mark.enable_socket

TOKEN = "/oauth/2026-09/token"
APP = {"client_id": "sandbox", "client_secret": "sandbox"}
REFRESH = APP | {"grant_type": "refresh_token", "refresh_token": FIRST_REFRESH_TOKEN}
OWNERS = "/crm/owners/2026-09"
BACK = "http://127.0.0.1:9/back"


def post(rig, path, form, **more):
    """Send a form as an OAuth client does, without any bearer token."""
    return requests.post(rig.url + path, data=form, timeout=5, **more)


def consent(rig, **query):
    """Agree as the person does, and return what the browser is sent back with."""
    query = {"client_id": "sandbox", "redirect_uri": BACK, "state": "s1"} | query
    answer = requests.get(
        f"{rig.url}/oauth/authorize", params=query, allow_redirects=False, timeout=5
    )
    return {
        key: values[0]
        for key, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
    }


def test_a_code_is_redeemed_once_and_proves_its_origin(rig):
    """Consent leads back with code and state; PKCE needs the verifier; a second time is refused."""
    proof = base64.urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).rstrip(b"=").decode()
    back = consent(rig, scope="crm.objects.owners.read", code_challenge=proof)
    form = APP | {"grant_type": "authorization_code", "redirect_uri": BACK, "code": back["code"]}
    given = post(rig, TOKEN, form | {"code_verifier": "verifier"})
    again = post(rig, TOKEN, form | {"code_verifier": "verifier"})
    assert back["state"] == "s1"
    assert given.json()["scopes"] == ["crm.objects.owners.read", "oauth"]
    assert rig.call("GET", OWNERS, token=given.json()["access_token"]).status_code == 200
    assert (again.status_code, again.json()["status"]) == (400, "BAD_AUTH_CODE")


def test_a_wrong_verifier_gets_nothing(rig):
    """The code is spent by the try."""
    back = consent(rig, scope="oauth", code_challenge="x" * 43)
    form = APP | {"grant_type": "authorization_code", "redirect_uri": BACK, "code": back["code"]}
    refused = post(rig, TOKEN, form | {"code_verifier": "other"})
    assert refused.json()["error"] == "invalid_grant"


def test_a_refresh_gives_a_new_access_token_and_keeps_the_refresh_token(rig):
    """The answer names portal, scopes and life; without rotation the old refresh token stays."""
    given = post(rig, TOKEN, REFRESH).json()
    assert (given["expires_in"], given["hub_id"]) == (1800, 147_258_369)
    assert given["refresh_token"] == FIRST_REFRESH_TOKEN
    assert len(given["access_token"]) < 300
    assert rig.call("GET", OWNERS, token=given["access_token"]).status_code == 200


def test_rotation_kills_the_old_refresh_token(rig):
    """With the feature on, each refresh token serves once."""
    rig.world.portal_features = frozenset({"token_rotation"})
    new = post(rig, TOKEN, REFRESH).json()["refresh_token"]
    spent = post(rig, TOKEN, REFRESH)
    assert new != FIRST_REFRESH_TOKEN
    assert spent.json()["error"] == "invalid_grant"
    assert post(rig, TOKEN, REFRESH | {"refresh_token": new}).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_id": "other"}, "BAD_CLIENT_ID", "invalid_client"),
        ({"client_secret": "other"}, "BAD_CLIENT_SECRET", "invalid_client"),
        ({"refresh_token": "other"}, "BAD_REFRESH_TOKEN", "invalid_grant"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE", "unsupported_grant_type"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(rig, change, status, error):
    """400 with HubSpot's status, OAuth's error, and a correlation id."""
    refused = post(rig, TOKEN, REFRESH | change)
    told = refused.json()
    assert (refused.status_code, told["status"], told["error"]) == (400, status, error)
    assert told["correlationId"]


def test_the_dated_endpoint_takes_a_form_body_only(rig):
    """Secrets in the address are refused, and JSON is; version 1 still takes both places."""
    assert post(rig, f"{TOKEN}?client_id=sandbox", REFRESH).status_code == 400
    assert requests.post(rig.url + TOKEN, json=REFRESH, timeout=5).status_code == 400
    assert post(rig, "/oauth/v1/token?client_id=sandbox", REFRESH).status_code == 200


def test_introspection_tells_a_live_token_from_a_revoked_one(rig):
    """A revoked grant takes its access tokens along."""
    token = post(rig, TOKEN, REFRESH).json()["access_token"]
    live = post(rig, f"{TOKEN}/introspect", APP | {"token": token}).json()
    post(rig, f"{TOKEN}/revoke", APP | {"token": FIRST_REFRESH_TOKEN})
    dead = post(rig, f"{TOKEN}/introspect", APP | {"token": token}).json()
    assert (live["active"], live["hub_id"]) == (True, 147_258_369)
    assert dead == {"active": False}
    assert rig.call("GET", OWNERS, token=token).status_code == 401


def test_an_old_access_token_says_that_it_expired(rig):
    """401 EXPIRED_AUTHENTICATION, not the category of a wrong token."""
    token = post(rig, TOKEN, REFRESH).json()["access_token"]
    rig.portal.grants.monotonic = lambda: 1e12
    refused = rig.call("GET", OWNERS, token=token)
    assert (refused.status_code, refused.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")


def test_a_token_has_the_scopes_that_were_asked_for(rig):
    """What is missing is named; optional scopes come along when the portal has them."""
    back = consent(rig, scope="crm.objects.deals.read", optional_scope="tickets")
    form = APP | {"grant_type": "authorization_code", "redirect_uri": BACK, "code": back["code"]}
    token = post(rig, TOKEN, form).json()["access_token"]
    refused = rig.call("GET", "/crm/v3/objects/companies", token=token)
    missing = refused.json()["errors"][0]["context"]["requiredGranularScopes"]
    assert missing == ["crm.objects.companies.read"]
    assert rig.call("GET", "/crm/v3/objects/tickets", token=token).status_code == 200


def test_an_app_has_a_smaller_burst_and_no_daily_headers(make_rig):
    """110 calls in ten seconds, whatever the portal's edition."""
    rig = make_rig(limits=Limits())
    token = post(rig, TOKEN, REFRESH).json()["access_token"]
    headers = rig.call("GET", OWNERS, token=token).headers
    assert headers["X-HubSpot-RateLimit-Max"] == "110"
    assert "X-HubSpot-RateLimit-Daily" not in headers


def test_the_vendors_python_client_signs_in_with_version_1(rig):
    """Its own OAuth call works, and so does the token that it gets."""
    tokens = HubSpot(host=rig.url).oauth.tokens_api.create(**REFRESH)
    client = HubSpot(access_token=tokens.access_token, host=rig.url)
    assert client.crm.owners.owners_api.get_page().results == []


def test_the_daily_count_begins_anew_at_the_portals_midnight(make_rig):
    """The day is the account's own, not UTC's."""
    rig = make_rig(limits=Limits(daily=1))
    rig.call("GET", OWNERS)
    before = rig.call("GET", OWNERS).status_code
    rig.wait(17 * 3600 + 60)  # 06:00 UTC is 07:00 in Paris
    assert (before, rig.call("GET", OWNERS).status_code) == (429, 200)


def test_a_moving_account_answers_477(rig):
    """With a Retry-After in seconds."""
    rig.world.faults.schedule({"kind": "migration", "crm": "hubspot", "seconds": 7200})
    refused = rig.call("GET", OWNERS)
    assert (refused.status_code, refused.headers["Retry-After"]) == (477, "7200")
