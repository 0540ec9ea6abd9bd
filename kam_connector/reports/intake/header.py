"""Which column is which field: names in English and French, or as the person says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from kam_connector.reports.intake.fields import Field, FileKind, Meaning
from kam_connector.reports.intake.folding import folded
from kam_connector.reports.intake.problem import Problem

__all__ = ["Header", "match_header"]

_OURS = ("import line", "import problem")
"""Columns that `write_refused` adds."""
_SHARED = frozenset(
    {
        *("budget", "csat", "date", "description", "nature", "nps", "position", "score", "segment"),
        *("segments", "service", "situation", "source", "total", "type", "url"),
    }
)
"""Words of both languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A file's columns by field."""

    places: Mapping[str, int]
    """Field to column, counted from 0."""
    problems: tuple[Problem, ...]
    french: bool
    """More names are French than English: dates and decimals will be."""


def match_header(
    names: Sequence[str],
    kind: FileKind,
    *,
    said: Mapping[str, str] | None = None,
    given: frozenset[str] = frozenset(),
) -> Header:
    """Return where each field stands.

    Args:
        names: The file's column names.
        kind: What the file holds.
        said: Column to field, by the person; an empty field leaves the column out.
        given: Fields that have a value without a column.
    """
    wanted = {folded(column): field for column, field in (said or {}).items()}
    problems = list(_unknown_words(names, kind, wanted))
    places: dict[str, int] = {}
    tongues: Counter[str] = Counter()
    counts = Counter(folded(name) for name in names)
    for place, name in enumerate(names):
        word = folded(name)
        if word in _OURS or (word in wanted and not wanted[word]):
            continue
        field = _named(kind, wanted[word]) if word in wanted else _found(kind, word)
        if not word or counts[word] > 1:
            text = f'The column "{name}" stands twice.' if word else "A column has no name."
            problems.append(_problem(text, name or None, "Name each column once."))
        elif field is None:
            problems.append(_stranger(name, kind))
        elif field.name in places:
            text = f'"{names[places[field.name]]}" and "{name}" both say {field.name}.'
            hint = f'Leave one out:  --map "{name}="'
            problems.append(_problem(text, name, hint))
        else:
            places[field.name] = place
            tongues[_tongue(field, word)] += 1
    problems += _lacking(kind, places, given)
    return Header(places=places, problems=tuple(problems), french=tongues["fr"] > tongues["en"])


def _unknown_words(
    names: Sequence[str], kind: FileKind, wanted: Mapping[str, str]
) -> list[Problem]:
    """Return what is wrong with what the person said."""
    present = {folded(name) for name in names}
    found = []
    for column, field in wanted.items():
        if column not in present:
            hint = f"The file has: {', '.join(names)}"
            found.append(
                _problem(f'--map names a column "{column}" that is not there.', None, hint)
            )
        elif field and _named(kind, field) is None:
            hint = f"Fields of {kind.name}: {', '.join(one.name for one in kind.fields)}"
            found.append(_problem(f'--map names an unknown field "{field}".', None, hint))
    return found


def _lacking(kind: FileKind, places: Mapping[str, int], given: frozenset[str]) -> list[Problem]:
    known = {*places, *given}
    names = {one.name for one in kind.fields}
    lacking = [one for one in kind.fields if one.required and one.name not in known]
    found = [
        _problem(f"No column says {one.name} ({one.says}).", None, _also(one)) for one in lacking
    ]
    if "account" in names and not known & {"account", "domain"}:
        account = next(one for one in kind.fields if one.name == "account")
        found.append(_problem("No column says which account.", None, _also(account)))
    needs_currency = kind.made.__name__ in ("RevenueLine", "CostLine", "Wallet", "ProgrammeCost")
    if needs_currency and "currency" not in known and not _has_amount(kind, places):
        found.append(_problem("No column says the currency.", None, "--currency EUR"))
    return found


def _has_amount(kind: FileKind, places: Mapping[str, int]) -> bool:
    """Whether amounts stand there, which may carry a currency each."""
    return any(one.meaning is Meaning.NUMBER and one.name in places for one in kind.fields)


def _also(field: Field) -> str:
    names = ", ".join((field.name, *field.names[:3], *field.french[:2]))
    return f"It may be called {names}; or say  --map COLUMN={field.name}"


def _stranger(name: str, kind: FileKind) -> Problem:
    words = {word: field for field in kind.fields for word in _words(field)}
    near = get_close_matches(folded(name), words, n=1, cutoff=0.7)
    hint = f'--map "{name}=FIELD"  says what it is,  --map "{name}="  leaves it out.'
    if near:
        hint = f"Did you mean {words[near[0]].name}?  {hint}"
    return _problem(f'The column "{name}" is not known.', name, hint)


def _problem(text: str, column: str | None, hint: str) -> Problem:
    return Problem(code="KAM-3304", text=text, hint=hint, line=1, column=column)


def _named(kind: FileKind, name: str) -> Field | None:
    return next((one for one in kind.fields if folded(one.name) == folded(name)), None)


def _found(kind: FileKind, word: str) -> Field | None:
    exact = _named(kind, word)
    return exact or next((one for one in kind.fields if word in _words(one)), None)


def _words(field: Field) -> tuple[str, ...]:
    return tuple(folded(one) for one in (field.name, *field.names, *field.french))


def _tongue(field: Field, word: str) -> str:
    english = {folded(one) for one in (field.name, *field.names)}
    french = {folded(one) for one in field.french}
    if word in _SHARED or word in english & french:
        return "both"
    if word in english:
        return "en"
    return "fr" if word in french else "both"
