"""Trials in an org: each says what it found, and leaves the org as it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from kam_connector.errors import CrmUnavailable
from kam_connector.model.conformance import Asked, Outcome, Trial
from kam_connector.model.settings import Secret
from kam_salesforce import SalesforceCrm
from kam_salesforce.settings import SalesforceSettings
from tests.adapters.conftest import CountingClock
from tests.factories.doctored import doctored
from tests.factories.salesforce_org import Org

pytestmark = pytest.mark.enable_socket

ACCOUNT = Asked(object="Account", fields=("KAM_Health__c",))
TASK = Asked(object="Task", fields=("Subject",), key="KAM_Key__c", is_task=True)


def found(crm: SalesforceCrm, *asked: Asked) -> dict[str, Trial]:
    """Return the trials by name."""
    return {one.name: one for one in crm.conformance(asked)}


def state(org: Org) -> list[Any]:
    """Return all that stands in the org."""
    return [
        (object_, one.id, one.fields, one.modified_at, one.deleted_at)
        for object_ in ("Account", "Task")
        for one in org.world.salesforce.all(object_)
    ]


def answered(status: int) -> Any:
    """Return a change of a composite answer's only part."""

    def change(body: bytes) -> tuple[bytes, dict[str, str]]:
        answer = json.loads(body)
        said = [{"errorCode": "ODD", "message": "odd"}] if status >= 400 else None
        answer["compositeResponse"][0] |= {"httpStatusCode": status, "body": said}
        return json.dumps(answer).encode(), {}

    return change


@pytest.mark.guarantee("G3")
def test_an_org_as_the_vendor_describes_it_holds_every_promise(org: Org) -> None:
    """A stale write is refused, our key finds and upserts, deletions are read; nothing stays."""
    before = state(org)
    trials = found(org.crm(), ACCOUNT, TASK)
    assert {name: one.outcome for name, one in trials.items()} == {
        "conditional_write": Outcome.HOLDS,
        "key.Task": Outcome.HOLDS,
        "deletions": Outcome.HOLDS,
        "least_rights": Outcome.HOLDS,
    }
    assert state(org) == before


@pytest.mark.guarantee("G3")
@pytest.mark.parametrize("status", [204, 400])
def test_an_org_that_takes_a_stale_write_is_told(org: Org, status: int) -> None:
    """What G3 rests on is not assumed: without a 412 the doctor fails."""
    crm = doctored(org.crm(), r"POST .*/composite$", answered(status))
    trial = found(crm, ACCOUNT)["conditional_write"]
    assert (trial.outcome, trial.code) == (Outcome.FAILS, "KAM-3250")
    assert ("own value again" in trial.touched) == (status == 204)


def test_a_key_that_is_not_unique_is_a_weaker_promise(org: Org) -> None:
    """Without External ID on tasks, records are looked for before they are made."""
    crm = org.crm()
    described = crm.describe("Task")
    key = replace(described.fields["KAM_Key__c"], unique=False)
    crm._schemas["Task"] = replace(described, fields={**described.fields, "KAM_Key__c": key})
    assert found(crm, TASK)["key.Task"].outcome is Outcome.WEAKER
    assert org.count("PATCH") == 0


@pytest.mark.parametrize(
    ("asked", "answer", "code"),
    [
        (replace(TASK, key="KAM_Nothing__c"), None, "KAM-3251"),
        (TASK, [{"errors": [{"statusCode": "INVALID_FIELD"}], "success": False}], "KAM-3251"),
    ],
)
def test_a_key_that_does_not_work_fails(
    org: Org, asked: Asked, answer: Sequence[Any] | None, code: str
) -> None:
    """No field, or an upsert that is refused for another reason than the one we gave."""
    crm = org.crm()
    if answer is not None:
        said = json.dumps(answer).encode()
        crm = doctored(crm, r"PATCH .*/composite/sobjects", lambda _: (said, {}))
    trial = found(crm, asked)["key.Task"]
    assert (trial.outcome, trial.code) == (Outcome.FAILS, code)


def test_a_log_of_deletions_that_does_not_answer_is_a_weaker_promise(org: Org) -> None:
    """The comparison of all ids finds them later."""
    org.fault("status", match="/deleted", status=404, times=9, body=[{"errorCode": "NOT_FOUND"}])
    assert found(org.crm(), ACCOUNT)["deletions"].outcome is Outcome.WEAKER


@pytest.mark.guarantee("G32")
@pytest.mark.parametrize(
    ("modify_all", "outcome"), [(True, Outcome.WEAKER), (False, Outcome.HOLDS)]
)
def test_modify_all_data_is_told(org: Org, modify_all: bool, outcome: Outcome) -> None:
    """The integration user needs no right over all data."""
    crm = org.crm()
    user = crm.identity().user_ref
    records = org.world.salesforce
    fields = {"Name": "X", "Label": "X", "PermissionsModifyAllData": modify_all}
    fields["PermissionsManageUsers"] = False
    one = records.insert("PermissionSet", fields, by="person")
    link = {"PermissionSetId": one.id, "AssigneeId": user}
    two = records.insert("PermissionSetAssignment", link, by="person")
    trial = found(crm, ACCOUNT)["least_rights"]
    records.delete(two, by="person")
    assert trial.outcome is outcome


def test_an_org_that_does_not_answer_is_no_outcome(org: Org) -> None:
    """A trial that could not be made says nothing about the promise."""
    crm = org.crm()
    crm.identity()
    org.fault("status", status=503, times=50)
    with pytest.raises(CrmUnavailable):
        found(crm, ACCOUNT)


def test_a_sandbox_keeps_its_own_time(org: Org) -> None:
    """Days of the sandbox pass at its tester's word: clocks are not compared."""
    assert org.crm().tell_time() is None


def test_the_time_of_an_org_is_asked_for(web: responses.RequestsMock) -> None:
    """Not what was heard yesterday by a process that serves many nights."""
    host = "https://acme.my.salesforce.com"
    settings = SalesforceSettings(domain="acme.my", access_token=Secret("00D!t"))
    crm = SalesforceCrm.open("acme", settings, clock=CountingClock())
    for date in ("Sat, 21 Nov 2026 06:00:00 GMT", "Sat, 21 Nov 2026 07:00:00 GMT"):
        web.get(f"{host}/services/data", json=[{"version": "60.0"}], headers={"Date": date})
    heard = [crm.tell_time(), crm.tell_time()]
    assert heard == [datetime(2026, 11, 21, 6, tzinfo=UTC) + timedelta(hours=n) for n in (0, 1)]
