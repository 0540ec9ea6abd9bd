"""A parsed query run against the org: which records, in which order, shown how."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.aggregate import aggregate_rows
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.field_lists import listed
from kam_sandbox.salesforce.filters import compile_where
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.paths import column, parent_step, reader, resolve
from kam_sandbox.salesforce.relations import pointing_at
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.salesforce.sharing import OBJECT as ACCESS
from kam_sandbox.salesforce.sharing import access_rows
from kam_sandbox.salesforce.soql import parse
from kam_sandbox.salesforce.soql_scanner import located
from kam_sandbox.salesforce.soql_tree import Query, Sort, TypeOf
from kam_sandbox.salesforce.values import getter, id_url, json_value

__all__ = ["Cursor", "Show", "run", "shower"]

Show = Callable[[Record], dict[str, Any]]

_QUOTED = re.compile(r"'(\w+)'")
_MAX_LEVELS = 5
"""Child-to-parent levels in one path, and parent-to-child levels from version 58 on
(Relationship Query Limitations)."""
_MAX_CHILDREN = 20
"""Parent-to-child relationships of a query."""
_MAX_OFFSET = 2_000
"""SOQL's OFFSET limit."""


@dataclass(slots=True, kw_only=True)
class Cursor:
    """A query's result: the records it found, and how to show each."""

    query: Query
    object: ObjectDef
    records: list[Any]
    """Records, or the finished rows of an aggregate query."""
    show: Callable[[Any], dict[str, Any]]
    everything: bool


def run(org: Org, soql: str, *, everything: bool, version: str) -> Cursor:
    """Run a statement.

    Args:
        org: The org.
        soql: The statement.
        everything: ``queryAll``: deleted and archived records too.
        version: The API version of the records' URLs.

    Raises:
        ApiError: as the API answers.
    """
    query = parse(soql)
    try:
        return _cursor(org, query, everything=everything, version=version)
    except ApiError as error:
        raise _at_its_place(error, soql) from error


def _cursor(org: Org, query: Query, *, everything: bool, version: str) -> Cursor:
    if query.object == ACCESS:
        rows = access_rows(org, query)
        account = org.object("Account")
        return Cursor(query=query, object=account, records=rows, show=dict, everything=everything)
    object_ = org.object(query.object)
    query.fields = listed(object_, query)
    if query.aggregates or query.group:
        return _aggregate(org, object_, query, everything=everything)
    show = _show(org, object_, query, everything=everything, version=version)
    records = _find(org, object_, query, everything=everything)
    return Cursor(query=query, object=object_, records=records, show=show, everything=everything)


def _at_its_place(error: ApiError, soql: str) -> ApiError:
    """Return an error about a name in a statement with the place of that name."""
    quoted = _QUOTED.search(error.message)
    found = re.search(rf"\b{quoted[1]}\b", soql, re.IGNORECASE) if quoted else None
    if found is None:
        return error
    message = located(soql, found.start(), error.message)
    return ApiError(error.status, error.code, message, fields=error.fields)


def _aggregate(org: Org, object_: ObjectDef, query: Query, *, everything: bool) -> Cursor:
    limit, offset, order = query.limit, query.offset, query.order
    query.limit, query.offset, query.order = None, 0, []
    records = _find(org, object_, query, everything=everything)
    query.order = order
    rows = aggregate_rows(org, object_, query, records)
    rows = rows[offset : None if limit is None else offset + limit]
    return Cursor(query=query, object=object_, records=rows, show=dict, everything=everything)


def _find(org: Org, object_: ObjectDef, query: Query, *, everything: bool) -> list[Record]:
    if query.offset > _MAX_OFFSET:
        message = f"Maximum SOQL offset allowed is {_MAX_OFFSET}"
        raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", message)

    def select(inner: Query) -> Iterable[Any]:
        target = org.object(inner.object)
        read, _ = resolve(org, target, inner.fields[0])
        return (read(row) for row in _find(org, target, inner, everything=everything))

    found: Iterable[Record] = org.visible(object_.name, everything=everything)
    if query.where is not None:
        test = compile_where(org, object_, query.where, select)
        found = filter(test, found)
    records = list(found)
    for sort in reversed(query.order):
        records = _sorted(org, object_, records, sort)
    end = None if query.limit is None else query.offset + query.limit
    return records[query.offset : end]


def _sorted(org: Org, object_: ObjectDef, records: list[Record], sort: Sort) -> list[Record]:
    read, field = resolve(org, object_, sort.field)
    if not field.sortable:
        message = f"field '{field.name}' can not be sorted in a query call"
        raise ApiError(400, "MALFORMED_QUERY", message)
    fold = field.type not in ("id", "reference", "boolean", "int") and not field.numeric
    blank: list[Record] = []
    keyed: list[tuple[Any, Record]] = []
    for record in records:
        value = read(record)
        if value is None:
            blank.append(record)
        else:
            keyed.append((value.lower() if fold else value, record))
    keyed.sort(key=lambda pair: pair[0], reverse=sort.descending)
    ordered = [record for _, record in keyed]
    return ordered + blank if sort.nulls_last else blank + ordered


def shower(org: Org, object_: ObjectDef, names: Iterable[str], *, version: str) -> Show:
    """Return the function that shows a record's named fields, parents nested.

    Raises:
        ApiError: INVALID_FIELD.
    """
    columns: dict[str, tuple[Callable[[Record], Any], Callable[[Any], Any] | None]] = {}
    nested: defaultdict[str, list[str]] = defaultdict(list)
    order: list[str] = []
    for path in names:
        if path.count(".") > _MAX_LEVELS:
            raise ApiError(400, "INVALID_FIELD", f"more than {_MAX_LEVELS} relationships: {path}")
        head, _, rest = path.partition(".")
        if rest and head.lower() == object_.name.lower():
            head, _, rest = rest.partition(".")
        if rest:
            proper = parent_step(org, object_, head)[0]
            nested[proper].append(rest)
            order.append(proper)
            continue
        field = column(object_, head)
        if field.name in columns:
            raise ApiError(400, "INVALID_FIELD", f"duplicate field selected: {field.name}")
        columns[field.name] = (reader(org, object_, field), json_value(field))
        order.append(field.name)
    parents = {name: _parent(org, object_, name, nested[name], version) for name in nested}
    order = list(dict.fromkeys(order))

    def show(record: Record) -> dict[str, Any]:
        url = id_url(version, record.object, record.id)
        shown: dict[str, Any] = {"attributes": {"type": record.object, "url": url}}
        for name in order:
            if name in parents:
                shown[name] = parents[name](record)
                continue
            read, convert = columns[name]
            value = read(record)
            shown[name] = value if convert is None else convert(value)
        return shown

    return show


def _parent(
    org: Org, object_: ObjectDef, relationship: str, names: list[str], version: str
) -> Callable[[Record], dict[str, Any] | None]:
    _, target, step = parent_step(org, object_, relationship)
    show = shower(org, target, names, version=version)

    def shown(record: Record) -> dict[str, Any] | None:
        parent = step(record)
        return None if parent is None else show(parent)

    return shown


def _show(
    org: Org,
    object_: ObjectDef,
    query: Query,
    *,
    everything: bool,
    version: str,
    level: int = 0,
) -> Show:
    if query.count and (query.fields or query.children):
        raise ApiError(400, "MALFORMED_QUERY", "unexpected token: COUNT() must stand alone")
    if len(query.children) > _MAX_CHILDREN or level > _MAX_LEVELS:
        message = f"At most {_MAX_CHILDREN} subqueries, {_MAX_LEVELS} levels deep, are allowed"
        raise ApiError(400, "MALFORMED_QUERY", message)
    flat = shower(org, object_, query.fields, version=version)
    children = [
        _children(org, object_, child, everything=everything, version=version, level=level)
        for child in query.children
    ]
    children += [_typed(org, object_, item, version=version) for item in query.types]
    if not children:
        return flat

    def show(record: Record) -> dict[str, Any]:
        shown = flat(record)
        for name, rows in children:
            shown[name] = rows(record)
        return shown

    return show


def _typed(
    org: Org, object_: ObjectDef, item: TypeOf, *, version: str
) -> tuple[str, Callable[[Record], dict[str, Any] | None]]:
    """Return the shower of a polymorphic parent, whose fields depend on what it is."""
    name, target, step = parent_step(org, object_, item.relationship)
    if not object_.by_relationship[item.relationship.lower()].polymorphic:
        message = f"Relationship {name} must be polymorphic to be used in TYPEOF"
        raise ApiError(400, "MALFORMED_QUERY", message)
    shows = {
        definition.name: shower(org, definition, fields, version=version)
        for definition, fields in ((org.object(case), fields) for case, fields in item.cases)
    }
    rest = shower(org, target, item.otherwise, version=version) if item.otherwise else None

    def shown(record: Record) -> dict[str, Any] | None:
        parent = step(record)
        show = shows.get(parent.object, rest) if parent is not None else None
        return show(parent) if show is not None and parent is not None else None

    return name, shown


def _children(
    org: Org,
    object_: ObjectDef,
    query: Query,
    *,
    everything: bool,
    version: str,
    level: int,
) -> tuple[str, Callable[[Record], dict[str, Any] | None]]:
    wanted = query.object.lower()
    named = (r for r in pointing_at(object_.name) if r.name and r.name.lower() == wanted)
    known = next((r for r in named if r.child in org.object_names()), None)
    if known is None:
        message = (
            f"Didn't understand relationship '{query.object}' in FROM part of query call. If you "
            "are attempting to use a custom relationship, be sure to append the '__r' after the "
            "custom relationship name. Please reference your WSDL or the describe call for the "
            "appropriate names."
        )
        raise ApiError(400, "INVALID_TYPE", message)
    lookup, name = known.lookup, known.name or ""
    child = org.object(known.child)
    if query.aggregates or query.count or query.group:
        raise ApiError(400, "MALFORMED_QUERY", "aggregates are not supported in subqueries")
    query.fields = listed(child, query)
    show = _show(org, child, query, everything=everything, version=version, level=level + 1)
    read = getter(org.world, child, _lookup(child, lookup))
    limit, query.limit = query.limit, None
    by_parent: defaultdict[str, list[Record]] = defaultdict(list)
    for row in _find(org, child, query, everything=everything):
        by_parent[read(row) or ""].append(row)

    def rows(record: Record) -> dict[str, Any] | None:
        found = by_parent.get(record.id, [])[:limit]
        if not found:
            return None
        return {"totalSize": len(found), "done": True, "records": [show(row) for row in found]}

    return name, rows


def _lookup(child: ObjectDef, name: str) -> FieldDef:
    return column(child, name)
