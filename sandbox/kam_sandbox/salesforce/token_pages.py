"""The OAuth pages beside the token endpoint: authorize, revoke, introspect, userinfo."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from kam_sandbox.salesforce.auth import CLIENT, CLOSED_TO_CACHES, Sessions, check_client, form_of
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request

__all__ = ["TokenPages"]

_CODE_S = 900.0
"""An authorization code lives fifteen minutes (web server flow)."""
_LOOPBACK = {"127.0.0.1", "localhost"}


class TokenPages:
    """What a client asks about tokens, apart from asking for one.

    Args:
        sessions: The issued tokens.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def answer(self, org: Org, request: Request) -> Answer | None:
        """Answer one of the pages, or return None when the path is none of them."""
        page = (request.method, request.path.rstrip("/"))
        try:
            match page:
                case ("POST", "/services/oauth2/token"):
                    return self._sessions.token(org, request)
                case ("GET", "/services/oauth2/authorize"):
                    return self._authorize(request)
                case ("POST" | "GET", "/services/oauth2/revoke"):
                    return self._revoke(request)
                case ("POST", "/services/oauth2/introspect"):
                    return self._introspect(org, request)
                case ("GET" | "POST", "/services/oauth2/userinfo"):
                    self._sessions.check(org, request)
                    return Answer(content=_identity(org, request))
                case ("GET", path) if path == f"/id/{org.id}/{INTEGRATION_USER}":
                    self._sessions.check(org, request)
                    return Answer(content=_identity(org, request) | _ID_ONLY)
                case _:
                    return None
        except ApiError as error:
            if error.status == 401:
                raise
            content = {"error": error.code, "error_description": error.message}
            return Answer(status=error.status, content=content, headers=CLOSED_TO_CACHES)

    def _authorize(self, request: Request) -> Answer:
        """Answer the browser as if its user had pressed "Allow" at once."""
        asked = request.query
        if asked.get("client_id") != CLIENT[0]:
            raise ApiError(400, "invalid_client_id", "client identifier invalid")
        back = asked.get("redirect_uri", "")
        if urlsplit(back).hostname not in _LOOPBACK:
            message = "redirect_uri must match configuration"
            raise ApiError(400, "redirect_uri_mismatch", message)
        told = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("response_type") != "code":
            told["error"] = "unsupported_response_type"
        elif asked.get("code_challenge") and asked.get("code_challenge_method", "S256") != "S256":
            told |= {"error": "invalid_request", "error_description": "invalid code challenge"}
        else:
            code = f"aPrx{secrets.token_urlsafe(32)}"
            until = time.monotonic() + _CODE_S
            self._sessions.codes[code] = (asked.get("code_challenge", ""), back, until)
            told["code"] = code
        joint = "&" if urlsplit(back).query else "?"
        return Answer(status=302, headers={"Location": f"{back}{joint}{urlencode(told)}"})

    def _revoke(self, request: Request) -> Answer:
        token = form_of(request).get("token") or request.query.get("token", "")
        if not self._sessions.revoke(token):
            raise ApiError(400, "unsupported_token_type", "this token type is not supported")
        return Answer(status=200)

    def _introspect(self, org: Org, request: Request) -> Answer:
        form = form_of(request)
        check_client(request.headers, form)
        token = form.get("token", "")
        left = self._sessions.seconds_left(token)
        if left is None:
            return Answer(content={"active": False}, headers=CLOSED_TO_CACHES)
        now = int(time.time())
        content: dict[str, Any] = {
            "active": True,
            "scope": "api refresh_token",
            "client_id": CLIENT[0],
            "username": _user(org).get("Username"),
            "sub": f"http://{request.headers.get('host')}/id/{org.id}/{INTEGRATION_USER}",
            "token_type": "refresh_token" if token in self._sessions.refresh_tokens else "Bearer",
            "iat": now,
            "nbf": now,
        }
        if left != float("inf"):
            content["exp"] = now + int(left)
        return Answer(content=content, headers=CLOSED_TO_CACHES)


_ID_ONLY = {"asserted_user": True, "status": {"created_date": None, "body": None}}


def _user(org: Org) -> dict[str, Any]:
    user = org.records.get("User", INTEGRATION_USER)
    return user.fields if user else {}


def _identity(org: Org, request: Request) -> dict[str, Any]:
    fields, host = _user(org), f"http://{request.headers.get('host')}"
    return {
        "sub": f"{host}/id/{org.id}/{INTEGRATION_USER}",
        "user_id": INTEGRATION_USER,
        "organization_id": org.id,
        "preferred_username": fields.get("Username"),
        "nickname": fields.get("Alias"),
        "name": f"{fields.get('FirstName', '')} {fields.get('LastName', '')}".strip(),
        "email": fields.get("Email"),
        "email_verified": True,
        "zoneinfo": fields.get("TimeZoneSidKey"),
        "locale": fields.get("LocaleSidKey"),
        "language": fields.get("LanguageLocaleKey"),
        "active": True,
        "user_type": "STANDARD",
        "urls": {"rest": f"{host}/services/data/v{{version}}/"},
    }
