"""The page for HubSpot: its scopes, codes and commands are the real ones, and enough."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from kam_connector.cli.codes import all_codes
from kam_connector.cli.edge import run
from kam_hubspot.grants import OPTIONAL_SCOPES, SCOPES
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import Addresses, running
from kam_sandbox.world import build_world

PAGE = (Path(__file__).parents[2] / "docs" / "hubspot.md").read_text("utf-8")
TOKEN = "pat-sandbox-0000"
VARIABLES = ("KAM_CONFIG", "KAM_US_TOKEN", "KAM_US_CLIENT_ID", "KAM_US_CLIENT_SECRET")


def section(title: str) -> str:
    """Return what stands under a heading, up to the next."""
    return re.split(r"^#+ ", PAGE.partition(f" {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def commands(title: str) -> list[list[str]]:
    """Return the words of every command of ours under a heading."""
    lines = re.findall(r"^kam (.*)$", section(title), re.MULTILINE)
    return [shlex.split(line) for line in lines]


def scopes() -> set[str]:
    """Return the scopes of the table."""
    return set(re.findall(r"^\| `([\w.-]+)` \|", section("Scopes, and why"), re.MULTILINE))


@pytest.mark.guarantee("G32")
def test_scopes_are_those_that_a_login_asks_for() -> None:
    """The table, and what the consent page shows, are one list."""
    assert scopes() == {*SCOPES, *OPTIONAL_SCOPES} - {"oauth"}


@pytest.mark.parametrize("code", re.findall(r"^\| `(KAM-\d{4})`", PAGE, re.MULTILINE))
def test_codes_of_the_table_exist(code: str) -> None:
    """What stands there can be met."""
    assert code in all_codes()


@pytest.fixture(name="addresses")
def _addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Addresses]:
    """A portal without our properties, a key with the page's scopes, and an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    Path(".env").write_text(f"KAM_US_TOKEN={TOKEN}\n", "utf-8")
    Path(".env").chmod(0o600)
    world = build_world(clock=WorldClock(), scale=0.05, bare=True)
    world.hubspot_scopes = frozenset(scopes())
    with running(world) as addresses:
        yield addresses


@pytest.mark.enable_socket
def test_the_page_leads_to_the_first_written_value(
    addresses: Addresses, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its commands, as they stand, with its scopes and no other: to an applied preview."""
    by_key = [*commands("2. The connection")[0], "--endpoint", addresses.hubspot]
    looks, creates, doctor = commands("3. Our properties")
    preview, enable, apply = commands("4. The first preview")
    first = [run(words) for words in (by_key, looks, creates, doctor, preview)]
    shown = re.findall(r"^ +preview +(\S+)$", capsys.readouterr().out, re.MULTILINE)
    last = [run(enable), run([shown[-1] if word == "ID" else word for word in apply])]
    init = 4  # as the page says: our properties are missing still
    assert (first, last) == ([init, 0, 0, 0, 0], [0, 0])


@pytest.mark.guarantee("G32")
@pytest.mark.enable_socket
def test_required_scopes_alone_give_a_preview(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the optional ones the notes say what is not seen; nothing fails."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.setenv("KAM_US_TOKEN", TOKEN)
    world = build_world(clock=WorldClock(), scale=0.05)
    world.hubspot_scopes = frozenset(SCOPES) - {"oauth"}
    with running(world) as addresses:
        words = [*commands("2. The connection")[0], "--endpoint", addresses.hubspot]
        assert [run(words), run(["sync", "preview", "us"])] == [0, 0]
    told = capsys.readouterr().out
    assert all(word in told for word in ("emails", "tickets", "products"))
