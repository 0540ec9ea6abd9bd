"""Lines of the programme's pages, for people."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.cli.output import table
from kam_connector.kam.kpis.words import figure_label, figure_text
from kam_connector.kam.programme.checks import Measure, MethodCheck
from kam_connector.kam.programme.page import ProgrammePage
from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.kam.programme.promises import FunctionPromises
from kam_connector.kam.programme.rituals import RitualDue
from kam_connector.kam.programme.scorecard import PillarScore
from kam_connector.kam.programme.skills import Skills
from kam_connector.language import Voice
from kam_connector.model.figures import KpiValue

__all__ = ["check_lines", "concentration_lines", "page_lines", "pillar_lines"]


def concentration_lines(figures: Sequence[KpiValue]) -> list[str]:
    """Return how our revenue is spread; without any money recorded, nothing."""
    say = Voice()
    rows = [
        (figure_label(one.key, say), figure_text(one.value, one.unit, say), one.reason)
        for one in figures
    ]
    return table(("concentration", "now", ""), rows)


def page_lines(
    read: Portfolio,
    page: ProgrammePage,
    rituals: Sequence[RitualDue],
    skills: Skills,
    promises: Sequence[FunctionPromises],
) -> list[str]:
    """Return the programme's page."""
    lines = _head(read, page)
    rows = [
        (read.user_name(m.user_id), m.function.value, m.fte, m.responsibility) for m in page.members
    ]
    lines += table((f"member ({page.fte} FTE)", "function", "fte", "does"), rows)
    steps = [
        (s.state.value, s.item.due, s.item.title, s.item.pillar.value, s.days_late or None)
        for s in page.roadmap
    ]
    lines += table(("state", "due", "roadmap", "pillar", "days late"), steps)
    meetings = [
        (one.state.value, one.next_on, one.ritual.name, _for(read, one), one.days_late or None)
        for one in rituals
    ]
    lines += table(("state", "next", "ritual", "of", "days late"), meetings)
    costs = [(year, f"{amount} {currency}") for year, currency, amount in page.costs]
    lines += table(("year", "cost"), costs)
    lines += _people(read, skills)
    kept = [
        (one.function.value, len(one.kept), len(one.broken), len(one.not_measured))
        for one in promises
    ]
    lines += table(("promises of", "kept", "broken", "not measured"), kept)
    return lines


def check_lines(found: Sequence[MethodCheck], *, everything: bool = False) -> list[str]:
    """Return checks as a table: lack and excess, and the rest when asked."""
    wrong = (Measure.LACK, Measure.EXCESS)
    rows = [
        (one.measure.value, one.key, one.subject, one.reason, _range(one), one.source)
        for one in found
        if everything or one.measure in wrong
    ]
    lines = table(("measure", "check", "of", "found", "fine is", "source"), rows)
    fine = sum(one.measure not in wrong for one in found)
    if not everything and fine:
        lines.append(f"  {fine} more are fine or not known:  --all")
    return lines


def pillar_lines(one: PillarScore) -> list[str]:
    """Return one pillar with its ledger."""
    value = "not known" if one.value is None else f"{one.value}"
    lines = [f"{one.pillar.value:<16}{value}   ({one.known:.0%} of the weight known)"]
    lines += [f"  {line.points:>6}  {line.reason}" for line in one.ledger]
    return lines + [f"       ?  {what}" for what in one.unknown]


def _head(read: Portfolio, page: ProgrammePage) -> list[str]:
    one = page.programme
    if one is None:
        return ["No programme is described yet:  kam programme begin NAME"]
    lead = read.user_name(one.lead_id) if one.lead_id else "nobody"
    sponsor = read.user_name(one.sponsor_id) if one.sponsor_id else "nobody"
    cap = "no cap" if one.account_cap is None else f"at most {one.account_cap}"
    lines = [one.name, f"  {one.strategy or 'no strategy written'}"]
    lines += [f"  goal      {goal}" for goal in one.goals]
    lines += [
        f"  lead      {lead}   backed by {sponsor}",
        f"  method    {one.maturity.value}   since {one.started_on or 'an unknown day'}",
        f"  accounts  {len(read.ids)}, {cap}",
    ]
    if page.baseline is None:
        lines.append("  baseline  none: no return can be computed")
    else:
        year, margin, currency = page.baseline
        lines.append(f"  baseline  {margin} {currency} margin in {year}".rstrip())
    return lines


def _for(read: Portfolio, one: RitualDue) -> str:
    account_id = one.ritual.account_id
    return read.account_name(account_id) if account_id else "programme"


def _people(read: Portfolio, skills: Skills) -> list[str]:
    rows = [
        (read.user_name(gap.user_id), gap.skill, gap.level, gap.wanted, gap.training)
        for gap in skills.gaps
    ]
    return table(("who", "skill", "level", "wanted", "training"), rows)


def _range(one: MethodCheck) -> str:
    if one.low is not None and one.high is not None:
        return f"{one.low} to {one.high}"
    if one.low is not None:
        return f"at least {one.low}"
    return "–" if one.high is None else f"at most {one.high}"
