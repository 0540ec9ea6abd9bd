"""French texts by their English ones, read from ``fr/*.po``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["french", "phrase"]


def phrase(text: str) -> str:
    """Return *text* as it is: marks an English text that somebody will ``say`` later."""
    return text


@cache
def french() -> Mapping[str, str | tuple[str, ...]]:
    """Return French by English; of a text with a plural, both forms."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only once somebody speaks French

    found: dict[str, str | tuple[str, ...]] = {}
    for file in sorted(files(__package__).joinpath("fr").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".po"):
            for message in read_po(file.read_text("utf-8").splitlines(keepends=True), "fr"):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    said = message.string
                    found[key] = said if isinstance(said, str) else tuple(said)
    return found
