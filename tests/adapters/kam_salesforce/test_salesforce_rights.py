"""Rights of users: given by name, probed without a trace, and named where they are missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from kam_connector.errors import ConfigError, KamError
from kam_connector.model.our_fields import OUR_FIELDS
from kam_connector.ports.rights import AssignsRights, ProbesRights
from kam_salesforce.probe import probe_tasks
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.adapters.conftest import DATE, SALESFORCE
from tests.factories.salesforce_org import Org

DATA = f"{SALESFORCE}/services/data/v66.0"
DATED = {"Date": DATE}
OTHER = "005000000000002AAA"
FIELDS = [f"Account.{OUR_FIELDS[0].name}__c"]


@pytest.fixture(name="bare")
def _bare() -> Iterator[Org]:
    """Serve an org of people without our fields."""
    world = build_world(clock=WorldClock(), scale=0.02, bare=True)
    with running(world) as addresses:
        served = Org(world=world, address=addresses.salesforce)
        yield served
        for crm in served.opened:
            crm.close()


def somebody(bare: Org) -> Any:
    """Return a user who is not the one we act as."""
    return sorted(bare.world.salesforce.all("User"), key=lambda row: row.id)[1]


@pytest.mark.enable_socket
def test_another_user_gets_the_rights_once(bare: Org) -> None:
    """A dry run says so and writes nothing; a second time finds them there."""
    crm, other = bare.crm(), somebody(bare)
    name = other.fields["Username"]
    crm.provision(OUR_FIELDS, dry_run=False)
    before = len(list(bare.world.salesforce.all("PermissionSetAssignment")))
    planned = crm.assign(FIELDS, name, dry_run=True)
    still = len(list(bare.world.salesforce.all("PermissionSetAssignment")))
    done = crm.assign(FIELDS, name, dry_run=False)
    again = crm.assign(FIELDS, name, dry_run=False)
    rows = [
        row.fields["AssigneeId"] for row in bare.world.salesforce.all("PermissionSetAssignment")
    ]
    assert planned == (f"The permission set KAM Connector Fields would be assigned to {name}.",)
    assert done == (f"The permission set KAM Connector Fields is assigned to {name}.",)
    assert again == (f"The permission set KAM Connector Fields was assigned already to {name}.",)
    assert (still, len(rows), rows.count(other.id)) == (before, before + 1, 1)


@pytest.mark.enable_socket
def test_the_deployed_permission_set_is_given_too(bare: Org) -> None:
    """Where the package is deployed, its set brings objects, tasks and the API as well."""
    crm, other = bare.crm(), somebody(bare)
    body = {"Name": "KAM_Connector_Integration", "Label": "KAM Connector Integration"}
    crm._client.call("sobjects/PermissionSet", method="POST", body=body)
    told = crm.assign(FIELDS, other.fields["Username"], dry_run=False)
    assert len(told) == 1
    assert "KAM Connector Integration is assigned" in told[0]


@pytest.mark.enable_socket
def test_a_set_is_made_where_there_is_none(bare: Org) -> None:
    """Fields that an administrator made by hand are granted as well."""
    crm, other = bare.crm(), somebody(bare)
    planned = crm.assign(FIELDS, other.fields["Username"], dry_run=True)
    sets = [row.fields["Name"] for row in bare.world.salesforce.all("PermissionSet")]
    crm.assign([], other.fields["Username"], dry_run=False)
    made = [row.fields["Name"] for row in bare.world.salesforce.all("PermissionSet")]
    assert "would be assigned" in planned[0]
    assert ("KAM_Connector_Fields" in sets, "KAM_Connector_Fields" in made) == (False, True)


@pytest.mark.enable_socket
def test_nobody_of_that_name_is_said_before_anything_is_written(bare: Org) -> None:
    """The message shows the name as it was given."""
    with pytest.raises(ConfigError, match=r"nobody@acme\.example") as caught:
        bare.crm().assign(FIELDS, "nobody@acme.example", dry_run=False)
    assert caught.value.code == "KAM-3243"
    assert bare.count("POST /services/data") == 0


@pytest.mark.enable_socket
def test_the_probe_leaves_nothing(bare: Org) -> None:
    """A task for another user is tried, and none is there afterwards."""
    before = [row.id for row in bare.world.salesforce.all("Task")]
    crm = bare.crm()
    assert isinstance(crm, ProbesRights)
    assert isinstance(crm, AssignsRights)
    assert crm.probe_rights() == "tasks may be given to other users"
    assert [row.id for row in bare.world.salesforce.all("Task")] == before
    assert bare.count("DELETE") == 0


def answered(web: responses.RequestsMock, code: str | None) -> None:
    """Let Salesforce show another user, and refuse a task with a code; None: by its describe."""
    described = {"createable": code is not None}
    web.get(f"{DATA}/sobjects/Task/describe", json=described, headers=DATED)
    users = {"records": [{"Id": OTHER, "Username": "sam@acme.com"}], "done": True, "totalSize": 1}
    web.get(f"{DATA}/query/", json=users, headers=DATED)
    refused = {"success": False, "errors": [{"statusCode": code, "message": "no"}]}
    wrong = {"success": False, "errors": [{"statusCode": "FIELD_INTEGRITY_EXCEPTION"}]}
    web.post(f"{DATA}/composite/sobjects", json=[refused, wrong], headers=DATED)


@pytest.mark.parametrize(
    ("code", "ours", "words"),
    [
        (None, "KAM-3003", '"Edit Tasks"'),
        ("INSUFFICIENT_ACCESS_OR_READONLY", "KAM-3003", '"Edit Tasks"'),
        ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "KAM-3003", "sharing"),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "KAM-3244", "validation rule"),
        ("REQUIRED_FIELD_MISSING", "KAM-3244", "required field"),
    ],
)
def test_a_missing_right_is_named(
    web: responses.RequestsMock,
    make_salesforce: Any,
    code: str | None,
    ours: str,
    words: str,
) -> None:
    """The message says which permission helps, or which kind of rule stands in the way."""
    answered(web, code)
    with pytest.raises(KamError) as caught:
        probe_tasks(make_salesforce())
    assert caught.value.code == ours
    assert words in str(caught.value.hint)


def test_no_sight_of_tasks_names_access_activities(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Without that permission the object does not exist for us."""
    missing = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    web.get(f"{DATA}/sobjects/Task/describe", json=missing, status=404, headers=DATED)
    with pytest.raises(KamError) as caught:
        probe_tasks(make_salesforce())
    assert '"Access Activities"' in str(caught.value.hint)


def test_taken_back_means_allowed(web: responses.RequestsMock, make_salesforce: Any) -> None:
    """The first task was fine: only its companion made Salesforce take it back."""
    answered(web, "ALL_OR_NONE_OPERATION_ROLLED_BACK")
    assert probe_tasks(make_salesforce()) == "tasks may be given to other users"
