"""Of what comes in by itself only what HubSpot signed, these minutes and once, is believed."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kam_connector.errors import EventRefused
from kam_connector.model.hint import Delivery, Hint
from kam_connector.model.run import ConnectionState
from kam_connector.model.settings import Secret
from kam_connector.store import open_store
from kam_connector.store.sql_store import SqlStore
from kam_connector.web.receiver import Receiver
from kam_hubspot.settings import HubSpotSettings
from kam_hubspot.webhooks import hear
from tests.factories.clock import ManualClock
from tests.factories.hubspot_events import signed
from tests.guarantees import Figures

URL = "https://kam.acme.example/webhooks/us"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
SECRET = "a secret of the app"
SETTINGS = HubSpotSettings(
    access_token=Secret("pat-x"), webhook_url=URL, webhook_secret=Secret(SECRET)
)
BODY = (
    b'[{"subscriptionType": "contact.propertyChange", "portalId": 4711, "objectId": 7, '
    b'"occurredAt": 1795240795000}]'
)
TRUE = signed(BODY, secret=SECRET, url=URL, at=NOW)
FORGERIES = int(os.environ.get("KAM_FORGERIES", "10000"))
"""The release forges a hundred thousand."""
PERMUTATIONS = int(os.environ.get("KAM_PERMUTATIONS", "300"))
"""The release tries ten thousand."""
_S, _T = "x-hubspot-signature-v3", "x-hubspot-request-timestamp"


def forgeries(seed: int, count: int) -> Iterator[Delivery]:
    """Yield requests that look like HubSpot's and were not signed by its app's secret."""
    chance = random.Random(seed)
    for _ in range(count):
        yield chance.choice(_WAYS)(chance)


def _other_secret(chance: random.Random) -> Delivery:
    secret = chance.choice(("", "x", SECRET[:-1], SECRET.upper(), SECRET + " ", "\0"))
    return signed(BODY, secret=secret, url=URL, at=NOW)


def _other_address(chance: random.Random) -> Delivery:
    url = chance.choice(
        (URL + "/", URL + "?x=1", URL.replace("https", "http"), URL.upper(), "/webhooks/us", "")
    )
    return signed(BODY, secret=SECRET, url=url, at=NOW)


def _other_method(chance: random.Random) -> Delivery:
    method = chance.choice(("GET", "PUT", "post", "", "POST "))
    return Delivery(
        method="POST",
        body=BODY,
        headers=signed(BODY, secret=SECRET, url=URL, at=NOW, method=method).headers,
    )


def _other_body(chance: random.Random) -> Delivery:
    body = bytearray(BODY)
    body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    whole = chance.choice((bytes(body), BODY + b" ", BODY[:-1], b" " + BODY, b"", b"[]"))
    return Delivery(method="POST", body=whole, headers=TRUE.headers)


def _other_signature(chance: random.Random) -> Delivery:
    right = TRUE.headers[_S]
    place = chance.randrange(len(right) - 1)
    letter = chance.choice("ABCxyz019+/")
    changed = right[:place] + (letter if letter != right[place] else "-") + right[place + 1 :]
    odd = ("", right[:-2], right.lower(), right + "=", right + "\n", " " + right, "é", "\ud83d")
    made = chance.choice(
        (changed, *odd, "A" * 44, "0" * 1_000_000 if chance.random() < 0.01 else "")
    )
    return Delivery(method="POST", body=BODY, headers={**TRUE.headers, _S: made})


def _other_time(chance: random.Random) -> Delivery:
    right = TRUE.headers[_T]
    odd = (str(int(right) + chance.randint(1, 10**6)), right + "0", right + ".0", "+" + right)
    made = chance.choice((*odd, "nan", "1e99", "-" + right, "", " " + right, "9" * 5000, "\u0663"))
    return Delivery(method="POST", body=BODY, headers={**TRUE.headers, _T: made})


def _less(chance: random.Random) -> Delivery:
    left = chance.choice((_S, _T))
    headers = {name: value for name, value in TRUE.headers.items() if name != left}
    older = chance.choice(("x-hubspot-signature", "x-hubspot-signature-v2", "x-other"))
    return Delivery(method="POST", body=BODY, headers=headers | {older: TRUE.headers[_S]})


_WAYS: tuple[Callable[[random.Random], Delivery], ...] = (
    *(_other_secret, _other_address, _other_method, _other_body, _other_signature, _other_time),
    _less,
)


def accepted(delivery: Delivery, *, now: datetime = NOW) -> bool:
    """Tell whether a request is believed: refused is only what is answered with 400 or 401."""
    try:
        hear(SETTINGS, delivery, org="4711", now=now)
    except EventRefused as error:
        return error.http_status not in (400, 401)
    return True


@pytest.mark.guarantee("G19", "TM8")
def test_no_forgery_is_believed(figure: Figures) -> None:
    """W1-W3, W5: wrong secret, address, method, body, signature or time: refused, never a 500."""
    assert accepted(TRUE)
    believed = sum(accepted(one) for one in forgeries(19, FORGERIES))
    figure("G19", f"{FORGERIES:,} forgeries, {believed} accepted", met=believed == 0)


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize("added", [b" ", b'"objectId":7,'])
def test_other_bytes_of_the_same_meaning_are_not_signed(added: bytes) -> None:
    """Bytes are signed, not what a reader of JSON makes of them: a blank, a member said twice."""
    body = b'[{"objectId":7,"occurredAt":1795240795000}]'
    true = signed(body, secret=SECRET, url=URL, at=NOW)
    assert accepted(true)
    other = Delivery(method="POST", body=body.replace(b"{", b"{" + added), headers=true.headers)
    assert not accepted(other)


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize("seconds", [-31_536_000, -301, 301, 600, 31_536_000])
def test_defect_d06_the_window_has_two_sides(seconds: float) -> None:
    """The client's own check believes a request from next year."""
    late = signed(BODY, secret=SECRET, url=URL, at=NOW + timedelta(seconds=seconds))
    assert not accepted(late)
    assert accepted(late, now=NOW + timedelta(seconds=seconds))


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize(
    "sent",
    [
        "https://k.example/webhooks/us?a=%3A%2F&b=%20%25",
        "https://k.example/webhooks/us?a=:/&b=%20%25",
    ],
)
def test_an_address_is_decoded_as_the_vendor_decodes_it(sent: str) -> None:
    """Some escapes are taken back before signing, and no others (vendor's guide)."""
    stated = "https://k.example/webhooks/us?a=%3a%2F&b=%20%25"
    settings = HubSpotSettings(
        access_token=Secret("pat-x"), webhook_url=stated, webhook_secret=Secret(SECRET)
    )
    right = signed(BODY, secret=SECRET, url=stated.replace("%3a", ":").replace("%2F", "/"), at=NOW)
    assert hear(settings, right, org="4711", now=NOW).hints
    wrong = signed(BODY, secret=SECRET, url=sent.replace("%25", "%"), at=NOW)
    with pytest.raises(EventRefused):
        hear(settings, wrong, org="4711", now=NOW)


def request_of(store: SqlStore, clock: ManualClock, delivery: Delivery) -> int:
    """Send a request to the receiver; return the status of its answer."""
    proves = {"us": lambda d, *, org, now: hear(SETTINGS, d, org=org, now=now)}
    receiver = Receiver(store, clock=clock, hears=proves, forget=lambda *_: None)  # type: ignore[arg-type]  # a lambda
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": delivery.body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    headers = [(k.encode(), v.encode("latin-1")) for k, v in delivery.headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/webhooks/us", "headers": headers}
    asyncio.run(receiver(scope, receive, send))
    return int(said[0]["status"])


def opened(clock: ManualClock) -> SqlStore:
    """Return an empty store that knows the portal."""
    store = open_store("sqlite://", clock=clock.now)
    store.save_connection(ConnectionState(name="us", crm="hubspot", org_ref="4711"))
    return store


@pytest.mark.guarantee("G19")
def test_a_replay_is_taken_once_and_its_echo_refused() -> None:
    """W4: the same signed request again, within the window."""
    clock = ManualClock(NOW)
    store = opened(clock)
    statuses = [request_of(store, clock, TRUE) for _ in range(3)]
    assert statuses == [204, 409, 409]
    assert len(list(store.hints("us", limit=100))) == 1


@pytest.mark.guarantee("G19")
def test_any_order_of_events_leaves_the_same_hints(figure: Figures) -> None:
    """W8: reversed, doubled, in parts: a hint says which record to read again, and no more."""
    at = NOW - timedelta(seconds=9)
    hints = [
        Hint(object="contacts", ref=str(ref), at=at + timedelta(seconds=n), forget=False)
        for n, ref in enumerate((1, 1, 2, 3, 2, 1, 4))
    ]
    chance = random.Random(19)
    store = opened(ManualClock(NOW))
    states = set()
    for _ in range(PERMUTATIONS):
        mixed = chance.sample([*hints, *hints[:3]], k=len(hints) + 3)
        cut = chance.randint(0, len(mixed))
        for part in (mixed[:cut], mixed[cut:]):
            store.add_hints("us", tuple(part))
        kept = store.hints("us", limit=100)
        states.add(str(sorted((one.object, one.ref, one.at) for one in kept)))
        store.drop_hints("us", kept)
    said = f"{PERMUTATIONS:,} permutations, {len(states)} states"
    figure("G19", said, met=len(states) == 1)


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize("stated", ["\xb2", "9" * 5000, "-1", "1e9", str(2**20 + 1)])
def test_no_stated_length_breaks_the_receiver(stated: str) -> None:
    """A length that is no number is counted, one that is too large is refused: never an error."""
    with_length = {"content-length": stated}
    assert _status(with_length) == (413 if stated.isascii() and stated.isdigit() else 404)


def _status(headers: dict[str, str]) -> int:
    """Return what a receiver that listens for nobody answers."""
    store = open_store("sqlite://")
    receiver = Receiver(store, clock=ManualClock(NOW), hears={}, forget=lambda *_: None)
    told: list[Any] = []
    scope = {"type": "http", "method": "POST", "path": "/webhooks/us"}
    scope["headers"] = [(key.encode(), value.encode("latin-1")) for key, value in headers.items()]

    async def receive() -> Any:
        return {"type": "http.request", "body": b"[]", "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(receiver(scope, receive, send))
    store.close()
    return int(told[0]["status"])
