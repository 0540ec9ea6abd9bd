"""kam init."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, fields
from pathlib import Path

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.doctor import Finding, examine
from kam_connector.errors import CheckFailed, ConfigError, UsageError
from kam_connector.plugins import crm_names, find_crm

__all__ = ["init"]

_FLAGS = {"access_token": "--token"}
"""The flag of a setting, where it is not the setting's own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    crm: str
    name: str
    timezone: str
    settings: dict[str, str]


@command(
    "init",
    click.option("--crm", type=click.Choice(crm_names()), help="Which CRM."),
    click.option("--name", help="What to call the connection."),
    click.option("--domain", help="The host of the org, where the CRM has one for each."),
    click.option("--endpoint", help="A sandbox on this computer: http://127.0.0.1:PORT"),
    click.option("--client-id", help="Reference to the client id, e.g. env:NAME."),
    click.option("--client-secret", help="Reference to the client secret."),
    click.option("--token", help="Reference to the access token, e.g. env:NAME."),
    click.option("--timezone", help="Of the nightly run, e.g. Europe/Paris."),
    click.option("--force", is_flag=True, help="Replace an existing file."),
    click.option("--yes", is_flag=True, help="Ask nothing."),
    click.option("--no-check", is_flag=True, help="Write only; do not run the doctor."),
    help="Write a configuration for one connection and check it.",
)
def init(
    session: Session, *, force: bool, yes: bool, no_check: bool, **given: str | None
) -> Result:
    """Write config.toml."""
    path = session.config_path or Path(os.environ.get("KAM_CONFIG") or "config.toml")
    if path.exists() and not force:
        hint = "--force replaces it; --config names another."
        raise ConfigError(f"{path} exists already.", code="KAM-1070", hint=hint)
    answers = _answers(given, may_ask=sys.stdin.isatty() and not yes)
    _write(path, _filled(answers))
    session.config_path = path
    lines = [f"  written  {path}  (no secret in it)"]
    findings: list[Finding] = [] if no_check else list(examine(session, answers.name, live=True))
    lines += [
        f"  {'✓' if one.ok else '✗'} {one.id:<22} {one.code or ''}  {one.message}"
        for one in findings
    ]
    lines += [
        "",
        f"Writing is off until you say:  kam connection enable-writes {answers.name}",
        f"Try now:  kam sync preview {answers.name}",
    ]
    bad = [one for one in findings if not one.ok]
    error = CheckFailed(f"{len(bad)} of {len(findings)} checks failed.") if bad else None
    data = {"path": path, "connection": answers.name, "checks": findings}
    return Result(data=data, lines=lines, error=error)


def _answers(given: dict[str, str | None], *, may_ask: bool) -> _Answers:
    missing: list[str] = []

    def ask(flag: str, question: str, default: str | None = None) -> str:
        said = given.get(flag.removeprefix("--").replace("-", "_"))
        if said:
            return said
        if may_ask:
            return str(click.prompt(question, default=default, err=True))
        if default is not None:
            return default
        missing.append(flag)
        return ""

    crm = ask("--crm", f"Where do your accounts live? ({', '.join(crm_names())})")
    name = ask("--name", "A name for this connection", crm or "main")
    timezone = ask("--timezone", "Time zone of the nightly run", "UTC")
    endpoint = given.get("endpoint")
    settings = {
        key: ask(_FLAGS.get(key, f"--{key.replace('_', '-')}"), question)
        for key, question in (_questions(crm) if crm else ())
        if not (endpoint and key == "domain")
    }
    if missing:
        flags = " ".join(missing)
        raise UsageError(f"Nobody is there to answer: add {flags}", code="KAM-7044")
    if endpoint:
        settings["endpoint"] = endpoint
    return _Answers(crm=crm, name=name, timezone=timezone, settings=settings)


def _questions(crm: str) -> list[tuple[str, str]]:
    """Return the settings that a new connection needs, each with its question."""
    return [
        (one.name, one.metadata["ask"])
        for one in fields(find_crm(crm).settings_type)
        if "ask" in one.metadata
    ]


def _filled(answers: _Answers) -> str:
    import tomlkit  # noqa: PLC0415 - heavy, and only here

    document = tomlkit.document()
    document.add(tomlkit.comment("Written by kam init; config.example.toml shows every setting."))
    table = tomlkit.table()
    table["crm"] = answers.crm
    for key, value in answers.settings.items():
        table[key] = value
    connections = tomlkit.table(is_super_table=True)
    connections[answers.name] = table
    document["connections"] = connections
    schedule = tomlkit.table()
    schedule["at"] = "02:15"
    schedule["timezone"] = answers.timezone
    document["schedule"] = schedule
    return tomlkit.dumps(document)


def _write(path: Path, text: str) -> None:
    try:
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise ConfigError(message, code="KAM-1071") from error
