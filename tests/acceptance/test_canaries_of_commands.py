"""What commands log and complain of holds no secret and nobody's name, at DEBUG (G25, TM18)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.model.settings import Secret
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from tests.acceptance.test_cli_whole_loop import CONFIG, MemoryType
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate, put_people
from tests.guarantees import Figures

SECRET = "t0ken-canary-of-the-connection"
KEY = "Y2FuYXJ5LW9mLXRoZS1rZXktMDAwMDAwMDAwMDAwMDA="
_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
HOSTILE = "Zo\u00e9\r\nINFO all is well\x1b[2J\x1b]0;x\x07 Canary"
"""A name that would write a line of its own, and steer a terminal (TM18)."""
NAMES = tuple(f"Zoé Canari{number:02d}" for number in range(24))
PEOPLE = (*NAMES, HOSTILE, *(f"zoe.canari{number:02d}@secret.example" for number in range(25)))
COMMANDS = (
    ("sync", "preview", "acme"),
    ("sync", "run", "acme"),
    ("sync", "run", "acme", "--full"),
    ("sync", "run", "acme", "--dry-run"),
    ("serve", "--once"),
    ("status",),
    ("writes", "list"),
    ("errors", "list"),
    ("errors", "retry"),
    ("match", "list"),
    ("connection", "list"),
    ("account", "list"),
    ("account", "show", "Company a0"),
    ("score", "explain", "Company a0"),
    ("kpi", "show", "Company a0"),
    ("signal", "list"),
    ("orgchart", "show", "Company a0"),
    ("tie", "without", "Company a0"),
    ("plan", "show", "Company a0"),
    ("plan", "check", "Company a0"),
    ("team", "show", "Company a0"),
    ("journey", "show", "Company a0"),
    ("digest",),
    ("mapping", "check"),
    ("doctor", "--offline"),
    ("privacy", "list"),
    ("db", "check"),
)
STYLES = (("--log-format", "json"), ("--log-format", "console"), ("--json",))


class CanaryType(MemoryType):
    """The same CRM behind another token."""

    def open(self, name: str, settings: Any, *, clock: Any, vault: Any) -> MemoryCrm:
        """Return the one CRM."""
        assert settings.token == Secret(SECRET)
        return self.crm


@pytest.fixture(name="crm")
def _crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryCrm:
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 1)
    for number in range(25):
        put_people(crm, "a0", (f"p{number}",))
        email = f"zoe.canari{number:02d}@secret.example"
        crm.edit("contact", f"a0-p{number}", {"name": PEOPLE[number], "email": email})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMORY_TOKEN", SECRET)
    monkeypatch.setenv("KAM_KEY", KEY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(plugins, "find_crm", lambda _name: CanaryType(crm))
    Path("config.toml").write_text(f'{CONFIG}[secrets]\nkey = "env:KAM_KEY"\n', "utf-8")
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")
    return crm


def shown(capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[str, str, str]]:
    """Yield command, what it printed, and what it logged, the styles in turn."""
    for words, style in zip(COMMANDS, cycle(STYLES), strict=False):
        capsys.readouterr()
        run([*words, "-vv", *style])
        out = capsys.readouterr()
        yield " ".join((*words, *style)), out.out, out.err


@pytest.mark.guarantee("G25", "TM2", "TM18")
def test_no_command_logs_a_secret_or_a_name(
    crm: MemoryCrm, capsys: pytest.CaptureFixture[str], figure: Figures
) -> None:
    """Names are in answers, which people asked for; in the log they are not. Secrets nowhere."""
    ways = list(shown(capsys))
    leaks = {(way, text) for way, _, log in ways for text in PEOPLE if text in log}
    leaks |= {
        (way, text) for way, out, log in ways for text in (SECRET, KEY) if text in f"{out}\0{log}"
    }
    figure(
        "G25",
        f"{len(COMMANDS)} commands at DEBUG, {len(STYLES)} styles in turn, x {len(PEOPLE) + 2} "
        f"canaries: {len(leaks)} found",
        met=not leaks and any(NAMES[0] in out for _, out, _ in ways),
    )
    assert [way for way, out, log in ways if _STEERING.search(f"{out}{log}")] == []
    assert [way for way, out, log in ways if "\nINFO all is well" in f"{out}{log}"] == []


@pytest.mark.guarantee("G25", "TM2")
@pytest.mark.parametrize("style", STYLES, ids=" ".join)
@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, OSError, UnicodeError])
def test_an_unforeseen_error_keeps_its_words_to_itself(
    crm: MemoryCrm,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    style: tuple[str, ...],
    kind: type[Exception],
) -> None:
    """Neither the line, nor the document, nor the kept trace, nor the database tells them."""

    def fail(*_args: object, **_named: object) -> None:
        token, person = SECRET, NAMES[0]
        raise kind(f"{token} of {person} {PEOPLE[-1]}")

    monkeypatch.setattr(crm, "pull", fail)
    assert run(["sync", "run", "acme", "-vv", *style]) == 1
    out = capsys.readouterr()
    kept = "".join(one.read_text() for one in Path("state").rglob("*") if one.is_file())
    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    ledger = str(store.runs())
    store.close()
    said = f"{out.out}\0{out.err}\0{kept}\0{ledger}"
    assert [text for text in (SECRET, NAMES[0], PEOPLE[-1]) if text in said] == []


def test_a_log_line_is_one_line_whatever_a_name_holds(
    crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON escapes what would end it."""
    assert run(["sync", "preview", "acme", "-vv", "--log-format", "json"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert {type(json.loads(line)) for line in lines if line.startswith("{")} <= {dict}
    assert not [line for line in lines if line.startswith("INFO all is well")]
