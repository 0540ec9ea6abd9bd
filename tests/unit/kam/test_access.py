"""Who may do what: the table, who somebody is, and what a CRM's word comes to."""

from __future__ import annotations

import pytest

from kam_connector.kam.access import (
    TABLE,
    account_rights,
    concerned,
    match_person,
    reach,
    roles_of,
)
from kam_connector.model.access import Capability, Heard, Reach, Right, Role
from kam_connector.model.account import Account, User
from kam_connector.model.kind import Kind, Row
from kam_connector.model.staging import MirrorRow
from kam_connector.testing.store_samples import EPOCH

NAMED = {Role.ADMIN: ["Root@x.test"], Role.AUDITOR: ["otto"], Role.PROGRAMME_HEAD: ["hanna"]}


def person(id_: str, *, active: bool = True, **values: str) -> tuple[User, MirrorRow]:
    """Return a user, and what they sign in with."""
    row: Row = dict(values)
    mirrored = MirrorRow(kind=Kind.USER, id=id_, values=row, home_connection="sf", refs=())
    return User(id=id_, name=id_, active=active), mirrored


def account(id_: str, *refs: tuple[str, str], parent: str | None = None) -> Account:
    """Return an account whose home is the first ref's connection."""
    home = refs[0][0] if refs else "sf"
    return Account(id=id_, name=id_, parent_id=parent, home_connection=home, refs=refs)


def heard(connection: str, **rights: Right) -> Heard:
    """Return what one CRM said."""
    return Heard(connection=connection, user_ref="u", at=EPOCH, rights=rights)


@pytest.mark.parametrize("doing", list(Capability))
def test_every_capability_is_in_the_table(doing: Capability) -> None:
    """What is not in it nobody may do: an oversight shows here, not in somebody's work."""
    assert TABLE[doing]


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize("doing", list(Capability))
def test_without_a_role_nothing_is_allowed(doing: Capability) -> None:
    """Deny by default."""
    assert reach([], doing) is None


@pytest.mark.parametrize("doing", [one for one in Capability if one.writes])
def test_an_auditor_changes_nothing(doing: Capability) -> None:
    """Nor do they run the engine."""
    assert reach([Role.AUDITOR], doing) is None
    assert reach([Role.AUDITOR], Capability.OPERATE) is None


def test_an_admin_reads_no_plan_by_that_role() -> None:
    """Least privilege: the engine's operator needs no opinion of a customer."""
    assert reach([Role.ADMIN], Capability.ACCOUNTS_READ) is None
    assert reach([Role.ADMIN], Capability.OPERATE) is Reach.SYSTEM


def test_of_several_roles_the_widest_reach_counts() -> None:
    """A programme head who is a CRM user too."""
    both = [Role.ACCOUNT_MANAGER, Role.PROGRAMME_HEAD]
    assert reach(both, Capability.ACCOUNTS_READ) is Reach.ALL
    assert reach(both, Capability.ACCOUNTS_EDIT) is Reach.SEEN


@pytest.mark.parametrize(
    ("name", "is_user", "roles"),
    [
        ("root@X.test", False, {Role.ADMIN}),
        ("root@x.test", True, {Role.ADMIN, Role.ACCOUNT_MANAGER}),
        ("otto", True, {Role.AUDITOR}),
        ("ada", True, {Role.ACCOUNT_MANAGER}),
        ("ada", False, set()),
    ],
)
def test_roles_follow_the_name_one_comes_with(name: str, is_user: bool, roles: set[Role]) -> None:
    """And an auditor makes none of the records they judge."""
    assert roles_of(name, is_user=is_user, named=NAMED) == roles


@pytest.mark.parametrize(
    "name", ["fed@sso", "ada@x.test.crm", "ADA@X.TEST", "usr_ada", " ada@x.test "]
)
def test_a_person_is_found_by_what_identifies(name: str) -> None:
    """Federation id, user name, address (a sandbox's ending aside), or our id."""
    user, row = person(
        "usr_ada", federation_id="fed@sso", username="ada@x.test.crm", email="ada@x.test.invalid"
    )
    assert match_person(name.strip() if name == "usr_ada" else name, [user], [row]).user == user


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize("name", ["", "Ada Bell", "ada"])
def test_a_name_on_display_is_nobody(name: str) -> None:
    """Two people may share one, and people choose theirs."""
    user, row = person("usr_ada", name="Ada Bell", email="ada@x.test")
    assert match_person(name, [user], [row]).user is None


@pytest.mark.guarantee("G30")
def test_an_address_of_several_users_is_nobodys() -> None:
    """Ambiguous: denied, with the reason."""
    people = [person("usr_1", email="a@x.test"), person("usr_2", email="a@x.test")]
    found = match_person("a@x.test", *map(list, zip(*people, strict=True)))  # type: ignore[arg-type] # two lists
    assert found.user is None
    assert "several" in found.refusal


@pytest.mark.guarantee("G30")
def test_an_inactive_user_is_refused() -> None:
    """Who left the CRM has left here."""
    user, row = person("usr_1", active=False, email="a@x.test")
    found = match_person("a@x.test", [user], [row])
    assert found.user is None
    assert "not active" in found.refusal


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize(
    ("sf", "hs", "expected"),
    [
        (Right.EDIT, Right.EDIT, Right.EDIT),
        (Right.EDIT, Right.READ, Right.READ),
        (Right.EDIT, None, None),
        (None, Right.EDIT, None),
    ],
)
def test_the_least_right_of_all_crms_counts(
    sf: Right | None, hs: Right | None, expected: Right | None
) -> None:
    """What is shown is merged from all of them."""
    said = [heard("sf", **({"1": sf} if sf else {})), heard("hs", **({"2": hs} if hs else {}))]
    found = account_rights([account("a", ("sf", "1"), ("hs", "2"))], said, known_in=["sf", "hs"])
    assert found.get("a") is expected


@pytest.mark.guarantee("G30")
def test_the_home_crm_must_know_the_person() -> None:
    """To be a user of the second CRM alone is not enough."""
    said = [heard("hs", **{"2": Right.EDIT})]
    there = account("a", ("sf", "1"), ("hs", "2"))
    assert account_rights([there], said, known_in=["hs"]) == {}


@pytest.mark.guarantee("G30")
def test_a_crm_that_was_not_heard_hides_its_accounts() -> None:
    """Though the other one said yes."""
    said = [heard("sf", **{"1": Right.EDIT})]
    there = account("a", ("sf", "1"), ("hs", "2"))
    assert account_rights([there], said, known_in=["sf", "hs"]) == {}


def test_only_key_accounts_and_those_below_are_asked_about() -> None:
    """At any depth; a circle of parents ends."""
    accounts = [
        account("top", parent="low"),
        account("mid", parent="top"),
        account("low", parent="mid"),
        account("other"),
    ]
    assert [one.id for one in concerned(accounts, ["top"])] == ["top", "mid", "low"]
