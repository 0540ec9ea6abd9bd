"""Token buckets: how fast a portal is asked, whoever asks within this process.

HubSpot counts three things apart (usage guidelines): all calls in ten seconds, per app;
searches in a second, per portal; all calls in a day, per portal.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from kam_connector.errors import BudgetExhausted
from kam_connector.model.patience import Pace
from kam_connector.ports import Clock
from kam_hubspot.settings import HubSpotSettings

__all__ = ["Buckets"]

_CALLS_AT_FIRST = 90
"""Nine tenths of the smallest allowance, 100 calls in ten seconds (usage guidelines)."""
_SHARED_PERCENT, _ALONE_PERCENT = 90, 97
"""Our choice: a tenth of what is stated is left to whoever else uses the app. While the answers
show that nobody does, three in a hundred are left to calls that arrive sooner after each other
than they were sent: 0.3 seconds."""
_STRANGERS = 3
"""Our choice: so few calls that are not ours may be our own, counted at another moment."""
_SHARED_FOR = timedelta(minutes=1)
"""Our choice: who else used the app within the last minute may go on."""
_DRY_FOR = timedelta(minutes=5)
"""Our choice: with no call left today, one in five minutes asks whether a new day has begun."""


class _Bucket:
    """A pace that several threads may keep together."""

    def __init__(self, clock: Clock, *, calls: int, per_s: float) -> None:
        self.most: int | None = None
        """The lowest setting of those who share it; what the portal states stays below."""
        self.pace = Pace(
            calls=calls, per_s=per_s, now=lambda: clock.now().timestamp(), sleep=clock.sleep
        )
        self._clock = clock
        self._per_s = per_s
        self._turn = Lock()
        self._taken: deque[datetime] = deque()
        self._shared_until: datetime | None = None

    def take(self) -> None:
        """Wait for a place, and take it; who came first goes first."""
        with self._turn:
            self.pace.take()
            self._taken.append(self._clock.now())
            self._forget()

    def follow(self, stated: int, left: int | None) -> None:
        """Go as near to what the portal states as is safe.

        Args:
            stated: Calls that the portal allows.
            left: Calls that it still allows at this moment; None: it did not say.
        """
        with self._turn:
            self._forget()
            now = self._clock.now()
            if left is None or stated - left - len(self._taken) > _STRANGERS:
                self._shared_until = now + _SHARED_FOR
            shared = self._shared_until is not None and now < self._shared_until
        self.allow(stated * (_SHARED_PERCENT if shared else _ALONE_PERCENT) // 100)

    def allow(self, calls: int) -> None:
        """Let so many calls through from now on, or fewer where a setting says so."""
        self.pace.calls = max(1, min(calls, self.most or calls))

    def _forget(self) -> None:
        """Forget the calls that do not count any more."""
        before = self._clock.now() - timedelta(seconds=self._per_s)
        while self._taken and self._taken[0] <= before:
            self._taken.popleft()

    def set_most(self, calls: int) -> None:
        """Take over a setting."""
        self.most = min(calls, self.most or calls)
        self.allow(self.most)


_shared: dict[tuple[int, str, str, str], tuple[Clock, _Bucket]] = {}
"""By the clock they keep time with (a process has one, kept so that its id stays its own),
host, policy and who is counted."""
_sharing = Lock()


class Buckets:
    """What one connection takes its calls from.

    Args:
        name: The connection's, for messages.
        settings: Who asks, and how fast it may.
        clock: The process's own.
    """

    def __init__(self, name: str, settings: HubSpotSettings, *, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._host = settings.base_url
        self._searches = settings.searches_per_s
        token = settings.access_token.reveal() if settings.access_token else settings.client_id
        self._burst = self._bucket("burst", str(token), calls=_CALLS_AT_FIRST, per_s=10.0)
        if settings.calls_per_10_s is not None:
            self._burst.set_most(settings.calls_per_10_s)
        self._search = self._bucket("search", str(token), calls=self._searches, per_s=1.0)
        self._dry_until: datetime | None = None

    def take(self, *, search: bool) -> None:
        """Wait until one more call may be made.

        Raises:
            BudgetExhausted: The portal has no call left today (its midnight gives new ones).
        """
        if self._dry_until is not None and self._clock.now() < self._dry_until:
            told = "the portal has no API call left today"
            raise BudgetExhausted(told, crm=self._name)
        (self._search if search else self._burst).take()

    @property
    def calls_per_10_s(self) -> int:
        """How many calls are made at present in ten seconds, at most."""
        return self._burst.pace.calls

    def at_portal(self, portal: str) -> None:
        """Share the pace of searches with every connection to the same portal."""
        self._search = self._bucket("search", portal, calls=self._searches, per_s=1.0)

    def heard(self, *, burst: int | None, left: int | None, burst_left: int | None = None) -> None:
        """Take over what an answer stated.

        Args:
            burst: Calls allowed in ten seconds.
            left: Calls left today.
            burst_left: Calls left in these ten seconds.
        """
        if burst:
            self._burst.follow(burst, burst_left)
        if left is not None:
            self._dry_until = self._clock.now() + _DRY_FOR if left <= 0 else None

    def _bucket(self, policy: str, who: str, *, calls: int, per_s: float) -> _Bucket:
        with _sharing:
            key = (id(self._clock), self._host, policy, who)
            if key not in _shared:
                _shared[key] = self._clock, _Bucket(self._clock, calls=calls, per_s=per_s)
            return _shared[key][1]
