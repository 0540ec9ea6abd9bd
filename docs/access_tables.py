"""The tables of docs/access.md: what each role may do, and what each command is for."""

from __future__ import annotations

from markdown import code, table

from kam_connector.cli.needs import NEEDS
from kam_connector.kam.access import TABLE
from kam_connector.model.access import Capability, Role

__all__ = ["commands_table", "roles_table"]


def roles_table() -> str:
    """Return how far each role goes in each capability."""
    head = ("", *(role.value.replace("_", " ") for role in Role))
    rows = [
        (
            _words(doing),
            *(TABLE[doing][role].value if role in TABLE[doing] else "" for role in Role),
        )
        for doing in Capability
    ]
    return table(head, rows)


def commands_table() -> str:
    """Return the commands by what they are for; of several the first allowed one counts."""
    grouped: dict[tuple[Capability, ...], list[str]] = {}
    for command, needed in sorted(NEEDS.items()):
        grouped.setdefault(needed, []).append(command)
    rows = [
        (" or ".join(map(_words, needed)), ", ".join(code(f"kam {one}") for one in commands))
        for needed, commands in sorted(grouped.items())
    ]
    return table(("for", "commands"), rows)


def _words(doing: Capability) -> str:
    return doing.value.replace("_", " ")
