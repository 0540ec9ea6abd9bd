"""Judges requests by the models of HubSpot's Python client: keys, required ones, types."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

from kam_sandbox.log import Entry

__all__ = ["complaints", "judge"]

_OBJECTS = r"/crm/(?:v3/objects|objects/[\d-]+)/(?P<object>[a-z_0-9-]+)"
_LINKS = r"/crm/(?:v4/associations|associations/[\d-]+)/[a-z_0-9-]+/[a-z_0-9-]+"
_PROPERTIES = r"/crm/(?:v3/properties|properties/[\d-]+)/[a-z_0-9-]+"
_V4 = "hubspot.crm.associations.v4"
_BODIES = {
    f"POST {_OBJECTS}/search": ("hubspot.crm.objects", "PublicObjectSearchRequest"),
    f"POST {_OBJECTS}/batch/read": ("hubspot.crm.objects", "BatchReadInputSimplePublicObjectId"),
    f"POST {_OBJECTS}/batch/create": (
        "hubspot.crm.objects",
        "BatchInputSimplePublicObjectBatchInputForCreate",
    ),
    f"POST {_OBJECTS}/batch/update": (
        "hubspot.crm.objects",
        "BatchInputSimplePublicObjectBatchInput",
    ),
    f"POST {_OBJECTS}/batch/upsert": (
        "hubspot.crm.objects",
        "BatchInputSimplePublicObjectBatchInputUpsert",
    ),
    f"POST {_OBJECTS}/batch/archive": ("hubspot.crm.objects", "BatchInputSimplePublicObjectId"),
    f"POST {_OBJECTS}": ("hubspot.crm.objects", "SimplePublicObjectInputForCreate"),
    rf"PATCH {_OBJECTS}/\w+": ("hubspot.crm.objects", "SimplePublicObjectInput"),
    f"POST {_LINKS}/batch/read": (_V4, "BatchInputPublicFetchAssociationsBatchRequest"),
    f"POST {_LINKS}/batch/create": (_V4, "BatchInputPublicAssociationMultiPost"),
    f"POST {_LINKS}/batch/archive": (_V4, "BatchInputPublicAssociationMultiArchive"),
    f"POST {_LINKS}/batch/labels/archive": (_V4, "BatchInputPublicAssociationMultiPost"),
    f"POST {_LINKS}/batch/associate/default": (_V4, "BatchInputPublicDefaultAssociationMultiPost"),
    f"POST {_LINKS}/labels": (f"{_V4}.schema", "PublicAssociationDefinitionCreateRequest"),
    f"PUT {_LINKS}/labels": (f"{_V4}.schema", "PublicAssociationDefinitionUpdateRequest"),
    f"POST {_PROPERTIES}": ("hubspot.crm.properties", "PropertyCreate"),
    f"POST {_PROPERTIES}/batch/create": ("hubspot.crm.properties", "BatchInputPropertyCreate"),
    f"POST {_PROPERTIES}/batch/read": ("hubspot.crm.properties", "BatchReadInputPropertyName"),
    f"POST {_PROPERTIES}/batch/archive": ("hubspot.crm.properties", "BatchInputPropertyName"),
    f"POST {_PROPERTIES}/groups": ("hubspot.crm.properties", "PropertyGroupCreate"),
    rf"PATCH {_PROPERTIES}/groups/\w+": ("hubspot.crm.properties", "PropertyGroupUpdate"),
    rf"PATCH {_PROPERTIES}/\w+": ("hubspot.crm.properties", "PropertyUpdate"),
    r"POST /crm/(?:v3/exports|exports/[\d-]+)/export/async": (
        "hubspot.crm.exports",
        "PublicExportViewRequest",
    ),
}
_QUERIES = {
    rf"GET {_OBJECTS}": ("hubspot.crm.objects", "BasicApi", "get_page"),
    rf"GET {_OBJECTS}/\w+": ("hubspot.crm.objects", "BasicApi", "get_by_id"),
    r"GET /crm/(?:v3/owners|owners/[\d-]+)/?": ("hubspot.crm.owners", "OwnersApi", "get_page"),
    rf"GET {_PROPERTIES}": ("hubspot.crm.properties", "CoreApi", "get_all"),
}
_UNTYPED = {"sorts", "associatedObjectType"}
"""The client calls them texts; the API takes objects and up to four names, as every other
client sends them (exports guide, the vendor's newer generated clients)."""
_ADDED = {
    "PublicExportViewRequest": {
        "includeLabeledAssociations",
        "includePrimaryDisplayPropertyForAssociatedObjects",
    }
}
"""Keys of the dated versions that the client, older than they are, does not know."""
_FREE = re.compile(
    r"POST /oauth/[\w-]+/token(/introspect|/revoke)?"
    r"|POST /webhooks-journal/subscriptions/[\d-]+"
    r"|(GET|DELETE) .*|PUT .*/associations/default/.*"
)
"""Forms, calls without a body, and the journal, which is younger than the client."""


def complaints(method: str, path: str, query: dict[str, list[str]], body: Any) -> list[str]:
    """Return what the client's models find wrong with one request.

    Args:
        method: The HTTP method.
        path: The path, without its query.
        query: Parameters by name.
        body: The request's JSON, or None.
    """
    found = [f"{method} {path}: {one}" for one in _query_faults(f"{method} {path}", query)]
    place = _place(_BODIES, f"{method} {path}")
    if place is None:
        unknown = body is not None and not _FREE.fullmatch(f"{method} {path}")
        return [*found, f"{method} {path}: no model knows this request"] if unknown else found
    module, name = place
    model = getattr(importlib.import_module(module), name)
    return [*found, *(f"{method} {path}: {one}" for one in _faults(model, body, name))]


def judge(entries: Iterable[Entry]) -> list[str]:
    """Return what is wrong with the requests of a log, each thing once."""
    found = {
        one
        for entry in entries
        for one in complaints(entry.method, entry.path, parse_qs(entry.query), entry.body)
    }
    return sorted(found)


def _place(table: dict[str, Any], request: str) -> Any:
    return next((place for text, place in table.items() if re.fullmatch(text, request)), None)


def _query_faults(request: str, query: dict[str, list[str]]) -> Iterator[str]:
    place = _place(_QUERIES, request)
    if place is None:
        return
    module, api, method = place
    source = inspect.getsource(getattr(getattr(importlib.import_module(module), api), method))
    known = set(re.findall(r":param (?:[\w\[\]]+ )?(\w+):", source))
    for name in query:
        if re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower() not in known:
            yield f"unknown parameter {name}; known: {sorted(known)}"


def _faults(model: Any, document: Any, where: str) -> Iterator[str]:
    if not isinstance(document, dict):
        yield f"{where} is no object"
        return
    names = {wire: name for name, wire in model.attribute_map.items()}
    extra = _ADDED.get(model.__name__, set())
    for key in sorted(set(document) - set(names) - extra):
        yield f"{where}.{key} is not a key of {model.__name__}"
    yield from _missing(model, document, where)
    for key in set(document) & set(names) - _UNTYPED:
        kind = model.openapi_types[names[key]]
        yield from _kind_faults(model, kind, document[key], f"{where}.{key}")


def _missing(model: Any, document: dict[str, Any], where: str) -> Iterator[str]:
    """Try the model's own setters: they refuse None for what is required, and wrong words."""
    given = {name: document.get(wire) for name, wire in model.attribute_map.items()}
    blank = model.__new__(model)
    settings = importlib.import_module(model.__module__.partition(".models")[0]).Configuration()
    settings.client_side_validation = True
    blank.local_vars_configuration = settings
    for name, value in given.items():
        wire = model.attribute_map[name]
        if wire in _RELAXED.get(model.__name__, ()):
            continue
        try:
            setattr(blank, name, value)
        except ValueError as error:
            if value is not None or "None" in str(error):
                yield f"{where}.{wire}: {error}"


_RELAXED = {
    "BatchReadInputSimplePublicObjectId": ("propertiesWithHistory",),
    "PublicObjectSearchRequest": ("after", "sorts", "query", "filterGroups", "properties", "limit"),
    "SimplePublicObjectInputForCreate": ("associations",),
    "SimplePublicObjectBatchInputForCreate": ("associations",),
    "PublicExportViewRequest": ("overrideAssociatedObjectsPerDefinitionPerRowLimit",),
}
"""Keys that the models call required though the vendor's own examples leave them out."""


def _kind_faults(model: Any, kind: str, value: Any, where: str) -> Iterator[str]:
    if value is None or kind in ("object", "datetime"):
        return
    if kind.startswith("list["):
        yield from _list_faults(model, kind[5:-1], value, where)
    elif kind == "dict[str, str]":
        wrong = {key: one for key, one in value.items() if not isinstance(one, str)}
        yield from (f"{where}.{key} is no text: {one!r}" for key, one in wrong.items())
    elif kind in _PLAIN:
        if not isinstance(value, _PLAIN[kind]) or (kind == "int" and value is True):
            yield f"{where} is no {kind}: {value!r}"
    else:
        module = importlib.import_module(model.__module__.partition(".models")[0])
        yield from _faults(getattr(module, kind), value, where)


def _list_faults(model: Any, kind: str, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where} is no list"
        return
    for place, one in enumerate(value):
        yield from _kind_faults(model, kind, one, f"{where}[{place}]")


_PLAIN: dict[str, type] = {"str": str, "int": int, "bool": bool, "float": float}
