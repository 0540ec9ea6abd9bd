"""Our own people across CRMs: by federation id, then login name, then address."""

from __future__ import annotations

import pytest

from kam_connector.model.kind import Kind
from kam_connector.model.staging import MirrorRow
from kam_connector.sync.candidates import user_candidates
from kam_connector.sync.propose import match_people

PATHS = ("federation_id", "username", "email")
ORDER = ("salesforce", "hubspot")


def make_user(ref: str, *, crm: str = "salesforce", **values: str) -> MirrorRow:
    """Return one of our people as one CRM knows them."""
    return MirrorRow(
        kind=Kind.USER,
        id=f"usr_{ref}",
        values={"name": ref, **values},
        home_connection=crm,
        refs=((crm, ref),),
    )


def matched(*users: MirrorRow, paths: tuple[str, ...] = PATHS) -> dict[str, str]:
    """Return whom each record was found to be."""
    links = match_people(user_candidates(users, paths), {}, ORDER)
    return {link.key.ref: link.kam_id for link in links}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"federation_id": "ada@sso"}, {"federation_id": "ADA@sso"}),
        ({"username": "ada@acme.com"}, {"username": "ada@acme.com"}),
        ({"email": "ada@acme.com"}, {"email": "Ada@acme.com"}),
        ({"email": "ada@acme.com.invalid"}, {"email": "ada@acme.com"}),
        ({"username": "ada@acme.com.invalid"}, {"username": "ada@acme.com"}),
    ],
)
def test_the_same_person_is_known_in_both(one: dict[str, str], other: dict[str, str]) -> None:
    """In any letters, and as a sandbox writes an address."""
    found = matched(make_user("S", **one), make_user("H", crm="hubspot", **other))
    assert found == {"H": "usr_S"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"username": "ada@acme.com"}, {"email": "ada@acme.com"}),
        ({"email": "invalid"}, {"email": ""}),
        ({"email": "ada@acme.com"}, {"email": "ada@acme.org"}),
    ],
)
def test_different_kinds_of_name_are_not_compared(
    one: dict[str, str], other: dict[str, str]
) -> None:
    """A login name that looks like somebody's address is not their address."""
    assert matched(make_user("S", **one), make_user("H", crm="hubspot", **other)) == {}


@pytest.mark.parametrize("stronger", ["federation_id", "username"])
def test_the_stronger_name_decides(stronger: str) -> None:
    """A shared mailbox does not outvote the identity provider."""
    found = matched(
        make_user("S1", **{stronger: "ada"}, email="old@acme.com"),
        make_user("S2", **{stronger: "bo"}, email="sales@acme.com"),
        make_user("H", crm="hubspot", **{stronger: "ada"}, email="sales@acme.com"),
    )
    assert found == {"H": "usr_S1"}


def test_an_address_of_two_people_matches_nobody() -> None:
    """Which of them it is cannot be known."""
    found = matched(
        make_user("S1", email="sales@acme.com"),
        make_user("S2", email="sales@acme.com"),
        make_user("H", crm="hubspot", email="sales@acme.com"),
    )
    assert found == {}


def test_only_what_the_mapping_names_counts() -> None:
    """``[owners] match = ["FederationIdentifier"]``: addresses are recycled here."""
    one = make_user("S", federation_id="ada", email="sales@acme.com")
    other = make_user("H", crm="hubspot", email="sales@acme.com")
    assert matched(one, other, paths=("federation_id",)) == {}
    assert matched(one, other) == {"H": "usr_S"}
