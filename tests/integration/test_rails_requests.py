"""What stands on the wire: no delete, no field of others, no empty value, over both adapters."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import requests

from kam_connector.model.batching import Api, Batching
from kam_connector.model.change import Change, PushResult
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.settings import Secret, read_settings
from kam_hubspot import HubSpotCrm
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.world import build_world
from tests.factories.clock import ManualClock
from tests.factories.world import NOW
from tests.guarantees import Figures

ADAPTERS = ("kam_salesforce", "kam_hubspot")
DELETING = ("hardDelete", "gdpr-delete", "batch/archive", "emptyRecycleBin", "deleteMany")
MAY_DELETE = {
    "bulk_jobs.py": "the job, never a record: a job's path follows",
    "reporting.py": "a label between two people that the mapping wrote",
    "conformance.py": "the probe's own record, on a person's word (kam doctor --live)",
    "probe.py": "the probe's own task, in the request that makes it",
    "provision.py": "rights and fields of ours that were just made",
    "access.py": "rights that were just given",
    "journal.py": "the word of an event that is read",
}
"""Files that may name the verb, and what it takes away there."""
OBJECTS = {"salesforce": "Account", "hubspot": "companies"}
DENIED = {
    "salesforce": ("Id", "OwnerId", "Name", "ParentId", "ownerid"),
    "hubspot": ("hs_object_id", "hubspot_owner_id", "name", "domain", "lifecyclestage"),
}


@pytest.fixture(scope="module")
def addresses() -> Iterator[Any]:
    """Serve a small world."""
    with running(build_world(clock=WorldClock(), scale=0.05)) as served:
        yield served


class Wire:
    """A connection, and what its requests held."""

    def __init__(self, name: str, addresses: Any) -> None:
        self.object = OBJECTS[name]
        made: Any = SalesforceCrm
        table: dict[str, Any] = {"endpoint": addresses.salesforce, "client_id": "sandbox"}
        table |= {"client_secret": Secret("sandbox")}
        if name == "hubspot":
            made = HubSpotCrm
            table = {"endpoint": addresses.hubspot, "access_token": Secret(HUBSPOT_TOKEN)}
        settings = read_settings(made.settings_type, table, where="[x]")
        self.crm = made.open("acme", settings, clock=ManualClock(NOW))
        state = requests.get(f"{table['endpoint']}/_sandbox/state/{self.object}", timeout=20)
        self.refs = sorted(record["id"] for record in state.json())
        self.sent: list[str] = []
        transport = self.crm._client.transport
        send = transport.send

        def noted(request: Any, **kwargs: Any) -> Any:
            body = request.body
            text = body.decode() if isinstance(body, bytes) else "" if body is None else str(body)
            self.sent.append(f"{request.method} {request.path_url} {text}")
            return send(request, **kwargs)

        transport.send = noted

    def push(self, values: dict[str, JsonValue], *, api: Api = Api.REST) -> Sequence[PushResult]:
        """Write the same values to two accounts."""
        changes = [
            Change(id=f"c{n}", kind=Kind.ACCOUNT, object=self.object, ref=ref, values=values)
            for n, ref in enumerate(self.refs[:2])
        ]
        results: Sequence[PushResult] = self.crm.push(changes, batching=Batching(api=api))
        return results


@pytest.fixture(params=sorted(OBJECTS))
def name(request: pytest.FixtureRequest) -> str:
    """Name one of the CRMs."""
    return str(request.param)


@pytest.mark.enable_socket
@pytest.mark.guarantee("G5")
def test_g5_a_denied_field_never_stands_on_the_wire(
    addresses: Any, name: str, figure: Figures
) -> None:
    """Whatever mapping or caller asks for it: refused by name, and no request is sent."""
    wire = Wire(name, addresses)
    wire.crm.describe(wire.object)
    before = len(wire.sent)
    results = [one for field in DENIED[name] for one in wire.push({field: "x"})]
    wire.crm.close()
    assert {(one.state.value, one.code) for one in results} == {("refused", "KAM-5109")}
    sent = len(wire.sent) - before
    figure("G5", f"{name}: {len(results)} writes of denied fields, {sent} requests", met=sent == 0)


@pytest.mark.enable_socket
def test_no_write_deletes(addresses: Any, name: str) -> None:
    """Updates, an emptied field and a job: no request deletes, by verb, path or body."""
    wire = Wire(name, addresses)
    field = {"salesforce": "KAM_Summary__c", "hubspot": "kam_summary"}[name]
    wire.push({field: "text"})
    wire.push({field: None})
    wire.push({field: "in bulk"}, api=Api.BULK)
    wire.crm.close()
    bad = [
        one[:80]
        for one in wire.sent
        if (one.startswith("DELETE") and "/jobs/" not in one)
        or any(word.lower() in one.lower() for word in (*DELETING, '"method": "delete"'))
    ]
    assert len(wire.sent) > 3
    assert bad == []


def test_no_adapter_names_a_delete_where_it_writes() -> None:
    """Read from the source: the verb stands only in files that say what else it takes away."""
    found = {
        path.name
        for adapter in ADAPTERS
        for path in Path(str(import_module(adapter).__file__)).parent.glob("*.py")
        if _deletes(path)
    }
    assert found <= set(MAY_DELETE)


def _deletes(path: Path) -> bool:
    """Tell whether a file holds a text that deletes, docstrings aside."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
    ]
    return any(text == "DELETE" or any(word in text for word in DELETING) for text in texts)


@pytest.mark.enable_socket
@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("api", [Api.REST, Api.BULK])
@pytest.mark.parametrize("value", ["NA", "null", "Unknown", "None", "0"])
def test_g6_a_word_that_looks_empty_stays_that_word(
    addresses: Any, name: str, api: Api, value: str
) -> None:
    """No adapter turns a text into nothing on its way: the record holds what was sent."""
    wire = Wire(name, addresses)
    field = {"salesforce": "KAM_Summary__c", "hubspot": "kam_summary"}[name]
    results = wire.push({field: value}, api=api)
    state = requests.get(f"{_base(addresses, name)}/_sandbox/state/{wire.object}", timeout=20)
    wire.crm.close()
    held = {one["id"]: one["fields"].get(field) for one in state.json()}
    assert [one.state.value for one in results] == ["done", "done"]
    assert [held[ref] for ref in wire.refs[:2]] == [value, value]


@pytest.mark.enable_socket
@pytest.mark.guarantee("G6")
@pytest.mark.parametrize("api", [Api.REST, Api.BULK])
def test_g6_only_none_empties_a_field_and_nothing_beside_it(
    addresses: Any, name: str, api: Api
) -> None:
    """An emptied field is empty in the CRM; its neighbour, which was not named, is as it was."""
    wire = Wire(name, addresses)
    one, other = {
        "salesforce": ("KAM_Summary__c", "KAM_Next_Action__c"),
        "hubspot": ("kam_summary", "kam_next_action"),
    }[name]
    wire.push({one: "a", other: "b"})
    wire.push({one: None}, api=api)
    state = requests.get(f"{_base(addresses, name)}/_sandbox/state/{wire.object}", timeout=20)
    wire.crm.close()
    held = {record["id"]: record["fields"] for record in state.json()}
    assert [held[ref].get(one) or None for ref in wire.refs[:2]] == [None, None]
    assert [held[ref].get(other) for ref in wire.refs[:2]] == ["b", "b"]


def _base(addresses: Any, name: str) -> str:
    return str(getattr(addresses, name))
