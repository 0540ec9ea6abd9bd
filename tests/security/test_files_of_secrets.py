"""A file with a secret is its owner's alone, or nothing is read out of it (G26, C12)."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kam_connector.bootstrap import read_config
from kam_connector.cli.edge import run
from kam_connector.config import secret
from kam_connector.config.secret import SecretReader, others_rights
from kam_connector.errors import ConfigError
from tests.guarantees import Figures

OPEN_MODES = [0o640, 0o604, 0o620]
CONFIG = (
    '[connections.us]\ncrm = "hubspot"\nclient_id = "env:KAM_TEST_ID"\n'
    'client_secret = "file:secret"\n[secrets]\nkey = "file:kam.key"\n'
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")


def told(read: Callable[[], object]) -> ConfigError | None:
    """Return what reading a secret was refused with."""
    try:
        read()
    except ConfigError as error:
        return error
    return None


@pytest.mark.guarantee("G26", "TM25")
def test_a_key_file_with_any_right_of_others_is_refused(tmp_path: Path, figure: Figures) -> None:
    """Of all 512 modes the eight of an owner alone pass; the refusal names mode and way out."""
    file = tmp_path / "kam.key"
    file.write_text("canary-key", "utf-8")
    reader = SecretReader(folder=tmp_path)
    refused = {}
    for mode in (one | 0o400 for one in range(0o1000) if not one & 0o400):
        file.chmod(mode)
        found = told(lambda: reader.read("file:kam.key", where="config.toml:6", key="key"))
        refused[mode] = found
    passed = [mode for mode, found in refused.items() if found is None]
    wrong = [
        mode
        for mode, found in refused.items()
        if found is not None
        and (found.code != "KAM-1014" or f"{mode:04o}" not in found.message or not found.hint)
    ]
    figure(
        "G26",
        f"{len(refused)} modes of a key file that its owner can read: {len(passed)} accepted, "
        "all of them its owner's alone",
        met=passed == [mode for mode in refused if not mode & 0o077] and wrong == [],
    )


@pytest.mark.guarantee("G26")
@pytest.mark.parametrize("mode", OPEN_MODES, ids=oct)
@pytest.mark.parametrize("name", ["secret", "kam.key"])
def test_the_way_to_sign_in_reads_no_open_file(
    name: str,
    mode: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The app's secret and the key that seals sign-ins alike; what it holds is not repeated."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAM_TEST_ID", "id")
    Path("config.toml").write_text(CONFIG, "utf-8")
    for one in ("secret", "kam.key"):
        Path(one).write_text("Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LTMyISE=", "utf-8")
        Path(one).chmod(0o600)
    Path(name).chmod(mode)
    code = run(["connection", "login", "us", "--no-browser"])
    err = capsys.readouterr().err
    assert code == 3
    assert [
        one for one in ("KAM-1014", f"({mode:04o})", f"chmod 600 {name}") if one not in err
    ] == []
    assert "Y2FuYXJ5" not in err


@pytest.mark.guarantee("G26")
def test_a_secret_in_an_open_dotenv_is_refused_and_plain_settings_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time zone may stand where others read it; a token may not."""
    monkeypatch.delenv("US_TOKEN", raising=False)
    (tmp_path / "config.toml").write_text('[schedule]\nat = "03:00"\n', "utf-8")
    dotenv = tmp_path / ".env"
    dotenv.write_text("KAM_SCHEDULE__TIMEZONE=Europe/Paris\nUS_TOKEN=pat-canary\n", "utf-8")
    dotenv.chmod(0o640)
    config = read_config(tmp_path / "config.toml")
    found = told(lambda: config.references.read("env:US_TOKEN", where="x", key="token"))
    assert config.schedule.timezone == "Europe/Paris"
    assert found is not None
    assert (found.code, "0640" in found.message) == ("KAM-1014", True)
    monkeypatch.setenv("US_TOKEN", "pat-own")
    again = read_config(tmp_path / "config.toml").references
    assert again.read("env:US_TOKEN", where="x", key="token").reveal() == "pat-own"


@pytest.mark.guarantee("G26")
def test_only_what_a_container_mounts_is_spared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that only begins so, or a link out of there, is like any other."""
    mounted, other = tmp_path / "run" / "secrets", tmp_path / "etc"
    mounted.mkdir(parents=True)
    other.mkdir()
    for folder in (mounted, other):
        (folder / "key").write_text("canary", "utf-8")
        (folder / "key").chmod(0o444)
    (mounted / "link").symlink_to(other / "key")
    monkeypatch.setattr(secret, "_MOUNTED", (mounted,))
    reader = SecretReader()
    read = [f"file:{mounted}/{name}" for name in ("key", "../secrets/key", "../../etc/key", "link")]
    found = [told(lambda one=one: reader.read(one, where="x", key="k")) for one in read]  # type: ignore[misc]
    assert [one and one.code for one in found] == [None, None, "KAM-1014", "KAM-1014"]


def test_a_file_larger_than_any_secret_is_refused(tmp_path: Path) -> None:
    """A wrong path is told as such; nothing is cut and used."""
    (tmp_path / "key").write_bytes(b"a" * 65537)
    (tmp_path / "key").chmod(0o600)
    found = told(lambda: SecretReader(folder=tmp_path).read("file:key", where="x", key="k"))
    assert found is not None
    assert (found.code, "too large" in found.message) == ("KAM-1013", True)


def test_windows_modes_are_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """There 0666 is shown for every file that may be written, whoever may open it."""
    monkeypatch.setattr("kam_connector.config.secret.os.name", "nt")
    assert others_rights(stat.S_IFREG | 0o666) == ""


def test_a_doctor_names_what_others_may_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings that others may write, a .env and a database that they may read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAM_TEST_TOKEN", "pat-canary")
    table = '[connections.us]\ncrm = "hubspot"\naccess_token = "env:KAM_TEST_TOKEN"\n'
    Path("config.toml").write_text(table, "utf-8")
    Path("config.toml").chmod(0o644)
    run(["doctor", "--offline"])
    quiet = capsys.readouterr()
    Path("config.toml").chmod(0o664)
    Path(".env").write_text("A=b\n", "utf-8")
    Path(".env").chmod(0o644)
    Path("kam.db").chmod(0o640)
    run(["doctor", "--offline"])
    said = capsys.readouterr()
    names = [one for one in ("config.toml", ".env", "kam.db") if f"{one} may be" in said.err]
    assert "KAM-1014" not in quiet.err + quiet.out
    assert names == ["config.toml", ".env", "kam.db"]
