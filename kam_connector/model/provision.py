"""Our fields as they are asked of a CRM, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kam_connector.model.kind import Kind
from kam_connector.model.schema import FieldSchema, FieldType

__all__ = ["Difference", "FieldOutcome", "FieldSpec", "FieldState", "ProvisionReport", "difference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of ours, before a CRM spells its name and type in its own way."""

    kind: Kind
    name: str
    """Words joined by underscores, ``KAM_Plan_URL``: a CRM changes case or adds a suffix."""
    path: str
    """The KAM path that is written into it."""
    type: FieldType
    label: str
    description: str
    """For administrators: what it holds."""
    help: str
    """For whoever sees the field on a record."""
    length: int | None = None
    """Characters of a text."""
    digits: int | None = None
    """Digits of a number before the point; there are none behind it."""
    unique: bool = False
    """No two records share a value, and records may be addressed by it."""
    optional: bool = False
    """It is made only where the CRM has the object; elsewhere a note says so."""


class FieldState(StrEnum):
    """What became of a field; in a dry run, what would."""

    CREATED = "created"
    GRANTED = "granted"
    """It existed, and our user was given the right to use it."""
    EXISTING = "existing"
    DIFFERENT = "different"
    """A field of that name exists in another form; it is left alone."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOutcome:
    """One field's part of the report."""

    spec: FieldSpec
    where: str
    """Object and field as the CRM names them."""
    state: FieldState
    code: str | None = None
    message: str = ""
    """Why it is different or refused; empty otherwise, or a remark."""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionReport:
    """What became of every field asked for, in their order."""

    dry_run: bool
    outcomes: tuple[FieldOutcome, ...]
    notes: tuple[str, ...] = ()
    """What else was done, for a person."""

    def of(self, *states: FieldState) -> list[FieldOutcome]:
        """Return the outcomes in some states."""
        return [one for one in self.outcomes if one.state in states]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Why an existing field is not the one asked for, and what a person can do."""

    message: str
    fix: str


_SERVES: Mapping[FieldType, frozenset[FieldType]] = {
    FieldType.INTEGER: frozenset({FieldType.INTEGER, FieldType.NUMBER}),
    FieldType.PERCENT: frozenset({FieldType.PERCENT, FieldType.NUMBER, FieldType.INTEGER}),
    FieldType.URL: frozenset({FieldType.URL, FieldType.TEXT}),
    FieldType.LONG_TEXT: frozenset({FieldType.LONG_TEXT, FieldType.TEXT}),
}
"""Types that hold the same values; every other type is served by itself alone."""


def difference(
    spec: FieldSpec, live: FieldSchema, *, longest: int | None = None
) -> Difference | None:
    """Return in what an existing field falls short; None if it serves.

    Args:
        spec: What is asked for.
        live: What exists; a longer text or a larger number serves too.
        longest: The longest text that the CRM can hold; a spec asks for no more.
    """
    wanted = _SERVES.get(spec.type, frozenset({spec.type}))
    if live.type not in wanted:
        return Difference(
            message=f"it exists as {live.type}, ours is {spec.type}",
            fix="keep it if `kam doctor` is content with it; otherwise rename it, or give the "
            "mapping another field",
        )
    length = min(spec.length or 0, longest or spec.length or 0)
    if live.length is not None and live.length < length:
        return Difference(
            message=f"it takes {live.length} characters, ours takes {length}",
            fix=f"lengthen it to {length} in the CRM; its values stay",
        )
    if live.digits is not None and live.digits < (spec.digits or 0):
        return Difference(
            message=f"it takes {live.digits} digits, ours takes {spec.digits}",
            fix=f"let it take {spec.digits} digits in the CRM; its values stay",
        )
    if spec.unique and not (live.unique and live.external_id):
        return Difference(
            message="it is not a unique key: records are found before they are created",
            fix="make it unique and an external id in the CRM",
        )
    return None
