"""One row of an edited sheet against the record it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from typing import Any

from kam_connector.language import Voice
from kam_connector.model.kept_keys import id_of_new
from kam_connector.model.kept_limits import faults
from kam_connector.model.kind import JsonValue
from kam_connector.reports.workbook.book import Sheet, is_locked
from kam_connector.reports.workbook.column import Column, columns_of
from kam_connector.reports.workbook.difference import CellEdit, Clash, Problem, RecordEdit
from kam_connector.reports.workbook.directory import Directory
from kam_connector.reports.workbook.face import face, same_face
from kam_connector.reports.workbook.fault_text import fault_text
from kam_connector.reports.workbook.field_titles import field_title
from kam_connector.reports.workbook.hidden import typed
from kam_connector.reports.workbook.parse import Unreadable, parse
from kam_connector.reports.workbook.places import address
from kam_connector.reports.workbook.read import FORMULA, GivenRow
from kam_connector.reports.workbook.stamps import stamped, stamped_new

__all__ = ["Comparing", "label_of"]

_NAMES = ("title", "name", "text", "work", "product_line", "skill", "commitment", "item", "kind")


@dataclass(slots=True, kw_only=True)
class Comparing:
    """One sheet being compared."""

    sheet: Sheet
    title: str
    base: Mapping[str, Mapping[str, JsonValue]]
    directory: Directory
    say: Voice
    account_id: str | None
    by: str
    today: date
    take: str | None
    places: Mapping[str, int]
    problems: list[Problem]
    """Grows with each row that cannot be read."""

    def row(self, given: GivenRow, seen: set[str]) -> RecordEdit | None:
        """Return what a row changes; None for an empty one, or one that cannot be read."""
        id_ = str(given.cells.get(self.places["id"], "")).strip()
        now = {one.id: one for one in self.sheet.records if one.id}
        if id_ and id_ not in seen and id_ in self.base:
            return self._edited(id_, now.get(id_), given)
        if id_ and id_ not in seen:
            text = self.say("This ID is not of this workbook: empty the cell to add the row.")
            self.problems.append(self.problem(given, "id", text))
            return None
        return self._added(now, seen, given)

    def problem(self, given: GivenRow, field: str | None, text: str) -> Problem:
        """Return a problem of one row, or of one of its cells."""
        at = self.places.get(field or "")
        title = None if field is None else self._title(field)
        cell = None if at is None else address(given.number, at)
        return Problem(sheet=self.title, row=given.number, column=title, cell=cell, text=text)

    def changed_since(self, record: Any) -> tuple[Clash, ...]:
        """Return what somebody changed in a record since it was exported."""
        base = self.base.get(record.id, {})
        return tuple(
            Clash(field=column.name, column=self._title(column.name), now=self._face(now, column),
                  exported=self._face(was, column), edited=None, value=None)
            for column in self.sheet.columns
            for was, now in [(typed(base.get(column.name), column), getattr(record, column.name))]
            if column.name in base and not _equal(was, now)
        )  # fmt: skip

    def _title(self, field: str) -> str:
        return "ID" if field == "id" else self.say(field_title(field))

    def _face(self, value: object, column: Column) -> Any:
        return face(value, column, self.directory, self.say)

    def _edited(self, id_: str, now: Any, given: GivenRow) -> RecordEdit | None:
        was = self.base.get(id_, {})
        cells: list[CellEdit] = []
        clashes: list[Clash] = []
        before = len(self.problems)
        for column in self.sheet.columns:
            if column.name not in self.places or column.name not in was:
                continue
            exported = typed(was[column.name], column)
            cell = given.cells.get(self.places[column.name])
            if cell is None and column.stamped:
                continue
            if cell is not FORMULA and same_face(cell, self._face(exported, column)):
                continue
            value = self._value(cell, column, given)
            current = None if now is None else getattr(now, column.name)
            if len(self.problems) > before or (now is not None and _equal(value, current)):
                continue
            title, shown = self._title(column.name), self._face(value, column)
            seen_now = self._face(current, column)
            if now is not None and _equal(current, exported):
                cells.append(
                    CellEdit(
                        field=column.name, column=title, before=seen_now, after=shown, value=value
                    )
                )
                continue
            clashes.append(
                Clash(field=column.name, column=title, exported=self._face(exported, column),
                      now=seen_now, edited=shown, value=value)
            )  # fmt: skip
        if len(self.problems) > before:
            return None
        return self._judged(id_, now, given, cells, clashes)

    def _judged(
        self, id_: str, now: Any, given: GivenRow, cells: list[CellEdit],
        clashes: list[Clash],
    ) -> RecordEdit | None:  # fmt: skip
        touched = bool(cells or clashes)
        if now is not None and touched and is_locked(now):
            text = self.say("This row comes from a rule and is not changed here: undo the edit.")
            self.problems.append(self.problem(given, None, text))
            return None
        changed = {one.field: one.value for one in cells}
        if self.take == "mine":
            changed |= {one.field: one.value for one in clashes}
        after = self._after(id_, now, changed) if touched else now
        if touched and after is not None and not self._sound(after, given):
            return None
        return RecordEdit(
            sheet=self.title, row=given.number, made=self.sheet.made, record_id=id_,
            label=label_of(after or now, self) or id_, before=now, after=after,
            cells=tuple(cells), clashes=tuple(clashes), decided=self.take is not None,
        )  # fmt: skip

    def _after(self, id_: str, now: Any, changed: Mapping[str, object]) -> Any:
        if now is not None:
            return stamped(replace(now, **changed), changed, by=self.by, today=self.today)
        if self.take != "mine":
            return None
        was = {c.name: typed(self.base[id_].get(c.name), c) for c in self.sheet.columns}
        return self._made(id_, {**was, **changed})

    def _added(self, now: Mapping[str, Any], seen: set[str], given: GivenRow) -> RecordEdit | None:
        cells = {c.name: given.cells.get(self.places[c.name]) for c in self.sheet.columns
                 if c.name in self.places}  # fmt: skip
        filled = {name: cell for name, cell in cells.items() if cell is not None}
        if not filled or (self.sheet.name == "plan_section" and set(filled) == {"kind"}):
            return None
        before = len(self.problems)
        values = {
            column.name: self._value(cells.get(column.name), column, given)
            for column in self.sheet.columns
        }
        if len(self.problems) > before:
            return None
        whole = {**self._defaults(), **values}
        if "account_id" in {one.name for one in fields(self.sheet.made)}:
            whole["account_id"] = self.account_id
        id_ = id_of_new(self.sheet.made, whole)
        record = self._made(id_, whole)
        if id_ in seen:
            text = self.say("This row says the same as another one: remove one of them.")
            self.problems.append(self.problem(given, None, text))
            return None
        if not self._sound(record, given):
            return None
        self._name(record)
        return self._against(now.get(id_), record, given, filled)

    def _against(
        self, known: Any, record: Any, given: GivenRow, filled: Mapping[str, object]
    ) -> RecordEdit:
        """Return an added row's edit; added before and changed since, it clashes."""
        columns = [one for one in self.sheet.columns if one.name in filled]
        told = [(one, getattr(record, one.name)) for one in columns]
        clashes = () if known is None else tuple(
            Clash(field=c.name, column=self._title(c.name), exported=None, value=value,
                  now=self._face(getattr(known, c.name), c), edited=self._face(value, c))
            for c, value in told
            if not _equal(getattr(known, c.name), value)
        )  # fmt: skip
        cells = () if known is not None else tuple(
            CellEdit(field=c.name, column=self._title(c.name), before=None,
                     after=self._face(value, c), value=value)
            for c, value in told
        )  # fmt: skip
        mine = {one.field: one.value for one in clashes} if self.take == "mine" else {}
        after = record if known is None else replace(known, **mine)
        return RecordEdit(
            sheet=self.title, row=given.number, made=self.sheet.made, record_id=record.id,
            label=label_of(record, self), before=known, after=after, cells=cells,
            clashes=clashes, decided=self.take is not None,
        )  # fmt: skip

    def _value(self, cell: Any, column: Column, given: GivenRow) -> object:
        if cell is None:
            if column.required:
                text = self.say("This cell must be filled.")
                self.problems.append(self.problem(given, column.name, text))
            return column.default
        if cell is FORMULA:
            text = self.say("A formula is not read: paste its value instead.")
            self.problems.append(self.problem(given, column.name, text))
            return None
        try:
            return parse(cell, column, self.directory, self.say)
        except Unreadable as error:
            self.problems.append(self.problem(given, column.name, str(error)))
            return None

    def _sound(self, record: Any, given: GivenRow) -> bool:
        found = list(faults(record))
        self.problems.extend(
            self.problem(given, one.field, fault_text(one, self.say)) for one in found
        )
        return not found

    def _defaults(self) -> dict[str, object]:
        return {one.name: one.default for one in columns_of(self.sheet.made)}

    def _made(self, id_: str, values: Mapping[str, object]) -> Any:
        known = {one.name: one for one in fields(self.sheet.made)}
        given = {
            name: value
            for name, value in values.items()
            if name in known and not (value is None and known[name].default is not MISSING)
        }
        stamps = {one.name for one in columns_of(self.sheet.made) if one.stamped}
        filled = {
            name: value
            for name, value in {**given, "id": id_}.items()
            if value is not None or name not in stamps
        }
        return stamped_new(self.sheet.made, filled, by=self.by, today=self.today)

    def _name(self, record: Any) -> None:
        space = type(record).__name__.lower()
        if space in self.directory.labels and hasattr(record, "title"):
            self.directory.add(space, [(record.id, record.title, "")])


def label_of(record: Any, work: Comparing) -> str:
    """Return what a person calls a record."""
    for name in _NAMES:
        value = getattr(record, name, None)
        if value:
            text = value if isinstance(value, str) else work.say.name(value)
            return text if len(text) <= 60 else text[:59] + "\u2026"
    for space in ("user", "contact"):
        if id_ := getattr(record, f"{space}_id", None):
            return work.directory.label(space, id_)
    return getattr(record, "id", "")


def _equal(one: object, other: object) -> bool:
    return (one or None) == (other or None) if isinstance(one, str | tuple | None) else one == other
