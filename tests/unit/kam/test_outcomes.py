"""Promises of the outcomes: mappable, stable, and careful with people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kam_connector.kam.actions import allot
from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.plan.opening import opening_plan
from kam_connector.model.kind import MADE, Kind
from kam_connector.model.outcome import Outcome
from kam_connector.model.paths import WRITE_PATHS


def outcomes(make: Any, facts: Any, *, days: int = 0, **changes: Any) -> list[Outcome]:
    """Return the outcomes some days after the demo's day."""
    later = timedelta(days=days)
    found = assess(facts, as_of=make.as_of + later, now=make.now + later)
    return list(conclude(found, allot(found.actions), **changes))


def of(kind: Kind, found: list[Outcome]) -> dict[str, Outcome]:
    """Return those of one kind, by id."""
    return {each.id: each for each in found if each.kind is kind}


def test_every_value_stands_on_a_path_a_mapping_may_name(make: Any) -> None:
    """Outcomes and `kam mapping paths` speak of the same paths."""
    plan = opening_plan("acc_1", as_of=make.as_of, now=make.now)
    found = outcomes(make, make.nordwind(plan=plan))
    assert {each.kind for each in found} == {
        Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY, *MADE,
    }  # fmt: skip
    assert all(set(each.values) == set(WRITE_PATHS[each.kind]) for each in found)
    assert all(set(each.reasons) <= set(each.values) for each in found)


def test_values_are_canonical(make: Any) -> None:
    """No float and no Decimal crosses: JSON text of the values loses nothing."""
    values = [dict(each.values) for each in outcomes(make, make.nordwind())]
    assert json.loads(json.dumps(values)) == values


def test_card_names_records_not_people(make: Any) -> None:
    """What the card reads resolves names under the viewer's own rights."""
    text = str(of(Kind.ACCOUNT, outcomes(make, make.nordwind()))["acc_1"].values["summary.json"])
    assert "Claire" not in text
    assert "Inès" not in text
    assert json.loads(text)["detail"]["reply"][0] == "ines"


def test_card_says_who_covers_whom_and_who_left(make: Any) -> None:
    """The map of the people: each with role, warmth and leaving, and our colleagues' ties."""
    found = of(Kind.ACCOUNT, outcomes(make, make.nordwind()))["acc_1"].values["summary.json"]
    detail = json.loads(str(found))["detail"]
    covered = {detail["people"][place][0] for place, _, _ in detail["covers"]}
    assert [person[3] for person in detail["people"] if person[0] == "claire"] == ["2026-11-18"]
    assert "claire" in covered


def test_card_says_caps_without_words(make: Any) -> None:
    """A card in another language needs the fact and its dates, not our sentence."""
    text = of(Kind.ACCOUNT, outcomes(make, make.nordwind()))["acc_1"].values["summary.json"]
    assert json.loads(str(text))["health"]["cap_facts"] == [
        {"key": "champion_left", "on": "2026-11-18", "renewal": "2027-01-30"}
    ]


def test_card_names_what_is_not_known(make: Any) -> None:
    """Lines without data are named, those with a reading of nothing are shown as zero."""
    text = of(Kind.ACCOUNT, outcomes(make, make.nordwind()))["acc_1"].values["summary.json"]
    detail = json.loads(str(text))["detail"]
    assert detail["unknown"] == [
        "satisfaction.nps", "satisfaction.csat", "profitability.margin",
        "profitability.cost_to_serve",
    ]  # fmt: skip
    assert all(len(line) == 3 for line in detail["ledger"])


def test_card_stays_within_a_long_text_field(make: Any) -> None:
    """However many people, the JSON fits and stays whole."""
    facts = make.nordwind()
    crowd = [make.contact(f"con_{k:020d}", "legal") for k in range(900)]
    found = outcomes(make, make.nordwind(contacts=(*facts.contacts, *crowd)))
    text = str(of(Kind.ACCOUNT, found)["acc_1"].values["summary.json"])
    assert len(text) <= 30_000
    assert json.loads(text)["health"]["band"] == "red"


def test_summary_fits_and_is_cut_with_a_sign(make: Any) -> None:
    """255 characters, the next step kept whole."""
    long = "x" * 300
    deal = make.deal("2027-03-01", 100, name=long, stage_changed_at=make.at("2026-08-01"))
    facts = make.nordwind()
    found = outcomes(make, make.nordwind(opportunities=(*facts.opportunities, deal)))
    assert len(str(of(Kind.ACCOUNT, found)["acc_1"].values["summary.text"])) <= 255


def test_texts_use_the_numbers_as_given(make: Any) -> None:
    """While a number is not rewritten, neither is the text that names it."""
    shown = {"health.score": "53", "health.band": "amber"}
    values = of(Kind.ACCOUNT, outcomes(make, make.nordwind(), shown=shown))["acc_1"].values
    assert str(values["summary.text"]).startswith("Health 53 (amber)")
    assert values["health.score"] == "52"
    assert json.loads(str(values["summary.json"]))["health"]["value"] == "53"


def test_daily_decay_does_not_rewrite_texts(make: Any) -> None:
    """Days later, with the same numbers shown, text and JSON are the same to the letter."""
    facts = make.nordwind()
    found = assess(facts, as_of=make.as_of, now=make.now)
    actions = allot(found.actions)
    first = conclude(found, actions)[0].values
    later = replace(facts, previous=found.scores, signals=found.signals, actions=tuple(actions))
    second = of(Kind.ACCOUNT, outcomes(make, later, days=4, shown=first))["acc_1"].values
    assert second["relationship.score"] != first["relationship.score"]
    assert second["summary.text"] == first["summary.text"]
    assert second["summary.json"] == first["summary.json"]


def test_unreadable_written_card_is_written_anew(make: Any) -> None:
    """Whatever a field holds, it is never taken on trust."""
    fresh = of(Kind.ACCOUNT, outcomes(make, make.nordwind()))["acc_1"].values["summary.json"]
    for_garbage = outcomes(make, make.nordwind(), shown={"summary.json": "{oops"})
    assert (
        json.loads(str(of(Kind.ACCOUNT, for_garbage)["acc_1"].values["summary.json"]))["detail"]
        == json.loads(str(fresh))["detail"]
    )


def test_people_without_role_or_contact_get_no_values(make: Any) -> None:
    """Nothing is written about somebody of whom nothing is known."""
    facts = make.facts(contacts=[make.contact("mona"), make.contact("kurt", "legal")])
    assert list(of(Kind.CONTACT, outcomes(make, facts))) == ["kurt"]


def test_closed_opportunities_are_left_alone(make: Any) -> None:
    """Only open business is in the plan."""
    open_deal = make.deal("2027-03-01", 100)
    facts = make.facts(opportunities=[make.won("2026-05-01", 100), open_deal])
    found = of(Kind.OPPORTUNITY, outcomes(make, facts))
    assert list(found) == [open_deal.id]
    assert found[open_deal.id].values == {"in_plan": True, "risk": None}


def test_opportunity_closing_without_a_sponsor_is_at_risk(make: Any) -> None:
    """The risk names the date."""
    found = of(Kind.OPPORTUNITY, outcomes(make, make.nordwind()))
    assert [each.values["risk"] for each in found.values()] == [
        "closing on 2027-01-30 without a sponsor in dialogue",
        None,
    ]


def test_calm_account_says_so(make: Any) -> None:
    """No signal and nothing to do are values too."""
    people = [make.contact("mona", "internal_sponsor"), make.contact("kurt", "economic_decider")]
    facts = make.facts(
        contacts=people,
        activities=make.every(14, "mona", "kurt", until="2026-11-18", times=20),
        opportunities=make.steady_business(),
    )
    values = of(Kind.ACCOUNT, outcomes(make, facts))["acc_1"].values
    assert values["risk.top"] is None
    assert values["next_action.title"] is None
    assert values["phase"] == "development"
    assert "no open signal" in str(values["summary.text"])


@pytest.mark.parametrize("template", ["https://kam.example/accounts/{account_id}/plan"])
def test_plan_url_follows_its_template(make: Any, template: str) -> None:
    """When a web address exists, the record links to the plan."""
    facts = make.facts()
    found = assess(facts, as_of=make.as_of, now=make.now)
    situation = replace(
        found.situation, settings=replace(found.situation.settings, plan_url=template)
    )
    account = conclude(replace(found, situation=situation), [])[0]
    assert account.values["plan.url"] == "https://kam.example/accounts/acc_1/plan"
