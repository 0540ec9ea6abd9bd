"""What to say of a value that lies outside what its field may hold."""

from __future__ import annotations

from typing import assert_never

from kam_connector.language import Voice
from kam_connector.model.kept_limits import Fault, FaultKind, Limit
from kam_connector.reports.workbook.field_titles import field_title

__all__ = ["fault_text"]


def fault_text(fault: Fault, say: Voice) -> str:
    """Return one sentence: what is allowed."""
    match fault.kind:
        case FaultKind.EMPTY:
            return say("This cell must be filled.")
        case FaultKind.RANGE:
            return _range_text(fault.limit or Limit(), say)
        case FaultKind.ORDER:
            first = say(field_title(fault.other or ""))
            return say('This day must not lie before "{first}".', first=first)
        case FaultKind.CURRENCY:
            return say("A currency has three capital letters, such as EUR.")
        case FaultKind.COUNTRY:
            return say("A country has two capital letters, such as FR.")
        case FaultKind.ADDRESS:
            return say("A link begins with https:// or http://.")
    assert_never(fault.kind)


def _range_text(limit: Limit, say: Voice) -> str:
    if limit.high is None:
        return say("A number from {low}.", low=limit.low)
    if limit.low is None:
        return say("A number up to {high}.", high=limit.high)
    return say("A number from {low} to {high}.", low=limit.low, high=limit.high)
