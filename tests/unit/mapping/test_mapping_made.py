"""Sections of records that we make: plans, objectives, measures beside tasks."""

from __future__ import annotations

import pytest

from kam_connector.mapping import check_mapping, check_schema, load_mapping, shipped_mapping_path
from kam_connector.model.kind import Kind
from kam_connector.model.schema import FieldType

PLANS = (Kind.PLAN, Kind.OBJECTIVE, Kind.MEASURE)
OBJECTS = {"AccountPlan", "AccountPlanObjective", "AccountPlanObjectiveMeasure"}


@pytest.fixture(scope="module")
def shipped():
    """The mapping that ships for Salesforce."""
    return load_mapping(shipped_mapping_path("salesforce"))


@pytest.mark.parametrize("kind", PLANS)
def test_what_we_make_comes_back_by_our_key(shipped, kind):
    """Each is read from the object it is written to, and only where our key stands."""
    write, source = shipped.write_of(kind), shipped.source_of(kind)
    assert (source.object, source.only_with) == (write.object, "KAM_Key__c")
    assert (source.optional, write.optional) == (True, True)


def test_hubspot_has_no_such_objects():
    """Nothing is written where nothing can be."""
    hubspot = load_mapping(shipped_mapping_path("hubspot"))
    assert [hubspot.write_of(kind) for kind in PLANS] == [None, None, None]


def test_an_org_without_account_plans_is_told_in_one_note(shipped):
    """Three objects are missing for one reason: one line says so."""
    problems = [p for p in check_schema(shipped, {}) if p.code == "KAM-2110"]
    assert [p.key for p in problems if p.key in {"plan", "objective", "measure"}] == ["plan"]
    assert not any(p.serious for p in problems)


def test_a_missing_key_is_a_note_too(shipped, make_schema, make_field):
    """Account Plans that were turned on after us have no field of ours yet."""
    schema = make_schema(make_field("Name"), object_="AccountPlan")
    found = [p for p in check_schema(shipped, {"AccountPlan": schema}) if "AccountPlan." in p.key]
    keys = [p for p in check_schema(shipped, {"AccountPlan": schema}) if "KAM_Key__c" in p.message]
    assert found == []
    assert [(p.code, p.serious) for p in keys if p.key.startswith("plan.")] == [("KAM-2108", False)]


def test_a_status_that_the_org_does_not_know_is_told(shipped, make_schema, make_field):
    """Picklist values are checked against the org's own, like all others."""
    status = make_field("Status", FieldType.PICKLIST, options=("Draft",), restricted=True)
    schema = make_schema(status, object_="AccountPlan")
    wrong = [p for p in check_schema(shipped, {"AccountPlan": schema}) if p.code == "KAM-2105"]
    assert '"Not Started" is not in [Draft]' in wrong[0].message


def test_the_key_of_what_we_make_must_be_written(mapping_of):
    """Without it the record would be made again every night."""
    text = '[plan.write]\nobject = "P"\nmatch = "K"\n[plan.write.fields]\nName = "title"\n'
    problems = check_mapping(mapping_of(text))
    assert [p.code for p in problems] == ["KAM-2004"]
