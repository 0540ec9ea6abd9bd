"""The demo's stage: two CRM servers in a process of their own, a configuration, an app."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.request import Request, urlopen

import tomlkit

from kam_connector.bootstrap import App, build_app, read_config
from kam_connector.cli.command import Result, Session
from kam_connector.errors import FatalError
from kam_connector.mapping import shipped_mapping_path
from kam_connector.sync.context import SyncContext

__all__ = ["BREAKS", "Stage", "open_stage"]

NAMES = ("emea", "growth")
"""Connections in the order the sandbox names its servers; the first one is home."""

WRITTEN = (
    "tier",
    "phase",
    "health.score",
    "health.band",
    "risk.top",
    "next_action.title",
    "plan.next_review",
    "summary.json",
)
"""A programme that starts small: eight fields an account, all that the card shows, and tasks."""

BREAKS: Mapping[str, Mapping[str, object]] = {
    "rate-limit": {"kind": "status", "status": 429, "times": 2},
    "outage": {"kind": "status", "status": 503, "times": 3},
    "duplicate": {"kind": "commit_then_drop", "match": "^(POST|PATCH) ", "times": 1},
    "slow": {"kind": "slow", "seconds": 0.3, "times": 20},
}
"""What `--break` lets go wrong while the loop runs."""

_SECRETS = {"client_id": "client_id", "client_secret": "client_secret", "token": "access_token"}
"""Keys of the sandbox's announcement and the settings they become, by reference."""


@dataclass(slots=True)
class Stage:
    """Everything the stories play on."""

    home: Path
    servers: Mapping[str, Mapping[str, str]]
    """By CRM, as the sandbox announced them."""
    process: subprocess.Popen[str]
    app: App
    config: Path
    kept: bool
    """Whether its files stay when the demo ends."""

    @property
    def files(self) -> Path:
        """Where the files go that people exchange."""
        place = self.home / "files"
        place.mkdir(exist_ok=True)
        return place

    def context(self, name: str) -> SyncContext:
        """Return a use case's context for a connection."""
        return self.app.context(name)

    def crm(self, name: str) -> str:
        """Return which CRM a connection speaks to."""
        return list(self.servers)[NAMES.index(name)]

    def ask(self, crm: str, page: str, body: object = None, *, method: str = "") -> Any:
        """Call the sandbox's control plane: what a person does at the CRM's screen."""
        data = json.dumps(body).encode() if body is not None else None
        url = f"{self.servers[crm]['url']}/_sandbox/{page}"
        verb = method or ("POST" if data else "GET")
        request = Request(url, data=data, method=verb)  # noqa: S310 - loopback
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `kam` as a process of its own, with this stage's configuration."""
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "kam_connector", *words, "--config", str(self.config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kam(self, *words: str) -> Result:
        """Run a `kam` command on this stage's store, on the CRMs' day; return what it found."""
        from kam_connector.cli.root import root  # noqa: PLC0415 - it lists this module

        app = replace(self.app, clock=_CrmClock(self._crm_now()))
        session = Session.around(app)
        session.invocation.session = session
        result = root.main(
            list(words), prog_name="kam", standalone_mode=False, obj=session.invocation
        )
        if not isinstance(result, Result):
            raise TypeError(f"kam {' '.join(words)} gave no result")
        return result

    def _crm_now(self) -> datetime:
        """Return what time it is at the CRMs, whose day is not this computer's."""
        url = f"{next(iter(self.servers.values()))['url']}/_sandbox/state"
        with urlopen(url, timeout=30) as answer:  # noqa: S310 - loopback
            return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)

    def wait(self) -> None:
        """Return when somebody presses Ctrl-C."""
        with suppress(KeyboardInterrupt):
            self.process.wait()


@dataclass(frozen=True, slots=True)
class _CrmClock:
    """The CRMs' time, for commands that read what was pulled from them."""

    at: datetime

    def now(self) -> datetime:
        """Return that instant."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Wait, really."""
        time.sleep(seconds)


@contextmanager
def open_stage(keep: Path | None) -> Iterator[Stage]:
    """Start the sandbox and an installation beside it; clear everything away afterwards.

    Args:
        keep: Where its files stay; None: a temporary folder.

    Raises:
        FatalError: The sandbox did not start.
    """
    home = keep or Path(tempfile.mkdtemp(prefix="kam-demo-"))
    home.mkdir(parents=True, exist_ok=True)
    (home / "kam.db").unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "kam_sandbox", "--json"], stdout=subprocess.PIPE, text=True
    )
    try:
        servers = _announced(process)
        config = _configure(home, servers)
        with build_app(read_config(config)) as app:
            yield Stage(
                home=home,
                servers=servers,
                process=process,
                app=app,
                config=config,
                kept=keep is not None,
            )
    finally:
        process.terminate()
        process.wait(timeout=10)
        if keep is None:
            rmtree(home, ignore_errors=True)


def _announced(process: subprocess.Popen[str]) -> dict[str, dict[str, str]]:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise FatalError("The sandbox did not start.", code="KAM-7050", hint="kam sandbox serve")
    document = json.loads(line)
    return {name: one for name, one in document.items() if isinstance(one, dict)}


def _configure(home: Path, servers: Mapping[str, Mapping[str, str]]) -> Path:
    """Write the demo's config.toml and its small mappings; secrets go to the environment."""
    document = tomlkit.document()
    document["kam"] = {
        "key_accounts": "target or type = 'Customer - Direct' and rating = 'Hot'",
        "playbooks": ["kam_handover"],
    }
    document["rails"] = {"quiet_minutes": 0, "four_eyes": False}  # one person watches it
    connections = tomlkit.table(is_super_table=True)
    for name, (crm, server) in zip(NAMES, servers.items(), strict=False):
        table = tomlkit.table()
        table["crm"] = crm
        table["endpoint"] = server["url"]
        table["mapping"] = str(_small_mapping(home, crm))
        for key, setting in _SECRETS.items():
            if key in server:
                variable = f"KAM_DEMO_{name}_{key}".upper()
                os.environ[variable] = server[key]
                table[setting] = f"env:{variable}"
        connections[name] = table
    document["connections"] = connections
    path = home / "config.toml"
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path


def _small_mapping(home: Path, crm: str) -> Path:
    """Return the shipped mapping with the demo's eight account fields and tasks only."""
    document = tomlkit.parse(shipped_mapping_path(crm).read_text(encoding="utf-8")).unwrap()
    for section in ("contact", "opportunity"):
        document[section].pop("write", None)
    write = document["account"]["write"]
    write["fields"] = {
        name: rule
        for name, rule in write["fields"].items()
        if (rule if isinstance(rule, str) else rule.get("from")) in WRITTEN
    }
    path = home / f"{crm}.toml"
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path
