"""The page for Salesforce: its permissions, files, codes and commands are the real ones."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from kam_connector.cli.codes import all_codes
from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import Addresses, running
from kam_sandbox.world import build_world

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "salesforce.md").read_text("utf-8")
PACKAGE = ROOT / "crm" / "salesforce"
SETS = PACKAGE / "force-app/main/default/permissionsets"
NS = {"m": "http://soap.sforce.com/2006/04/metadata"}
GRANTED = etree.parse(str(SETS / "KAM_Connector_Integration.permissionset-meta.xml")).getroot()


def section(title: str) -> str:
    """Return what stands under a heading, up to the next."""
    return re.split(r"^#+ ", PAGE.partition(f" {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def commands(title: str) -> list[list[str]]:
    """Return the words of every command of ours under a heading."""
    lines = re.findall(r"^kam (.*)$", section(title), re.MULTILINE)
    return [shlex.split(line) for line in lines]


def named(path: str) -> list[str]:
    """Return the names at a path of the integration user's permission set."""
    return [str(one.text) for one in GRANTED.iterfind(path, NS)]


@pytest.mark.parametrize(
    "name", named("m:userPermissions/m:name") + named("m:objectPermissions/m:object")
)
def test_every_permission_has_its_why(name: str) -> None:
    """An administrator who reads the table knows what each permission is for."""
    rows = [row for row in section("Permissions, and why").splitlines() if name in row]
    assert rows
    assert all(len(row.split("|")[2].strip()) > 10 for row in rows if row.startswith("|"))


@pytest.mark.parametrize("name", re.findall(r"manifest/[\w.-]+\.xml", PAGE))
def test_files_that_are_deployed_exist(name: str) -> None:
    """A manifest named in a command is in the package."""
    assert (PACKAGE / name).is_file()


@pytest.mark.parametrize("code", re.findall(r"^\| `(KAM-\d{4})`", PAGE, re.MULTILINE))
def test_codes_of_the_table_exist(code: str) -> None:
    """What stands there can be met."""
    assert code in all_codes()


@pytest.fixture(name="addresses")
def _addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Addresses]:
    """An org with the package deployed, an empty folder, and the page's own .env in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("KAM_CONFIG", "KAM_EMEA_CLIENT_ID", "KAM_EMEA_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    values = re.findall(r"^(KAM_\w+)=", section("4. The connection"), re.MULTILINE)
    Path(".env").write_text("".join(f"{name}=sandbox\n" for name in values), "utf-8")
    Path(".env").chmod(0o600)
    with running(build_world(clock=WorldClock(), scale=0.05)) as addresses:
        yield addresses


@pytest.mark.enable_socket
def test_the_page_leads_to_the_first_written_value(
    addresses: Addresses, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its commands, as they stand, against a served org: from nothing to an applied preview."""
    by_key = commands("4. The connection")[0]
    place = by_key.index("--domain")
    by_key[place : place + 2] = ["--endpoint", addresses.salesforce]
    doctor, preview, enable, apply = commands("6. The first preview")
    first = [run(by_key), run(doctor), run(preview)]
    shown = re.findall(r"^ +preview +(\S+)$", capsys.readouterr().out, re.MULTILINE)
    last = [run(enable), run([shown[-1] if word == "ID" else word for word in apply])]
    assert (first, last) == ([0, 0, 0], [0, 0])
