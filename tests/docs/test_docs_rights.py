"""The rights that the documentation asks for are enough."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.world import build_world

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
CONFIG = """
[connections.us]
crm = "hubspot"
endpoint = "{endpoint}"
access_token = "env:KAM_TEST_TOKEN"
"""


def documented_scopes() -> frozenset[str]:
    """Return the scopes that the page lists for HubSpot."""
    part = PAGE.read_text("utf-8").partition("HubSpot: a service key")[2].partition("`kam doctor`")
    return frozenset(re.findall(r"`([\w.-]+)`", part[0]))


@pytest.mark.enable_socket
def test_documented_scopes_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exactly these scopes, everything is read, previewed and written."""
    world = build_world(seed=7, scale=0.2, clock=WorldClock())
    world.hubspot_scopes = documented_scopes()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.setenv("KAM_TEST_TOKEN", "pat-sandbox-0000")
    with running(world, salesforce_port=0, hubspot_port=0, state_dir=tmp_path) as addresses:
        (tmp_path / "config.toml").write_text(CONFIG.format(endpoint=addresses.hubspot))
        assert run(["doctor", "us"]) == 0
        assert run(["connection", "enable-writes", "us"]) == 0
        assert run(["sync", "preview", "us"]) == 0
        capsys.readouterr()
        assert run(["status", "--json"]) == 0
        (state,) = json.loads(capsys.readouterr().out)["data"]["connections"]
        assert run(["sync", "apply", state["waiting_preview"]]) == 0
