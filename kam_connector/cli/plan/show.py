"""kam plan show: the plan of one account, at a glance or section by section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.cli.plan.reading import read_plan
from kam_connector.cli.reading import language_option
from kam_connector.kam.plan.page import plan_page, section_view
from kam_connector.kam.plan.view import AttainmentState, PlanPage, SectionView
from kam_connector.language import Voice
from kam_connector.model.plan import Action, Measure, MeasureType, Objective
from kam_connector.model.plan_content import SectionKind

__all__ = ["show"]


@command(
    "show",
    click.argument("account"),
    click.option(
        "--section",
        type=click.Choice([one.value for one in SectionKind]),
        help="One section in full: its facts, and what people wrote.",
    ),
    click.option("--full", is_flag=True, help="All sections in full."),
    language_option,
    help="Show an account's plan: sections, objectives and actions.",
)
def show(
    session: Session, *, account: str, section: str | None, full: bool, language: str | None
) -> Result:
    """Show one plan."""
    store = session.app.store
    found = find_account(store, account)
    basis = read_plan(session, found, language)
    page = plan_page(basis)
    people = {one.id: one.name for one in store.users()}
    if section:
        view = section_view(basis, SectionKind(section))
        lines = [found.name, *_section_lines(view, people, basis.say)]
        return Result(data={"account": found, "section": view}, lines=lines)
    objectives = sorted(
        store.objectives(account_id=found.id), key=lambda one: (one.due, one.title, one.id)
    )
    measures = store.measures(account_id=found.id)
    actions = sorted(
        (one for one in store.actions() if one.account_id == found.id), key=lambda one: one.due
    )
    lines = [found.name, *_head_lines(page)]
    lines += _objective_lines(page, objectives, measures)
    lines += _action_lines(actions, people)
    lines += _overview_lines(page)
    if full:
        for view in page.sections:
            lines += ["", *_section_lines(view, people, basis.say)]
    data = {
        "account": found,
        "plan": page.plan,
        "objectives": objectives,
        "measures": measures,
        "actions": actions,
        "page": page,
    }
    return Result(data=data, lines=lines)


def _head_lines(page: PlanPage) -> list[str]:
    plan, quality, approved = page.plan, page.quality.value, page.approved
    review = plan.next_review if plan and plan.next_review else "–"
    held = f"version {approved.number}" if approved else "never approved"
    judged = "–" if quality is None else f"{quality} of 100"
    return [
        f"  plan {plan.status.value if plan else 'none'}   next review {review}   {held}",
        f"  complete {page.completeness} %   fresh {page.freshness} of 100   quality {judged}",
        f"  {page.results}",
    ]


def _objective_lines(
    page: PlanPage, objectives: Sequence[Objective], measures: Sequence[Measure]
) -> list[str]:
    types = {one.objective_id: one.value_type for one in measures}
    states = {one.objective.id: one.state for one in page.objectives}
    rows = [
        (
            _state(one, states),
            one.due,
            one.title,
            _number(one.baseline, types.get(one.id)),
            _number(one.last, types.get(one.id)),
            "judged" if one.target is None else _number(one.target, types.get(one.id)),
            one.reason,
        )
        for one in objectives
    ]
    head = ("state", "due", "objective", "start", "now", "target", "because")
    return table(head, rows) or ["  No objectives."]


def _state(one: Objective, states: Mapping[str, AttainmentState]) -> str:
    state = states.get(one.id)
    if one.status.value != "open" or state is None or state is AttainmentState.NOT_KNOWN:
        return one.status.value
    return state.value.replace("_", " ")


def _number(value: Decimal | None, made: MeasureType | None) -> str:
    if value is None:
        return "unknown"
    unit = " %" if made is MeasureType.PERCENT else ""
    return f"{value.normalize():f}{unit}"


def _action_lines(actions: Iterable[Action], people: Mapping[str, str]) -> list[str]:
    rows = [
        (
            one.state.value,
            one.due,
            people.get(one.owner_id or "", one.owner_id or "nobody"),
            f"milestone: {one.title}" if one.milestone else one.title,
            one.reason,
        )
        for one in actions
    ]
    return table(("state", "due", "owner", "action", "because"), rows) or ["  No actions."]


def _overview_lines(page: PlanPage) -> list[str]:
    rows = [
        (
            one.title,
            f"{one.completeness} %",
            "–" if one.freshness is None else one.freshness,
            one.spoken_on,
            one.missing[0] if one.missing else "",
        )
        for one in page.sections
    ]
    return ["", *table(("section", "complete", "fresh", "people's words of", "missing"), rows)]


def _section_lines(view: SectionView, people: Mapping[str, str], say: Voice) -> list[str]:
    """Return facts first, then what people wrote, then what is missing: kept apart."""
    fresh = "–" if view.freshness is None else view.freshness
    lines = [f"{view.title}   complete {view.completeness} %   fresh {fresh}"]
    group = None
    for line in view.facts:
        if line.group != group:
            group = line.group
            lines.append(f"  {group}")
        lines.append("    " + "   ".join(filter(None, (line.label, line.value, line.note))))
    for words in view.words:
        who = people.get(words.written_by, words.written_by)
        read = f", read again {say.day(words.reviewed_on)}" if words.reviewed_on else ""
        lines.append(f"  {who}, {say.day(words.written_on)}{read}")
        lines += [f"    {line}" for line in words.body.splitlines()]
    return [*lines, *(f"  missing: {text}" for text in view.missing)]
