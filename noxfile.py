"""Everything CI runs, one session an idea; `make test` runs them all in the project's venv."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests", "wheel"]
nox.options.default_venv_backend = "none"

WITHOUT_CHECKOUT = [
    *("tests/contract", "tests/adapters", "tests/acceptance"),
    "--ignore=tests/adapters/kam_hubspot/test_hubspot_call_counts.py",
    "--ignore=tests/acceptance/test_access_matrix.py",
    "--ignore=tests/acceptance/test_bad_input_catalogue.py",
    "--ignore=tests/acceptance/test_dry_runs.py",
]
"""What a wheel must pass; calls are counted by the benchmarks, which no wheel holds. Rules,
invariants and tables of commands are the same code as in the checkout, where they were asked a
moment ago: here counts whether everything was packed, and what touches no file cannot tell."""
SIDE_BY_SIDE = ["-n", "auto", "--dist", "loadfile"]
"""A worker a core; the tests of a file share their servers, so they stay together."""

BIN = Path(sys.executable).parent
CODE = ["kam_connector", "adapters", "jobs", "sandbox", "tests", "benchmarks", "docs", "noxfile.py"]
CODE += ["requirements"]


def tool(session: nox.Session, name: str, *args: str) -> None:
    """Run a tool of the project's own environment."""
    session.run(str(BIN / name), *args, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and the house's walls."""
    tool(session, "ruff", "format", "--check", *CODE)
    tool(session, "ruff", "check", *CODE)
    tool(session, "lint-imports")
    tool(session, "python", "requirements/drift.py")


@nox.session
def types(session: nox.Session) -> None:
    """Types, without exceptions."""
    tool(session, "mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, against the checkout."""
    tool(session, "pytest", *SIDE_BY_SIDE, *session.posargs)


@nox.session
def guarantees(session: nox.Session) -> None:
    """Every test that proves a guarantee: print promise, test and figure, and keep the figures.

    Fails, and keeps nothing, where a figure is missed or a promise has none.
    """
    counted = Path(session.create_tmp()).resolve() / "figures.json"
    counted.unlink(missing_ok=True)
    kept = ["--guarantees", str(counted), *session.posargs]
    tool(session, "pytest", "-q", "-m", "guarantee", *SIDE_BY_SIDE, *kept)
    tool(session, "python", "docs/figures_table.py", str(counted))
    tool(session, "python", "docs/generate.py")


@nox.session
def faults_release(session: nox.Session) -> None:
    """The release tier: 10,000 schedules, 2,000 kills, 20,000 stateful examples, 10^6 fuzz runs.

    ``KAM_KILLS`` multiplies CI's kills; ``KAM_TWICE`` seeds are lived twice; ``KAM_STATEFUL`` and
    ``KAM_FUZZ`` say how many examples and runs. Hours on two cores: schedules take most of it.
    """
    session.env |= {"KAM_KILLS": "7", "KAM_TWICE": "200"}
    session.env |= {"KAM_STATEFUL": "20000", "KAM_FUZZ": "1000000"}
    session.env |= {"KAM_FORGERIES": "100000", "KAM_PERMUTATIONS": "10000"}
    kills = ["tests/faults/test_kills_sqlite.py", "tests/faults/test_kills_postgres.py"]
    rest = [f"--ignore={one}" for one in kills]
    parts = ["tests/faults", "tests/security", "tests/property", *rest]
    many = ["--schedules", "10000", *session.posargs]
    tool(session, "pytest", "-q", *SIDE_BY_SIDE, *parts, *many)
    tool(session, "pytest", "-q", *SIDE_BY_SIDE, *kills, *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, and run tests against it, installed in a bare environment."""
    where = Path(session.create_tmp()).resolve()
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    tool(session, "python", "-m", "build", "--wheel", "--outdir", str(where))
    (built,) = where.glob("*.whl")
    tool(session, "check-wheel-contents", str(built))
    bare = where / "venv"
    tool(session, "python", "-m", "venv", str(bare))
    python = bare / "bin" / "python"
    session.run(str(python), "-m", "pip", "install", "-q", f"{built}[test]", external=True)
    copied = where / "copy"
    shutil.copytree("tests", copied / "tests", ignore=shutil.ignore_patterns("node_modules"))
    for name in ("pyproject.toml", "config.example.toml"):
        shutil.copy(name, copied)
    with session.chdir(copied):
        session.run(
            str(python), "-m", "pytest", "-q", *SIDE_BY_SIDE, *WITHOUT_CHECKOUT, external=True
        )


@nox.session
def audit(session: nox.Session) -> None:
    """Look every locked package up in the advisories; no feed is a failure, never a pass."""
    where = Path(session.create_tmp()).resolve() / "venv"
    python = where / "bin" / "python"
    tool(session, "python", "-m", "venv", "--clear", str(where))
    session.run(str(python), "-m", "pip", "install", "-q", "pip-audit>=2.9,<3", external=True)
    session.run(str(python), "requirements/audit.py", external=True)


@nox.session
def locked(session: nox.Session) -> None:
    """Install the wheel out of the lock alone, every file by its hash, and start it."""
    where = Path(session.create_tmp()).resolve()
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    tool(session, "python", "-m", "build", "--wheel", "--outdir", str(where))
    (built,) = where.glob("*.whl")
    tool(session, "python", "-m", "venv", str(where / "venv"))
    pip = [str(where / "venv" / "bin" / "python"), "-m", "pip", "install", "-q"]
    session.run(*pip, "--require-hashes", "-r", "requirements/lock.txt", external=True)
    session.run(*pip, "--no-deps", "--no-index", str(built), external=True)
    session.run(*pip[:3], "check", external=True)
    session.run(*pip, "packaging", external=True)
    session.run(pip[0], "requirements/drift.py", "--strict", external=True)
    session.run(str(where / "venv" / "bin" / "kam"), "--version", external=True)
