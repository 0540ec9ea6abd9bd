"""The deck's template: ours, or one of the user's with the same names in it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from kam_connector.errors import CheckFailed, ConfigError
from kam_connector.reports.xml_text import xml_text

__all__ = ["Template", "default_template", "open_template"]

_TITLE_LAYOUT, _PAGE_LAYOUT = "KAM Title", "KAM Page"
_TITLE, _SUBTITLE, _AREA = "KAM Heading", "KAM Subheading", "KAM Area"
_NEEDED = {_TITLE_LAYOUT: (_TITLE, _SUBTITLE), _PAGE_LAYOUT: (_TITLE, _AREA)}
"""Placeholders by layout: shapes of these names on the layouts of a template."""
_MOST_BYTES = 50 * 1024 * 1024
_INCH = 914_400
_BLUE, _INK = "1D4E89", "1F2933"


@dataclass(frozen=True, slots=True)
class Template:
    """An open template with the layouts the deck is made of."""

    deck: Any
    title: Any
    page: Any

    def add_title(self, heading: str, subheading: str) -> Any:
        """Return a new first slide."""
        slide = self.deck.slides.add_slide(self.title)
        _placeholder(slide, self.title, _TITLE).text = xml_text(heading)
        _placeholder(slide, self.title, _SUBTITLE).text = xml_text(subheading)
        return slide

    def add_page(self) -> tuple[Any, Any, tuple[int, int, int, int]]:
        """Return a new slide, its title, and left, top, width, height of its free area."""
        slide = self.deck.slides.add_slide(self.page)
        area = _placeholder(slide, self.page, _AREA)
        bounds = (area.left, area.top, area.width, area.height)
        area.element.getparent().remove(area.element)
        return slide, _placeholder(slide, self.page, _TITLE), bounds


def open_template(path: Path | None) -> Template:
    """Return the template in a file, or the one that comes with us.

    Raises:
        ConfigError: The file cannot be read (KAM-1071).
        CheckFailed: It is no template of ours; the message names what is missing (KAM-7084).
    """
    from pptx import Presentation  # noqa: PLC0415 - heavy: only when a deck is made
    from pptx.exc import PythonPptxError  # noqa: PLC0415

    content = default_template() if path is None else _read(path)
    try:
        deck = Presentation(io.BytesIO(content))
    except (PythonPptxError, BadZipFile, KeyError, ValueError, AttributeError, TypeError) as error:
        name = path.name if path else "the built-in template"
        message = f"{name} is no .pptx that can be opened."
        raise CheckFailed(message, code="KAM-7084") from error
    missing = _missing(deck)
    if missing:
        raise CheckFailed(
            f"{path.name if path else 'The template'} lacks {'; '.join(missing)}.",
            code="KAM-7084",
            hint="kam plan deck --write-template FILE  writes one to start from.",
        )
    _empty(deck)
    layouts = {one.name: one for one in deck.slide_layouts}
    return Template(deck, layouts[_TITLE_LAYOUT], layouts[_PAGE_LAYOUT])


def default_template() -> bytes:
    """Return the template that comes with us: 16:9, two layouts, to be restyled by hand."""
    from pptx import Presentation  # noqa: PLC0415 - heavy: only when a deck is made
    from pptx.util import Emu  # noqa: PLC0415

    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(int(13.333 * _INCH)), Emu(int(7.5 * _INCH))
    by_name = {one.name: one for one in deck.slide_layouts}
    kept = {"Title Slide": _TITLE_LAYOUT, "Title and Content": _PAGE_LAYOUT}
    for name, layout in by_name.items():
        if name not in kept:
            deck.slide_layouts.remove(layout)
    title, page = by_name["Title Slide"], by_name["Title and Content"]
    title.name, page.name = _TITLE_LAYOUT, _PAGE_LAYOUT
    for layout, boxes in (
        (title, ((_TITLE, 0.9, 2.3, 11.5, 1.4, 40), (_SUBTITLE, 0.9, 3.8, 11.5, 1.2, 18))),
        (page, ((_TITLE, 0.6, 0.35, 12.1, 0.8, 26), (_AREA, 0.6, 1.35, 12.1, 5.45, 14))),
    ):
        for shape, (name, left, top, width, height, points) in zip(
            list(layout.placeholders)[:2], boxes, strict=True
        ):
            shape.name = name
            shape.left, shape.top = int(left * _INCH), int(top * _INCH)
            shape.width, shape.height = int(width * _INCH), int(height * _INCH)
            _style(shape, points, bold=name == _TITLE)
        for shape in list(layout.placeholders)[2:]:
            shape.element.getparent().remove(shape.element)
    for shape in list(deck.slide_master.placeholders):
        shape.left, shape.width = int(0.6 * _INCH), int(12.1 * _INCH)
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def _style(shape: Any, points: int, *, bold: bool) -> None:
    from pptx.enum.text import MSO_ANCHOR  # noqa: PLC0415 - with the rest of it

    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if bold else MSO_ANCHOR.TOP
    _list_style(shape, points, bold=bold, colour=_BLUE if bold else _INK)


def _list_style(shape: Any, points: int, *, bold: bool, colour: str) -> None:
    """Set what slides inherit: a layout's own paragraph is only its sample text."""
    from pptx.oxml import parse_xml  # noqa: PLC0415 - with the rest of it
    from pptx.oxml.ns import nsdecls, qn  # noqa: PLC0415

    style = shape.element.txBody.find(qn("a:lstStyle"))
    for child in list(style):
        style.remove(child)
    style.append(
        parse_xml(
            f'<a:lvl1pPr {nsdecls("a")} marL="0" indent="0" algn="l"><a:buNone/>'
            f'<a:defRPr sz="{points * 100}" b="{int(bold)}"><a:solidFill>'
            f'<a:srgbClr val="{colour}"/></a:solidFill><a:latin typeface="Arial"/>'
            "</a:defRPr></a:lvl1pPr>"
        )
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:  # a link to a device has no size
            content = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or type(error).__name__}."
        raise ConfigError(message, code="KAM-1071") from error
    if len(content) > _MOST_BYTES:
        raise CheckFailed(f"{path.name} is larger than 50 MB.", code="KAM-7084")
    return content


def _missing(deck: Any) -> list[str]:
    layouts = {one.name: one for one in deck.slide_layouts}
    missing = []
    for layout, names in _NEEDED.items():
        if layout not in layouts:
            missing.append(f'the layout "{layout}"')
            continue
        there = {one.name for one in layouts[layout].placeholders}
        missing += [f'"{one}" on the layout "{layout}"' for one in names if one not in there]
    return missing


def _empty(deck: Any) -> None:
    """Remove sample slides that a user left in the template."""
    listed = deck.element.sldIdLst
    for slide in list(listed if listed is not None else ()):
        deck.part.drop_rel(slide.rId)
        listed.remove(slide)


def _placeholder(slide: Any, layout: Any, name: str) -> Any:
    index = next(one.placeholder_format.idx for one in layout.placeholders if one.name == name)
    return next(one for one in slide.placeholders if one.placeholder_format.idx == index)
