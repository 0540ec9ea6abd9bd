"""Promises of tender readiness (S2.36): people, plan, time and proof, explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.health.tender_readiness import tender_readinesses
from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.settings.risks import TenderReadinessSettings
from kam_connector.kam.situation import read_situation
from kam_connector.model.journey import Tender, TenderKind, TenderState
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan_content import SharedValue, SharedValueKind, WorkState
from kam_connector.model.score import Band, Score

PLAN = "For Inès Roy: two sites less to run. " * 6


def tender(**changes: Any) -> Tender:
    """Return a periodic tender expected in January, nothing prepared."""
    values: dict[str, Any] = {
        "id": "t1",
        "account_id": "acc_1",
        "title": "Framework 2027",
        "kind": TenderKind.PERIODIC,
        "state": TenderState.EXPECTED,
        "expected_on": date(2027, 1, 20),
    }
    return Tender(**(values | changes))


def proof(number: int) -> SharedValue:
    """Return something done together."""
    return SharedValue(
        id=f"v{number}",
        account_id="acc_1",
        kind=SharedValueKind.PROCESS_OPTIMISATION,
        text="Fewer stops",
        state=WorkState.DONE,
    )


def ready(make: Any, *kept: Any, **changes: Any) -> dict[str, Score]:
    """Return the scores of an account whose sponsor and decider are met every week."""
    people = [make.contact("mona", "internal_sponsor"), make.contact("ines", "economic_decider")]
    values: dict[str, Any] = {
        "contacts": people,
        "activities": make.every(7, "mona", "ines", until="2026-11-19", times=30),
        "kept": KeptRecords.holding(kept),
    }
    facts = make.facts(**(values | changes))
    return tender_readinesses(
        read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())
    )


def test_weights_sum_to_a_hundred() -> None:
    """One point is one percent."""
    assert sum(TenderReadinessSettings().weights.values()) == 100


def test_a_prepared_tender_is_green_and_a_bare_one_red(make: Any) -> None:
    """Sponsor mobilised, deciders in dialogue, plan, incumbent, proofs: all there or not."""
    whole = tender(sponsor_contact_id="mona", win_plan=PLAN, incumbent="us")
    (good,) = ready(make, whole, *map(proof, range(3))).values()
    (bare,) = ready(make, tender(incumbent="Rival"), contacts=[], activities=[]).values()
    assert (good.value, good.band) == (Decimal("100.0"), Band.GREEN)
    assert (bare.value, bare.band) == (Decimal("18.8"), Band.RED)
    assert ledger_sum(bare.ledger) == bare.value


def test_the_next_step_is_the_one_that_adds_most(make: Any) -> None:
    """Nobody is mobilised: naming a sponsor helps more than the plan."""
    (found,) = ready(make, tender(incumbent="us")).values()
    assert found.counterfactual is not None
    assert (found.counterfactual.what, found.counterfactual.points) == (
        "a sponsor mobilised",
        Decimal("25.0"),
    )


def test_a_sponsor_who_left_is_nobody_mobilised(make: Any) -> None:
    """The name in the tender is out of date, and the ledger says so."""
    gone = make.contact("mona", "internal_sponsor", left_at=make.at("2026-11-01"))
    (found,) = ready(make, tender(sponsor_contact_id="mona"), contacts=[gone]).values()
    line = next(one for one in found.ledger if one.key == "tender.sponsor")
    assert (line.points, line.reason) == (0, "the sponsor we named has left")


def test_what_is_not_known_is_renormalised(make: Any) -> None:
    """Neither date nor incumbent: seventy-five percent of the weight speak for all."""
    (found,) = ready(make, tender(expected_on=None, win_plan=PLAN)).values()
    assert found.data_coverage == Decimal("0.75")
    assert [one.key for one in found.ledger if one.reading is None] == [
        "tender.time_left",
        "tender.incumbent",
    ]


def test_decided_past_and_far_tenders_are_not_judged(make: Any) -> None:
    """Only what can still be prepared."""
    kept = [
        tender(id="won", state=TenderState.WON),
        tender(id="late", expected_on=date(2026, 11, 1)),
        tender(id="far", expected_on=date(2028, 6, 1)),
    ]
    assert ready(make, *kept) == {}


def test_the_next_tender_has_the_plain_name(make: Any) -> None:
    """A second one carries its id."""
    later = tender(id="t2", expected_on=date(2027, 6, 1))
    assert list(ready(make, later, tender())) == ["tender_readiness", "tender_readiness:t2"]


def test_the_mapping_may_write_readiness(make: Any) -> None:
    """Paths tender.readiness and tender.due."""
    facts = replace(make.nordwind(), kept=KeptRecords.holding([tender(incumbent="us")]))
    told = conclude(assess(facts, as_of=make.as_of, now=make.now), [])[0].values
    assert (told["tender.readiness"], told["tender.due"]) == ("27.1", "2027-01-20")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.integers(0, 300),
    proofs=st.integers(0, 5),
    plan=st.text(max_size=300),
    sponsor=st.sampled_from([None, "mona", "nobody"]),
)
def test_more_proof_and_more_time_never_lower_readiness(
    make: Any, days: int, proofs: int, plan: str, sponsor: str | None
) -> None:
    """Bounded, exact, and monotone in what can be done."""
    one = tender(
        expected_on=make.as_of + timedelta(days=days), win_plan=plan, sponsor_contact_id=sponsor
    )
    later = replace(one, expected_on=make.as_of + timedelta(days=days + 30))
    (found,) = ready(make, one, *map(proof, range(proofs))).values()
    (proven,) = ready(make, one, *map(proof, range(proofs + 1))).values()
    (calm,) = ready(make, later, *map(proof, range(proofs))).values()
    values = [each.value for each in (found, proven, calm) if each.value is not None]
    assert values[0] <= min(values)
    assert all(0 <= value <= 100 for value in values)
    assert all(ledger_sum(each.ledger) == each.value for each in (found, proven, calm))
