"""What the mapping file allows, read from its TOML alone (no code of ours)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Allowed", "allowed"]

_THEIRS = ("newest", "crm", "crm_unless_blank", "merge", "manual")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may be written to one CRM."""

    written: dict[str, frozenset[str]]
    """Fields by object."""
    shared: dict[str, frozenset[str]]
    """Of these, the ones that people write too."""
    cleared: dict[str, frozenset[str]]
    """Of these, the ones that may become empty."""
    read: dict[str, str]
    """Kind by object that is read."""


@cache
def allowed(file: Path) -> Allowed:
    """Return what a mapping file allows."""
    document = tomllib.loads(file.read_text("utf-8"))
    written: dict[str, frozenset[str]] = {}
    shared: dict[str, frozenset[str]] = {}
    cleared: dict[str, frozenset[str]] = {}
    for section in document.values():
        write = section.get("write") if isinstance(section, dict) else None
        if isinstance(write, dict) and "fields" in write:
            name, rules = write["object"], write["fields"]
            written[name] = frozenset(rules) | {write["match"]}
            shared[name] = _where(rules, "conflict", _THEIRS)
            cleared[name] = _where(rules, "null", ("clear",))
    read = {
        one["object"]: kind
        for kind, section in document.items()
        for one in (section if isinstance(section, list) else [section])
        if isinstance(one, dict) and "object" in one
    }
    return Allowed(written=written, shared=shared, cleared=cleared, read=read)


def _where(rules: dict[str, Any], key: str, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        name for name, rule in rules.items() if isinstance(rule, dict) and rule.get(key) in values
    )
