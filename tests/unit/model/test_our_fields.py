"""The one list of our fields: whole, consistent, and in two languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam_connector.model.french_labels import FRENCH_LABELS
from kam_connector.model.kind import MADE, OF_PLANS
from kam_connector.model.our_fields import OUR_FIELDS, our_fields
from kam_connector.model.paths import WRITE_PATHS
from kam_connector.model.provision import FieldSpec, difference
from kam_connector.model.schema import FieldSchema, FieldType

PATH_TYPES = {
    FieldType.TEXT: {"text"},
    FieldType.URL: {"text"},
    FieldType.LONG_TEXT: {"json"},
    FieldType.INTEGER: {"int", "number"},
    FieldType.PERCENT: {"number"},
    FieldType.BOOLEAN: {"bool"},
    FieldType.DATE: {"date"},
}


def label(spec: FieldSpec) -> str:
    """Return a field's name, for a test's name."""
    return f"{spec.kind}-{spec.name}"


@pytest.mark.parametrize("spec", OUR_FIELDS, ids=label)
def test_a_field_holds_what_its_path_gives(spec: FieldSpec) -> None:
    """The path may be written for that kind, and its values fit the field's type."""
    assert WRITE_PATHS[spec.kind][spec.path].type in PATH_TYPES[spec.type]


@pytest.mark.parametrize("spec", OUR_FIELDS, ids=label)
def test_a_field_says_its_size_and_what_it_is_for(spec: FieldSpec) -> None:
    """Texts have a length, numbers have digits; labels fit into a CRM's forty characters."""
    sized = {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.URL}
    numbers = {FieldType.INTEGER, FieldType.PERCENT}
    assert (spec.length is not None, spec.digits is not None) == (
        spec.type in sized,
        spec.type in numbers,
    )
    assert spec.description
    assert spec.help
    assert max(len(spec.label), len(FRENCH_LABELS[spec.name])) <= 40


def test_no_two_fields_of_a_kind_share_a_name() -> None:
    """Kind and name find a field."""
    assert len({(spec.kind, spec.name) for spec in OUR_FIELDS}) == len(OUR_FIELDS) == 29


def test_only_the_key_is_unique() -> None:
    """Nothing but the key of what we make need be different in every record."""
    assert {spec.kind: spec.name for spec in OUR_FIELDS if spec.unique} == dict.fromkeys(
        MADE, "KAM_Key"
    )


def test_only_what_an_org_may_lack_is_optional() -> None:
    """Account Plans have to be turned on; everything else is everywhere."""
    assert {spec.kind for spec in OUR_FIELDS if spec.optional} == set(OF_PLANS)


def test_french_changes_labels_only() -> None:
    """The same fields under other labels."""
    french = our_fields("fr")
    assert [replace(f, label=e.label) for f, e in zip(french, OUR_FIELDS, strict=True)] == list(
        OUR_FIELDS
    )
    assert "KAM Santé" in {spec.label for spec in french}


TEXT = FieldSpec(
    kind=OUR_FIELDS[0].kind,
    name="KAM_Text",
    path="tier",
    type=FieldType.TEXT,
    label="KAM Text",
    description="",
    help="",
    length=80,
)
NUMBER = replace(TEXT, type=FieldType.INTEGER, length=None, digits=3)


def live(type_: FieldType, *, length: int | None = None, digits: int | None = None) -> FieldSchema:
    """Return an existing field."""
    return FieldSchema(name="x", label="x", type=type_, length=length, digits=digits)


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (TEXT, live(FieldType.TEXT, length=80)),
        (TEXT, live(FieldType.TEXT, length=255)),
        (TEXT, live(FieldType.TEXT)),
        (NUMBER, live(FieldType.NUMBER, digits=18)),
        (NUMBER, live(FieldType.INTEGER)),
        (replace(TEXT, type=FieldType.URL), live(FieldType.TEXT, length=80)),
    ],
)
def test_a_field_that_holds_the_same_values_serves(spec: FieldSpec, found: FieldSchema) -> None:
    """Larger is as good; so is another name for the same type."""
    assert difference(spec, found) is None


@pytest.mark.parametrize(
    ("spec", "found", "told", "fix"),
    [
        (TEXT, live(FieldType.DATE), "exists as date, ours is text", "rename"),
        (TEXT, live(FieldType.PICKLIST), "exists as picklist", "doctor"),
        (TEXT, live(FieldType.TEXT, length=40), "40 characters", "lengthen it to 80"),
        (NUMBER, live(FieldType.NUMBER, digits=2), "2 digits", "3 digits"),
        (replace(TEXT, unique=True), live(FieldType.TEXT, length=80), "not a unique", "unique"),
    ],
)
def test_a_field_that_falls_short_is_told_with_the_fix(
    spec: FieldSpec, found: FieldSchema, told: str, fix: str
) -> None:
    """What differs, and what a person can do about it."""
    short = difference(spec, found)
    assert short is not None
    assert told in short.message
    assert fix in short.fix


def test_no_crm_is_asked_for_more_than_it_can_hold() -> None:
    """The longest text of a CRM is long enough."""
    spec = replace(TEXT, type=FieldType.LONG_TEXT, length=131_072)
    assert difference(spec, live(FieldType.LONG_TEXT, length=65_536), longest=65_536) is None
    assert difference(spec, live(FieldType.LONG_TEXT, length=65_536)) is not None
