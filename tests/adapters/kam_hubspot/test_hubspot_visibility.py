"""What another user may see, as far as HubSpot tells: owned, a team's by setting, else nothing."""

from __future__ import annotations

import pytest

from kam_connector.errors import ConfigError
from kam_connector.model.access import Right
from kam_connector.ports import TellsAccess
from tests.factories.hubspot_portal import Portal

pytestmark = pytest.mark.enable_socket


def owner(portal: Portal, name: str, *teams: str) -> str:
    """Add an owner."""
    listed = [{"id": team, "name": team, "primary": True} for team in teams]
    fields = {"email": f"{name}@x.test", "firstName": name, "lastName": "X", "userId": "7",
              "type": "PERSON", "teams": listed}  # fmt: skip
    return portal.world.hubspot.insert("owners", fields, by="1").id


@pytest.fixture(name="people")
def _people(portal: Portal) -> list[str]:
    """Ada and Ben of one team, Cy of another."""
    return [owner(portal, "ada", "north"), owner(portal, "ben", "north"), owner(portal, "cy", "s")]


@pytest.fixture(name="companies")
def _companies(portal: Portal, people: list[str]) -> list[str]:
    """One company each, and one that nobody owns."""
    return [
        portal.add("companies", name=f"Of {who}", hubspot_owner_id=who).id for who in (*people, "")
    ]


def test_the_connection_tells_access(portal: Portal) -> None:
    """The port is offered by having the method."""
    assert isinstance(portal.crm(), TellsAccess)


@pytest.mark.guarantee("G30")
def test_by_default_only_what_one_owns_is_seen(
    portal: Portal, people: list[str], companies: list[str]
) -> None:
    """Theirs under any of the portal's permissions: nothing more is known."""
    assert portal.crm().visible(people[0], companies) == {companies[0]: Right.EDIT}


def test_a_team_reads_what_its_people_own(
    portal: Portal, people: list[str], companies: list[str]
) -> None:
    """Where the connection says that the portal grants it; edited is only what one owns."""
    found = portal.crm(visibility="team").visible(people[0], companies)
    assert found == {companies[0]: Right.EDIT, companies[1]: Right.READ}


def test_everything_is_read_where_the_portal_grants_it(
    portal: Portal, people: list[str], companies: list[str]
) -> None:
    """Companies without an owner too."""
    found = portal.crm(visibility="everything").visible(people[0], companies)
    assert found == {companies[0]: Right.EDIT, **dict.fromkeys(companies[1:], Right.READ)}


@pytest.mark.guarantee("G30")
def test_an_archived_owner_sees_nothing(
    portal: Portal, people: list[str], companies: list[str]
) -> None:
    """Whatever the portal grants to those who are still there."""
    gone = portal.world.hubspot.get("owners", people[0])
    assert gone is not None
    portal.world.hubspot.delete(gone, by="1")
    assert portal.crm(visibility="everything").visible(people[0], companies) == {}


def test_unknown_owners_and_companies_have_no_right(
    portal: Portal, people: list[str], companies: list[str]
) -> None:
    """Absent from the answer, as what is hidden."""
    assert portal.crm().visible("999999", companies) == {}
    assert portal.crm().visible(people[0], ["99999999"]) == {}


def test_a_visibility_that_no_portal_has_is_refused(portal: Portal) -> None:
    """With the ones there are."""
    with pytest.raises(ConfigError, match="visibility") as refused:
        portal.crm(visibility="all")
    assert refused.value.code == "KAM-1052"
