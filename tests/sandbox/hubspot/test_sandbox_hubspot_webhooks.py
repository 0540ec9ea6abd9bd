"""Webhooks and the journal: what is told, how it is signed, and what happens when nobody hears."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests
from hubspot import HubSpot
from hubspot.utils.signature import Signature

from kam_sandbox.hubspot.ids import APP_NUMBER
from kam_sandbox.hubspot.portal import ALL_SCOPES
from kam_sandbox.hubspot.webhook_settings import DEVELOPER_KEY

pytestmark = pytest.mark.enable_socket

COMPANY = {"subscriptionType": "object.propertyChange", "objectType": "company"}
NAMES = COMPANY | {"propertyName": "name"}
JOURNAL = "/webhooks-journal/journal-local/2026-03"


@dataclass
class Receiver:
    """Hears webhooks, and answers each with the next status of a list, then with 200."""

    url: str = ""
    heard: list[tuple[Any, bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events of all requests."""
        return [event for _, body in self.heard for event in json.loads(body)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A listener on a free loopback port."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.heard.append((self.headers, body))
            self.send_response(told.statuses.pop(0) if told.statuses else 200)
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hook?x=1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()


def control(rig, method, name, body=None):
    """Call the control plane."""
    answer = requests.request(method, f"{rig.url}/_sandbox/{name}", json=body, timeout=10)
    return answer.json()


def aim(rig, receiver, *subscriptions, **more):
    """Set target and subscriptions; nothing is sent before ``deliver``."""
    body = {"target_url": receiver.url, "subscriptions": subscriptions, "by_itself": False}
    return control(rig, "POST", "webhooks", body | more)


def deliver(rig):
    """Send what is due and return the number of requests."""
    return control(rig, "POST", "webhooks", {"deliver": True})["requests"]


def test_a_change_is_told_and_signed(rig, receiver):
    """The vendor's own checker takes the signature; the event names object, property and value."""
    company = rig.add("companies", name="Before")
    aim(rig, receiver, NAMES)
    rig.call("PATCH", f"/crm/v3/objects/companies/{company.id}", {"properties": {"name": "After"}})
    deliver(rig)
    headers, body = receiver.heard[0]
    assert Signature.is_valid(
        headers["X-HubSpot-Signature-v3"],
        "sandbox",
        body.decode(),
        http_method="POST",
        http_uri=receiver.url,
        timestamp=headers["X-HubSpot-Request-Timestamp"],
        signature_version="v3",
    )
    (event,) = receiver.events
    assert (event["objectId"], event["objectTypeId"]) == (int(company.id), "0-2")
    assert (event["propertyName"], event["propertyValue"]) == ("name", "After")
    assert (event["attemptNumber"], event["changeSource"]) == (0, "INTEGRATION")


def test_only_what_was_subscribed_is_told(rig, receiver):
    """Other properties, other objects, and what happened before stay untold."""
    company, contact = rig.add("companies", name="A"), rig.add("contacts", email="a@b.fr")
    aim(rig, receiver, NAMES)
    rig.call("PATCH", f"/crm/v3/objects/companies/{company.id}", {"properties": {"city": "Lyon"}})
    rig.call("PATCH", f"/crm/v3/objects/contacts/{contact.id}", {"properties": {"city": "Lyon"}})
    assert (deliver(rig), receiver.heard) == (0, [])


def test_more_than_a_hundred_events_come_in_several_requests(rig, receiver):
    """One hundred in a request, the rest in the next."""
    aim(rig, receiver, {"subscriptionType": "contact.creation"})
    for number in range(120):
        rig.add("contacts", email=f"c{number}@b.fr")
    assert deliver(rig) == 2
    assert [len(json.loads(body)) for _, body in receiver.heard] == [100, 20]


def test_a_deaf_receiver_is_told_again_later(rig, receiver):
    """The attempt counts up; nothing is sent before its time; a 200 ends it."""
    receiver.statuses = [500, 503]
    aim(rig, receiver, {"subscriptionType": "company.creation"})
    rig.add("companies", name="A")
    deliver(rig)
    too_early = deliver(rig)
    rig.wait(61)
    deliver(rig)
    rig.wait(301)
    deliver(rig)
    rig.wait(86_400)
    assert (too_early, deliver(rig)) == (0, 0)
    assert [event["attemptNumber"] for event in receiver.events] == [0, 1, 2]
    assert [one["status"] for one in control(rig, "GET", "webhooks")] == [500, 503, 200]


def test_ten_retries_are_the_end(rig):
    """Nobody listens: eleven tries within a day, then silence."""
    deaf = Receiver(url="http://127.0.0.1:9/none")
    aim(rig, deaf, {"subscriptionType": "company.creation"})
    rig.add("companies", name="A")
    for _ in range(15):
        deliver(rig)
        rig.wait(7 * 3600)
    tries = control(rig, "GET", "webhooks")
    assert [one["attempt"] for one in tries] == list(range(11))
    assert {one["status"] for one in tries} == {0}


def test_a_merge_is_told_once_with_all_ids(rig, receiver):
    """No creation and no deletions beside it."""
    kinds = ("creation", "deletion", "merge")
    wanted = [{"subscriptionType": f"object.{kind}", "objectType": "company"} for kind in kinds]
    one, two = rig.add("companies", name="One"), rig.add("companies", name="Two")
    aim(rig, receiver, *wanted)
    ids = {"primaryObjectId": one.id, "objectIdToMerge": two.id}
    new = rig.call("POST", "/crm/v3/objects/companies/merge", ids).json()["id"]
    deliver(rig)
    (event,) = receiver.events
    assert (event["subscriptionType"], event["newObjectId"]) == ("object.merge", int(new))
    assert (event["primaryObjectId"], event["mergedObjectIds"]) == (
        int(one.id),
        [int(one.id), int(two.id)],
    )


def test_privacy_deletion_deletion_and_restore_have_kinds_of_their_own(rig, receiver):
    """Forgetting is announced by contact.privacyDeletion and by nothing else."""
    kinds = ("deletion", "restore", "privacyDeletion")
    contact = rig.add("contacts", email="a@b.fr")
    aim(rig, receiver, *({"subscriptionType": f"contact.{kind}"} for kind in kinds))
    edit = {"crm": "hubspot", "object": "contacts", "id": contact.id}
    control(rig, "POST", "edit", edit | {"delete": True})
    control(rig, "POST", "edit", edit | {"restore": True})
    control(rig, "POST", "edit", edit | {"gdpr_delete": True})
    deliver(rig)
    told = [event["subscriptionType"].partition(".")[2] for event in receiver.events]
    assert told == list(kinds)
    assert rig.call("GET", f"/crm/v3/objects/contacts/{contact.id}").status_code == 404


def test_an_association_is_told_with_both_ends(rig, receiver):
    """Set and removed, in the direction that was subscribed."""
    company, contact = rig.add("companies", name="A"), rig.add("contacts", email="a@b.fr")
    wanted = {"subscriptionType": "object.associationChange", "objectType": "contact"}
    aim(rig, receiver, wanted)
    path = f"/crm/objects/2026-09/contacts/{contact.id}/associations"
    rig.call("PUT", f"{path}/default/companies/{company.id}")
    rig.call("DELETE", f"{path}/companies/{company.id}")
    deliver(rig)
    ends = {(event["fromObjectId"], event["toObjectId"]) for event in receiver.events}
    assert ends == {(int(contact.id), int(company.id))}
    assert [event["associationRemoved"] for event in receiver.events] == [False, True]


def test_a_bad_line_can_be_played(rig, receiver):
    """Twice, backwards, and stale."""
    aim(rig, receiver, NAMES, duplicate=True, reverse=True, timestamp_offset_s=-600)
    company = rig.add("companies", name="0")
    path = f"/crm/v3/objects/companies/{company.id}"
    rig.call("PATCH", path, {"properties": {"name": "1"}})
    rig.call("PATCH", path, {"properties": {"name": "2"}})
    deliver(rig)
    assert [event["propertyValue"] for event in receiver.events] == ["2", "1", "2", "1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"subscriptionType": "company.renamed"},
        {"subscriptionType": "planet.creation"},
        {"subscriptionType": "company.propertyChange"},
        {"subscriptionType": "object.creation"},
        {"subscriptionType": "company.privacyDeletion"},
    ],
)
def test_a_subscription_must_make_sense(rig, receiver, wrong):
    """400 with a reason."""
    assert "error" in aim(rig, receiver, wrong)


def test_nothing_is_sent_to_another_computer(rig):
    """The sandbox talks to loopback only."""
    body = {"target_url": "http://192.0.2.1/hook"}
    assert "this computer only" in control(rig, "POST", "webhooks", body)["error"]


def test_the_vendors_python_client_sets_target_and_subscription(rig, receiver):
    """Settings and subscriptions are the app owner's: a service key is refused."""
    api = HubSpot(api_key=DEVELOPER_KEY, host=rig.url).webhooks
    throttling = {"maxConcurrentRequests": 5}
    wanted = {"targetUrl": receiver.url, "throttling": throttling}
    settings = api.settings_api.configure(APP_NUMBER, wanted)
    made = api.subscriptions_api.create(
        APP_NUMBER, {"eventType": "company.creation", "active": True}
    )
    listed = api.subscriptions_api.get_all(APP_NUMBER).results
    refused = rig.call("GET", f"/webhooks/v3/{APP_NUMBER}/settings")
    rig.app.close()
    assert settings.throttling.max_concurrent_requests == 5
    assert [one.id for one in listed] == [made.id]
    assert refused.status_code == 401


def journal_token(rig):
    """Return a token of the app itself."""
    scopes = "developer.webhooks_journal.read developer.webhooks_journal.subscriptions.write"
    form = {"client_id": "sandbox", "client_secret": "sandbox", "scope": scopes}
    url = f"{rig.url}/oauth/2026-03/token"
    answer = requests.post(url, data=form | {"grant_type": "client_credentials"}, timeout=5)
    return answer.json()["access_token"]


def test_the_journal_is_read_from_offset_to_offset(rig):
    """Each entry is a file behind an address; after the last one comes 204."""
    token = journal_token(rig)
    wanted = {"subscriptionType": "OBJECT", "objectTypeId": "0-2", "actions": ["CREATE", "UPDATE"]}
    rig.call("POST", "/webhooks-journal/subscriptions/2026-03", wanted, token=token)
    company = rig.add("companies", name="A")
    first = rig.call("GET", f"{JOURNAL}/earliest", token=token).json()
    rig.call("PATCH", f"/crm/v3/objects/companies/{company.id}", {"properties": {"name": "B"}})
    path = f"{JOURNAL}/offset/{first['currentOffset']}/next"
    second = rig.call("GET", path, token=token).json()
    last = f"{JOURNAL}/offset/{second['currentOffset']}/next"
    files = [requests.get(one["url"], timeout=5).json() for one in (first, second)]
    actions = [[event["action"] for event in one["journalEvents"]] for one in files]
    assert actions == [["CREATE"], ["UPDATE"]]
    assert files[1]["journalEvents"][0]["propertyChanges"] == {"name": "B"}
    assert rig.call("GET", last, token=token).status_code == 204


def test_the_journal_needs_the_apps_own_token(rig):
    """A service key lacks its scopes; an unknown offset is 404."""
    refused = rig.call("GET", f"{JOURNAL}/earliest")
    missing = refused.json()["errors"][0]["context"]["requiredGranularScopes"]
    unknown = rig.call("GET", f"{JOURNAL}/offset/nope/next", token=journal_token(rig))
    assert (refused.status_code, missing) == (403, ["developer.webhooks_journal.read"])
    assert unknown.status_code == 404
    assert not [scope for scope in ALL_SCOPES if "journal" in scope]
