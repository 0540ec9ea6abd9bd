"""Webhooks: HubSpot's signature of version 3, checked by ourselves, and what the events hint at.

The client's own check takes version 2 by default, leaves the address undecoded, believes
timestamps of the future, and raises where it should refuse (hubspot-api-client 12.0.0).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from kam_connector.errors import EventRefused
from kam_connector.model.hint import Delivery, Heard, Hint
from kam_connector.model.settings import Secret
from kam_hubspot.object_types import OBJECTS, SINGULARS
from kam_hubspot.settings import HubSpotSettings

__all__ = ["hear", "listens"]

_SIGNATURE = "x-hubspot-signature-v3"
_TIMESTAMP = "x-hubspot-request-timestamp"
_BELIEVED = timedelta(minutes=5)
"""On both sides of our clock (HubSpot's guide on validating requests names the past one)."""
_ESCAPES = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}
"""What is decoded in the address before signing; nothing else (same guide)."""
_ESCAPE = re.compile("|".join(_ESCAPES), re.IGNORECASE)
_FORGET = "contact.privacyDeletion"


def listens(settings: HubSpotSettings) -> bool:
    """Tell whether the settings say where events arrive, and which secret signs them."""
    return settings.webhook_url is not None and settings.signing_secret is not None


def hear(settings: HubSpotSettings, delivery: Delivery, *, org: str | None, now: datetime) -> Heard:
    """Return the hints of a request that HubSpot signed a moment ago.

    Raises:
        EventRefused: Forged (KAM-4001), stale (KAM-4002) or unreadable (KAM-4005).
    """
    signature = delivery.headers.get(_SIGNATURE, "")
    stamp = delivery.headers.get(_TIMESTAMP, "")
    secret = settings.signing_secret or Secret("")
    expected = _signature(secret, delivery.method, settings.webhook_url or "", delivery.body, stamp)
    given = signature.encode("utf-8", "replace")
    if not secret.reveal() or not hmac.compare_digest(expected.encode(), given):
        raise _refused("KAM-4001", "the signature is not that of the app's secret")
    if not stamp.isdigit() or abs(now - _moment(stamp)) > _BELIEVED:
        raise _refused("KAM-4002", "the request is older than five minutes, or from the future")
    return Heard(signature=signature, hints=tuple(_hints(_events(delivery.body), org)))


def _signature(secret: Secret, method: str, url: str, body: bytes, stamp: str) -> str:
    address = _ESCAPE.sub(lambda found: _ESCAPES[found[0].upper()], url)
    signed = method.encode() + address.encode() + body + stamp.encode()
    digest = hmac.new(secret.reveal().encode(), signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _moment(stamp: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(stamp) / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.min.replace(tzinfo=UTC)


def _events(body: bytes) -> list[Mapping[str, Any]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, list):
        raise _refused("KAM-4005", "the request holds no list of events", 400)
    return [event for event in document if isinstance(event, Mapping)]


def _hints(events: list[Mapping[str, Any]], org: str | None) -> Iterator[Hint]:
    """Yield the records that events name; of kinds we do not know, none."""
    for event in events:
        at = event.get("occurredAt")
        if org is not None and str(event.get("portalId")) != org:
            continue
        if not isinstance(at, int) or isinstance(at, bool):
            continue
        moment = _moment(str(at))
        kind = str(event.get("subscriptionType") or event.get("eventType") or "")
        for object_, ref in _named(event, kind):
            if ref.isdecimal():
                yield Hint(object=object_, ref=ref, at=moment, forget=kind == _FORGET)


def _named(event: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    subject = kind.partition(".")[0]
    object_ = SINGULARS.get(subject) or OBJECTS.get(str(event.get("objectTypeId")))
    merged = event.get("mergedObjectIds")
    if object_ is not None:
        for name in ("objectId", "newObjectId", "primaryObjectId"):
            if event.get(name) is not None:
                yield object_, str(event[name])
        for ref in merged if isinstance(merged, list) else ():
            yield object_, str(ref)
    ends = str(event.get("associationType") or "").lower().split("_to_")
    for end, singular in zip(("from", "to"), (ends[0], ends[-1]), strict=True):
        linked = OBJECTS.get(str(event.get(f"{end}ObjectTypeId"))) or SINGULARS.get(singular)
        if linked is not None and event.get(f"{end}ObjectId") is not None:
            yield linked, str(event[f"{end}ObjectId"])


def _refused(code: str, message: str, status: int = 401) -> EventRefused:
    return EventRefused(message, crm="hubspot", code=code, http_status=status)
