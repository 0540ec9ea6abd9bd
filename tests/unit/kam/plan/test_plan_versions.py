"""Versions of a plan: sealed, approved by another pair of eyes, superseded, compared in words."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.errors import CheckFailed
from kam_connector.kam.plan.approval import Seal, approve, put_forward, reject, seal
from kam_connector.kam.plan.difference import plan_differences
from kam_connector.kam.plan.snapshot import ERASED, plan_content, seal_of
from kam_connector.kam.settings.plan import PlanSettings
from kam_connector.language import Language, voice
from kam_connector.model.plan_content import PlanVersion, SectionKind, SwotQuadrant, VersionState
from kam_connector.model.stakeholder import Stakeholder, Support
from kam_connector.store.blotting import FORGOTTEN

ONE, TWO = '{"a":1}', '{"a":2}'


@pytest.fixture(name="put")
def _put(make: Any) -> Any:
    """Put a content forward after other versions."""

    def put(*known: PlanVersion, content: str = ONE, by: str = "usr_1", **more: Any) -> PlanVersion:
        return put_forward(known, "acc_1", content, by=by, at=make.now, **more)

    return put


def test_a_version_waits_until_somebody_else_approves_it(make: Any, put: Any) -> None:
    """Numbered, sealed, and with both names on it."""
    waiting = put()
    (approved,) = approve([waiting], by="usr_2", at=make.now)
    assert (waiting.number, waiting.state) == (1, VersionState.IN_REVIEW)
    assert (approved.state, approved.decided_by) == (VersionState.APPROVED, "usr_2")
    assert (approved.content, approved.sha256) == (ONE, seal_of(ONE))


@pytest.mark.parametrize("by", ["usr_1", " USR_1 "])
def test_who_put_it_forward_may_not_approve_it(make: Any, put: Any, by: str) -> None:
    """Four eyes, unless the installation says that two are enough."""
    waiting = put()
    with pytest.raises(CheckFailed) as refused:
        approve([waiting], by=by, at=make.now)
    assert refused.value.code == "KAM-7062"
    relaxed = PlanSettings(four_eyes=False)
    assert approve([waiting], by=by, at=make.now, settings=relaxed)


def test_the_next_approved_version_supersedes_the_one_before(make: Any, put: Any) -> None:
    """What was approved stays, word for word, under another state."""
    (first,) = approve([put()], by="usr_2", at=make.now)
    second, old = approve([first, put(first, content=TWO)], by="usr_2", at=make.now)
    assert (second.number, second.state) == (2, VersionState.APPROVED)
    assert old == replace(first, state=VersionState.SUPERSEDED)


def test_a_rejected_version_makes_room_for_the_next(make: Any, put: Any) -> None:
    """With the reason; numbers are never used twice."""
    refused = reject([put()], by="usr_2", at=make.now, note="No risk is named")
    assert (refused.state, refused.note) == (VersionState.REJECTED, "No risk is named")
    assert put(refused).number == 2


def test_two_versions_never_wait_at_once(put: Any) -> None:
    """Nobody approves one while looking at another."""
    with pytest.raises(CheckFailed) as refused:
        put(put(), content=TWO)
    assert refused.value.code == "KAM-7061"


def test_nothing_new_is_not_put_forward_again(make: Any, put: Any) -> None:
    """The approved version already says all of it."""
    approved = approve([put()], by="usr_2", at=make.now)
    with pytest.raises(CheckFailed) as refused:
        put(*approved)
    assert refused.value.code == "KAM-7061"


def test_a_draft_of_the_same_words_is_what_is_put_forward(put: Any) -> None:
    """One content, one number."""
    draft = put(draft=True)
    assert (draft.state, put(draft).id, put(draft, content=TWO).number) == (
        VersionState.DRAFT, draft.id, 2,
    )  # fmt: skip


def test_without_a_waiting_version_there_is_nothing_to_decide(make: Any) -> None:
    """Said, not ignored."""
    with pytest.raises(CheckFailed) as refused:
        reject([], by="usr_2", at=make.now)
    assert refused.value.code == "KAM-7061"


def test_a_seal_tells_tampering_from_erasure(make: Any, put: Any) -> None:
    """A name taken out on request is no crime; anything else is not approved."""
    made = put()
    changed = replace(made, content=TWO)
    erased = replace(made, content=f'{{"a":"{FORGOTTEN}"}}')
    assert [seal(one) for one in (made, changed, erased)] == [
        Seal.INTACT, Seal.BROKEN, Seal.ERASED,
    ]  # fmt: skip
    with pytest.raises(CheckFailed) as refused:
        approve([changed], by="usr_2", at=make.now)
    assert refused.value.code == "KAM-7063"


def test_the_mark_of_an_erasure_is_the_stores_own() -> None:
    """Both rooms speak of the same mark."""
    assert ERASED == FORGOTTEN


def test_an_old_erasure_does_not_excuse_a_later_change(told: Any, room: Any, basis_of: Any) -> None:
    """What was erased before a version was made stands in it under another word."""
    content = plan_content(basis_of(told(room.words(SectionKind.PROFILE, f"Ask {FORGOTTEN}"))))
    assert FORGOTTEN not in content
    assert "Ask (erased earlier)" in content


def test_a_version_keeps_words_and_records_and_no_judgement_of_a_person(
    told: Any, room: Any, basis_of: Any, make: Any
) -> None:
    """Judgements expire, versions do not."""
    judged = Stakeholder(
        id="st", account_id="acc_1", contact_id="ines", support=Support.OPPOSED,
        asserted_by="usr_1", asserted_on=make.as_of,
    )  # fmt: skip
    content = plan_content(basis_of(told(judged, room.words(SectionKind.PROFILE), room.risk())))
    document = json.loads(content)
    assert document["sections"]["profile"]["words"][0]["body"] == "Words"
    assert document["records"]["risk"][0]["mitigation"] == room.risk().mitigation
    assert "opposed" not in content


def test_the_same_plan_has_the_same_content(whole: Any, basis_of: Any) -> None:
    """Whatever language it is read in."""
    french = basis_of(whole, language=Language.FR)
    assert plan_content(french) == plan_content(basis_of(whole))


@pytest.mark.checklist("S1.27", home="`PlanVersion`, `kam plan versions`, `kam plan diff`")
def test_differences_are_said_in_words(told: Any, room: Any, basis_of: Any) -> None:
    """Words rewritten, records added, gone and changed: with before and after."""
    aim = room.objective()
    threat = room.swot(SwotQuadrant.THREAT)
    before = told(room.words(SectionKind.PROFILE, "Old"), threat, objectives=(aim,))
    after = told(
        room.words(SectionKind.PROFILE, "New"),
        room.risk(),
        objectives=(replace(aim, target=Decimal(700)),),
    )
    old, new = (plan_content(basis_of(facts)) for facts in (before, after))
    said = [f"{one.where}: {one.text}" for one in plan_differences(old, new, voice("en"))]
    assert "Profile: rewritten, from “Old” to “New”" in said
    assert "SWOT: no longer there: A threat" in said
    assert "Risk: added: The merger stalls the renewal" in said
    assert "Objective: Grow storage revenue in Spain: Target from 600 to 700" in said
    assert plan_differences(old, old, voice("en")) == []


def test_differences_speak_french(told: Any, room: Any, basis_of: Any) -> None:
    """The page's own words stay as they were written."""
    old, new = (plan_content(basis_of(one)) for one in (told(), told(room.risk())))
    said = [f"{one.where} : {one.text}" for one in plan_differences(old, new, voice("fr"))]
    assert "Risque : ajouté\u00a0: The merger stalls the renewal" in said
