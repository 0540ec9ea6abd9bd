"""The shipped mapping over a served HubSpot portal: what its increments do not show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.settings import Secret
from kam_hubspot import HubSpotCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot import lifecycle
from kam_sandbox.records import Record
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.world import build_world
from tests.factories.served_night import WEEK_S, Night, pulled_once

pytestmark = pytest.mark.enable_socket

OBJECTS = ("companies", "contacts")
COMPANY_OF_CONTACT = "companies#1"


@pytest.fixture
def night() -> Iterator[Night]:
    """Give a small portal that was pulled once."""
    mapping = load_mapping(shipped_mapping_path("hubspot"))
    world = build_world(clock=WorldClock(), scale=0.05)
    world.hubspot_burst = world.hubspot_searches_per_s = 100_000  # nobody waits here
    with running(world) as addresses:
        table = {"endpoint": addresses.hubspot, "access_token": Secret(HUBSPOT_TOKEN)}
        with pulled_once(world, HubSpotCrm, mapping, table, objects=OBJECTS) as made:
            yield made


def contact_with_company(night: Night) -> tuple[Record, str]:
    """Return a contact and the id of the company it works for."""
    for contact in night.world.hubspot.all("contacts"):
        linked = night.image("contact:contacts", contact).values[COMPANY_OF_CONTACT]
        if isinstance(linked, list) and linked:
            return contact, str(linked[0])
    pytest.fail("no contact of this portal has a company")


def test_a_link_that_went_is_seen_by_the_weekly_sweep(night: Night) -> None:
    """Associations move no timestamp: the increment says nothing, the sweep does."""
    contact, company = contact_with_company(night)
    night.world.associations.unlink("contacts", contact.id, "companies", company)
    night.later()
    night.pull()
    assert night.image("contact:contacts", contact).values[COMPANY_OF_CONTACT] == [company]
    night.later(WEEK_S)
    night.pull()
    assert night.image("contact:contacts", contact).values[COMPANY_OF_CONTACT] == []


def test_a_record_deleted_for_good_is_gone_within_a_week(night: Night) -> None:
    """A deletion for privacy leaves no listing of archived records: comparing refs finds it."""
    contact = next(iter(night.world.hubspot.all("contacts")))
    lifecycle.forget(night.world, contact)
    night.later()
    night.pull()
    assert not night.image("contact:contacts", contact).deleted
    night.later(WEEK_S)
    night.pull()
    assert night.image("contact:contacts", contact).deleted


def test_a_change_that_search_never_showed_is_found_within_a_week(night: Night) -> None:
    """The index was late by more than the settle time: the listing tells."""
    company = next(iter(night.world.hubspot.all("companies")))
    night.pull()
    hidden = night.world.clock.now()
    night.later(3 * 3600)
    night.pull()
    night.world.hubspot.update(company, {"city": "Brest"}, by="person", at=hidden)
    night.later()
    night.pull()
    assert night.image("account:companies", company).values["city"] != "Brest"
    night.later(WEEK_S)
    night.pull()
    assert night.image("account:companies", company).values["city"] == "Brest"


def test_children_of_merged_companies_are_read_again(night: Night) -> None:
    """The new record takes the contacts over; theirs is no edit."""
    contact, company = contact_with_company(night)
    primary = night.world.hubspot.get("companies", company)
    assert primary is not None
    other = next(one for one in night.world.hubspot.all("companies") if one.id != company)
    made = lifecycle.merge(night.world, primary, other, by="person")
    night.later(2 * 3600)
    night.pull()
    assert night.image("contact:contacts", contact).values[COMPANY_OF_CONTACT] == [made.id]
