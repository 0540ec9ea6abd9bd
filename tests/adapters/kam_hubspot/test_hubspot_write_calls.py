"""How many calls a write-back costs: one look and one write per hundred, histories where needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kam_connector.model.change import Change
from kam_connector.model.kind import Kind
from kam_hubspot import HubSpotCrm
from kam_sandbox.records import Record
from tests.factories.hubspot_changes import make_shared, make_update
from tests.factories.hubspot_direct import DirectPortal
from tests.factories.hubspot_portal import make_source

COMPANIES = make_source(Kind.ACCOUNT, "companies", "city", "kam_tier")
COUNT = 1000

Make = Callable[[HubSpotCrm, Record], Change]


def ours(_crm: HubSpotCrm, record: Record) -> Change:
    """Return a change of our own field."""
    return make_update(record)


def theirs_too(crm: HubSpotCrm, record: Record) -> Change:
    """Return a change of a field that people write too, compared a moment ago."""
    return make_shared(record, "ours", "before", compared_at=crm.identity().now)


@pytest.mark.parametrize(
    ("make", "histories"), [(ours, 0), (theirs_too, 20)], ids=["ours alone", "shared"]
)
def test_a_thousand_companies_cost_ten_looks_and_ten_writes(make: Make, histories: int) -> None:
    """As delivering does it: read a hundred, write a hundred; 50 histories a call at most."""
    portal = DirectPortal()
    crm = portal.connect()
    records = [portal.add("companies", name=f"N{n}", city="before") for n in range(COUNT)]
    crm.identity()
    crm.describe("companies")
    size = crm.batch_size(COUNT)
    portal.asked.clear()
    done = 0
    for start in range(0, COUNT, size):
        part = records[start : start + size]
        found = crm.read(COMPANIES, [one.id for one in part])
        results = crm.push([make(crm, one) for one in part if one.id in found])
        done += sum(str(one.state) == "done" for one in results)
    assert done == COUNT
    assert portal.calls_of("/batch/update") == 10
    assert portal.calls_of("/batch/read") == 10 + histories
    assert len(portal.asked) == 20 + histories
