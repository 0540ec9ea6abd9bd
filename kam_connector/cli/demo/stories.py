"""The five stories, told with what the product really does."""

from __future__ import annotations

from kam_connector.cli.demo.monday import monday_morning
from kam_connector.cli.demo.resigns import a_manager_resigns
from kam_connector.cli.demo.respect import it_respects_you
from kam_connector.cli.demo.stage import BREAKS, NAMES, Stage
from kam_connector.cli.demo.telling import Teller
from kam_connector.kam.explain import explain_score
from kam_connector.model.kind import Kind
from kam_connector.model.report import RunReport
from kam_connector.model.score import Score
from kam_connector.sync.resolve import decide_match, pending_matches
from kam_connector.sync.run import run_sync

__all__ = ["tell_all"]

GROUP, UNSEEN = "Nordwind Énergie", "Maison Verdier"
"""Accounts of the sandbox's world."""
NEW_CFO = "Inès Roy"


def tell_all(stage: Stage, teller: Teller, *, fault: str | None) -> dict[str, object]:
    """Run the whole loop and tell it; returns the facts."""
    teller.welcome()
    _introduce(stage, teller)
    if fault is not None:
        for crm in stage.servers:
            stage.ask(crm, "faults", {"crm": crm, **BREAKS[fault]})
        teller.says(f"Something goes wrong on purpose: {fault}.")
    first = [_run(stage, name) for name in NAMES]
    _told_loop(teller, first)
    facts: dict[str, object] = {
        "pulled": {one.connection: sum(one.pulled.values()) for one in first},
        "green_was_red": _green_was_red(stage, teller),
        "it_respects_you": it_respects_you(stage, teller),
        "it_tells_you": _it_tells_you(stage, teller),
        "a_manager_resigns": a_manager_resigns(stage, teller),
        "monday_morning": monday_morning(stage, teller),
    }
    teller.end()
    return facts


def _introduce(stage: Stage, teller: Teller) -> None:
    teller.says("")
    for crm, server in stage.servers.items():
        counts = stage.ask(crm, "state")
        largest = sorted(counts.items(), key=lambda pair: -pair[1])[:5]
        held = "   ".join(f"{count} {name}" for name, count in largest)
        teller.says(f"{crm:<11} {server['url']}   {held}")


def _told_loop(teller: Teller, reports: list[RunReport]) -> None:
    teller.says("")
    for one in reports:
        teller.says(
            f"{one.connection}: pulled {sum(one.pulled.values())} records, "
            f"{one.scored} key accounts scored, {one.quarantined} values put aside"
        )


def _run(stage: Stage, name: str) -> RunReport:
    return run_sync(stage.context(name), dry_run=True)


def _green_was_red(stage: Stage, teller: Teller) -> dict[str, object]:
    """A parent in one CRM, a subsidiary in the other; the champion left; nobody met the CFO."""
    teller.story(1, "Green was red")
    store = stage.app.store
    proposed = [
        link
        for link in pending_matches(store)
        if link.key.kind is Kind.ACCOUNT and GROUP in link.evidence
    ]
    teller.says(f"{len(pending_matches(store))} pairs of records wait for a person's eye:")
    teller.shows(
        "match list", [f"{one.key.connection}:{one.key.ref}  {one.evidence}" for one in proposed]
    )
    for link in proposed:
        decide_match(store, link.key, accept=True, as_child=True)
        teller.shows(
            f"match confirm {link.key.connection}:{link.key.ref} --as-child",
            ["placed below it; the next run takes it into account."],
        )
    reports = [_run(stage, name) for name in reversed(NAMES)]
    health = _score(stage, GROUP)
    teller.shows(f'score explain "{GROUP}"', [GROUP, *explain_score(health)], most=40)
    ties = store.strengths(_account_id(stage, GROUP))
    names = {row.id: row.values.get("name") for row in store.mirror_rows(Kind.CONTACT)}
    warm = [one for one in ties if one.value > 0]
    teller.says("")
    for one in warm:
        teller.says(f"{names.get(one.contact_id)}: strength {one.value} ({one.band})")
    way = stage.kam("tie", "path", GROUP, NEW_CFO)
    teller.shows(f'tie path "{GROUP}" "{NEW_CFO}"', way.lines)
    tasks = [
        f"{one.label} — {one.owner}"
        for one in reports[-1].changes
        if one.ref is None and _is_about(stage, one.kam_id, GROUP)
    ]
    teller.says("")
    teller.says(f"{len(tasks)} task: {'; '.join(tasks)}")
    return {
        **_facts(health),
        "strengths": [str(one.value) for one in warm],
        "ways_to_the_cfo": len(way.data["ways"]),  # type: ignore[index]
        "tasks": tasks,
    }


def _it_tells_you(stage: Stage, teller: Teller) -> dict[str, object]:
    """An account whose mail is not captured gets no verdict instead of a wrong one."""
    teller.story(3, "It tells you what it does not know")
    health = _score(stage, UNSEEN)
    teller.shows(f'score explain "{UNSEEN}"', [UNSEEN, *explain_score(health)], most=20)
    return _facts(health)


def _account_id(stage: Stage, name: str) -> str:
    return next(one.id for one in stage.app.store.accounts() if one.name == name)


def _is_about(stage: Stage, action_id: str, name: str) -> bool:
    account = _account_id(stage, name)
    return any(
        action.id == action_id and action.account_id == account
        for action in stage.app.store.actions()
    )


def _score(stage: Stage, name: str) -> Score:
    scores = stage.app.store.scores(_account_id(stage, name), limit=4)
    return next(one for one in scores if one.name == "health")


def _facts(score: Score) -> dict[str, object]:
    total = sum((line.points for line in score.ledger), start=score.ledger[0].points * 0)
    help_ = score.counterfactual
    return {
        "health": score.value,
        "before": score.before,
        "band": score.band,
        "ledger_sum": total,
        "caps": list(score.caps),
        "counterfactual": help_.what if help_ else None,
        "counterfactual_points": help_.points if help_ else None,
        "activity_coverage": score.inputs.get("activity_coverage"),
        "ledger": {line.key: line.reason for line in score.ledger},
    }
