"""Bad days of files and variables: one message with place and way out, exit code 3."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kam_connector.cli.edge import run

Told = Callable[..., str]
CONNECTION = '[connections.us]\ncrm = "hubspot"\naccess_token = "env:US_TOKEN"\n'


@pytest.fixture(name="told")
def _told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Told:
    """Run one command that must be refused (exit 3, no traceback); return what it says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.setenv("US_TOKEN", "t0ken")
    Path("config.toml").write_text(CONNECTION, "utf-8")

    def told(*words: str) -> str:
        code = run(list(words))
        err = capsys.readouterr().err
        assert (code, "Traceback" in err, "KAM-7000" in err) == (3, False, False)
        return err

    return told


def test_dotenv_in_another_encoding_is_named(told: Told) -> None:
    """The file beside the configuration is read as UTF-8, and says so."""
    Path(".env").write_bytes(b"OTHER=caf\xe9\n")
    err = told("status")
    assert [part in err for part in ("KAM-1003", ".env", "0xE9", "UTF-8")] == [True] * 4


def test_variable_with_a_section_for_a_name_is_explained(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KAM_RAILS alone sets nothing: the message shows how a setting is named."""
    monkeypatch.setenv("KAM_RAILS", "twenty")
    err = told("status")
    assert [part in err for part in ("KAM-1005", "KAM_RAILS__SETTING=value")] == [True] * 2


def test_mapping_of_another_crm_is_refused_before_anything_is_read(told: Told) -> None:
    """A run would read nothing useful, or write to the wrong fields."""
    Path("m.toml").write_text('format = 1\ncrm = "salesforce"\n', "utf-8")
    Path("config.toml").write_text(f'{CONNECTION}mapping = "m.toml"\n', "utf-8")
    assert "KAM-2018" in told("sync", "run")
    assert "KAM-2018" in told("mapping", "check")


def test_missing_mapping_says_where_it_is_named(told: Told) -> None:
    """The way out stands below the path."""
    Path("config.toml").write_text(f'{CONNECTION}mapping = "none.toml"\n', "utf-8")
    err = told("sync", "run")
    assert [part in err for part in ("KAM-2000", "none.toml", "mapping = ")] == [True] * 3


def test_mapping_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Some editors write one; it is no mistake of the person's."""
    from kam_connector.mapping import load_mapping, shipped_mapping_path

    file = tmp_path / "m.toml"
    file.write_bytes(b"\xef\xbb\xbf" + shipped_mapping_path("salesforce").read_bytes())
    assert load_mapping(file).crm == "salesforce"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["lines", "document"])
def test_answer_onto_a_full_disk_is_one_line(told: Told, more: tuple[str, ...]) -> None:
    """The command did its work; only its answer is lost, and stderr says so."""
    assert callable(told)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kam_connector", "mapping", "paths", *more],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    first = done.stderr.splitlines()[0]
    assert (done.returncode, first.endswith("No space left on device.")) == (1, True)
    assert "Traceback" not in done.stderr
