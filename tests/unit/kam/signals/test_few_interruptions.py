"""Promise: however many rules speak at once, an owner is asked for few things, the gravest."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kam_connector.kam.actions import allot, propose_actions
from kam_connector.kam.assess import assess
from kam_connector.kam.signals.findings import finding
from kam_connector.kam.signals.rules import RULES, grave, without_repeats
from kam_connector.kam.signals.words import PUBLIC_TITLES, TITLES
from kam_connector.kam.wording import public_finding
from kam_connector.language import Language, voice
from kam_connector.model.plan import ActionState
from kam_connector.model.signal import Severity, SignalKind


@pytest.fixture
def situation(make: Any) -> Any:
    """Return Nordwind Énergie as the rules see it."""
    return assess(make.nordwind(), as_of=make.as_of, now=make.now).situation


def all_at_once(situation: Any, severity: Severity) -> list[Any]:
    """Return a finding of every kind, about the same account."""
    return [
        finding(situation, kind, severity, kind.value, anchor=date(2026, 11, 3), contact_id="jonas")
        for kind in SignalKind
    ]


@pytest.mark.parametrize("severity", list(Severity))
def test_thirty_kinds_at_once_make_at_most_five_tasks(situation: Any, severity: Severity) -> None:
    """Over three accounts of one owner, every kind on each: five tasks, the rest wait."""
    found = all_at_once(situation, severity)
    actions = propose_actions(situation, found)
    elsewhere = [
        type(one)(**{name: getattr(one, name) for name in one.__dataclass_fields__}
                  | {"id": f"{one.id}-{k}", "account_id": f"acc_{k}"})
        for k in (2, 3)
        for one in actions
    ]  # fmt: skip
    tasks = [one for one in allot([*actions, *elsewhere]) if one.state is ActionState.OPEN]
    assert len(found) == 31
    assert len(actions) >= 30
    assert 1 <= len(tasks) <= 5


def test_gravest_of_thirty_kinds_is_named_first(situation: Any) -> None:
    """What hurts the customer now comes before papers."""
    found = sorted(all_at_once(situation, Severity.WARNING), key=grave)
    assert found[0].kind is SignalKind.INCIDENT_MAJOR
    assert found[-1].kind is SignalKind.ACTION_OVERDUE


def test_one_person_is_told_once(situation: Any) -> None:
    """Left, moved, quieter, weaker: the loudest word about somebody stands for the others."""
    kinds = [one.kind for one in without_repeats(all_at_once(situation, Severity.WARNING))]
    assert SignalKind.CONTACT_LEFT in kinds
    assert SignalKind.STAFF_MOVEMENT not in kinds
    assert SignalKind.STRENGTH_DROP not in kinds
    assert SignalKind.WEAK_SIGNAL not in kinds


def test_every_kind_has_a_rule_a_rank_and_words() -> None:
    """No kind is only a name."""
    assert set(RULES) == set(SignalKind) == set(TITLES) == set(PUBLIC_TITLES)


@pytest.mark.parametrize("kind", list(SignalKind))
def test_every_kind_has_public_words_that_name_nobody(situation: Any, kind: SignalKind) -> None:
    """What an account's readers see names no person, whatever the finding says."""
    named = finding(
        situation, kind, Severity.WARNING, "neutral", anchor=date(2026, 11, 3), contact_id="jonas",
        due=date(2026, 12, 3), evidence={"threads": "1.4"},
    )  # fmt: skip
    said = public_finding(situation, named)
    assert "Jonas" not in said
    assert "{" not in said


@pytest.mark.parametrize("kind", list(SignalKind))
def test_every_kind_speaks_french(kind: SignalKind) -> None:
    """Titles of tasks, and the kind's own name."""
    say = voice(Language.FR)
    words = {"account": "ACME", "person": "Ada", "role": "DAF", "opportunity": "X", "decision": "Y"}
    english, french = TITLES[kind].format(**words), say(TITLES[kind], **words)
    assert french != english
    assert "ACME" in french or "Ada" in french or "X" in french
    assert say.name(kind) != kind.value.replace("_", " ")
