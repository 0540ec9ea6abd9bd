"""How cells look: formats by kind, widths, colours of tabs."""

from __future__ import annotations

from typing import Any

from kam_connector.reports.workbook.column import Column, ColumnKind

__all__ = ["Styles", "width_of"]

_INK, _HEAD, _REQUIRED, _LOCKED = "#1F2933", "#1D4E89", "#B7472A", "#F1F3F5"
_WIDTHS = {
    ColumnKind.TEXT: 28, ColumnKind.TEXTS: 30, ColumnKind.WHOLE: 15, ColumnKind.DECIMAL: 15,
    ColumnKind.DAY: 14, ColumnKind.INSTANT: 18, ColumnKind.TRUTH: 12, ColumnKind.CHOICE: 22,
    ColumnKind.REFERENCE: 24, ColumnKind.REFERENCES: 30,
}  # fmt: skip
_LONG = frozenset({
    "agenda", "benefit_them", "benefit_us", "contingency", "decisions", "follow_up", "lessons",
    "mitigation", "needs", "note", "proofs", "purpose", "rationale", "reason", "strategy", "text",
    "they_expect", "verbatim", "vision", "we_expect", "win_plan", "title", "commitment",
})  # fmt: skip
_TABS = {"kam_connector.model.programme": "#6B4E9B", "kam_connector.model.account_team": "#2E7D6B",
         "kam_connector.model.stakeholder": "#2E7D6B", "kam_connector.model.figures": "#C27C0E",
         "kam_connector.model.journey": "#8A5A44"}  # fmt: skip
_GREY = "#9AA5B1"


def width_of(column: Column) -> int:
    """Return how wide a column stands, in characters."""
    if column.name == "body":
        return 70
    return 46 if column.name in _LONG else _WIDTHS[column.kind]


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, file: Any, *, french: bool) -> None:
        self._file = file
        self._made: dict[tuple[object, ...], Any] = {}
        day = "dd/mm/yyyy" if french else "yyyy-mm-dd"
        self._numbers = {"day": day, "whole": "0", "decimal": "#,##0.####", "number": "General",
                         "text": "@", "wrapped": "@"}  # fmt: skip

    def cell(self, key: str, *, locked: bool, quoted: bool = False) -> Any:
        """Return the format of a cell: ``text``, ``wrapped``, ``day``, ``whole``, ``decimal``."""
        options: dict[str, object] = {
            "num_format": self._numbers[key], "locked": locked, "valign": "top",
            "font_color": _INK, "font_size": 10, "text_wrap": key == "wrapped",
            "quote_prefix": quoted,
        }  # fmt: skip
        if key in {"day", "whole"}:
            options["align"] = "center"
        if locked:
            options["bg_color"] = _LOCKED
        return self._make(("cell", key, locked, quoted), options)

    def of(self, column: Column, *, locked: bool) -> Any:
        """Return the format of a column's empty cells."""
        return self.cell(self.key(column), locked=locked)

    def key(self, column: Column) -> str:
        """Return which format a column's cells have."""
        match column.kind:
            case ColumnKind.DAY:
                return "day"
            case ColumnKind.WHOLE:
                return "whole"
            case ColumnKind.DECIMAL:
                return "decimal"
        return "wrapped"

    def head(self, *, required: bool, locked: bool) -> Any:
        """Return the format of a column's title."""
        colour = _REQUIRED if required else _GREY if locked else _HEAD
        options = {
            "bold": True, "font_color": "#FFFFFF", "bg_color": colour, "valign": "vcenter",
            "font_size": 10, "locked": True, "border": 1, "border_color": "#FFFFFF",
        }  # fmt: skip
        return self._make(("head", colour), options)

    def guide(self, style: str) -> Any:
        """Return the format of a line of the guide."""
        options: dict[str, dict[str, object]] = {
            "title": {"bold": True, "font_size": 18, "font_color": _HEAD},
            "heading": {"bold": True, "font_size": 12, "font_color": _HEAD, "bottom": 1},
            "plain": {"font_size": 10, "font_color": _INK, "text_wrap": True, "valign": "top"},
            "name": {"font_size": 10, "font_color": _INK, "bold": True, "valign": "top"},
            "link": {"font_size": 10, "font_color": _HEAD, "underline": 1, "valign": "top"},
        }
        return self._make(("guide", style), options[style])

    def tab(self, made: type[Any], *, locked: bool) -> str:
        """Return the colour of a sheet's tab."""
        return _GREY if locked else _TABS.get(made.__module__, _HEAD)

    def _make(self, key: tuple[object, ...], options: dict[str, object]) -> Any:
        if key not in self._made:
            self._made[key] = self._file.add_format({"font_name": "Calibri", **options})
        return self._made[key]
