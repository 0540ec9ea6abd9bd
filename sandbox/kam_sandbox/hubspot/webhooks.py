"""The sender of webhooks: subscriptions, signed requests of up to 100 events, retries.

Source: the vendor's webhooks and request validation guides.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Event as Flag
from threading import RLock, Thread
from typing import Any
from urllib.parse import urlsplit

from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, SINGULARS
from kam_sandbox.hubspot.events import Event, EventReader
from kam_sandbox.hubspot.grants import CLIENT
from kam_sandbox.hubspot.ids import APP_NUMBER
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.settings import PORTAL_ID
from kam_sandbox.hubspot.values import source_of, user_id

__all__ = ["Sender", "Subscription", "Target", "loopback"]

_BATCH = 100
_TIMEOUT_S = 5.0
_RETRY_MINUTES = (1, 5, 15, 30, 60, 120, 180, 240, 300, 420)
"""Ten further tries within a day of world time (the vendor's number; the spacing is ours)."""
_LOOK_S = 0.05
_FLAGS = {"creation": "CREATED", "deletion": "DELETED", "restore": "RESTORED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What the app wants to hear about."""

    id: int
    type: str
    """``company.propertyChange``, or ``object.propertyChange`` with an object type."""
    object_type_id: str = ""
    property: str = ""
    active: bool = True
    created_at: str = ""

    def wants(self, event: Event) -> bool:
        """Tell whether it covers *event*."""
        subject, _, kind = self.type.partition(".")
        if not self.active or kind != event.kind or self.property not in ("", event.name):
            return False
        if subject == "object":
            return self.object_type_id in ("", OBJECT_TYPE_IDS[event.object])
        return subject == SINGULARS[event.object]


@dataclass(slots=True, kw_only=True)
class Target:
    """Where events go, and how badly: the wrongs that a receiver must bear."""

    url: str
    signed_url: str = ""
    """The public address that the receiver knows itself by, such as a tunnel's."""
    secret: str = CLIENT[1]
    max_concurrent: int = 10
    timestamp_offset_s: float = 0.0
    """Added to the time in the header: below -300 the request is stale."""
    duplicate: bool = False
    """Send everything twice."""
    reverse: bool = False
    """Send the latest first."""


@dataclass(slots=True, kw_only=True)
class _Delivery:
    events: list[dict[str, Any]]
    due: datetime
    attempt: int = 0


@dataclass(slots=True)
class Sender:
    """Sends what the subscriptions ask for to the registered target."""

    portal: Portal
    target: Target | None = None
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)
    """Every try: attempt, status (0 for no answer) and events."""
    _waiting: list[_Delivery] = field(default_factory=list)
    _reader: EventReader | None = None
    _ids: count[int] = field(default_factory=lambda: count(1))
    _lock: RLock = field(default_factory=RLock)
    _stopped: Flag = field(default_factory=Flag)
    _thread: Thread | None = None

    def aim(self, target: Target | None, *, by_itself: bool = True) -> None:
        """Set the target, or none.

        Args:
            target: From now on told what happens.
            by_itself: Send as things happen; without, only :meth:`deliver` sends.
        """
        with self._lock:
            self.target = target
            self._reader = self._reader or EventReader(self.portal.world)
            if target is not None and by_itself and self._thread is None:
                self._stopped.clear()
                self._thread = Thread(target=self._watch, name="kam-sandbox-webhooks", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread that sends by itself."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=_TIMEOUT_S + 1)
            self._thread = None

    def subscribe(self, subscription: Subscription) -> Subscription:
        """Add or replace a subscription; a new one, with id 0, gets its number."""
        with self._lock:
            number = subscription.id or next(self._ids)
            kept = Subscription(
                id=number,
                type=subscription.type,
                object_type_id=subscription.object_type_id,
                property=subscription.property,
                active=subscription.active,
                created_at=subscription.created_at,
            )
            self.subscriptions[number] = kept
            return kept

    def deliver(self) -> int:
        """Send everything that is due and return how many requests that took."""
        with self._lock:
            if self.target is None or self._reader is None:
                return 0
            now = self.portal.now()
            self._queue(self._reader.new(), now)
            due = [one for one in self._waiting if one.due <= now]
            for delivery in due:
                self._waiting.remove(delivery)
                self._try(delivery, self.target)
            return len(due)

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            self.deliver()

    def _queue(self, events: list[Event], now: datetime) -> None:
        told = [
            self._told(event, one)
            for event in events
            for one in self.subscriptions.values()
            if one.wants(event)
        ]
        if self.target and self.target.reverse:
            told.reverse()
        if self.target and self.target.duplicate:
            told += told
        for start in range(0, len(told), _BATCH):
            batch = [dict(one) for one in told[start : start + _BATCH]]
            self._waiting.append(_Delivery(events=batch, due=now))

    def _told(self, event: Event, subscription: Subscription) -> dict[str, Any]:
        user = user_id(self.portal, event.by) if event.by else None
        told: dict[str, Any] = {
            "eventId": next(self._ids),
            "subscriptionId": subscription.id,
            "portalId": PORTAL_ID,
            "appId": APP_NUMBER,
            "occurredAt": int(event.at.timestamp() * 1000),
            "subscriptionType": subscription.type,
            "attemptNumber": 0,
            "objectId": int(event.id),
            "changeSource": source_of(event.by),
            "sourceId": f"userId:{user}" if user else event.by,
        }
        if subscription.type.startswith("object."):
            told["objectTypeId"] = OBJECT_TYPE_IDS[event.object]
        if event.kind == "propertyChange":
            told |= {"propertyName": event.name, "propertyValue": event.value, "isSensitive": False}
        if event.kind in _FLAGS:
            told["changeFlag"] = _FLAGS[event.kind]
        return told | event.more

    def _try(self, delivery: _Delivery, target: Target) -> None:
        for one in delivery.events:
            one["attemptNumber"] = delivery.attempt
        status = _post(target, json.dumps(delivery.events, separators=(",", ":")).encode())
        attempt = {"attempt": delivery.attempt, "status": status, "events": delivery.events}
        self.sent.append(json.loads(json.dumps(attempt)))
        if not 200 <= status < 300 and delivery.attempt < len(_RETRY_MINUTES):
            delay = timedelta(minutes=_RETRY_MINUTES[delivery.attempt])
            delivery.attempt += 1
            delivery.due = self.portal.now() + delay
            self._waiting.append(delivery)


def loopback(url: str) -> str:
    """Return *url*, which must lead to this computer: the sandbox sends nothing elsewhere.

    Raises:
        ValueError: It leads elsewhere.
    """
    at = urlsplit(url)
    if at.scheme not in ("http", "https") or at.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError(f"the sandbox sends webhooks to this computer only, not to {url}")
    return url


def _post(target: Target, body: bytes) -> int:
    stamp = str(int((time.time() + target.timestamp_offset_s) * 1000))
    signed = f"POST{target.signed_url or target.url}".encode() + body + stamp.encode()
    mac = hmac.new(target.secret.encode(), signed, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "HubSpot Connect 2.0 (sandbox)",
        "X-HubSpot-Signature": hashlib.sha256(target.secret.encode() + body).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
        "X-HubSpot-Signature-v3": base64.b64encode(mac).decode(),
        "X-HubSpot-Request-Timestamp": stamp,
        "X-HubSpot-Timeout-Millis": "10000",
    }
    request = urllib.request.Request(target.url, body, headers, method="POST")  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
