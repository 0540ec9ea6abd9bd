"""Creating our properties in a portal: what it costs, what is refused, what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from kam_connector.model.our_fields import OUR_FIELDS
from kam_connector.model.provision import FieldState
from kam_connector.model.settings import Secret, read_settings
from kam_hubspot import HubSpotCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world

pytestmark = pytest.mark.enable_socket

TIER, KEY = OUR_FIELDS[0], OUR_FIELDS[-1]


class ShortClock:
    """Hardly waits."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A served portal without our properties, and a connection to it."""

    world: World
    address: str
    crm: HubSpotCrm

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """Call the portal as an administrator does."""
        headers = {"Authorization": f"Bearer {HUBSPOT_TOKEN}"}
        url = f"{self.address}/crm/v3/properties/{path}"
        answer = requests.request(method, url, headers=headers, timeout=10, **kwargs)
        return answer.json()

    def fault(self, **more: Any) -> None:
        """Schedule a fault."""
        self.world.faults.schedule({"kind": "status", "crm": "hubspot", **more})


@pytest.fixture(name="portal")
def _portal() -> Iterator[Portal]:
    """Serve a bare portal."""
    world = empty_world(seed=7, bare=True, clock=WorldClock(), multi_currency=False)
    with running(world) as addresses:
        table = {"endpoint": addresses.hubspot, "access_token": Secret(HUBSPOT_TOKEN)}
        settings = read_settings(HubSpotCrm.settings_type, table, where="[x]")
        crm = HubSpotCrm.open("acme", settings, clock=ShortClock())
        yield Portal(world=world, address=addresses.hubspot, crm=crm)
        crm.close()


def test_every_property_is_made_in_its_group(portal: Portal) -> None:
    """One group on each object, and the key unique on tasks."""
    report = portal.crm.provision(OUR_FIELDS, dry_run=False)
    tasks = portal.call("GET", "tasks/kam_key")
    assert {one.state for one in report.outcomes} == {FieldState.CREATED}
    assert (tasks["groupName"], tasks["hasUniqueValue"]) == ("kam", True)
    assert portal.call("GET", "companies/groups/kam")["label"] == "Key account management"
    assert [one["value"] for one in portal.call("GET", "deals/kam_in_plan")["options"]] == [
        "true",
        "false",
    ]


def test_a_group_that_exists_is_used(portal: Portal) -> None:
    """An administrator may have made it, under a label of their own."""
    portal.call("POST", "companies/groups", json={"name": "kam", "label": "Grands comptes"})
    (one,) = portal.crm.provision([TIER], dry_run=False).outcomes
    assert one.state is FieldState.CREATED
    assert portal.call("GET", "companies/groups/kam")["label"] == "Grands comptes"


def test_a_missing_scope_is_named_and_other_objects_go_on(portal: Portal) -> None:
    """The key may write the schema of contacts, not that of companies."""
    kept = {"companies.read", "contacts.read", "contacts.write", "deals.read"}
    portal.world.hubspot_scopes = frozenset(f"crm.schemas.{name}" for name in kept)
    role = next(spec for spec in OUR_FIELDS if spec.name == "KAM_Role")
    tier, other = portal.crm.provision([TIER, role], dry_run=False).outcomes
    assert (tier.state, tier.code) == (FieldState.REFUSED, "KAM-3003")
    assert "crm.schemas.companies.write" in tier.message
    assert other.state is FieldState.CREATED


def test_one_refused_property_leaves_the_others_created(portal: Portal) -> None:
    """Somebody's property of the same name in another form is left alone."""
    body = {"name": "kam_tier", "label": "Tier", "type": "number", "fieldType": "number"}
    portal.call("POST", "companies", json=body | {"groupName": "companyinformation"})
    tier, phase = portal.crm.provision(OUR_FIELDS[:2], dry_run=False).outcomes
    assert (tier.state, tier.message) == (
        FieldState.DIFFERENT,
        "it exists as number, ours is text",
    )
    assert phase.state is FieldState.CREATED
    assert portal.call("GET", "companies/kam_tier")["type"] == "number"


def test_a_plain_key_is_told_with_the_only_way_to_make_it_unique(portal: Portal) -> None:
    """Uniqueness is given at a property's creation, or never."""
    body = {"name": "kam_key", "label": "Key", "type": "string", "fieldType": "text"}
    group = {"name": "kam", "label": "KAM"}
    portal.call("POST", "tasks/groups", json=group)
    portal.call("POST", "tasks", json=body | {"groupName": "kam"})
    (one,) = portal.crm.provision([KEY], dry_run=False).outcomes
    assert one.state is FieldState.DIFFERENT
    assert "creation only" in one.fix


def test_a_portal_that_refuses_a_unique_key_gets_a_plain_one(portal: Portal) -> None:
    """Tasks are then found before they are created, and the report says so."""
    body = {"status": "error", "category": "VALIDATION_ERROR", "message": "no unique values here"}
    portal.fault(match="POST .*properties.*/tasks/batch/create", status=400, body=body)
    (one,) = portal.crm.provision([KEY], dry_run=False).outcomes
    assert one.state is FieldState.CREATED
    assert "found before" in one.message
    assert portal.call("GET", "tasks/kam_key")["hasUniqueValue"] is False


def test_a_batch_refused_as_a_whole_is_made_one_by_one(portal: Portal) -> None:
    """One bad entry must not keep the others out."""
    body = {"status": "error", "category": "VALIDATION_ERROR", "message": "one of them is wrong"}
    portal.fault(match="POST .*properties.*/companies/batch/create", status=400, body=body)
    report = portal.crm.provision(OUR_FIELDS[:3], dry_run=False)
    assert {one.state for one in report.outcomes} == {FieldState.CREATED}


def test_a_dry_run_only_reads(portal: Portal) -> None:
    """Not even the group is made."""
    report = portal.crm.provision(OUR_FIELDS, dry_run=True)
    assert {one.state for one in report.outcomes} == {FieldState.CREATED}
    assert portal.call("GET", "companies/groups/kam")["status"] == "error"
