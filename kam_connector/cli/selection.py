"""kam account select: how the key accounts were chosen, by rule and by matrix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table
from kam_connector.kam.programme.matrix import AxisScore, Placement
from kam_connector.kam.programme.sensitivity import (
    Sensitivity,
    chosen_on_spend_alone,
    sensitivity,
)
from kam_connector.model.account import KeyAccount
from kam_connector.sync.choose import Choice, choose

__all__ = ["select"]

_SPEND = (
    "The tiers follow current business alone: choosing so goes with less growth"
    "  (docs/programme.md; kam account select --matrix)."
)


@command(
    "select",
    click.option("--matrix", is_flag=True, help="Each account's place in the selection matrix."),
    help="Show how the key accounts were chosen: each with its tier and reason.",
)
def select(session: Session, *, matrix: bool) -> Result:
    """Show the choice."""
    store = session.app.store
    names = {one.id: one.name for one in store.accounts()}
    chosen = sorted(store.key_accounts(), key=lambda one: (one.tier, names.get(one.account_id, "")))
    choice = _choice(session)
    settings = session.config.kam.settings().programme
    firm = {id_: sensitivity(one, settings=settings) for id_, one in choice.placements.items()}
    on_spend = not choice.adopted or chosen_on_spend_alone(choice.criteria)
    data = {
        "key_accounts": chosen,
        "rule": session.config.kam.key_accounts,
        "criteria": choice.criteria,
        "criteria_adopted": choice.adopted,
        "matrix": choice.placements,
        "scores": {id_: one.score for id_, one in choice.placements.items()},
        "sensitivity": firm,
        "beyond_cap": choice.beyond_cap,
        "on_current_spend_alone": on_spend,
    }
    lines = _matrix_lines(choice, firm, names) if matrix else _rule_lines(chosen, names)
    lines += [f"  beyond the cap  {names.get(one, one)}" for one in choice.beyond_cap]
    if on_spend and chosen:
        session.warn(_SPEND)
    return Result(data=data, lines=lines)


def _choice(session: Session) -> Choice:
    method = session.config.kam
    return choose(
        session.app.store,
        selects=method.selects,
        because=method.key_accounts,
        settings=method.settings(),
        as_of=session.app.clock.now().astimezone(UTC).date(),
        matrix=True,
    )


def _rule_lines(chosen: list[KeyAccount], names: Mapping[str, str]) -> list[str]:
    rows = [
        (
            names.get(one.account_id, one.account_id),
            one.tier,
            one.stage.value,
            one.since,
            one.reason,
        )
        for one in chosen
    ]
    lines = table(("account", "tier", "stage", "since", "because"), rows)
    return lines or ["No key account is chosen yet: run  kam sync preview ."]


def _matrix_lines(
    choice: Choice, firm: Mapping[str, Sensitivity | None], names: Mapping[str, str]
) -> list[str]:
    rows = [
        (
            names.get(id_, id_),
            one.quadrant.value,
            _axis(one.attractiveness),
            _axis(one.strength),
            _kept(firm[id_]),
            _nearest(firm[id_]),
            "prospect" if choice.candidates[id_].first_won is None else "customer",
        )
        for id_, one in sorted(choice.placements.items(), key=lambda pair: _order(pair[1]))
    ]
    head = ("account", "quadrant", "attractive", "strength", "firm", "flips when", "is")
    lines = table(head, rows) or ["Nobody fits the rule."]
    whose = "the programme's own" if choice.adopted else "the shipped ones, which order nothing yet"
    lines.append(f"  Criteria: {whose}")
    lines += [f"    {one.axis.value:<16}{one.weight:>4}  {one.name}" for one in choice.criteria]
    return lines


def _order(one: Placement) -> tuple[str, Decimal, str]:
    return one.quadrant.value, -(one.score or Decimal(0)), one.account_id


def _axis(one: AxisScore) -> str:
    return f"unknown ({one.known:.0%})" if one.value is None else f"{one.value:.0f}"


def _kept(one: Sensitivity | None) -> str:
    return "–" if one is None else f"{one.kept_share:.0%}"


def _nearest(one: Sensitivity | None) -> str:
    if one is None or not one.flips:
        return "–"
    flip = one.flips[0]
    return f"{flip.criterion.name} weighs {flip.at_weight} instead of {flip.criterion.weight}"
