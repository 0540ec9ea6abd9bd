"""Sign-in: the token endpoint, and the check of every call's bearer token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request

__all__ = [
    "CLIENT",
    "CLOSED_TO_CACHES",
    "FIXED_TOKEN",
    "Sessions",
    "check_client",
    "form_of",
    "make_key",
]

CLIENT = ("sandbox", "sandbox")
"""The one app's id and secret."""

FIXED_TOKEN = "00D000000000SBX!token"  # noqa: S105 (a published value, worth nothing)
"""A bearer token that works without sign-in, until a fault expires it."""

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCES = {"https://login.salesforce.com", "https://test.salesforce.com"}
_SESSION_S = 7_200
"""The default session timeout, two hours of real time."""
_KEY_BITS = 2_048
"""The least that Salesforce takes for a JWT certificate."""


@dataclass(slots=True)
class Sessions:
    """Issued tokens, by token, with the moment each ends (monotonic seconds)."""

    key_file: Path
    tokens: dict[str, float] = field(default_factory=lambda: {FIXED_TOKEN: float("inf")})
    refresh_tokens: set[str] = field(default_factory=lambda: {"sandbox-refresh-0"})
    spent: set[str] = field(default_factory=set)
    codes: dict[str, tuple[str, str, float]] = field(default_factory=dict)
    """Authorization codes: PKCE challenge, redirect address, and when they end."""
    _by_refresh: dict[str, str] = field(default_factory=dict)
    """The refresh token that an access token came from."""
    _public: Any = None

    def token(self, org: Org, request: Request) -> Answer:
        """Answer ``POST /services/oauth2/token``.

        Raises:
            ApiError: what OAuth calls the error, as its code.
        """
        form = form_of(request)
        extra = self._grant(org, request, form)
        token = f"{org.id[:15]}!{secrets.token_urlsafe(48)}"
        self.tokens[token] = time.monotonic() + _SESSION_S
        refresh = extra.get("refresh_token") or form.get("refresh_token")
        if refresh:
            self._by_refresh[token] = refresh
        host = f"http://{request.headers.get('host', '127.0.0.1')}"
        content = {
            "access_token": token,
            "signature": base64.b64encode(secrets.token_bytes(32)).decode(),
            "scope": "api refresh_token",
            "instance_url": host,
            "id": f"{host}/id/{org.id}/{INTEGRATION_USER}",
            "token_type": "Bearer",
            "issued_at": str(int(org.world.clock.now().timestamp() * 1000)),
            **extra,
        }
        return Answer(content=content, headers=CLOSED_TO_CACHES)

    def check(self, org: Org, request: Request) -> None:
        """Refuse a call without a live session.

        Raises:
            ApiError: INVALID_SESSION_ID, or INVALID_AUTH_HEADER.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        fault = org.world.faults.take_kind(
            "expire_token", "salesforce", request.method, request.target
        )
        if fault is not None:
            self.tokens.pop(token, None) if token != FIXED_TOKEN else None
            raise _expired()
        if scheme.lower() not in ("bearer", "oauth") or not token:
            raise ApiError(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
        if self.tokens.get(token, 0.0) < time.monotonic():
            raise _expired()

    def _grant(self, org: Org, request: Request, form: dict[str, str]) -> dict[str, str]:
        match form.get("grant_type"):
            case "client_credentials":
                check_client(request.headers, form)
                return {}
            case "refresh_token":
                check_client(request.headers, form)
                return self._refresh(org, request, form.get("refresh_token", ""))
            case kind if kind == _JWT_GRANT:
                self._check_assertion(request, form.get("assertion", ""))
                return {}
            case "authorization_code":
                return self._redeem(request, form)
            case "password":
                raise ApiError(400, "invalid_grant", "authentication failure")
            case _:
                raise ApiError(400, "unsupported_grant_type", "grant type not supported")

    def _refresh(self, org: Org, request: Request, token: str) -> dict[str, str]:
        if token in self.spent:
            self._end_grant()  # a rotated token used again revokes the whole grant
        if token not in self.refresh_tokens:
            raise ApiError(400, "invalid_grant", "expired access/refresh token")
        rotate = org.world.faults.take_kind("rotate_token", "salesforce", "POST", request.target)
        if rotate is None and not org.world.has("token_rotation"):
            return {}
        self.refresh_tokens.discard(token)
        self.spent.add(token)
        return {"refresh_token": self._new_refresh_token()}

    def _redeem(self, request: Request, form: dict[str, str]) -> dict[str, str]:
        """Take an authorization code in exchange; with PKCE the app's secret may be left out."""
        challenge, back, until = self.codes.pop(form.get("code", ""), ("", "", 0.0))
        if until < time.monotonic():
            raise ApiError(400, "invalid_grant", "invalid authorization code")
        if form.get("redirect_uri") != back:
            raise ApiError(400, "redirect_uri_mismatch", "redirect_uri must match configuration")
        if challenge and _challenge_of(form.get("code_verifier", "")) != challenge:
            raise ApiError(400, "invalid_grant", "invalid code verifier")
        if not challenge or "client_secret" in form or "authorization" in request.headers:
            check_client(request.headers, form)
        elif form.get("client_id") != CLIENT[0]:
            raise ApiError(400, "invalid_client_id", "client identifier invalid")
        return {"refresh_token": self._new_refresh_token()}

    def _new_refresh_token(self) -> str:
        fresh = secrets.token_urlsafe(32)
        self.refresh_tokens.add(fresh)
        return fresh

    def _end_grant(self) -> None:
        """End every refresh token and every session that came of one."""
        self.refresh_tokens.clear()
        for token in self._by_refresh:
            self.tokens.pop(token, None)

    def revoke(self, token: str) -> bool:
        """End a token, and with a refresh token its sessions; tell whether it was known."""
        if token in self.refresh_tokens:
            self.refresh_tokens.discard(token)
            for access in [a for a, refresh in self._by_refresh.items() if refresh == token]:
                self.tokens.pop(access, None)
            return True
        return self.tokens.pop(token, None) is not None

    def seconds_left(self, token: str) -> float | None:
        """Return how long a token still lives, or None when it is dead or unknown."""
        if token in self.refresh_tokens:
            return float("inf")
        left = self.tokens.get(token, 0.0) - time.monotonic()
        return left if left > 0 else None

    def _check_assertion(self, request: Request, assertion: str) -> None:
        audiences = _AUDIENCES | {f"http://{request.headers.get('host', '')}"}
        try:
            claims = jwt.decode(
                assertion,
                self.public_key(),
                algorithms=["RS256"],
                audience=list(audiences),
                options={"require": ["iss", "sub", "aud"], "verify_exp": False},
            )
            lifetime = float(claims.get("exp", 0)) - time.time()
        except jwt.InvalidAudienceError as error:
            raise ApiError(400, "invalid_grant", "audience is invalid") from error
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            raise ApiError(400, "invalid_grant", "invalid assertion") from error
        if claims["iss"] != CLIENT[0]:
            raise ApiError(400, "invalid_client_id", "client identifier invalid")
        if not -300 < lifetime <= 305:  # at most five minutes ahead, with some skew
            raise ApiError(400, "invalid_grant", "assertion is expired or lives too long")

    def public_key(self) -> Any:
        """Return the public key, read from the file when it is first needed."""
        if self._public is None:
            self._public = _load(self.key_file).public_key()
        return self._public


CLOSED_TO_CACHES = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}
"""Headers of every answer about tokens."""


def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form post."""
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _expired() -> ApiError:
    return ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def check_client(headers: Mapping[str, str], form: Mapping[str, str]) -> None:
    """Refuse a call that does not come from the one app, by its id and secret.

    Raises:
        ApiError: ``invalid_client_id`` or ``invalid_client``.
    """
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    given = (form.get("client_id", ""), form.get("client_secret", ""))
    if scheme.lower() == "basic":
        try:
            id_, _, secret = base64.b64decode(encoded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ApiError(400, "invalid_client", "invalid client credentials") from error
        given = (unquote_plus(id_), unquote_plus(secret))
    if given[0] != CLIENT[0]:
        raise ApiError(400, "invalid_client_id", "client identifier invalid")
    if given[1] != CLIENT[1]:
        raise ApiError(400, "invalid_client", "invalid client credentials")


def make_key(key_file: Path) -> None:
    """Write the private key of the JWT flow, if there is none yet."""
    if key_file.exists():
        return
    made = rsa.generate_private_key(public_exponent=65_537, key_size=_KEY_BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key_file.parent.mkdir(parents=True, exist_ok=True)
    key_file.touch(mode=0o600)
    key_file.write_bytes(pem)


def _load(key_file: Path) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{key_file} holds no RSA key")
    return key
