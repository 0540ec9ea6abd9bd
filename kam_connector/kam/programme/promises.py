"""What our functions promise the account teams, and whether they keep it (S2.40)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kam_connector.model.programme import Function, InternalSla

__all__ = ["FunctionPromises", "PromiseState", "promise_state", "promises_by_function"]

_AT_MOST = frozenset(
    {
        "minute", "minutes", "min", "hour", "hours", "heure", "heures", "h", "day", "days",
        "jour", "jours", "d", "j", "week", "weeks", "semaine", "semaines", "working days",
        "jours ouvrés", "business days", "errors", "erreurs", "defects", "défauts",
    }
)  # fmt: skip
"""Units of which less is better: time and mistakes. Of all others more is. Our choice: what
the functions of the articles promise is a delay (support, finance, legal) or a share."""


class PromiseState(StrEnum):
    """Whether a promise holds."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionPromises:
    """All promises of one function."""

    function: Function
    kept: tuple[InternalSla, ...]
    broken: tuple[InternalSla, ...]
    not_measured: tuple[InternalSla, ...]


def promise_state(one: InternalSla) -> PromiseState:
    """Return whether a promise is kept: a delay at most, anything else at least."""
    if one.actual is None:
        return PromiseState.NOT_MEASURED
    less_is_better = one.unit.strip().casefold() in _AT_MOST
    good = one.actual <= one.target if less_is_better else one.actual >= one.target
    return PromiseState.KEPT if good else PromiseState.BROKEN


def promises_by_function(told: Iterable[InternalSla]) -> tuple[FunctionPromises, ...]:
    """Return promises kept and broken by function, most broken first."""
    found: dict[Function, dict[PromiseState, list[InternalSla]]] = {}
    for one in sorted(told, key=lambda sla: (sla.commitment, sla.id)):
        states = found.setdefault(one.function, {state: [] for state in PromiseState})
        states[promise_state(one)].append(one)
    rows = [
        FunctionPromises(
            function=function,
            kept=tuple(states[PromiseState.KEPT]),
            broken=tuple(states[PromiseState.BROKEN]),
            not_measured=tuple(states[PromiseState.NOT_MEASURED]),
        )
        for function, states in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-len(row.broken), row.function.value)))
