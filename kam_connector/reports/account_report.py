"""Everything that workbook, deck and one page say of one account, read once from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from kam_connector.kam.chart.account_chart import account_chart
from kam_connector.kam.chart.placed import Placed
from kam_connector.kam.chart.placing import lay_out
from kam_connector.kam.chart.seats import Chart
from kam_connector.kam.kpis.account import situation_kpis
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.page import plan_page, section_view
from kam_connector.kam.plan.view import PlanPage, SectionView
from kam_connector.kam.plan_today import plan_today
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.kam.whitespace.market import Market
from kam_connector.kam.whitespace.matrix import Whitespace, whitespace
from kam_connector.language import Language, Voice
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import KpiValue
from kam_connector.model.plan_content import SectionKind
from kam_connector.model.score import Score
from kam_connector.model.signal import Signal
from kam_connector.ports import Store
from kam_connector.sync.market import known_market

__all__ = ["AccountReport", "read_account_report", "section_texts"]

_HISTORY = timedelta(days=730)
"""As the night reads: two years (`sync.derive.HISTORY`)."""


@dataclass(frozen=True, kw_only=True)
class AccountReport:
    """One account with what follows from its facts, in one language; parts made when asked."""

    situation: Situation
    scores: Mapping[str, Score]
    """Those of the last run, by name."""
    signals: tuple[Signal, ...]
    market: Market
    """All customers with what they buy."""

    @property
    def facts(self) -> AccountFacts:
        """All that is known."""
        return self.situation.facts

    @property
    def as_of(self) -> date:
        """The day it is written."""
        return self.situation.as_of

    @property
    def say(self) -> Voice:
        """Its language."""
        return self.situation.settings.say

    @cached_property
    def basis(self) -> PlanBasis:
        """What the plan's page is made of."""
        return plan_today(
            replace(self.facts, previous=self.scores),
            as_of=self.as_of,
            now=self.situation.now,
            settings=self.situation.settings,
        )

    @cached_property
    def page(self) -> PlanPage:
        """The plan, section by section."""
        return plan_page(self.basis)

    @cached_property
    def chart(self) -> Chart:
        """Who reports to whom."""
        return account_chart(self.facts, self.as_of)

    @cached_property
    def placed(self) -> Placed:
        """The chart with coordinates."""
        return lay_out(self.chart)

    @cached_property
    def kpis(self) -> tuple[KpiValue, ...]:
        """The key figures of the four families."""
        return situation_kpis(self.situation)

    @cached_property
    def whitespace(self) -> Whitespace:
        """What it buys and could buy, compared with customers like it."""
        return whitespace(
            self.facts, market=self.market, as_of=self.as_of, settings=self.situation.settings
        )


def read_account_report(
    store: Store,
    account_id: str,
    *,
    now: datetime,
    settings: KamSettings,
    language: Language | None = None,
) -> AccountReport | None:
    """Return all of one account; None when it is no key account.

    Args:
        store: Where it is known.
        account_id: Which one.
        now: The instant.
        settings: The method's numbers.
        language: Of everything that is said; that of the settings when None.
    """
    facts = next(iter(store.facts([account_id], since=now - _HISTORY)), None)
    if facts is None:
        return None
    spoken = settings if language is None else replace(settings, language=language)
    situation = read_situation(facts, as_of=now.date(), now=now, settings=spoken)
    return AccountReport(
        situation=situation,
        scores={one.name: one for one in store.scores(account_id, limit=1)},
        signals=tuple(store.signals(account_id=account_id)),
        market=known_market(store, as_of=now.date(), settings=spoken),
    )


def section_texts(report: AccountReport) -> dict[SectionKind, str]:
    """Return what the CRM and the layer say in each section, asked for or not, as one text."""
    return {kind: _text(section_view(report.basis, kind)) for kind in SectionKind}


def _text(section: SectionView) -> str:
    lines = []
    for fact in section.facts:
        said = f"{fact.label}: {fact.value}" if fact.label else fact.value
        lines.append(f"{said} ({fact.note})" if fact.note else said)
    return "\n".join(lines)
