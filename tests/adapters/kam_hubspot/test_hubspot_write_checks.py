"""What HubSpot would refuse by a property's own description is told before it is sent."""

from __future__ import annotations

import pytest

from kam_connector.model.change import Change
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_hubspot.canonical import to_wire
from kam_hubspot.row_checks import refusal
from tests.factories.hubspot_direct import DirectPortal

FIELDS: dict[str, FieldSchema] = {
    name: FieldSchema(name=name, label=name, type=type_)
    for name, type_ in {
        "day": FieldType.DATE,
        "moment": FieldType.DATETIME,
        "number": FieldType.NUMBER,
        "flag": FieldType.BOOLEAN,
    }.items()
}
FIELDS |= {
    "text": FieldSchema(name="text", label="", type=FieldType.TEXT, length=65_536),
    "sum": FieldSchema(name="sum", label="", type=FieldType.NUMBER, updateable=False),
    "hs_timestamp": FieldSchema(name="hs_timestamp", label="", type=FieldType.DATETIME),
    "one": FieldSchema(
        name="one", label="", type=FieldType.PICKLIST, options=("a", "b"), restricted=True
    ),
    "many": FieldSchema(
        name="many", label="", type=FieldType.MULTI_PICKLIST, options=("A", "B"), restricted=True
    ),
    "open": FieldSchema(name="open", label="", type=FieldType.PICKLIST, options=(), length=None),
}


def describe(object_: str) -> ObjectSchema:
    """Return an object with a property of each type."""
    return ObjectSchema(object=object_, fields=FIELDS)


def judged(name: str, value: JsonValue) -> str | None:
    """Return the code with which one value is refused; None if it may go."""
    change = Change(id="c", kind=Kind.ACCOUNT, object="companies", ref="1", values={name: value})
    result = refusal(change, describe)
    return None if result is None else result.code


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("text", "x" * 65_536, None),
        ("text", "x" * 65_537, "KAM-3202"),
        ("sum", "1", "KAM-3205"),
        ("gone", "1", "KAM-3215"),
        ("one", "a", None),
        ("one", "A", "KAM-3203"),
        ("many", "A;B", None),
        ("many", ["A", "B"], None),
        ("many", "A;b", "KAM-3203"),
        ("open", "anything", None),
        ("number", "12.5", None),
        ("number", 12, None),
        ("number", "1,000", "KAM-3204"),
        ("number", "NaN", "KAM-3204"),
        ("number", True, "KAM-3204"),
        ("flag", True, None),
        ("flag", "yes", "KAM-3204"),
        ("day", "2026-11-21", None),
        ("day", "2026-11-21T00:00:00.000Z", None),
        ("day", "2026-11-21T08:00:00.000Z", "KAM-3204"),
        ("day", "21/11/2026", "KAM-3204"),
        ("moment", "2026-11-21T08:00:00.000Z", None),
        ("moment", "1795248000000", None),
        ("moment", "tomorrow", "KAM-3204"),
        ("number", None, None),
        ("day", None, None),
    ],
    ids=lambda one: str(one)[:26],
)
def test_a_value_is_judged_by_its_propertys_type(
    name: str, value: JsonValue, code: str | None
) -> None:
    """Options by value and case, days at midnight in UTC, numbers without separators."""
    assert judged(name, value) == code


@pytest.mark.parametrize(
    ("value", "sent"),
    [(None, ""), (True, "true"), (12, "12"), ("12.50", "12.50"), (["A", "B"], "A;B")],
    ids=str,
)
def test_values_go_as_text_and_none_empties(value: JsonValue, sent: str) -> None:
    """A field without a source is absent from the change: it is never emptied by chance."""
    assert to_wire(value, FieldType.TEXT) == sent


def test_a_new_task_must_have_its_day() -> None:
    """Required by the guide of tasks; told before it spoils a batch."""
    change = Change(
        id="c", kind=Kind.TASK, object="tasks", ref=None, key_field="text", key="k", values={}
    )
    result = refusal(change, describe)
    assert result is not None
    assert (result.code, result.fields) == ("KAM-3201", ("hs_timestamp",))


def test_a_refused_record_costs_no_call_and_spoils_none() -> None:
    """The others of the batch go, in one call."""
    portal = DirectPortal()
    crm = portal.connect()
    one, two = portal.add("companies", name="A"), portal.add("companies", name="B")
    crm.describe("companies")
    portal.asked.clear()
    values: list[dict[str, JsonValue]] = [{"kam_health": "high"}, {"kam_tier": "A"}]
    batch = [
        Change(id=r.id, kind=Kind.ACCOUNT, object="companies", ref=r.id, values=v)
        for r, v in zip((one, two), values, strict=True)
    ]
    results = crm.push(batch)
    assert [one.code for one in results] == ["KAM-3204", None]
    assert len(portal.asked) == 1
