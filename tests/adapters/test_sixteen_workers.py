"""Sixteen workers of one connection meet an ended session at once: over both adapters, counted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
import responses

from tests.factories import hubspot_sign_in, salesforce_sign_in
from tests.factories.sign_in import MemoryVault, token_answer
from tests.guarantees import Figures

WORKERS, ROUNDS = 16, 5
HOMES: dict[str, tuple[Any, str, Callable[..., dict[str, Any]]]] = {
    "salesforce": (salesforce_sign_in, salesforce_sign_in.QUERY, token_answer),
    "hubspot": (hubspot_sign_in, hubspot_sign_in.OWNERS, hubspot_sign_in.hub_answer),
}


@dataclass
class Issuer:
    """A CRM whose refresh tokens rotate: the old one dies, and a second use ends the grant."""

    make: Callable[..., dict[str, Any]]
    ended: list[dict[str, str]] | dict[str, str]
    vault: MemoryVault
    gate: threading.Barrier = field(default_factory=lambda: threading.Barrier(WORKERS))
    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 0
    """Of the present refresh token."""
    access: str = "first"
    renewals: int = 0
    spent: int = 0
    """Refresh tokens that came a second time."""
    unsaved: int = 0
    """Requests with a session whose refresh token was not kept yet."""

    def token(self, request: Any) -> tuple[int, dict[str, str], str]:
        """Answer a grant."""
        form = {name: values[0] for name, values in parse_qs(str(request.body)).items()}
        with self.lock:
            self.renewals += 1
            if form["refresh_token"] != f"r{self.number}":
                self.spent += 1
                return 400, {}, '{"error": "invalid_grant"}'
            self.number += 1
            self.access = f"a{self.number}"
        return 200, {}, json.dumps(self.make(self.access, refresh_token=f"r{self.number}"))

    def record(self, request: Any) -> tuple[int, dict[str, str], str]:
        """Answer a request; those with an ended session all arrive before any is told so."""
        if request.headers["Authorization"] != f"Bearer {self.access}":
            self.gate.wait(60)
            return 401, {}, json.dumps(self.ended)
        kept = json.loads(self.vault.text.reveal() if self.vault.text else "{}")
        with self.lock:
            self.unsaved += kept.get("refresh_token") != f"r{self.number}"
        return 200, {}, '{"results": [], "done": true}'


@pytest.mark.guarantee("G14")
@pytest.mark.parametrize("crm", sorted(HOMES))
def test_sixteen_workers_renew_once_and_lose_no_token(
    web: responses.RequestsMock, crm: str, figure: Figures
) -> None:
    """Each of five ended sessions costs one renewal; its successor is kept before it is used."""
    home, url, make = HOMES[crm]
    transport, clock, vault = home.signed_in(web)
    issuer = Issuer(make=make, ended=home.EXPIRED, vault=vault)
    web.add_callback("POST", home.TOKEN_URL, issuer.token)
    web.add_callback("GET", url, issuer.record)

    def a_round(number: int) -> list[int]:
        issuer.access = f"ended {number}"
        clock.sleep(60)
        with ThreadPoolExecutor(WORKERS) as pool:
            asked = pool.map(lambda _n: transport.request("GET", url).status_code, range(WORKERS))
            return list(asked)

    answers = [status for number in range(ROUNDS) for status in a_round(number)]
    told = f"{crm}: {WORKERS} threads, {ROUNDS} ended sessions: {issuer.renewals} renewals, "
    told += f"{issuer.spent} spent tokens sent again, {issuer.unsaved} sessions used before "
    told += "their refresh token was kept"
    met = (issuer.renewals, issuer.spent, issuer.unsaved) == (ROUNDS, 0, 0)
    figure("G14", told, met=met and answers == [200] * (WORKERS * ROUNDS))
