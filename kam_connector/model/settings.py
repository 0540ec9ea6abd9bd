"""Settings of a connection: the types an adapter's own specification is made of.

An adapter declares a frozen dataclass whose fields are ``str``, ``int``, ``float``, ``bool``
or ``Secret`` (or one of them ``| None``); ``read_settings`` fills it from a connection's
table, in which references to secrets are already resolved.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from kam_connector.errors import ConfigError

__all__ = ["Secret", "read_settings", "secret_names"]

T = TypeVar("T")


class Secret:
    """A text that never prints; ``reveal`` is the only way in."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(("Secret", self._text))

    def __reduce__(self) -> tuple[Any, ...]:
        message = "a secret cannot be pickled"
        raise TypeError(message)


def secret_names(settings_type: type) -> frozenset[str]:
    """Return the keys whose values are secrets: given by reference only."""
    return frozenset(name for name, kinds in _kinds_of(settings_type).items() if Secret in kinds)


def read_settings(settings_type: type[T], table: Mapping[str, object], *, where: str) -> T:
    """Build an adapter's settings from its table.

    Args:
        settings_type: The adapter's frozen dataclass; it checks values in ``__post_init__``.
        table: Plain values; those of ``secret_names`` are ``Secret``.
        where: How to call the table in a message, e.g. ``[connections.acme]``.

    Raises:
        ConfigError: A key is unknown (KAM-1046), missing (KAM-1045) or of a wrong type
            (KAM-1047), or the adapter refuses a value.
    """
    kinds = _kinds_of(settings_type)
    for key in table:
        if key not in kinds:
            raise ConfigError(
                f'{where} unknown key "{key}"',
                code="KAM-1046",
                hint=_nearest(key, kinds),
                field=key,
            )
    for key in _required(settings_type):
        if key not in table:
            raise ConfigError(f'{where} lacks "{key}"', code="KAM-1045", field=key)
    for key, value in table.items():
        _check(where, key, value, kinds[key])
    return settings_type(**table)


def _kinds_of(settings_type: type) -> dict[str, tuple[type, ...]]:
    hints = get_type_hints(settings_type)
    return {field.name: _members(hints[field.name]) for field in fields(settings_type)}


def _members(hint: Any) -> tuple[type, ...]:
    if get_origin(hint) in (Union, types.UnionType):
        return get_args(hint)
    return (hint,)


def _required(settings_type: type) -> list[str]:
    return [
        field.name
        for field in fields(settings_type)
        if field.default is MISSING and field.default_factory is MISSING
    ]


def _check(where: str, key: str, value: object, kinds: tuple[type, ...]) -> None:
    wanted = tuple(kind for kind in kinds if kind is not type(None))
    if Secret in wanted and not isinstance(value, Secret):
        raise ConfigError(
            f"{where} {key} must not be in the file",
            code="KAM-1047",
            hint=f'write {key} = "env:NAME", "file:/path" or "keyring:service/user"',
            field=key,
        )
    fits = isinstance(value, (*wanted, int) if float in wanted else wanted)
    if not fits or (isinstance(value, bool) and bool not in wanted):
        names = " or ".join(_WORDS.get(kind, kind.__name__) for kind in wanted)
        raise ConfigError(
            f"{where} {key} must be {names}, got {type(value).__name__}",
            code="KAM-1047",
            field=key,
        )


_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _nearest(key: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(key, known, n=1)
    listing = ", ".join(sorted(known))
    return f'did you mean "{close[0]}"?' if close else f"known keys: {listing}"
