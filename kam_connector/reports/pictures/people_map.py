"""The relationship map: who of ours has a tie with whom of theirs, and how strong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kam_connector.kam.chart.stakeholders import StakeholderView, stakeholder_views
from kam_connector.kam.ties import score_pairs
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import StrengthScore
from kam_connector.reports.pictures.elements import element, escaped, text
from kam_connector.reports.pictures.marks import QUIET, badge
from kam_connector.reports.pictures.sheet import Drawing, band_legend, sheet

__all__ = ["draw_people_map"]

_MOST_COLLEAGUES, _MOST_PEOPLE = 14, 60
"""Wider or longer, nobody finds a cell. Our choice; who is left out is counted below."""
_NAME, _CELL, _ROW, _HEAD = 270.0, 64.0, 34.0, 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    people: Sequence[StakeholderView]
    colleagues: Sequence[str]
    pairs: Mapping[tuple[str, str], StrengthScore]
    names: Mapping[str, str]
    left_out: tuple[int, int]
    """People and colleagues without room."""

    @property
    def panel_width(self) -> float:
        """Width of the table with its names."""
        return _NAME + _CELL * max(len(self.colleagues), 1) + 60

    @property
    def panels(self) -> list[Sequence[StakeholderView]]:
        """The people in as many tables side by side as make a landscape page."""
        high = _ROW * len(self.people)
        number = max(1, math.ceil(math.sqrt(high * math.sqrt(2) / self.panel_width) - 0.4))
        rows = max(1, math.ceil(len(self.people) / number))
        starts = range(0, max(len(self.people), 1), rows)
        return [self.people[start : start + rows] for start in starts]


def draw_people_map(facts: AccountFacts, as_of: date, *, say: Voice) -> str:
    """Return their people against ours as SVG, each tie with its strength.

    The most influential of theirs stand above, our strongest on the left.
    """
    grid = _grid(facts, as_of, say)
    title = say("{account}: who knows whom", account=facts.account.name)
    ties = say.count("{n} tie", "{n} ties", len(grid.pairs))
    body = list(_panels(grid, say))
    drawing = Drawing(
        title=title,
        subtitle=f"{say('As of {day}', day=as_of)} · {ties}",
        description=f"{title}. {ties}.",
        body="".join(body) if grid.people else text(say("Nobody is known here."), 0, 20, size=13),
        width=grid.panel_width * len(grid.panels),
        height=_HEAD + _ROW * max(map(len, grid.panels)),
        legend=list(band_legend({tie.band for tie in grid.pairs.values()}, say)),
        notes=list(_notes(grid, say)),
    )
    return sheet(drawing, say)


def _grid(facts: AccountFacts, as_of: date, say: Voice) -> _Grid:
    end = datetime.combine(as_of + timedelta(days=1), time.min, tzinfo=UTC)
    views = sorted(stakeholder_views(facts, as_of, say=say), key=_power)
    there = {view.contact.id for view in views}
    pairs = {
        pair: tie
        for pair, tie in score_pairs(facts, now=end).items()
        if tie.last_two_way is not None and pair[0] in there
    }
    totals: dict[str, float] = {}
    for (_, user_id), tie in pairs.items():
        totals[user_id] = totals.get(user_id, 0.0) + float(tie.value)
    colleagues = sorted(totals, key=lambda one: (-totals[one], one))
    return _Grid(
        people=views[:_MOST_PEOPLE],
        colleagues=colleagues[:_MOST_COLLEAGUES],
        pairs=pairs,
        names={user_id: user.name for user_id, user in facts.users.items()},
        left_out=(len(views[_MOST_PEOPLE:]), len(colleagues[_MOST_COLLEAGUES:])),
    )


def _power(view: StakeholderView) -> tuple[int, int, str, str]:
    influence = view.priority.influence or 0
    return -influence, view.suggested.rank, view.contact.name.casefold(), view.contact.id


def _panels(grid: _Grid, say: Voice) -> Iterator[str]:
    for place, people in enumerate(grid.panels):
        drawn = [*_heads(grid), *_rows(grid, people, say)]
        yield element("g", *drawn, transform=f"translate({place * grid.panel_width:.1f} 0)")


def _heads(grid: _Grid) -> Iterator[str]:
    for place, user_id in enumerate(grid.colleagues):
        x = _NAME + _CELL * place + _CELL / 2
        turned = f"translate({x:.1f} {_HEAD - 12:.1f}) rotate(-35)"
        yield text(grid.names.get(user_id, user_id), 0, 0, size=11.5, room=150, transform=turned)


def _rows(grid: _Grid, people: Sequence[StakeholderView], say: Voice) -> Iterator[str]:
    width = _NAME + _CELL * len(grid.colleagues)
    for row, view in enumerate(people):
        y = _HEAD + _ROW * row
        if row % 2 == 0:
            yield element("rect", x=0, y=y, width=width, height=_ROW, fill="#f3f5f8", rx=4)
        yield from _person(view, y)
        for place, user_id in enumerate(grid.colleagues):
            tie = grid.pairs.get((view.contact.id, user_id))
            if tie is not None:
                mark = badge(
                    tie.band, _NAME + _CELL * (place + 0.5), y + _ROW / 2, words=f"{tie.value:.0f}"
                )
                spoken = _spoken(tie, grid.names.get(user_id, user_id), view.contact.name, say)
                yield element("g", element("title", escaped(spoken)), mark)


def _person(view: StakeholderView, y: float) -> Iterator[str]:
    yield text(view.contact.name, 8, y + 15, size=12, bold=True, room=_NAME - 60)
    yield text(view.contact.title or "–", 8, y + 28, size=10, fill=QUIET, room=_NAME - 60)
    influence = view.priority.influence
    if influence is not None:
        words = f"{influence}/5" if view.priority.influence_told else f"({influence}/5)"
        yield text(words, _NAME - 14, y + 21, size=10.5, fill=QUIET, text_anchor="end")


def _spoken(tie: StrengthScore, ours: str, theirs: str, say: Voice) -> str:
    words = "{ours} and {theirs}: {value}, {band}"
    return say(words, ours=ours, theirs=theirs, value=tie.value, band=say(tie.band))


def _notes(grid: _Grid, say: Voice) -> Iterator[str]:
    people, colleagues = grid.left_out
    yield say("Influence in brackets is read from the title, nobody has said it.")
    if people:
        yield say.count("{n} more person is not shown", "{n} more people are not shown", people)
    if colleagues:
        one, many = "{n} more colleague is not shown", "{n} more colleagues are not shown"
        yield say.count(one, many, colleagues)
