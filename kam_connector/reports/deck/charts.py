"""Figures as native charts: whoever gets the deck can open their data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.util import Emu, Pt

from kam_connector.kam.kpis.satisfaction import net_promoters
from kam_connector.model.figures import RevenueLine, SurveyAnswer, SurveyKind
from kam_connector.reports.account_report import AccountReport
from kam_connector.reports.deck.canvas import BLUE, INK, Canvas, Frame, described
from kam_connector.reports.xml_text import xml_text

__all__ = ["Series", "draw_chart", "nps_by_year", "revenue_by_year", "strongest_ties"]

_MOST_TIES = 10
"""Our choice: more bars are no picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of figures by name."""

    title: str
    names: tuple[str, ...]
    values: tuple[Decimal, ...]
    unit: str = ""
    sideways: bool = False
    source: str = ""

    @property
    def said(self) -> str:
        """All of it in words, for who does not see the chart."""
        pairs = zip(self.names, self.values, strict=True)
        return f"{self.title}. " + "; ".join(f"{name}: {value:f}" for name, value in pairs)


def revenue_by_year(report: AccountReport) -> Series | None:
    """Return what we billed by year, else what we won, in the commonest currency."""
    say = report.say
    billed: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in report.facts.kept.of(RevenueLine):
        if line.month <= report.as_of:
            billed[line.currency][line.month.year] += line.revenue
    source = say("Billed, imported lines")
    if not billed:
        source = say("Won opportunities")
        for deal in report.facts.opportunities:
            if deal.won and deal.amount and deal.closes_on and deal.closes_on <= report.as_of:
                billed[deal.amount.currency][deal.closes_on.year] += deal.amount.amount
    if not billed:
        return None
    currency = max(sorted(billed), key=lambda one: len(billed[one]))
    years = sorted(billed[currency])[-5:]
    names = [f"{year}*" if year == report.as_of.year else str(year) for year in years]
    return Series(
        title=say("Our revenue by year, {currency} (* so far)", currency=currency),
        names=tuple(names),
        values=tuple(billed[currency][year] for year in years),
        unit="#,##0",
        source=source,
    )


def nps_by_year(report: AccountReport) -> Series | None:
    """Return the net promoter score of each year's answers."""
    answers: dict[int, list[SurveyAnswer]] = defaultdict(list)
    for one in report.facts.kept.of(SurveyAnswer):
        if one.kind is SurveyKind.NPS and one.score is not None and one.on <= report.as_of:
            answers[one.on.year].append(one)
    found = {year: net_promoters(listed) for year, listed in sorted(answers.items())}
    scored = {year: nps.score for year, nps in found.items() if nps is not None}
    if not scored:
        return None
    count = sum(len(listed) for listed in answers.values())
    say = report.say
    return Series(
        title=say("Net promoter score by year"),
        names=tuple(str(year) for year in scored),
        values=tuple(one.quantize(Decimal(1)) for one in scored.values()),
        unit="0",
        source=say.count("{n} answer", "{n} answers", count),
    )


def strongest_ties(report: AccountReport) -> Series | None:
    """Return our strongest ties, strongest last: a bar chart is drawn from below."""
    people = {one: report.situation.people[one] for one in report.situation.present()}
    ties = sorted(
        (one for one in report.situation.strengths.values() if one.contact_id in people),
        key=lambda one: (-one.value, one.contact_id),
    )[:_MOST_TIES]
    if not ties:
        return None
    return Series(
        title=report.say("Strength of our ties, 0 to 100"),
        names=tuple(people[one.contact_id].name for one in reversed(ties)),
        values=tuple(one.value for one in reversed(ties)),
        unit="0",
        sideways=True,
        source=report.say("Exchanges in the CRM"),
    )


class _Texts(CategoryWorkbookWriter):
    """Writes a chart's workbook, in which a person's name is a text and no formula (G27).

    python-pptx lets XlsxWriter guess: a name that begins with "=" ran at "edit data".
    """

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        with super()._open_worksheet(xlsx_file) as (book, sheet):
            sheet.strings_to_formulas = sheet.strings_to_urls = False
            yield book, sheet


class _Data(CategoryChartData):
    """Figures by name, with such a workbook."""

    @property
    def _workbook_writer(self) -> _Texts:
        return _Texts(self)  # type: ignore[no-untyped-call]


def draw_chart(canvas: Canvas, frame: Frame, series: Series) -> None:
    """Draw a series with its title above."""
    title = frame.first(320_040)
    canvas.text(title, series.title, size=14, bold=True, colour=BLUE)
    room = frame.below(title.height)
    data: Any = _Data(number_format=series.unit or "General")  # type: ignore[no-untyped-call]
    data.categories = [xml_text(name) for name in series.names]
    data.add_series(series.title, [float(one) for one in series.values])
    kind = XL_CHART_TYPE.BAR_CLUSTERED if series.sideways else XL_CHART_TYPE.COLUMN_CLUSTERED
    drawn = canvas.slide.shapes.add_chart(
        kind, Emu(room.left), Emu(room.top), Emu(room.width), Emu(room.height), data
    )
    described(drawn, series.said)
    _dress(drawn.chart, series)


def _dress(chart: Any, series: Series) -> None:
    chart.has_legend = False
    chart.has_title = False
    chart.font.size = Pt(10)
    chart.font.name = "Arial"
    chart.font.color.rgb = RGBColor.from_string(INK)
    plot = chart.plots[0]
    plot.gap_width = 60 if len(series.names) > 2 else 250
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = series.unit or "General", False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(10)
    plot.series[0].format.fill.solid()
    plot.series[0].format.fill.fore_color.rgb = RGBColor.from_string(BLUE)
    plot.series[0].invert_if_negative = False
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    low = min((float(one) for one in series.values), default=0)
    chart.value_axis.minimum_scale = None if low < 0 else 0
    chart.category_axis.format.line.color.rgb = RGBColor.from_string(INK)
