"""A portal tells what happened, over real sockets: heard once, followed by the next run."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import requests

from kam_connector.bootstrap import SystemClock
from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import load_mapping, pull_sources, shipped_mapping_path
from kam_connector.model.hint import Heard
from kam_connector.model.kind import Kind
from kam_connector.model.run import ConnectionState
from kam_connector.model.settings import Secret
from kam_connector.store.sql_store import open_store
from kam_connector.sync.context import SyncContext
from kam_connector.sync.hints import forget_hinted
from kam_connector.sync.identity import load_identity_map
from kam_connector.sync.merge import Merged, merge_source
from kam_connector.sync.pull import Pulled, pull_all
from kam_connector.web import Receiver, serving
from kam_hubspot import HubSpotCrm
from kam_hubspot.settings import HubSpotSettings
from kam_sandbox import people
from kam_sandbox.clock import WorldClock
from kam_sandbox.records import Record
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from tests.adapters.kam_hubspot.test_hubspot_login_socket import logged_in

pytestmark = pytest.mark.enable_socket
SUBSCRIPTIONS = [
    {"subscriptionType": "object.creation", "objectTypeId": "0-1"},
    {"subscriptionType": "object.deletion", "objectTypeId": "0-1"},
    {"subscriptionType": "object.merge", "objectTypeId": "0-1"},
    {
        "subscriptionType": "object.propertyChange",
        "objectTypeId": "0-1",
        "propertyName": "jobtitle",
    },
    {"subscriptionType": "contact.privacyDeletion"},
]


class HastyClock(SystemClock):
    """Our own clock; nobody waits."""

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """A portal that tells, and our connection to it."""

    world: World
    address: str
    ctx: SyncContext
    receiver: str

    def pull(self) -> Pulled:
        """Pull and merge, as a run does."""
        pulled, merged = pull_all(self.ctx), Merged()
        for source in pull_sources(self.ctx.mapping):
            identity = load_identity_map(self.ctx.store, [self.ctx.connection])
            merge_source(self.ctx, source, identity, merged)
        return pulled

    def tell(self, **more: Any) -> list[int]:
        """Let the portal send what happened; returns what each request was answered."""
        self._control({"target_url": f"{self.receiver}/webhooks/hs", "by_itself": False} | more)
        self._control({"deliver": True})
        with urllib.request.urlopen(f"{self.address}/_sandbox/webhooks") as answer:
            return [one["status"] for one in json.loads(answer.read())]

    def _control(self, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/_sandbox/webhooks", data, method="POST")
        urllib.request.urlopen(request).close()

    def person(self, number: int = 0) -> Record:
        """Return a contact of the portal."""
        return list(self.world.hubspot.all("contacts"))[number]

    def titles(self) -> dict[str, Any]:
        """Return the job title of everybody we know, by the portal's id."""
        rows = self.ctx.store.mirror_rows(Kind.CONTACT)
        return {ref: row.values["title"] for row in rows for _, ref in row.refs}


def context(crm: HubSpotCrm) -> SyncContext:
    """Return the shipped mapping over a new store."""
    store = open_store("sqlite://")
    store.save_connection(ConnectionState(name="hs", crm="hubspot", org_ref=crm.identity().org_ref))
    return SyncContext(
        connection="hs",
        crm=crm,
        store=store,
        mapping=load_mapping(shipped_mapping_path("hubspot"), crm="hubspot"),
        settings=KamSettings(),
        clock=HastyClock(),
        source_order=("hs",),
    )


@pytest.fixture(name="world", scope="module")
def _world() -> Iterator[tuple[World, str]]:
    world = build_world(clock=WorldClock(), scale=0.05)
    world.hubspot_burst = world.hubspot_searches_per_s = 10_000
    with running(world) as addresses:
        yield world, addresses.hubspot


@pytest.fixture(name="portal", scope="module")
def _portal(world: tuple[World, str]) -> Iterator[Portal]:
    """Give a portal that was read once, and a receiver beside it."""
    listener = "http://127.0.0.1:1/webhooks/hs"
    token = Secret("pat-sandbox-0000")
    given = {"endpoint": world[1], "access_token": token, "webhook_secret": Secret("sandbox")}
    crm = HubSpotCrm.open("hs", HubSpotSettings(**given), clock=HastyClock())
    ctx = context(crm)

    def hear(delivery: Any, *, org: str | None, now: datetime) -> Heard:
        settings = HubSpotSettings(**given, webhook_url=f"{address}/webhooks/hs")
        return HubSpotCrm.hear(settings, delivery, org=org, now=now)

    def forget(_name: str, heard: Heard) -> int:
        return forget_hinted(ctx.store, "hs", pull_sources(ctx.mapping), heard.hints)

    receiver = Receiver(ctx.store, clock=HastyClock(), hears={"hs": hear}, forget=forget)
    with serving(receiver, host="127.0.0.1", port=0) as address:
        made = Portal(world=world[0], address=world[1], ctx=ctx, receiver=address)
        made.pull()
        made._control({"subscriptions": SUBSCRIPTIONS, "target_url": listener, "by_itself": False})
        world[0].clock.advance(3600)
        yield made
    crm.close()
    ctx.store.close()


def edit(portal: Portal, action: str, record: Record, **more: Any) -> None:
    """Do what a person does in the portal."""
    wanted = {"object": "contacts", "id": record.id, action: more or True}
    people.edit(portal.world, "hubspot", wanted)


def test_change_is_read_before_the_search_shows_it(portal: Portal) -> None:
    """The index lags behind; the event does not, and the record is read by its id."""
    person = portal.person()
    edit(portal, "set", person, jobtitle="Chief Listener")
    assert set(portal.tell()[-1:]) == {204}
    assert [hint.ref for hint in portal.ctx.store.hints("hs", limit=9)] == [person.id]
    portal.pull()
    assert portal.titles()[person.id] == "Chief Listener"
    assert portal.ctx.store.hints("hs", limit=9) == []


def test_events_twice_and_backwards_change_nothing(portal: Portal) -> None:
    """Order and number do not matter: each record is read as it is now."""
    person = portal.person()
    for title in ("First", "Second"):
        edit(portal, "set", person, jobtitle=title)
    portal.tell(duplicate=True, reverse=True)
    portal.pull()
    assert portal.titles()[person.id] == "Second"


@pytest.mark.guarantee("G19")
def test_forged_and_stale_requests_leave_no_hint(portal: Portal) -> None:
    """Another secret, or a clock six minutes behind: refused, and nothing kept."""
    edit(portal, "set", portal.person(), jobtitle="Forged")
    assert portal.tell(secret="guessed")[-1] == 401
    edit(portal, "set", portal.person(), jobtitle="Stale")
    assert portal.tell(timestamp_offset_s=-360)[-1] == 401
    assert portal.ctx.store.hints("hs", limit=9) == []


def test_person_erased_in_the_portal_is_erased_here_at_once(portal: Portal) -> None:
    """Not at the next run: when the event arrives; and the next run brings nothing back."""
    person = portal.person(3)
    name = f"{person.fields.get('firstname')} {person.fields.get('lastname')}"
    assert person.id in portal.titles()
    edit(portal, "gdpr_delete", person)
    portal.tell()
    assert person.id not in portal.titles()
    portal.pull()
    known = [row.values["name"] for row in portal.ctx.store.mirror_rows(Kind.CONTACT)]
    assert (person.id in portal.titles(), name in known) == (False, False)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/webhooks/hs", b"[]", 401, "KAM-4001"),
        ("/webhooks/other", b"[]", 404, "KAM-4006"),
        ("/", b"[]", 404, "KAM-4006"),
        ("/webhooks/hs", b"x" * (2**20 + 1), 413, "KAM-4004"),
    ],
)
def test_each_refusal_has_its_own_answer(
    portal: Portal, path: str, body: bytes, status: int, code: str
) -> None:
    """Whoever knocks learns why, and nothing about us."""
    answer = requests.post(portal.receiver + path, data=body, timeout=10)
    assert (answer.status_code, answer.text.split(" ")[0]) == (status, code)


def test_only_posts_are_taken(portal: Portal) -> None:
    """A browser that looks in gets a clear no."""
    answer = requests.get(f"{portal.receiver}/webhooks/hs", timeout=10)
    assert (answer.status_code, answer.text.split(" ")[0]) == (405, "KAM-4005")


def test_recorded_request_is_refused_the_second_time(portal: Portal) -> None:
    """To the letter the same: a replay, answered 409, and no hint comes of it."""
    seen: list[Any] = []
    edit(portal, "set", portal.person(), jobtitle="Recorded")
    with serving(_recorder(seen), host="127.0.0.1", port=0) as recorder:
        target = f"{recorder}/webhooks/hs"
        portal._control({"target_url": target, "by_itself": False, "deliver": True})
    ((headers, body),) = seen
    # signed for the recorder's address: proved there, replayed at ours
    settings = HubSpotSettings(
        access_token=Secret("pat-x"),
        endpoint=portal.address,
        webhook_url=target,
        webhook_secret=Secret("sandbox"),
    )
    receiver = Receiver(
        portal.ctx.store,
        clock=HastyClock(),
        hears={
            "hs": lambda delivery, *, org, now: HubSpotCrm.hear(
                settings, delivery, org=org, now=now
            )
        },
        forget=lambda _name, _heard: None,
    )
    with serving(receiver, host="127.0.0.1", port=0) as address:
        answers = [
            requests.post(f"{address}/webhooks/hs", data=body, headers=headers, timeout=10)
            for _ in range(2)
        ]
    assert [answer.status_code for answer in answers] == [204, 409]
    assert answers[1].text.startswith("KAM-4003")


def _recorder(seen: list[Any]) -> Any:
    """Return an application that writes down what it is sent."""

    async def record(scope: Any, receive: Any, send: Any) -> None:
        part = await receive()
        headers = {key.decode(): value.decode() for key, value in scope["headers"]}
        kept = {key: value for key, value in headers.items() if key.startswith("x-hubspot")}
        seen.append((kept, part["body"]))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return record


def test_journal_tells_what_no_address_could(world: tuple[World, str]) -> None:
    """From now on at first, then every entry once; a lost place begins anew, and says so."""
    given = {"client_id": "sandbox", "client_secret": Secret("sandbox"), "sign_in": "login"}
    settings = HubSpotSettings(endpoint=world[1], journal=True, **given)
    vault = logged_in(settings, HastyClock())
    crm = HubSpotCrm.open("hs", settings, clock=HastyClock(), vault=vault)
    ctx = context(crm)
    pull_all(ctx)
    person = list(world[0].hubspot.all("contacts"))[1]
    for title in ("One", "Two"):
        wanted = {"object": "contacts", "id": person.id, "set": {"jobtitle": title}}
        people.edit(world[0], "hubspot", wanted)
        pull_all(ctx)
    source = next(one for one in pull_sources(ctx.mapping) if one.kind is Kind.CONTACT)
    image = ctx.store.staged("hs", source.name, [person.id])[person.id]
    place = ctx.store.journal_place("hs")
    ctx.store.add_hints("hs", [], place="00000000-0000-0000-0000-000000000000")
    notes = pull_all(ctx).notes
    crm.close()
    ctx.store.close()
    assert image.values["jobtitle"] == "Two"
    assert place
    assert [note for note in notes if "journal" in note]
