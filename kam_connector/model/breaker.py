"""When a connection leaves its CRM alone: after failures in a row, and while it asks for silence.

A circuit breaker (M. Fowler, "CircuitBreaker", 2014). What the CRM's answers mean for the next
request is pure; :class:`Breaker` keeps it for all threads of one connection.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from kam_connector.errors import CrmUnavailable, RateLimited
from kam_connector.model.patience import ASKED_AT_MOST_S, ASKED_TO_BE_READ_S, Verdict

__all__ = ["Breaker", "Health", "Turn", "decide", "judged"]

FAILURES = 10
"""Our choice: what two requests try in vain, five times each. One request that the CRM cannot
answer, whatever is wrong with it, keeps nobody else from asking."""
PERIOD_S = 60.0
"""The minute that Akka's own example waits (``CircuitBreaker``, ``resetTimeout``); our choice
for the same reason: a CRM that starts again is not met by everybody at once."""
_UNHEARD = frozenset({"KAM-3101", "KAM-3102", "KAM-3107"})
"""Not reached, not in time, or not with a certificate that we trust."""
_SLOW_QUESTION = "KAM-3109"
"""The CRM is well; what it was asked takes too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a CRM has answered one connection lately; moments in seconds of our own clock."""

    failures: int = 0
    """In a row, since it last answered anybody."""
    last: str = ""
    """The code of the latest of them."""
    probe_at: float | None = None
    """It is left alone, and this is when one request may try; None: all may."""
    silent_until: float | None = None
    """It asked for silence until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one request may do now."""

    health: Health
    wait_s: float = 0.0
    """Wait so long and ask again; 0: leave now."""
    refused_s: float = 0.0
    """Do not leave at all: so long nobody may; 0: it may leave, or wait."""


def decide(health: Health, *, now: float, served: float | None = None) -> Turn:
    """Say what a request that is about to leave may do (pure).

    Args:
        health: What is known of the CRM.
        now: Our own clock, in seconds. Set back, it shuts nobody out for longer than stated.
        served: The end of a silence that this request has waited for already.
    """
    silent_s = _left_s(health.silent_until, now, most=ASKED_TO_BE_READ_S)
    if health.silent_until == served:
        silent_s = 0.0
    if silent_s > ASKED_AT_MOST_S:
        return Turn(health=health, refused_s=silent_s)
    shut_s = _left_s(health.probe_at, now, most=PERIOD_S)
    if shut_s > 0:
        return Turn(health=health, refused_s=max(shut_s, silent_s))
    if silent_s > 0:
        return Turn(health=health, wait_s=silent_s)
    if health.probe_at is not None:
        return Turn(health=replace(health, probe_at=now + PERIOD_S))
    return Turn(health=health)


def judged(
    health: Health, verdict: Verdict | None, *, left_at: int, now: float, most: int = FAILURES
) -> Health:
    """Return what is known once an attempt has ended (pure).

    Args:
        health: What was known until now.
        verdict: What was made of it; None: the CRM gave a good answer.
        left_at: How many failures in a row there were as it left. Requests that were under way
            together fail together: a moment's trouble that meets sixteen of them counts once.
        now: Our own clock, in seconds.
        most: Failures in a row after which the CRM is left alone.
    """
    if verdict is None or not _is_failure(verdict):
        return replace(health, failures=0, probe_at=None)
    if verdict.hush and verdict.asked_s is not None:
        until = now + min(verdict.asked_s, ASKED_TO_BE_READ_S)
        health = replace(health, silent_until=max(until, health.silent_until or until))
    if left_at != health.failures:
        return health
    failures = health.failures + 1
    shut = failures >= most or health.probe_at is not None
    probe_at = now + PERIOD_S if shut else None
    return replace(health, failures=failures, last=verdict.error.code, probe_at=probe_at)


@dataclass(slots=True, kw_only=True)
class Breaker:
    """What all threads of one connection ask before each request, and tell after it."""

    crm: str
    """The connection's name, for messages."""
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    most: int = FAILURES
    """Failures in a row after which the CRM is left alone."""
    health: Health = field(default_factory=Health)
    _lock: Lock = field(default_factory=Lock)

    def look(self) -> None:
        """Raise if nobody may ask just now; takes no turn.

        Raises:
            RetryableError: As ``enter``.
        """
        now = self.now()
        with self._lock:
            turn = decide(self.health, now=now.timestamp())
        self._check(turn, now)

    def enter(self) -> int:
        """Wait while the CRM asked for silence; returns what ``heard`` wants to know.

        Raises:
            CrmUnavailable: It failed too often, and is left alone (KAM-3112).
            RateLimited: It asked for more silence than a minute.
        """
        waited_s, served = 0.0, None
        while True:
            now = self.now()
            with self._lock:
                turn = decide(self.health, now=now.timestamp(), served=served)
                self.health = turn.health
            self._check(turn, now)
            if not turn.wait_s:
                return turn.health.failures
            waited_s, served = waited_s + turn.wait_s, turn.health.silent_until
            if waited_s > ASKED_AT_MOST_S:  # silence upon silence, asked of others
                raise self._silent(turn.wait_s)
            self.sleep(turn.wait_s + random.random())  # noqa: S311  they do not all go at once

    def heard(self, verdict: Verdict | None, *, left_at: int) -> None:
        """Take note of what became of an attempt.

        Args:
            verdict: What was made of it; None: a good answer.
            left_at: What ``enter`` returned.
        """
        now = self.now().timestamp()
        with self._lock:
            self.health = judged(self.health, verdict, left_at=left_at, now=now, most=self.most)

    def _check(self, turn: Turn, now: datetime) -> None:
        if not turn.refused_s:
            return
        if turn.health.probe_at is None:
            raise self._silent(turn.refused_s)
        at = datetime.fromtimestamp(now.timestamp() + turn.refused_s, tz=UTC)
        raise CrmUnavailable(
            f"the CRM failed {turn.health.failures} times in a row (last {turn.health.last}) and "
            f"is left alone; the next try is allowed at {at:%H:%M:%S} UTC",
            crm=self.crm,
            code="KAM-3112",
            retry_after_s=turn.refused_s,
        )

    def _silent(self, left_s: float) -> RateLimited:
        told = f"the CRM asks for silence for {left_s:.0f} more seconds"
        return RateLimited(told, crm=self.crm, retry_after_s=left_s)


def _is_failure(verdict: Verdict) -> bool:
    """Tell a CRM that fails, or refuses everybody, from one that refuses a request."""
    error = verdict.error
    if not isinstance(error, (CrmUnavailable, RateLimited)) or error.code == _SLOW_QUESTION:
        return False
    status = error.http_status or 0
    return error.code in _UNHEARD or status >= 500 or status == 429


def _left_s(until: float | None, now: float, *, most: float) -> float:
    """Return the seconds left; none where a clock that was set back makes them too many."""
    left = 0.0 if until is None else until - now
    return min(left, most) if 0 < left < most + 1 else 0.0
