"""What stands on the one page: few things, each short enough, whatever they are drawn with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from kam_connector.kam.hidden_words import DEAL_AMOUNT, amount_text
from kam_connector.language import Voice
from kam_connector.model.journey import KeyMoment
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan import ActionState, ObjectiveStatus
from kam_connector.model.plan_content import Risk, RiskState, SwotItem, SwotQuadrant
from kam_connector.model.score import Band, Score
from kam_connector.reports.account_report import AccountReport

__all__ = ["Block", "Card", "Line", "OnePage", "one_page"]

_LONG = 110
"""Our choice: two lines of a half page; longer texts end in an ellipsis."""
_MOST = {"objectives": 5, "actions": 6, "risks": 4, "people": 7, "business": 4, "swot": 3,
         "goals": 3, "moments": 3}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One figure."""

    title: str
    value: str
    note: str
    tone: str
    """``green``, ``amber``, ``red`` or ``plain``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list."""

    text: str
    note: str = ""
    percent: int | None = None
    """How far, 0 to 100: drawn as a bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A list with its title."""

    title: str
    lines: tuple[Line, ...]
    more: str = ""
    """How many are left out, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePage:
    """A plan on a page, in one language."""

    language: str
    account: str
    title: str
    vision: str
    foot: str
    empty: str
    """What to say of an empty list."""
    cards: tuple[Card, ...]
    left: tuple[Block, ...]
    right: tuple[Block, ...]
    swot: tuple[Block, ...]

    def plain(self) -> dict[str, object]:
        """Return it as plain values, for a program that reads JSON."""
        return asdict(self)


def one_page(report: AccountReport) -> OnePage:
    """Return what the page says of an account."""
    say = report.say
    frame = report.page.frame
    owner = report.facts.users.get(report.facts.account.owner_id or "")
    parts = [
        say("Account plan"),
        say("tier {tier}", tier=report.facts.key.tier),
        say.name(report.facts.key.stage),
        owner.name if owner else "",
    ]
    return OnePage(
        language=say.language.value,
        account=_short(report.facts.account.name, 80),
        title=" \u00b7 ".join(filter(None, parts)),
        vision=_short((frame.vision if frame else None) or "", 200),
        foot=say("As of {day}. Figures from the CRM and the plan.", day=report.as_of),
        empty=say("Nothing yet."),
        cards=_cards(report, say),
        left=(
            _goals(report, say),
            _objectives(report, say),
            _actions(report, say),
            _risks(report, say),
        ),
        right=(_people(report, say), _business(report, say), _moments(report, say)),
        swot=_swot(report, say),
    )


def _cards(report: AccountReport, say: Voice) -> tuple[Card, ...]:
    renewal, days = report.situation.renewal, report.situation.days_to_renewal
    return (
        _score_card(say("Health"), report.scores.get("health"), say),
        _score_card(say("Relationship"), report.scores.get("relationship"), say),
        Card(title=say("Plan complete"), value=f"{report.page.completeness} %", tone="plain",
             note=say("freshness {freshness} of 100", freshness=report.page.freshness)),
        Card(title=say("Next renewal"), value=say.day(renewal.decision) if renewal else "\u2013",
             note=say("in {n} days", n=days) if renewal else "", tone="plain"),
    )  # fmt: skip


def _score_card(title: str, score: Score | None, say: Voice) -> Card:
    if score is None or score.value is None:
        hidden = score is not None and score.band is Band.HIDDEN
        said = say.name(Band.HIDDEN if hidden else Band.INSUFFICIENT_DATA)
        return Card(title=title, value="\u2013", note=said, tone="plain")
    tone = "plain" if score.band is Band.INSUFFICIENT_DATA else score.band.value
    return Card(title=title, value=say.number(score.value), note=say.name(score.band), tone=tone)


def _objectives(report: AccountReport, say: Voice) -> Block:
    alive = [one for one in report.page.objectives
             if one.objective.status is not ObjectiveStatus.CLOSED]  # fmt: skip
    alive.sort(key=lambda one: (one.objective.made_by is None, one.objective.due, one.objective.id))
    lines = [
        Line(text=one.objective.title, percent=one.progress,
             note=f"{say.name(one.state)} \u00b7 {say.day(one.objective.due)}")
        for one in alive
    ]  # fmt: skip
    return _block(say("Objectives"), lines, "objectives", say)


def _actions(report: AccountReport, say: Voice) -> Block:
    alive = {ActionState.OPEN, ActionState.WAITING}
    todo = sorted((one for one in report.basis.facts.actions if one.state in alive),
                  key=lambda one: (one.due, one.title, one.id))  # fmt: skip
    lines = [
        Line(text=one.title, note=f"{_user(report, one.owner_id)} \u00b7 {say.day(one.due)}")
        for one in todo
    ]
    return _block(say("Next actions"), lines, "actions", say)


def _risks(report: AccountReport, say: Voice) -> Block:
    risks = sorted(
        (one for one in report.facts.kept.of(Risk) if one.state is RiskState.OPEN),
        key=lambda one: (-one.probability * one.impact, one.text, one.id),
    )
    lines = [
        Line(text=one.text, note=f"{one.probability} \u00d7 {one.impact}"
             + (f" \u00b7 {one.mitigation}" if one.mitigation else ""))
        for one in risks
    ]  # fmt: skip
    return _block(say("Risks (probability \u00d7 impact)"), lines, "risks", say)


def _people(report: AccountReport, say: Voice) -> Block:
    read = report.situation
    there = sorted(read.present(), key=lambda one: (-read.strength(one), read.people[one].name))
    lines = [
        Line(text=read.people[one].name, note=read.people[one].title or "",
             percent=round(read.strength(one)))
        for one in there
    ]  # fmt: skip
    return _block(say("People and our ties"), lines, "people", say)


def _business(report: AccountReport, say: Voice) -> Block:
    deals = sorted((one for one in report.facts.opportunities if not one.closed),
                   key=lambda one: (-_worth(one), one.id))  # fmt: skip
    lines = [
        Line(text=one.name, note=" \u00b7 ".join(filter(None, (
            amount_text(one.amount, DEAL_AMOUNT in report.facts.hidden, say),
            say.day(one.closes_on) if one.closes_on else "",
        ))))
        for one in deals
    ]  # fmt: skip
    return _block(say("Open business"), lines, "business", say)


def _worth(deal: Opportunity) -> Decimal:
    return deal.amount.amount if deal.amount else Decimal(0)


def _goals(report: AccountReport, say: Voice) -> Block:
    frame = report.page.frame
    lines = [Line(text=one) for one in (frame.customer_goals if frame else ())]
    return _block(say("What the customer wants"), lines, "goals", say)


def _moments(report: AccountReport, say: Voice) -> Block:
    coming = sorted(
        (one for one in report.facts.kept.of(KeyMoment)
         if one.held_on is None and not one.cancelled and one.planned_on >= report.as_of),
        key=lambda one: (one.planned_on, one.id),
    )  # fmt: skip
    lines = [
        Line(text=one.title, note=f"{say.name(one.kind)} \u00b7 {say.day(one.planned_on)}")
        for one in coming
    ]
    return _block(say("Coming moments"), lines, "moments", say)


def _swot(report: AccountReport, say: Voice) -> tuple[Block, ...]:
    titles = {
        SwotQuadrant.STRENGTH: say("Strengths"),
        SwotQuadrant.WEAKNESS: say("Weaknesses"),
        SwotQuadrant.OPPORTUNITY: say("Chances"),
        SwotQuadrant.THREAT: say("Threats"),
    }
    items = sorted(report.facts.kept.of(SwotItem), key=lambda one: (-one.impact, one.text, one.id))
    return tuple(
        _block(title, [Line(text=one.text) for one in items if one.quadrant is quadrant], "swot",
               say)
        for quadrant, title in titles.items()
    )  # fmt: skip


def _block(title: str, lines: Sequence[Line], what: str, say: Voice) -> Block:
    most = _MOST[what]
    shown = tuple(
        Line(text=_short(one.text, _LONG), note=_short(one.note, _LONG), percent=one.percent)
        for one in lines[:most]
    )
    left = len(lines) - len(shown)
    more = say.count("{n} more", "{n} more", left) if left > 0 else ""
    return Block(title=title, lines=shown, more=more)


def _user(report: AccountReport, user_id: str | None) -> str:
    found = report.facts.users.get(user_id or "")
    return found.name if found else "\u2013"


def _short(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "\u2026"
