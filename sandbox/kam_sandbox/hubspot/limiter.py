"""The limits on calls: per ten seconds, per second for search, per day. In real time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from kam_sandbox.hubspot.errors import ApiError

__all__ = ["OAUTH_BURST", "STARTER_BURST", "STARTER_DAILY", "Limiter", "Limits", "over_limit"]

OAUTH_BURST = 110
"""Calls in ten seconds of an OAuth app in one portal (vendor's usage guidelines)."""
STARTER_BURST = 100
STARTER_DAILY = 250_000
"""Free and Starter (vendor's usage guidelines)."""

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
    day: Callable[[], object] = lambda: None
    """Gives the portal's own date: at its midnight the day's count begins anew."""
    searches: deque[float] = field(default_factory=deque)
    """Moments of the account's searches; limiters of one account share it."""
    by_day: bool = True
    """OAuth apps have no daily limit, and no headers that tell of one."""
    today: int = 0
    """Calls counted since the portal's midnight."""
    _counted: object = None
    _calls: deque[float] = field(default_factory=deque)

    def admit(self, *, search: bool) -> dict[str, str]:
        """Count one call and return the headers of its answer; searches carry none.

        Raises:
            ApiError: 429, the call is above a limit and was not counted.
        """
        now, day = self.monotonic(), self.day()
        if day != self._counted:
            self._counted, self.today = day, 0
        window, size, allowed = (
            (self.searches, 1.0, self.limits.search_per_s)
            if search
            else (self._calls, self.limits.window_s, self.limits.burst)
        )
        while window and window[0] <= now - size:
            window.popleft()
        if self.by_day and self.today >= self.limits.daily:
            raise over_limit("DAILY", self._headers(0) if not search else {})
        if len(window) >= allowed:
            policy = "SECONDLY" if search else "TEN_SECONDLY_ROLLING"
            raise over_limit(policy, self._headers(0) if not search else {})
        window.append(now)
        self.today += 1
        return {} if search else self._headers(allowed - len(window))

    def _headers(self, remaining: int) -> dict[str, str]:
        burst = {
            "X-HubSpot-RateLimit-Max": str(self.limits.burst),
            "X-HubSpot-RateLimit-Remaining": str(remaining),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(self.limits.window_s * 1000)),
        }
        if not self.by_day:
            return burst
        return burst | {
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
