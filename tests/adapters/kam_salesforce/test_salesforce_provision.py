"""Creating our fields in an org: what it costs, what is refused, what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kam_connector.errors import SignInError
from kam_connector.model.our_fields import OUR_FIELDS
from kam_connector.model.provision import FieldOutcome, FieldState
from kam_connector.model.schema import FieldType
from kam_salesforce.provision import OBJECTS
from kam_sandbox.clock import WorldClock
from kam_sandbox.features import turn_on
from kam_sandbox.server import running
from kam_sandbox.world.build import empty_world
from tests.factories.salesforce_org import Org

pytestmark = pytest.mark.enable_socket

TIER, KEY = OUR_FIELDS[0], OUR_FIELDS[-1]
FIELD_PAGE = "tooling/sobjects/CustomField"


@pytest.fixture(name="bare")
def _bare() -> Iterator[Org]:
    """Serve an org without our fields."""
    world = empty_world(seed=7, bare=True, clock=WorldClock(), multi_currency=False)
    with running(world) as addresses:
        served = Org(world=world, address=addresses.salesforce)
        yield served
        for crm in served.opened:
            crm.close()


def states(outcomes: tuple[FieldOutcome, ...]) -> set[FieldState]:
    """Return the states that occur."""
    return {one.state for one in outcomes}


@pytest.fixture(name="planning")
def _planning() -> Iterator[Org]:
    """Serve an org without our fields, whose Account Plans are turned on."""
    world = empty_world(seed=7, bare=True, clock=WorldClock(), multi_currency=False)
    turn_on(world, ["account_plans"])
    with running(world) as addresses:
        served = Org(world=world, address=addresses.salesforce)
        yield served
        for crm in served.opened:
            crm.close()


def make_field(bare: Org, name: str, **metadata: Any) -> None:
    """Let an administrator make a field on Account that nobody may see yet."""
    body = {"FullName": f"Account.{name}", "Metadata": {"label": name, **metadata}}
    bare.crm()._client.call(FIELD_PAGE, method="POST", body=body)


def test_a_dry_run_only_reads(bare: Org) -> None:
    """A describe of each object, one of an absent one, and one query: nothing is posted."""
    report = bare.crm().provision(OUR_FIELDS, dry_run=True)
    assert states(report.outcomes) == {FieldState.CREATED}
    assert bare.count("POST /services/data") == 0
    assert bare.count("/describe") == 5
    assert bare.count("tooling/query") == 1


def test_every_field_is_made_and_usable(bare: Org) -> None:
    """All are visible and editable afterwards, the key unique, on tasks and not on Activity."""
    crm = bare.crm()
    report = crm.provision(OUR_FIELDS, dry_run=False)
    tasks = crm.describe("Task").fields
    assert states(report.outcomes) == {FieldState.CREATED}
    assert "KAM Connector Fields" in report.notes[0]
    assert (tasks["KAM_Key__c"].unique, tasks["KAM_Key__c"].external_id) == (True, True)
    assert {one.where for one in report.outcomes} >= {"Account.KAM_As_Of__c", "Task.KAM_Key__c"}


def test_a_second_time_only_describes(bare: Org) -> None:
    """Where all is well, nothing is asked of the Tooling API: our user needs no right to it."""
    bare.crm().provision(OUR_FIELDS, dry_run=False)
    bare.world.salesforce_setup = False
    bare.asked.clear()
    report = bare.crm().provision(OUR_FIELDS, dry_run=False)
    assert states(report.outcomes) == {FieldState.EXISTING}
    assert bare.count("tooling") == 0


def test_an_existing_field_nobody_sees_is_granted(bare: Org) -> None:
    """It is found behind field-level security, and not made again."""
    make_field(bare, "KAM_Tier__c", type="Text", length=80)
    planned = bare.crm().provision([TIER], dry_run=True)
    report = bare.crm().provision([TIER], dry_run=False)
    assert states(planned.outcomes) == states(report.outcomes) == {FieldState.GRANTED}
    assert bare.crm().describe("Account").fields["KAM_Tier__c"].length == 80


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"type": "Text", "length": 20}, "takes 20 characters"),
        ({"type": "Number", "precision": 3, "scale": 0}, "exists as integer, ours is text"),
        ({"type": "Email"}, "exists as other, ours is text"),
    ],
)
def test_a_hidden_field_in_another_form_is_left_alone(
    bare: Org, metadata: dict[str, Any], told: str
) -> None:
    """It is named with the difference; nothing is granted on it."""
    make_field(bare, "KAM_Tier__c", **metadata)
    (one,) = bare.crm().provision([TIER], dry_run=False).outcomes
    assert (one.state, one.code) == (FieldState.DIFFERENT, "KAM-3240")
    assert told in one.message
    assert list(bare.world.salesforce.all("FieldPermissions")) == []


def test_too_few_digits_are_seen(bare: Org) -> None:
    """A number that cannot hold 100 is no place for a score."""
    health = next(spec for spec in OUR_FIELDS if spec.name == "KAM_Health")
    make_field(bare, "KAM_Health__c", type="Number", precision=4, scale=2)
    (one,) = bare.crm().provision([health], dry_run=True).outcomes
    assert one.message == "it takes 2 digits, ours takes 3"


def test_without_the_right_to_the_setup_it_says_which(bare: Org) -> None:
    """The integration user of least privilege may not: who may, and the other way, are told."""
    bare.world.salesforce_setup = False
    with pytest.raises(SignInError) as caught:
        bare.crm().provision(OUR_FIELDS, dry_run=True)
    assert caught.value.code == "KAM-3003"
    assert "Customize Application" in caught.value.message
    assert "crm/salesforce" in caught.value.hint


def test_a_right_that_ends_in_between_leaves_a_reason_for_each(bare: Org) -> None:
    """A creation refused for lack of rights is told for its field; the others go on."""
    body = [{"errorCode": "INSUFFICIENT_ACCESS", "message": "insufficient access rights"}]
    bare.fault("status", match=f"POST .*{FIELD_PAGE}", status=403, body=body)
    report = bare.crm().provision(OUR_FIELDS[:3], dry_run=False)
    assert [one.code for one in report.outcomes] == ["KAM-3003", None, None]


def test_one_refusal_leaves_the_others_created(bare: Org) -> None:
    """An org at its limit of fields refuses some."""
    body = [{"errorCode": "LIMIT_EXCEEDED", "message": "too many custom fields"}]
    bare.fault("status", match=f"POST .*{FIELD_PAGE}", status=400, body=body, after=1)
    report = bare.crm().provision(OUR_FIELDS[:3], dry_run=False)
    assert [one.code for one in report.outcomes] == [None, "KAM-3241", None]
    assert "LIMIT_EXCEEDED" in report.outcomes[1].message


def test_an_org_that_refuses_a_unique_key_gets_a_plain_one(bare: Org) -> None:
    """Uniqueness on activities may be refused: tasks are then found before they are created."""
    body = [{"errorCode": "FIELD_INTEGRITY_EXCEPTION", "message": "unique not allowed"}]
    bare.fault("status", match=f"POST .*{FIELD_PAGE}", status=400, body=body)
    crm = bare.crm()
    (one,) = crm.provision([KEY], dry_run=False).outcomes
    assert one.state is FieldState.CREATED
    assert "found before" in one.message
    assert not crm.describe("Task").fields["KAM_Key__c"].unique


def test_a_lost_answer_makes_no_second_field(bare: Org) -> None:
    """The creation whose answer never came is asked for again, and found to be there."""
    bare.fault("commit_then_drop", match=f"POST .*{FIELD_PAGE}")
    first = bare.crm().provision([TIER], dry_run=False)
    again = bare.crm().provision([TIER], dry_run=False)
    made = [row.fields["DeveloperName"] for row in bare.world.salesforce.all("CustomField")]
    assert states(first.outcomes) == {FieldState.CREATED}
    assert states(again.outcomes) == {FieldState.EXISTING}
    assert made.count("KAM_Tier") == 1


def test_field_level_security_that_cannot_be_changed_is_told(bare: Org) -> None:
    """The field is there; what is missing is the permission set, and the fix names it."""
    body = [{"errorCode": "INSUFFICIENT_ACCESS_OR_READONLY", "message": "no"}]
    bare.fault("status", match="POST .*sobjects/PermissionSet$", status=403, body=body)
    (one,) = bare.crm().provision([TIER], dry_run=False).outcomes
    assert (one.state, one.code) == (FieldState.REFUSED, "KAM-3242")
    assert "KAM Connector Fields" in one.fix


def test_labels_are_what_was_asked_for(bare: Org) -> None:
    """French labels arrive as French labels, accents and all."""
    crm = bare.crm()
    crm.provision([replace(TIER, label="KAM Catégorie")], dry_run=False)
    assert crm.describe("Account").fields["KAM_Tier__c"].label == "KAM Catégorie"


def test_the_permission_set_only_grows(bare: Org) -> None:
    """A later field joins the same set; rows that are there stay as they are."""
    bare.crm().provision([TIER], dry_run=False)
    bare.crm().provision(
        [TIER, replace(TIER, name="KAM_Later", type=FieldType.TEXT)], dry_run=False
    )
    records = bare.world.salesforce
    assert [row.fields["Field"] for row in records.all("FieldPermissions")] == [
        "Account.KAM_Tier__c",
        "Account.KAM_Later__c",
    ]
    assert len(list(records.all("PermissionSet"))) == 1
    assert len(list(records.all("PermissionSetAssignment"))) == 1


def test_plans_get_their_keys_where_they_are_turned_on(planning: Org) -> None:
    """Unique and external on all three objects, and usable at once."""
    crm = planning.crm()
    report = crm.provision(OUR_FIELDS, dry_run=False)
    parts = [spec for spec in OUR_FIELDS if spec.optional]
    keys = [crm.describe(OBJECTS[one.kind]).fields["KAM_Key__c"] for one in parts]
    assert states(report.outcomes) == {FieldState.CREATED}
    assert [(key.unique, key.external_id, key.updateable) for key in keys] == [(True,) * 3] * 3


def test_an_org_without_plans_is_told_so_and_gets_the_rest(bare: Org) -> None:
    """Fields of objects that do not exist are not asked for: one note says which."""
    report = bare.crm().provision(OUR_FIELDS, dry_run=True)
    assert not any(one.spec.optional for one in report.outcomes)
    (note,) = report.notes
    assert "no AccountPlan, AccountPlanObjective, AccountPlanObjectiveMeasure" in note
