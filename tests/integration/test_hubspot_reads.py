"""The shipped mapping over a served HubSpot portal: what its records mean in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import Kind, Row
from kam_connector.model.settings import Secret
from kam_hubspot import HubSpotCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot import lifecycle
from kam_sandbox.hubspot.association_types import USER_DEFINED
from kam_sandbox.hubspot.pipelines import RENEWALS
from kam_sandbox.hubspot.scopes import ALL_SCOPES
from kam_sandbox.records import Record
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.world.build import empty_world
from tests.factories.served_night import WEEK_S, Night, pulled_once

pytestmark = pytest.mark.enable_socket

MAPPING = load_mapping(shipped_mapping_path("hubspot"))
OBJECTS = frozenset(source.object for source in MAPPING.sources)


@pytest.fixture
def night() -> Iterator[Night]:
    """Give a connection to a portal that was empty when it was pulled first."""
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=True)
    world.hubspot_burst = world.hubspot_searches_per_s = 100_000  # nobody waits here
    with running(world) as addresses:
        table = {"endpoint": addresses.hubspot, "access_token": Secret(HUBSPOT_TOKEN)}
        with pulled_once(world, HubSpotCrm, MAPPING, table, objects=OBJECTS) as made:
            yield made


def add(night: Night, object_: str, **fields: object) -> Record:
    """Add a record, as a person does."""
    return night.world.hubspot.insert(object_, fields, by="person")


def link(night: Night, one: Record, other: Record, type_id: int | None = None) -> None:
    """Associate two records."""
    night.world.associations.link(one.object, one.id, other.object, other.id, type_id)


def pulled(night: Night) -> list[str]:
    """Let the index catch up, pull, and return the notes."""
    night.later(7200)
    return night.pull().notes


def known(night: Night, kind: Kind, record: Record) -> Row:
    """Return what we know of a record, in our own words."""
    key = RecordKey("crm", kind, record.id)
    return night.ctx.store.agreed([key])[key].read


def our_id(night: Night, kind: Kind, record: Record) -> str:
    """Return our id of a record."""
    key = RecordKey("crm", kind, record.id)
    return night.ctx.store.agreed([key])[key].kam_id


def test_a_deal_closes_on_the_day_of_the_portal(night: Night) -> None:
    """Half past ten in the evening in UTC is the next day in Paris."""
    deal = add(night, "deals", dealname="Nord", closedate="2027-03-31T22:30:00.000Z")
    pulled(night)
    assert known(night, Kind.OPPORTUNITY, deal)["closes"] == "2027-04-01"


def test_a_deal_in_a_pipeline_of_the_portals_own_is_won(night: Night) -> None:
    """By metadata; its amount is in the deal's own currency."""
    company, person = add(night, "companies", name="Nord"), add(night, "contacts", lastname="Roy")
    deal = add(
        night,
        "deals",
        dealname="Nord",
        pipeline=RENEWALS,
        dealstage="148210003",
        amount="1200.50",
        deal_currency_code="USD",
    )
    link(night, deal, company, 5)
    link(night, deal, person, 3)
    pulled(night)
    values = known(night, Kind.OPPORTUNITY, deal)
    assert (values["stage"], values["closed"], values["won"]) == ("Renouvelé", True, True)
    assert values["amount"] == {"amount": "1200.5", "currency": "USD"}
    assert values["account"] == our_id(night, Kind.ACCOUNT, company)
    assert values["contacts"] == [our_id(night, Kind.CONTACT, person)]


def test_amounts_are_converted_by_the_portals_rates(night: Night) -> None:
    """HubSpot says what a unit is worth at home; we keep units for one of the company's."""
    pulled(night)
    rates = {one.currency: one.rate for one in night.ctx.store.rates().known}
    assert night.ctx.store.rates().corporate == "EUR"
    assert round(rates["USD"] * Decimal("0.92"), 9) == 1
    assert rates["EUR"] == 1


def test_an_organisation_chart_is_read_from_labels(night: Night) -> None:
    """Manager between contacts, role at the company: by sweep too, since no label moves a time."""
    report, boss = add(night, "contacts", lastname="Roy"), add(night, "contacts", lastname="Kim")
    company = add(night, "companies", name="Nord")
    link(night, report, company, 1)
    links = night.world.associations
    label = links.ensure_label("contacts", "contacts", "Manager", inverse_label="Direct report")
    pulled(night)
    links.link("contacts", report.id, "contacts", boss.id, label.type_id, category=USER_DEFINED)
    links.link(
        "contacts", report.id, "companies", company.id, category=USER_DEFINED, label="Champion"
    )
    pulled(night)
    assert known(night, Kind.CONTACT, report).get("manager") is None
    night.later(WEEK_S)
    pulled(night)
    values = known(night, Kind.CONTACT, report)
    assert values["manager"] == our_id(night, Kind.CONTACT, boss)
    assert values["roles"] == ["internal_sponsor"]


def test_companies_target_and_parent(night: Night) -> None:
    """The target flag, and the company above, from the child's side."""
    parent = add(night, "companies", name="Nord Holding")
    child = add(night, "companies", name="Nord", hs_is_target_account="true")
    link(night, child, parent, 14)
    pulled(night)
    values = known(night, Kind.ACCOUNT, child)
    assert values["target"] is True
    assert values["parent"] == our_id(night, Kind.ACCOUNT, parent)
    assert known(night, Kind.ACCOUNT, parent).get("parent") is None


def test_buying_roles_are_stakeholder_profiles(night: Night) -> None:
    """Two roles of one person, in our words."""
    person = add(night, "contacts", lastname="Roy", hs_buying_role="CHAMPION;BUDGET_HOLDER")
    pulled(night)
    roles = known(night, Kind.CONTACT, person)["roles"]
    assert roles == ["internal_sponsor", "economic_decider"]


def test_tickets_are_closed_and_opened_again(night: Night) -> None:
    """By the stage: whatever date the portal keeps."""
    company = add(night, "companies", name="Nord")
    ticket = add(night, "tickets", subject="Late", hs_pipeline="0", hs_pipeline_stage="4")
    link(night, ticket, company, 26)
    pulled(night)
    values = known(night, Kind.CASE, ticket)
    assert (values["status"], values["closed"]) == ("Closed", True)
    assert values["account"] == our_id(night, Kind.ACCOUNT, company)
    night.world.hubspot.update(ticket, {"hs_pipeline_stage": "2"}, by="person")
    pulled(night)
    assert known(night, Kind.CASE, ticket)["closed"] is False


def test_what_was_sold_is_read_with_its_product(night: Night) -> None:
    """A line hangs on its deal by association, on its product by property."""
    deal, product = add(night, "deals", dealname="Nord"), add(night, "products", name="Pump")
    line = add(night, "line_items", name="Pump", quantity="3", hs_product_id=product.id)
    link(night, line, deal, 20)
    pulled(night)
    values = known(night, Kind.LINE_ITEM, line)
    assert values["opportunity"] == our_id(night, Kind.OPPORTUNITY, deal)
    assert values["product"] == our_id(night, Kind.PRODUCT, product)
    assert values["quantity"] == "3"


def test_mail_brings_direction_and_people(night: Night) -> None:
    """What strength of a relationship is counted from; a note is no contact."""
    person = add(night, "contacts", lastname="Roy")
    at = "2026-11-21T05:00:00.000Z"
    mail = add(night, "emails", hs_timestamp=at, hs_email_direction="INCOMING_EMAIL")
    note = add(night, "notes", hs_timestamp=at, hs_note_body="They like pumps")
    link(night, mail, person)
    link(night, note, person)
    pulled(night)
    values = known(night, Kind.ACTIVITY, mail)
    assert (values["kind"], values["direction"], values["at"]) == ("email", "inbound", at)
    assert values["people"] == [{"kind": "contact", "id": our_id(night, Kind.CONTACT, person)}]
    assert night.ctx.store.agreed([RecordKey("crm", Kind.ACTIVITY, note.id)]) == {}


def test_without_the_mails_scope_everything_else_is_read(night: Night) -> None:
    """One note names the scope; the mails come, all of them, on the day it is granted."""
    night.world.hubspot_scopes = ALL_SCOPES - {"sales-email-read"}
    meeting = add(night, "meetings", hs_meeting_start_time="2026-11-21T05:00:00.000Z")
    mail = add(night, "emails", hs_timestamp="2026-11-21T05:00:00.000Z")
    notes = pulled(night)
    assert [note.split()[0] for note in notes if "sales-email-read" in note] == ["emails"]
    assert known(night, Kind.ACTIVITY, meeting)["kind"] == "meeting"
    night.world.hubspot_scopes = None
    night.later(timedelta(days=3).total_seconds())
    pulled(night)
    assert known(night, Kind.ACTIVITY, mail)["kind"] == "email"


def test_a_restored_company_lives_again(night: Night) -> None:
    """Archived, taken over as gone, and back from the bin."""
    company = add(night, "companies", name="Nord")
    pulled(night)
    lifecycle.archive(night.world, company, by="person")
    pulled(night)
    assert night.image("account:companies", company).deleted
    lifecycle.restore(night.world, company, by="person")
    pulled(night)
    assert not night.image("account:companies", company).deleted
    assert night.image("account:companies", company).values["name"] == "Nord"


def test_chained_merges_end_at_one_record(night: Night) -> None:
    """INV10: two merges between two pulls; both losers are aliases of the last."""
    one, two, three = [add(night, "companies", name=f"Nord {number}") for number in range(3)]
    pulled(night)
    between = lifecycle.merge(night.world, one, two, by="person")
    last = lifecycle.merge(night.world, between, three, by="person")
    pulled(night)
    aliases = night.ctx.store.aliases("crm")
    ends = {aliases[Kind.ACCOUNT, old.id] for old in (one, two, three)}
    assert ends == {last.id}


def test_a_quiet_night_costs_few_calls(night: Night) -> None:
    """Nothing changed: for each object a search, the bin, and the clock before either."""
    pulled(night)
    before = night.ctx.crm.budget().spent_here
    pulled(night)
    assert night.ctx.crm.budget().spent_here - before <= 4 * len(OBJECTS) + 1
