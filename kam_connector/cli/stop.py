"""kam stop | resume: the kill switch for all connections at once."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.errors import HeldError
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.rails import StopOrder
from kam_connector.sync.stop import STOPPED

__all__ = ["resume", "stop"]


@command(
    "stop",
    click.option("--reason", default="", help="Why, for those who wonder later."),
    help="Stop all writing at once, runs under way included; pulling goes on.",
)
def stop(session: Session, *, reason: str) -> Result:
    """Throw the switch: looked at before every request that writes."""
    order = StopOrder(
        scope="",
        code=STOPPED,
        reason=" ".join(reason.split()),
        said_by=session.actor,
        at=session.app.clock.now(),
    )
    noted = AuditEntry(act=Act.PAUSED, by=session.actor, why=order.reason, facts={"all": True})
    with session.app.store.unit():
        session.app.store.save_stop(order)
        session.app.store.audit(noted)
    lines = [
        "Writing is stopped for all connections; a run under way ends at its next request.",
        "When it may go on:  kam resume",
    ]
    return Result(data={"stop": order, "outside": session.app.outside_stop()}, lines=lines)


@command("resume", help="Let writing go on after kam stop.")
def resume(session: Session) -> Result:
    """Lift the switch; a file or a variable that says stop is not ours to remove."""
    with session.app.store.unit():
        lifted = session.app.store.lift_stop("")
        if lifted:
            session.app.store.audit(
                AuditEntry(act=Act.RESUMED, by=session.actor, facts={"all": True})
            )
    outside = session.app.outside_stop()
    error = None
    if outside:
        text = f"Writing stays stopped: {outside}."
        error = HeldError(text, code=STOPPED, hint="Remove it, then it goes on by itself.")
    may = "What kam stop said is lifted." if outside else "Writing may go on."
    lines = [may if lifted else "Writing was not stopped by kam stop."]
    return Result(data={"lifted": lifted, "outside": outside}, lines=lines, error=error)
