"""Our clock against the CRM's: a wrong one makes windows, nights and signatures wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from kam_connector.errors import HeldError
from kam_connector.ports import Clock, Crm, TellsTime

__all__ = ["STOPS", "WARNS", "check_writes", "skew_of", "told"]

WARNS = timedelta(minutes=2)
"""Our choice: far above what a network adds, far below what does harm (trust: TM24)."""
STOPS = timedelta(minutes=5)
"""What both CRMs give a signature: HubSpot refuses webhooks' answers, Salesforce a JWT."""


def skew_of(crm: Crm, clock: Clock) -> timedelta | None:
    """Return how far our clock is ahead of the CRM's (negative: behind); at most one call.

    None where the CRM does not tell its time, or keeps one of its own (a sandbox).

    Raises:
        RetryableError: The CRM did not answer.
    """
    if not isinstance(crm, TellsTime):
        return None
    before = clock.now()
    said = crm.tell_time()
    return None if said is None else _apart(before, said, clock.now())


def _apart(before: datetime, said: datetime, after: datetime) -> timedelta:
    """Return the difference that the time of the answer itself does not explain."""
    if before <= said <= after:
        return timedelta(0)
    return before - said if said < before else after - said


def told(skew: timedelta | None) -> str:
    """Return a warning for a person; empty while the clocks agree."""
    if skew is None or abs(skew) <= WARNS:
        return ""
    what = "writes are stopped" if abs(skew) > STOPS else "writes stop at 300 s"
    side = "ahead of" if skew > timedelta(0) else "behind"
    seconds = abs(skew).total_seconds()
    return f"This computer's clock is {seconds:.0f} s {side} the CRM's: {what}."


def check_writes(skew: timedelta | None) -> None:
    """Refuse to write by a wrong clock.

    Raises:
        HeldError: More than five minutes lie between the clocks (KAM-5030).
    """
    if skew is not None and abs(skew) > STOPS:
        hint = "Set this computer's clock: time synchronisation keeps it right."
        raise HeldError(told(skew), code="KAM-5030", hint=hint)
