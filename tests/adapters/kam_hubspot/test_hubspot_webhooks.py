"""An event is believed only with HubSpot's signature of the last minutes, and only as a hint."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kam_connector.errors import ConfigError, EventRefused
from kam_connector.model.hint import Delivery, Heard, Hint
from kam_connector.model.settings import Secret
from kam_hubspot.settings import HubSpotSettings
from kam_hubspot.webhooks import hear, listens

URL = "https://kam.acme.example/webhooks/portal?from=%3Ahub%2Fspot"
SECRET = "secret"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
PORTAL = "4711"


def settings(**more: Any) -> HubSpotSettings:
    """Return the settings of a connection that listens."""
    given = {"access_token": Secret("pat-x"), "webhook_url": URL, "webhook_secret": Secret(SECRET)}
    return HubSpotSettings(**(given | more))


def signed(
    body: bytes, *, at: datetime = NOW, url: str = URL.replace("%3A", ":").replace("%2F", "/")
) -> Delivery:
    """Return a request as HubSpot would sign it."""
    stamp = str(int(at.timestamp() * 1000))
    text = b"POST" + url.encode() + body + stamp.encode()
    mac = hmac.new(SECRET.encode(), text, hashlib.sha256).digest()
    headers = {
        "x-hubspot-signature-v3": base64.b64encode(mac).decode(),
        "x-hubspot-request-timestamp": stamp,
    }
    return Delivery(method="POST", body=body, headers=headers)


def event(kind: str = "contact.propertyChange", **more: Any) -> dict[str, Any]:
    """Return an event of a moment ago."""
    at = int((NOW - timedelta(seconds=5)).timestamp() * 1000)
    return {"subscriptionType": kind, "portalId": 4711, "occurredAt": at, "objectId": 7} | more


def heard(*events: Any) -> Heard:
    """Return what comes of events that are signed properly."""
    return hear(settings(), signed(json.dumps(events).encode()), org=PORTAL, now=NOW)


def seen(*events: Any) -> set[tuple[str, str, bool]]:
    """Return the records hinted at."""
    return {(hint.object, hint.ref, hint.forget) for hint in heard(*events).hints}


def test_published_vector_is_reproduced() -> None:
    """The reference's own example: secret, address, body and timestamp give this signature."""
    stamp = "1700000000000"
    headers = {
        "x-hubspot-signature-v3": "WSXkrfTLeXP2mf9y/0+DEPCkzXMIsMfRM1rb0iFS4j8=",
        "x-hubspot-request-timestamp": stamp,
    }
    delivery = Delivery(method="POST", body=b'[{"a":1}]', headers=headers)
    now = datetime.fromtimestamp(1_700_000_000, tz=UTC)
    found = hear(settings(webhook_url="https://ex.com/hook?x=1"), delivery, org=None, now=now)
    assert found.hints == ()


def test_change_is_a_hint_with_its_moment() -> None:
    """What changed is not taken over: the record is read again."""
    (hint,) = heard(event(propertyName="jobtitle", propertyValue="CEO")).hints
    at = NOW - timedelta(seconds=5)
    assert hint == Hint(object="contacts", ref="7", at=at)


@pytest.mark.parametrize(
    ("told", "records"),
    [
        (event("company.creation"), {("companies", "7", False)}),
        (event("object.propertyChange", objectTypeId="0-3"), {("deals", "7", False)}),
        (event("contact.privacyDeletion"), {("contacts", "7", True)}),
        (
            event("contact.merge", newObjectId=9, primaryObjectId=7, mergedObjectIds=[7, 8]),
            {("contacts", "7", False), ("contacts", "8", False), ("contacts", "9", False)},
        ),
        (
            event(
                "contact.associationChange",
                objectId=None,
                associationType="CONTACT_TO_COMPANY",
                fromObjectId=7,
                toObjectId=3,
            ),
            {("contacts", "7", False), ("companies", "3", False)},
        ),
        (event("object.creation", objectTypeId="2-99"), set()),
        (event("conversation.creation"), set()),
        (event(portalId=1), set()),
        (event(occurredAt="yesterday"), set()),
        (event(objectId="7; DROP"), set()),
        ("no event", set()),
    ],
)
def test_each_kind_names_its_records(told: Any, records: set[tuple[str, str, bool]]) -> None:
    """Unknown kinds, other portals and odd values are left out, not refused."""
    assert seen(told) == records


@pytest.mark.parametrize("seconds", [-301, 301])
def test_stale_request_is_refused_on_both_sides(seconds: int) -> None:
    """Five minutes of the past, and of the future."""
    delivery = signed(b"[]", at=NOW + timedelta(seconds=seconds))
    with pytest.raises(EventRefused) as caught:
        hear(settings(), delivery, org=PORTAL, now=NOW)
    assert (caught.value.code, caught.value.http_status) == ("KAM-4002", 401)


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_request_of_these_minutes_is_believed(seconds: int) -> None:
    """A clock that is a little off loses nothing."""
    delivery = signed(b"[]", at=NOW + timedelta(seconds=seconds))
    assert hear(settings(), delivery, org=PORTAL, now=NOW).hints == ()


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize(
    "delivery",
    [
        Delivery(method="POST", body=b"[]"),
        signed(b"[]", url="https://kam.acme.example/webhooks/other"),
        Delivery(method="POST", body=b"[1]", headers=signed(b"[]").headers),
        Delivery(method="PUT", body=b"[]", headers=signed(b"[]").headers),
        Delivery(
            method="POST",
            body=b"[]",
            headers={**signed(b"[]").headers, "x-hubspot-request-timestamp": "1e9"},
        ),
    ],
)
def test_forged_request_is_refused(delivery: Delivery) -> None:
    """Another body, method, address, time, or no signature at all."""
    with pytest.raises(EventRefused) as caught:
        hear(settings(), delivery, org=PORTAL, now=NOW)
    assert (caught.value.code, caught.value.http_status) == ("KAM-4001", 401)


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize("stamp", ["99999999999999999999999999", "٣", ""])
def test_odd_timestamp_is_refused_and_nothing_breaks(stamp: str) -> None:
    """Whoever holds the secret may still send nonsense."""
    text = b"POST" + URL.replace("%3A", ":").replace("%2F", "/").encode() + b"[]" + stamp.encode()
    mac = hmac.new(SECRET.encode(), text, hashlib.sha256).digest()
    headers = {
        "x-hubspot-signature-v3": base64.b64encode(mac).decode(),
        "x-hubspot-request-timestamp": stamp,
    }
    with pytest.raises(EventRefused) as caught:
        hear(settings(), Delivery(method="POST", body=b"[]", headers=headers), org=None, now=NOW)
    assert caught.value.code == "KAM-4002"


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"\xff", b"[" * 100_000, b"null"])
def test_unreadable_request_is_refused(body: bytes) -> None:
    """Signed, and still no list of events."""
    with pytest.raises(EventRefused) as caught:
        hear(settings(), signed(body), org=PORTAL, now=NOW)
    assert (caught.value.code, caught.value.http_status) == ("KAM-4005", 400)


def test_connection_listens_only_with_address_and_secret() -> None:
    """Without either nothing is taken in."""
    assert listens(settings())
    assert not listens(HubSpotSettings(access_token=Secret("pat-x")))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"webhook_url": "http://kam.acme.example/webhooks/portal"}, "webhook_url"),
        ({"webhook_secret": None}, "webhook_url"),
        ({"journal": True}, "journal"),
    ],
)
def test_half_a_receiver_is_told(more: dict[str, Any], field: str) -> None:
    """An address without https or without a secret proves nothing."""
    with pytest.raises(ConfigError) as caught:
        settings(**more)
    assert caught.value.field == field
