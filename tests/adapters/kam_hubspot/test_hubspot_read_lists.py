"""Owners, stages, currencies over a served portal: what belongs to the account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kam_connector.errors import SignInError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, Stream
from kam_sandbox.hubspot.pipelines import RENEWALS
from tests.factories.hubspot_portal import Portal, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

OWNERS = make_source(Kind.USER, "owners", "archived", "email", "type", cursor_field="updatedAt")
RATES = make_source(
    Kind.CURRENCY_RATE,
    "exchange_rates",
    "conversionRate",
    "fromCurrencyCode",
    "toCurrencyCode",
    cursor_field="effectiveAt",
)
STAGES = ("@stage.closed", "@stage.label", "@stage.won")


def test_owners_who_left_and_queues_are_among_them(portal: Portal) -> None:
    """Tasks may belong to a queue, and accounts to somebody who has gone."""
    ana = portal.add("owners", email="ana@us.example")
    queue = portal.add("owners", type="QUEUE")
    gone = portal.add("owners", email="gone@us.example")
    portal.world.hubspot.delete(gone, by="person")
    rows = rows_of(pages_of(portal.crm(), OWNERS))
    assert {row.ref: (row.values["type"], row.values["archived"]) for row in rows} == {
        ana.id: ("PERSON", False),
        queue.id: ("QUEUE", False),
        gone.id: ("PERSON", True),
    }


def test_who_leaves_is_told_by_the_next_pull(portal: Portal) -> None:
    """Owners have no archived listing that moves: every pull lists all of them."""
    ana = portal.add("owners", email="ana@us.example")
    crm = portal.crm()
    cursor = pages_of(crm, OWNERS)[-1].next_cursor
    portal.world.hubspot.delete(ana, by="person")
    portal.later(600)
    assert [row.values["archived"] for row in rows_of(pages_of(crm, OWNERS, cursor=cursor))] == [
        True
    ]
    assert rows_of(pages_of(crm, OWNERS, stream=Stream.ARCHIVED)) == []


def test_more_owners_than_a_page(portal: Portal) -> None:
    """Five hundred a call, live and archived ones apart."""
    portal.add_many("owners", 501, "email")
    assert len(rows_of(pages_of(portal.crm(), OWNERS))) == 501
    assert portal.count("/crm/owners/") == 3


def test_won_is_metadata_never_a_label(portal: Portal) -> None:
    """A pipeline of the portal's own: a closed stage with probability one, in any language."""
    stages = ("148210001", "148210003", "148210004")
    made = [portal.add("deals", pipeline=RENEWALS, dealstage=stage).id for stage in stages]
    source = make_source(Kind.OPPORTUNITY, "deals", virtual=STAGES)
    rows = {row.ref: row.values for row in rows_of(pages_of(portal.crm(), source))}
    assert [[rows[ref][name] for name in STAGES] for ref in made] == [
        [False, "À préparer", False],
        [True, "Renouvelé", True],
        [True, "Perdu", False],
    ]


def test_tickets_are_closed_by_their_pipeline(portal: Portal) -> None:
    """A ticket's stages know no probability; closed is what the metadata says."""
    crm = portal.crm()
    listed = crm._client.pipelines("tickets")[0]
    ids = [stage["id"] for stage in listed["stages"]]
    [portal.add("tickets", hs_pipeline=listed["id"], hs_pipeline_stage=one) for one in ids]
    rows = rows_of(pages_of(crm, make_source(Kind.CASE, "tickets", virtual=STAGES)))
    closed = [stage["metadata"]["isClosed"] == "true" for stage in listed["stages"]]
    assert [row.values["@stage.closed"] for row in rows] == closed
    assert [row.values["@stage.label"] for row in rows] == [
        one["label"] for one in listed["stages"]
    ]
    assert not any(row.values["@stage.won"] for row in rows)


def test_a_stage_added_later_is_known_by_the_next_pull(portal: Portal) -> None:
    """A process that lives for weeks asks for the pipelines at every pull, once."""
    crm = portal.crm()
    source = make_source(Kind.OPPORTUNITY, "deals", virtual=STAGES)
    portal.add("deals")
    pages_of(crm, source)
    pipelines = portal.app.portal.pipelines["deals"]
    (first, *_) = pipelines["default"].stages
    idea = replace(first, id="77", label="New idea")
    pipelines["9"] = replace(pipelines["default"], id="9", stages=(idea,))
    deal = portal.add("deals", pipeline="9", dealstage="77")
    rows = {row.ref: row for row in rows_of(pages_of(crm, source))}
    assert rows[deal.id].values["@stage.label"] == "New idea"
    assert portal.count("GET /crm/pipelines/2026-09/deals") == 2


def test_rates_are_listed_with_the_portals_own_currency(portal: Portal) -> None:
    """What a unit is worth in the company's currency, as decimal text."""
    portal.world.multi_currency = True
    rows = pages_of(portal.crm(), RATES)[0].rows
    assert {row.ref: row.values["conversionRate"] for row in rows} == {
        "EUR": "1",
        "USD": "0.92",
        "GBP": "1.17",
    }
    assert portal.crm().read(RATES, ["USD", "XXX"]).keys() == {"USD"}


def test_a_portal_with_one_currency_has_no_rates(portal: Portal) -> None:
    """Nothing to convert, nothing to say."""
    assert rows_of(pages_of(portal.crm(), RATES)) == []


def test_rates_without_their_scope_name_it(portal: Portal) -> None:
    """The core makes a note of it: the source is optional."""
    portal.world.hubspot_scopes = frozenset({"crm.objects.contacts.read"})
    with pytest.raises(SignInError, match=r"settings\.currencies\.read") as refused:
        pages_of(portal.crm(), RATES)
    assert refused.value.code == "KAM-3003"


def test_amounts_without_a_currency_are_in_the_portals(portal: Portal) -> None:
    """Without multi-currency a deal names none; the account does."""
    portal.add("deals", amount="12.50")
    source = make_source(Kind.OPPORTUNITY, "deals", "amount", virtual=("@portal_currency",))
    values = rows_of(pages_of(portal.crm(), source))[0].values
    assert (values["amount"], values["@portal_currency"]) == ("12.5", "EUR")


def test_an_increment_of_owners_costs_its_two_listings(portal: Portal) -> None:
    """Live and archived ones; the account tells the time."""
    portal.add("owners", email="ana@us.example")
    since = portal.world.clock.now() - timedelta(days=1)
    pages_of(portal.crm(), OWNERS, cursor=Cursor(since=since))
    assert len(portal.asked) == 3
