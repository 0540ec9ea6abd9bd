"""A review pack as pptx, made from a template."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from kam_connector.reports.account_report import AccountReport
from kam_connector.reports.deck.canvas import GREY, Canvas, Frame, put_text
from kam_connector.reports.deck.fit import fitted
from kam_connector.reports.deck.pages import PAGES
from kam_connector.reports.deck.template import open_template
from kam_connector.reports.xml_text import xml_text

__all__ = ["deck_bytes"]

_FOOT = 228_600
"""A quarter of an inch under the area, for the day and the page's number."""


def deck_bytes(
    report: AccountReport, *, template: Path | None = None, for_customer: bool = False
) -> bytes:
    """Return a deck.

    Args:
        report: The account.
        template: A .pptx with our layouts; ours when None.
        for_customer: Only what a customer may see: the chart, revenue, satisfaction, and the
            objectives that the customer shares with their actions.
    """
    opened = open_template(template)
    say = report.say
    owner = report.facts.users.get(report.facts.account.owner_id or "")
    parts = [say("Account review"), say.day(report.as_of), owner.name if owner else ""]
    first = opened.add_title(report.facts.account.name, " \u00b7 ".join(filter(None, parts)))
    first.notes_slide.notes_text_frame.text = say("As of {day}.", day=report.as_of)

    def new(title: str) -> Canvas:
        slide, heading, bounds = opened.add_page()
        _head(heading, title)
        area = Frame(*bounds)
        _foot(slide, area, report, len(opened.deck.slides), opened.deck.slide_height)
        return Canvas(slide, area)

    for page in PAGES:
        if page.theirs if for_customer else page.ours:
            page.draw(report, new)
    content = io.BytesIO()
    opened.deck.save(content)
    return content.getvalue()


def _head(heading: Any, title: str) -> None:
    fit = fitted(title, width=heading.width, height=heading.height, sizes=(26, 22, 18))
    heading.text_frame.text = xml_text(fit.text)


def _foot(slide: Any, area: Frame, report: AccountReport, number: int, height: int) -> None:
    top = min(area.top + area.height + _FOOT // 4, height - _FOOT)
    place = Frame(area.left, top, area.width, _FOOT)
    box = slide.shapes.add_textbox(place.left, place.top, place.width, place.height)
    name = report.facts.account.name
    told = report.say("As of {day}", day=report.as_of)
    put_text(box, f"{name} \u00b7 {told} \u00b7 {number}", place, sizes=(9, 8), colour=GREY)
