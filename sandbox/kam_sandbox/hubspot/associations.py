"""Which record hangs on which: typed, directed, and always stored both ways."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot.association_types import (
    HUBSPOT_DEFINED,
    USER_DEFINED,
    AssociationType,
    defined_type,
    defined_types,
    types_from,
    unlabeled_type,
)

__all__ = ["Associations", "LinkChange", "UnknownAssociationError"]

_FIRST_LABEL_ID = 1
"""User-defined type ids are the portal's own count, so they overlap HubSpot's: the
category tells them apart."""

_ONE_PER_RECORD = frozenset({1, 5, 26})
"""Primary company of a contact, a deal or a ticket: setting one unsets the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """One direction of one association, set or removed while the portal runs."""

    kind: AssociationType
    from_id: str
    to_id: str
    removed: bool
    at: datetime | None = None
    """The world's time, if the associations know it."""


class UnknownAssociationError(ValueError):
    """No such type between these two objects."""


@dataclass(slots=True)
class Associations:
    """All associations of a portal and its labels."""

    lock: RLock = field(default_factory=RLock)
    changes: list[LinkChange] = field(default_factory=list)
    """What changed since a clock was given."""
    clock: WorldClock | None = None
    """Given by the running portal: what the world begins with is no change."""
    _links: dict[tuple[str, str, str], dict[str, dict[tuple[str, int], AssociationType]]] = field(
        default_factory=dict
    )
    """(from object, from id, to object) -> to id -> (category, type id) -> type."""
    _labels: dict[tuple[str, str], list[AssociationType]] = field(default_factory=dict)
    _next_label_id: int = _FIRST_LABEL_ID

    def link(
        self,
        from_object: str,
        from_id: str,
        to_object: str,
        to_id: str,
        type_id: int | None = None,
        *,
        category: str = HUBSPOT_DEFINED,
        label: str | None = None,
    ) -> None:
        """Associate two records, both ways; the plain type comes along with a labelled one.

        Without *type_id* it is the plain type of the pair or, with the category
        ``USER_DEFINED``, the label of that name, created when missing.

        Raises:
            UnknownAssociationError: The type does not exist between these objects.
        """
        with self.lock:
            if label is not None and category == USER_DEFINED and type_id is None:
                type_id = self.ensure_label(from_object, to_object, label).type_id
            kind = self.type_of(from_object, to_object, type_id, category)
            if kind.type_id in _ONE_PER_RECORD and category == HUBSPOT_DEFINED:
                self._drop_type(from_object, from_id, to_object, kind)
            if kind.inverse_id in _ONE_PER_RECORD and category == HUBSPOT_DEFINED:
                self._drop_type(to_object, to_id, from_object, self.inverse(kind))
            plain = unlabeled_type(from_object, to_object)
            for each in (kind, plain) if plain and kind.label else (kind,):
                self._store(from_id, to_id, each)

    def of(
        self, from_object: str, from_id: str, to_object: str
    ) -> list[tuple[str, list[AssociationType]]]:
        """Return what the record is associated with, by id, each with all its types."""
        with self.lock:
            found = self._links.get((from_object, from_id, to_object), {})
            return [(to_id, list(found[to_id].values())) for to_id in sorted(found, key=int)]

    def count(self, from_object: str, from_id: str, to_object: str) -> int:
        """Return how many records of an object the record hangs together with."""
        return len(self._links.get((from_object, from_id, to_object), {}))

    def counts(self, from_object: str, to_object: str) -> dict[str, int]:
        """Return how many records each record of an object hangs together with."""
        with self.lock:
            return {
                key[1]: len(table)
                for key, table in self._links.items()
                if (key[0], key[2]) == (from_object, to_object)
            }

    def unlink(
        self,
        from_object: str,
        from_id: str,
        to_object: str,
        to_id: str,
        type_id: int | None = None,
        *,
        category: str = HUBSPOT_DEFINED,
    ) -> bool:
        """Remove one type, or with None all of them, both ways; False when there was none."""
        with self.lock:
            found = self._links.get((from_object, from_id, to_object), {}).get(to_id)
            kinds = [
                kind
                for key, kind in (found or {}).items()
                if type_id is None or key == (category, type_id)
            ]
            for kind in kinds:
                self._remove(kind, from_id, to_id)
                self._remove(self.inverse(kind), to_id, from_id)
            return bool(kinds)

    def unlink_all(self, object_: str, id_: str) -> None:
        """Remove every association of the record (archive and deletion for good)."""
        with self.lock:
            for to_object, to_id, _ in self._all_of(object_, id_):
                self.unlink(object_, id_, to_object, to_id)

    def move(self, object_: str, old_id: str, new_id: str) -> None:
        """Give the associations of one record to another of the same object (merge)."""
        with self.lock:
            for to_object, to_id, kind in self._all_of(object_, old_id):
                self.unlink(object_, old_id, to_object, to_id, kind.type_id, category=kind.category)
                if (to_object, to_id) == (object_, new_id):
                    continue
                if kind.type_id in _ONE_PER_RECORD and self._has_type(object_, new_id, kind):
                    continue
                self._store(new_id, to_id, kind)

    def type_of(
        self, from_object: str, to_object: str, type_id: int | None, category: str
    ) -> AssociationType:
        """Return the type of that number between two objects; None means the plain one."""
        if category == USER_DEFINED:
            known = {kind.type_id: kind for kind in self._labels.get((from_object, to_object), [])}
            kind = known.get(type_id) if type_id is not None else None
        elif type_id is None:
            kind = unlabeled_type(from_object, to_object)
        else:
            kind = defined_type(from_object, to_object, type_id)
        if kind is None:
            raise UnknownAssociationError(
                f"{category} {type_id} is not a type from {from_object} to {to_object}"
            )
        return kind

    def type_from(self, from_object: str, type_id: int, category: str) -> AssociationType:
        """Return the type of that number from an object to whichever other it leads to.

        Raises:
            UnknownAssociationError: No type of that number starts there.
        """
        found = types_from(from_object) if category == HUBSPOT_DEFINED else []
        for (start, _), kinds in self._labels.items():
            found += kinds if start == from_object and category == USER_DEFINED else []
        for kind in found:
            if kind.type_id == type_id:
                return kind
        raise UnknownAssociationError(f"{category} {type_id} is not a type from {from_object}")

    def types(self, from_object: str, to_object: str) -> list[AssociationType]:
        """Return every type between two objects: HubSpot's, then the portal's labels."""
        return defined_types(from_object, to_object) + self._labels.get(
            (from_object, to_object), []
        )

    def ensure_label(
        self, from_object: str, to_object: str, label: str, *, inverse_label: str | None = None
    ) -> AssociationType:
        """Return the user-defined label of that name, created with its inverse if missing."""
        with self.lock:
            for kind in self._labels.get((from_object, to_object), []):
                if kind.label == label:
                    return kind
            return self._add_label(from_object, to_object, label, inverse_label)

    def rename_label(self, from_object: str, to_object: str, type_id: int, label: str) -> bool:
        """Give a user-defined label another name; False when there is no such label."""
        with self.lock:
            kinds = self._labels.get((from_object, to_object), [])
            for place, kind in enumerate(kinds):
                if kind.type_id == type_id:
                    kinds[place] = replace(kind, label=label)
                    self._relabel(kind, kinds[place])
                    return True
            return False

    def drop_label(self, from_object: str, to_object: str, type_id: int) -> None:
        """Remove a user-defined label and every association that carries it."""
        with self.lock:
            kinds = self._labels.get((from_object, to_object), [])
            for kind in [one for one in kinds if one.type_id == type_id]:
                for one in {kind, self.inverse(kind)}:
                    self._relabel(one, None)
                    self._labels[(one.from_object, one.to_object)].remove(one)

    def inverse(self, kind: AssociationType) -> AssociationType:
        """Return the type of the opposite direction."""
        return self.type_of(kind.to_object, kind.from_object, kind.inverse_id, kind.category)

    def _add_label(
        self, from_object: str, to_object: str, label: str, inverse_label: str | None
    ) -> AssociationType:
        paired = inverse_label is not None and inverse_label != label
        there = self._next_label_id
        same_pair = from_object == to_object and not paired
        back = there if same_pair else there + 1
        self._next_label_id = back + 1
        kind = AssociationType(from_object, to_object, there, back, label, USER_DEFINED)
        self._labels.setdefault((from_object, to_object), []).append(kind)
        if not same_pair:
            other = AssociationType(
                to_object, from_object, back, there, inverse_label or label, USER_DEFINED
            )
            self._labels.setdefault((to_object, from_object), []).append(other)
        return kind

    def _relabel(self, before: AssociationType, after: AssociationType | None) -> None:
        key = (before.category, before.type_id)
        for (from_object, _, to_object), table in self._links.items():
            if (from_object, to_object) != (before.from_object, before.to_object):
                continue
            for kinds in table.values():
                if kinds.pop(key, None) is not None and after is not None:
                    kinds[key] = after

    def _store(self, from_id: str, to_id: str, kind: AssociationType) -> None:
        back = self.inverse(kind)
        for one, a, b in ((kind, from_id, to_id), (back, to_id, from_id)):
            table = self._links.setdefault((one.from_object, a, one.to_object), {})
            kinds = table.setdefault(b, {})
            if (one.category, one.type_id) not in kinds:
                self._note(one, a, b, removed=False)
            kinds[(one.category, one.type_id)] = one

    def _remove(self, kind: AssociationType, from_id: str, to_id: str) -> None:
        table = self._links.get((kind.from_object, from_id, kind.to_object), {})
        kinds = table.get(to_id, {})
        if kinds.pop((kind.category, kind.type_id), None) is not None:
            self._note(kind, from_id, to_id, removed=True)
        if not kinds:
            table.pop(to_id, None)

    def _note(self, kind: AssociationType, from_id: str, to_id: str, *, removed: bool) -> None:
        if self.clock is not None:
            at = self.clock.now()
            change = LinkChange(kind=kind, from_id=from_id, to_id=to_id, removed=removed, at=at)
            self.changes.append(change)

    def _drop_type(self, object_: str, id_: str, to_object: str, kind: AssociationType) -> None:
        for to_id, _ in self.of(object_, id_, to_object):
            self.unlink(object_, id_, to_object, to_id, kind.type_id)

    def _has_type(self, object_: str, id_: str, kind: AssociationType) -> bool:
        return any(
            one.type_id == kind.type_id and one.category == kind.category
            for _, kinds in self.of(object_, id_, kind.to_object)
            for one in kinds
        )

    def _all_of(self, object_: str, id_: str) -> list[tuple[str, str, AssociationType]]:
        return [
            (key[2], to_id, kind)
            for key, table in self._links.items()
            if key[:2] == (object_, id_)
            for to_id, kinds in table.items()
            for kind in kinds.values()
        ]
