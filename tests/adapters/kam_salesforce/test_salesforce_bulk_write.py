"""Writing through Bulk 2.0: a result for each record, null said aloud, no chance clears."""

from __future__ import annotations

import io
from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable, RecordError
from kam_connector.model.batching import Api, Batching
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_salesforce import bulk_rows
from kam_salesforce.row_checks import refusal
from kam_sandbox.records import Record
from kam_sandbox.salesforce import bulk_ingest as sandbox_bulk
from tests.factories.salesforce_org import Org

pytestmark = pytest.mark.enable_socket

JOB = "POST /services/data/v66.0/jobs/ingest"
ALWAYS = {"bulk_write_from": 1}


def records_of(org: Org, object_: str) -> list[Record]:
    """Return the living records of an object."""
    return list(org.world.salesforce.all(object_))


def update(record: Record, **values: JsonValue) -> Change:
    """Return an update of our own fields."""
    kind = Kind(record.object.lower())
    return Change(
        id=f"u-{record.id}", kind=kind, object=record.object, ref=record.id, values=values
    )


def task(key: str, title: str, **values: JsonValue) -> Change:
    """Return an upsert of a task."""
    given = {"KAM_Key__c": key, "Subject": title, "Status": "Not Started", **values}
    return Change(
        id=f"t-{key}",
        kind=Kind.TASK,
        object="Task",
        ref=None,
        key_field="KAM_Key__c",
        key=key,
        values=given,
    )


@pytest.mark.parametrize(("least", "jobs"), [(59, 1), (60, 0)])
def test_the_number_of_records_decides(org: Org, least: int, jobs: int) -> None:
    """From the threshold on one job, below it collections of 200."""
    changes = [update(record, KAM_Tier__c="A") for record in records_of(org, "Account")]
    results = org.crm(bulk_write_from=least).push(changes)
    assert {r.state for r in results} == {PushState.DONE}
    assert [r.change_id for r in results] == [c.id for c in changes]
    assert {r.fields["KAM_Tier__c"] for r in records_of(org, "Account")} == {"A"}
    assert (org.count(JOB), org.count("DELETE") == jobs) == (jobs, True)


@pytest.mark.parametrize(
    ("least", "batching", "jobs"),
    [
        (2000, Batching(api=Api.BULK), 1),
        (1, Batching(api=Api.REST), 0),
        (2000, Batching(bulk_from=59), 1),
        (1, Batching(bulk_from=60), 0),
    ],
)
def test_the_mapping_wins_over_the_connection(
    org: Org, least: int, batching: Batching, jobs: int
) -> None:
    """``batch`` of one object is nearer to it than ``bulk_write_from`` of the connection."""
    changes = [update(record, KAM_Tier__c="B") for record in records_of(org, "Account")]
    results = org.crm(bulk_write_from=least).push(changes, batching=batching)
    assert {r.state for r in results} == {PushState.DONE}
    assert {r.fields["KAM_Tier__c"] for r in records_of(org, "Account")} == {"B"}
    assert org.count(JOB) == jobs


@pytest.mark.parametrize(
    "text",
    ["line\nbreak", 'a "quoted", part', "é\u2028😀", "N/A", "null", "a\r\nb"],
    ids=["newline", "quotes", "unicode", "na", "null", "crlf"],
)
def test_texts_arrive_as_they_are(org: Org, text: str) -> None:
    """Line breaks, quotes and words that look empty are text like any other."""
    record = records_of(org, "Account")[0]
    result = org.crm(**ALWAYS).push([update(record, KAM_Summary__c=text)])
    assert result[0].state is PushState.DONE
    assert record.fields["KAM_Summary__c"] == text


def test_the_word_for_null_is_not_written_by_csv(org: Org) -> None:
    """A text that CSV would take for null goes as JSON."""
    record = records_of(org, "Account")[0]
    org.crm(**ALWAYS).push([update(record, KAM_Summary__c="#N/A")])
    assert record.fields["KAM_Summary__c"] == "#N/A"
    assert org.count(JOB) == 0


def test_null_clears_and_absence_leaves_alone(org: Org) -> None:
    """INV6: in one job, one record's cleared field is another's untouched one."""
    first, second = records_of(org, "Account")[:2]
    crm = org.crm(**ALWAYS)
    crm.push([update(r, KAM_Tier__c="B", KAM_Summary__c="text") for r in (first, second)])
    crm.push([update(first, KAM_Summary__c=None), update(second, KAM_Tier__c="C")])
    told = [(r.fields["KAM_Tier__c"], r.fields["KAM_Summary__c"]) for r in (first, second)]
    assert told == [("B", None), ("C", "text")]


def test_numbers_dates_and_flags_arrive_by_their_type(org: Org) -> None:
    """Canonical texts are what CSV wants."""
    record = records_of(org, "Opportunity")[0]
    account = records_of(org, "Account")[0]
    crm = org.crm(**ALWAYS)
    changes = [
        update(account, KAM_Health__c=51, KAM_Next_Review__c="2026-12-24"),
        update(record, KAM_In_Plan__c=True),
    ]
    assert {r.state for r in crm.push(changes)} == {PushState.DONE}
    assert float(account.fields["KAM_Health__c"]) == 51
    assert account.fields["KAM_Next_Review__c"] == "2026-12-24"
    assert record.fields["KAM_In_Plan__c"] is True


def test_one_bad_record_leaves_the_others_done(org: Org) -> None:
    """INV6: the row that is refused is named with its code and field, in its own place."""
    first, second, third = records_of(org, "Account")[:3]
    words = {"code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "tier: not: now"}
    org.fault("refuse_row", object="Account", after=1, body={**words, "fields": ["KAM_Tier__c"]})
    results = org.crm(**ALWAYS).push([update(r, KAM_Tier__c="A") for r in (first, second, third)])
    told = [(r.state, r.code, r.fields) for r in results]
    refused = (PushState.REFUSED, "KAM-3208", ("KAM_Tier__c",))
    done = (PushState.DONE, None, ())
    assert told == [done, refused, done]
    assert "not: now" not in results[1].message


def test_a_locked_row_is_to_be_tried_again(org: Org) -> None:
    """UNABLE_TO_LOCK_ROW leaves the record for later; the next try goes through."""
    record = records_of(org, "Account")[0]
    org.fault("lock_row")
    crm = org.crm(**ALWAYS)
    states = [crm.push([update(record, KAM_Tier__c="A")])[0].state for _ in range(2)]
    assert states == [PushState.RETRY, PushState.DONE]


def test_upserts_by_key_tell_what_is_new(org: Org) -> None:
    """INV5: a key makes one record; refs and created come from the results."""
    crm = org.crm(**ALWAYS)
    first = crm.push([task(f"k{n}", f"Task {n}") for n in range(3)])
    second = crm.push([task(f"k{n}", f"Task {n} again") for n in range(1, 4)])
    assert [r.created for r in (*first, *second)] == [True, True, True, False, False, True]
    assert [r.ref for r in second[:2]] == [r.ref for r in first[1:]]
    assert org.count(JOB) == 2
    made = {r.fields.get("KAM_Key__c"): r.fields["Subject"] for r in records_of(org, "Task")}
    assert [made[f"k{n}"] for n in range(4)] == [
        "Task 0",
        "Task 1 again",
        "Task 2 again",
        "Task 3 again",
    ]


def rows_sent(monkeypatch: pytest.MonkeyPatch) -> list[list[list[str]]]:
    """Return a list that fills with the rows of each job, in the order they came."""
    sent: list[list[list[str]]] = []
    load = sandbox_bulk.load

    def noted(*args: Any, **kwargs: Any) -> Any:
        sent.append([list(row) for row in args[3]])
        return load(*args, **kwargs)

    monkeypatch.setattr(sandbox_bulk, "load", noted)
    return sent


def test_children_go_sorted_by_their_account(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts of one account stand together: batches side by side do not lock each other out."""
    contacts = records_of(org, "Contact")[::-1]
    sent = rows_sent(monkeypatch)
    results = org.crm(**ALWAYS).push([update(c, KAM_Role__c="Sponsor") for c in contacts])
    account = {c.id: c.fields["AccountId"] for c in contacts}
    order = [account[row[0]] for row in sent[0]]
    assert order == sorted(order)
    assert order != [c.fields["AccountId"] for c in contacts]
    assert [r.ref for r in results] == [c.id for c in contacts]


def test_new_tasks_go_sorted_by_what_they_are_about(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that is not there yet has its account in its own values: no call asks for it."""
    accounts = [record.id for record in records_of(org, "Account")][:5]
    about = [*accounts, *accounts]
    sent = rows_sent(monkeypatch)
    changes = [task(f"about-{n}", "Call", WhatId=ref) for n, ref in enumerate(about)]
    results = org.crm(**ALWAYS).push(changes)
    assert [r.change_id for r in results] == [c.id for c in changes]
    keys = [row[0] for row in sent[0]]
    order = [about[int(key.partition("-")[2])] for key in keys]
    assert order == sorted(order)
    assert org.count("POST /services/data/v66.0/composite/sobjects/Task") == 0


def test_shared_fields_never_go_in_bulk(org: Org) -> None:
    """INV8: what people may edit is always written on condition."""
    record = records_of(org, "Account")[0]
    seen = "2026-11-01T00:00:00.000Z"
    change = Change(
        id="s",
        kind=Kind.ACCOUNT,
        object="Account",
        ref=record.id,
        values={"BillingCity": "Lyon"},
        shared=frozenset({"BillingCity"}),
        expected={"BillingCity": "elsewhere"},
        seen_modified_at=seen,
    )
    result = org.crm(**ALWAYS).push([change])
    assert result[0].state is PushState.CONFLICT
    assert org.count(JOB) == 0


@pytest.mark.parametrize("code", ["INVALIDENTITY", "LIMIT_EXCEEDED", "INVALIDJOB"])
def test_what_bulk_refuses_goes_by_collections(org: Org, code: str) -> None:
    """No job left today, an object that Bulk does not know: written all the same."""
    org.fault("status", status=400, match="jobs/ingest", body=[{"errorCode": code, "message": "-"}])
    changes = [update(record, KAM_Tier__c="B") for record in records_of(org, "Account")]
    assert {r.state for r in org.crm(**ALWAYS).push(changes)} == {PushState.DONE}
    assert {r.fields["KAM_Tier__c"] for r in records_of(org, "Account")} == {"B"}


def test_a_job_whose_end_is_not_known_leaves_all_for_later(org: Org) -> None:
    """The answer lost on the way: nothing is taken for done, nothing for refused."""
    org.fault("status", status=503, match="GET .*jobs/ingest/750", times=9)
    crm = org.crm(**ALWAYS)
    with pytest.raises(CrmUnavailable):
        crm.push([update(records_of(org, "Account")[0], KAM_Tier__c="A")])


def test_rows_that_no_result_names_are_tried_again(
    org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that stopped half way: what is not mentioned is not known."""
    load = sandbox_bulk.load

    def half(*args: Any, **kwargs: Any) -> Any:
        loaded = load(*args, **kwargs)
        loaded.left = loaded.good[1:]
        loaded.good = loaded.good[:1]
        return loaded

    monkeypatch.setattr(sandbox_bulk, "load", half)
    changes = [update(record, KAM_Tier__c="A") for record in records_of(org, "Account")[:3]]
    states = [r.state for r in org.crm(**ALWAYS).push(changes)]
    assert states == [PushState.DONE, PushState.RETRY, PushState.RETRY]


def test_uploads_stay_below_the_limit(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit one upload goes as another job."""
    monkeypatch.setattr(bulk_rows, "MAX_UPLOAD", 1_000)
    changes = [update(record, KAM_Summary__c="x" * 100) for record in records_of(org, "Account")]
    assert {r.state for r in org.crm(**ALWAYS).push(changes)} == {PushState.DONE}
    assert org.count(JOB) == 9


@pytest.mark.parametrize("kind", ["expire_token", "html", "drop_before", "status"])
def test_an_upload_is_sent_again_whole(org: Org, kind: str) -> None:
    """INV4: trouble on the way: the file is read from its beginning again."""
    org.fault(kind, match="batches")
    changes = [update(record, KAM_Tier__c="A") for record in records_of(org, "Account")]
    assert {r.state for r in org.crm(**ALWAYS).push(changes)} == {PushState.DONE}


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"KAM_Tier__c": "x" * 300}, "KAM-3202", "KAM_Tier__c"),
        ({"Name": None}, "KAM-5109", "Name"),
        ({"LastActivityDate": "2026-01-01"}, "KAM-3205", "LastActivityDate"),
        ({"KAM_Gone__c": "x"}, "KAM-3215", "KAM_Gone__c"),
    ],
)
def test_what_must_fail_is_not_sent(
    org: Org, values: dict[str, JsonValue], code: str, field: str
) -> None:
    """Lengths, restricted values, required fields and rights are known from the describe."""
    record = records_of(org, "Account")[0]
    result = org.crm().push([update(record, **values)])[0]
    assert (result.state, result.code, result.fields) == (PushState.REFUSED, code, (field,))
    assert org.count("composite") == 0


def spec(name: str, type_: FieldType = FieldType.TEXT, **facts: Any) -> FieldSchema:
    """Return a field."""
    return FieldSchema(name=name, label=name, type=type_, **facts)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (
            spec("F", FieldType.PICKLIST, options=("Hot", "Warm"), restricted=True),
            "Cold",
            "KAM-3203",
        ),
        (spec("F", FieldType.PICKLIST, options=("Hot", "Warm"), restricted=True), "hot", None),
        (spec("F", FieldType.PICKLIST, options=("Hot", "Warm")), "Cold", None),
        (
            spec("F", FieldType.MULTI_PICKLIST, options=("A", "B"), restricted=True),
            "A;C",
            "KAM-3203",
        ),
        (
            spec("F", FieldType.MULTI_PICKLIST, options=("A", "B"), restricted=True),
            ["A", "B"],
            None,
        ),
        (spec("F", length=3), "four", "KAM-3202"),
        (spec("F", length=3), "été", None),
        (spec("F", required=True), None, "KAM-3201"),
        (spec("F", updateable=False), "x", None),
        (spec("F", updateable=False, createable=False), "x", "KAM-3205"),
        (spec("G", required=True), "x", "KAM-3215"),
    ],
)
def test_the_describe_tells_what_a_new_record_may_hold(
    field: FieldSchema, value: JsonValue, code: str | None
) -> None:
    """Restricted values without regard to case, lengths in characters, required, rights."""
    fields = {f.name: f for f in (field, spec("Key"))}
    change = Change(
        id="c", kind=Kind.TASK, object="X", ref=None, key_field="Key", key="1", values={"F": value}
    )
    told = refusal(change, lambda _: ObjectSchema(object="X", fields=fields))
    assert (told.code if told else None) == code


def test_a_new_record_without_a_required_field_is_refused() -> None:
    """The field is named before the CRM does."""
    fields = {f.name: f for f in (spec("Key"), spec("Subject", required=True))}
    change = Change(
        id="c", kind=Kind.TASK, object="X", ref=None, key_field="Key", key="1", values={}
    )
    told = refusal(change, lambda _: ObjectSchema(object="X", fields=fields))
    assert told is not None
    assert (told.code, told.fields) == ("KAM-3201", ("Subject",))


def test_a_result_in_another_encoding_is_no_result() -> None:
    """Bytes are UTF-8 or an error, never mojibake."""
    with pytest.raises(RecordError):
        list(bulk_rows.result_rows(io.BytesIO('"Id"\n"é"\n'.encode("latin-1"))))
