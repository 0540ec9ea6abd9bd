"""OAuth: a person's consent, the token endpoint, introspection and revoking.

The dated endpoints take their parameters in the form body only and answer errors in OAuth's
own words; version 1 takes them from anywhere and ends on 16 February 2027 (vendor's OAuth
migration guide). Texts of refusals: seen in public clients' issues.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import ApiError, not_found
from kam_sandbox.hubspot.grants import ACCESS_S, CLIENT, Grant
from kam_sandbox.hubspot.ids import APP_NUMBER
from kam_sandbox.hubspot.scopes import ALL_SCOPES, JOURNAL_SCOPES
from kam_sandbox.hubspot.settings import PORTAL_ID

__all__ = ["ROUTES"]

_USER = 4711
_HOSTS = ("localhost", "127.0.0.1")
_REFUSALS = {
    "BAD_CLIENT_ID": ("invalid_client", "missing or unknown client id"),
    "BAD_CLIENT_SECRET": ("invalid_client", "missing or invalid client secret"),
    "BAD_GRANT_TYPE": ("unsupported_grant_type", "missing or unknown grant type"),
    "BAD_AUTH_CODE": ("invalid_grant", "missing or unknown auth code"),
    "BAD_REDIRECT_URI": ("invalid_grant", "redirect URI mismatch"),
    "BAD_REFRESH_TOKEN": ("invalid_grant", "missing or invalid refresh token"),
    "BAD_SCOPE": ("invalid_scope", "missing or unknown scope"),
    "BAD_REQUEST": ("invalid_request", "parameters belong in the form-encoded body"),
}


def _authorize(call: Call) -> Answer:
    """Consent at once, as a person would, and lead back with a code."""
    back = call.one("redirect_uri")
    if call.one("client_id") != CLIENT[0]:
        raise _refused("BAD_CLIENT_ID")
    at = urlsplit(back)
    if at.scheme != "https" and at.hostname not in _HOSTS:
        raise _refused("BAD_REDIRECT_URI")
    wanted = frozenset(call.one("scope").split()) | {"oauth"}
    optional = frozenset(call.one("optional_scope").split())
    unknown = (wanted | optional) - ALL_SCOPES
    if unknown:
        raise _refused("BAD_SCOPE")
    refused = wanted - call.portal.scopes()
    if refused:
        answer = {"error": "access_denied", "error_description": " ".join(sorted(refused))}
    else:
        scopes = (wanted | optional) & call.portal.scopes()
        grant = Grant(scopes=scopes, user=_USER)
        code = call.portal.grants.offer(grant, back, call.one("code_challenge"))
        answer = {"code": code}
    if state := call.one("state"):
        answer["state"] = state
    call.reply["Location"] = f"{back}?{urlencode(answer)}"
    return 302, None


def _token(call: Call) -> Answer:
    """Give an access token for a code, a refresh token, or the app's own credentials."""
    form = _form(call)
    kind = form.get("grant_type", "")
    _check_client(form, public="code_verifier" in form and kind == "authorization_code")
    grants = call.portal.grants
    match kind:
        case "authorization_code":
            grant = _redeem(call, form)
            return _issued(call, grant, grants.start(grant))
        case "refresh_token":
            refresh = form.get("refresh_token", "")
            grant = grants.refresh.get(refresh) or _refuse("BAD_REFRESH_TOKEN")
            rotate = call.portal.world.faults.take_kind(
                "rotate_token", "hubspot", "POST", call.path
            )
            if rotate is not None or call.portal.has("token_rotation"):
                refresh = grants.rotate(refresh)
            return _issued(call, grant, refresh)
        case "client_credentials":
            wanted = frozenset(form.get("scope", "").split())
            if not wanted or wanted - ALL_SCOPES - JOURNAL_SCOPES:
                raise _refused("BAD_SCOPE")
            return _issued(call, Grant(scopes=wanted), "")
    raise _refused("BAD_GRANT_TYPE")


def _introspect(call: Call) -> Answer:
    """Tell what a token is worth; a dead one is merely not active."""
    form = _form(call)
    _check_client(form, public=False)
    token, grants = form.get("token", ""), call.portal.grants
    left = grants.left_s(token)
    if token in grants.refresh:
        return 200, _facts(grants.refresh[token], "refresh_token")
    if left is None or left <= 0:
        return 200, {"active": False}
    return 200, _facts(grants.access[token][0], "access_token") | {"expires_in": left}


def _revoke(call: Call) -> Answer:
    """End a token; an unknown one is as good as ended."""
    form = _form(call)
    _check_client(form, public=False)
    call.portal.grants.revoke(form.get("token", ""))
    return 200, None


def _token_facts(call: Call) -> Answer:
    """Tell what an access token is worth (version 1)."""
    token, grants = call.params["token"], call.portal.grants
    left = grants.left_s(token)
    if left is None or left <= 0:
        raise not_found("Access token not found")
    facts = _facts(grants.access[token][0], "access")
    return 200, facts | {"token": token, "expires_in": left}


def _form(call: Call) -> Mapping[str, str]:
    body = call.body if isinstance(call.body, Mapping) else {}
    if call.dated:
        if call.query or not call.is_form:
            raise _refused("BAD_REQUEST")
        return body
    return {key: values[-1] for key, values in call.query.items()} | dict(body)


def _check_client(form: Mapping[str, str], *, public: bool) -> None:
    if form.get("client_id") != CLIENT[0]:
        raise _refused("BAD_CLIENT_ID")
    secret = form.get("client_secret")
    if secret != CLIENT[1] and not (public and secret is None):
        raise _refused("BAD_CLIENT_SECRET")


def _redeem(call: Call, form: Mapping[str, str]) -> Grant:
    code = call.portal.grants.redeem(form.get("code", ""))
    if code is None:
        raise _refused("BAD_AUTH_CODE")
    if code.redirect_uri != form.get("redirect_uri"):
        raise _refused("BAD_REDIRECT_URI")
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if code.challenge not in ("", proof):
        raise _refused("BAD_AUTH_CODE")
    return code.grant


def _issued(call: Call, grant: Grant, refresh: str) -> Answer:
    answer: dict[str, Any] = {
        "token_type": "bearer",
        "access_token": call.portal.grants.issue(grant, refresh),
        "expires_in": ACCESS_S,
    }
    if refresh:
        answer["refresh_token"] = refresh
    if call.dated:
        answer |= {"hub_id": PORTAL_ID, "scopes": sorted(grant.scopes), "user_id": grant.user}
    return 200, answer


def _facts(grant: Grant, use: str) -> dict[str, Any]:
    return {
        "active": True,
        "token_use": use,
        "token_type": use,
        "client_id": CLIENT[0],
        "app_id": APP_NUMBER,
        "hub_id": PORTAL_ID,
        "hub_domain": "sandbox.example",
        "user": "admin@sandbox.example",
        "user_id": grant.user,
        "scopes": sorted(grant.scopes),
    }


def _refuse(status: str) -> Grant:
    raise _refused(status)


def _refused(status: str) -> ApiError:
    error, message = _REFUSALS[status]
    extra = {"status": status, "error": error, "error_description": message}
    return ApiError(400, status, message, extra=extra)


ROUTES: tuple[Route, ...] = (
    Route("GET", "consent", "authorize", _authorize, open=True),
    Route("POST", "oauth", "token", _token, open=True),
    Route("POST", "oauth", "token/introspect", _introspect, open=True),
    Route("POST", "oauth", "token/revoke", _revoke, open=True),
    Route("GET", "oauth", "access-tokens/{token}", _token_facts, open=True),
)
"""Method, family of paths, path, handler."""
