"""What the audit log is told besides single fields written: decisions, and values put back."""

from __future__ import annotations

from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.change import PushResult
from kam_connector.model.kind import JsonValue
from kam_connector.sync.context import SyncContext
from kam_connector.sync.decide import Decision

__all__ = ["decided", "put_back"]


def decided(
    ctx: SyncContext, act: Act, *, run_id: str | None = None, why: str = "", **facts: JsonValue
) -> AuditEntry:
    """Return the entry of something a person decided about a connection."""
    return AuditEntry(
        act=act, by=ctx.actor, why=why, run_id=run_id, connection=ctx.connection, facts=facts
    )


def put_back(ctx: SyncContext, decision: Decision, result: PushResult) -> list[AuditEntry]:
    """Return an entry for each value of a person's that was put back after we wrote over it."""
    item = decision.item
    return [
        AuditEntry(
            act=Act.FIELD_PUT_BACK,
            by=ctx.actor,
            why="a person changed it while we were writing",
            run_id=item.run_id,
            connection=ctx.connection,
            kind=item.change.kind,
            object=item.change.object,
            ref=result.ref or item.change.ref,
            kam_id=item.change.kam_id,
            field=one.field,
            before=one.after,
            after=result.current.get(one.field),
        )
        for one in (*decision.send, *decision.confirmed)
        if one.field in result.restored
    ]
