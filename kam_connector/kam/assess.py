"""One account's night: from facts to an assessment, and after allotment to outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from kam_connector.kam.account_tie import relationship_score
from kam_connector.kam.actions import propose_actions
from kam_connector.kam.coverage import Coverage, account_coverage
from kam_connector.kam.health.looming import looming_scores
from kam_connector.kam.health.verdict import bare_health, compared, earlier_situation, health_score
from kam_connector.kam.kpis.account import situation_kpis
from kam_connector.kam.kpis.outcomes import with_figures
from kam_connector.kam.plan.basis import plan_basis
from kam_connector.kam.plan.objectives import Aims, account_aims
from kam_connector.kam.plan.outcomes import plan_figures, plan_outcomes
from kam_connector.kam.plan.scope import in_plan
from kam_connector.kam.playbooks.night import play
from kam_connector.kam.record_outcomes import (
    contact_outcomes,
    opportunity_outcomes,
    task_outcomes,
)
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.signals.acts import told
from kam_connector.kam.signals.follow import account_signals
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.kam.summary import Verdict, account_outcome
from kam_connector.kam.ties import score_pairs
from kam_connector.model.account import RenewalCycle
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import KpiValue
from kam_connector.model.journey import PlaybookRun
from kam_connector.model.kind import JsonValue
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action
from kam_connector.model.score import Score, StrengthScore
from kam_connector.model.signal import Signal

__all__ = ["Assessment", "assess", "conclude"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a night found out about one account, before actions are allotted."""

    account_id: str
    situation: Situation
    strengths: Mapping[str, StrengthScore]
    """By contact, all colleagues together."""
    pairs: Mapping[tuple[str, str], StrengthScore]
    """By (contact, colleague)."""
    scores: Mapping[str, Score]
    """``health`` and ``relationship``; ``renewal_risk`` and ``tender_readiness`` of what is
    coming up."""
    coverage: Coverage
    """Of those who are still there."""
    threads: float
    """Effective threads, a just-departed sponsor or decider included."""
    signals: tuple[Signal, ...]
    """All of them, the gravest first; `signals.acts.told` says which a person sees."""
    actions: tuple[Action, ...]
    """All known ones, followed up, and the new ones, waiting."""
    renewals: tuple[RenewalCycle, ...]
    aims: Aims
    """What its plan wants to reach, and how far that has got."""
    runs: tuple[PlaybookRun, ...] = ()
    """Playbooks begun, changed or closed tonight."""
    kpis: tuple[KpiValue, ...] = ()
    """Key figures of the account with its tree."""


def assess(
    facts: AccountFacts, *, as_of: date, now: datetime, settings: KamSettings | None = None
) -> Assessment:
    """Return what *facts* say about the account as of *now*.

    Args:
        facts: All that is known about it.
        as_of: The business day of the run.
        now: The run's logical time, aware.
        settings: The method's numbers; defaults when None.
    """
    situation = read_situation(facts, as_of=as_of, now=now, settings=settings or KamSettings())
    earlier = earlier_situation(situation)
    signals = account_signals(situation)
    played = play(situation, signals)
    coverage = account_coverage(situation)
    scores = {
        "health": compared(
            health_score(situation),
            facts.previous.get("health"),
            bare_health(earlier),
            say=situation.settings.say,
        ),
        "relationship": compared(
            relationship_score(situation),
            facts.previous.get("relationship"),
            relationship_score(earlier),
            say=situation.settings.say,
        ),
        **looming_scores(situation, earlier),
    }
    return Assessment(
        account_id=facts.account.id,
        situation=situation,
        strengths=situation.strengths,
        pairs=score_pairs(situation.facts, now=now, settings=situation.settings),
        scores=scores,
        coverage=coverage,
        threads=account_coverage(situation, with_departed=True).threads,
        signals=signals,
        actions=(*propose_actions(situation, signals, besides=played.signal_keys), *played.actions),
        runs=played.runs,
        renewals=situation.renewals,
        aims=account_aims(situation, coverage, scores),
        kpis=situation_kpis(situation),
    )


def conclude(
    assessment: Assessment,
    actions: Iterable[Action],
    *,
    shown: Mapping[str, JsonValue] | None = None,
) -> tuple[Outcome, ...]:
    """Return the outcomes of the account, its people, opportunities, plan and tasks.

    Args:
        assessment: What was found out.
        actions: After `allot`; those of other accounts are left out.
        shown: The account's values as its CRM shows them after this run, where they differ
            from today's; texts use them.
    """
    tasks = [action for action in actions if action.account_id == assessment.account_id]
    own = [action for action in tasks if action.digest_week is None]
    verdict = Verdict(
        health=assessment.scores["health"],
        relationship=assessment.scores["relationship"],
        coverage=assessment.coverage,
        threads=assessment.threads,
        pairs=assessment.pairs,
        signals=told(assessment.signals, assessment.situation.as_of),
        actions=own,
    )
    account = with_figures(
        account_outcome(assessment.situation, verdict, shown=shown),
        assessment.kpis,
        assessment.scores,
    )
    return (
        _with_plan(account, assessment, own),
        *contact_outcomes(assessment.situation),
        *opportunity_outcomes(assessment.situation, assessment.coverage, _in_plan(assessment)),
        *plan_outcomes(assessment.situation, assessment.aims),
        *task_outcomes(tasks),
    )


def _in_plan(assessment: Assessment) -> Callable[[Opportunity], tuple[bool, str]]:
    """Return what tells whether an opportunity is in the account's plan, and why."""
    situation = assessment.situation
    return lambda deal: in_plan(situation.facts, deal, situation.settings.say)


def _with_plan(account: Outcome, assessment: Assessment, actions: Iterable[Action]) -> Outcome:
    """Return the account's outcome with what its record may say of the plan."""
    basis = plan_basis(
        assessment.situation,
        coverage=assessment.coverage,
        scores=assessment.scores,
        aims=assessment.aims,
        actions=actions,
    )
    said = plan_figures(basis)
    return replace(
        account,
        values={**account.values, **said.values},
        reasons={**account.reasons, **said.reasons},
    )
