"""A Salesforce connection in the act of signing in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import responses

from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_salesforce.settings import SalesforceSettings
from kam_salesforce.transport import Transport
from tests.factories.clock import ManualClock
from tests.factories.sign_in import (
    HOST,
    MemoryVault,
    token_answer,
)

TOKEN_URL = f"{HOST}/services/oauth2/token"
QUERY = f"{HOST}/services/data/v66.0/query/"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
JWT = {"client_id": "app", "username": "kam@acme.example"}
LOGIN = {"client_id": "app", "sign_in": "login"}
REQUEST = LoginRequest(
    redirect_uri="http://localhost:8484/callback", state="s", verifier=Secret("v" * 43)
)


def make_transport(vault: MemoryVault | None = None, **table: Any) -> tuple[Transport, ManualClock]:
    """Return a transport and its clock."""
    clock = ManualClock(NOW)
    settings = SalesforceSettings(**({"domain": "acme"} | table))
    return Transport("acme", settings, clock=clock, vault=vault), clock


def signed_in(
    web: responses.RequestsMock, **more: Any
) -> tuple[Transport, ManualClock, MemoryVault]:
    """Return the transport of a connection to which a person has signed in."""
    vault = MemoryVault()
    web.post(TOKEN_URL, json=token_answer("first", refresh_token="r0") | more)
    transport, clock = make_transport(vault, **LOGIN)
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
