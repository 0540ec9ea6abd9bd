"""Associations out of an export, where it tells what the mapping wants to know.

An export gives the ids of associated records without their types. Which of them is the main
one, a calculated property says; where it does not, or says something else than the ids do, the
associations themselves are read, 1,000 records a call; and so they are where the portal has
labels of its own that the mapping wants. Whoever is linked with nobody needs no call at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kam_connector.errors import RecordError, SignInError
from kam_connector.model.pull import PullSource
from kam_connector.model.schema import ObjectSchema
from kam_hubspot.client import Client
from kam_hubspot.export_cells import Cells
from kam_hubspot.links import Link, linked
from kam_hubspot.managers import MANAGER
from kam_hubspot.people import LABELS, PEOPLE

__all__ = ["ExportLinks"]

_TOLD_BY: Mapping[tuple[str, str, int], str] = {
    ("contacts", "companies", 1): "associatedcompanyid",
    ("companies", "companies", 14): "hs_parent_company_id",
    ("deals", "companies", 5): "hs_primary_associated_company",
    ("tickets", "companies", 26): "hs_primary_associated_company",
}
"""The property that holds the one record linked in a way (HubSpot's default properties)."""


class ExportLinks:
    """What one source needs to know of its associations, and how an export tells it."""

    def __init__(self, client: Client, source: PullSource, schema: ObjectSchema) -> None:
        self._client = client
        self._object = source.object
        self._types: dict[str, set[int]] = {}
        for one in source.associations:
            self._types.setdefault(one.object, set()).add(one.type_id)
        self._labelled = {v.removeprefix(LABELS) for v in source.virtual if v.startswith(LABELS)}
        self._labelled |= {source.object} if MANAGER in source.virtual else set()
        self._named: dict[str, bool] = {}
        self._told_by = {
            to_object: _TOLD_BY[source.object, to_object, type_id]
            for to_object, types in self._types.items()
            for type_id in types
            if len(types) == 1
            if _TOLD_BY.get((source.object, to_object, type_id)) in schema.fields
        }
        people = {"contacts"} if PEOPLE in source.virtual else set()
        wanted = (*self._types, *sorted(self._labelled | people))
        self.objects = tuple(dict.fromkeys(wanted))
        """The associated objects to ask an export for."""
        self.columns = tuple(self._told_by.values())
        """Further properties to ask for."""

    def of(
        self, cells: Cells, rows: Sequence[Sequence[str]], told: Mapping[str, Mapping[str, object]]
    ) -> _Told:
        """Return what some rows tell; *told* are their properties by id."""
        return _Told(self, cells, rows, told)

    def read(
        self,
        to_object: str,
        refs: Sequence[str],
        ids: Mapping[str, Sequence[str]] | None,
        told: Mapping[str, Mapping[str, object]],
    ) -> dict[str, list[Link]]:
        """Return the links of records to an object; a call per 1,000 of those in doubt."""
        if ids is None or self._has_labels(to_object):
            asked = refs if ids is None else [ref for ref in refs if ids[ref]]
            none: dict[str, list[Link]] = {ref: [] for ref in refs}
            return none | linked(self._client, self._object, to_object, asked)
        if to_object not in self._types:
            return {ref: [Link(one, frozenset()) for one in ids[ref]] for ref in refs}
        name = self._told_by.get(to_object)
        found: dict[str, list[Link]] = {}
        doubtful: list[str] = []
        for ref in refs:
            main = str(told[ref].get(name) or "") if name else ""
            if main in ids[ref]:
                found[ref] = [Link(main, frozenset(self._types[to_object]))]
            elif main or ids[ref]:
                doubtful.append(ref)
            else:
                found[ref] = []
        return found | linked(self._client, self._object, to_object, doubtful)

    def _has_labels(self, to_object: str) -> bool:
        """Tell whether labels are wanted that the portal has: asked once (one call)."""
        if to_object not in self._labelled:
            return False
        if to_object not in self._named:
            try:
                found = self._client.labels(self._object, to_object)
                named = any(one.get("category") != "HUBSPOT_DEFINED" for one in found)
            except (RecordError, SignInError):  # not for this token: the links themselves tell
                named = True
            self._named[to_object] = named
        return self._named[to_object]


class _Told:
    """The links of some rows, asked for by object as they are needed."""

    def __init__(
        self,
        links: ExportLinks,
        cells: Cells,
        rows: Sequence[Sequence[str]],
        told: Mapping[str, Mapping[str, object]],
    ) -> None:
        self._links = links
        self._cells = cells
        self._rows = rows
        self._told = told

    def __call__(self, to_object: str, refs: Sequence[str]) -> dict[str, list[Link]]:
        """Return the links of these records to an object."""
        ids = self._cells.linked_ids(self._rows, to_object)
        return self._links.read(to_object, refs, ids, self._told)
