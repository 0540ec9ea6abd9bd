"""kam journey moments | tenders | recap."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.journey import facts_of, settings_of
from kam_connector.cli.output import table
from kam_connector.kam.journey.celebrations import celebrations_due
from kam_connector.kam.journey.moments import (
    MomentProgress,
    moment_name,
    moment_progress,
    moments_due,
)
from kam_connector.kam.journey.rhythm import executive_gaps, held_suggestions, strategic_rhythm
from kam_connector.kam.journey.tenders import tender_windows
from kam_connector.kam.journey.value_recap import value_recap
from kam_connector.model.journey import KeyMoment

__all__ = ["list_moments", "list_tenders", "recap"]

_account = click.argument("account")


@command("moments", _account, help="Show key moments: due, planned, held, followed up.")
def list_moments(session: Session, *, account: str) -> Result:
    """Show one account's key moments with what is missing."""
    facts, as_of = facts_of(session, account)
    settings = settings_of(session)
    due = moments_due(facts, as_of, settings=settings)
    told = sorted(facts.kept.of(KeyMoment), key=lambda one: (one.planned_on, one.id))
    progress = [moment_progress(one, as_of, settings=settings) for one in told]
    suggested = held_suggestions(facts, as_of, settings=settings)
    feasts = celebrations_due(facts, as_of, settings=settings)
    rows = [
        (
            one.due_on,
            moment_name(one.kind, settings.say),
            "overdue" if one.overdue else "due",
            one.reason,
        )
        for one in due
    ]
    lines = [facts.account.name, *table(("due", "moment", "state", "because"), rows)]
    lines += [line for one in progress for line in _progress_lines(one)]
    gaps = executive_gaps(facts, as_of, settings=settings)
    rhythm = strategic_rhythm(facts, as_of)
    lines += [f"  executives: {one.reason}" for one in gaps]
    lines.append(
        f"  {rhythm.moments} moments held in a year, {rhythm.joint} of them joint; "
        f"{rhythm.per_quarter} strategic contacts a quarter"
    )
    lines += [f"  perhaps held: {one.reason}" for one in suggested]
    lines += [f"  to celebrate: {one.words}" for one in feasts]
    data = {
        "due": due,
        "moments": progress,
        "perhaps_held": suggested,
        "celebrations": feasts,
        "executives": gaps,
        "rhythm": rhythm,
    }
    return Result(data=data, lines=lines)


@command("tenders", _account, help="Show tenders that are out or expected, and what to do when.")
def list_tenders(session: Session, *, account: str) -> Result:
    """Show one account's tenders."""
    facts, as_of = facts_of(session, account)
    windows = tender_windows(facts, as_of, settings=settings_of(session))
    lines = [facts.account.name]
    for one in windows:
        lines.append(f"  {one.reason}")
        lines += [f"      {step.on}  {step.text}" for step in one.timeline if not step.passed]
        lines += [f"      missing: {text}" for text in one.missing]
    lines += [] if windows else ["  No tender is out or expected."]
    return Result(data={"account": facts.account, "tenders": windows}, lines=lines)


@command("recap", _account, help="Show what was delivered: the pack a renewal is opened with.")
def recap(session: Session, *, account: str) -> Result:
    """Show one account's value recap."""
    facts, as_of = facts_of(session, account)
    found = value_recap(facts, as_of, settings=settings_of(session))
    lines = [f"{facts.account.name}  {found.since} to {found.until}"]
    lines += [f"  {line}" for line in found.lines] + [
        f"  missing: {text}" for text in found.missing
    ]
    return Result(data={"account": facts.account, "recap": found}, lines=lines)


def _progress_lines(one: MomentProgress) -> list[str]:
    late = ""
    if one.overdue:
        late = f", {one.overdue.value.replace('_', ' ')} late since {one.overdue_since}"
    head = f"  {one.moment.planned_on}  {one.moment.title}{late}"
    return [head, *(f"      {part.value.replace('_', ' ')}: {text}" for part, text in one.missing)]
