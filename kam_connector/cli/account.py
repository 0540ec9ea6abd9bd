"""kam account list | show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.model.account import KeyAccount
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import Band, Score
from kam_connector.model.team import TeamMember

__all__ = ["list_accounts", "show"]

_NO_ACTIVITIES = datetime(9999, 1, 1, tzinfo=UTC)
"""Nothing that happened is shown here: none is read."""
_SHORT = {"renewal_risk": "renewal risk", "tender_readiness": "tender ready"}
_PLAIN = {Band.INSUFFICIENT_DATA: "insufficient data"}


@command(
    "list",
    click.option("--all", "everything", is_flag=True, help="Not only key accounts."),
    help="Show the key accounts with tier, health and owner.",
)
def list_accounts(session: Session, *, everything: bool) -> Result:
    """List accounts."""
    store = session.app.store
    chosen = {one.account_id: one for one in store.key_accounts()}
    people = {one.id: one.name for one in store.users()}
    accounts = [one for one in store.accounts() if everything or one.id in chosen]
    rows = []
    data = []
    for one in sorted(accounts, key=lambda account: account.name.casefold()):
        health = _latest(store.scores(one.id, limit=2), "health") if one.id in chosen else None
        key = chosen.get(one.id)
        owner = people.get(one.owner_id or "")
        rows.append((one.name, key.tier if key else None, *_verdict(health), owner, one.id))
        data.append({"account": one, "key": key, "health": health, "owner": owner})
    lines = table(("account", "tier", "health", "verdict", "owner", "id"), rows)
    return Result(data={"accounts": data}, lines=lines or ["No key account is chosen yet."])


@command("show", click.argument("account"), help="Show what is known of one account.")
def show(session: Session, *, account: str) -> Result:
    """Show one account."""
    store = session.app.store
    found = find_account(store, account)
    key = next((one for one in store.key_accounts() if one.account_id == found.id), None)
    scores = store.scores(found.id, limit=1)
    signals = store.signals(account_id=found.id)
    actions = [one for one in store.actions() if one.account_id == found.id]
    strengths = store.strengths(found.id)
    plan = store.plan(found.id)
    lines = [found.name, *_identity_lines(session, found.id, key)]
    lines += [f"  {_label(one):<14}{_number(one)}  {_band(one)}{_when(one)}" for one in scores]
    lines += [f"  {one.severity.value:<14}{one.summary}" for one in signals]
    lines += [f"  {one.state.value:<14}{one.title}, due {one.due}" for one in actions]
    facts = next(iter(store.facts([found.id], since=_NO_ACTIVITIES)), None)
    lines += _recorded_lines(facts) if facts else []
    lines.append(f"  ties          {len(strengths)} people known")
    lines.append(f"Why?  kam score explain {found.id}")
    return Result(
        data={
            "account": found,
            "key": key,
            "scores": scores,
            "signals": signals,
            "actions": actions,
            "strengths": strengths,
            "plan": plan,
            "cases": [one for one in facts.cases if not one.closed] if facts else [],
            "contracts": facts.contracts if facts else (),
            "team": facts.team if facts else (),
            "renewals": facts.renewals if facts else (),
        },
        lines=lines,
    )


def _identity_lines(session: Session, account_id: str, key: KeyAccount | None) -> list[str]:
    store = session.app.store
    account = next(one for one in store.accounts() if one.id == account_id)
    by_id = {one.id: one.name for one in store.accounts()}
    owner = next((one.name for one in store.users() if one.id == account.owner_id), "nobody")
    lines = [f"  {'id':<14}{account.id}"]
    lines += [f"  {connection:<14}{ref}" for connection, ref in account.refs]
    lines.append(f"  {'owner':<14}{owner}")
    if account.parent_id:
        lines.append(f"  {'parent':<14}{by_id.get(account.parent_id, account.parent_id)}")
    if key is not None:
        lines.append(f"  {'key account':<14}{key.tier}, {key.stage.value}, since {key.since}")
    return lines


def _recorded_lines(facts: AccountFacts) -> list[str]:
    """Return what the CRM records beside people and business: team, contracts, cases."""
    lines = []
    if facts.team:
        names = {id_: user.name for id_, user in facts.users.items()}
        lines.append(f"  {'team':<14}{', '.join(_member(one, names) for one in facts.team)}")
    lines += [
        f"  {'contract':<14}{one.number or one.id}, ends {one.ends_on}, decide by {one.decision_on}"
        for one in facts.contracts
        if one.active is not False and one.ends_on
    ]
    waiting = [one for one in facts.cases if not one.closed]
    if waiting:
        escalated = sum(one.escalated for one in waiting)
        lines.append(f"  {'cases':<14}{len(waiting)} open, {escalated} escalated")
    return lines


def _member(one: TeamMember, names: Mapping[str, str]) -> str:
    name = names.get(one.user_id or "", "somebody")
    return f"{name} ({one.role})" if one.role else name


def _latest(scores: list[Score], name: str) -> Score | None:
    return next((one for one in scores if one.name == name), None)


def _verdict(score: Score | None) -> tuple[str, str]:
    return ("–", "–") if score is None else (_number(score), _band(score))


def _label(score: Score) -> str:
    return _SHORT.get(score.name.partition(":")[0], score.name)


def _when(score: Score) -> str:
    """Return the day a renewal or tender is decided, behind its score."""
    day = score.inputs.get("decision") or score.inputs.get("due")
    return f", due {day}" if day else ""


def _number(score: Score) -> str:
    return "–" if score.value is None else f"{score.value:.0f}"


def _band(score: Score) -> str:
    return _PLAIN.get(score.band, score.band.value)
