"""The limits on calls: per ten seconds, per second for search, per day. In real time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from kam_sandbox.hubspot.errors import ApiError

__all__ = ["Limiter", "Limits", "over_limit"]

_MESSAGES = {
    "TEN_SECONDLY_ROLLING": "You have reached your ten_secondly_rolling limit.",
    "SECONDLY": "You have reached your secondly limit.",
    "DAILY": "You have reached your daily limit.",
}


@dataclass(slots=True, kw_only=True)
class Limits:
    """How many calls a portal allows; the defaults are those of a Professional portal."""

    burst: int = 190
    """Calls in any ``window_s`` (vendor's usage guidelines, Professional and Enterprise)."""
    window_s: float = 10.0
    search_per_s: int = 5
    """Searches in any second, for the whole account."""
    daily: int = 625_000


@dataclass(slots=True)
class Limiter:
    """Counts calls and refuses those above the limits."""

    limits: Limits
    monotonic: Callable[[], float] = time.monotonic
    today: int = 0
    """Calls counted since the start; the sandbox's day does not end."""
    _calls: deque[float] = field(default_factory=deque)
    _searches: deque[float] = field(default_factory=deque)

    def admit(self, *, search: bool) -> dict[str, str]:
        """Count one call and return the headers of its answer; searches carry none.

        Raises:
            ApiError: 429, the call is above a limit and was not counted.
        """
        now = self.monotonic()
        window, size, allowed = (
            (self._searches, 1.0, self.limits.search_per_s)
            if search
            else (self._calls, self.limits.window_s, self.limits.burst)
        )
        while window and window[0] <= now - size:
            window.popleft()
        if self.today >= self.limits.daily:
            raise over_limit("DAILY", self._headers(0) if not search else {})
        if len(window) >= allowed:
            policy = "SECONDLY" if search else "TEN_SECONDLY_ROLLING"
            raise over_limit(policy, self._headers(0) if not search else {})
        window.append(now)
        self.today += 1
        return {} if search else self._headers(allowed - len(window))

    def _headers(self, remaining: int) -> dict[str, str]:
        return {
            "X-HubSpot-RateLimit-Max": str(self.limits.burst),
            "X-HubSpot-RateLimit-Remaining": str(remaining),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(self.limits.window_s * 1000)),
            "X-HubSpot-RateLimit-Daily": str(self.limits.daily),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, self.limits.daily - self.today)),
        }


def over_limit(policy: str, headers: dict[str, str]) -> ApiError:
    """Return the 429 of a policy: HubSpot sends no ``Retry-After`` with it."""
    return ApiError(
        429,
        "RATE_LIMITS",
        _MESSAGES[policy],
        extra={"errorType": "RATE_LIMIT", "policyName": policy},
        headers=headers,
    )
