"""What asks HubSpot for a token, and the session that an answer gives.

hubspot-api-client posts to ``/oauth/v1/token``, which is switched off on 16 February 2027, and
puts secrets into the address there: the forms and the dated endpoint are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from kam_connector.errors import SignInError
from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_hubspot.settings import HubSpotSettings

__all__ = [
    "OPTIONAL_SCOPES",
    "SCOPES",
    "Session",
    "app_form",
    "client_form",
    "code_form",
    "login_url",
    "oauth_url",
    "refresh_form",
    "session_of",
]

SCOPES = (
    "oauth",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.deals.read",
    "crm.objects.owners.read",
    "crm.schemas.companies.read",
    "crm.schemas.contacts.read",
    "crm.schemas.deals.read",
)
"""Without these the nightly sync cannot run; docs/hubspot.md says what each is for."""
OPTIONAL_SCOPES = (
    "crm.objects.deals.write",
    "crm.objects.line_items.read",
    "crm.schemas.companies.write",
    "crm.schemas.contacts.write",
    "crm.schemas.deals.write",
    "e-commerce",
    "sales-email-read",
    "settings.currencies.read",
    "tickets",
)
"""Granted where the portal's edition and the person allow them; each one missing is a note."""
EXPORT_SCOPE = "crm.export"
"""Asked for where the settings want exports; only a Super Admin grants it (exports guide)."""
JOURNAL_SCOPES = (
    "developer.webhooks_journal.read",
    "developer.webhooks_journal.subscriptions.read",
    "developer.webhooks_journal.subscriptions.write",
)
"""For the app itself; the scopes of the objects are the login's."""
_LIFETIME = timedelta(seconds=1800)
"""What HubSpot states as ``expires_in``; used only when an answer does not."""
_LEGACY = "2026-03"
"""The oldest dated version: its token endpoint serves connections on v3 paths too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An access token, how long it lives, and the portal it is good for."""

    token: Secret
    until: datetime | None
    """On our clock; None: it does not end by itself."""
    portal: str = ""
    """Empty when only a token was given."""


def oauth_url(settings: HubSpotSettings, verb: str = "") -> str:
    """Return the token endpoint, or with *verb* one below it, such as ``revoke``."""
    dated = settings.api_version if settings.is_dated else _LEGACY
    below = f"/{verb}" if verb else ""
    return f"{settings.base_url}/oauth/{dated}/token{below}"


def login_url(settings: HubSpotSettings, request: LoginRequest) -> str:
    """Return the page on which a person chooses the portal and allows the connection."""
    optional = (*OPTIONAL_SCOPES, *([EXPORT_SCOPE] if settings.export_from else []))
    asked = {
        "client_id": settings.client_id or "",
        "redirect_uri": request.redirect_uri,
        "scope": " ".join(SCOPES),
        "optional_scope": " ".join(optional),
        "state": request.state,
        "code_challenge": request.challenge,
        "code_challenge_method": "S256",
    }
    return f"{settings.app_url}/oauth/authorize?{urlencode(asked)}"


def code_form(settings: HubSpotSettings, request: LoginRequest, code: Secret) -> dict[str, str]:
    """Return the form that trades the code of a login for a session and a refresh token."""
    return {
        "grant_type": "authorization_code",
        "code": code.reveal(),
        "redirect_uri": request.redirect_uri,
        "code_verifier": request.verifier.reveal(),
        **client_form(settings),
    }


def refresh_form(settings: HubSpotSettings, refresh_token: Secret) -> dict[str, str]:
    """Return the form that trades a refresh token for a session, and perhaps for its successor."""
    token = refresh_token.reveal()
    return {"grant_type": "refresh_token", "refresh_token": token, **client_form(settings)}


def app_form(settings: HubSpotSettings) -> dict[str, str]:
    """Return the form that signs in the app itself, for the webhooks journal (journal guide)."""
    scopes = " ".join(JOURNAL_SCOPES)
    return {"grant_type": "client_credentials", "scope": scopes, **client_form(settings)}


def client_form(settings: HubSpotSettings) -> dict[str, str]:
    """Return who the app is, as every form of the token endpoint says it."""
    secret = settings.client_secret or Secret("")
    return {"client_id": settings.client_id or "", "client_secret": secret.reveal()}


def session_of(answer: Mapping[str, object], *, crm: str, now: datetime) -> Session:
    """Return the session that a token answer gives.

    Raises:
        SignInError: It holds none (KAM-3001).
    """
    token, lives = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token:
        raise SignInError("the sign-in answer holds no token", crm=crm, code="KAM-3001")
    stated = isinstance(lives, int) and 0 < lives < 10**7
    lifetime = timedelta(seconds=int(str(lives))) if stated else _LIFETIME
    return Session(token=Secret(token), until=now + lifetime, portal=str(answer.get("hub_id", "")))
