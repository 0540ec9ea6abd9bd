"""Queries that run into Salesforce's two minutes are asked again for less."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor
from kam_sandbox.records import Record
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

CONTACTS = make_source(Kind.CONTACT, "Contact", "LastName")


@pytest.fixture
def edited(org: Org) -> tuple[Org, Cursor, set[str]]:
    """Edit contacts over a day, sixty of them in one and the same second."""
    clock = org.world.clock
    start = clock.now().replace(microsecond=0)
    records: list[Record] = list(org.world.salesforce.all("Contact"))[:120]
    moments = [start + timedelta(minutes=12 * number) for number in range(60)]
    moments += [start + timedelta(hours=13)] * 60
    for record, at in zip(records, moments, strict=True):
        org.world.salesforce.update(record, {"LastName": "Moved"}, by="person", at=at)
    clock.advance(86_400)
    return org, Cursor(since=start), {record.id for record in records}


@pytest.mark.parametrize("most", [119, 70, 61])
def test_windows_are_halved_until_they_are_answered(
    edited: tuple[Org, Cursor, set[str]], most: int
) -> None:
    """Pitfall 19: down to seconds, then by id; every record once, whatever the limit."""
    org, cursor, expected = edited
    crm = org.crm()
    org.fault("query_timeout", body={"rows": most}, match="queryAll", times=10_000)
    rows = rows_of(pages_of(crm, CONTACTS, cursor=cursor))
    assert sorted(row.ref for row in rows) == sorted(expected)
    assert org.count("queryAll") >= 3


def test_backfill_takes_smaller_pages(org: Org) -> None:
    """A page by id that takes too long is halved."""
    crm = org.crm()
    org.fault("query_timeout", body={"rows": 130}, match="queryAll", times=10_000)
    assert len(rows_of(pages_of(crm, CONTACTS))) == 546


def test_a_question_that_is_never_answered_ends_with_its_code(org: Org) -> None:
    """Not even a small page: the run ends, keeps its place and says why."""
    crm = org.crm()
    org.fault("query_timeout", body={"rows": 0}, match="queryAll", times=10_000)
    with pytest.raises(CrmUnavailable) as caught:
        pages_of(crm, CONTACTS)
    assert caught.value.code == "KAM-3109"
    assert org.count("queryAll") == 5
