"""Which CRM fields a KAM path is made of, and which fields people share with us."""

from __future__ import annotations

from collections import abc
from dataclasses import dataclass

from kam_connector.mapping.rule import Rule
from kam_connector.mapping.sources import rule_fields
from kam_connector.mapping.spec import Mapping

__all__ = ["Origins", "field_origins"]

_OURS = frozenset({"kam", "kam_unless_blank"})
"""Policies of fields that are ours alone: what they hold is the product's word, not a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """One connection's CRM fields, by what they are here; a field is ``Object.Field``."""

    reads: abc.Mapping[str, frozenset[str]]
    """By path of a record that is read (``contact.email``): every field it is made of."""
    shared: abc.Mapping[str, frozenset[str]]
    """By path that is written (``plan.next_review``): fields that people edit as well."""

    @property
    def fields(self) -> dict[str, frozenset[str]]:
        """Every field, by object."""
        found: dict[str, set[str]] = {}
        for listed in (*self.reads.values(), *self.shared.values()):
            for one in listed:
                object_, _, field = one.partition(".")
                found.setdefault(object_, set()).add(field)
        return {object_: frozenset(names) for object_, names in found.items()}


def field_origins(mapping: Mapping) -> Origins:
    """Return where values come from and where shared ones go, as the mapping says.

    A formula, a join or a currency counts with every field that it names: who may not read one
    of them does not read what is made of it.
    """
    reads: dict[str, set[str]] = {}
    for source in mapping.sources:
        for rule in source.rules:
            fields = {f"{source.object}.{name}" for name in rule_fields(rule) | _currency(rule)}
            reads.setdefault(f"{source.kind}.{rule.target}", set()).update(fields)
    shared: dict[str, set[str]] = {}
    for write in mapping.writes:
        for rule in write.rules:
            if rule.policy not in _OURS:
                for path in rule.inputs:
                    place = shared.setdefault(_path(write.kind.value, path), set())
                    place.add(f"{write.object}.{rule.target}")
    return Origins(
        reads={path: frozenset(found) for path, found in reads.items() if found},
        shared={path: frozenset(found) for path, found in shared.items()},
    )


def _currency(rule: Rule) -> set[str]:
    """Return the currency field beside an amount; a code or the org's own is none."""
    name = rule.currency
    is_code = len(name) == 3 and name.isupper()
    return set() if not name or is_code or name.startswith("@") else {name}


def _path(kind: str, path: str) -> str:
    """Return a written path with its kind in front, once: ``plan.next_review``, ``task.due``."""
    return path if "." in path else f"{kind}.{path}"
