"""Signals about tenders: one is out, one is to be expected, an answer is due (S2.36)."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.journey.tenders import TenderWindow, tender_windows
from kam_connector.kam.signals.findings import finding, voice_of
from kam_connector.kam.situation import Situation
from kam_connector.model.figures import NewsKind, OutsideNews
from kam_connector.model.journey import Tender, TenderState
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["tender_announced", "tender_window"]


def tender_announced(situation: Situation) -> list[Signal]:
    """Find tenders that are out, from the tender list or from the news; each told once."""
    listed = [
        signal
        for tender in situation.facts.kept.of(Tender)
        if tender.state is TenderState.PUBLISHED and (signal := _published(situation, tender))
    ]
    days = [tender.published_on for tender in situation.facts.kept.of(Tender)]
    heard = [
        _heard(situation, news)
        for news in situation.facts.kept.of(OutsideNews)
        if news.kind is NewsKind.TENDER and _fresh(situation, news.on) and not _listed(news, days)
    ]
    return [*listed, *heard]


def tender_window(situation: Situation) -> list[Signal]:
    """Find tenders that are expected, step by step, and answers that fall due.

    Expected are those people told of, those that come back after their cycle, and, from who
    buys by tender, those that a contract's end brings (`tender_windows`).
    """
    windows = tender_windows(situation.facts, situation.as_of, settings=situation.settings)
    found = [
        _expected(situation, window)
        if window.tender.state is TenderState.EXPECTED
        else _answer_due(situation, window.tender)
        for window in windows
        if window.tender.state in (TenderState.EXPECTED, TenderState.PUBLISHED)
    ]
    return [signal for signal in found if signal]


def _published(situation: Situation, tender: Tender) -> Signal | None:
    on, due = tender.published_on, tender.due_on
    if (due and due < situation.as_of) or (on and on > situation.as_of):
        return None
    if due is None and on is not None and not _fresh(situation, on):
        return None
    say = voice_of(situation)
    words = say("A tender is out: {title}", title=tender.title)
    if on:
        words = say("A tender was published on {day}: {title}", day=on, title=tender.title)
    if due:
        words = say("{said}; the answer is due on {day}", said=words, day=due)
    return finding(
        situation,
        SignalKind.TENDER_ANNOUNCED,
        Severity.WARNING,
        words,
        because=say("the account's business is put to the market"),
        anchor=on,
        due=due,
        subject=tender.id,
        opportunity_id=None,
        evidence={"tender": tender.id, "answer_due": due.isoformat() if due else None},
    )


def _heard(situation: Situation, news: OutsideNews) -> Signal:
    say = voice_of(situation)
    return finding(
        situation,
        SignalKind.TENDER_ANNOUNCED,
        Severity.WARNING,
        say("News of {day} speaks of a tender: {title}", day=news.on, title=news.title),
        because=say("no tender of ours matches it"),
        anchor=news.on,
        due=news.on + timedelta(days=situation.settings.signals.headline_days),
        subject=news.id,
        evidence={"news": news.id, "source": news.source},
    )


def _listed(news: OutsideNews, days: list[date | None]) -> bool:
    """Whether a tender of our list explains the news: published within a month of it."""
    return any(day and abs((day - news.on).days) <= 30 for day in days)


def _fresh(situation: Situation, on: date) -> bool:
    return 0 <= (situation.as_of - on).days <= situation.settings.signals.headline_days


def _expected(situation: Situation, window: TenderWindow) -> Signal | None:
    tender, all_steps = window.tender, situation.settings.signals.tender_steps_days
    on = tender.expected_on
    if on is None or on < situation.as_of:
        return None
    steps = [step for step in all_steps if (on - situation.as_of).days <= step]
    if not steps:
        return None
    say, unready = voice_of(situation), not (tender.win_plan and tender.sponsor_contact_id)
    near = min(steps) < max(all_steps)
    return finding(
        situation,
        SignalKind.TENDER_WINDOW,
        Severity.WARNING if near and unready else Severity.INFO,
        say("A tender is expected on {day}: {title}", day=on, title=tender.title)
        if window.told
        else window.reason,
        because=say("no win plan or no sponsor is named") if near and unready else None,
        anchor=on - timedelta(days=min(steps)),
        due=on,
        subject=tender.id,
        evidence={
            "tender": tender.id,
            "step_days": min(steps),
            "ready": not unready,
            "told": window.told,
        },
    )


def _answer_due(situation: Situation, tender: Tender) -> Signal | None:
    due, limits = tender.due_on, situation.settings.signals
    if due is None or not 0 <= (due - situation.as_of).days <= min(limits.tender_steps_days):
        return None
    say, close = voice_of(situation), (due - situation.as_of).days <= limits.tender_close_days
    step = limits.tender_close_days if close else min(limits.tender_steps_days)
    return finding(
        situation,
        SignalKind.TENDER_WINDOW,
        Severity.CRITICAL if close else Severity.WARNING,
        say("The answer to a tender is due on {day}: {title}", day=due, title=tender.title),
        because=say("at most {n} days are left", n=step),
        anchor=due - timedelta(days=step),
        due=due,
        subject=tender.id,
        evidence={"tender": tender.id, "step_days": step},
    )
