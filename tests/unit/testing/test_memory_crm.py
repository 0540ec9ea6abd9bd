"""The CRM in memory breaks in the ways that real ones do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam_connector.errors import (
    BudgetExhausted,
    CrmUnavailable,
    KamError,
    RateLimited,
    RecordError,
    SignInError,
)
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.pull import PulledRow, PullRequest, PullSource
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_connector.testing import MemoryCrm
from kam_connector.testing.memory_records import MemoryFault


def make_crm(**options: object) -> MemoryCrm:
    """Return a CRM with two accounts."""
    crm = MemoryCrm(**options)  # type: ignore[arg-type]  # passes through
    crm.put("accounts", "1", {"name": "one", "city": "Lyon"})
    crm.put("accounts", "2", {"name": "two", "city": "Lille"})
    crm.advance(60)
    return crm


def make_source(**facts: object) -> PullSource:
    """Return a source over the accounts."""
    given = {"kind": Kind.ACCOUNT, "object": "accounts", "fields": ("city", "name")}
    given |= {"cursor_field": "modified", "settle": timedelta(0)}
    return PullSource(**(given | facts))  # type: ignore[arg-type]  # passes through


def make_change(ref: str | None = "1", **facts: object) -> Change:
    """Return an update of one account."""
    given = {"id": f"c{ref}", "kind": Kind.ACCOUNT, "object": "accounts", "ref": ref}
    return Change(**(given | {"values": {"name": "ours"}} | facts))  # type: ignore[arg-type]


def pulled(crm: MemoryCrm, **facts: object) -> list[PulledRow]:
    """Return all rows of a first pull."""
    pages = crm.pull(PullRequest(source=make_source(**facts)))
    return [row for page in pages for row in page.rows]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (MemoryFault.DROP_BEFORE, CrmUnavailable),
        (MemoryFault.RATE_LIMITED, RateLimited),
        (MemoryFault.BUDGET, BudgetExhausted),
        (MemoryFault.SIGN_IN, SignInError),
    ],
)
def test_fault_before_the_write_leaves_nothing(fault: MemoryFault, error: type[KamError]) -> None:
    """The request never counted; the next one goes through."""
    crm = make_crm()
    crm.fail_next(fault)
    with pytest.raises(error):
        crm.push([make_change()])
    assert crm.writes == []
    assert crm.push([make_change()])[0].state is PushState.DONE


def test_lost_answer_means_it_was_written() -> None:
    """The write stands although nobody was told."""
    crm = make_crm()
    crm.fail_next(MemoryFault.DROP_ACK)
    with pytest.raises(CrmUnavailable):
        crm.push([make_change()])
    assert crm.values("accounts", "1")["name"] == "ours"


def test_half_a_batch_may_arrive() -> None:
    """The connection breaks in the middle."""
    crm = make_crm()
    crm.fail_next(MemoryFault.HALF)
    with pytest.raises(CrmUnavailable):
        crm.push([make_change("1"), make_change("2")])
    assert [crm.values("accounts", ref)["name"] for ref in ("1", "2")] == ["ours", "two"]


def test_request_that_arrives_twice_is_written_twice_but_made_once() -> None:
    """A key makes one record, however often it arrives."""
    crm = make_crm()
    crm.put("tasks", "9", {"kam_key": None})
    crm.fail_next(MemoryFault.DUPLICATE)
    change = make_change(None, object="tasks", key_field="kam_key", key="act_1")
    result = crm.push([change])[0]
    assert len(crm.writes) == 2
    assert sum(row["kam_key"] == "act_1" for row in crm.live("tasks").values()) == 1
    assert result.state is PushState.DONE


def test_locked_records_are_to_be_tried_again() -> None:
    """Every record of the batch says: later."""
    crm = make_crm()
    crm.fail_next(MemoryFault.LOCKED)
    states = [r.state for r in crm.push([make_change("1"), make_change("2")])]
    assert states == [PushState.RETRY, PushState.RETRY]
    assert crm.writes == []


def test_pull_can_break_in_the_middle() -> None:
    """A page that fails is a retryable error; the one before stands."""
    crm = make_crm(page_size=1)
    pages = crm.pull(PullRequest(source=make_source()))
    first = next(pages)
    crm.fail_next(MemoryFault.DROP_BEFORE)
    with pytest.raises(CrmUnavailable):
        next(pages)
    assert [row.ref for row in first.rows] == ["1"]


def test_late_commit_is_seen_late_with_its_early_stamp() -> None:
    """A long transaction shows up behind newer rows."""
    crm = make_crm()
    crm.edit("accounts", "1", {"name": "late"}, visible_at=crm.now + timedelta(minutes=3))
    crm.advance(60)
    before = {row.ref: row.values["name"] for row in pulled(crm)}
    crm.advance(180)
    after = {row.ref: row.values["name"] for row in pulled(crm)}
    assert (before["1"], after["1"]) == ("one", "late")


def test_our_own_writes_may_lag_too() -> None:
    """A search index shows what we wrote only after a while."""
    crm = make_crm(write_lag=timedelta(minutes=1))
    crm.push([make_change()])
    crm.advance(30)
    assert crm.read(make_source(), ["1"])["1"].values["name"] == "one"
    crm.advance(60)
    assert crm.read(make_source(), ["1"])["1"].values["name"] == "ours"


def test_chain_of_merges_leads_to_its_end() -> None:
    """INV10: an old ref answers with the last survivor."""
    crm = make_crm()
    crm.put("accounts", "3", {"name": "three", "city": "Nice"})
    crm.merge("accounts", "1", "2")
    crm.merge("accounts", "2", "3")
    assert crm.read(make_source(), ["1"])["1"].ref == "3"


def test_refused_record_can_be_accepted_again() -> None:
    """A validation rule comes and goes."""
    crm = make_crm()
    crm.refuse("accounts", "1", code="KAM-3203", fields=["name"])
    refused = crm.push([make_change()])[0]
    crm.accept("accounts", "1")
    assert (refused.code, refused.fields) == ("KAM-3203", ("name",))
    assert crm.push([make_change()])[0].state is PushState.DONE


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"gone": "x"}, "KAM-3215"),
        ({"fixed": "x"}, "KAM-3205"),
        ({"name": "x" * 11}, "KAM-3202"),
        ({"phase": "Nowhere"}, "KAM-3203"),
    ],
)
def test_given_schema_is_enforced(values: dict[str, str], code: str) -> None:
    """Lengths, picklists and read-only fields bite as in a CRM."""
    fields = {
        "name": FieldSchema(name="name", label="Name", type=FieldType.TEXT, length=10),
        "fixed": FieldSchema(name="fixed", label="F", type=FieldType.TEXT, updateable=False),
        "phase": FieldSchema(
            name="phase", label="P", type=FieldType.PICKLIST, options=("A",), restricted=True
        ),
    }
    crm = make_crm(schema={"accounts": ObjectSchema(object="accounts", fields=fields)})
    assert crm.push([make_change(values=values)])[0].code == code


def test_derived_schema_knows_every_field_seen() -> None:
    """Without a given schema, what records hold is what there is."""
    crm = make_crm()
    crm.put("accounts", "3", {"target": True, "staff": 7, "@stage.won": True})
    fields = crm.describe("accounts").fields
    assert {name: field.type for name, field in fields.items()} == {
        "name": FieldType.TEXT,
        "city": FieldType.TEXT,
        "target": FieldType.BOOLEAN,
        "staff": FieldType.INTEGER,
    }


def test_sources_may_ask_for_some_records_only() -> None:
    """Our own tasks are read alone, and are no activities."""
    crm = make_crm()
    crm.put("accounts", "3", {"name": "keyed", "key": "act_1"})
    crm.advance(1)
    assert [row.ref for row in pulled(crm, only_with="key")] == ["3"]
    assert [row.ref for row in pulled(crm, without="key")] == ["1", "2"]


def test_unknown_object_is_a_record_error() -> None:
    """What does not exist has its code."""
    with pytest.raises(RecordError) as caught:
        make_crm().describe("planets")
    assert caught.value.code == "KAM-3210"
