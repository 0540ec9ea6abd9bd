"""Somebody is told: over a real socket, by the nightly service itself."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.errors import CrmUnavailable
from kam_connector.model.run import Run, RunState
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate

CONFIG = """
[schedule]
at = "{due}"
[alerts]
success_url = "{address}/ping"
failure_url = "{address}/hook"
[connections.emea]
crm = "memory"
mapping = "memory.toml"
[kam]
key_accounts = "segment = 'A'"
"""


@dataclass(slots=True)
class Receiver:
    """A chat's webhook and a watchdog's ping, on this computer."""

    address: str = ""
    heard: list[tuple[str, str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSettings:
    """A CRM in memory needs none."""


@pytest.fixture(name="receiver")
def _receiver(socket_enabled: None) -> Iterator[Receiver]:
    """A server that remembers what it was told."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._hear(None)

        def do_POST(self) -> None:
            self._hear(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _hear(self, said: Any) -> None:
            receiver.heard.append((self.command, self.path, said))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(name="crm")
def _crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> MemoryCrm:
    """An installation whose night is due since an hour ago."""
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 3)

    class Found:
        settings_type = NoSettings

        def open(self, _name: str, _settings: NoSettings, **_more: object) -> MemoryCrm:
            return crm

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plugins, "find_crm", lambda _name: Found())
    _due(timedelta(hours=1), receiver)
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")
    return crm


def _due(ago: timedelta, receiver: Receiver) -> None:
    due = f"{datetime.now(UTC) - ago:%H:%M}"
    Path("config.toml").write_text(CONFIG.format(due=due, address=receiver.address), "utf-8")


def _kam(*words: str) -> int:
    with redirect_stdout(io.StringIO()):
        return run([*words, "--json"])


def _told(receiver: Receiver) -> list[tuple[str, str, str]]:
    return [(verb, path, said and said["event"]) for verb, path, said in receiver.heard]


def test_a_good_night_reaches_the_ping(crm: MemoryCrm, receiver: Receiver) -> None:
    """A watchdog that hears nothing for a day raises the alarm by itself."""
    _kam("serve", "--once")
    assert _told(receiver) == [("GET", "/ping", None)]


def test_a_held_night_reaches_the_webhook(crm: MemoryCrm, receiver: Receiver) -> None:
    """The first write waits for a person, who learns it in the morning."""
    _kam("sync", "preview")
    _kam("connection", "enable-writes", "emea")
    _kam("serve", "--once")
    ((verb, path, said),) = receiver.heard
    assert (verb, path, said["event"], said["connection"]) == ("POST", "/hook", "run_held", "emea")
    assert said["preview_id"]


def test_a_failed_night_reaches_the_webhook(
    crm: MemoryCrm, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the code, and without the text."""

    def fail() -> None:
        raise CrmUnavailable("secret words", code="KAM-3101")

    monkeypatch.setattr(crm, "identity", fail)
    _kam("serve", "--once")
    ((_, path, said),) = receiver.heard
    assert (path, said["event"], said["error_code"]) == ("/hook", "run_failed", "KAM-3101")
    assert "secret words" not in json.dumps(said)


@pytest.mark.guarantee("G11")
def test_a_missing_night_reaches_the_webhook_before_it_is_made_up(
    crm: MemoryCrm, receiver: Receiver
) -> None:
    """The service slept through its hour; the night runs late, and both are told."""
    _due(timedelta(hours=5), receiver)
    store = open_store(f"sqlite:///{Path.cwd()}/kam.db")
    began = datetime.now(UTC) - timedelta(days=2)
    facts = {"id": "old", "connection": "emea", "job": "nightly-sync", "state": RunState.DONE}
    store.open_run(Run(**facts, local_date=began.date(), started_at=began))  # type: ignore[arg-type]
    store.close()
    _kam("serve", "--once")
    assert _told(receiver) == [("POST", "/hook", "night_missing"), ("GET", "/ping", None)]
    assert receiver.heard[0][2]["hours_late"] in (4, 5)


def test_a_receiver_that_is_gone_harms_no_night(crm: MemoryCrm, receiver: Receiver) -> None:
    """The run's own result stands."""
    nowhere = Receiver(address="http://127.0.0.1:9")
    _due(timedelta(hours=1), nowhere)
    _kam("serve", "--once")
    store = open_store(f"sqlite:///{Path.cwd()}/kam.db")
    states = [one.state for one in store.runs(connection="emea")]
    store.close()
    assert states == [RunState.DONE]
