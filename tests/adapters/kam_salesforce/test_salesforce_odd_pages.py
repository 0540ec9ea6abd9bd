"""Pages of a pull with one member that is not what it should be: a code, never a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Stream
from tests.factories.doctored import doctored, merged
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

Doctor = Callable[[bytes], tuple[bytes, dict[str, str]]]
ACCOUNTS = make_source(Kind.ACCOUNT, "Account", "Name", "CreatedDate", "AnnualRevenue")
MEETINGS = make_source(Kind.ACTIVITY, "Event", "Subject", virtual=("@relations",))


def first_record(**members: Any) -> Doctor:
    """Return a change of the first record of a query's page."""

    def change(body: bytes) -> tuple[bytes, dict[str, str]]:
        page = json.loads(body)
        for record in page["records"][:1]:
            record.update(members)
        return json.dumps(page).encode(), {}

    return change


@pytest.mark.parametrize(
    "answer",
    [
        {"sObjects": "x"},
        {"sObjects": None},
        {"sObjects": [None]},
        {"sObjects": [{"name": "Account"}]},
        {"sObjects": [{"name": "Account", "count": "many"}]},
    ],
)
def test_a_count_that_cannot_be_read_leaves_it_to_rest(org: Org, answer: dict[str, Any]) -> None:
    """The number only chooses the way: any way reads the same rows."""
    crm = doctored(org.crm(), "limits/recordCount", merged(**answer))
    there = {record.id for record in org.world.salesforce.all("Account")}
    assert {row.ref for row in rows_of(pages_of(crm, ACCOUNTS))} == there


@pytest.mark.parametrize(
    ("source", "where", "members"),
    [
        (ACCOUNTS, "/queryAll", {"Id": None}),
        (ACCOUNTS, "/queryAll", {"Id": 7}),
        (MEETINGS, "/queryAll", {"WhoId": -1}),
        (MEETINGS, "/queryAll", {"OwnerId": [None]}),
        (MEETINGS, r"/query/\?.*EventRelation", {"EventId": []}),
        (MEETINGS, r"/query/\?.*EventRelation", {"RelationId": -1}),
    ],
)
def test_an_id_that_is_none_is_refused(
    org: Org, source: Any, where: str, members: dict[str, Any]
) -> None:
    """Who met whom is told by ids: a number or a list is no id."""
    crm = doctored(org.crm(), where, first_record(**members))
    with pytest.raises(CrmUnavailable) as refused:
        pages_of(crm, source)
    assert refused.value.code == "KAM-3103"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("CreatedDate", "99999-01-01T00:00:00.000+0000"),
        ("CreatedDate", "0000-00-00T00:00:00.000+0000"),
        ("CreatedDate", ["2026"]),
        ("AnnualRevenue", 10**40),
        ("AnnualRevenue", "1e999"),
        ("AnnualRevenue", {"amount": 1}),
        ("Name", ["a", "b"]),
        ("Name", {"first": "a"}),
    ],
)
def test_a_value_that_is_none_spoils_no_page(org: Org, field: str, value: Any) -> None:
    """The mapping puts such a value aside, with its record's name; the others go on."""
    crm = doctored(org.crm(), "/queryAll", first_record(**{field: value}))
    there = {record.id for record in org.world.salesforce.all("Account")}
    assert {row.ref for row in rows_of(pages_of(crm, ACCOUNTS))} == there


@pytest.mark.parametrize("answer", [b"[]", b"{}", b"[null]", b'[{"Id": 7}]', b'["x"]', b"[[]]"])
def test_a_strange_answer_to_a_reading_does_not_delete(org: Org, answer: bytes) -> None:
    """Present rows are told one by one; what is not told so is not gone."""
    refs = [record.id for record in org.world.salesforce.all("Account")][:2]
    crm = doctored(org.crm(), "composite/sobjects/Account", lambda _: (answer, {}))
    with pytest.raises(CrmUnavailable) as refused:
        crm.read(ACCOUNTS, refs)
    assert refused.value.code == "KAM-3103"


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"{}",
        b'{"deletedRecords": "x"}',
        b'{"deletedRecords": [null]}',
        b'{"deletedRecords": [{"id": "x"}]}',
        b'{"deletedRecords": [], "earliestDateAvailable": "once"}',
    ],
)
def test_a_strange_log_of_deletions_is_no_log(org: Org, answer: bytes) -> None:
    """Nothing deleted, and nothing told, are two things."""
    crm = doctored(org.crm(), "/deleted", lambda _: (answer, {}))
    now = org.world.clock.now()
    cursor = Cursor(since=now.replace(hour=0), until=now)
    with pytest.raises(CrmUnavailable) as refused:
        pages_of(crm, ACCOUNTS, cursor=cursor, stream=Stream.ARCHIVED)
    assert refused.value.code == "KAM-3103"


def test_records_named_twice_are_read_once_each(org: Org) -> None:
    """Two copies in a page are one record; the page counts them as it likes."""

    def twice(body: bytes) -> tuple[bytes, dict[str, str]]:
        page = json.loads(body)
        records = [*page["records"], *page["records"][:2]]
        return json.dumps(page | {"records": records, "totalSize": len(records)}).encode(), {}

    crm = doctored(org.crm(), "/queryAll", twice)
    there = {record.id for record in org.world.salesforce.all("Account")}
    assert {row.ref for row in rows_of(pages_of(crm, ACCOUNTS))} == there
