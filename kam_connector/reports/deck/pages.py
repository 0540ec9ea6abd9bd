"""The pages of a review pack: each a function of what is known, drawn on one slide or more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kam_connector.kam.kpis.definitions import DEFINITIONS
from kam_connector.kam.plan.page import section_view
from kam_connector.language import Voice
from kam_connector.model.figures import KpiValue, OfferState, SurveyAnswer
from kam_connector.model.money import Money
from kam_connector.model.plan import Action, ActionState, Objective, ObjectiveStatus
from kam_connector.model.plan_content import Risk, RiskState, SectionKind
from kam_connector.model.score import Band, Score
from kam_connector.reports.account_report import AccountReport
from kam_connector.reports.deck.canvas import BLUE, GREY, Canvas, Frame, row_height
from kam_connector.reports.deck.charts import (
    Series,
    draw_chart,
    nps_by_year,
    revenue_by_year,
    strongest_ties,
)
from kam_connector.reports.deck.org_chart import draw_org_chart
from kam_connector.reports.deck.risk_matrix import draw_matrix

__all__ = ["PAGES", "NewPage", "Page"]

NewPage = Callable[[str], Canvas]
"""Adds a slide with a title."""
_COLOURS = {Band.GREEN: "2E7D32", Band.AMBER: "B26A00", Band.RED: "B3261E"}
_POINTS = 11
_INCH = 914_400


@dataclass(frozen=True, slots=True)
class Page:
    """One part of the deck."""

    draw: Callable[[AccountReport, NewPage], None]
    ours: bool = True
    """Shown to our own people: with scores, ties, margins, risks, what we want to sell."""
    theirs: bool = False
    """Shown to the customer."""


def _summary(report: AccountReport, new: NewPage) -> None:
    say = report.say
    canvas = new(say("Where we stand"))
    cards = canvas.area.first(int(1.35 * _INCH))
    scores = [(say("Health"), report.scores.get("health")),
              (say("Relationship"), report.scores.get("relationship"))]  # fmt: skip
    for number, (title, score) in enumerate(scores):
        value, note, colour = _verdict(score, say)
        canvas.card(cards.column(number, 4), title, value, note, colour=colour)
    percent = f"{report.page.completeness} %"
    said = say("freshness {freshness} of 100", freshness=report.page.freshness)
    canvas.card(cards.column(2, 4), say("Plan complete"), percent, said)
    renewal = report.situation.renewal
    when = say.day(renewal.decision) if renewal else "\u2013"
    days = say("in {n} days", n=report.situation.days_to_renewal) if renewal else ""
    canvas.card(cards.column(3, 4), say("Next renewal"), when, days)
    rest = canvas.area.below(int(1.6 * _INCH))
    words, why = rest.column(0, 2), rest.column(1, 2)
    canvas.text(words.first(_INCH // 3), say("In our words"), size=14, bold=True, colour=BLUE)
    section = section_view(report.basis, SectionKind.SUMMARY)
    own = "\n".join(one.body for one in section.words) or report.page.results
    canvas.text(words.below(_INCH // 3), own, size=14)
    canvas.text(why.first(_INCH // 3), say("What it rests on"), size=14, bold=True, colour=BLUE)
    canvas.text(why.below(_INCH // 3), _why(scores[0][1], say), size=12)
    canvas.note(_source(report, say("Scores of the last run with their ledgers.")))


def _verdict(score: Score | None, say: Voice) -> tuple[str, str, str]:
    if score is not None and score.band is Band.HIDDEN:
        return "\u2013", say.name(Band.HIDDEN), GREY
    if score is None or score.value is None:
        return "\u2013", say.name(Band.INSUFFICIENT_DATA), GREY
    note = say.name(score.band)
    if score.data_coverage:
        percent = int(score.data_coverage * 100)
        note += " \u00b7 " + say("{percent} % of the weight known", percent=percent)
    return say.number(score.value), note, _COLOURS.get(score.band, GREY)


def _why(score: Score | None, say: Voice) -> str:
    if score is None:
        return say("Nothing is known yet.")
    lines = sorted(score.ledger, key=lambda one: (-abs(one.points), one.key))
    counted = [f"{one.points:+.1f}  {one.reason}" for one in lines if one.points]
    told = counted or [one.reason for one in lines]
    return "\n".join([*told[:8], *score.caps])


def _chart(report: AccountReport, new: NewPage) -> None:
    if not report.chart.seats:
        return
    canvas = new(report.say("Who is who"))
    left_out = draw_org_chart(canvas, canvas.area, report.chart, report.say)
    source = report.say("Reporting lines of the CRM and of our people.")
    if left_out:
        more = report.say.count("{n} person further down is not shown.",
                                "{n} people further down are not shown.", left_out)  # fmt: skip
        source = f"{source} {more}"
    canvas.note(_source(report, source))


def _business(report: AccountReport, new: NewPage) -> None:
    say = report.say
    revenue = revenue_by_year(report)
    rows = [
        (say(DEFINITIONS[one.key].label), _figure(one, say))
        for one in report.kpis
        if one.key in DEFINITIONS and one.value is not None
    ][:14]
    if revenue is None and not rows:
        return
    canvas = new(say("Business in figures"))
    left, right = canvas.area.column(0, 2), canvas.area.column(1, 2)
    if revenue is not None:
        draw_chart(canvas, left, revenue)
    if rows:
        frame = right if revenue is not None else canvas.area
        head = (say("Figure"), say("Value"))
        canvas.table(frame, head, rows, widths=(3, 2), lines=1, about=say("Key figures"))
    canvas.note(_source(report, revenue.source if revenue else say("Key figures of the plan.")))


def _revenue(report: AccountReport, new: NewPage) -> None:
    _one_chart(report, new, report.say("Business in figures"), revenue_by_year(report))


def _score_of_satisfaction(report: AccountReport, new: NewPage) -> None:
    _one_chart(report, new, report.say("Satisfaction"), nps_by_year(report))


def _one_chart(report: AccountReport, new: NewPage, title: str, series: Series | None) -> None:
    if series is not None:
        canvas = new(title)
        draw_chart(canvas, canvas.area, series)
        canvas.note(_source(report, series.source))


def _figure(one: KpiValue, say: Voice) -> str:
    match one.unit:
        case "percent":
            return f"{say.word(one.value)} %"
        case "count" | "score":
            return say.word(one.value)
        case "days":
            return say("{n} days", n=one.value)
    return say.money(Money(amount=one.value or Decimal(0), currency=one.unit))


def _satisfaction(report: AccountReport, new: NewPage) -> None:
    say = report.say
    series = nps_by_year(report)
    said = sorted(
        (one for one in report.facts.kept.of(SurveyAnswer) if (one.verbatim or "").strip()),
        key=lambda one: (one.on, one.id),
        reverse=True,
    )
    if series is None and not said:
        return
    canvas = new(say("Satisfaction"))
    if series is not None:
        draw_chart(canvas, canvas.area.column(0, 2), series)
    if said:
        people = report.situation.people
        rows = [
            (say.day(one.on), _name(people.get(one.contact_id or "")), one.verbatim or "",
             say.word(one.score))
            for one in said[:8]
        ]  # fmt: skip
        head = (say("Day"), say("Person"), say("In their words"), say("Score"))
        right = canvas.area.column(1, 2) if series is not None else canvas.area
        about = say("What the customer's people said")
        canvas.table(right, head, rows, widths=(2, 2.6, 5, 1.2), about=about)
    canvas.note(_source(report, series.source if series else say("Surveys.")))


def _ties(report: AccountReport, new: NewPage) -> None:
    _one_chart(report, new, report.say("Our relationships"), strongest_ties(report))


def _objectives(report: AccountReport, new: NewPage) -> None:
    say = report.say
    people = report.facts.users
    rows = [
        (one.objective.title, say.name(one.objective.level), one.reason,
         f"{one.progress} %" if one.progress is not None else "\u2013", say.name(one.state),
         say.day(one.objective.due), _name(people.get(one.objective.owner_id or "")))
        for one in report.page.objectives
        if one.objective.status is not ObjectiveStatus.CLOSED
    ]  # fmt: skip
    head = (say("Objective"), say("Level"), say("How far"), say("Progress"), say("State"),
            say("Due"), say("Owner"))  # fmt: skip
    _tables(report, new, _Table(say("Objectives"), head, (4, 2, 4, 1.4, 1.7, 1.7, 1.8)), rows)


def _actions(report: AccountReport, new: NewPage) -> None:
    say = report.say
    rows = [
        (one.title, _name(report.facts.users.get(one.owner_id or "")), say.day(one.due),
         say.name(one.state), _reason(one, say))
        for one in _open_actions(report)
    ]  # fmt: skip
    head = (say("Action"), say("Owner"), say("Due"), say("State"), say("Why"))
    _tables(report, new, _Table(say("Actions"), head, (4, 2, 1.6, 1.4, 4)), rows)


def _shared_objectives(report: AccountReport, new: NewPage) -> None:
    say = report.say
    rows = [
        (one.title, one.success_criterion or "\u2013", say.day(one.due)) for one in _shared(report)
    ]
    head = (say("Objective"), say("Success shows in"), say("Due"))
    _tables(report, new, _Table(say("Objectives"), head, (5, 5, 2)), rows)


def _shared_actions(report: AccountReport, new: NewPage) -> None:
    say = report.say
    shared = {one.id for one in _shared(report)}
    rows = [
        (one.title, _name(report.facts.users.get(one.owner_id or "")), say.day(one.due))
        for one in _open_actions(report)
        if one.objective_id in shared
    ]
    head = (say("Action"), say("Owner"), say("Due"))
    _tables(report, new, _Table(say("Actions"), head, (6, 3, 2)), rows)


def _shared(report: AccountReport) -> list[Objective]:
    """Return the open objectives that the customer has said to want too."""
    found = (one.objective for one in report.page.objectives)
    return [one for one in found if one.customer_shared and one.status is ObjectiveStatus.OPEN]


def _open_actions(report: AccountReport) -> list[Action]:
    alive = {ActionState.OPEN, ActionState.WAITING}
    return sorted(
        (one for one in report.basis.facts.actions if one.state in alive),
        key=lambda one: (one.due, one.title, one.id),
    )


def _risks(report: AccountReport, new: NewPage) -> None:
    say = report.say
    risks = sorted(
        (one for one in report.facts.kept.of(Risk) if one.state is RiskState.OPEN),
        key=lambda one: (-one.probability * one.impact, one.text, one.id),
    )
    if not risks:
        return
    canvas = new(say("Risks"))
    draw_matrix(canvas, canvas.area.column(0, 2), risks, say)
    right = canvas.area.column(1, 2)
    head = ("#", say("Risk"), say("What we do"), say("Owner"))
    rows = [
        (str(number), one.text, one.mitigation or "\u2013",
         _name(report.facts.users.get(one.owner_id or "")))
        for number, one in enumerate(risks, start=1)
    ]  # fmt: skip
    room = _room(right, lines=3)
    canvas.table(right, head, rows[:room], widths=(0.6, 4, 4, 2), lines=3, points=10)
    canvas.note(_source(report, say("Probability and impact from 1 to 5, as our people see them.")))
    if rows[room:]:
        _tables(report, new, _Table(say("Risks"), head, (0.6, 4, 4, 2)), rows[room:])


def _reason(action: Action, say: Voice) -> str:
    """Return the reason of an action, and what shows that it worked where somebody said so."""
    if action.success_indicator is None:
        return action.reason
    return f"{action.reason} {say('Success shows in')}: {action.success_indicator}"


def _opportunities(report: AccountReport, new: NewPage) -> None:
    say = report.say
    facts = section_view(report.basis, SectionKind.OPPORTUNITIES).facts
    rows = [(one.group, one.label, one.value, one.note) for one in facts]
    rows += [
        (say("Whitespace"), one.product_line, say.name(one.state), one.reason)
        for one in report.whitespace.lines
        if one.reason and one.state is not OfferState.OWNED
    ]
    head = (say("Where"), say("What"), say("State"), say("Why"))
    _tables(report, new, _Table(say("Opportunities"), head, (2, 3, 2.4, 5)), rows)


def _next(report: AccountReport, new: NewPage) -> None:
    say = report.say
    canvas = new(say("Next steps"))
    lines = [f"\u2022 {one}" for one in report.page.next_steps]
    due = [f"\u2022 {say.day(one.due)}  {one.title}" for one in _open_actions(report)[:8]]
    left, right = canvas.area.column(0, 2), canvas.area.column(1, 2)
    for frame, title, listed in (
        (left, say("For the plan"), lines),
        (right, say("With the customer"), due),
    ):
        canvas.text(frame.first(_INCH // 3), title, size=14, bold=True, colour=BLUE)
        said = "\n".join(listed) or say("Nothing is open.")
        canvas.text(frame.below(_INCH * 2 // 5), said, size=14)
    canvas.note(_source(report, say("Open actions by day; what would help the plan most.")))


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows with a head, on as many slides as they take."""

    title: str
    head: Sequence[str]
    widths: Sequence[float]


def _tables(
    report: AccountReport, new: NewPage, table: _Table, rows: Sequence[Sequence[str]]
) -> None:
    for number, (canvas, part) in enumerate(_parts(table.title, new, rows)):
        canvas.table(
            canvas.area, table.head, part, widths=table.widths, points=_POINTS, about=table.title
        )
        canvas.note(_source(report, report.say("Part {part}.", part=number + 1)))


def _parts(
    title: str, new: NewPage, rows: Sequence[Sequence[str]]
) -> Iterator[tuple[Canvas, Sequence[Sequence[str]]]]:
    at, number = 0, 1
    while at < len(rows):
        canvas = new(title if number == 1 else f"{title} ({number})")
        room = _room(canvas.area, lines=2)
        yield canvas, rows[at : at + room]
        at, number = at + room, number + 1


def _room(frame: Frame, *, lines: int) -> int:
    return max(1, frame.height // row_height(_POINTS, lines) - 1)


def _source(report: AccountReport, source: str) -> str:
    on = report.say("As of {day}.", day=report.as_of)
    return f"{source} {on}"


def _name(person: object) -> str:
    return str(getattr(person, "name", "\u2013"))


PAGES: tuple[Page, ...] = (
    Page(_summary),
    Page(_chart, theirs=True),
    Page(_business),
    Page(_revenue, ours=False, theirs=True),
    Page(_satisfaction),
    Page(_score_of_satisfaction, ours=False, theirs=True),
    Page(_ties),
    Page(_objectives),
    Page(_shared_objectives, ours=False, theirs=True),
    Page(_actions),
    Page(_shared_actions, ours=False, theirs=True),
    Page(_risks),
    Page(_opportunities),
    Page(_next),
)
"""In the order of a review."""
