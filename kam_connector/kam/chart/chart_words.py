"""What is missing on a chart, in sentences."""

from __future__ import annotations

from kam_connector.kam.chart.seats import Chart, Gap, GapKind
from kam_connector.language import Voice, phrase
from kam_connector.model.programme import Function
from kam_connector.model.stakeholder import Seniority

__all__ = ["circle_words", "gap_words"]

_WORDS = {
    GapKind.NO_MANAGER: phrase("{person}: no manager known"),
    GapKind.MANAGER_LEFT: phrase("{person}: the manager, {other}, has left"),
    GapKind.MANAGER_UNKNOWN: phrase("{person}: the manager is nobody we know at this account"),
    GapKind.EMPTY_SEAT: phrase("The seat of {person} is empty"),
    GapKind.NOBODY_IN_FUNCTION: phrase("Nobody known in {function}"),
    GapKind.NOBODY_IN_DEPARTMENT: phrase("Nobody left in the department {department}"),
    GapKind.NOBODY_AT_LEVEL: phrase("Nobody known at the level {level}"),
}
_FUNCTIONS = {
    Function.IT: phrase("IT"),
    Function.HR: phrase("human resources"),
    Function.R_AND_D: phrase("research and development"),
}
_LEVELS = {
    Seniority.C_LEVEL: phrase("general management"),
    Seniority.DIRECTOR: phrase("directors"),
    Seniority.MANAGER: phrase("team managers"),
}


def gap_words(gap: Gap, chart: Chart, say: Voice) -> str:
    """Return a gap as a sentence."""
    function = _FUNCTIONS.get(gap.function) if gap.function else None
    level = _LEVELS.get(gap.level) if gap.level else None
    return say(
        _WORDS[gap.kind],
        person=chart.names.get(gap.contact_id or ""),
        other=chart.names.get(gap.other_id or ""),
        function=say(function) if function else gap.function,
        level=say(level) if level else gap.level,
        department=gap.department,
    )


def circle_words(circle: tuple[str, ...], chart: Chart, say: Voice) -> str:
    """Return a circle as a sentence: who reports to whom, and where it was cut."""
    names = [chart.names[one] for one in circle]
    ring = " → ".join([*names, names[0]])
    return say("A circle in the data: {ring}; cut above {person}", ring=ring, person=names[0])
