"""Signals about figures people import: share of wallet, margin, satisfaction.

They compare like with like and stay silent where a side is missing: no figure is no drop.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.signals.findings import finding, graver, role_words, voice_of
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.figures import RevenueLine, SurveyAnswer, SurveyKind, Wallet
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["margin_drop", "nps_answers", "nps_drop", "quarter_margin", "sow_drop"]

_PROMOTER = 9
"""9 and 10 are promoters (Reichheld's scale)."""
_HUNDRED = Decimal(100)


def sow_drop(situation: Situation) -> list[Signal]:
    """Find product lines whose share of wallet fell from one whole year to the next (S2.31)."""
    wallets = {
        (one.product_line, one.year): one
        for one in situation.facts.kept.of(Wallet)
        if one.year < situation.as_of.year and one.spend > 0
    }
    found = []
    for line in sorted({line for line, _ in wallets}):
        year = max(year for known, year in wallets if known == line)
        before = _share(situation, wallets.get((line, year - 1)))
        after = _share(situation, wallets[line, year])
        if before is None or after is None:
            continue
        if before - after >= situation.settings.signals.wallet_points:
            found.append(_fallen_share(situation, line, year, before, after))
    return found


def margin_drop(situation: Situation) -> list[Signal]:
    """Find a margin of the last three whole months clearly below that of the year before."""
    month = situation.as_of.replace(day=1)
    recent = quarter_margin(situation, _months_before(month, 3), month)
    earlier = quarter_margin(situation, _months_before(month, 15), _months_before(month, 3))
    if recent is None or earlier is None:
        return []
    if earlier - recent < situation.settings.signals.margin_points:
        return []
    say = voice_of(situation)
    return [
        finding(
            situation,
            SignalKind.MARGIN_DROP,
            Severity.WARNING,
            say(
                "Margin fell to {after} % in the three months to {day}, "
                "from {before} % in the year before",
                after=round(recent),
                before=round(earlier),
                day=month - timedelta(days=1),
            ),
            because=say("{n} points less", n=round(earlier - recent)),
            anchor=_quarter(situation.as_of),
            evidence={"after": f"{recent:.1f}", "before": f"{earlier:.1f}"},
        )
    ]


def nps_drop(situation: Situation) -> list[Signal]:
    """Find a falling NPS, and a decider or sponsor who is a detractor (S2.32)."""
    limits, day = situation.settings.signals, situation.as_of
    span = timedelta(days=limits.nps_window_days)
    after = _nps(nps_answers(situation, day - span, day), limits.nps_least_answers)
    before = _nps(nps_answers(situation, day - 2 * span, day - span), limits.nps_least_answers)
    single = _detractors(situation, nps_answers(situation, day - span, day))
    if after is None or before is None or before - after < limits.nps_points:
        return single
    say = voice_of(situation)
    severity, because = graver(situation, Severity.WARNING)
    return [
        finding(
            situation,
            SignalKind.NPS_DROP,
            severity,
            say(
                "NPS of the last half year is {after}, after {before} in the half year before",
                after=round(after),
                before=round(before),
            ),
            because=because or say("{n} points less", n=round(before - after)),
            anchor=_quarter(day),
            subject="nps",
            evidence={"after": f"{after:.0f}", "before": f"{before:.0f}"},
        ),
        *single,
    ]


def nps_answers(situation: Situation, after: date, until: date) -> list[SurveyAnswer]:
    """Return NPS answers after one day and up to another, oldest first."""
    return sorted(
        (
            one
            for one in situation.facts.kept.of(SurveyAnswer)
            if one.kind is SurveyKind.NPS and one.score is not None and after < one.on <= until
        ),
        key=lambda one: (one.on, one.id),
    )


def quarter_margin(situation: Situation, start: date, end: date) -> Decimal | None:
    """Return the margin in percent of the months from *start* until before *end*.

    None when a month is missing, a line has no cost, or currencies mix.
    """
    lines = [one for one in situation.facts.kept.of(RevenueLine) if start <= one.month < end]
    months = (end.year - start.year) * 12 + end.month - start.month
    revenue = sum((one.revenue for one in lines), Decimal(0))
    costs = [one.cost_of_goods for one in lines if one.cost_of_goods is not None]
    whole = len({one.month.replace(day=1) for one in lines}) == months
    if not whole or len(costs) < len(lines) or revenue <= 0 or _currencies(lines) != 1:
        return None
    return (revenue - sum(costs, Decimal(0))) / revenue * _HUNDRED


def _share(situation: Situation, wallet: Wallet | None) -> Decimal | None:
    if wallet is None:
        return None
    lines = [
        one
        for one in situation.facts.kept.of(RevenueLine)
        if one.product_line == wallet.product_line and one.month.year == wallet.year
    ]
    if not lines or any(one.currency != wallet.currency for one in lines):
        return None
    return sum((one.revenue for one in lines), Decimal(0)) / wallet.spend * _HUNDRED


def _fallen_share(
    situation: Situation, line: str, year: int, before: Decimal, after: Decimal
) -> Signal:
    say = voice_of(situation)
    return finding(
        situation,
        SignalKind.SOW_DROP,
        Severity.WARNING,
        say(
            "Our share of what they spend on {line} fell to {after} % in {year}, from {before} %",
            line=line,
            after=round(after),
            before=round(before),
            year=str(year),
        ),
        because=say("{n} points less", n=round(before - after)),
        anchor=date(year, 12, 31),
        due=date(year + 1, 12, 31),
        subject=line,
        evidence={"line": line, "after": f"{after:.1f}", "before": f"{before:.1f}"},
    )


def _nps(answers: Sequence[SurveyAnswer], least: int) -> float | None:
    scores = [one.score for one in answers if one.score is not None]
    if len(scores) < least:
        return None
    promoters = sum(score >= _PROMOTER for score in scores)
    detractors = sum(score <= 6 for score in scores)
    return 100.0 * (promoters - detractors) / len(scores)


def _detractors(situation: Situation, answers: Sequence[SurveyAnswer]) -> list[Signal]:
    """Return deciders and sponsors whose latest answer is a detractor's."""
    latest = {one.contact_id: one for one in answers if one.contact_id in situation.people}
    say, found = voice_of(situation), []
    for person_id, one in latest.items():
        if person_id is None or one.score is None:
            continue
        is_key = KEY_PROFILES & situation.profiles.get(person_id, frozenset())
        if not is_key or one.score > situation.settings.signals.nps_detractor:
            continue
        severity, because = graver(situation, Severity.WARNING)
        found.append(
            finding(
                situation,
                SignalKind.NPS_DROP,
                severity,
                say(
                    "{person} ({role}) answered {score} of 10 on {day}",
                    person=situation.people[person_id].name,
                    role=role_words(situation, person_id),
                    score=one.score,
                    day=one.on,
                ),
                because=because or say("a decider or sponsor is not satisfied"),
                anchor=one.on,
                contact_id=person_id,
                evidence={"answer": one.id, "score": str(one.score)},
            )
        )
    return found


def _currencies(lines: Sequence[RevenueLine]) -> int:
    return len({one.currency for one in lines})


def _quarter(day: date) -> date:
    """Return the first day of the quarter: a drop that lasts is told once a quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _months_before(month: date, count: int) -> date:
    """Return the first day of the month *count* months earlier; later, when negative."""
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
