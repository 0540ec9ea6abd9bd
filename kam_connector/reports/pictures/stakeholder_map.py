"""Influence against support, the map that says whom to win and whom to keep (S2.21)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from kam_connector.kam.chart.stakeholders import StakeholderView, stakeholder_views
from kam_connector.language import Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import StrengthScore
from kam_connector.model.stakeholder import Support
from kam_connector.reports.pictures.elements import element, escaped, text
from kam_connector.reports.pictures.marks import QUIET, badge
from kam_connector.reports.pictures.sheet import Drawing, band_legend, sheet

__all__ = ["draw_stakeholder_map"]

_COLUMNS = tuple(reversed(Support))
_UNKNOWN = 5
"""The column and the row of what nobody has said: aside, never at zero."""
_LEFT, _TOP, _FIELD, _CHIP = 60.0, 30.0, 206.0, 30.0
_MOST_CHIPS = 12
"""In one field; the rest is counted. Our choice: a field is no list."""


def draw_stakeholder_map(
    facts: AccountFacts,
    as_of: date,
    *,
    say: Voice,
    strengths: Mapping[str, StrengthScore] | None = None,
) -> str:
    """Return influence against support as SVG; who is not judged stands aside."""
    views = stakeholder_views(facts, as_of, strengths=strengths, say=say)
    fields: dict[tuple[int, int], list[StakeholderView]] = {}
    for view in views:
        fields.setdefault(_field(view), []).append(view)
    rows = _heights(fields)
    body = [*_heads(say), *_fields(fields, rows, say)]
    judged = say.count("{n} person judged", "{n} people judged", sum(map(_is_judged, views)))
    title = say("{account}: influence and support", account=facts.account.name)
    drawing = Drawing(
        title=title,
        subtitle=f"{say('As of {day}', day=as_of)} · {judged}",
        description=f"{title}. {judged}.",
        body="".join(body),
        width=_LEFT + _FIELD * (len(_COLUMNS) + 1),
        height=_TOP + sum(rows),
        legend=list(band_legend({one.strength.band for one in views if one.strength}, say)),
        notes=list(_notes(views, say)),
    )
    return sheet(drawing, say)


def _is_judged(view: StakeholderView) -> bool:
    return view.judgement is not None


def _field(view: StakeholderView) -> tuple[int, int]:
    told = view.judgement
    row = 5 - told.influence if told and told.influence else _UNKNOWN
    column = _COLUMNS.index(told.support) if told and told.support else _UNKNOWN
    return row, column


def _heights(fields: Mapping[tuple[int, int], Sequence[StakeholderView]]) -> list[float]:
    most = [0] * 6
    for (row, _), listed in fields.items():
        most[row] = max(most[row], min(len(listed), _MOST_CHIPS + 1))
    return [max(number, 1) * _CHIP + 14 for number in most[:5]] + (
        [most[5] * _CHIP + 14] if most[5] else []
    )


def _heads(say: Voice) -> Iterator[str]:
    for column, support in enumerate((*_COLUMNS, None)):
        words = say.name(support) if support else say("support not known")
        x = _LEFT + _FIELD * (column + 0.5)
        yield text(words, x, 18, size=12, bold=True, text_anchor="middle")


def _fields(
    fields: Mapping[tuple[int, int], Sequence[StakeholderView]], rows: list[float], say: Voice
) -> Iterator[str]:
    y = _TOP
    turned = f"translate(14 {_TOP + sum(rows[:5]) / 2:.1f}) rotate(-90)"
    yield text(say("influence"), 0, 0, size=12, bold=True, text_anchor="middle", transform=turned)
    for row, height in enumerate(rows):
        words = "?" if row == _UNKNOWN else str(5 - row)
        yield text(words, 42, y + height / 2 + 5, size=14, bold=True, text_anchor="middle")
        for column in range(6):
            aside = _UNKNOWN in {row, column}
            yield element(
                "rect",
                x=_LEFT + _FIELD * column + 2,
                y=y + 2,
                width=_FIELD - 4,
                height=height - 4,
                rx=5,
                fill="#ffffff" if aside else "#f3f5f8",
                stroke="#d5dbe1",
            )
            yield from _chips(fields.get((row, column), ()), _LEFT + _FIELD * column, y, say)
        y += height


def _chips(listed: Sequence[StakeholderView], x: float, y: float, say: Voice) -> Iterator[str]:
    for place, view in enumerate(listed[:_MOST_CHIPS]):
        middle = y + 7 + _CHIP * (place + 0.5)
        tie = view.strength
        score = f"{tie.value:.0f}" if tie and tie.last_two_way else "?"
        parts = [
            element("title", escaped(f"{view.contact.name}, {view.contact.title or '–'}")),
            badge(tie.band if tie else None, x + 22, middle, size=22, words=score),
            text(view.contact.name, x + 40, middle - 1, size=11.5, bold=True, room=_FIELD - 48),
            text(view.contact.title or "–", x + 40, middle + 11, size=9.5, fill=QUIET,
                 room=_FIELD - 48),
        ]  # fmt: skip
        yield element("g", *parts)
    if len(listed) > _MOST_CHIPS:
        more = say.count("and {n} more", "and {n} more", len(listed) - _MOST_CHIPS)
        yield text(more, x + 40, y + 7 + _CHIP * (_MOST_CHIPS + 0.5), size=11, fill=QUIET)


def _notes(views: Sequence[StakeholderView], say: Voice) -> Iterator[str]:
    lapsed = [view.contact.name for view in views if view.expired is not None]
    yield say("Each judgement has an author, a day and an end.")
    if lapsed:
        yield say("Expired, to be asked again: {names}", names=", ".join(lapsed[:8]))
