"""kam init."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from kam_connector.cli.answers import Answers, ask_all
from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.doctor import Finding, examine
from kam_connector.config.secret import is_reference
from kam_connector.errors import CheckFailed, ConfigError, KamError, UsageError
from kam_connector.plugins import crm_names

__all__ = ["init"]

_KEY = "env:KAM_KEY"
"""What seals a sign-in with a browser at rest."""
_MAKE_KEY = "openssl rand -base64 32"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What was found out about the new file."""

    findings: list[Finding]
    missing: list[str]
    """Why references lead nowhere yet."""
    following: str
    """The command to type next."""


@command(
    "init",
    click.option("--crm", type=click.Choice(crm_names()), help="Which CRM."),
    click.option("--name", help="What to call the connection."),
    click.option("--sign-in", help="How to sign in; the CRM's page in docs/ tells the ways."),
    click.option("--domain", help="The host of the org, where the CRM has one for each."),
    click.option("--endpoint", help="A sandbox on this computer: http://127.0.0.1:PORT"),
    click.option("--client-id", help="The app's client id, or a reference to it, e.g. env:NAME."),
    click.option("--client-secret", help='Reference to the client secret; "none" without one.'),
    click.option("--username", help="The user that a key signs in, where the CRM asks for one."),
    click.option("--private-key", help="Reference to the private key, e.g. file:kam.key."),
    click.option("--token", "access_token", help="Reference to the access token, e.g. env:NAME."),
    click.option(
        "--set", "others", multiple=True, metavar="KEY=VALUE", help="Any other setting; repeat it."
    ),
    click.option("--timezone", help="Of the nightly run, e.g. Europe/Paris."),
    click.option("--force", is_flag=True, help="Replace an existing file."),
    click.option("--yes", is_flag=True, help="Ask nothing."),
    click.option("--no-check", is_flag=True, help="Write only; do not run the doctor."),
    help="Write a configuration for one connection and check it.",
)
def init(
    session: Session,
    *,
    others: tuple[str, ...],
    force: bool,
    yes: bool,
    no_check: bool,
    **given: str | None,
) -> Result:
    """Write config.toml."""
    path = session.config_path or Path(os.environ.get("KAM_CONFIG") or "config.toml")
    if path.exists() and not force:
        hint = "--force replaces it; --config names another."
        raise ConfigError(f"{path} exists already.", code="KAM-1070", hint=hint)
    said = {**given, **dict(_pair(one) for one in others)}
    if said.get("domain") and said.get("endpoint"):
        raise UsageError("Give either --domain or --endpoint, not both.", code="KAM-7001")
    answers = ask_all(said, may_ask=sys.stdin.isatty() and not yes)
    _write(path, _filled(answers))
    session.config_path = path
    outcome = _outcome(session, answers, checked=not no_check)
    return Result(
        data={
            "path": path,
            "connection": answers.name,
            "checks": outcome.findings,
            "missing": outcome.missing,
            "next": outcome.following,
        },
        lines=_told(path, answers, outcome),
        error=None if no_check else _error(outcome),
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise UsageError(f'--set takes KEY=VALUE, got "{key[:40]}".', code="KAM-7001")
    return key.replace("-", "_"), value


def _filled(answers: Answers) -> str:
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
    if answers.logs_in:
        document["secrets"] = {"key": _KEY}
    document["schedule"] = {"at": "02:15", "timezone": answers.timezone}
    return tomlkit.dumps(document)


def _write(path: Path, text: str) -> None:
    try:
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise ConfigError(message, code="KAM-1071") from error


def _outcome(session: Session, answers: Answers, *, checked: bool) -> _Outcome:
    """Look at what can be looked at: nobody is signed in before secrets or a login are there."""
    name = answers.name
    sign_in = f"kam connection login {name}" if answers.logs_in else f"kam doctor {name}"
    missing = _missing(session, answers)
    if missing or not checked:
        return _Outcome(findings=[], missing=missing, following=sign_in)
    findings = list(examine(session, name, live=not answers.logs_in))
    bad = [one for one in findings if not one.ok]
    if not bad:
        following = sign_in if answers.logs_in else f"kam sync preview {name}"
        return _Outcome(findings=findings, missing=[], following=following)
    create = f"kam crm provision {name}"
    way_out = f"{create} --dry-run" if all(create == one.hint for one in bad) else ""
    return _Outcome(findings=findings, missing=[], following=way_out or f"kam doctor {name}")


def _missing(session: Session, answers: Answers) -> list[str]:
    """Return why references lead nowhere yet, each once."""
    values = [*answers.settings.items(), *([("secrets.key", _KEY)] if answers.logs_in else [])]
    found = []
    for key, value in values:
        if isinstance(value, str) and is_reference(value):
            try:
                session.config.references.read(value, where="", key=key)
            except ConfigError as error:
                found.append(error.message.strip())
    return found


def _told(path: Path, answers: Answers, outcome: _Outcome) -> list[str]:
    lines = [f"  written  {path}  (no secret in it)"]
    lines += [
        f"  {'✓' if one.ok else '✗'} {one.id:<22} {one.code or ''}  {one.message}"
        for one in outcome.findings
    ]
    if outcome.missing:
        lines += ["", f"Still to be put in place, in the environment or in .env beside {path}:"]
        lines += [f"  {one}" for one in outcome.missing]
    if any(_KEY in one for one in outcome.missing):
        lines.append(f"  A key for KAM_KEY:  {_MAKE_KEY}")
    name = answers.name
    return [
        *lines,
        "",
        f"Writing is off until you say:  kam connection enable-writes {name}",
        f"Next:  {outcome.following}",
    ]


def _error(outcome: _Outcome) -> KamError | None:
    if outcome.missing:
        message = f"{len(outcome.missing)} values are not in place yet."
        return CheckFailed(message, hint=f"Then:  {outcome.following}")
    bad = [one for one in outcome.findings if not one.ok]
    if not bad:
        return None
    return CheckFailed(f"{len(bad)} of {len(outcome.findings)} checks failed.")
