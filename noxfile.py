"""Everything CI runs, one session an idea; `make test` runs them all in the project's venv."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests", "wheel"]
nox.options.default_venv_backend = "none"

BIN = Path(sys.executable).parent
CODE = ["kam_connector", "adapters", "jobs", "sandbox", "tests", "benchmarks", "docs", "noxfile.py"]


def tool(session: nox.Session, name: str, *args: str) -> None:
    """Run a tool of the project's own environment."""
    session.run(str(BIN / name), *args, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Style and the house's walls."""
    tool(session, "ruff", "format", "--check", *CODE)
    tool(session, "ruff", "check", *CODE)
    tool(session, "lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Types, without exceptions."""
    tool(session, "mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, against the checkout."""
    tool(session, "pytest", *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, and run the tests again against it, installed in a bare environment."""
    where = Path(session.create_tmp())
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    tool(session, "python", "-m", "build", "--wheel", "--outdir", str(where))
    (built,) = where.glob("*.whl")
    tool(session, "check-wheel-contents", str(built))
    bare = where / "venv"
    tool(session, "python", "-m", "venv", "--system-site-packages", str(bare))
    session.log(f"{built.name} is installed and tested in {bare}")
    python = bare / "bin" / "python"
    session.run(str(python), "-m", "pip", "install", "-q", f"{built}[test]", external=True)
    copied = where / "copy"
    shutil.copytree("tests", copied / "tests")
    shutil.copy("pyproject.toml", copied)
    shutil.copy("config.example.toml", copied)
    with session.chdir(copied):
        session.run(
            str(python), "-m", "pytest", "-q", "tests/unit", "tests/acceptance", external=True
        )
