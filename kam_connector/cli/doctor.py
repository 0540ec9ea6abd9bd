"""kam doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from kam_connector.cli import doctor_live
from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.conflict import conflict_line, waiting
from kam_connector.cli.doctor_files import open_files
from kam_connector.cli.doctor_rails import Checked, examine_connection_rails, examine_switches
from kam_connector.cli.output import told
from kam_connector.cli.visible import styled
from kam_connector.errors import CheckFailed, KamError, RecordError, SignInError, UsageError
from kam_connector.mapping.problem import Problem
from kam_connector.model.conformance import Outcome, Trial
from kam_connector.model.kind import Kind
from kam_connector.model.schema import ObjectSchema
from kam_connector.ports import ProbesRights

if TYPE_CHECKING:
    from kam_connector.mapping import Mapping

__all__ = ["Finding", "doctor", "examine", "examine_fields"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's outcome."""

    id: str
    ok: bool
    message: str
    code: str | None = None
    hint: str = ""
    outcome: str = ""
    """Of a trial: holds, weaker, fails or untried."""
    touched: str = ""
    """Of a trial: what was sent to the CRM beside reads."""


@command(
    "doctor",
    click.argument("connection", required=False),
    click.option("--offline", is_flag=True, help="Do not sign in: look at what is here alone."),
    click.option(
        "--live",
        "tries",
        is_flag=True,
        help="Also try in the CRM what our promises rest on; nothing is left behind.",
    ),
    help="Check configuration, database, mapping, sign-in, rights and budget.",
)
def doctor(session: Session, *, connection: str | None, offline: bool, tries: bool) -> Result:
    """Examine the installation."""
    if offline and tries:
        raise UsageError("--live signs in and --offline does not: give one of them.")
    findings = list(examine(session, connection, live=not offline, tries=tries))
    bad = [one for one in findings if not one.ok]
    lines = [line for one in findings for line in _lines(one)]
    error = None
    if bad:
        error = CheckFailed(
            f"{len(bad)} of {len(findings)} checks failed.", hint="Fix them in order."
        )
    return Result(data={"checks": findings}, lines=lines, error=error)


def examine(
    session: Session, connection: str | None, *, live: bool, tries: bool = False
) -> Iterator[Finding]:
    """Yield the checks' outcomes, in the order in which to mend them.

    Args:
        session: The command's.
        connection: One connection; None: all.
        live: Sign in and look at the CRM.
        tries: Also try there what our promises rest on.
    """
    yield _tried("config", lambda: f"{session.config.source.name}, {_count(session)}")
    for line in open_files(session):
        session.warn(line)
    yield _tried("database", lambda: _opened(session))
    yield from _schedule(session)
    yield from _access(session)
    yield from _railed("kill_switch", lambda: examine_switches(session))
    for name in session.app.names([connection] if connection else []):
        yield from _mapping(session, name)
        yield from _conflicts(session, name)
        if live:
            yield from _live(session, name, tries=tries)


def _conflicts(session: Session, name: str) -> Iterator[Finding]:
    """Yield how many questions wait; with no database to ask there are none to tell."""
    try:
        count = waiting(session, name)
    except KamError:
        return
    if count:
        yield Finding(id=f"{name}.conflicts", ok=True, message=conflict_line(count))


def _mapping(session: Session, name: str) -> Iterator[Finding]:
    from kam_connector.mapping import check_mapping  # noqa: PLC0415 - heavy

    try:
        mapping = session.app.mapping(name)
    except KamError as error:
        for one in (error, *error.others):
            yield _failed(f"{name}.mapping", one)
        return
    problems = check_mapping(mapping, crm=session.config.connections[name].crm)
    yield from _problems(f"{name}.mapping", problems, good=mapping.name)
    yield from _railed(f"{name}.rails", lambda: examine_connection_rails(session, name))


def _live(session: Session, name: str, *, tries: bool) -> Iterator[Finding]:
    signed_in = _tried(f"{name}.sign_in", lambda: _sign_in(session, name))
    yield signed_in
    if not signed_in.ok:
        return
    yield _tried(f"{name}.org", lambda: _same_org(session, name))
    yield _tried(f"{name}.clock", lambda: doctor_live.clock(session, name))
    try:
        yield from examine_fields(session, name)
    except KamError as error:
        yield _failed(f"{name}.fields", error)
    crm = session.app.crm(name)
    if isinstance(crm, ProbesRights):
        probed = crm
        yield _tried(f"{name}.rights", lambda: doctor_live.rights(session, name, probed))
    yield _tried(f"{name}.budget", lambda: _budget(session, name))
    if tries:
        try:
            yield from (_found(name, one) for one in doctor_live.trials(session, name))
        except KamError as error:
            yield _failed(f"{name}.live", error)


def _found(name: str, trial: Trial) -> Finding:
    """Return a trial's outcome as a check's: only a promise that does not hold fails."""
    said = trial.said if trial.touched == "nothing" else f"{trial.said} ({trial.touched})"
    return Finding(
        id=f"{name}.live.{trial.name}",
        ok=trial.outcome is not Outcome.FAILS,
        message=said,
        code=trial.code,
        hint=trial.hint,
        outcome=trial.outcome,
        touched=trial.touched,
    )


def _railed(id_: str, look: Callable[[], Iterable[Checked]]) -> Iterator[Finding]:
    """Yield what the rails say; a mapping or database that is broken was told before."""
    try:
        for name, ok, message, code, hint in look():
            yield Finding(id=name, ok=ok, message=message, code=code or None, hint=hint)
    except KamError as error:
        yield _failed(id_, error)


def _tried(id_: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(id=id_, ok=True, message=check())
    except KamError as error:
        return _failed(id_, error)


def _opened(session: Session) -> str:
    with session.app.store.unit():  # a transaction begun for writing, and nothing in it
        return "open and writable"


def _failed(id_: str, error: KamError) -> Finding:
    _code, message, hint = told(error)[0]
    hint = hint.removeprefix("What to do: ")  # "fix:" stands before it already
    return Finding(id=id_, ok=False, message=message, code=error.code, hint=hint)


def _count(session: Session) -> str:
    count = len(session.config.connections)
    return f"{count} connection" if count == 1 else f"{count} connections"


def _schedule(session: Session) -> Iterator[Finding]:
    from kam_connector.config.nights import clock_change_warning  # noqa: PLC0415 - heavy

    said = session.config.schedule
    warning = clock_change_warning(said, year=session.app.clock.now().year)
    if warning:
        session.warn(f"KAM-1022  {warning}")
    yield Finding(id="schedule", ok=True, message=f"{said.crontab} {said.timezone}")


def _access(session: Session) -> Iterator[Finding]:
    """Say whether anybody may do everything; a file that cannot be read was told before."""
    try:
        said = session.config.access
    except KamError:
        return
    off = "off: whoever runs a command may do everything (docs/access.md)"
    on = (
        f"on: {len(said.admins)} admins, {len(said.programme_heads)} programme heads, "
        f"{len(said.auditors)} auditors named"
    )
    yield Finding(id="access", ok=True, message=on if said.enabled else off)


def _sign_in(session: Session, name: str) -> str:
    identity = session.app.crm(name).identity()
    return f"{identity.user_name}, API {identity.api_version}"


def _same_org(session: Session, name: str) -> str:
    found = session.app.crm(name).identity().org_ref
    state = session.app.store.connection(name)
    if state is not None and state.org_ref not in (None, found):
        message = f"{name} belongs to org {state.org_ref}, but {found} answers."
        hint = "Another org, or a sandbox that was refreshed, needs a connection of its own."
        raise CheckFailed(message, code="KAM-7030", hint=hint)
    return found


def examine_fields(session: Session, name: str) -> Iterator[Finding]:
    """Yield what does not fit between a connection's mapping and the CRM's own fields."""
    from kam_connector.mapping import check_schema  # noqa: PLC0415 - heavy

    mapping = session.app.mapping(name)
    crm = session.app.crm(name)
    objects = {one.object for one in mapping.sources} | {one.object for one in mapping.writes}
    schemas: dict[str, ObjectSchema] = {}
    may_lack = {one.object for one in mapping.sources if one.optional}
    for one in sorted(objects):
        try:
            schemas[one] = crm.describe(one)
        except RecordError:
            continue  # no such object: check_schema says so, with the line
        except SignInError as error:
            if error.code != "KAM-3003" or one not in may_lack:
                raise
    yield from _copies(mapping, schemas, name)
    problems = check_schema(mapping, schemas)
    for problem in problems:
        if not problem.serious:
            session.warn(str(_with_way_out(problem, name)))
    told = [_with_way_out(one, name) for one in problems]
    yield from _problems(f"{name}.fields", told, good=f"{len(objects)} objects as mapped")


def _copies(mapping: Mapping, schemas: dict[str, ObjectSchema], name: str) -> Iterator[Finding]:
    """Yield where this CRM says itself that it copies records from another one."""
    marks = sorted(
        f"{source.object}.{field}"
        for source in mapping.sources
        for rule in source.rules
        if rule.target == "copy_of" and source.kind is not Kind.ACTIVITY
        for field in rule.inputs
        if source.object in schemas and field in schemas[source.object].fields
    )
    if marks:
        message = f"takes over records of another CRM ({', '.join(marks)}): they count once"
        yield Finding(id=f"{name}.copies", ok=True, message=message)


def _with_way_out(problem: Problem, name: str) -> Problem:
    """Let a missing field of ours say how to create it."""
    from kam_connector.model.our_fields import OUR_FIELDS  # noqa: PLC0415 - only in need

    field = problem.key.rpartition(".")[2].partition("__")[0]  # a CRM may add a suffix
    ours = field.casefold() in {spec.name.casefold() for spec in OUR_FIELDS}
    if problem.code in ("KAM-2101", "KAM-2108") and ours:
        return replace(problem, hint=f"kam crm provision {name}")
    return problem


def _problems(id_: str, problems: Iterable[Problem], *, good: str) -> Iterator[Finding]:
    serious = [one for one in problems if one.serious]
    for one in serious:
        yield Finding(id=id_, ok=False, message=one.text, code=one.code, hint=one.hint)
    if not serious:
        yield Finding(id=id_, ok=True, message=good)


def _budget(session: Session, name: str) -> str:
    from kam_connector.sync.budget import left_today  # noqa: PLC0415 - heavy

    budget = session.app.crm(name).budget()
    allowed = "no stated limit" if budget.allowed is None else f"of {budget.allowed:,}"
    left = left_today(session.app.context(name))
    ours = "" if left is None else f"; {left:,} more are ours today"
    return f"{budget.used:,} calls used, {allowed}{ours}"


_MARKS: dict[str, tuple[str, str]] = {
    Outcome.WEAKER: ("!", "yellow"),
    Outcome.UNTRIED: ("-", "yellow"),
}


def _lines(one: Finding) -> list[str]:
    sign, colour = ("✓", "green") if one.ok else ("✗", "red")
    sign, colour = (
        _MARKS.get(Outcome(one.outcome), (sign, colour)) if one.outcome else (sign, colour)
    )
    mark = styled(sign, fg=colour)
    code = f"{one.code}  " if one.code else ""
    lines = [f"  {mark} {one.id:<22} {code}{one.message}"]
    return [*lines, f"      fix:  {one.hint}"] if one.hint else lines
