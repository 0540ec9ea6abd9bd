"""Custom fields made over the Tooling API, as an installer meets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kam_sandbox.salesforce.ids import INTEGRATION_USER

pytestmark = pytest.mark.enable_socket

PAGE = "tooling/sobjects/CustomField"
TEXT = {"type": "Text", "label": "Grade", "length": 40}


@pytest.fixture(name="bare")
def _bare(make_sandbox: Callable[..., Any]) -> Any:
    """Serve an empty org without the connector's fields."""
    return make_sandbox(bare=True)


def make(sandbox: Any, full_name: str = "Account.Grade__c", **metadata: Any) -> Any:
    """Make a field; returns the answer."""
    body = {"FullName": full_name, "Metadata": TEXT | metadata}
    return sandbox.call("POST", PAGE, json=body)


def show(sandbox: Any, field: str, *, edit: bool = True) -> None:
    """Give our user field-level security by a permission set."""
    row = {"Name": "Ours", "Label": "Ours"}
    set_id = sandbox.call("POST", "sobjects/PermissionSet", json=row).json()["id"]
    row = {"ParentId": set_id, "SobjectType": field.partition(".")[0], "Field": field}
    row |= {"PermissionsRead": True, "PermissionsEdit": edit}
    assert sandbox.call("POST", "sobjects/FieldPermissions", json=row).status_code == 201
    row = {"PermissionSetId": set_id, "AssigneeId": INTEGRATION_USER}
    sandbox.call("POST", "sobjects/PermissionSetAssignment", json=row)


def described(sandbox: Any, object_: str) -> dict[str, Any]:
    """Return an object's described fields by name."""
    fields = sandbox.call("GET", f"sobjects/{object_}/describe").json()["fields"]
    return {one["name"]: one for one in fields}


def test_a_new_field_is_seen_by_nobody(bare: Any) -> None:
    """Made, listed by the Tooling API, and absent from describe and SOQL."""
    made = make(bare)
    asked = bare.call("GET", "query", params={"q": "SELECT Grade__c FROM Account"})
    soql = "SELECT Id, TableEnumOrId FROM CustomField WHERE DeveloperName = 'Grade'"
    listed = bare.call("GET", "tooling/query", params={"q": soql}).json()["records"]
    assert (made.status_code, made.json()["success"]) == (201, True)
    assert [(one["Id"], one["TableEnumOrId"]) for one in listed] == [(made.json()["id"], "Account")]
    assert "Grade__c" not in described(bare, "Account")
    assert asked.json()[0]["errorCode"] == "INVALID_FIELD"


def test_field_level_security_shows_it(bare: Any) -> None:
    """Read and edit rights make it visible, writable and queryable."""
    make(bare)
    show(bare, "Account.Grade__c")
    account = bare.add("Account")
    bare.call("PATCH", f"sobjects/Account/{account}", json={"Grade__c": "A"})
    found = bare.query("SELECT Grade__c FROM Account WHERE Grade__c = 'A'")
    field = described(bare, "Account")["Grade__c"]
    assert (field["label"], field["length"], field["updateable"]) == ("Grade", 40, True)
    assert [row["Grade__c"] for row in found] == ["A"]


def test_reading_alone_is_not_editing(bare: Any) -> None:
    """A field shown for reading refuses to be written."""
    make(bare)
    show(bare, "Account.Grade__c", edit=False)
    account = bare.add("Account")
    refused = bare.call("PATCH", f"sobjects/Account/{account}", json={"Grade__c": "A"})
    assert not described(bare, "Account")["Grade__c"]["updateable"]
    assert refused.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_tasks_and_events_share_a_field_of_activity(bare: Any) -> None:
    """Made once on Activity, shown on each by its own permission."""
    make(bare, "Activity.Grade__c", unique=True, externalId=True)
    show(bare, "Task.Grade__c")
    assert described(bare, "Task")["Grade__c"]["externalId"]
    assert "Grade__c" not in described(bare, "Event")


def test_metadata_reads_as_it_was_written(bare: Any) -> None:
    """One field's page has its full name and metadata."""
    id_ = make(bare, length=60).json()["id"]
    page = bare.call("GET", f"{PAGE}/{id_}").json()
    assert (page["FullName"], page["Metadata"]["length"]) == ("Account.Grade__c", 60)


def test_shipped_fields_are_listed_too(sandbox: Any) -> None:
    """An org that is not bare has rows for our fields, on Activity for tasks."""
    soql = "SELECT TableEnumOrId FROM CustomField WHERE DeveloperName = 'KAM_Key'"
    answer = sandbox.call("GET", "tooling/query", params={"q": soql}).json()
    assert [row["TableEnumOrId"] for row in answer["records"]] == ["Activity"]


@pytest.mark.parametrize(
    ("full_name", "metadata", "code"),
    [
        ("Task.Grade__c", {}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Nothing.Grade__c", {}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Account.Grade", {}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Gra de__c", {}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"type": "Txt"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"label": ""}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"label": "x" * 41}, "STRING_TOO_LONG"),
        ("Account.Grade__c", {"inlineHelpText": "x" * 511}, "STRING_TOO_LONG"),
        ("Account.Grade__c", {"length": 256}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"type": "LongTextArea", "length": 300}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"type": "Number", "precision": 3}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"type": "Checkbox"}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"type": "Date", "unique": True}, "FIELD_INTEGRITY_EXCEPTION"),
        ("Account.Grade__c", {"lenght": 3}, "JSON_PARSER_ERROR"),
    ],
)
def test_wrong_metadata_is_refused(
    bare: Any, full_name: str, metadata: dict[str, Any], code: str
) -> None:
    """Each with a code of its own, and nothing is made."""
    answer = make(bare, full_name, **metadata)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_name_is_taken_once(bare: Any) -> None:
    """In any case of letters."""
    make(bare)
    answer = make(bare, "Account.GRADE__c")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "DUPLICATE_DEVELOPER_NAME")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"Field": "Account.Nothing__c"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"PermissionsRead": False}, "FIELD_INTEGRITY_EXCEPTION"),
    ],
)
def test_wrong_permissions_are_refused(bare: Any, row: dict[str, Any], code: str) -> None:
    """A permission names a field that exists, and editing needs reading."""
    make(bare)
    given = {"Name": "Ours", "Label": "Ours"}
    set_id = bare.call("POST", "sobjects/PermissionSet", json=given).json()["id"]
    whole = {"ParentId": set_id, "SobjectType": "Account", "Field": "Account.Grade__c"}
    whole |= {"PermissionsRead": True, "PermissionsEdit": True, **row}
    answer = bare.call("POST", "sobjects/FieldPermissions", json=whole)
    assert answer.json()[0]["errorCode"] == code


def test_nothing_is_granted_twice(bare: Any) -> None:
    """Neither a set of the same name, nor the same row."""
    make(bare)
    show(bare, "Account.Grade__c")
    answer = bare.call("POST", "sobjects/PermissionSet", json={"Name": "Ours", "Label": "Ours"})
    assert answer.json()[0]["errorCode"] == "DUPLICATE_VALUE"


def test_the_setup_is_closed_to_a_user_without_the_right(make_sandbox: Callable[..., Any]) -> None:
    """No such table, no creation, no permission sets."""
    closed = make_sandbox(bare=True, salesforce_setup=False)
    soql = {"q": "SELECT Id FROM CustomField"}
    row = {"Name": "Ours", "Label": "Ours"}
    assert closed.call("GET", "tooling/query", params=soql).json()[0]["errorCode"] == "INVALID_TYPE"
    assert make(closed).json()[0]["errorCode"] == "INSUFFICIENT_ACCESS"
    refused = closed.call("POST", "sobjects/PermissionSet", json=row).json()[0]
    assert refused["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_ordinary_queries_know_no_custom_field_table(bare: Any) -> None:
    """CustomField belongs to the Tooling API."""
    answer = bare.call("GET", "query", params={"q": "SELECT Id FROM CustomField"})
    assert answer.json()[0]["errorCode"] == "INVALID_TYPE"
