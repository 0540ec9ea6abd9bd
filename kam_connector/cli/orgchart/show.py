"""kam orgchart show: the chart of any day as a tree, with what is missing on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.orgchart.reading import ChartRead, read_chart
from kam_connector.cli.reading import language_option
from kam_connector.kam.chart.chart_words import circle_words, gap_words
from kam_connector.kam.chart.doubts import doubt_words, doubts
from kam_connector.kam.chart.seats import Basis, Seat
from kam_connector.kam.chart.stakeholders import StakeholderView, stakeholder_views
from kam_connector.language import Voice

__all__ = ["show"]

_NEXT = 5
"""People to see next that are listed. Our choice: a week's worth."""


@command(
    "show",
    click.argument("account"),
    click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Any day; today if left out."),
    language_option,
    help="Show who reports to whom, who is missing, and whom to see next.",
)
def show(session: Session, *, account: str, as_of: datetime | None, language: str | None) -> Result:
    """Draw one chart as text."""
    read = read_chart(session, account, as_of=as_of, language=language)
    views = stakeholder_views(
        read.facts, read.as_of, strengths=read.strengths, settings=read.settings, say=read.say
    )
    known = {view.contact.id: view for view in views}
    unsure = doubts(read.facts, read.as_of)
    lines = [f"{read.account.name}   {read.say('As of {day}', day=read.as_of)}"]
    lines += list(_tree(read, known)) if read.chart.seats else ["  Nobody known."]
    lines += [*_gone(read), *_missing(read)]
    lines += [f"  ? {doubt_words(one, _name(read, one.contact_id), read.say)}" for one in unsure]
    lines += _next(views, read.say)
    data = {
        "account": read.account,
        "as_of": read.as_of,
        "contacts": read.facts.contacts,
        "strengths": [one for one in read.strengths.values() if one.last_two_way],
        "chart": read.chart,
        "stakeholders": views,
        "doubts": unsure,
    }
    return Result(data=data, lines=lines)


def _tree(read: ChartRead, known: dict[str, StakeholderView]) -> Iterator[str]:
    """Yield a line a seat; the chart lists them branch by branch."""
    seats = read.chart.seats
    last: list[bool] = []
    ends = _ends(seats)
    for place, seat in enumerate(seats):
        del last[seat.level :]
        last.append(ends[place])
        stem = "".join("   " if done else "│  " for done in last[:-1])
        mark = "└─" if last[-1] else "├─"
        yield f"  {stem}{mark} {_person(seat, known.get(seat.contact.id), read)}"


def _ends(seats: tuple[Seat, ...]) -> list[bool]:
    """Return whether each seat is the last of its siblings."""
    ends = [True] * len(seats)
    later: list[int] = []
    for place in range(len(seats) - 1, -1, -1):
        level = seats[place].level
        del later[level + 1 :]
        later += [0] * (level + 1 - len(later))
        ends[place] = later[level] == 0
        later[level] += 1
    return ends


def _person(seat: Seat, view: StakeholderView | None, read: ChartRead) -> str:
    say = read.say
    name = seat.contact.name
    if seat.vacant:
        return say("Vacant (was {person})", person=name)
    parts = [name, seat.contact.title or ""]
    if view is not None:
        parts.append(say.name(view.profile) if view.profile else "")
        parts.append(f"{view.strength.value}" if view.strength else "")
        told = view.judgement
        parts.append(say.name(told.support) if told and told.support else "")
        if view.expired is not None:
            parts.append(say("judgement expired on {day}", day=view.expired.expires_on))
    if seat.basis is Basis.TOLD:
        parts.append(say("line told by {person}", person=_teller(seat, read)))
    if seat.visiting:
        parts.append(say("from another account"))
    return "   ".join(part for part in parts if part)


def _teller(seat: Seat, read: ChartRead) -> str:
    user = read.facts.users.get(seat.told_by or "")
    return user.name if user else seat.told_by or ""


def _gone(read: ChartRead) -> Iterator[str]:
    """Yield who has left, with the day where one is known."""
    for person_id, departure in sorted(read.chart.departed.items()):
        on = departure.on.isoformat() if departure.on else "–"
        yield f"  left {on}   {_name(read, person_id)}   ({departure.cue.value})"


def _missing(read: ChartRead) -> Iterator[str]:
    for circle in read.chart.circles:
        yield f"  ! {circle_words(circle, read.chart, read.say)}"
    for gap in read.chart.gaps:
        yield f"  ! {gap_words(gap, read.chart, read.say)}"


def _next(views: tuple[StakeholderView, ...], say: Voice) -> Iterator[str]:
    ranked = [view for view in views if view.priority.value]
    if ranked:
        yield say("To see next:")
    for view in ranked[:_NEXT]:
        why = "; ".join(view.priority.reasons[:2])
        yield f"  {view.priority.value:>5}  {view.contact.name}   {why}"


def _name(read: ChartRead, person_id: str) -> str:
    moved = read.elsewhere.get(person_id)
    return read.chart.names.get(person_id) or (moved.name if moved else person_id)
