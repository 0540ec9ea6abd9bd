"""Rules over KAM paths: which accounts are written, which are key accounts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias

from kam_connector.errors import MappingError
from kam_connector.mapping.formula import FormulaError, FormulaRefused, compile_formula
from kam_connector.mapping.formula_functions import truth
from kam_connector.mapping.problem import nearest
from kam_connector.model.kind import Kind, Row
from kam_connector.model.paths import READ_PATHS, WRITE_PATHS

__all__ = ["SCOPE_PATHS", "compile_rule"]

_Rule: TypeAlias = Callable[[Row], bool]

SCOPE_PATHS = frozenset(READ_PATHS[Kind.ACCOUNT]) | frozenset(WRITE_PATHS[Kind.ACCOUNT])
"""What a rule about accounts may name: what was read and what was derived."""


def compile_rule(text: str, allowed: Collection[str] = SCOPE_PATHS) -> _Rule:
    """Return the test that an expression describes, such as ``rating = 'Hot' and tier != null``.

    Blank values compare as unknown: an order with a blank is never true. An amount counts
    by its number, in its own currency. A row for which the rule has no result is out.

    Raises:
        MappingError: The expression is refused (KAM-2010) or names an unknown path (KAM-2012).
    """
    try:
        formula = compile_formula(text)
    except FormulaRefused as error:
        raise MappingError(
            f'The rule "{text[:80]}" is refused: {error}', code="KAM-2010"
        ) from error
    for name in formula.names:
        if name not in allowed:
            raise MappingError(
                f'The rule names an unknown path "{name}".',
                code="KAM-2012",
                hint=nearest(name, allowed),
            )

    def applies(row: Row) -> bool:
        try:
            return truth(formula.evaluate(row))
        except FormulaError:
            return False

    return applies
