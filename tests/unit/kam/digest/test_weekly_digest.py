"""Five decisions a week for each account manager, in ten minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.digest.decisions import Decision, Weight, decisions
from kam_connector.kam.digest.weekly import Digest, digest_actions, iso_week, weekly_digests
from kam_connector.kam.settings.digest import DigestSettings
from kam_connector.language import Language, voice
from kam_connector.model.kept import KeptRecords
from kam_connector.model.kind import Kind
from kam_connector.model.plan import ActionState
from kam_connector.model.programme import Maturity, Programme

DAY = date(2026, 11, 21)
EN = voice(Language.EN)
SETTINGS = DigestSettings()


def question(number: int, *, account: str = "acc_1", weight: Weight = Weight.WARNING) -> Decision:
    """A question about an account of Claire's."""
    return Decision(
        account_id=account,
        account=account,
        owner_id="usr_1",
        weight=weight,
        question=f"Question {number}?",
        because="Because.",
        key=f"{weight.name}:{account}:{number}",
    )


def digest(*asked: Decision) -> Digest:
    """The one digest of these questions."""
    (found,) = weekly_digests(asked, as_of=DAY, settings=SETTINGS)
    return found


QUESTIONS = st.builds(
    question, st.integers(0, 50), account=st.sampled_from(["acc_1", "acc_2", "acc_3"]),
    weight=st.sampled_from(Weight),
)  # fmt: skip


@given(st.lists(QUESTIONS, min_size=1, max_size=30, unique_by=lambda one: one.key), st.randoms())
def test_five_at_most_the_weightiest_first_in_any_order(asked: list[Decision], any_: Any) -> None:
    """What is left out is counted; the order of the questions does not matter."""
    found = digest(*asked)
    assert len(found.decisions) == min(5, len(asked))
    assert len(found.decisions) + found.more == len(asked)
    weights = [one.weight for one in found.decisions]
    assert weights == sorted(weights)
    shuffled = list(asked)
    any_.shuffle(shuffled)
    assert digest(*shuffled) == found


def test_a_crisis_in_one_account_does_not_hide_the_others() -> None:
    """Two places for one account while others have questions too."""
    crisis = [question(n, weight=Weight.CRITICAL) for n in range(6)]
    others = [question(n, account=f"acc_{n}") for n in range(2, 5)]
    accounts = [one.account_id for one in digest(*crisis, *others).decisions]
    assert accounts == ["acc_1", "acc_1", "acc_2", "acc_3", "acc_4"]


@pytest.mark.checklist(
    "S2.41", home="five decisions a week for each KAM: `kam digest`, one CRM task"
)
def test_a_digest_is_one_task_a_week() -> None:
    """Made once, open at once, due on Friday; last week's ends unanswered."""
    (monday,) = digest_actions([digest(question(1))], [], as_of=date(2026, 11, 16), say=EN)
    assert (monday.state, monday.due, monday.digest_week) == (
        ActionState.OPEN, date(2026, 11, 20), "2026-W47",
    )  # fmt: skip
    again = digest_actions([digest(question(2))], [monday], as_of=date(2026, 11, 18), say=EN)
    assert again == [monday]
    (later,) = digest_actions([], [monday], as_of=date(2026, 11, 23), say=EN)
    assert (later.state, later.closed_on) == (ActionState.EXPIRED, date(2026, 11, 23))


def test_weeks_are_iso_weeks() -> None:
    """The last days of December may belong to the first week of the next year."""
    assert [iso_week(day) for day in (date(2026, 11, 21), date(2026, 12, 31))] == [
        "2026-W47",
        "2026-W53",
    ]


def test_the_story_asks_its_questions(make: Any) -> None:
    """A champion who left, a decider nobody met, a renewal that is near."""
    found = decisions(assess(make.nordwind(), as_of=make.as_of, now=make.now))
    assert {one.weight for one in found} >= {Weight.CRITICAL, Weight.RENEWAL}
    assert all(one.question and one.because and one.owner_id == "usr_1" for one in found)


def test_a_digest_says_nothing_in_an_accounts_fields(make: Any) -> None:
    """It is a task of its owner, and no next action of the account that carries it."""
    facts = make.nordwind()
    (weekly,) = digest_actions([digest(question(1))], [], as_of=make.as_of, say=EN)
    account, *rest = conclude(assess(facts, as_of=make.as_of, now=make.now), [weekly])
    assert account.values["actions.open"] == 0
    assert [one.id for one in rest if one.kind is Kind.TASK] == [weekly.id]


@pytest.mark.parametrize(
    ("weekly", "maturity", "starts"),
    [
        (None, Maturity.STARTER, False),
        (None, Maturity.STANDARD, True),
        (False, Maturity.ADVANCED, False),
        (True, Maturity.STARTER, True),
    ],
)
def test_the_programme_says_when_it_is_ready(
    weekly: bool | None, maturity: Maturity, *, starts: bool
) -> None:
    """A task nobody agreed on is noise; a setting decides otherwise."""
    kept = KeptRecords.holding([Programme(id="p", name="KAM", maturity=maturity)])
    assert DigestSettings(weekly=weekly).starts(kept) is starts


def test_money_at_stake_orders_questions_of_one_weight() -> None:
    """The larger first, then by what they are about."""
    small, large = question(1), question(2)
    large = replace(large, points=Decimal(5))
    assert digest(small, large).decisions == (large, small)
