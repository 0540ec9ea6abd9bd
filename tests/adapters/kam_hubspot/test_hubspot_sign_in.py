"""A login is renewed in time, by one at a time, and its successor is kept before use."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from kam_connector.errors import ConfigError, CrmUnavailable, KamError, SignInError
from kam_connector.model.settings import Secret
from kam_hubspot import grants
from kam_hubspot.crm import HubSpotCrm
from kam_hubspot.settings import HubSpotSettings
from tests.factories.hubspot_sign_in import (
    EXPIRED,
    HOST,
    LOGIN,
    NOW,
    OWNERS,
    REQUEST,
    TOKEN_URL,
    forms,
    hub_answer,
    kept,
    make_transport,
    signed_in,
)
from tests.factories.sign_in import MemoryVault


def test_code_is_traded_in_the_form_and_never_in_the_address(web: responses.RequestsMock) -> None:
    """The dated endpoint takes secrets in the body only, where no log writes them down."""
    vault = MemoryVault()
    web.post(TOKEN_URL, json=hub_answer("first", refresh_token="r0"))
    transport, _ = make_transport(vault)
    session = transport.sign_in.redeem(REQUEST, Secret("code"))
    assert (session.token.reveal(), session.portal) == ("first", "4711")
    assert session.until == NOW + timedelta(seconds=1800)
    assert forms(web)[0] == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": REQUEST.redirect_uri,
        "code_verifier": "v" * 43,
        "client_id": "app",
        "client_secret": "hush-secret",
    }
    assert kept(vault)["refresh_token"] == "r0"


def test_session_is_renewed_five_minutes_before_its_end(web: responses.RequestsMock) -> None:
    """By its stated life, not by waiting for a refusal."""
    transport, clock, _ = signed_in(web)
    web.post(TOKEN_URL, json=hub_answer("second"))
    clock.sleep(1499)
    still = transport.sign_in.session().token.reveal()
    clock.sleep(2)
    assert (still, transport.sign_in.session().token.reveal()) == ("first", "second")


def test_successor_is_kept_before_the_session_is_used(web: responses.RequestsMock) -> None:
    """A refresh token that rotates is on disk before anything is asked with its session."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, json=hub_answer("second", refresh_token="r1"))
    seen: list[str] = []

    def answer(_request: Any) -> tuple[int, dict[str, str], str]:
        seen.append(kept(vault)["refresh_token"])
        return 200, {}, '{"results": []}'

    web.add_callback("GET", OWNERS, answer)
    transport.request("GET", OWNERS)
    assert seen == ["r1"]


def test_same_refresh_token_is_kept_when_none_comes(web: responses.RequestsMock) -> None:
    """Without rotation the old one stays good."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, json=hub_answer("second"))
    transport.sign_in.session()
    assert kept(vault)["refresh_token"] == "r0"


@pytest.mark.guarantee("G14")
def test_sixteen_threads_renew_once(web: responses.RequestsMock) -> None:
    """Single flight: all meet the same expired token, one renews it."""
    transport, _, _ = signed_in(web)
    gate = threading.Barrier(16)

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        if request.headers["Authorization"] == "Bearer first":
            gate.wait(10)
            return 401, {}, json.dumps(EXPIRED)
        return 200, {}, '{"results": []}'

    web.add_callback("GET", OWNERS, answer)
    web.post(TOKEN_URL, json=hub_answer("second", refresh_token="r1"))
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda _n: transport.request("GET", OWNERS).status_code, range(16)))
    assert got == [200] * 16
    assert [form["refresh_token"] for form in forms(web)] == ["r0"]


def test_another_process_that_renewed_is_followed(web: responses.RequestsMock) -> None:
    """The latest token is read within the turn: nobody sends a spent one."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, json=hub_answer("second", refresh_token="r1"))
    transport.sign_in.session()
    other, _ = make_transport(vault)
    assert other.sign_in.session().token.reveal() == "second"
    assert len(forms(web)) == 1


def test_other_401_is_no_reason_to_renew(web: responses.RequestsMock) -> None:
    """HubSpot: a 401 is not a valid sign that a token should be refreshed."""
    transport, _, _ = signed_in(web)
    web.get(OWNERS, status=401, json={"status": "error", "category": "INVALID_AUTHENTICATION"})
    with pytest.raises(SignInError) as caught:
        transport.request("GET", OWNERS)
    assert (caught.value.code, forms(web)) == ("KAM-3001", [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "BAD_REFRESH_TOKEN", "message": "missing or invalid refresh token"}, "3006"),
        ({"error": "invalid_grant", "error_description": "refresh token is invalid"}, "3006"),
        ({"status": "BAD_CLIENT_SECRET", "error": "invalid_client"}, "3001"),
        ({"status": "BAD_CLIENT_ID", "error": "invalid_client"}, "3001"),
        ({"status": "BAD_SCOPE", "error": "invalid_scope"}, "3123"),
        ({"status": "BAD_REDIRECT_URI", "error": "invalid_grant"}, "3122"),
        ({"status": "BAD_AUTH_CODE", "error": "invalid_grant"}, "3007"),
    ],
)
def test_each_refusal_says_what_to_do(
    web: responses.RequestsMock, body: dict[str, str], code: str
) -> None:
    """One clear message, final for five minutes, and no secret in it."""
    transport, clock, _ = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, status=400, json=body)
    with pytest.raises(SignInError) as first:
        transport.sign_in.session()
    with pytest.raises(SignInError) as again:
        transport.sign_in.session()
    assert (first.value.code, again.value) == (f"KAM-{code}", first.value)
    assert first.value.hint
    assert "hush" not in str(first.value)
    assert len(forms(web)) == 1


def test_ended_login_asks_for_a_new_one(web: responses.RequestsMock) -> None:
    """A withdrawn login leaves no token behind, and says which command helps."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, status=400, json={"status": "BAD_REFRESH_TOKEN"})
    with pytest.raises(SignInError):
        transport.sign_in.session()
    assert "refresh_token" not in kept(vault)
    later, _ = make_transport(vault)
    with pytest.raises(SignInError) as caught:
        later.sign_in.session()
    assert (caught.value.code, caught.value.hint) == ("KAM-3006", "kam connection login acme")


def test_silence_keeps_a_session_that_lives(web: responses.RequestsMock) -> None:
    """HubSpot's trouble with tokens is no trouble while the present one is good."""
    transport, clock, _ = signed_in(web)
    web.post(TOKEN_URL, status=503, body="down")
    clock.sleep(1501)
    assert transport.sign_in.session().token.reveal() == "first"
    clock.sleep(600)
    with pytest.raises(CrmUnavailable):
        transport.sign_in.session()


def test_another_portal_is_noticed(web: responses.RequestsMock) -> None:
    """A login that suddenly speaks for another portal is stopped, and not kept."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, json=hub_answer("second", refresh_token="r1", hub_id=9))
    with pytest.raises(SignInError) as caught:
        transport.sign_in.session()
    assert (caught.value.code, kept(vault)["portal"]) == ("KAM-3008", "4711")


@pytest.mark.parametrize("answer", [{}, {"access_token": 7}, {"access_token": ""}])
def test_answer_without_a_token_is_no_session(
    web: responses.RequestsMock, answer: dict[str, Any]
) -> None:
    """Whole JSON of another shape signs nobody in."""
    transport, clock, _ = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, json=answer)
    with pytest.raises(SignInError) as caught:
        transport.sign_in.session()
    assert caught.value.code == "KAM-3001"


def test_nobody_has_signed_in() -> None:
    """The first use says which command is missing."""
    transport, _ = make_transport(MemoryVault())
    with pytest.raises(SignInError) as caught:
        transport.sign_in.session()
    assert (caught.value.code, caught.value.hint) == ("KAM-3005", "kam connection login acme")


def test_kept_login_is_for_its_app_only(web: responses.RequestsMock) -> None:
    """A token is never sent to an app or host other than its own."""
    _, _, vault = signed_in(web)
    other, _ = make_transport(vault, **(LOGIN | {"client_id": "another"}))
    with pytest.raises(SignInError) as caught:
        other.sign_in.session()
    assert caught.value.code == "KAM-3005"


def test_logout_withdraws_the_refresh_token(web: responses.RequestsMock) -> None:
    """It ends at HubSpot, then here."""
    _, clock, vault = signed_in(web)
    web.post(f"{TOKEN_URL}/revoke", body=b"")
    HubSpotCrm.withdraw("acme", HubSpotSettings(**LOGIN), clock=clock, vault=vault)
    sent = parse_qs(str(web.calls[-1].request.body))
    assert (sent["token"], vault.text) == (["r0"], None)


@pytest.mark.parametrize(
    ("host", "app"),
    [("api.hubapi.com", "app.hubspot.com"), ("api-eu1.hubapi.com", "app-eu1.hubspot.com")],
)
def test_person_signs_in_at_the_region_of_the_portal(host: str, app: str) -> None:
    """The consent page asks for the scopes that docs/hubspot.md lists, and carries the state."""
    settings = HubSpotSettings(host=host, **LOGIN)
    url = urlsplit(grants.login_url(settings, REQUEST))
    asked = parse_qs(url.query)
    assert (url.hostname, url.path) == (app, "/oauth/authorize")
    assert asked["scope"][0].split()[0] == "oauth"
    assert "sales-email-read" in asked["optional_scope"][0].split()
    assert (asked["state"], asked["code_challenge"]) == (["s"], [REQUEST.challenge])


def test_token_connection_needs_no_browser() -> None:
    """A static token has nothing to log in to."""
    settings = HubSpotSettings(access_token=Secret("pat-hush"))
    with pytest.raises(ConfigError) as caught:
        HubSpotCrm.login_port(settings)
    assert caught.value.code == "KAM-1064"


@pytest.mark.parametrize("version", ["2026-03", "2026-09", "v3"])
def test_token_endpoint_is_always_a_dated_one(version: str) -> None:
    """Version 1 of the token endpoint is switched off on 16 February 2027."""
    url = grants.oauth_url(HubSpotSettings(api_version=version, **LOGIN))
    assert url in (f"{HOST}/oauth/2026-03/token", f"{HOST}/oauth/2026-09/token")


def test_expired_static_token_is_final(web: responses.RequestsMock) -> None:
    """A static token cannot be renewed: the message says that the session ended."""
    transport, _ = make_transport(access_token=Secret("pat-hush"))
    web.get(OWNERS, status=401, json=EXPIRED)
    with pytest.raises(KamError) as caught:
        transport.request("GET", OWNERS)
    assert (caught.value.code, len(web.calls)) == ("KAM-3002", 1)
