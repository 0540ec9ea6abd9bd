"""The judgement in force, needs by profile, and whom to see next with reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kam_connector.kam.chart import stakeholder_views
from kam_connector.kam.chart.paths import profile_paths
from kam_connector.kam.chart.priority import Standing, contact_priority
from kam_connector.kam.chart.stakeholders import ProfileBasis, StakeholderView
from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.settings import KamSettings, StrengthSettings
from kam_connector.kam.situation import read_situation
from kam_connector.language import voice
from kam_connector.model.account_team import RelationshipLevel
from kam_connector.model.contact import Profile
from kam_connector.model.facts import AccountFacts
from kam_connector.model.stakeholder import ProfilePath, Seniority, Support
from tests.unit.kam.chart.conftest import People

DAY = date(2026, 11, 21)
EN = voice("en")


def _views(facts: AccountFacts) -> dict[str, StakeholderView]:
    return {view.contact.id: view for view in stakeholder_views(facts, DAY)}


def _value(**known: object) -> Decimal:
    standing = Standing(**{"influence": 5, **known})  # type: ignore[arg-type] # checked there
    value = contact_priority(standing, as_of=DAY, say=EN).value
    assert value is not None
    return value


@pytest.mark.checklist(
    "S2.21", home="`Stakeholder`: influence, support, engagement; `stakeholder_views`"
)
def test_the_newest_judgement_that_holds_is_in_force(people: People) -> None:
    """Of three the newest is over, so the one before it counts."""
    told = (
        people.judged("a", influence=1, asserted_on=date(2026, 1, 1)),
        people.judged("a", influence=4, support=Support.NEUTRAL, engagement=2,
                      asserted_on=date(2026, 6, 1)),
        people.judged("a", influence=5, asserted_on=date(2026, 7, 1),
                      expires_on=date(2026, 11, 20)),
        people.judged("a", influence=3, asserted_on=date(2026, 11, 22)),
    )  # fmt: skip
    view = _views(people.account(people.person("a"), told=told))["a"]
    assert view.judgement == told[1]
    assert (view.expired, view.priority.influence, view.priority.influence_told) == (None, 4, True)


def test_an_expired_judgement_is_said_and_not_counted(people: People) -> None:
    """It is worth asking again; until then nothing is known."""
    old = people.judged("a", influence=5, support=Support.OPPOSED, expires_on=date(2026, 11, 20))
    view = _views(people.account(people.person("a"), told=(old,)))["a"]
    assert (view.judgement, view.expired) == (None, old)
    assert (view.priority.influence, view.priority.value) == (None, None)


def test_a_title_suggests_a_profile_and_never_sets_it(people: People) -> None:
    """A CFO is no decider until a person says so or the CRM does (S2.43)."""
    view = _views(people.account(people.person("a", title="CFO")))["a"]
    assert (view.profile, view.basis) == (None, ProfileBasis.NONE)
    assert view.suggested.profile is Profile.ECONOMIC_DECIDER


def test_a_told_profile_stands_before_the_crms(people: People) -> None:
    """And the path, with its cadence, follows it."""
    crowd = [people.person(key, roles=("operational_user",)) for key in "ab"]
    told = (people.judged("a", profile=Profile.ECONOMIC_DECIDER),)
    views = _views(people.account(*crowd, told=told))
    assert (views["a"].profile, views["a"].basis) == (Profile.ECONOMIC_DECIDER, ProfileBasis.TOLD)
    assert (views["b"].profile, views["b"].basis) == (Profile.OPERATIONAL_USER, ProfileBasis.CRM)
    assert (views["a"].path.cadence_days, views["b"].path.cadence_days) == (90, 30)


@pytest.mark.checklist("S2.15", home="`Profile.ECONOMIC_DECIDER` and its path: rare but decisive")
def test_economic_deciders_are_met_rarely_and_weigh_much(people: People) -> None:
    """Return and risk are what they ask; a quarter between two meetings is on time."""
    path = profile_paths()[Profile.ECONOMIC_DECIDER]
    assert "return on investment" in path.needs
    assert "risks" in path.needs
    assert path.cadence_days == max(
        one.cadence_days or 0 for one in profile_paths().values() if one.profile != Profile.LEGAL
    )
    met = {"strength": Decimal(40), "last_two_way": date(2026, 8, 23), "cadence_days": 90}
    decider = contact_priority(
        Standing(profile=Profile.ECONOMIC_DECIDER, influence=5, **met), as_of=DAY, say=EN
    )
    user = contact_priority(
        Standing(profile=Profile.OPERATIONAL_USER, influence=5, **met), as_of=DAY, say=EN
    )
    assert (decider.value or 0) > (user.value or 0)
    assert {line.key: line.points for line in decider.ledger}["priority.rhythm"] == 0


@pytest.mark.checklist(
    "S2.16", home="`Profile.INTERNAL_SPONSOR` and its path: arguments, successes"
)
def test_sponsors_get_arguments_successes_and_recognition() -> None:
    """What they carry inside, monthly."""
    path = profile_paths()[Profile.INTERNAL_SPONSOR]
    assert all(word in path.needs for word in ("arguments", "successes", "recognition"))
    assert path.cadence_days == 30


@pytest.mark.checklist("S2.17", home="`Profile.OPERATIONAL_USER` and its path: ease, satisfaction")
def test_users_get_ease_and_are_asked_for_their_satisfaction() -> None:
    """Efficiency, ease, fast resolution; their satisfaction is asked."""
    path = profile_paths()[Profile.OPERATIONAL_USER]
    assert all(word in path.needs for word in ("efficiency", "ease", "fast"))
    assert "satisfaction" in (path.proofs or "")


@pytest.mark.checklist("S2.18", home="`Profile.TECHNICAL_INFLUENCER` and its path")
def test_technical_influencers_get_integration_security_and_growth() -> None:
    """And somebody to talk to."""
    path = profile_paths()[Profile.TECHNICAL_INFLUENCER]
    assert all(word in path.needs for word in ("integration", "security", "grow"))
    assert "expert" in (path.proofs or "")


@pytest.mark.checklist("S2.19", home="`ProfilePath`: shipped for every profile, replaced by yours")
def test_every_profile_has_a_path_and_a_programme_may_have_its_own(people: People) -> None:
    """Shipped cadences are those strength is computed with; what is told stands before them."""
    shipped = profile_paths()
    assert set(shipped) == set(Profile)
    assert {one: path.cadence_days for one, path in shipped.items()} == dict(
        StrengthSettings().cadence_days
    )
    own = ProfilePath(id="own", profile=Profile.LEGAL, needs="a call each quarter", cadence_days=90)
    told = (own, people.judged("a", profile=Profile.LEGAL))
    assert _views(people.account(people.person("a"), told=told))["a"].path == own


@pytest.mark.parametrize("profile", list(Profile))
def test_paths_are_spoken_in_french(profile: Profile) -> None:
    """Needs, proofs and channels."""
    path = profile_paths()[profile]
    french = voice("fr")
    assert all(french(words) != words for words in (path.needs, path.proofs or "", *path.channels))


@pytest.mark.checklist("S2.21", home="`contact_priority`: whom to see next, with a ledger")
def test_whom_to_see_next_is_influence_times_distance(people: People) -> None:
    """The influential sceptic comes before the powerless one and before the friend."""
    told = (
        people.judged("mighty", influence=5, support=Support.RESERVED, engagement=2),
        people.judged("minor", influence=1, support=Support.RESERVED, engagement=2),
        people.judged("friend", influence=5, support=Support.PROMOTER, engagement=5),
    )
    crowd = [people.person(key) for key in ("friend", "minor", "mighty", "stranger")]
    meetings = people.every(14, "friend", until="2026-11-17", times=40)
    views = stakeholder_views(people.account(*crowd, told=told, activities=meetings), DAY)
    assert [view.contact.id for view in views] == ["mighty", "minor", "friend", "stranger"]
    assert views[-1].priority.value is None
    assert "support reserved, wanted favourable" in views[0].priority.reasons


def test_silence_of_the_record_is_not_silence() -> None:
    """Nothing captured: the tie is not known, and half of the weight is missing."""
    make = People()
    told = (make.judged("a", influence=5, support=Support.OPPOSED),)
    facts = make.account(make.person("a"), told=told, captured_user_ids=frozenset())
    view = _views(facts)["a"]
    assert view.strength is None
    assert (view.priority.known, view.priority.value) == (Decimal("0.4"), None)


def test_reasons_are_spoken_in_french(people: People) -> None:
    """The ledger's words follow the reader."""
    told = (people.judged("a", influence=4, support=Support.NEUTRAL),)
    facts = people.account(people.person("a"), told=told)
    (view,) = stakeholder_views(facts, DAY, say=voice("fr"))
    assert "soutien neutre, souhaité favorable" in view.priority.reasons


STANDINGS = st.builds(
    Standing,
    profile=st.sampled_from([None, *Profile]),
    influence=st.sampled_from([None, 1, 2, 3, 4, 5]),
    rank=st.sampled_from(Seniority),
    support=st.sampled_from([None, *Support]),
    engagement=st.sampled_from([None, 1, 2, 3, 4, 5]),
    desired=st.sampled_from([None, *RelationshipLevel]),
    strength=st.one_of(st.none(), st.decimals(0, 100, places=1)),
    last_two_way=st.one_of(st.none(), st.dates(date(2023, 1, 1), DAY)),
    cadence_days=st.sampled_from([None, 30, 90, 180]),
)


@settings(deadline=None)
@given(STANDINGS)
def test_a_priority_is_bounded_and_its_ledger_sums_exactly(standing: Standing) -> None:
    """0 to 100, and below half of the weight known no value at all."""
    found = contact_priority(standing, as_of=DAY, say=EN)
    value = found.value if found.value is not None else Decimal(0)
    assert 0 <= value <= 100
    assert ledger_sum(found.ledger) == value
    assert (found.value is None) == (found.influence is None or found.known < Decimal("0.5"))
    assert all(line.reason for line in found.ledger)


@settings(deadline=None)
@given(st.sampled_from(Support), st.integers(1, 5), st.decimals(0, 100, places=1))
def test_more_influence_and_more_distance_never_lower_a_priority(
    support: Support, influence: int, strength: Decimal
) -> None:
    """Monotone in influence and in each gap."""
    order = list(Support)
    colder = order[min(order.index(support) + 1, len(order) - 1)]
    known = {"support": support, "strength": strength}
    assert _value(**known, influence=influence) <= _value(**known, influence=5)
    assert _value(**known) <= _value(**known | {"support": colder})
    assert _value(**known) <= _value(**known | {"strength": strength / 2})


def test_words_about_people_are_neutral() -> None:
    """Nothing here that the person could not read."""
    said = {one.value for made in (Support, Profile, Seniority) for one in made}
    assert said.isdisjoint({"enemy", "blocker", "detractor", "gatekeeper", "hostile", "weak"})


def test_a_told_profile_counts_wherever_profiles_count(people: People) -> None:
    """Coverage, cadence and signals read the judgement in force beside the CRM's roles."""
    over = people.judged("b", profile=Profile.LEGAL, expires_on=date(2026, 10, 1))
    told = (people.judged("a", profile=Profile.ECONOMIC_DECIDER), over)
    crowd = [people.person("a", roles=("operational_user",)), people.person("b")]
    read = read_situation(people.account(*crowd, told=told), as_of=DAY, now=people.now,
                          settings=KamSettings())  # fmt: skip
    assert read.profiles["a"] == {Profile.OPERATIONAL_USER, Profile.ECONOMIC_DECIDER}
    assert "b" not in read.profiles


def test_configured_cadences_are_the_paths(people: People) -> None:
    """An admin who meets deciders every two months says so once."""
    tuned = KamSettings(strength=StrengthSettings(cadence_days={Profile.ECONOMIC_DECIDER: 60}))
    crowd = people.account(people.person("a", roles=("economic_decider",)))
    (view,) = stakeholder_views(crowd, DAY, settings=tuned)
    assert view.path.cadence_days == 60
