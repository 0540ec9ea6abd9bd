"""kam programme show, check, method, scorecard, adoption, calendar, begin."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import click

from kam_connector.cli.answers_files import written
from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_one
from kam_connector.cli.output import table
from kam_connector.cli.programme_lines import (
    check_lines,
    concentration_lines,
    page_lines,
    pillar_lines,
)
from kam_connector.cli.reading import author, language_option
from kam_connector.kam.kpis.portfolio import CONCENTRATION
from kam_connector.kam.programme.adoption import adoption as how_lived
from kam_connector.kam.programme.beginning import begun_programme
from kam_connector.kam.programme.icalendar import rituals_calendar
from kam_connector.kam.programme.methods import METHODS
from kam_connector.kam.programme.page import programme_page
from kam_connector.kam.programme.passage import method_checks
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.programme.promises import promises_by_function
from kam_connector.kam.programme.readiness import readiness
from kam_connector.kam.programme.rituals import rituals_due
from kam_connector.kam.programme.scorecard import scorecard as pillar_scores
from kam_connector.kam.programme.skills import skills_of
from kam_connector.language import voice
from kam_connector.model.figures import KpiValue
from kam_connector.model.programme import Competency, InternalSla, Maturity, Ritual
from kam_connector.sync.portfolio import read_portfolio
from kam_connector.sync.portfolio_figures import portfolio_figures

__all__ = ["adoption", "begin", "calendar", "check", "method", "scorecard", "show"]


@command("show", help="Show the programme on one page: why, who, roadmap, rituals, costs, skills.")
def show(session: Session) -> Result:
    """Show the programme."""
    read = _portfolio(session)
    page = programme_page(read.kept, as_of=read.as_of)
    rituals = rituals_due(read.kept.of(Ritual), as_of=read.as_of, settings=read.settings)
    skills = skills_of(read.kept.of(Competency), people=read.core_people(), as_of=read.as_of)
    promises = promises_by_function(read.kept.of(InternalSla))
    spread = _concentration(session, read)
    data = {
        "page": page, "rituals": rituals, "skills": skills, "promises": promises,
        "concentration": spread,
    }  # fmt: skip
    lines = page_lines(read, page, rituals, skills, promises)
    return Result(data=data, lines=[*lines, *concentration_lines(spread)])


@command(
    "check",
    click.option("--all", "everything", is_flag=True, help="What is fine as well."),
    help="Show what is missing before the tool, and what is too much or too little method.",
)
def check(session: Session, *, everything: bool) -> Result:
    """Check the method."""
    read = _portfolio(session)
    items = readiness(read, approved=_approved(session))
    found = method_checks(read)
    rows = [("yes" if one.ready else "missing", one.text, one.hint or None) for one in items]
    lines = ["Before the tool", *table(("ready", "what", "do"), rows)]
    lines += [f"Method: {read.method.maturity.value}", *check_lines(found, everything=everything)]
    return Result(data={"readiness": items, "checks": found}, lines=lines)


@command("method", help="Show what each degree of method asks for, and which one is in force.")
def method(session: Session) -> Result:
    """Show the method."""
    read = _portfolio(session)
    rows = [
        (
            f"{degree.value}{' *' if profile == read.method else ''}",
            len(profile.sections),
            "all" if profile.signals is None else len(profile.signals),
            len(profile.checks),
            len(profile.rituals),
        )
        for degree, profile in METHODS.items()
    ]
    asked = read.method
    lines = table(("method", "sections", "signals", "checks", "rituals"), rows)
    lines += [
        f"In force: {asked.maturity.value}",
        f"  sections  {', '.join(one.value for one in asked.sections)}",
        f"  signals   {_signals(asked.signals, asked.silent)}",
        f"  checks    {', '.join(asked.checks)}",
        f"  rituals   {', '.join(one.value for one in asked.rituals)}",
    ]
    return Result(data={"in_force": asked, "methods": list(METHODS.values())}, lines=lines)


@command("scorecard", help="Show the three pillars' scores, line by line, and their balance.")
def scorecard(session: Session) -> Result:
    """Show the scorecard."""
    read = _portfolio(session)
    found = pillar_scores(read)
    lines = [line for one in found.pillars for line in pillar_lines(one)]
    apart = "" if found.apart is None else f", {found.apart} points apart"
    weakest = "" if found.weakest is None else f"; weakest: {found.weakest.value}"
    lines.append(f"Balance: {found.balance.value}{apart}{weakest}")
    lines += concentration_lines(_concentration(session, read))
    return Result(data=found, lines=lines)


@command("adoption", help="Show whether people live it: plans touched, judgements fresh, tasks.")
def adoption(session: Session) -> Result:
    """Show adoption."""
    read = _portfolio(session)
    found = how_lived(read)
    lines = [
        f"  {'accounts somebody leads':<36}{_percent(found.looked_after)}",
        f"  {'plans touched this quarter':<36}{_percent(found.touched)}",
        f"  {'judgements fresh':<36}{_percent(found.fresh)}   of {found.judgements}",
        f"  {'workbooks given back this quarter':<36}{found.workbooks}",
        f"  {'tasks done in time':<36}{_percent(found.in_time)}",
    ]
    rows = [
        (read.user_name(one.user_id), one.accounts, one.touched, one.done_in_time, one.done,
         one.overdue)
        for one in found.kams
    ]  # fmt: skip
    lines += table(("who leads", "accounts", "touched", "in time", "done", "overdue"), rows)
    lines += [f"  nobody touched  {read.account_name(one)}" for one in found.untouched]
    return Result(data=found, lines=lines)


@command(
    "calendar",
    click.option("-o", "--output", type=click.Path(path_type=Path), help="File; default stdout."),
    language_option,
    help="Write the recurring meetings as an iCalendar file, which every calendar opens.",
)
def calendar(session: Session, *, output: Path | None, language: str | None) -> Result:
    """Write the rituals."""
    read = _portfolio(session)
    due = rituals_due(read.kept.of(Ritual), as_of=read.as_of, settings=read.settings)
    names = {id_: one.name for id_, one in read.users.items()}
    names |= {id_: one.name for id_, one in read.accounts.items()}
    say = voice(language) if language else read.say
    text = rituals_calendar(due, now=_now(session), names=names, say=say)
    if output is None:
        return Result(data={"calendar": text, "rituals": len(due)}, document=text)
    return written(output, text.encode(), format="ics")


@command(
    "begin",
    click.argument("name"),
    click.option("--lead", help="Who of ours leads it."),
    click.option("--sponsor", help="Who in management backs it."),
    click.option(
        "--method",
        "degree",
        type=click.Choice([one.value for one in Maturity]),
        default=Maturity.STARTER.value,
        help="Degree of method; default starter.",
    ),
    click.option("--by", help="Who says so; default: you."),
    help="Describe the programme: its name, lead, the shipped criteria, the method's rituals.",
)
def begin(
    session: Session,
    *,
    name: str,
    lead: str | None,
    sponsor: str | None,
    degree: str,
    by: str | None,
) -> Result:
    """Begin a programme; what is described already stays."""
    store, now = session.app.store, _now(session)
    people = {one.id: one.name for one in store.users()}
    records = begun_programme(
        store.kept_records(),
        name=name,
        lead_id=find_one("colleague", lead, people) if lead else None,
        sponsor_id=find_one("colleague", sponsor, people) if sponsor else None,
        maturity=Maturity(degree),
        as_of=now.date(),
        say=session.config.kam.settings().say,
    )
    with store.unit():
        count = store.keep(records, by=author(session.app.store, by), at=now)
    lines = [f"  {count} records kept; what was described already stays."]
    lines.append(f"  method: {degree}; kam programme method  shows what each asks for")
    return Result(data={"kept": records, "changed": count}, lines=[*lines, "kam programme check"])


def _now(session: Session) -> datetime:
    return session.app.clock.now().astimezone(UTC)


def _portfolio(session: Session) -> Portfolio:
    settings = session.config.kam.settings()
    as_of = _now(session).date()
    return read_portfolio(session.app.store, settings=settings, as_of=as_of)


def _concentration(session: Session, read: Portfolio) -> tuple[KpiValue, ...]:
    """Return how our revenue is spread over customers (S2.01)."""
    settings = session.config.kam.settings()
    found = portfolio_figures(session.app.store, as_of=read.as_of, settings=settings)
    return tuple(one for one in found if one.key in CONCENTRATION)


def _approved(session: Session) -> dict[str, bool]:
    """Return by connection whether what it writes was approved by a person."""
    states = {name: session.app.store.connection(name) for name in session.config.connections}
    return {name: bool(one and one.writes_enabled_at) for name, one in states.items()}


def _signals(told: frozenset[str] | None, silent: frozenset[str]) -> str:
    if told is not None:
        return ", ".join(sorted(told))
    return f"all but {', '.join(sorted(silent))}" if silent else "all"


def _percent(value: Decimal | None) -> str:
    return "not known" if value is None else f"{value:.0f} %"
