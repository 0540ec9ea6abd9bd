"""Signals from outside the CRMs: strategic change, moves, announcements, interest (S2.30)."""

from __future__ import annotations

from datetime import date, timedelta

from kam_connector.kam.signals.findings import cluster, finding, graver, voice_of
from kam_connector.kam.situation import KEY_PROFILES, Situation
from kam_connector.language import phrase
from kam_connector.model.figures import NewsKind, OutsideNews
from kam_connector.model.signal import Severity, Signal, SignalKind

__all__ = ["announcement", "intent_signal", "staff_movement", "strategic_change"]

_CHANGES = {
    NewsKind.MERGER: phrase("A merger was announced on {day}: {title}"),
    NewsKind.REORGANISATION: phrase("A reorganisation was announced on {day}: {title}"),
    NewsKind.NEW_DIRECTION: phrase("A new direction was announced on {day}: {title}"),
}


def strategic_change(situation: Situation) -> list[Signal]:
    """Find mergers, reorganisations and new directions: the plan needs a review (S2.38)."""
    found = []
    for kind, text in _CHANGES.items():
        news = _news(situation, kind, situation.settings.signals.headline_days)
        if not news:
            continue
        severity, because = graver(situation, Severity.WARNING)
        say = voice_of(situation)
        found.append(
            finding(
                situation,
                SignalKind.STRATEGIC_CHANGE,
                severity,
                say(text, day=_began(situation, news), title=news[-1].title),
                because=because or say("the account plan may rest on what no longer holds"),
                anchor=_began(situation, news),
                due=_until(news, situation.settings.signals.headline_days),
                subject=kind.value,
                evidence={"change": kind.value, "news": [one.id for one in news]},
            )
        )
    return found


def staff_movement(situation: Situation) -> list[Signal]:
    """Find moves of people that the news tell; a decider's or sponsor's is louder."""
    return [
        finding(
            situation,
            SignalKind.STAFF_MOVEMENT,
            Severity.WARNING if _is_key(situation, news) else Severity.INFO,
            situation.settings.say(
                "News of {day} tells of a move: {title}", day=news.on, title=news.title
            ),
            because=_key_reason(situation, news),
            anchor=news.on,
            due=_until([news], situation.settings.signals.headline_days),
            contact_id=news.contact_id if news.contact_id in situation.people else None,
            subject=news.id,
            evidence={"news": news.id, "source": news.source, "url": news.url},
        )
        for news in _news(
            situation, NewsKind.STAFF_MOVEMENT, situation.settings.signals.headline_days
        )
    ]


def announcement(situation: Situation) -> list[Signal]:
    """Find strategic announcements of the last month: one signal a wave, not one each."""
    return _wave(
        situation,
        NewsKind.ANNOUNCEMENT,
        SignalKind.ANNOUNCEMENT,
        one=phrase("Announced on {day}: {title}"),
        many=phrase("{n} announcements since {day}, the last: {title}"),
    )


def intent_signal(situation: Situation) -> list[Signal]:
    """Find signs of interest of the last month; several of them are a pattern."""
    return _wave(
        situation,
        NewsKind.INTENT,
        SignalKind.INTENT_SIGNAL,
        one=phrase("A sign of interest on {day}: {title}"),
        many=phrase("{n} signs of interest since {day}, the last: {title}"),
        loud=situation.settings.signals.intent_loud,
    )


def _wave(
    situation: Situation,
    news_kind: NewsKind,
    kind: SignalKind,
    *,
    one: str,
    many: str,
    loud: int | None = None,
) -> list[Signal]:
    days = situation.settings.signals.chatter_days
    wave = _news(situation, news_kind, days)
    if not wave:
        return []
    say, is_loud = voice_of(situation), loud is not None and len(wave) >= loud
    return [
        finding(
            situation,
            kind,
            Severity.WARNING if is_loud else Severity.INFO,
            say(
                one if len(wave) == 1 else many,
                n=len(wave),
                day=_began(situation, wave),
                title=wave[-1].title,
            ),
            because=say("{n} within a month", n=len(wave)) if is_loud else None,
            anchor=_began(situation, wave),
            due=_until(wave, days),
            evidence={"news": [each.id for each in wave], "source": wave[-1].source},
        )
    ]


def _news(situation: Situation, kind: NewsKind, days: int) -> list[OutsideNews]:
    """Return the news of one kind that are not older than *days*, oldest first."""
    fresh = [
        news
        for news in situation.facts.kept.of(OutsideNews)
        if news.kind is kind and 0 <= (situation.as_of - news.on).days <= days
    ]
    return sorted(fresh, key=lambda news: (news.on, news.id))


def _began(situation: Situation, news: list[OutsideNews]) -> date:
    """Return when the wave began to which the latest of the news belongs."""
    kind = news[-1].kind
    days = [
        one.on
        for one in situation.facts.kept.of(OutsideNews)
        if one.kind is kind and one.on <= situation.as_of
    ]
    return cluster(days, gap_days=situation.settings.signals.chatter_days)[0]


def _until(news: list[OutsideNews], days: int) -> date:
    return news[-1].on + timedelta(days=days)


def _is_key(situation: Situation, news: OutsideNews) -> bool:
    return bool(KEY_PROFILES & situation.profiles.get(news.contact_id or "", frozenset()))


def _key_reason(situation: Situation, news: OutsideNews) -> str | None:
    if not _is_key(situation, news):
        return None
    return situation.settings.say("a decider or sponsor moves")
