"""The label between contacts: made once, where there is room and right; a property elsewhere."""

from __future__ import annotations

import pytest

from kam_connector.model.our_fields import OUR_FIELDS
from kam_connector.model.provision import FieldState, ProvisionReport
from kam_hubspot import HubSpotCrm
from kam_hubspot.managers import MANAGER_LABEL, REPORT_LABEL
from tests.factories.hubspot_direct import DirectPortal

ROLE = next(one for one in OUR_FIELDS if one.name == "KAM_Role")
TIER = OUR_FIELDS[0]


@pytest.fixture(name="portal")
def _portal() -> DirectPortal:
    """Give a portal that has our properties."""
    return DirectPortal()


@pytest.fixture(name="crm")
def _crm(portal: DirectPortal) -> HubSpotCrm:
    """Give a connection to it."""
    return portal.connect(attempts=1)


def labels(portal: DirectPortal) -> list[str]:
    """Return the portal's own labels between contacts."""
    kinds = portal.world.associations.types("contacts", "contacts")
    return sorted(str(one.label) for one in kinds if one.category == "USER_DEFINED")


def shown(report: ProvisionReport) -> list[tuple[str, str]]:
    """Return where each field is and what became of it."""
    return [(one.where, str(one.state)) for one in report.outcomes]


def test_the_label_is_made_with_its_inverse(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """Seen from either person, in words for people."""
    report = crm.provision([ROLE], dry_run=False)
    assert labels(portal) == [REPORT_LABEL, MANAGER_LABEL]
    assert "was created" in report.notes[0]
    assert shown(report) == [("contacts.kam_role", "existing")]


def test_a_dry_run_says_so_and_makes_none(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """Only two questions are asked about it."""
    report = crm.provision([ROLE], dry_run=True)
    assert labels(portal) == []
    assert "would be created" in report.notes[0]
    assert portal.calls_of("POST") == 0


def test_a_second_time_finds_it(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """Idempotent, also where an administrator made it by hand."""
    portal.world.associations.ensure_label(
        "contacts", "contacts", MANAGER_LABEL, inverse_label="Team"
    )
    report = crm.provision([ROLE], dry_run=False)
    assert (labels(portal), report.notes) == ([MANAGER_LABEL, "Team"], ())


def test_no_contacts_no_label(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """Who asks for accounts only gets no label."""
    assert crm.provision([TIER], dry_run=False).notes == ()
    assert labels(portal) == []


def test_a_portal_without_labels_gets_a_property(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """Free and Starter: the manager's record id as a text, last in the report."""
    portal.app.portal.switch(frozenset({"starter"}))
    report = crm.provision([ROLE], dry_run=False)
    assert shown(report)[-1] == ("contacts.kam_manager", "created")
    assert portal.app.portal.properties["contacts"]["kam_manager"].group == "kam"
    assert "not possible here" in report.notes[0]
    again = crm.provision([ROLE], dry_run=False)
    assert shown(again)[-1] == ("contacts.kam_manager", "existing")


def test_a_portal_with_as_many_labels_as_it_may_have_gets_a_property(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """The limit is the portal's own number: it is asked, not known by heart."""
    for number in range(10):
        portal.world.associations.ensure_label("contacts", "contacts", f"Label {number}")
    report = crm.provision([ROLE], dry_run=False)
    assert "no room" in report.notes[0]
    assert shown(report)[-1] == ("contacts.kam_manager", "created")
    assert portal.calls_of("POST /crm/associations") == 0


def test_a_label_made_meanwhile_is_no_refusal(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """Two administrators at once: the second finds it there."""

    def before(asked: str) -> None:
        if asked.startswith("POST /crm/associations"):
            portal.world.associations.ensure_label("contacts", "contacts", MANAGER_LABEL)

    portal.before = before
    report = crm.provision([ROLE], dry_run=False)
    assert (report.notes, labels(portal)) == ((), [MANAGER_LABEL])
    assert report.of(FieldState.REFUSED) == []


def test_an_archived_property_of_the_same_name_is_told(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """Its values come back by restoring it, not by a new one: a person decides."""
    known = portal.app.portal
    known.archived_properties["companies"]["kam_tier"] = known.properties["companies"].pop(
        "kam_tier"
    )
    (dry,) = crm.provision([TIER], dry_run=True).outcomes
    (real,) = crm.provision([TIER], dry_run=False).outcomes
    assert (dry.state, real.state) == (FieldState.CREATED, FieldState.CREATED)
    assert "archived" in dry.message
    assert "archived" in real.message


def test_a_portal_without_unique_keys_on_tasks_is_told_so() -> None:
    """The plain key is made, and tasks are found before they are made."""
    portal = DirectPortal()
    portal.app.portal.switch(frozenset({"no_unique_task_property"}))
    portal.app.portal.properties["tasks"].pop("kam_key")
    (key,) = portal.connect().provision([OUR_FIELDS[-1]], dry_run=False).outcomes
    assert (str(key.state), portal.app.portal.properties["tasks"]["kam_key"].unique) == (
        "created",
        False,
    )
    assert "found before" in key.message
