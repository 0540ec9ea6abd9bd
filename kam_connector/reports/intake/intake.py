"""Reads one file of figures whole: records where it is sound, problems where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from typing import Any

from kam_connector.model.kept import Kept
from kam_connector.reports.intake.accounts import Accounts
from kam_connector.reports.intake.cells_in import Habits, plain_text, read_cell
from kam_connector.reports.intake.days import Order, day_order
from kam_connector.reports.intake.delimited import read_delimited
from kam_connector.reports.intake.fields import KINDS, FileKind, Meaning
from kam_connector.reports.intake.header import match_header
from kam_connector.reports.intake.json_rows import read_json
from kam_connector.reports.intake.numbers import Point, decimal_point, split_currency
from kam_connector.reports.intake.problem import Problem, Unreadable
from kam_connector.reports.intake.records import Maker
from kam_connector.reports.intake.rows import LIMITS, Cell, Limits, RawRow, RawTable
from kam_connector.reports.intake.sheet import read_sheet

__all__ = ["Intake", "Options", "Surroundings", "read_figures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person says of a file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Column to field; an empty field leaves the column out."""
    delimiter: str | None = None
    sheet: str | None = None
    dates: Order | None = None
    decimal: Point | None = None
    currency: str | None = None
    """Of every amount that names none."""
    source: str | None = None
    limits: Limits = LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known already, and who asks."""

    accounts: Accounts
    people: Mapping[str, str]
    """Contact by e-mail address, in lower case."""
    by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a file holds."""

    kind: FileKind
    records: tuple[Kept, ...] = ()
    problems: tuple[Problem, ...] = ()
    """In the order of lines; the header's stop the reading."""
    notes: tuple[str, ...] = ()
    """How the file was read, where it does not say itself."""
    rows: int = 0
    header: tuple[str, ...] = ()
    refused: tuple[tuple[int, Sequence[Cell], str], ...] = ()
    """(line, cells, why) of the rows that gave no record."""

    @property
    def whole(self) -> bool:
        """Whether the rows could be read at all, sound or not."""
        return bool(self.header)


def read_figures(
    kind: str, content: bytes, name: str, around: Surroundings, options: Options | None = None
) -> Intake:
    """Return what a file says; never raises for whatever its bytes are.

    Args:
        kind: One of `KINDS`.
        content: The file.
        name: Its name: ``.json``, ``.jsonl``, ``.ndjson`` and ``.xlsx`` say the format.
        around: Accounts, people, and who imports.
        options: What the person says of it.
    """
    options = options or Options()
    made = KINDS[kind]
    try:
        table = _table(content, name, options)
    except Unreadable as error:
        return Intake(kind=made, problems=(error.problem,))
    given = frozenset({"currency"} if options.currency else ())
    header = match_header(table.header, made, said=options.columns, given=given)
    if header.problems:
        return Intake(kind=made, problems=header.problems, notes=table.notes)
    reading = _Reading(made, table, header.places, options, french=header.french)
    return reading.intake(around)


def _table(content: bytes, name: str, options: Options) -> RawTable:
    limits = options.limits
    if len(content) > limits.size:
        text = f"The file has {len(content) // 1024 // 1024} MB, at most "
        text += f"{limits.size // 1024 // 1024} are read."
        raise Unreadable("KAM-3302", text, hint="Split it.")
    ending = PurePath(name).suffix.casefold()
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or ending in (".xlsx", ".xlsm"):
        return read_sheet(content, sheet=options.sheet, limits=limits)
    if ending in (".json", ".jsonl", ".ndjson"):
        return read_json(content, limits=limits)
    return read_delimited(content, delimiter=options.delimiter, limits=limits)


class _Reading:
    def __init__(
        self,
        kind: FileKind,
        table: RawTable,
        places: Mapping[str, int],
        options: Options,
        *,
        french: bool,
    ) -> None:
        self._kind, self._table, self._options = kind, table, options
        self._fields = [(one, places[one.name]) for one in kind.fields if one.name in places]
        self._problems = list(table.problems)
        self._why = {one.line: one.text for one in table.problems}
        self._notes = list(table.notes)
        self._habits = self._seen_habits(french=french)

    def intake(self, around: Surroundings) -> Intake:
        """Return the records and all problems."""
        maker = Maker(kind=self._kind.name, by=around.by, on=around.on, people=around.people)
        records: dict[str, tuple[int, Kept]] = {}
        strangers: set[str] = set()
        refused = dict(self._table.refused or {})
        for row in self._table.rows:
            before = len(self._problems)
            values = self._values(row, around.accounts)
            if len(self._problems) == before:
                email = values.get("email")
                strangers |= {email} if email and email not in around.people else set()
                self._keep(maker.record(values), row, records)
            if len(self._problems) > before:
                refused[row.line] = row.cells
                self._why[row.line] = " ".join(one.text for one in self._problems[before:])
        if strangers:
            self._notes.append(f"{len(strangers)} e-mail addresses are of no contact we know")
        return Intake(
            kind=self._kind,
            records=tuple(one for _, one in records.values()),
            problems=tuple(sorted(self._problems, key=lambda one: one.line or 0)),
            notes=tuple(self._notes),
            rows=len(self._table.rows) + len(self._table.refused or ()),
            header=self._table.header,
            refused=tuple((at, refused[at], self._why.get(at, "")) for at in sorted(refused)),
        )

    def _keep(self, record: Kept, row: RawRow, records: dict[str, tuple[int, Kept]]) -> None:
        earlier = records.get(record.id)
        if earlier is None:
            records[record.id] = (row.line, record)
            return
        text = f"The row speaks of the same as line {earlier[0]}."
        hint = "Add them up, or remove one."
        self._problems.append(Problem(code="KAM-3330", text=text, hint=hint, line=row.line))

    def _values(self, row: RawRow, accounts: Accounts) -> dict[str, Any]:
        """Return a row's values by field; what is wrong joins the problems."""
        values: dict[str, Any] = {}
        beside: dict[str, int] = {}
        for one, place in self._fields:
            cell = row.cells[place]
            if not plain_text(cell).strip():
                if one.required:
                    self._wrong("KAM-3315", f"{one.name} is missing.", one.says, row, place)
                continue
            try:
                values[one.name], currency = read_cell(cell, one, self._habits)
            except Unreadable as error:
                self._problems.append(error.at(row.line, self._table.header[place]))
                continue
            if currency:
                beside.setdefault(currency, place)
        self._settle_currency(values, beside, row)
        self._settle_account(values, accounts, row)
        if self._options.source:
            values.setdefault("source", self._options.source)
        return values

    def _settle_currency(self, values: dict[str, Any], beside: dict[str, int], row: RawRow) -> None:
        """Find a row's one currency: its own column, beside the amount, or for the whole file."""
        names = {one.name for one in self._kind.fields}
        told = values.get("currency")
        codes = {told, *beside} - {None}
        if "currency" not in names:
            return
        if len(codes) > 1:
            place = next(at for code, at in beside.items() if code != told)
            text = f"The row names several currencies: {', '.join(sorted(map(str, codes)))}."
            self._wrong("KAM-3313", text, "One row, one currency.", row, place)
            return
        found = next(iter(codes), None) or self._options.currency
        if found is not None:
            values["currency"] = found
        elif self._kind.name != "offers" or "potential" in values:
            self._wrong("KAM-3315", "The currency is missing.", "--currency EUR", row, None)

    def _settle_account(self, values: dict[str, Any], accounts: Accounts, row: RawRow) -> None:
        if all(one.name != "account" for one in self._kind.fields):
            return
        text, domain = values.pop("account", None), values.pop("domain", None)
        places = {one.name: place for one, place in self._fields}
        place = places["account"] if text or "domain" not in places else places["domain"]
        if text is None and domain is None:
            self._wrong("KAM-3315", "The account is missing.", "", row, place)
            return
        try:
            values["account_id"] = accounts.find(text, domain)
        except Unreadable as error:
            self._problems.append(error.at(row.line, self._table.header[place]))

    def _wrong(self, code: str, text: str, hint: str, row: RawRow, place: int | None) -> None:
        column = None if place is None else self._table.header[place]
        problem = Problem(code=code, text=text, hint=hint, line=row.line, column=column)
        self._problems.append(problem)

    def _seen_habits(self, *, french: bool) -> Habits:
        """Return how this file writes: as said, as its other cells prove, or as French does."""
        numbers = self._texts(Meaning.NUMBER)
        days = self._texts(Meaning.DAY, Meaning.MONTH)
        point = self._options.decimal or decimal_point(numbers)
        order = self._options.dates or day_order(days)
        sure = Habits(point=point, order=order)
        if not french:
            return sure
        if order is None and any("/" in text for text in self._texts(Meaning.DAY, Meaning.MONTH)):
            self._notes.append("dates read as day/month/year, the header being French")
        return Habits(point=point or Point.COMMA, order=order or Order.DMY)

    def _texts(self, *meanings: Meaning) -> Iterator[str]:
        places = [place for one, place in self._fields if one.meaning in meanings]
        for row in self._table.rows:
            for place in places:
                cell = row.cells[place]
                if isinstance(cell, str):
                    yield split_currency(cell)[0] if Meaning.NUMBER in meanings else cell
