"""kam doctor: a mapping against what the org says about its own fields."""

import pytest

from kam_connector.mapping import check_schema
from kam_connector.model.schema import FieldType

READ = '[account]\nobject = "Thing"\n[account.read]\n'
WRITE = '[account.write]\nobject = "Thing"\nmatch = "Id"\n[account.write.fields]\n'


@pytest.mark.parametrize(
    ("text", "field", "code", "words"),
    [
        (READ + 'name = "Nmae"', ("Name", {}), "KAM-2101", 'no field "Nmae"'),
        (READ + 'name = { from = "X", optional = true }', ("Name", {}), "KAM-2108", '"X"'),
        (READ + 'name = "Name"', ("Name", {"readable": False}), "KAM-2102", "may not read"),
        (READ + 'target = "Name"', ("Name", {"type_": FieldType.DATE}), "KAM-2107", "reads bool"),
        (WRITE + 'KAM_A = "tier"', ("KAM_B", {}), "KAM-2101", 'no field "KAM_A"'),
        (WRITE + 'KAM_A = "tier"', ("KAM_A", {"updateable": False}), "KAM-2103", "may not write"),
        (WRITE + 'KAM_A = "tier"', ("KAM_A", {"calculated": True}), "KAM-2103", "may not write"),
        (WRITE + 'KAM_A = "tier"', ("KAM_A", {"type_": FieldType.REFERENCE}), "KAM-2016", "never"),
        (WRITE + 'KAM_A = "tier"', ("KAM_A", {"type_": FieldType.DATE}), "KAM-2107", "writes text"),
        (WRITE + 'KAM_A = "risk.top"', ("KAM_A", {"length": 80}), "KAM-2104", "any length"),
        (
            WRITE + 'KAM_A = { from = "risk.top", via = [{ truncate = 300 }] }',
            ("KAM_A", {"length": 255}),
            "KAM-2104",
            "up to 300 characters into 255",
        ),
        (
            WRITE + 'KAM_A = { from = "phase", map = { a = "Gold" } }',
            ("KAM_A", {"type_": FieldType.PICKLIST, "options": ("A", "B")}),
            "KAM-2105",
            '"Gold" is not in [A, B]',
        ),
    ],
)
def test_what_does_not_fit_the_org_is_reported(
    *, mapping_of, make_schema, make_field, text, field, code, words
):
    """Exists, visible, writable, long enough, in the list, of a fitting type."""
    name, more = field
    schema = make_schema(make_field(name, **more))
    found = check_schema(mapping_of(text + "\n"), {"Thing": schema})
    assert [problem.code for problem in found] == [code]
    assert words in found[0].message


def test_an_absent_optional_field_is_worth_knowing_but_stops_nothing(
    mapping_of, make_schema, make_field
):
    """Optional = true, absent in this org: a note, not an error."""
    text = READ + 'name = "Name"\ncity = { from = "City", optional = true }\n'
    found = check_schema(mapping_of(text), {"Thing": make_schema(make_field("Name"))})
    assert [problem.serious for problem in found] == [False]


def test_an_object_the_crm_does_not_show_is_reported(mapping_of):
    """M15: unknown objects are named."""
    found = check_schema(mapping_of(READ + 'name = "Name"\n'), {})
    assert [problem.code for problem in found] == ["KAM-2109"]


def test_a_key_that_is_not_unique_is_a_note(mapping_of, make_schema, make_field):
    """Tasks are then found before they are created."""
    text = '[task.write]\nobject = "Thing"\nmatch = "k"\n[task.write.fields]\nk = "key"\n'
    found = check_schema(mapping_of(text), {"Thing": make_schema(make_field("k"))})
    assert [(problem.code, problem.serious) for problem in found] == [("KAM-2106", False)]
