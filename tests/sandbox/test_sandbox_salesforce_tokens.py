"""The sandbox's OAuth pages: refresh with rotation, browser sign-in, revoke, introspect."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

pytestmark = pytest.mark.enable_socket

APP = {"client_id": "sandbox", "client_secret": "sandbox"}
BACK = "http://127.0.0.1:1717/callback"
VERIFIER = "v" * 64


def page(sandbox: Any, name: str, form: dict[str, str]) -> requests.Response:
    """Post a form to one of the OAuth pages."""
    url = f"{sandbox.addresses.salesforce}/services/oauth2/{name}"
    return requests.post(url, data=form, timeout=10)


def refresh(sandbox: Any, token: str) -> requests.Response:
    """Ask for a session with a refresh token."""
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return page(sandbox, "token", APP | form)


def status(sandbox: Any, token: str) -> int:
    """Return how a call with that session is answered."""
    sandbox.session.headers["Authorization"] = f"Bearer {token}"
    code: int = sandbox.call("GET", "limits").status_code
    return code


def allowed(sandbox: Any, **asked: str) -> dict[str, list[str]]:
    """Return what the browser brings back from the authorize page."""
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    query = {"response_type": "code", "client_id": "sandbox", "redirect_uri": BACK, "state": "s1"}
    answer = requests.get(
        f"{sandbox.addresses.salesforce}/services/oauth2/authorize",
        params=query | {"code_challenge": challenge, "code_challenge_method": "S256"} | asked,
        allow_redirects=False,
        timeout=10,
    )
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)


def test_rotation_kills_the_old_token_and_its_reuse_the_grant(make_sandbox: Any) -> None:
    """Each refresh gives a new token; the old one, used again, ends token and sessions."""
    sandbox = make_sandbox(features=frozenset({"token_rotation"}))
    first = refresh(sandbox, "sandbox-refresh-0").json()
    second = refresh(sandbox, first["refresh_token"]).json()
    before = status(sandbox, second["access_token"])
    again = refresh(sandbox, first["refresh_token"])
    afterwards = refresh(sandbox, second["refresh_token"])
    assert before == 200
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert afterwards.json()["error_description"] == "expired access/refresh token"
    assert status(sandbox, second["access_token"]) == 401


def test_without_rotation_a_refresh_token_stays(sandbox: Any) -> None:
    """The answer then holds no new one."""
    answers = [refresh(sandbox, "sandbox-refresh-0") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "refresh_token" not in answers[1].json()


def test_a_browser_sign_in_with_pkce_needs_no_secret(sandbox: Any) -> None:
    """The code is worth one token, for who knows the verifier."""
    (code,), state = allowed(sandbox)["code"], allowed(sandbox)["state"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    form |= {"client_id": "sandbox", "code_verifier": VERIFIER}
    granted = page(sandbox, "token", form)
    twice = page(sandbox, "token", form)
    assert state == ["s1"]
    assert status(sandbox, granted.json()["access_token"]) == 200
    assert refresh(sandbox, granted.json()["refresh_token"]).status_code == 200
    assert twice.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_verifier": "x" * 64}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/other"}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"code": "unknown"}, "invalid_grant"),
    ],
)
def test_a_code_is_checked(sandbox: Any, changed: dict[str, str], error: str) -> None:
    """Verifier, redirect address and secret have to fit."""
    (code,) = allowed(sandbox)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    form |= {"client_id": "sandbox", "code_verifier": VERIFIER}
    answer = page(sandbox, "token", form | changed)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_authorize_sends_nobody_elsewhere(sandbox: Any) -> None:
    """A redirect address off this machine is refused without a redirect."""
    url = f"{sandbox.addresses.salesforce}/services/oauth2/authorize"
    query = {
        "client_id": "sandbox",
        "redirect_uri": "https://example.org/",
        "response_type": "code",
    }
    answer = requests.get(url, params=query, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "redirect_uri_mismatch")


def test_revoking_ends_sessions(sandbox: Any) -> None:
    """An access token dies alone, a refresh token with its sessions."""
    one = refresh(sandbox, "sandbox-refresh-0").json()["access_token"]
    two = refresh(sandbox, "sandbox-refresh-0").json()["access_token"]
    assert page(sandbox, "revoke", {"token": one}).status_code == 200
    assert (status(sandbox, one), status(sandbox, two)) == (401, 200)
    assert page(sandbox, "revoke", {"token": "sandbox-refresh-0"}).status_code == 200
    assert status(sandbox, two) == 401
    unknown = page(sandbox, "revoke", {"token": "nothing"})
    assert (unknown.status_code, unknown.json()["error"]) == (400, "unsupported_token_type")


def test_introspection_tells_live_tokens_from_dead_ones(sandbox: Any) -> None:
    """A live session has an end; an unknown one is only "not active"."""
    token = refresh(sandbox, "sandbox-refresh-0").json()["access_token"]
    live = page(sandbox, "introspect", APP | {"token": token}).json()
    dead = page(sandbox, "introspect", APP | {"token": "nothing"}).json()
    stranger = page(sandbox, "introspect", {"token": token})
    assert (live["active"], live["client_id"]) == (True, "sandbox")
    assert 7_000 < live["exp"] - live["iat"] <= 7_200
    assert dead == {"active": False}
    assert stranger.json()["error"] == "invalid_client_id"
