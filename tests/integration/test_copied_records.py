"""HubSpot's own Salesforce integration copied records: over real sockets, each counts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kam_connector.bootstrap import SystemClock
from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.kind import Kind
from kam_connector.model.settings import Secret
from kam_connector.ports import Crm, Store
from kam_connector.store.sql_store import open_store
from kam_connector.sync.context import SyncContext
from kam_connector.sync.run import preview_only
from kam_hubspot import HubSpotCrm
from kam_hubspot.settings import HubSpotSettings
from kam_salesforce import SalesforceCrm
from kam_salesforce.settings import SalesforceSettings
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world

pytestmark = pytest.mark.enable_socket
ORDER = ("emea", "portal")


class HastyClock(SystemClock):
    """Our own clock; nobody waits."""

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One world, read through both CRMs into one store."""

    world: World
    store: Store

    def pairs(self, kind: Kind) -> Counter[frozenset[str]]:
        """Return how many records each set of connections stands behind."""
        rows = self.store.mirror_rows(kind)
        return Counter(frozenset(name for name, _ in row.refs) for row in rows)


def _context(crm: Crm, store: Store, name: str, kind: str) -> SyncContext:
    mapping = load_mapping(shipped_mapping_path(kind), crm=kind)
    return SyncContext(
        connection=name,
        crm=crm,
        store=store,
        mapping=mapping,
        settings=KamSettings(),
        clock=HastyClock(),
        source_order=ORDER,
    )


@pytest.fixture(name="both", scope="module")
def _both() -> Iterator[Both]:
    world = build_world(clock=WorldClock(), scale=0.1, features=["salesforce_integration"])
    world.hubspot_burst = world.hubspot_searches_per_s = 10_000
    with running(world) as addresses:
        secret = Secret("sandbox")
        org = SalesforceSettings(
            endpoint=addresses.salesforce, client_id="sandbox", client_secret=secret
        )
        portal = HubSpotSettings(
            endpoint=addresses.hubspot, access_token=Secret("pat-sandbox-0000")
        )
        store = open_store("sqlite://")
        crms: tuple[tuple[Crm, str, str], ...] = (
            (SalesforceCrm.open("emea", org, clock=HastyClock()), "emea", "salesforce"),
            (HubSpotCrm.open("portal", portal, clock=HastyClock()), "portal", "hubspot"),
        )
        for crm, name, kind in crms:
            world.clock.advance(3600)
            preview_only(_context(crm, store, name, kind))
        yield Both(world=world, store=store)
        for crm, _, _ in crms:
            crm.close()
        store.close()


@pytest.mark.parametrize(
    ("kind", "object_", "mark"),
    [
        (Kind.ACCOUNT, "companies", "salesforceaccountid"),
        (Kind.CONTACT, "contacts", "salesforcecontactid"),
        (Kind.OPPORTUNITY, "deals", "hs_salesforceopportunityid"),
        (Kind.ACTIVITY, "meetings", "hs_engagement_source_id"),
    ],
)
def test_every_copy_is_the_record_it_was_copied_from(
    both: Both, kind: Kind, object_: str, mark: str
) -> None:
    """The portal's own mark is the strongest key there is."""
    originals = {
        one.fields[mark]: one.id for one in both.world.hubspot.all(object_) if one.fields.get(mark)
    }
    ours = {tuple(ref for _, ref in row.refs) for row in both.store.mirror_rows(kind)}
    known = {ref for refs in ours for ref in refs}
    expected = {(there, here) for there, here in originals.items() if there in known}
    assert expected
    assert expected <= ours


def test_money_of_copied_deals_is_counted_once(both: Both) -> None:
    """No opportunity stands there twice under one name, closing day and account."""
    rows = list(both.store.mirror_rows(Kind.OPPORTUNITY))
    seen = Counter(
        (row.values["account"], row.values["name"], row.values["closes"])
        for row in rows
        if row.values["account"]
    )
    assert [key for key, times in seen.items() if times > 1] == []
    assert both.pairs(Kind.OPPORTUNITY)[frozenset(ORDER)] > 0
