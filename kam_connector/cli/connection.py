"""kam connection list | enable-writes | disable-writes | pause | resume."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.run import ConnectionState

__all__ = ["disable_writes", "enable_writes", "list_connections", "pause", "resume"]

_name = click.argument("name")


@command("list", help="Show all connections and what they may do.")
def list_connections(session: Session) -> Result:
    """List connections."""
    states = [_state(session, name) for name in session.app.config.connections]
    enabled = session.app.connections
    rows = [
        (
            one.name,
            one.crm,
            one.org_ref,
            "on" if one.writes_enabled_at else "off",
            _mood(one, enabled=one.name in enabled),
        )
        for one in states
    ]
    head = ("connection", "crm", "org", "writes", "state")
    lines = table(head, rows) or ["No connection is configured. Add one, or run  kam init ."]
    return Result(data={"connections": states}, lines=lines)


@command("enable-writes", _name, help="Allow writing; the first time a preview must be approved.")
def enable_writes(session: Session, *, name: str) -> Result:
    """Allow writing."""
    state = _state(session, session.app.one(name))
    at = state.writes_enabled_at or session.app.clock.now()
    lines = [f'Writing is on for "{name}".']
    if state.first_applied_at is None:
        lines.append(f"First:  kam sync preview {name} , then  kam sync apply ID .")
    return _saved(session, replace(state, writes_enabled_at=at), *lines, act=Act.WRITES_ENABLED)


@command("disable-writes", _name, help="Stop all writing; pulling goes on.")
def disable_writes(session: Session, *, name: str) -> Result:
    """Stop writing."""
    state = _state(session, session.app.one(name))
    off = replace(state, writes_enabled_at=None)
    return _saved(session, off, f'Writing is off for "{name}".', act=Act.WRITES_DISABLED)


@command("pause", _name, help="Stop all runs of a connection until it is resumed.")
def pause(session: Session, *, name: str) -> Result:
    """Stop all runs."""
    state = _state(session, session.app.one(name))
    return _saved(session, replace(state, paused=True), f'"{name}" is paused.', act=Act.PAUSED)


@command("resume", _name, help="Let the runs of a paused connection go on.")
def resume(session: Session, *, name: str) -> Result:
    """Let runs go on, and what a failed canary stopped."""
    state = _state(session, session.app.one(name))
    session.app.store.lift_stop(state.name)
    return _saved(session, replace(state, paused=False), f'"{name}" goes on.', act=Act.RESUMED)


def _state(session: Session, name: str) -> ConnectionState:
    crm = session.app.config.connections[name].crm
    return session.app.store.connection(name) or ConnectionState(name=name, crm=crm)


def _saved(session: Session, state: ConnectionState, *lines: str, act: Act) -> Result:
    store = session.app.store
    with store.unit():
        store.save_connection(state)
        store.audit(AuditEntry(act=act, by=session.actor, connection=state.name))
    data: dict[str, Any] = {"connection": state}
    return Result(data=data, lines=list(lines))


def _mood(state: ConnectionState, *, enabled: bool) -> str:
    if not enabled:
        return "disabled in the file"
    return "paused" if state.paused else "ready"
