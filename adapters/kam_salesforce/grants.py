"""What asks Salesforce for a token, and the session that an answer gives.

simple-salesforce builds a JWT's addresses out of texts, drops the org's id from the answer and
knows neither refresh tokens nor PKCE: the forms are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from kam_connector.errors import ConfigError, SignInError
from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_salesforce.hosts import check_host
from kam_salesforce.settings import SalesforceSettings, SignInBy

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["Session", "code_form", "login_url", "refresh_form", "session_of", "sign_in_form"]

_LIFETIME = timedelta(minutes=3)
"""Salesforce takes a JWT that ends within five minutes; three leave room for a slow clock."""
_KEY_BITS = 2048
"""The least that Salesforce takes for a JWT certificate."""
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A token and the host it is good for."""

    token: Secret
    instance_url: str
    org_ref: str
    """The org's 15 or 18 character id, as far as the token tells it."""
    user_ref: str = ""
    """The user we act as; empty when only a token was given."""
    since: datetime
    """When it was issued, on our clock."""


def sign_in_form(settings: SalesforceSettings, *, now: datetime) -> dict[str, str]:
    """Return the form that signs in without a person: JWT or client credentials.

    Raises:
        ConfigError: The private key cannot be used (KAM-1049).
    """
    if settings.sign_in_by is SignInBy.JWT:
        return {"grant_type": _JWT_GRANT, "assertion": _assertion(settings, now=now)}
    return {"grant_type": "client_credentials", **_client(settings)}


def refresh_form(settings: SalesforceSettings, refresh_token: Secret) -> dict[str, str]:
    """Return the form that trades a refresh token for a session, and perhaps for its successor."""
    token = refresh_token.reveal()
    return {"grant_type": "refresh_token", "refresh_token": token, **_client(settings)}


def code_form(settings: SalesforceSettings, request: LoginRequest, code: Secret) -> dict[str, str]:
    """Return the form that trades the code of a login for a session and a refresh token."""
    return {
        "grant_type": "authorization_code",
        "code": code.reveal(),
        "redirect_uri": request.redirect_uri,
        "code_verifier": request.verifier.reveal(),
        **_client(settings),
    }


def login_url(settings: SalesforceSettings, request: LoginRequest) -> str:
    """Return the page on which a person allows the connection.

    ``prompt=login consent`` asks anew, so that nobody connects with whoever happens to be
    signed in with this browser.
    """
    asked = {
        "response_type": "code",
        "client_id": settings.client_id or "",
        "redirect_uri": request.redirect_uri,
        "scope": "api refresh_token",
        "state": request.state,
        "code_challenge": request.challenge,
        "code_challenge_method": "S256",
        "prompt": "login consent",
    }
    return f"{settings.base_url}/services/oauth2/authorize?{urlencode(asked)}"


def session_of(
    answer: Mapping[str, object], settings: SalesforceSettings, *, crm: str, now: datetime
) -> Session:
    """Return the session that a token answer gives.

    Raises:
        SignInError: It holds none (KAM-3001).
        ConfigError: It is good for a host that is not Salesforce's (KAM-1041, KAM-1048).
    """
    token, instance = answer.get("access_token"), answer.get("instance_url")
    if not isinstance(token, str) or not isinstance(instance, str) or not token:
        raise SignInError("the sign-in answer holds no token", crm=crm, code="KAM-3001")
    check_host(instance, endpoint=settings.endpoint)
    *_, org, user = ["", "", *str(answer.get("id", "")).rstrip("/").split("/")]
    return Session(
        token=Secret(token),
        instance_url=instance.rstrip("/"),
        org_ref=org,
        user_ref=user,
        since=now,
    )


def _client(settings: SalesforceSettings) -> dict[str, str]:
    secret = settings.client_secret
    named = {"client_id": settings.client_id or ""}
    return named | ({"client_secret": secret.reveal()} if secret is not None else {})


def _assertion(settings: SalesforceSettings, *, now: datetime) -> str:
    import jwt  # noqa: PLC0415  only this way to sign in needs it

    claims = {
        "iss": settings.client_id,
        "sub": settings.username,
        "aud": settings.audience_url,
        "exp": int((now + _LIFETIME).timestamp()),
    }
    key = _private_key((settings.private_key or Secret("")).reveal())
    return jwt.encode(claims, key, algorithm="RS256")


def _private_key(text: str) -> RSAPrivateKey:
    """Read a PEM; its line ends may be spelled out, as environment variables often need.

    Raises:
        ConfigError: KAM-1049, saying what it is instead.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  heavy
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        load_pem_private_key,
    )

    pem = text.replace("\\n", "\n")
    if "PRIVATE KEY" not in pem:
        what = next((one for one in ("CERTIFICATE", "PUBLIC KEY") if one in pem), "no PEM file")
        raise _unusable(f"it is {what.lower()}" if what[0] == "n" else f"it holds a {what.lower()}")
    if "ENCRYPTED" in pem:
        raise _unusable("it is protected by a passphrase")
    try:
        key = load_pem_private_key(pem.encode("ascii"), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unusable("it is damaged") from None
    if not isinstance(key, RSAPrivateKey):
        raise _unusable("it is no RSA key")
    if key.key_size < _KEY_BITS:
        raise _unusable(f"it has {key.key_size} bits; Salesforce asks for {_KEY_BITS} or more")
    return key


def _unusable(why: str) -> ConfigError:
    return ConfigError(
        f"private_key cannot be used: {why}",
        code="KAM-1049",
        hint="name the PEM file that openssl wrote beside the certificate: docs/salesforce.md",
        field="private_key",
    )
