"""No address that either adapter asks for holds anybody's name or e-mail (TM22)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import pytest

from kam_connector.mapping import Mapping, load_mapping, shipped_mapping_path
from kam_connector.model.settings import Secret
from kam_hubspot import HubSpotCrm
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.world import build_world
from tests.factories.served_night import pulled_once
from tests.guarantees import Figures

pytestmark = pytest.mark.enable_socket
ADAPTERS: dict[str, tuple[Any, dict[str, Any], tuple[str, ...]]] = {
    "salesforce": (
        SalesforceCrm,
        {"client_id": "sandbox", "client_secret": Secret("sandbox")},
        ("Account", "Contact", "User", "Opportunity", "OpportunityContactRole", "Event", "Case"),
    ),
    "hubspot": (
        HubSpotCrm,
        {"access_token": Secret(HUBSPOT_TOKEN)},
        ("companies", "contacts", "owners", "deals", "meetings", "tickets"),
    ),
}


def mapping_of(crm: str) -> Mapping:
    """Return the shipped mapping."""
    return load_mapping(shipped_mapping_path(crm), crm=crm)


@pytest.fixture(name="served", scope="module")
def _served() -> Iterator[tuple[Any, Any]]:
    world = build_world(clock=WorldClock(), scale=0.1)
    with running(world) as addresses:
        yield world, addresses


@pytest.mark.guarantee("G25", "TM22")
@pytest.mark.parametrize("crm", sorted(ADAPTERS))
def test_no_address_names_a_person(served: tuple[Any, Any], crm: str, figure: Figures) -> None:
    """A first pull, a later one, and single records read anew."""
    world, addresses = served
    adapter, table, objects = ADAPTERS[crm]
    given = {**table, "endpoint": getattr(addresses, crm)}
    with pulled_once(world, adapter, mapping_of(crm), given, objects=objects) as night:
        night.later()
        night.pull()
        people = [(one.name, one.email or "") for one in night.ctx.store.people()]
    log = world.log.entries()
    asked = [unquote_plus(f"{e['path']}?{e['query']}") for e in log if e["crm"] == crm]
    canaries = {text for each in people for text in each if len(text) > 4}
    found = {text for text in canaries for address in asked if text in address}
    figure(
        "G25",
        f"{len(asked)} addresses asked of {crm} x {len(canaries)} names and e-mails: "
        f"{len(found)} found",
        met=not found and len(asked) > 10 and len(canaries) > 10,
    )
