"""A HubSpot connection in the act of signing in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import responses

from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_hubspot.settings import HubSpotSettings
from kam_hubspot.transport import Transport
from tests.factories.clock import ManualClock
from tests.factories.sign_in import MemoryVault

HOST = "https://api.hubapi.com"
TOKEN_URL = f"{HOST}/oauth/2026-09/token"
OWNERS = f"{HOST}/crm/owners/2026-09"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
EXPIRED = {"status": "error", "category": "EXPIRED_AUTHENTICATION", "message": "expired"}
LOGIN = {"client_id": "app", "client_secret": Secret("hush-secret"), "sign_in": "login"}
REQUEST = LoginRequest(
    redirect_uri="http://localhost:8484/callback", state="s", verifier=Secret("v" * 43)
)


def hub_answer(token: str, **more: Any) -> dict[str, Any]:
    """Return what HubSpot answers to a grant."""
    return {"access_token": token, "expires_in": 1800, "hub_id": 4711, "scopes": []} | more


def make_transport(vault: MemoryVault | None = None, **table: Any) -> tuple[Transport, ManualClock]:
    """Return a transport and its clock."""
    clock = ManualClock(NOW)
    return Transport("acme", HubSpotSettings(**(table or LOGIN)), clock=clock, vault=vault), clock


def signed_in(
    web: responses.RequestsMock, **more: Any
) -> tuple[Transport, ManualClock, MemoryVault]:
    """Return the transport of a connection to which a person has signed in."""
    vault = MemoryVault()
    web.post(TOKEN_URL, json=hub_answer("first", refresh_token="r0") | more)
    transport, clock = make_transport(vault)
    transport.sign_in.redeem(REQUEST, Secret("code"))
    web.remove("POST", TOKEN_URL)
    web.calls.reset()
    return transport, clock, vault


def kept(vault: MemoryVault) -> dict[str, Any]:
    """Return what the vault holds."""
    assert vault.text is not None
    document: dict[str, Any] = json.loads(vault.text.reveal())
    return document


def forms(web: responses.RequestsMock) -> list[dict[str, str]]:
    """Return the forms that went to the token endpoint."""
    asked = [call.request for call in web.calls if call.request.url == TOKEN_URL]
    return [{k: v[0] for k, v in parse_qs(str(one.body)).items()} for one in asked]
