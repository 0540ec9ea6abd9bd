"""The three CRMs we ship keep one contract: in memory, and both adapters over real sockets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from kam_connector.model.kind import Kind, Row
from kam_connector.model.pull import PullSource, Stream
from kam_connector.model.settings import Secret, read_settings
from kam_connector.ports import Crm
from kam_connector.testing import CrmContract, MemoryCrm
from kam_connector.testing.memory_records import derive_schema
from kam_hubspot import HubSpotCrm
from kam_salesforce import SalesforceCrm
from kam_sandbox import people
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world
from tests.factories.hubspot_direct import DirectPortal

ZERO = timedelta(0)
DAYS_AGO = [timedelta(days=day) for day in range(20, 11, -1)]


class RealClock:
    """Our own clock, for waits: the CRM's clock rules the pulls."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait no longer than a test may."""
        assert seconds < 3


@dataclass(kw_only=True)
class MemoryWorld:
    """A MemoryCrm and somebody who works in it."""

    crm: MemoryCrm
    accounts: PullSource
    tasks: PullSource
    refs: Sequence[str]
    own_field: str = "kam_tier"
    shared_field: str = "city"
    key_field: str = "kam_key"
    title_field: str = "title"
    task_values: Row

    def later(self, seconds: float = 5.0) -> None:
        """Move the clock."""
        self.crm.advance(seconds)

    def edit(self, refs: Sequence[str], values: Row) -> None:
        """Edit all at the present instant."""
        for ref in refs:
            self.crm.edit("accounts", ref, values)

    def delete(self, ref: str) -> None:
        """Delete one."""
        self.crm.delete("accounts", ref)

    def merge(self, loser: str, winner: str) -> str:
        """Merge two, in the manner of the CRM this one plays."""
        hubspot_like = self.crm.deletes_in is Stream.ARCHIVED
        new_ref = "9999" if hubspot_like else None
        return self.crm.merge("accounts", loser, winner, new_ref=new_ref)


@dataclass(kw_only=True)
class SandboxWorld:
    """An adapter over a real socket to a sandbox whose world the test may change."""

    crm: Crm
    world: World
    name: str
    accounts: PullSource
    tasks: PullSource
    refs: Sequence[str]
    own_field: str
    shared_field: str
    key_field: str
    title_field: str
    task_values: Row

    def later(self, seconds: float = 5.0) -> None:
        """Move the world's clock."""
        self.world.clock.advance(seconds)

    def edit(self, refs: Sequence[str], values: Row) -> None:
        """Edit all at one instant of the world."""
        records = getattr(self.world, self.name)
        at = self.world.clock.now().replace(microsecond=0)
        for ref in refs:
            records.update(records.get(self.accounts.object, ref), values, by="person", at=at)

    def delete(self, ref: str) -> None:
        """Delete one at the CRM's screen."""
        self._screen(ref, {"delete": True})

    def merge(self, loser: str, winner: str) -> str:
        """Merge two at the CRM's screen."""
        survivor = self._screen(loser, {"merge_into": winner})
        return winner if self.name == "salesforce" else str(survivor.id)

    def _screen(self, ref: str, action: dict[str, Any]) -> Any:
        wanted = {"object": self.accounts.object, "id": ref, **action}
        return people.edit(self.world, self.name, wanted)


def make_source(kind: Kind, object_: str, *fields: str, cursor: str) -> PullSource:
    """Return a source that settles at once."""
    return PullSource(
        kind=kind, object=object_, fields=tuple(sorted(fields)), cursor_field=cursor, settle=ZERO
    )


class TestMemoryCrmLikeSalesforce(CrmContract):
    """Deletes in the change stream, merges with a surviving id."""

    deletes_in = Stream.CHANGES

    @pytest.fixture
    def world(self) -> MemoryWorld:
        """Give nine accounts of different days, and an old task."""
        names = {"accounts": ("name", "city", "kam_tier"), "tasks": ("title", "kam_key")}
        schema = {o: derive_schema(o, iter([dict.fromkeys(f, "")])) for o, f in names.items()}
        crm = MemoryCrm(page_size=4, deletes_in=self.deletes_in, schema=schema)
        refs = [f"{1001 + number}" for number in range(len(DAYS_AGO))]
        for ref, ago in zip(refs, DAYS_AGO, strict=True):
            values = {"name": f"Account {ref}", "city": "Lyon", "kam_tier": None}
            crm.put("accounts", ref, values, modified_at=crm.now - ago)
        crm.put("tasks", "1", {"title": "old", "kam_key": None})
        fields = names["accounts"]
        return MemoryWorld(
            crm=crm,
            refs=refs,
            accounts=make_source(Kind.ACCOUNT, "accounts", *fields, cursor="modified"),
            tasks=make_source(Kind.TASK, "tasks", "kam_key", "title", cursor="modified"),
            task_values={},
        )


class TestMemoryCrmLikeHubSpot(TestMemoryCrmLikeSalesforce):
    """Deletes in their own stream, merges with a new id."""

    deletes_in = Stream.ARCHIVED


@pytest.mark.enable_socket
class TestSalesforceCrm(CrmContract):
    """The Salesforce adapter, through simple-salesforce, over a socket."""

    table: ClassVar[dict[str, int]] = {}

    @pytest.fixture
    def world(self) -> Iterator[SandboxWorld]:
        """Serve nine accounts of different days."""
        served = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
        by = next(served.salesforce.all("User"), None)
        refs = [self._account(served, ago, by.id if by else "") for ago in DAYS_AGO]
        with running(served) as addresses:
            table = {
                "endpoint": addresses.salesforce,
                "client_id": "sandbox",
                "client_secret": Secret("sandbox"),
                **self.table,
            }
            settings = read_settings(SalesforceCrm.settings_type, table, where="[x]")
            crm = SalesforceCrm.open("acme", settings, clock=RealClock())
            fields = ("Name", "BillingCity", "AnnualRevenue", "KAM_Tier__c", "CreatedDate")
            stamp = "SystemModstamp"
            yield SandboxWorld(
                crm=crm,
                world=served,
                name="salesforce",
                refs=refs,
                accounts=make_source(Kind.ACCOUNT, "Account", *fields, cursor=stamp),
                tasks=make_source(Kind.TASK, "Task", "KAM_Key__c", "Subject", cursor=stamp),
                own_field="KAM_Tier__c",
                shared_field="BillingCity",
                key_field="KAM_Key__c",
                title_field="Subject",
                task_values={"Status": "Not Started", "ActivityDate": "2026-12-01"},
            )
            crm.close()

    def _account(self, served: World, ago: timedelta, by: str) -> str:
        at = served.clock.now().replace(microsecond=0) - ago
        fields = {"Name": "Nordwind Énergie", "BillingCity": "Lyon", "AnnualRevenue": 4800000.5}
        return str(served.salesforce.insert("Account", fields, by=by, at=at).id)


class TestSalesforceCrmInBulk(TestSalesforceCrm):
    """The same with every backfill and every write as a Bulk 2.0 job."""

    table: ClassVar[dict[str, int]] = {"bulk_read_from": 0, "bulk_write_from": 1}


@pytest.mark.enable_socket
class TestHubSpotCrm(CrmContract):
    """The HubSpot adapter, through hubspot-api-client, over a socket."""

    table: ClassVar[dict[str, str | int]] = {}

    @pytest.fixture
    def world(self) -> Iterator[SandboxWorld]:
        """Serve nine companies of different days."""
        served = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
        served.hubspot_burst = served.hubspot_searches_per_s = 100_000  # nobody waits here
        refs = [self._company(served, ago) for ago in DAYS_AGO]
        with running(served) as addresses:
            table = {"endpoint": addresses.hubspot, "access_token": Secret(HUBSPOT_TOKEN)}
            settings = read_settings(HubSpotCrm.settings_type, table | self.table, where="[x]")
            crm = HubSpotCrm.open("acme", settings, clock=RealClock())
            yield self._world(crm, served, refs)
            crm.close()

    def _world(self, crm: HubSpotCrm, served: World, refs: list[str]) -> SandboxWorld:
        fields = ("name", "city", "annualrevenue", "kam_tier", "createdate")
        stamp = "hs_lastmodifieddate"
        return SandboxWorld(
            crm=crm,
            world=served,
            name="hubspot",
            refs=refs,
            accounts=make_source(Kind.ACCOUNT, "companies", *fields, cursor=stamp),
            tasks=make_source(Kind.TASK, "tasks", "kam_key", "hs_task_subject", cursor=stamp),
            own_field="kam_tier",
            shared_field="city",
            key_field="kam_key",
            title_field="hs_task_subject",
            task_values={"hs_timestamp": "2026-12-01T08:00:00.000Z"},
        )

    def _company(self, served: World, ago: timedelta) -> str:
        at = served.clock.now() - ago
        fields = {"name": "Nordwind Energie", "city": "Lyon", "annualrevenue": "4800000.50"}
        return str(served.hubspot.insert("companies", fields, by="person", at=at).id)


class TestHubSpotCrmOfMarch(TestHubSpotCrm):
    """The same on the dated version before."""

    table: ClassVar[dict[str, str | int]] = {"api_version": "2026-03"}


class TestHubSpotCrmByNumber(TestHubSpotCrm):
    """The same on v3 and v4, until HubSpot ends them."""

    table: ClassVar[dict[str, str | int]] = {"api_version": "v3"}


class TestHubSpotCrmThroughExports(TestHubSpotCrm):
    """The same with every first pull through an export, on a clock that only counts."""

    @pytest.fixture
    def world(self) -> Iterator[SandboxWorld]:
        """Give nine companies of different days."""
        portal = DirectPortal()
        refs = [self._company(portal.world, ago) for ago in DAYS_AGO]
        crm = portal.connect(export_from=1)
        yield self._world(crm, portal.world, refs)
        crm.close()
