"""What many may read names roles and dates; what one colleague reads names people."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kam_connector.kam.actions import allot, propose_actions
from kam_connector.kam.assess import assess, conclude
from kam_connector.kam.signals.findings import finding
from kam_connector.kam.wording import public_finding, public_title
from kam_connector.model.kind import Kind
from kam_connector.model.outcome import Outcome
from kam_connector.model.signal import Severity, SignalKind

PEOPLE = ("Claire", "Inès", "Malika", "Jonas", "CFO", "Framework")


def read(make: Any) -> Any:
    """Return Nordwind Énergie as the rules see it."""
    return assess(make.nordwind(), as_of=make.as_of, now=make.now).situation


def outcomes(make: Any) -> list[Outcome]:
    """Return what is written about Nordwind Énergie."""
    found = assess(make.nordwind(), as_of=make.as_of, now=make.now)
    return list(conclude(found, allot(found.actions)))


@pytest.mark.parametrize("path", ["risk.top", "next_action.title", "summary.text", "summary.json"])
@pytest.mark.parametrize("name", PEOPLE)
def test_account_texts_name_nobody(path: str, name: str, make: Any) -> None:
    """An account has many readers: no person, title or opportunity stands in its fields."""
    (account,) = (one for one in outcomes(make) if one.kind is Kind.ACCOUNT)
    assert name not in str(account.values[path])


def test_task_names_the_person_for_its_owner(make: Any) -> None:
    """Who has the task knows at once whom it is about."""
    (task,) = (
        one for one in outcomes(make) if one.kind is Kind.TASK and one.values["status"] == "open"
    )
    assert task.values["title"] == "Meet the new CFO, Inès Roy"
    assert "Inès Roy" in str(task.values["reason"])


@pytest.mark.parametrize(
    ("kind", "contact", "cue", "said"),
    [
        (
            "new_decision_maker",
            "ines",
            None,
            "A new decision-maker since 2026-11-03; no contact is recorded",
        ),
        ("contact_left", "claire", "left", "The champion left on 2026-11-03"),
        ("contact_left", "claire", "bounced", "The champion seems to have left on 2026-11-03"),
        ("champion_silent", "claire", None, "No exchange with the champion since 2026-11-03"),
        (
            "strength_drop",
            "jonas",
            None,
            "Less exchange with a technical adviser than before; the last on 2026-11-03",
        ),
        ("stalled_opportunity", None, None, "An open opportunity has not moved since 2026-11-03"),
        ("single_threaded", None, None, "The relationship hangs on one person: 1.4 effective"),
        ("plan_stale", None, None, "As the rule said it"),
    ],
)
def test_finding_says_role_and_day(
    kind: str, contact: str | None, cue: str | None, said: str, make: Any
) -> None:
    """Neutral words, an absolute day, and no more certainty than the evidence has."""
    situation = read(make)
    signal = finding(
        situation,
        SignalKind(kind),
        Severity.WARNING,
        "As the rule said it",
        anchor=make.at("2026-11-03").date(),
        contact_id=contact,
        evidence={"cue": cue, "threads": "1.4"},
    )
    assert public_finding(situation, signal).startswith(said)


@pytest.mark.parametrize("kind", sorted(set(SignalKind) - {SignalKind.ACTION_OVERDUE}))
def test_every_action_has_words_for_everybody(kind: SignalKind, make: Any) -> None:
    """No kind of action falls back on the words for its owner."""
    situation = read(make)
    signal = finding(situation, kind, Severity.WARNING, "Said", contact_id="claire")
    (action,) = (
        one for one in propose_actions(situation, [signal]) if one.signal_key == signal.key
    )
    said = public_title(situation, action)
    assert said != action.title
    assert "Claire" not in said
    assert "{" not in said


def test_card_tells_the_role_of_whom_it_is_about(make: Any) -> None:
    """Somebody whom the reading CRM does not hold still has a role there."""
    (account,) = (one for one in outcomes(make) if one.kind is Kind.ACCOUNT)
    document = json.loads(str(account.values["summary.json"]))
    told = [(one["kind"], one["contact"], one["role"]) for one in document["signals"]]
    assert told == [
        ("new_decision_maker", "ines", "economic_decider"),
        ("contact_left", "claire", "internal_sponsor"),
        ("single_threaded", "claire", "internal_sponsor"),
        ("renewal_window", None, None),
    ]
    assert [one["role"] for one in document["actions"]] == ["economic_decider"]
