"""kam writes pause | resume | paused: fields that are left alone for now."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table
from kam_connector.config.problem import nearest
from kam_connector.errors import CheckFailed, UsageError
from kam_connector.mapping import Mapping, pull_sources
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.rails import PausedField
from kam_connector.sync.pauses import BY_PERSON

__all__ = ["list_paused", "pause", "resume"]

_LISTED = "Known here"
_field = click.argument("field")
_where = click.argument("connection", required=False)
_record = click.option("--record", "ref", default="", help="Only this record of the CRM.")


@command(
    "pause",
    _field,
    _where,
    _record,
    click.option("--reason", default="", help="Why, for those who wonder later."),
    help="Write a field no more, on all records or on one. FIELD or OBJECT.FIELD.",
)
def pause(session: Session, *, field: str, connection: str | None, ref: str, reason: str) -> Result:
    """Pause a field; previews and what waits already leave it out."""
    name = session.app.one(connection)
    targets = _targets(session.app.mapping(name), field)
    if ref:
        _check_record(session, name, {object_ for object_, _ in targets}, ref)
    paused = [
        PausedField(
            connection=name,
            object=object_,
            field=target,
            ref=ref,
            code=BY_PERSON,
            reason=" ".join(reason.split()),
            said_by=session.actor,
            at=session.app.clock.now(),
        )
        for object_, target in targets
    ]
    with session.app.store.unit():
        session.app.store.pause_fields(paused)
        session.app.store.audit(*(_noted(Act.PAUSED, one, session.actor) for one in paused))
    lines = [f"{one.object}.{one.field} is paused{_on(one)}." for one in paused]
    return Result(data={"paused": paused}, lines=[*lines, f"Again:  kam writes resume {field}"])


@command(
    "resume",
    _field,
    _where,
    _record,
    help="Let a paused field be written again, on all records or on one.",
)
def resume(session: Session, *, field: str, connection: str | None, ref: str) -> Result:
    """End the pauses of a field, those of single records with it."""
    name = session.app.one(connection)
    object_, _, target = field.rpartition(".")
    ended = [
        one
        for one in session.app.store.paused_fields(name)
        if one.field.casefold() == target.casefold()
        and (not object_ or one.object.casefold() == object_.casefold())
        and ref in ("", one.ref)
    ]
    if not ended:
        text = f"{field} is not paused on {name}{f' for {ref}' if ref else ''}."
        raise CheckFailed(text, code="KAM-7043", hint="kam writes paused  shows what is.")
    with session.app.store.unit():
        session.app.store.resume_fields(ended)
        session.app.store.audit(*(_noted(Act.RESUMED, one, session.actor) for one in ended))
    lines = [f"{one.object}.{one.field} is written again{_on(one)}." for one in ended]
    return Result(data={"resumed": ended}, lines=lines)


@command("paused", _where, help="Show what is left alone for now, by whom and why.")
def list_paused(session: Session, *, connection: str | None) -> Result:
    """List pauses."""
    names = session.app.names([connection] if connection else [])
    found = [one for name in names for one in session.app.store.paused_fields(name)]
    head = ("connection", "field", "record", "since", "by", "why")
    lines = table(head, [_row(one) for one in found]) or ["No field is paused."]
    return Result(data={"paused": found}, lines=lines)


def _check_record(session: Session, name: str, objects: Collection[str], ref: str) -> None:
    """Refuse a record that no pull has shown: its pause would hold nothing back.

    Raises:
        UsageError: It is none of these objects' (KAM-7043).
    """
    sources = [one for one in pull_sources(session.app.mapping(name)) if one.object in objects]
    if not any(session.app.store.staged(name, one.name, [ref]) for one in sources):
        text = f"{name} has shown no {' or '.join(sorted(objects))} whose number is {ref}."
        hint = "Give the whole number, as kam sync preview shows it; a sync reads new records."
        raise UsageError(text, code="KAM-7043", hint=hint)


def _noted(act: Act, one: PausedField, by: str) -> AuditEntry:
    """Return what the audit log is told of a pause, or of its end."""
    return AuditEntry(
        act=act,
        by=by,
        why=one.reason if act is Act.PAUSED else "",
        connection=one.connection,
        object=one.object,
        ref=one.ref or None,
        field=one.field,
    )


def _row(one: PausedField) -> Sequence[str]:
    since = f"{one.at:%Y-%m-%d %H:%M}"
    field = f"{one.object}.{one.field}"
    return (one.connection, field, one.ref or "(all)", since, one.said_by, one.reason)


def _targets(mapping: Mapping, field: str) -> list[tuple[str, str]]:
    """Return (object, field) of all writes that a name means, by the mapping's spelling.

    Raises:
        UsageError: The mapping writes no such field, or its records cannot be without it.
    """
    object_, _, target = field.rpartition(".")
    found = [
        (write.object, rule.target, rule.target == write.match or rule.check.required)
        for write in mapping.writes
        for rule in write.rules
        if rule.target.casefold() == target.casefold()
        and (not object_ or write.object.casefold() == object_.casefold())
    ]
    if not found:
        known = {f"{w.object}.{rule.target}" for w in mapping.writes for rule in w.rules}
        known |= {rule.target for w in mapping.writes for rule in w.rules}
        text = f"{mapping.name} writes no field {field}."
        hint = nearest(field, known)
        if hint.startswith(_LISTED):  # a hundred names tell nobody anything
            hint = f"{mapping.name}  lists them: [x.write] and [x.write.fields]."
        raise UsageError(text, code="KAM-7043", hint=hint)
    needed = [f"{where}.{name}" for where, name, cannot in found if cannot]
    if needed:
        text = f"{needed[0]} cannot be paused: no record is made without it."
        hint = "kam connection disable-writes NAME  stops the whole connection."
        raise UsageError(text, hint=hint)
    return [(where, name) for where, name, _ in found]


def _on(one: PausedField) -> str:
    return f" on {one.ref}" if one.ref else ""
