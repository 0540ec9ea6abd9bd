"""Whole JSON of another shape is an answer that cannot be read: never a crash, never believed."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from kam_connector.errors import CrmUnavailable
from kam_connector.model.change import Change, PushResult
from kam_connector.model.kind import Kind
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_salesforce.push import push
from tests.factories.sign_in import HOST

ROOT = f"{HOST}/services/data/v66.0"
QUERY = f"{ROOT}/query/"
MORE = "/services/data/v66.0/query/0r8000000000001AAA-2000"
REF = "001KS0000000001YAA"


def page(*refs: str, done: bool = True, total: int | None = None, **more: Any) -> dict[str, Any]:
    """Return a page of a query."""
    records = [{"Id": ref, "Name": "Acme"} for ref in refs]
    size = len(refs) if total is None else total
    return {"records": records, "done": done, "totalSize": size, **more}


def unreadable(make_salesforce: Any, soql: str = "SELECT Id, Name FROM Account") -> bool:
    """Ask, and tell whether the answer was refused as none."""
    with pytest.raises(CrmUnavailable) as refused:
        make_salesforce().query(soql)
    return refused.value.code == "KAM-3103"


@pytest.mark.parametrize(
    "answer",
    [
        [1, 2],
        {"records": None, "done": True, "totalSize": 0},
        {"records": [{"Name": "Acme"}], "done": True, "totalSize": 1},
        {"records": [{"Id": "001"}], "done": True, "totalSize": 1},
        {"records": [{"Id": None, "Name": "Acme"}], "done": True, "totalSize": 1},
        {"records": ["Acme"], "done": True, "totalSize": 1},
        {"records": [], "totalSize": 0},
        {"records": [], "done": True},
        {"records": [], "done": "false", "totalSize": 0},
        [{"errorCode": "UNKNOWN_EXCEPTION", "message": "with status 200"}],
    ],
)
def test_an_answer_of_another_shape_is_no_answer(
    web: responses.RequestsMock, make_salesforce: Any, answer: Any
) -> None:
    """A list, no records, records without what was asked for, or no end: KAM-3103."""
    web.get(QUERY, json=answer)
    assert unreadable(make_salesforce)


def test_a_page_with_fewer_rows_than_it_counts_is_not_whole(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """A page cut short would otherwise be taken for the end, and what follows be lost."""
    web.get(QUERY, json=page("001", total=2))
    assert unreadable(make_salesforce)


@pytest.mark.parametrize("more", ["0r8000000000001AAA-2000", "0r8000000000001AAA-4000"])
def test_a_list_of_pages_without_an_end_is_left(
    web: responses.RequestsMock, make_salesforce: Any, more: str
) -> None:
    """A next page that leads to itself, or ever on: no more rows than were announced."""
    url = f"/services/data/v66.0/query/{more}"
    web.get(QUERY, json=page("001", "002", done=False, total=5, nextRecordsUrl=MORE))
    web.get(f"{HOST}{MORE}", json=page("003", done=False, nextRecordsUrl=url))
    web.get(f"{HOST}{url}", json=page("004", done=False, nextRecordsUrl=MORE))
    assert unreadable(make_salesforce)
    assert len(web.calls) == 5


def test_an_empty_page_that_is_not_the_last_is_none(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Nothing, and more to come, could go on for ever."""
    web.get(QUERY, json=page(done=False, total=1, nextRecordsUrl=MORE))
    web.get(f"{HOST}{MORE}", json=page(done=False, nextRecordsUrl=MORE))
    assert unreadable(make_salesforce)
    assert len(web.calls) == 2


def test_a_number_longer_than_any_is_no_answer(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Five thousand digits: Python itself refuses to read them."""
    body = '{"records": [{"Id": "001", "Name": %s}], "done": true, "totalSize": 1}' % ("9" * 5000)
    web.get(QUERY, body=body)
    assert unreadable(make_salesforce)


def test_a_count_needs_no_id(web: responses.RequestsMock, make_salesforce: Any) -> None:
    """Rows of a query that does not ask for Ids may come without."""
    web.get(QUERY, json={"records": [{"n": 3}], "done": True, "totalSize": 1})
    assert make_salesforce().query("SELECT COUNT(Id) n FROM Account") == [{"n": 3}]


@pytest.mark.parametrize("said", [[], [1], "x", {"access_token": ["t"], "instance_url": HOST}])
def test_a_sign_in_of_another_shape_is_refused(
    web: responses.RequestsMock, make_salesforce: Any, said: Any
) -> None:
    """The token endpoint answers 200 with something else."""
    client = make_salesforce()
    web.replace("POST", f"{HOST}/services/oauth2/token", json=said)
    with pytest.raises(Exception, match=r"cannot be read|holds no token|no JSON") as refused:
        client.query("SELECT Id FROM Account")
    assert getattr(refused.value, "code", "") in ("KAM-3103", "KAM-3001")


@pytest.mark.parametrize("rows", [{}, [None], ["66.0"], [{"label": "x"}], [{"version": 66.0}]])
def test_versions_of_another_shape_are_none(
    web: responses.RequestsMock, make_salesforce: Any, rows: Any
) -> None:
    """The list of releases is asked first: it must not be the first thing to trip over."""
    web.get(f"{HOST}/services/data", json=rows or {"a": 1})
    with pytest.raises(CrmUnavailable) as refused:
        make_salesforce().versions()
    assert refused.value.code == "KAM-3103"


# -- writing ------------------------------------------------------------------------------


def describe(object_: str) -> ObjectSchema:
    """Return an object with one field of ours and one that people share."""
    fields = {
        name: FieldSchema(name=name, label=name, type=FieldType.TEXT, updateable=True)
        for name in ("KAM_Tier__c", "Site")
    }
    stamp = FieldSchema(name="LastModifiedDate", label="", type=FieldType.DATETIME)
    return ObjectSchema(object=object_, fields=fields | {"LastModifiedDate": stamp})


def write(make_salesforce: Any, *, shared: bool = False) -> list[PushResult]:
    """Write one field of one account."""
    field = "Site" if shared else "KAM_Tier__c"
    change = Change(
        id="c",
        kind=Kind.ACCOUNT,
        object="Account",
        ref=REF,
        values={field: "A"},
        shared=frozenset({field}) if shared else frozenset(),
        seen_modified_at="2026-11-20T10:00:00.000Z" if shared else None,
    )
    return push(make_salesforce(), [change], describe=describe)


@pytest.mark.parametrize(
    "answer",
    [
        {"success": True},
        [],
        [None],
        [[]],
        [{"id": REF}],
        [{"success": True}],
        [{"success": None, "id": REF}],
        [{"success": "true", "id": REF}],
        [{"success": False}],
        [{"success": False, "errors": None}],
        [{"success": False, "errors": []}],
        [{"success": False, "errors": ["locked"]}],
        [{"success": True, "id": REF}] * 2,
    ],
)
def test_a_write_whose_answer_cannot_be_read_is_unknown(
    web: responses.RequestsMock, make_salesforce: Any, answer: Any
) -> None:
    """Neither done nor refused: the next pass reads the record and sees."""
    web.patch(f"{ROOT}/composite/sobjects", json=answer)
    with pytest.raises(CrmUnavailable) as refused:
        write(make_salesforce)
    assert refused.value.code == "KAM-3103"


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"compositeResponse": None},
        {"compositeResponse": []},
        {"compositeResponse": [None]},
        {"compositeResponse": [{"body": None}]},
        {"compositeResponse": [{"httpStatusCode": "204", "body": None}]},
        {"compositeResponse": [{"httpStatusCode": 400, "body": None}]},
        {"compositeResponse": [{"httpStatusCode": 400, "body": []}]},
    ],
)
def test_a_conditional_write_whose_answer_cannot_be_read_is_unknown(
    web: responses.RequestsMock, make_salesforce: Any, answer: Any
) -> None:
    """The same for the parts of a composite call."""
    web.post(f"{ROOT}/composite", json=answer)
    with pytest.raises(CrmUnavailable) as refused:
        write(make_salesforce, shared=True)
    assert refused.value.code == "KAM-3103"


@pytest.mark.parametrize("answer", [[], {"a": 1}, [{}], ["x"], [{"Id": None}], [None, None]])
def test_a_record_is_gone_only_where_the_org_says_so(
    web: responses.RequestsMock, make_salesforce: Any, answer: Any
) -> None:
    """A strange answer to the look at a record that moved does not make it a deleted one."""
    moved = {"httpStatusCode": 412, "body": [{"errorCode": "ENTITY_IS_LOCKED"}]}
    web.post(f"{ROOT}/composite", json={"compositeResponse": [moved]})
    web.post(f"{ROOT}/composite/sobjects/Account", json=answer)
    with pytest.raises(CrmUnavailable) as refused:
        write(make_salesforce, shared=True)
    assert refused.value.code == "KAM-3103"


# -- texts and headers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (r"Acme \ud83d", "Acme \ufffd"),
        (r"\ude00 Acme", "\ufffd Acme"),
        (r"\ud83d\ude00", "😀"),
        (r"a\u0000b", "ab"),
        (r"a\\u0000b", "a\\u0000b"),
        (r"Acme \ud83d\", \"Score\": 0.12345678901234567, \"x\": \"", "Acme \ufffd"),
    ],
)
def test_no_text_holds_what_a_database_refuses(
    web: responses.RequestsMock, make_salesforce: Any, sent: str, read: str
) -> None:
    """Half an emoji, left by a formula that shortens, stopped every run; so did NUL."""
    record = f'{{"Id": "001", "Name": "{sent}"}}'.replace('\\"', '"')
    web.get(QUERY, body=f'{{"records": [{record}], "done": true, "totalSize": 1}}')
    assert make_salesforce().query("SELECT Id, Name FROM Account")[0]["Name"] == read


@pytest.mark.parametrize("date", ["yesterday", "", "Fri, 31 Dec 99999 23:59:59 GMT"])
def test_a_senseless_date_is_no_clock(
    web: responses.RequestsMock, make_salesforce: Any, date: str
) -> None:
    """The clock stays as it was last heard."""
    good = "Sat, 21 Nov 2026 06:00:00 GMT"
    versions = [{"version": "66.0"}]
    web.get(f"{HOST}/services/data", json=versions, headers={"Date": good})
    web.get(f"{HOST}/services/data", json=versions, headers={"Date": date})
    client = make_salesforce()
    assert client.now(ask=True) == client.now(ask=True)


@pytest.mark.parametrize("usage", ["api-usage=5/0", f"api-usage={'9' * 30}/15000", "api-usage=x/y"])
def test_a_senseless_usage_is_not_believed(
    web: responses.RequestsMock, make_salesforce: Any, usage: str
) -> None:
    """A limit of nothing would stop every run for good."""
    web.get(QUERY, json=page("001"), headers={"Sforce-Limit-Info": "api-usage=7/15000"})
    web.get(QUERY, json=page("001"), headers={"Sforce-Limit-Info": usage})
    client = make_salesforce()
    client.query("SELECT Id FROM Account")
    client.query("SELECT Id FROM Account")
    assert (client.budget().used, client.budget().allowed) == (7, 15000)
