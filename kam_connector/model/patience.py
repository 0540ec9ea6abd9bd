"""When to ask a CRM again, and how long to wait before: pure, shared by all adapters."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from kam_connector.errors import KamError, RateLimited

__all__ = ["Pace", "Patience", "Verdict", "asked_s"]

BASE_S = 0.5
CAP_S = 20.0
"""Our choice: full jitter below 0.5 s, 1 s, 2 s ... 20 s spreads clients best
(M. Brooker, "Exponential Backoff And Jitter", AWS 2015)."""
ASKED_AT_LEAST_S = 1.0
ASKED_AT_MOST_S = 60.0
"""Our choice: a longer wait belongs to the next run, not to a held lease."""
ASKED_TO_BE_READ_S = 3600.0
"""Our choice: an hour; the next run comes by then, and an absurd number means no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do about one failed attempt."""

    error: KamError
    again: bool = False
    """The same request may be sent once more."""
    asked_s: float | None = None
    """Seconds the CRM asked us to wait."""
    hush: bool = False
    """That wait is asked of the whole connection, not of this request alone."""
    renew: bool = False
    """A fresh sign-in may help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often to try.

    Args:
        attempts: All attempts, the first included.
    """

    attempts: int = 5

    def wait_s(self, attempt: int, verdict: Verdict, *, draw: float) -> float:
        """Return the seconds to wait before the next attempt.

        Args:
            attempt: Number of the attempt that failed, from 1.
            verdict: What was made of it.
            draw: A random number from 0 to 1.

        Raises:
            KamError: The verdict's error, if there is no use in another attempt;
                RateLimited, if the CRM asks for more than a minute.
        """
        if not verdict.again or attempt >= self.attempts:
            raise verdict.error
        if verdict.asked_s is None:
            return draw * min(CAP_S, BASE_S * 2.0 ** (attempt - 1))
        if verdict.asked_s > ASKED_AT_MOST_S:
            raise RateLimited(
                "the CRM asks for a pause longer than a minute",
                crm=verdict.error.crm,
                http_status=verdict.error.http_status,
                request_id=verdict.error.request_id,
                retry_after_s=verdict.asked_s,
            )
        return max(ASKED_AT_LEAST_S, verdict.asked_s) + draw


@dataclass(slots=True, kw_only=True)
class Pace:
    """At most *calls* in any *per_s* seconds."""

    calls: int
    per_s: float
    now: Callable[[], float]
    """Seconds on our own clock."""
    sleep: Callable[[float], None]
    _recent: deque[float] = field(default_factory=deque)

    def take(self) -> None:
        """Wait for a place, and take it."""
        while len(self._recent) >= self.calls:
            wait = self._recent[0] + self.per_s - self.now()
            if wait > 0:
                self.sleep(wait)
            self._recent.popleft()
        self._recent.append(self.now())


def asked_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that Retry-After asks for, from 1 to 3,600; None if it says nothing.

    Args:
        headers: The answer's. A date (RFC 9110, 10.2.3) counts from the answer's own ``Date``,
            so that our clock may be wrong; without one it says nothing.
    """
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"-?[0-9]+", text):
        return min(max(float(text), 1.0), ASKED_TO_BE_READ_S)
    try:
        moment = parsedate_to_datetime(text)
        sent = parsedate_to_datetime(headers.get("Date", ""))
        return min(max((moment - sent).total_seconds(), 1.0), ASKED_TO_BE_READ_S)
    except (ValueError, TypeError, OverflowError):
        return None
