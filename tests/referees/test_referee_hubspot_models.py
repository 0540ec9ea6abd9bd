"""Every request of a whole run of ours has the shape that HubSpot's Python client gives it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import requests

from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.log import Entry
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.referees.hubspot_models import complaints, judge

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

CONFIG = """
[connections.acme]
crm = "hubspot"
endpoint = "{url}"
access_token = "env:REFEREE_TOKEN"
api_version = "{version}"
[rails]
quiet_minutes = 0
"""
LIKE = {"propertyName": "name", "operator": "LIKE"}


@pytest.fixture(scope="module", params=["2026-09", "2026-03", "v3"])
def log(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[dict[str, Any]]]:
    """Provision a bare portal, pull, write and pull again; give every request."""
    home = tmp_path_factory.mktemp("referee")
    world = build_world(scale=0.05, clock=WorldClock(), bare=True)
    with running(world) as addresses, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(home))
        patch.setenv("REFEREE_TOKEN", "pat-sandbox-0000")
        patch.chdir(home)
        config = CONFIG.format(url=addresses.hubspot, version=request.param)
        Path("config.toml").write_text(config, "utf-8")
        _command("crm", "provision", "acme")
        shown = _command("sync", "preview", "acme")
        _command("connection", "enable-writes", "acme")
        applied = _command("sync", "apply", shown["preview_id"])
        world.clock.advance(7200)
        _command("sync", "run", "acme")
        _command("writes", "undo", applied["run_id"])
        url = f"{addresses.hubspot}/_sandbox/log"
        told = requests.get(url, timeout=60).json()
        yield [entry for entry in told if entry["crm"] == "hubspot"]


def _command(*words: str) -> dict[str, Any]:
    said = io.StringIO()
    with redirect_stdout(said):
        assert run([*words, "--json"]) == 0, said.getvalue()
    data: dict[str, Any] = json.loads(said.getvalue())["data"]
    return data


def test_every_request_fits_the_clients_models(log: list[dict[str, Any]]) -> None:
    """No unknown key, no missing one, no number where a text belongs; writes are among them."""
    found = judge(Entry(**entry) for entry in log)
    kinds = {entry["path"].rpartition("/")[2] for entry in log if entry["method"] == "POST"}
    assert found == []
    assert {"search", "read", "create", "update"} & kinds


@pytest.mark.parametrize(
    ("request_", "body", "word"),
    [
        ("batch/update", {"inputs": [{"id": "1", "properties": {"a": 1}}]}, "no text"),
        ("batch/update", {"inputs": [{"properties": {"a": "1"}}]}, "id"),
        ("batch/update", {"inputs": [{"id": "1", "properties": {}, "trace": "t"}]}, "not a key"),
        ("batch/read", {"inputs": [{"id": 1}], "properties": []}, "no str"),
        ("search", {"filterGroups": [{"filters": [LIKE]}]}, "operator"),
        ("clone", {"id": "1"}, "no model"),
    ],
)
def test_the_referee_sees_what_is_wrong(request_: str, body: Any, word: str) -> None:
    """A number, a missing id, a strange key, a strange operator, a strange path."""
    (first, *_) = complaints("POST", f"/crm/objects/2026-09/companies/{request_}", {}, body)
    assert word in first


def test_the_referee_knows_parameters() -> None:
    """An unknown one in a listing is told."""
    path = "/crm/objects/2026-09/companies"
    assert complaints("GET", path, {"limit": ["1"], "propertiesWithHistory": ["a"]}, None) == []
    assert complaints("GET", path, {"page": ["1"]}, None) != []
