"""What ships with us: locked by hash, listed, under a licence we may ship, and really audited."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.guarantees import Figures

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements" / "lock.txt").read_text("utf-8")
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", re.MULTILINE)
ENTRY = re.compile(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)


def script(name: str) -> ModuleType:
    """Return a script of requirements/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "requirements" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


SBOM, AUDIT, DRIFT = script("sbom"), script("audit"), script("drift")


def asked() -> dict[str, Requirement]:
    """Return what pyproject.toml asks for, by name, with what users may add."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"], *(one for name in SBOM.EXTRAS for one in extras[name])]
    return {canonicalize_name(need.name): need for need in map(Requirement, texts)}


@pytest.mark.guarantee("G36")
def test_the_lock_pins_exactly_what_the_project_asks_for() -> None:
    """Nothing asked for is missing or outside its bounds; nothing is there for no reason."""
    pinned = {canonicalize_name(name): version for name, version in PIN.findall(LOCK)}
    outside = [
        name
        for name, need in asked().items()
        if name not in pinned or not need.specifier.contains(pinned[name])
    ]
    named = {name for entry in ENTRY.findall(LOCK) for name in reasons(entry)}
    assert outside == []
    assert named <= {*pinned, "kam-connector"}
    assert set(asked()) == {
        canonicalize_name(entry.partition("==")[0].partition("[")[0])
        for entry in ENTRY.findall(LOCK)
        if "kam-connector" in reasons(entry)
    }


def reasons(entry: str) -> set[str]:
    """Return whose need an entry of the lock is."""
    words = re.findall(r"^    #(?: via)? +([a-z0-9.-]+)", entry.replace("_", "-"), re.MULTILINE)
    return {word for word in words if word != "via"}


@pytest.mark.guarantee("G36")
def test_every_entry_of_the_lock_has_its_hashes_and_a_reason(figure: Figures) -> None:
    """A file that is not among them is not installed, and no source is ever built."""
    entries = ENTRY.findall(LOCK)
    bare = [one for one in entries if "--hash=sha256:" not in one or not reasons(one)]
    figure("G36", f"{len(entries)} packages locked, {len(bare)} without a hash", met=bare == [])
    assert "--only-binary :all:" in LOCK
    assert not re.search(r"https?://|file:|-e |git\+", LOCK)


def wheel(folder: Path) -> str:
    """Make a small wheel; return its hash."""
    file = folder / "kam_small-1.0-py3-none-any.whl"
    info = "kam_small-1.0.dist-info"
    texts = {
        "kam_small.py": "",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: kam-small\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [
        f"{name},sha256={base64.urlsafe_b64encode(digest(text)).decode().rstrip('=')},{len(text)}"
        for name, text in texts.items()
    ]
    texts[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,\n"])
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in texts.items():
            packed.writestr(name, text)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def digest(text: str) -> bytes:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).digest()


def installed(folder: Path, hash_: str) -> subprocess.CompletedProcess[str]:
    """Install the small wheel out of a lock with this hash, and without any index."""
    lock = folder / "lock.txt"
    lock.write_text(f"--only-binary :all:\nkam-small==1.0 \\\n    --hash=sha256:{hash_}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "install", "--isolated", "--no-index", "--no-cache-dir"]
    more = ["--find-links", str(folder), "--target", str(folder / "out"), "--require-hashes"]
    return subprocess.run(
        [*command, *more, "-r", str(lock)], capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.guarantee("G36")
def test_one_altered_hash_stops_the_installation(tmp_path: Path) -> None:
    """The right one installs; the same file under another hash does not, and nothing is there."""
    right = wheel(tmp_path)
    wrong = ("0" if right[0] != "0" else "1") + right[1:]
    refused = installed(tmp_path, wrong)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not (tmp_path / "out").exists()
    assert installed(tmp_path, right).returncode == 0
    assert (tmp_path / "out" / "kam_small.py").exists()


@pytest.mark.guarantee("G36")
def test_the_bill_of_materials_names_every_part_and_its_licence() -> None:
    """CycloneDX: each component with version, address and licence; the same file every time."""
    parts = SBOM.shipped(extras=())
    document = SBOM.bill(parts)
    again = SBOM.bill(SBOM.shipped(extras=()))
    names = {canonicalize_name(one["name"]) for one in document["components"]}
    pinned = {canonicalize_name(name) for name, _ in PIN.findall(LOCK)}
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert json.dumps(document) == json.dumps(again)
    assert names <= pinned
    assert {"requests", "sqlalchemy", "simple-salesforce"} <= names


@pytest.mark.guarantee("G36")
def test_every_licence_lets_us_ship_the_part() -> None:
    """Permissive, or weak copyleft used as it is."""
    parts = SBOM.shipped(extras=())
    assert [
        one.metadata["Name"] for one in parts if not SBOM.is_allowed(SBOM.licence_of(one))
    ] == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("GNU Affero General Public License v3", False),
        ("AGPL-3.0", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_a_licence_that_reaches_into_our_code_is_seen(licence: str, allowed: bool) -> None:
    """The check can fail."""
    assert SBOM.is_allowed(licence) is allowed


KNOWN = json.dumps(
    {"dependencies": [{"name": "jinja2", "version": "2.10", "vulns": [{"id": "X"}]}]}
)
CLEAN = json.dumps({"dependencies": [{"name": "Typing_Extensions", "version": "1", "vulns": []}]})
BAD = json.dumps(
    {"dependencies": [{"name": "typing-extensions", "version": "1", "vulns": [{"id": "PYSEC-1"}]}]}
)
SKIPPED = json.dumps({"dependencies": [{"name": "typing-extensions", "skip_reason": "not found"}]})
NOTHING = json.dumps({"dependencies": []})
UNKNOWN = json.dumps({"dependencies": [{"name": "jinja2", "version": "2.10", "vulns": []}]})


@pytest.mark.guarantee("G36")
@pytest.mark.parametrize(
    ("said", "canary", "code", "words"),
    [
        (CLEAN, KNOWN, 0, "audited 1 packages"),
        (BAD, KNOWN, 1, "typing-extensions (PYSEC-1)"),
        (CLEAN, UNKNOWN, 2, "NOT AUDITED: the feed knows nothing"),
        (CLEAN, NOTHING, 2, "NOT AUDITED"),
        (NOTHING, KNOWN, 2, "left out: typing-extensions"),
        (SKIPPED, KNOWN, 2, "left out: typing-extensions"),
        ("No known vulnerabilities found", KNOWN, 2, "no answer that can be read"),
        ("", "", 2, "NOT AUDITED"),
        (CLEAN, "", 2, "NOT AUDITED"),
        ("[]", KNOWN, 2, "NOT AUDITED"),
    ],
)
def test_defect_d14_an_audit_of_nothing_is_no_audit(
    said: str, canary: str, code: int, words: str
) -> None:
    """pip-audit says "none found" without a feed: its word is taken only with proof."""
    verdict = AUDIT.judged(said, canary, AUDIT.locked("typing-extensions==1 \\\n"))
    assert verdict.exit_code == code
    assert words in verdict.said


def test_the_audit_looks_at_every_locked_package() -> None:
    """The names that it counts are the lock's own."""
    assert AUDIT.locked(LOCK) == {canonicalize_name(name) for name, _ in PIN.findall(LOCK)}


@pytest.mark.guarantee("G36")
def test_what_is_installed_otherwise_than_locked_is_named() -> None:
    """Another version and a missing package; entries for other systems are left out."""
    lock = (
        "a==1.0 \\\n    --hash=sha256:00\nb-c==2 ; sys_platform == 'nowhere' \\\n"
        "Psycopg[binary]==3.1\n    # via d==4\ne==5 ; python_version > '3'\n"
    )
    wanted = DRIFT.pinned(lock)
    here = {"a": "1.1", "psycopg": "3.1"}

    def installed(name: str) -> str:
        if name not in here:
            raise PackageNotFoundError(name)
        return here[name]

    assert wanted == {"a": "1.0", "psycopg": "3.1", "e": "5"}
    assert DRIFT.differences(wanted, installed) == [
        "a: 1.0 in the lock, 1.1 here",
        "e: 5 in the lock, not installed",
    ]


def test_every_name_of_the_lock_is_compared() -> None:
    """What the parser reads is what the lock pins, but for other systems."""
    names = {canonicalize_name(name) for name, _ in PIN.findall(LOCK)}
    marked = {
        canonicalize_name(one.partition("==")[0]) for one in ENTRY.findall(LOCK) if " ; " in one
    }
    assert names - marked <= set(DRIFT.pinned(LOCK)) <= names
