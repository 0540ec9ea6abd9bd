"""kam mapping check | test | paths."""

from __future__ import annotations

from pathlib import Path

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.errors import CheckFailed, KamError, MappingError
from kam_connector.model.identity import kam_id
from kam_connector.model.kind import Kind, Row

__all__ = ["check", "paths", "test"]


@command("paths", help="List every KAM path that a mapping may name, with type and meaning.")
def paths(_session: Session) -> Result:
    """List the paths."""
    from kam_connector.mapping import path_table  # noqa: PLC0415 - heavy

    rows = path_table()
    lines = table(("kind", "direction", "path", "type", "meaning"), rows)
    return Result(data={"paths": [row._asdict() for row in rows]}, lines=lines)


@command(
    "check",
    click.argument("files", nargs=-1, type=click.Path(path_type=Path)),
    help="Check mapping files without a CRM: those given, or those of all connections.",
)
def check(session: Session, *, files: tuple[Path, ...]) -> Result:
    """Check offline."""
    from kam_connector.bootstrap import mapping_path  # noqa: PLC0415 - heavy

    connections = {} if files else session.config.connections
    served = {mapping_path(session.config, name): one.crm for name, one in connections.items()}
    chosen = list(files) or list(served)
    lines: list[str] = []
    found: list[KamError] = []
    for file in dict.fromkeys(chosen):
        problems = _check_one(session, file, crm=served.get(file))
        found += problems
        lines += [] if problems else [f"  ✓ {file.name}"]
    error = None
    if found:
        error = found[0]
        error.others = (*error.others, *found[1:])
    return Result(data={"files": [str(file) for file in chosen]}, lines=lines, error=error)


def _check_one(session: Session, file: Path, *, crm: str | None) -> list[KamError]:
    from kam_connector.mapping import check_mapping, load_mapping  # noqa: PLC0415 - heavy
    from kam_connector.plugins import crm_names, never_written  # noqa: PLC0415 - heavy

    try:
        mapping = load_mapping(file, crm=crm)
        if mapping.crm in crm_names():
            load_mapping(file, crm=crm, never=never_written(mapping.crm))
        notes = check_mapping(mapping, crm=crm)
    except MappingError as error:
        return [error]
    problems: list[KamError] = []
    for one in notes:
        if one.serious:
            problems.append(MappingError(one.text, code=one.code, hint=one.hint))
        else:
            session.warn(str(one))
    return problems


@command(
    "test",
    click.argument("connection", required=False),
    click.option("--account", required=True, help="Its name, our id or the CRM's id."),
    help="Read one account from the CRM and show its real values through the mapping.",
)
def test(session: Session, *, connection: str | None, account: str) -> Result:
    """Show real values."""
    from kam_connector.mapping import (  # noqa: PLC0415 - heavy
        ReadContext,
        compile_read,
        pull_sources,
    )

    app = session.app
    name = app.one(connection)
    mapping = app.mapping(name)
    source = next(one for one in pull_sources(mapping) if one.kind is Kind.ACCOUNT)
    ref = _ref_of(session, name, account)
    crm = app.crm(name)
    identity = crm.identity()
    row = crm.read(source, [ref]).get(ref)
    if row is None:
        raise CheckFailed(f"{name} has no account {ref}.", code="KAM-7042")
    context = ReadContext(
        resolve=lambda kind, one: kam_id(kind, name, one),
        currency=identity.currency,
        tz=identity.time_zone,
    )
    translated = compile_read(mapping, source, context)(row.values)
    rules = {rule.target: rule for rule in mapping.source(source.name).rules}
    rows = [
        (
            path,
            "←",
            ", ".join(rule.inputs) or rule.formula or "(fixed)",
            _shown(translated.values, path),
        )
        for path, rule in rules.items()
    ]
    lines = [f"{name}  {ref}", *table(("path", "", "from", "value"), rows)]
    lines += [f"  ! {one.code}  {one.field}  {one.message}" for one in translated.problems]
    error = None
    if translated.problems:
        error = CheckFailed(f"{len(translated.problems)} values are refused.", code="KAM-7002")
    data = {"connection": name, "ref": ref, "values": translated.values}
    return Result(data={**data, "problems": translated.problems}, lines=lines, error=error)


def _ref_of(session: Session, connection: str, account: str) -> str:
    found = find_account(session.app.store, account)
    ref = next((one for where, one in found.refs if where == connection), None)
    if ref is None:
        message = f"{found.name} is not known in {connection}."
        raise CheckFailed(message, code="KAM-7042", hint="Name another connection.")
    return ref


def _shown(values: Row, path: str) -> str:
    return str(values[path]) if path in values else "(missing)"
