"""Text as every database takes it."""

from __future__ import annotations

from typing import Any

__all__ = ["writable"]


def writable(value: Any) -> Any:
    """Return decoded JSON whose texts can be kept and written anywhere.

    NUL is left out (PostgreSQL has no text with it), and half an emoji, which a formula or a
    program that shortens a text leaves behind, becomes the sign for what cannot be shown.
    """
    if isinstance(value, str):
        halves = value.replace("\0", "").encode("utf-16-le", "surrogatepass")
        return halves.decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [writable(one) for one in value]
    if isinstance(value, dict):
        return {writable(name): writable(one) for name, one in value.items()}
    return value
