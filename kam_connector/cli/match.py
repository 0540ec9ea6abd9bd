"""kam match list | confirm | reject."""

from __future__ import annotations

from collections.abc import Iterable

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table
from kam_connector.errors import UsageError
from kam_connector.model.identity import IdentityLink
from kam_connector.model.kind import Kind

__all__ = ["confirm", "list_matches", "reject"]

_record = click.argument("record")
_HOW = "A record is  CONNECTION:REF , as  kam match list  shows it."


@command("list", help="Show records that may be the same as one we know, with the evidence.")
def list_matches(session: Session) -> Result:
    """List the proposals that wait for a person."""
    from kam_connector.sync.resolve import pending_matches  # noqa: PLC0415 - heavy

    links = pending_matches(session.app.store)
    names = {one.id: one.name for one in session.app.store.accounts()}
    rows = [
        (
            f"{one.key.connection}:{one.key.ref}",
            one.key.kind.value,
            names.get(one.own_id, "–"),
            names.get(one.kam_id, one.kam_id),
            one.evidence,
        )
        for one in links
    ]
    head = ("record", "kind", "called", "may be", "because")
    lines = table(head, rows) or ["Nothing waits for a decision."]
    return Result(data={"matches": links}, lines=lines)


@command(
    "confirm",
    _record,
    click.option("--as-child", is_flag=True, help="Two accounts, this one below the other."),
    help="Say that RECORD (connection:ref) is the one proposed.",
)
def confirm(session: Session, *, record: str, as_child: bool) -> Result:
    """Accept one proposal."""
    return _decided(session, record, accept=True, as_child=as_child)


@command("reject", _record, help="Say that RECORD (connection:ref) is not the one proposed.")
def reject(session: Session, *, record: str) -> Result:
    """Refuse one proposal."""
    return _decided(session, record, accept=False, as_child=False)


def _decided(session: Session, record: str, *, accept: bool, as_child: bool) -> Result:
    from kam_connector.sync.resolve import decide_match, pending_matches  # noqa: PLC0415 - heavy

    link = _find(pending_matches(session.app.store), record)
    decide_match(session.app.store, link.key, accept=accept, as_child=as_child, by=session.actor)
    said = "kept apart" if not accept else "placed below it" if as_child else "joined"
    return Result(
        data={"record": record, "accepted": accept, "as_child": as_child},
        lines=[f"{record}  {said}; the next run takes it into account."],
    )


def _find(links: Iterable[IdentityLink], record: str) -> IdentityLink:
    connection, _, ref = record.rpartition(":")
    found = [one for one in links if one.key.ref == ref and connection in ("", one.key.connection)]
    accounts = [one for one in found if one.key.kind is Kind.ACCOUNT] or found
    if len(accounts) != 1:
        state = "Several matches are" if accounts else "No match is"
        raise UsageError(f"{state} proposed for {record}.", code="KAM-7043", hint=_HOW)
    return accounts[0]
