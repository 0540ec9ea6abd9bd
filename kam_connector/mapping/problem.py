"""What is wrong with a mapping, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from kam_connector.errors import MappingError

__all__ = ["CODES", "MappingInvalid", "Problem", "RowProblem", "nearest"]

CODES: dict[str, str] = {
    "KAM-2000": "A mapping file is missing, unreadable or wrong",
    "KAM-2001": "The mapping file is not valid TOML",
    "KAM-2002": "Unknown key in a mapping",
    "KAM-2003": "A key of a mapping has a value it cannot have",
    "KAM-2004": "A key that a mapping needs is missing",
    "KAM-2005": "A rule needs exactly one source",
    "KAM-2006": "Unknown transform",
    "KAM-2007": "Unknown map",
    "KAM-2008": "A conflict policy does not fit its rule",
    "KAM-2010": "A formula or rule expression is refused",
    "KAM-2011": "The mapping file is too large",
    "KAM-2012": "Unknown KAM path",
    "KAM-2013": "Types do not fit",
    "KAM-2014": "Two rules write one field",
    "KAM-2015": "Feedback loop: a field is read and written without a stated policy",
    "KAM-2016": "A protected field is never written",
    "KAM-2017": "A field that is not ours is written without a stated policy",
    "KAM-2018": "The mapping belongs to another CRM",
    "KAM-2019": "A mapping file ends in .toml",
    "KAM-2020": "Reading and writing disagree about the object",
    "KAM-2021": "A field that people may change cannot be read back",
    "KAM-2022": "A judgement of a person would be written without opinion = true",
    "KAM-2101": "The CRM has no such field",
    "KAM-2102": "Our user may not read a field",
    "KAM-2103": "Our user may not write a field",
    "KAM-2104": "A text may be longer than its field",
    "KAM-2105": "A value is not among the picklist's options",
    "KAM-2106": "The key field is not unique",
    "KAM-2107": "The CRM field has another type",
    "KAM-2108": "An optional field is absent in this org",
    "KAM-2109": "The CRM shows no such object",
    "KAM-2110": "An optional object is absent in this org",
    "KAM-2201": "A value cannot be read as the rule's type",
    "KAM-2202": "A value has no entry in the rule's map",
    "KAM-2203": "A value fails the rule's check",
    "KAM-2204": "A required value is missing",
    "KAM-2205": "A formula cannot be computed for this record",
    "KAM-2206": "A linked record is unknown in this CRM",
    "KAM-2207": "A value is too long for its CRM field",
}
"""Stable codes with one-line titles, for ``kam explain``."""

NOTES = frozenset({"KAM-2106", "KAM-2108", "KAM-2110"})
"""Codes of problems that are worth knowing and stop nothing: an optional field or object that
the org lacks; a key that is not unique, so that records are found before they are created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend in a mapping file."""

    file: str
    line: int
    """1-based; 0 when the whole file is meant."""
    key: str
    """Dotted, as in the file: ``account.read.name``."""
    message: str
    hint: str = ""
    """The nearest right name, or what to do."""
    code: str

    @property
    def text(self) -> str:
        """Where and what, without code and hint."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where} {self.key}: {self.message}" if self.key else f"{where} {self.message}"

    @property
    def serious(self) -> bool:
        """Return whether it must be mended; else it is worth knowing."""
        return self.code not in NOTES

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.code} {self.text}{f' ({self.hint})' if self.hint else ''}"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One value of one record that could not be taken over or written."""

    field: str
    code: str
    message: str
    """Never holds a customer's text, but for a value missing in a map."""
    whole_record: bool = False
    """True: nothing of the record may be used."""


class MappingInvalid(MappingError):
    """All problems of a mapping together: the first as itself, the rest in ``others``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first, *rest = problems
        super().__init__(first.text, code=first.code, hint=first.hint)
        self.problems = tuple(problems)
        self.others = tuple(MappingError(one.text, code=one.code, hint=one.hint) for one in rest)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint with the nearest right name, or all of them when there are few."""
    names = sorted(set(known))
    folded = {item.casefold(): item for item in names}
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"nearest: {folded[close[0]]}"
    few = 12
    return f"known: {', '.join(names)}" if 0 < len(names) <= few else ""
