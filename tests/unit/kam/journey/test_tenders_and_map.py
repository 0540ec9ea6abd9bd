"""Tenders with their windows, and the map of touchpoints with its gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kam_connector.kam.journey.default_map import DEFAULT_MAP
from kam_connector.kam.journey.tenders import tender_windows
from kam_connector.kam.journey.touchpoint_map import GapKind, journey_map, touchpoints
from kam_connector.model.account import Stage
from kam_connector.model.account_team import Circle, Teammate, TeamRole
from kam_connector.model.activity import ActivityKind
from kam_connector.model.contact import Profile
from kam_connector.model.contract import Contract
from kam_connector.model.journey import Channel, Tender, TenderKind, TenderState, Touchpoint
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Function

if TYPE_CHECKING:
    from tests.unit.kam.conftest import Make
else:
    Make = Any

AS_OF = date(2026, 11, 21)
OUT = Tender(
    id="t", account_id="acc_1", title="Framework 2027", kind=TenderKind.SPOT,
    state=TenderState.PUBLISHED, published_on=date(2026, 11, 1), due_on=date(2027, 1, 15),
)  # fmt: skip
LAST = Tender(
    id="old", account_id="acc_1", title="Framework", kind=TenderKind.PERIODIC,
    state=TenderState.WON, due_on=date(2024, 6, 30), cycle_months=36,
)  # fmt: skip
SPONSOR = Touchpoint(
    id="x", stage=Stage.DEVELOPMENT, profile=Profile.INTERNAL_SPONSOR, channel=Channel.MEETING,
    function=Function.SALES, cadence_days=30,
)  # fmt: skip


def kept(*records: Any) -> KeptRecords:
    """Return kept records."""
    return KeptRecords.holding(records)


@pytest.mark.checklist("S2.36", home="`tender_windows`, `kam journey tenders`")
def test_a_tender_that_is_out_says_what_to_do_when(make: Make) -> None:
    """Dated steps back from the submission, and what a win still wants."""
    (window,) = tender_windows(make.facts(kept=kept(OUT)), AS_OF)
    assert (window.open, window.decides_on, window.told) == (True, date(2027, 1, 15), True)
    assert [step.on for step in window.timeline if not step.passed] == [
        date(2026, 12, 26), date(2027, 1, 10), date(2027, 1, 15), date(2027, 2, 14),
    ]  # fmt: skip
    assert "There is no win plan" in window.missing
    assert "No sponsor on their side is named" in window.missing


def test_a_well_prepared_tender_misses_nothing(make: Make) -> None:
    """Win plan, sponsor who is there, value, incumbent."""
    ready = replace(
        OUT, win_plan="Two sites first", sponsor_contact_id="ines", value=Decimal(5), incumbent="Us"
    )
    facts = make.facts(contacts=[make.contact("ines")], kept=kept(ready))
    assert tender_windows(facts, AS_OF)[0].missing == ()


def test_a_sponsor_who_left_mobilises_nobody(make: Make) -> None:
    """Whoever was named and is gone is missing again."""
    named = replace(OUT, sponsor_contact_id="ines")
    gone = make.contact("ines", left_at=make.at("2026-11-01"))
    missing = tender_windows(make.facts(contacts=[gone], kept=kept(named)), AS_OF)[0].missing
    assert "The sponsor named for it has left" in missing


def test_a_periodic_tender_comes_back_after_its_cycle(make: Make) -> None:
    """Three years after the last one; its window opens half a year before."""
    (window,) = tender_windows(make.facts(kept=kept(LAST)), AS_OF)
    assert (window.told, window.decides_on, window.open) == (False, date(2027, 7, 1), False)
    (later,) = tender_windows(make.facts(kept=kept(LAST)), date(2027, 1, 15))
    assert (later.open, later.tender.id) == (True, window.tender.id)


@pytest.mark.parametrize(
    ("records", "expected"), [((), 0), ((replace(LAST, cycle_months=None),), 1)]
)
def test_the_end_of_a_contract_brings_a_tender_where_the_customer_tenders(
    make: Make, records: tuple[Tender, ...], expected: int
) -> None:
    """From a customer who never tendered, none is expected."""
    contract = Contract(id="c", account_id="acc_1", number="F-1", ends_on=date(2027, 6, 30))
    facts = make.facts(contracts=(contract,), kept=kept(*records))
    assert len(tender_windows(facts, AS_OF)) == expected


@pytest.mark.parametrize("state", [TenderState.CANCELLED, TenderState.LOST])
def test_what_is_decided_or_called_off_has_no_window(make: Make, state: TenderState) -> None:
    """Spot tenders do not come back."""
    assert tender_windows(make.facts(kept=kept(replace(OUT, state=state))), AS_OF) == ()


@pytest.mark.checklist("S2.42", home="`Touchpoint`, `journey_map`, `kam journey map`")
def test_the_map_shows_who_meets_whom_how_and_the_mix(make: Make) -> None:
    """In person beside digital, over a year."""
    facts = make.facts(
        contacts=[make.contact("claire", "internal_sponsor")],
        activities=[
            make.activity("2026-11-10", "claire"),
            make.mail("2026-11-11", "claire"),
            make.mail("2026-11-12", "claire"),
            make.activity("2026-11-13", "claire", kind=ActivityKind.CALL),
        ],
    )
    drawn = journey_map(facts, AS_OF)
    cell = next(
        one
        for one in drawn.cells
        if one.touchpoint.stage is Stage.DEVELOPMENT
        and one.touchpoint.profile is Profile.INTERNAL_SPONSOR
        and one.touchpoint.channel is Channel.MEETING
    )
    assert (cell.owner, cell.last_on, cell.kept) == ("Claire Martin", date(2026, 11, 10), True)
    assert (drawn.mix.in_person, drawn.mix.digital) == (1, 3)
    assert drawn.mix.in_person_percent == 25


def test_a_profile_without_touchpoint_is_a_gap(make: Make) -> None:
    """Present at the account, met by nobody in its stage."""
    facts = make.facts(contacts=[make.contact("jonas", "technical_influencer")], kept=kept(SPONSOR))
    gaps = journey_map(facts, AS_OF).gaps
    assert [(gap.kind, gap.profile) for gap in gaps] == [
        (GapKind.NO_TOUCHPOINT, Profile.TECHNICAL_INFLUENCER)
    ]


def test_a_touchpoint_without_owner_is_a_gap(make: Make) -> None:
    """No teammate of that function: it says which."""
    point = replace(SPONSOR, function=Function.PRODUCT)
    facts = make.facts(contacts=[make.contact("claire", "internal_sponsor")], kept=kept(point))
    (gap,) = journey_map(facts, AS_OF).gaps
    assert gap.kind is GapKind.NO_OWNER
    assert gap.text == "Internal sponsor, meeting: nobody of product has it"


def test_a_cadence_that_is_not_kept_is_a_gap(make: Make) -> None:
    """As activities show, with the last day."""
    facts = make.facts(
        contacts=[make.contact("claire", "internal_sponsor")],
        activities=[make.activity("2026-08-01", "claire")],
        kept=kept(SPONSOR),
    )
    (gap,) = journey_map(facts, AS_OF).gaps
    assert (gap.kind, gap.text) == (
        GapKind.NOT_KEPT,
        "Internal sponsor, meeting: last on 2026-08-01",
    )


@pytest.mark.parametrize("channel", [Channel.PORTAL, Channel.SOCIAL])
def test_a_channel_without_trace_is_not_known(make: Make, channel: Channel) -> None:
    """Nobody is told that a portal is not used when nothing records it."""
    point = replace(SPONSOR, channel=channel)
    facts = make.facts(contacts=[make.contact("claire", "internal_sponsor")], kept=kept(point))
    drawn = journey_map(facts, AS_OF)
    assert ([cell.kept for cell in drawn.cells], drawn.gaps) == ([None], ())


def test_an_owner_whose_contacts_are_not_recorded_is_not_accused(make: Make) -> None:
    """No record is no silence."""
    facts = make.facts(
        contacts=[make.contact("claire", "internal_sponsor")],
        captured_user_ids=frozenset(),
        kept=kept(SPONSOR),
    )
    assert journey_map(facts, AS_OF).gaps == ()


def test_the_programme_s_map_replaces_the_shipped_one() -> None:
    """And an account's own touchpoint replaces the programme's."""
    own = replace(SPONSOR, id="own", account_id="acc_1", owner_id="boss")
    assert set(touchpoints(kept())) == set(DEFAULT_MAP)
    assert touchpoints(kept(SPONSOR)) == (SPONSOR,)
    assert touchpoints(kept(SPONSOR, own), "acc_1") == (own,)
    assert touchpoints(kept(SPONSOR, own), "acc_2") == (SPONSOR,)


def test_a_teammate_owns_what_their_role_meets(make: Make) -> None:
    """Support has the users' calls."""
    mate = Teammate(
        id="m", account_id="acc_1", user_id="usr_1", circle=Circle.CORE, role=TeamRole.SUPPORT
    )
    drawn = journey_map(make.facts(kept=kept(mate)), AS_OF)
    owned = {
        c.touchpoint.profile
        for c in drawn.cells
        if c.touchpoint.channel is Channel.CALL and c.owner
    }
    assert owned == {Profile.OPERATIONAL_USER}


@pytest.mark.parametrize("stage", list(Stage))
def test_the_shipped_map_has_a_touchpoint_with_decider_and_sponsor_in_each_stage(
    stage: Stage,
) -> None:
    """Whoever decides is never left out."""
    met = {one.profile for one in DEFAULT_MAP if one.stage is stage}
    assert {Profile.ECONOMIC_DECIDER, Profile.INTERNAL_SPONSOR} <= met
