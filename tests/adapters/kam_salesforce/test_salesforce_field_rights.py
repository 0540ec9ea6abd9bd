"""Which fields another user may read and edit, as the org's permission sets answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import count

import pytest

from kam_connector.errors import RecordError, SignInError
from kam_connector.mapping import field_origins, load_mapping, shipped_mapping_path
from kam_connector.model.access import Right
from kam_connector.ports import TellsFields
from kam_sandbox.salesforce.ids import INTEGRATION_USER, LIMITED_PROFILE, sf_id
from tests.factories.salesforce_org import Org

pytestmark = [pytest.mark.enable_socket, pytest.mark.guarantee("G30")]

NUMBERS = count(900)
FULL_PROFILE = sf_id("00e", 1)
ASKED = {
    "Account": {"AnnualRevenue", "Industry", "Name"},
    "Contact": {"Email", "LastName", "Account.Industry"},
    "Opportunity": {"Amount", "StageName", "@record_type"},
}
ALL = {f"{object_}.{name}" for object_, names in ASKED.items() for name in names}


@pytest.fixture(name="ann")
def _ann(org: Org) -> str:
    """A user of the profile that sees no figures."""
    values = {"Username": "ann@x.test", "LastName": "Ann", "Email": "ann@x.test",
              "IsActive": True, "ProfileId": LIMITED_PROFILE}  # fmt: skip
    id_ = sf_id("005", next(NUMBERS))  # the org is shared: what one test grants stays
    return org.world.salesforce.insert("User", values, by=INTEGRATION_USER, id_=id_).id


def rights(
    org: Org, user: str, asked: Mapping[str, Collection[str]] = ASKED
) -> Mapping[str, Right]:
    """Ask what a user may do with some fields."""
    return org.crm().field_rights(user, asked)


def grant(org: Org, field: str, *, to: str, **more: object) -> None:
    """Give a user a permission set with one row."""
    records, by = org.world.salesforce, INTEGRATION_USER
    given = {"Name": "More", "Label": "More", **{k: v for k, v in more.items() if k[0] == "H"}}
    set_ = records.insert("PermissionSet", given, by=by).id
    row = {"ParentId": set_, "Field": field, "SobjectType": field.partition(".")[0],
           "PermissionsRead": True}  # fmt: skip
    records.insert("FieldPermissions", row, by=by)
    assigned = {"PermissionSetId": set_, "AssigneeId": to}
    assigned |= {k: v for k, v in more.items() if k == "ExpirationDate"}
    records.insert("PermissionSetAssignment", assigned, by=by)


@pytest.fixture(name="profile")
def _profile(org: Org, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the profile hide or lock other names than at first."""

    def profile(which: str, *names: str) -> None:
        monkeypatch.setitem(getattr(org.world, which), LIMITED_PROFILE, frozenset(names))

    return profile


def test_the_connection_tells_fields(org: Org) -> None:
    """The port is offered by having the method."""
    assert isinstance(org.crm(), TellsFields)


def test_a_profile_that_grants_everything_hides_nothing(org: Org, ann: str) -> None:
    """Fields without a row of their own, because they are required, count as readable."""
    user = org.world.salesforce.get("User", ann)
    assert user is not None
    org.world.salesforce.update(user, {"ProfileId": FULL_PROFILE}, by=INTEGRATION_USER)
    assert rights(org, ann).keys() == ALL


def test_what_the_profile_does_not_grant_may_not_be_read(org: Org, ann: str) -> None:
    """Amounts, a turnover and an address; the rest stays."""
    hidden = ALL - rights(org, ann).keys()
    assert hidden == {"Account.AnnualRevenue", "Contact.Email", "Opportunity.Amount"}


def test_a_permission_set_adds_to_the_profile(org: Org, ann: str) -> None:
    """To read, where that is all that it grants."""
    grant(org, "Opportunity.Amount", to=ann)
    assert rights(org, ann)["Opportunity.Amount"] is Right.READ


@pytest.mark.parametrize(
    "more",
    [
        {"ExpirationDate": "1970-01-02T00:00:00.000Z"},
        {"HasActivationRequired": True},
        {"to": INTEGRATION_USER},
    ],
    ids=["expired", "for-a-session", "of-somebody-else"],
)
def test_a_set_that_does_not_hold_now_grants_nothing(
    org: Org, ann: str, more: Mapping[str, object]
) -> None:
    """Ended, waiting for a session to be activated, or another's."""
    grant(org, "Opportunity.Amount", **{"to": ann, **more})  # type: ignore[arg-type] # by name
    assert "Opportunity.Amount" not in rights(org, ann)


def test_a_field_may_be_read_and_not_edited(
    org: Org, ann: str, profile: Callable[..., None]
) -> None:
    """Read-only in field-level security."""
    profile("locked_fields", "Account.Industry")
    found = rights(org, ann, {"Account": {"Industry", "Website"}})
    assert found == {"Account.Industry": Right.READ, "Account.Website": Right.EDIT}


def test_who_may_not_read_an_object_reads_none_of_its_fields(
    org: Org, ann: str, profile: Callable[..., None]
) -> None:
    """Required fields and what hangs below it included."""
    profile("hidden_fields", "Opportunity")
    asked = {"Opportunity": {"Name", "Amount"}, "OpportunityContactRole": {"Role"}}
    assert rights(org, ann, {**asked, "Contact": {"LastName"}}).keys() == {"Contact.LastName"}


def test_an_object_that_may_only_be_read_is_not_edited(
    org: Org, ann: str, profile: Callable[..., None]
) -> None:
    """Whatever its fields allow."""
    profile("locked_fields", "Account")
    assert rights(org, ann, {"Account": {"Website"}}) == {"Account.Website": Right.READ}


def test_a_parents_field_needs_the_right_to_it_and_to_the_lookup(
    org: Org, ann: str, profile: Callable[..., None]
) -> None:
    """A path through a lookup that is hidden, and one to a field that is."""
    profile("hidden_fields", "Account.Industry", "Contact.OwnerId")
    asked = {"Contact": {"Account.Industry", "Account.Name", "Nothing.Name"}, "Account": {"Name"}}
    assert rights(org, ann, asked).keys() == {"Contact.Account.Name", "Account.Name"}


def test_what_the_org_does_not_have_hides_nothing(org: Org, ann: str) -> None:
    """No value can come from a field or an object that is not there."""
    asked = {"Account": {"Nowhere__c"}, "Nothing__c": {"Name"}}
    assert rights(org, ann, asked).keys() == {"Account.Nowhere__c", "Nothing__c.Name"}


def test_a_user_without_any_permission_set_reads_no_field(org: Org) -> None:
    """Nor does one who does not exist."""
    assert rights(org, sf_id("005", 999)) == {}


def test_an_org_that_shows_no_setup_answers_nothing(org: Org, ann: str) -> None:
    """Without "View Setup and Configuration" the question itself is refused: never an answer."""
    body = [{"errorCode": "INVALID_TYPE", "message": "sObject type 'FieldPermissions' is not x"}]
    org.fault("status", match="GET .*FieldPermissions", status=400, body=body)
    with pytest.raises((RecordError, SignInError)):  # what find_viewer takes for no answer
        rights(org, ann)


def test_what_is_no_id_is_never_asked(org: Org) -> None:
    """Before any query is built."""
    with pytest.raises(RecordError):
        rights(org, "x' OR Id != '")
    assert org.count("Permission") == 0


def test_of_the_shipped_mapping_only_what_is_hidden_is_hidden(org: Org, ann: str) -> None:
    """Every field that it reads: activities, roles, teams and virtual ones among them."""
    origins = field_origins(load_mapping(shipped_mapping_path("salesforce"), crm="salesforce"))
    found = rights(org, ann, origins.fields)
    hidden = {path for path, fields in origins.reads.items() if not fields <= found.keys()}
    assert hidden == {"account.turnover", "contact.email", "opportunity.amount"}


def test_of_the_shipped_mapping_nothing_is_locked_that_may_be_edited(org: Org, ann: str) -> None:
    """What goes into fields that people edit, in an org whose profiles let them."""
    origins = field_origins(load_mapping(shipped_mapping_path("salesforce"), crm="salesforce"))
    found = rights(org, ann, origins.fields)
    locked = {
        path
        for path, fields in origins.shared.items()
        if any(found.get(one) is not Right.EDIT for one in fields)
    }
    assert origins.shared.keys() >= {"plan.next_review", "plan.status", "task.status"}
    assert locked == set()
