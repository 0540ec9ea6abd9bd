"""Signals about figures people import: share of wallet, margin, satisfaction.

They compare like with like and stay silent where a side is missing: no figure is no drop.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.kpis.billing import Span, billed, month_before, within
from kam_connector.kam.kpis.profitability import margin_percent
from kam_connector.kam.kpis.satisfaction import DETRACTOR, answers_of, net_promoters
from kam_connector.kam.kpis.sheet import Sheet, read_sheet
from kam_connector.kam.signals.findings import finding, graver, role_words, voice_of
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.model.figures import RevenueLine, SurveyAnswer, SurveyKind, Wallet
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["margin_drop", "nps_drop", "sow_drop"]

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
    month, sheet = situation.as_of.replace(day=1), read_sheet(situation)
    quarter = Span(first=month_before(month, 3), until=month)
    recent = _margin(sheet, quarter)
    earlier = _margin(sheet, Span(first=month_before(month, 15), until=quarter.first))
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
    span, facts = timedelta(days=limits.nps_window_days), situation.facts
    latest = answers_of(facts, SurveyKind.NPS, day=day, span=span)
    after = _nps(latest, limits.nps_least_answers)
    earlier = answers_of(facts, SurveyKind.NPS, day=day - span, span=span)
    before = _nps(earlier, limits.nps_least_answers)
    single = _detractors(situation, latest)
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


def _margin(sheet: Sheet, span: Span) -> Decimal | None:
    """Return the margin of a span in percent.

    None when a month is missing, a line has no cost, or an amount has no rate.
    """
    facts = sheet.situation.facts
    lines = within(facts.kept.of(RevenueLine), span)
    whole = len({one.month.replace(day=1) for one in lines}) == span.months
    if not whole or sheet.currency is None:
        return None
    sums = billed(lines, span, currency=sheet.currency, rates=facts.rates)
    return None if sums.left_out else margin_percent(sums, known_share=1.0)


def _share(situation: Situation, wallet: Wallet | None) -> Decimal | None:
    if wallet is None:
        return None
    facts = situation.facts
    year = Span(first=date(wallet.year, 1, 1), until=date(wallet.year + 1, 1, 1))
    lines = [one for one in facts.kept.of(RevenueLine) if one.product_line == wallet.product_line]
    sums = billed(lines, year, currency=wallet.currency, rates=facts.rates)
    if not sums.lines or sums.left_out:
        return None
    return sums.revenue / wallet.spend * _HUNDRED


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


def _nps(answers: Sequence[SurveyAnswer], least: int) -> Decimal | None:
    found = net_promoters(answers)
    return found.score if found and found.count >= least else None


def _detractors(situation: Situation, answers: Sequence[SurveyAnswer]) -> list[Signal]:
    """Return deciders and sponsors whose latest answer is a detractor's."""
    say, found = voice_of(situation), []
    for one in answers:
        person_id = one.contact_id
        if person_id not in situation.people or person_id is None or one.score is None:
            continue
        is_key = KEY_PROFILES & situation.profiles.get(person_id, frozenset())
        if not is_key or one.score > DETRACTOR:
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


def _quarter(day: date) -> date:
    """Return the first day of the quarter: a drop that lasts is told once a quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)
