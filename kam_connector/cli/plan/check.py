"""kam plan check: how good a plan is, and what to do about it next."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.cli.plan.reading import read_plan
from kam_connector.cli.reading import language_option
from kam_connector.kam.plan.answers import open_risks, risk_score
from kam_connector.kam.plan.page import plan_page
from kam_connector.kam.plan.view import PlanPage, SmartCheck

__all__ = ["check"]


@command(
    "check",
    click.argument("account"),
    language_option,
    help="Judge an account's plan: quality line by line, SMART, gaps, age, what to do next.",
)
def check(session: Session, *, account: str, language: str | None) -> Result:
    """Judge one plan."""
    found = find_account(session.app.store, account)
    basis = read_plan(session, found, language)
    page = plan_page(basis)
    lines = [found.name, *_quality_lines(page), "", f"  {page.results}"]
    lines += ["", "Objectives", *_smart_lines(page.smart)] if page.smart else []
    rows = [
        (one.title, f"{one.completeness} %", "–" if one.freshness is None else one.freshness,
         "; ".join(one.missing))
        for one in page.sections
    ]  # fmt: skip
    lines += ["", "Sections", *table(("section", "complete", "fresh", "missing"), rows)]
    risks = open_risks(basis.facts)
    lines += ["", "Risks"] if risks else []
    lines += [f"  {risk_score(one):>2} of 25  {one.text}" for one in risks]
    lines += ["", "What to do next"] if page.next_steps else []
    lines += [f"  {number}. {step}" for number, step in enumerate(page.next_steps, start=1)]
    return Result(data={"account": found, "page": page, "risks": risks}, lines=lines)


def _quality_lines(page: PlanPage) -> list[str]:
    quality = page.quality
    if quality.value is None:
        known = f"{quality.data_coverage:.0%} of the weight can be judged, half is needed"
        head = f"  Quality: insufficient data ({known})"
    else:
        head = f"  Quality on {page.as_of}: {quality.value} of 100"
    rows = [
        f"  {'?' if line.reading is None else f'{line.points:+}':>7}  {line.key}: {line.reason}"
        for line in quality.ledger
    ]
    return [head, *rows]


def _smart_lines(checks: tuple[SmartCheck, ...]) -> list[str]:
    lines = []
    for one in checks:
        lines.append(f"  {'SMART' if one.is_smart else 'not yet'}   {one.objective.title}")
        lines += [
            f"    {letter.name}: {letter.reason}. {letter.hint}."
            for letter in one.letters
            if not letter.met
        ]
    return lines
