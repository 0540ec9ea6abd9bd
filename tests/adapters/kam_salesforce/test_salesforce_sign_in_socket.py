"""Every way to sign in, against the sandbox's token endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kam_connector.bootstrap import SystemClock
from kam_connector.errors import ConfigError, SignInError
from kam_connector.model.settings import Secret, read_settings
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.factories.sign_in import rsa_key

pytestmark = pytest.mark.enable_socket
USERNAME = "kam.connector@helvion.example.crm"


@pytest.fixture(name="org", scope="module")
def _org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Give the address of an org and the key of its app."""
    folder = tmp_path_factory.mktemp("sandbox")
    world = build_world(clock=WorldClock(), scale=0.05)
    with running(world, state_dir=folder) as addresses:
        yield addresses.salesforce, folder / "salesforce-jwt.pem"


def opened(org: tuple[str, Path], **table: Any) -> SalesforceCrm:
    """Return a connection."""
    settings = read_settings(SalesforceCrm.settings_type, {"endpoint": org[0]} | table, where="[x]")
    return SalesforceCrm.open("acme", settings, clock=SystemClock())


@pytest.mark.parametrize("audience", ["login", "test"])
def test_jwt_signs_in(org: tuple[str, Path], audience: str) -> None:
    """With the key whose certificate the app holds."""
    crm = opened(
        org,
        client_id="sandbox",
        username=USERNAME,
        private_key=Secret(org[1].read_text("utf-8")),
        audience=audience,
    )
    identity = crm.identity()
    crm.close()
    assert (identity.org_ref, identity.user_name) == ("00D000000000SBXEA2", USERNAME)


def test_key_of_another_app_is_told(org: tuple[str, Path]) -> None:
    """A sound key, and not the one."""
    crm = opened(org, client_id="sandbox", username=USERNAME, private_key=Secret(rsa_key()))
    with pytest.raises(SignInError) as caught:
        crm.identity()
    crm.close()
    assert caught.value.code == "KAM-3023"
    assert "certificate" in caught.value.hint


def test_client_credentials_sign_in(org: tuple[str, Path]) -> None:
    """The run-as user answers."""
    crm = opened(org, client_id="sandbox", client_secret=Secret("sandbox"))
    identity = crm.identity()
    crm.close()
    assert identity.user_name == USERNAME


def test_version_that_the_org_does_not_serve_is_refused(org: tuple[str, Path]) -> None:
    """The org's own list decides; the newest is named."""
    crm = opened(org, client_id="sandbox", client_secret=Secret("sandbox"), api_version="99.0")
    with pytest.raises(ConfigError) as caught:
        crm.identity()
    crm.close()
    assert caught.value.code == "KAM-1043"
    assert "the newest is" in caught.value.hint
