"""What kam doctor --live adds: trials in the CRM itself of what our promises rest on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from kam_connector.cli.command import Session
from kam_connector.errors import CheckFailed, KamError, StoppedError
from kam_connector.model.conformance import Asked, Outcome, Trial
from kam_connector.model.kind import Kind
from kam_connector.ports import ProbesRights, ProvesConformance
from kam_connector.sync.skew import check_writes, skew_of, told
from kam_connector.sync.stop_setup import SetupStop

if TYPE_CHECKING:
    from kam_connector.mapping import Mapping

__all__ = ["asked_of", "clock", "rights", "setup_stop", "trials"]


def clock(session: Session, name: str) -> str:
    """Return how far the clocks are apart; more than two minutes warn.

    Raises:
        CheckFailed: More than five minutes: nothing is written (KAM-5030).
    """
    skew = skew_of(session.app.crm(name), session.app.clock)
    if skew is None:
        return "not compared: a sandbox keeps its own time"
    try:
        check_writes(skew)
    except KamError as error:
        raise CheckFailed(error.message, code=error.code, hint=error.hint) from error
    if warning := told(skew):
        session.warn(warning)
    return f"{abs(skew) // timedelta(seconds=1)} s apart"


def trials(session: Session, name: str) -> Iterator[Trial]:
    """Yield the trials of a connection; none where its CRM offers none.

    One that would write while all writing is stopped is not made.

    Raises:
        RetryableError: The CRM did not answer.
    """
    crm = session.app.crm(name)
    if isinstance(crm, ProvesConformance):
        with setup_stop(session, name).watching(crm):
            yield from crm.conformance(asked_of(session.app.mapping(name)))
    else:
        said = "this adapter brings no trials"
        yield Trial(name="conformance", outcome=Outcome.UNTRIED, said=said)


def rights(session: Session, name: str, crm: ProbesRights) -> str:
    """Return what a probe of our rights found; it may write, and is not made while stopped."""
    try:
        with setup_stop(session, name).watching(session.app.crm(name)):
            return crm.probe_rights()
    except StoppedError as error:
        return f"not tried: {error.message}"


def setup_stop(session: Session, name: str) -> SetupStop:
    """Return what stops a command that sets a connection up, or tries it."""
    app = session.app
    return SetupStop(connection=name, outside=app.outside_stop, orders=app.store.stops)


def asked_of(mapping: Mapping) -> list[Asked]:
    """Return what a mapping writes, object by object: what people write too comes first."""
    found = [
        Asked(
            object=write.object,
            fields=tuple(rule.target for rule in write.rules),
            key="" if write.kind not in _MADE else write.match,
            is_task=write.kind is Kind.TASK,
        )
        for write in mapping.writes
        if not write.optional
    ]
    return sorted(found, key=lambda one: bool(one.key))


_MADE = (Kind.TASK, Kind.PLAN, Kind.OBJECTIVE, Kind.MEASURE)
