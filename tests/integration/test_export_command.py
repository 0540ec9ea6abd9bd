"""`kam export` writes whole files; no other command pays for pandas."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kam_connector.cli.edge import run
from kam_connector.reports.export import replace_file
from tests.factories.world import make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a configuration and a database after its first night."""
    (tmp_path / "config.toml").write_text(CONFIG)
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}")
    world.first_night()
    world.store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    return tmp_path


def test_portfolio_goes_to_stdout_by_default(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a file, the table can be piped."""
    assert run(["export", "--format", "csv"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith('"account","account_id","tier"')
    assert len(rows) == 3


def test_jsonl_has_one_document_a_line(folder: Path) -> None:
    """A program reads line by line."""
    assert run(["export", "--format", "jsonl", "--what", "ledger", "-o", "ledger.jsonl"]) == 0
    lines = (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["score"] for line in lines} == {
        "health",
        "relationship",
        "renewal_risk",
    }


def test_workbook_has_a_sheet_for_every_table(folder: Path) -> None:
    """One file holds everything an account manager wants to sort."""
    assert run(["export", "--format", "xlsx", "-o", "out.xlsx"]) == 0
    book = load_workbook(folder / "out.xlsx")
    assert book.sheetnames == [
        "portfolio", "ledger", "people", "revenue", "kpis", "whitespace", "objectives", "actions",
        "risks", "signals", "insights",
    ]  # fmt: skip
    assert book["portfolio"]["A2"].value == "Company a0"


def test_csv_file_says_its_encoding(folder: Path) -> None:
    """Excel shows accents only after a byte order mark."""
    assert run(["export", "--format", "csv", "-o", "out.csv"]) == 0
    assert (folder / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_workbook_needs_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody wants a workbook on the terminal."""
    assert run(["export", "--format", "xlsx"]) == 2
    assert "-o" in capsys.readouterr().err


def test_unwritable_file_is_one_clear_message(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not there is told with a code, and nothing is left behind."""
    before = sorted(folder.iterdir())
    assert run(["export", "--format", "csv", "-o", "nowhere/out.csv"]) == 3
    assert "KAM-1071" in capsys.readouterr().err
    assert sorted(folder.iterdir()) == before


def test_json_flag_gives_one_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the rows stand in the usual envelope."""
    assert run(["export", "--format", "jsonl", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is True
    assert next(row["account"] for row in document["data"]["portfolio"]) == "Company a0"


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["status"], ["account", "list"]])
def test_other_commands_never_import_pandas(folder: Path, words: list[str]) -> None:
    """Half a second and 60 MB are paid by `kam export` alone."""
    program = (
        "import sys\nfrom kam_connector.cli.edge import run\n"
        f"code = run({words!r})\n"
        "sys.exit(code or 100 * ('pandas' in sys.modules or 'xlsxwriter' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    """A full disk stays one: its refusal is told, and nothing stands in its place."""
    link = tmp_path / "out.csv"
    link.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        replace_file(link, b"x")
    assert link.is_symlink()
