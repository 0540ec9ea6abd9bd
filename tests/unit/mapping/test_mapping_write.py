"""Writing: KAM values become CRM fields, and only differences that matter are written."""

import pytest

from kam_connector.mapping import WriteContext, compile_write, needs_write
from kam_connector.model.kind import Kind
from kam_connector.model.schema import FieldType, ObjectSchema


@pytest.mark.parametrize(
    ("kind", "rule", "values", "fields"),
    [
        ("account", 'KAM_Tier = "tier"', {"tier": "A"}, {"KAM_Tier": "A"}),
        (
            "account",
            'KAM_H = { from = "health.score", type = "int" }',
            {"health.score": "51.5"},
            {"KAM_H": 52},
        ),
        ("account", 'KAM_H = "health.score"', {"health.score": "51.50"}, {"KAM_H": "51.5"}),
        (
            "account",
            'KAM_P = { from = "phase", map = { renewal = "Renewal" } }',
            {"phase": "renewal"},
            {"KAM_P": "Renewal"},
        ),
        (
            "account",
            'KAM_R = { from = "risk.top", via = [{ truncate = 5 }] }',
            {"risk.top": "123456"},
            {"KAM_R": "1234…"},
        ),
        (
            "account",
            'KAM_S = { from = "summary.text", via = ["strip_html"] }',
            {"summary.text": "<b>a</b> &amp; b"},
            {"KAM_S": "a & b"},
        ),
        (
            "account",
            'KAM_J = "summary.json"',
            {"summary.json": {"b": 1, "a": ["é"]}},
            {"KAM_J": '{"a":["é"],"b":1}'},
        ),
        ("account", 'KAM_D = "as_of"', {"as_of": "2026-11-21"}, {"KAM_D": "2026-11-21"}),
        ("account", 'KAM_V = { value = "on" }', {}, {"KAM_V": "on"}),
        ("opportunity", 'KAM_I = "in_plan"', {"in_plan": False}, {"KAM_I": False}),
        (
            "task",
            'due_at = { from = "due", type = "datetime", tz = "portal" }',
            {"due": "2026-11-30"},
            {"due_at": "2026-11-30T07:00:00.000Z"},
        ),
        (
            "task",
            "P = { formula = \"IF(severity = 'critical', 'High', 'Normal')\" }",
            {"severity": "info"},
            {"P": "Normal"},
        ),
        (
            "task",
            'OwnerId = { from = "owner", ref = "user" }',
            {"owner": "usr_1"},
            {"OwnerId": "ref-usr_1"},
        ),
    ],
)
def test_a_field_is_written_in_its_type(write_row, kind, rule, values, fields):
    """The CRM gets canonical values of the rule's type."""
    assert write_row(rule, values, kind=kind) == (fields, ())


@pytest.mark.parametrize("values", [{}, {"risk.top": None}, {"risk.top": ""}])
def test_inv6_a_missing_value_never_clears_a_field(write_row, values):
    """INV6: without null = "clear" a missing source leaves the CRM alone."""
    assert write_row('KAM_Risk = "risk.top"', values).fields == {}


def test_an_emptied_value_clears_only_on_demand(write_row):
    """A path that is None empties its field; one that is absent says nothing."""
    rule = 'KAM_Risk = { from = "risk.top", null = "clear" }'
    assert write_row(rule, {"risk.top": None}).fields == {"KAM_Risk": None}
    assert write_row(rule, {}).fields == {}


@pytest.mark.parametrize(
    ("kind", "rule", "values", "code", "whole"),
    [
        (
            "account",
            'KAM_P = { from = "phase", map = { a = "A" } }',
            {"phase": "b"},
            "KAM-2202",
            False,
        ),
        (
            "account",
            'KAM_H = { from = "health.score", check = { max = 100 } }',
            {"health.score": "101"},
            "KAM-2203",
            False,
        ),
        (
            "task",
            'Subject = { from = "title", required = true }',
            {"title": None},
            "KAM-2204",
            True,
        ),
        (
            "task",
            'WhoId = { from = "contact", ref = "contact" }',
            {"contact": "elsewhere"},
            "KAM-2206",
            False,
        ),
        (
            "task",
            'WhatId = { from = "account", ref = "account", required = true }',
            {"account": "elsewhere"},
            "KAM-2206",
            True,
        ),
    ],
)
def test_a_value_that_cannot_be_written_is_reported(*, write_row, kind, rule, values, code, whole):
    """The field is left out; a required one keeps the whole record back."""
    fields, problems = write_row(rule, values, kind=kind)
    assert fields == {}
    assert [(problem.code, problem.whole_record) for problem in problems] == [(code, whole)]


def test_a_text_too_long_for_its_field_is_never_cut_in_silence(write_row, make_schema, make_field):
    """Only truncate cuts; without it the value is reported."""
    schema = make_schema(make_field("KAM_Risk", length=5))
    _, problems = write_row('KAM_Risk = "risk.top"', {"risk.top": "123456"}, schema=schema)
    assert problems[0].code == "KAM-2207"


def test_a_picklist_value_is_spelled_as_the_org_does(write_row, make_schema, make_field):
    """Case differences are mended, foreign values refused."""
    field = make_field("KAM_Band", FieldType.PICKLIST, options=("Green", "Red"), restricted=True)
    rule, schema = 'KAM_Band = "health.band"', make_schema(field)
    assert write_row(rule, {"health.band": "red"}, schema=schema).fields == {"KAM_Band": "Red"}
    assert write_row(rule, {"health.band": "blue"}, schema=schema).problems[0].code == "KAM-2105"


def test_fields_the_org_lacks_or_locks_are_left_out_with_a_note(
    mapping_of, make_schema, make_field
):
    """A missing permission costs one column, not the run."""
    mapping = mapping_of(
        '[account.write]\nobject = "A"\nmatch = "id"\n[account.write.fields]\n'
        'KAM_Tier = "tier"\nKAM_Phase = "phase"\nKAM_Band = "health.band"\n'
    )
    schema = make_schema(make_field("KAM_Tier", updateable=False), make_field("KAM_Band"))
    context = WriteContext(resolve=lambda _kind, id_: id_)
    plan = compile_write(mapping, Kind.ACCOUNT, schema, context)
    assert [field.field for field in plan.fields] == ["KAM_Band"]
    assert plan.notes == (
        "Our user may not write A.KAM_Tier: it is left alone.",
        "A has no field KAM_Phase: it is not written.",
    )


@pytest.mark.guarantee("G35")
@pytest.mark.parametrize(
    ("rule", "type_", "notes"),
    [
        ('"phase"', FieldType.NUMBER, ("A.KAM_A is number, not text: it is left alone.",)),
        ('"plan.next_review"', FieldType.BOOLEAN,
         ("A.KAM_A is boolean, not date: it is left alone.",)),
        ('{ from = "phase", via = ["digits"] }', FieldType.NUMBER, ()),
        ('{ from = "phase", map = { renewal = "1" } }', FieldType.NUMBER, ()),
        ('{ from = "phase", map = { renewal = "Renewal" } }', FieldType.NUMBER,
         ("A.KAM_A is number, not text: it is left alone.",)),
        ('"health.score"', FieldType.TEXT, ()),
        ('"health.score"', FieldType.PERCENT, ()),
    ],
)  # fmt: skip
def test_a_field_of_another_type_costs_one_field_not_the_record(
    rule, type_, notes, mapping_of, make_field
):
    """What the CRM is sure to refuse is not sent: it would refuse the whole record."""
    head = '[account.write]\nobject = "A"\nmatch = "id"\n[account.write.fields]\nKAM_B = "tier"\n'
    fields = {"KAM_A": make_field("KAM_A", type_), "KAM_B": make_field("KAM_B")}
    schema = ObjectSchema(object="A", fields=fields)
    context = WriteContext(resolve=lambda _kind, id_: id_)
    plan = compile_write(mapping_of(f"{head}KAM_A = {rule}"), Kind.ACCOUNT, schema, context)
    assert plan.notes == notes
    assert "KAM_B" in {field.field for field in plan.fields}


def test_fields_of_people_are_shared_and_ours_are_not(mapping_of):
    """Our prefix or our task makes a field ours, a policy that lets people win shares it."""
    mapping = mapping_of(
        '[account.write]\nobject = "A"\nmatch = "id"\n[account.write.fields]\nKAM_Tier = "tier"\n'
        'ns__KAM_Phase = "phase"\nRating = "health.band"\n'
        'KAM_Next = { from = "plan.next_review", conflict = "newest" }\n'
        '[task.write]\nobject = "T"\nmatch = "k"\n[task.write.fields]\nk = "key"\n'
    )
    context = WriteContext(resolve=lambda _kind, id_: id_)
    plans = [compile_write(mapping, kind, None, context) for kind in (Kind.ACCOUNT, Kind.TASK)]
    shared = {field.field: field.shared for plan in plans for field in plan.fields}
    assert shared == {
        "KAM_Tier": False,
        "ns__KAM_Phase": False,
        "Rating": True,
        "KAM_Next": True,
        "k": False,
    }


def test_links_are_made_to_records_this_crm_holds(mapping_of):
    """A contact of another CRM gives no association."""
    mapping = mapping_of(
        '[account]\nobject = "companies"\n[account.read]\nname = "n"\n[contact]\n'
        'object = "contacts"\n[contact.read]\nname = "n"\n[task.write]\nobject = "tasks"\n'
        'match = "k"\nassociate = [{ to = "account", type_id = 192 }, '
        '{ to = "contact", type_id = 204 }]\n[task.write.fields]\nk = "key"\n'
    )
    context = WriteContext(resolve=lambda kind, id_: id_ if kind is Kind.ACCOUNT else None)
    links = compile_write(mapping, Kind.TASK, None, context).links({"account": "1", "contact": "2"})
    assert [(link.object, link.ref, link.type_id) for link in links] == [("companies", "1", 192)]


@pytest.fixture
def score(mapping_of):
    """Return a score's field with the default step."""
    mapping = mapping_of(
        '[account.write]\nobject = "A"\nmatch = "id"\n[account.write.fields]\n'
        'KAM_H = { from = "health.score", type = "int" }\nKAM_N = "actions.open"\n'
        'KAM_R = "risk.top"\n'
    )
    context = WriteContext(resolve=lambda _kind, id_: id_)
    return {one.path: one for one in compile_write(mapping, Kind.ACCOUNT, None, context).fields}


@pytest.mark.parametrize(
    ("path", "before", "after", "more", "reason"),
    [
        ("health.score", 52, 52, {}, None),
        ("health.score", "52.0", 52, {"refresh_due": True}, None),
        ("health.score", 52, 54, {}, None),
        ("health.score", 52, 55, {}, "moved by 3"),
        ("health.score", "78", 52, {}, "moved by 26"),
        ("health.score", 52, 54, {"refresh_due": True}, "weekly refresh"),
        ("health.score", 49, 50, {"band_changed": True}, "band changed"),
        ("health.score", None, 1, {}, "first value"),
        ("health.score", 52, None, {}, "emptied"),
        ("actions.open", 2, 3, {}, "new value"),
        ("risk.top", "a ", "a", {}, None),
        ("risk.top", "", None, {}, None),
        ("risk.top", "a\r\nb", "a\nb", {}, None),
        ("risk.top", "a", "b", {}, "new value"),
    ],
)
def test_a_number_is_written_when_it_matters(*, score, path, before, after, more, reason):
    """By its step (3), by its band, or weekly; texts at any difference."""
    assert needs_write(score[path], before, after, **{"refresh_due": False, **more}) == reason
