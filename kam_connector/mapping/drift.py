"""Schema drift: what became of mapped fields since they were last read (pure)."""

from __future__ import annotations

from collections import abc
from collections.abc import Collection
from dataclasses import dataclass, replace

from kam_connector.mapping.rule import Rule
from kam_connector.mapping.sources import rule_fields
from kam_connector.mapping.spec import Mapping
from kam_connector.model.pull import PullSource

__all__ = ["ABSENT", "MISSED", "Drift", "find_drift", "without_fields"]

ABSENT = ""
"""In place of a type: the field is missing, which is taken for granted."""
MISSED = "missing"
"""In place of a type: the field is missing, which is said at every run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How the fields that a source reads differ from those it read last."""

    gone: tuple[str, ...] = ()
    adopted: frozenset[str] = frozenset()
    """Those among the gone whose absence was taken for granted before."""
    retyped: tuple[tuple[str, str, str], ...] = ()
    """(field, type before, type now)."""
    new: tuple[str, ...] = ()
    """Fields never read before: newly mapped, or back again."""

    def told(self, object_: str) -> str:
        """Return what happened, for a person; empty if nothing that matters."""
        lost = [name for name in self.gone if name not in self.adopted]
        parts = [f"{object_}.{name} has disappeared" for name in lost]
        parts += [f"{object_}.{name} was {old} and is {new}" for name, old, new in self.retyped]
        return "; ".join(parts)


def find_drift(
    before: abc.Mapping[str, str], now: abc.Mapping[str, str], source: PullSource
) -> Drift:
    """Return what became of the fields that a source reads.

    Args:
        before: Type of each field when last read; ``ABSENT``: it was not there, which was
            taken for granted; ``MISSED``: it was not there, which was said.
        now: Type of each field that the CRM shows now.
        source: Says which fields are read; others do not matter.
    """
    read = [name for name in source.fields if name in before or name in now]
    return Drift(
        gone=tuple(name for name in read if name not in now),
        adopted=frozenset(name for name in read if before.get(name) == ABSENT),
        retyped=tuple(
            (name, before[name], now[name])
            for name in read
            if name in now and before.get(name, ABSENT) not in (ABSENT, MISSED, now[name])
        ),
        new=tuple(
            name for name in read if name in now and before.get(name, ABSENT) in (ABSENT, MISSED)
        ),
    )


def without_fields(mapping: Mapping, source: PullSource, names: Collection[str]) -> Mapping:
    """Return the mapping without the rules that read or write some fields of a source.

    What such a rule gave stays as it was: it is neither cleared nor computed from half of its
    fields.
    """
    gone = frozenset(names)

    def reads(rule: Rule) -> bool:
        return bool(rule_fields(rule) & gone)

    sources = tuple(
        replace(one, rules=tuple(rule for rule in one.rules if not reads(rule)))
        if one.name == source.name
        else one
        for one in mapping.sources
    )
    writes = tuple(
        replace(one, rules=tuple(rule for rule in one.rules if rule.target not in gone))
        if one.kind is source.kind and one.object == source.object
        else one
        for one in mapping.writes
    )
    return replace(mapping, sources=sources, writes=writes)
