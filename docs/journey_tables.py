"""The tables of docs/journey.md, from the code that plays them."""

from __future__ import annotations

from markdown import code, table

from kam_connector.kam.journey.checks import CHECKS
from kam_connector.kam.journey.default_map import DEFAULT_MAP
from kam_connector.kam.journey.gates import GATES
from kam_connector.kam.playbooks.book import PLAYBOOKS

__all__ = ["gates_table", "map_table", "playbooks_table"]


def gates_table() -> str:
    """Return every item of every gate, and who answers it."""
    rows = [
        (stage.value, code(item.key), item.text, "the layer" if item.key in CHECKS else "a person")
        for stage, items in GATES.items()
        for item in items
    ]
    return table(("before it leaves", "item", "what should be true", "answered by"), rows)


def playbooks_table() -> str:
    """Return every step of every playbook."""
    rows = [
        (
            code(kind.value),
            step.title.format(account="…"),
            step.role.value.replace("_", " "),
            str(step.after),
            "" if step.before is None else str(step.before),
            step.indicator,
        )
        for kind, steps in PLAYBOOKS.items()
        for step in steps
    ]
    return table(("playbook", "step", "whose", "after", "before", "done when"), rows)


def map_table() -> str:
    """Return the touchpoints that come with the method."""
    rows = [
        (
            one.stage.value,
            one.profile.value.replace("_", " "),
            one.channel.value,
            one.function.value.replace("_", " "),
            str(one.cadence_days),
        )
        for one in DEFAULT_MAP
    ]
    return table(("stage", "profile", "channel", "our function", "days"), rows)
