"""The sandbox as a process: one line of JSON, loopback only, a prompt end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

import kam_sandbox
from kam_sandbox.__main__ import main
from kam_sandbox.command import sandbox as command

pytestmark = pytest.mark.enable_socket

ROOT = str(Path(kam_sandbox.__file__).parents[1])


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the sandbox with a small world and end it with the test."""
    words = ["serve", "--json", "--scale", "0.2", "--state", str(tmp_path / "state")]
    environment = os.environ | {"PYTHONPATH": ROOT}
    started = subprocess.Popen(
        [sys.executable, "-m", "kam_sandbox", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    yield started
    started.kill()
    started.communicate()


def announced(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what the process printed."""
    assert process.stdout is not None
    facts: dict[str, Any] = json.loads(process.stdout.readline())
    return facts


def test_it_announces_itself_in_one_line(process: subprocess.Popen[str], tmp_path: Path) -> None:
    """The JSON line holds both addresses and every way to sign in."""
    facts = announced(process)
    assert facts["salesforce"]["url"].startswith("http://127.0.0.1:")
    assert facts["salesforce"]["org_id"] == "00D000000000SBXEA2"
    assert facts["salesforce"]["jwt_key"] == str(tmp_path / "state" / "salesforce-jwt.pem")
    assert facts["hubspot"]["token"] == "pat-sandbox-0000"
    assert facts["pid"] == process.pid


def test_both_servers_answer_and_sigterm_ends_them(process: subprocess.Popen[str]) -> None:
    """Both CRMs hold records, and a SIGTERM with connections open ends with code 0 at once."""
    facts = announced(process)
    with requests.Session() as session:
        session.trust_env = False
        url = f"{facts['salesforce']['url']}/_sandbox/state"
        held = session.get(url, timeout=5).json()
        other = session.get(f"{facts['hubspot']['url']}/_sandbox/state", timeout=5).json()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=5)
    assert held["Account"] > 0
    assert other["companies"] > 0
    assert code == 0
    assert time.monotonic() - began < 1.0


def test_the_command_passes_its_options_on() -> None:
    """``kam sandbox serve`` takes the same options as the module."""
    result = CliRunner().invoke(command, ["serve", "--salesforce-port", "none"])
    assert result.exit_code == 2


def test_a_taken_port_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use ends the program with a message, not a traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code = main(["--scale", "0.1", "--hubspot-port", str(port)])
    assert code == 1
    assert f"cannot listen on 127.0.0.1:{port} for hubspot" in capsys.readouterr().err
