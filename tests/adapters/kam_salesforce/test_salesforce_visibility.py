"""What another user may see, as the org's own sharing model answers."""

from __future__ import annotations

import pytest

from kam_connector.errors import RecordError, RetryableError
from kam_connector.model.access import Right
from kam_connector.ports import TellsAccess
from kam_sandbox.salesforce.ids import INTEGRATION_USER, sf_id
from tests.factories.salesforce_org import Org

pytestmark = pytest.mark.enable_socket

OWNER, COLLEAGUE, BOSS = (sf_id("005", 900 + place) for place in range(3))


@pytest.fixture(name="accounts")
def _accounts(org: Org) -> list[str]:
    """Three users, the boss above the owner's role, and two accounts of the owner's."""
    records = org.world.salesforce
    for name, id_, role in (("Owner", OWNER, "r1"), ("Colleague", COLLEAGUE, "r1"),
                            ("Boss", BOSS, "r0")):  # fmt: skip
        values = {"Username": f"{name}@x.test", "LastName": name, "Email": f"{name}@x.test",
                  "IsActive": True, "UserRoleId": role}  # fmt: skip
        records.insert("User", values, by=INTEGRATION_USER, id_=id_)
    records.insert("UserRole", {"ParentRoleId": None}, by=INTEGRATION_USER, id_="r0")
    records.insert("UserRole", {"ParentRoleId": "r0"}, by=INTEGRATION_USER, id_="r1")
    return [
        records.insert("Account", {"Name": name, "OwnerId": OWNER}, by=OWNER).id
        for name in ("Alder", "Birch")
    ]


def private(org: Org) -> None:
    """Close the org's accounts to all but their own people."""
    org.world.features = org.world.features | {"private_accounts"}


def test_the_connection_tells_access(org: Org) -> None:
    """The port is offered by having the method."""
    assert isinstance(org.crm(), TellsAccess)


def test_an_open_org_lets_everybody_edit(org: Org, accounts: list[str]) -> None:
    """Public Read/Write, the default of a new org."""
    assert org.crm().visible(COLLEAGUE, accounts) == dict.fromkeys(accounts, Right.EDIT)


def test_a_read_only_org_lets_others_read(org: Org, accounts: list[str]) -> None:
    """Public Read Only."""
    org.world.features = org.world.features | {"read_only_accounts"}
    assert org.crm().visible(COLLEAGUE, accounts) == dict.fromkeys(accounts, Right.READ)


@pytest.mark.guarantee("G30")
def test_a_private_org_shows_owners_and_those_above_them(org: Org, accounts: list[str]) -> None:
    """Ownership and the role hierarchy; a colleague beside them sees nothing."""
    private(org)
    crm = org.crm()
    seen = [crm.visible(user, accounts) for user in (OWNER, BOSS, COLLEAGUE)]
    assert seen == [dict.fromkeys(accounts, Right.EDIT)] * 2 + [{}]


@pytest.mark.parametrize(("level", "right"), [("Read", Right.READ), ("Edit", Right.EDIT)])
def test_an_account_team_shares_at_its_level(
    org: Org, accounts: list[str], level: str, right: Right
) -> None:
    """One account, at the level of the team member."""
    private(org)
    member = {"AccountId": accounts[0], "UserId": COLLEAGUE, "AccountAccessLevel": level}
    org.world.salesforce.insert("AccountTeamMember", member, by=OWNER)
    assert org.crm().visible(COLLEAGUE, accounts) == {accounts[0]: right}


@pytest.mark.guarantee("G30")
def test_an_inactive_user_sees_nothing(org: Org, accounts: list[str]) -> None:
    """Though they own it still."""
    user = org.world.salesforce.get("User", OWNER)
    assert user is not None
    org.world.salesforce.update(user, {"IsActive": False}, by=INTEGRATION_USER)
    assert org.crm().visible(OWNER, accounts) == {}


def test_unknown_users_and_accounts_have_no_right(org: Org, accounts: list[str]) -> None:
    """Absent from the answer, as what is hidden."""
    nobody, nothing = sf_id("005", 999), sf_id("001", 999_999)
    assert org.crm().visible(nobody, accounts) == {}
    assert org.crm().visible(OWNER, [nothing]) == {}


def test_accounts_are_asked_about_two_hundred_at_a_time(org: Org, accounts: list[str]) -> None:
    """The most that one query may name."""
    crm = org.crm()
    refs = [*accounts, *(sf_id("001", 900_000 + place) for place in range(399))]
    found = crm.visible(OWNER, refs)
    assert set(found) == set(accounts)
    assert org.count("UserRecordAccess") == 3


@pytest.mark.parametrize("ref", ["", "x' OR Id != '", "../../query"])
def test_what_is_no_id_is_never_asked(org: Org, accounts: list[str], ref: str) -> None:
    """Before any query is built."""
    with pytest.raises(RecordError):
        org.crm().visible(ref, accounts)


def test_no_answer_is_no_right(org: Org, accounts: list[str]) -> None:
    """The caller hears it, and falls back on what was heard before."""
    crm = org.crm(attempts=1)
    crm.identity()
    org.fault("status", status=503, times=50)
    with pytest.raises(RetryableError):
        crm.visible(OWNER, accounts)
