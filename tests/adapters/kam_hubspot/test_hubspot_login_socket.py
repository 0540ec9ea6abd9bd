"""A login with a browser, over real sockets: consent, code, refresh, rotation, withdrawal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from kam_connector.bootstrap import SystemClock
from kam_connector.errors import SignInError
from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_hubspot import HubSpotCrm, grants
from kam_hubspot.settings import HubSpotSettings
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from tests.factories.hubspot_sign_in import kept
from tests.factories.sign_in import MemoryVault

pytestmark = pytest.mark.enable_socket
REQUEST = LoginRequest(
    redirect_uri="http://localhost:8484/callback", state="s", verifier=Secret("v" * 43)
)


class LaterClock(SystemClock):
    """Our own clock, some time from now."""

    ahead = timedelta(0)

    def now(self) -> Any:
        """Return the present, moved on."""
        return super().now() + self.ahead


@pytest.fixture(name="portal", scope="module")
def _portal() -> Iterator[tuple[World, str]]:
    """Serve a small world for this module."""
    world = build_world(clock=WorldClock(), scale=0.05)
    with running(world) as addresses:
        yield world, addresses.hubspot


def settings_of(address: str, **more: Any) -> HubSpotSettings:
    """Return the settings of a login at the sandbox's app."""
    table = {"client_id": "sandbox", "client_secret": Secret("sandbox"), "sign_in": "login"}
    return HubSpotSettings(endpoint=address, **(table | more))


def logged_in(settings: HubSpotSettings, clock: SystemClock) -> MemoryVault:
    """Let a person allow the connection, and trade the code."""
    vault = MemoryVault()
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(
            grants.login_url(settings, REQUEST), allow_redirects=False, timeout=10
        ).headers["Location"]
    code = parse_qs(urlsplit(page).query)["code"][0]
    HubSpotCrm.redeem("acme", settings, REQUEST, Secret(code), clock=clock, vault=vault)
    return vault


@pytest.mark.parametrize("version", ["2026-03", "2026-09", "v3"])
def test_login_reads_the_portal(portal: tuple[World, str], version: str) -> None:
    """Whatever paths the connection uses, the login opens them."""
    settings = settings_of(portal[1], api_version=version)
    vault = logged_in(settings, SystemClock())
    crm = HubSpotCrm.open("acme", settings, clock=SystemClock(), vault=vault)
    identity = crm.identity()
    crm.close()
    assert identity.org_ref == kept(vault)["portal"]


@pytest.mark.guarantee("G14")
def test_refresh_that_rotates_is_survived_twice(portal: tuple[World, str]) -> None:
    """Every successor is kept, and the next night signs in with it."""
    world, address = portal
    settings, clock = settings_of(address), LaterClock()
    vault = logged_in(settings, clock)
    tokens = [kept(vault)["refresh_token"]]
    for _night in range(2):
        world.faults.schedule({"kind": "rotate_token", "crm": "hubspot"})
        clock.ahead += timedelta(hours=1)
        crm = HubSpotCrm.open("acme", settings, clock=clock, vault=vault)
        crm.identity()
        crm.close()
        tokens.append(kept(vault)["refresh_token"])
    assert len(set(tokens)) == 3


def test_wrong_secret_is_told(portal: tuple[World, str]) -> None:
    """One clear message, and the secret is not in it."""
    settings = settings_of(portal[1])
    vault = logged_in(settings, SystemClock())
    wrong = settings_of(portal[1], client_secret=Secret("hush-wrong"))
    clock = LaterClock()
    clock.ahead = timedelta(hours=1)
    crm = HubSpotCrm.open("acme", wrong, clock=clock, vault=vault)
    with pytest.raises(SignInError) as caught:
        crm.identity()
    crm.close()
    assert caught.value.code == "KAM-3001"
    assert "client_secret" in caught.value.hint
    assert "hush" not in str(caught.value)


def test_logout_ends_the_login_at_hubspot(portal: tuple[World, str]) -> None:
    """A copy of the vault is worth nothing afterwards."""
    settings = settings_of(portal[1])
    vault = logged_in(settings, SystemClock())
    copy = MemoryVault(text=vault.text)
    HubSpotCrm.withdraw("acme", settings, clock=SystemClock(), vault=vault)
    clock = LaterClock()
    clock.ahead = timedelta(hours=1)
    crm = HubSpotCrm.open("acme", settings, clock=clock, vault=copy)
    with pytest.raises(SignInError) as caught:
        crm.identity()
    crm.close()
    assert (vault.text, caught.value.code) == (None, "KAM-3006")
