"""How much of everything the portal has and may have; what its objects are.

Shapes: the vendor's limits tracking pages. Numbers: a Professional portal's as far as they are
known, our choice elsewhere: the real ones are read at run time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from kam_sandbox.hubspot.association_types import USER_DEFINED
from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, OBJECTS, SINGULARS
from kam_sandbox.hubspot.definitions import Property
from kam_sandbox.hubspot.errors import ApiError, not_found
from kam_sandbox.hubspot.labels import LABELS_PER_PAIR
from kam_sandbox.hubspot.linking import LINKS_PER_RECORD
from kam_sandbox.hubspot.naming import object_name
from kam_sandbox.hubspot.scopes import schema_scope

__all__ = ["ROUTES"]

_RECORDS = 15_000_000
_CUSTOM_PROPERTIES = 1_000
_CALCULATED = 25
_PIPELINES = {"deals": 15, "tickets": 15}
_NEAR = 0.8
_CUSTOM_OBJECTS: dict[str, Any] = {
    "byObjectType": [],
    "overallLimit": 0,
    "overallPercentage": 0,
    "overallUsage": 0,
}
"""Custom objects are for Enterprise."""
_MADE = "2020-06-30T15:57:37.186Z"


def _records(call: Call) -> Answer:
    """Answer how many records of each object there are and may be."""
    records = call.portal.world.hubspot
    rows = [_usage(name, sum(1 for _ in records.all(name)), _RECORDS) for name in OBJECTS]
    return 200, {"hubspotDefinedObjectTypes": rows, "customObjectTypes": _CUSTOM_OBJECTS}


def _custom_properties(call: Call) -> Answer:
    """Answer how many properties of our own each object has and may have."""
    return 200, _by_object(call, lambda one: not one.hubspot_defined, _CUSTOM_PROPERTIES)


def _calculated_properties(call: Call) -> Answer:
    """Answer how many calculated properties of our own there are and may be."""
    _professional(call)

    def ours(one: Property) -> bool:
        return one.calculated and not one.hubspot_defined

    return 200, _by_object(call, ours, _CALCULATED)


def _pipelines(call: Call) -> Answer:
    """Answer how many pipelines there are and may be."""
    rows = [
        _usage(name, len(call.portal.pipelines[name]), allowed)
        for name, allowed in _PIPELINES.items()
    ]
    return 200, {"hubspotDefinedObjectTypes": rows, "customObjectTypes": _CUSTOM_OBJECTS}


def _custom_object_types(_call: Call) -> Answer:
    """Refuse: custom objects are for Enterprise."""
    raise ApiError(403, "FORBIDDEN", "This account does not have access to custom objects.")


def _association_labels(call: Call) -> Answer:
    """Answer how many labels each pair of objects has and may have."""
    _professional(call)
    start, end = call.one("fromObjectTypeId"), call.one("toObjectTypeId")
    rows = []
    for (from_object, to_object), labels in _own_labels(call).items():
        names = [OBJECT_TYPE_IDS[from_object], OBJECT_TYPE_IDS[to_object]]
        if start in ("", names[0]) and end in ("", names[1]):
            rows.append(
                {
                    "fromObjectType": _named(from_object),
                    "toObjectType": _named(to_object),
                    "allLabels": labels,
                    **_share(len(labels), LABELS_PER_PAIR),
                }
            )
    return 200, {"results": rows}


def _associations_from(call: Call) -> Answer:
    """Answer which objects have records near the limit of associations."""
    rows = [_pressed(call, name, OBJECTS) for name in OBJECTS]
    return 200, {"results": [row for row in rows if row["hasRecordsNearLimit"]]}


def _associations_to(call: Call) -> Answer:
    """Answer to which objects an object's records come near the limit."""
    from_object = object_name(call.params["object"])
    rows = [_pressed(call, from_object, (name,)) | _named(name) for name in OBJECTS]
    return 200, {"results": [row for row in rows if row["hasRecordsNearLimit"]]}


def _associations_between(call: Call) -> Answer:
    """Answer which records of one object come near the limit with another."""
    pair = object_name(call.params["object"]), object_name(call.params["to_object"])
    near = _near(call, *pair)
    full = [id_ for id_, used in near.items() if used >= LINKS_PER_RECORD]
    return 200, {
        "limit": LINKS_PER_RECORD,
        "totalRecordsAtLimit": len(full),
        "totalRecordsNearLimit": len(near) - len(full),
        "atLimitFromRecordSamples": [{"objectId": int(id_), "label": id_} for id_ in full[:10]],
        "nearLimitFromRecordSamples": [
            {"objectId": int(id_), "label": id_} | _share(used, LINKS_PER_RECORD)
            for id_, used in list(near.items())[:10]
            if id_ not in full
        ],
    }


def _configurations(call: Call) -> Answer:
    """Answer the limits that an administrator set between objects: none."""
    call.need("crm.schemas.contacts.read")
    return 200, {"results": []}


def _list_schemas(call: Call) -> Answer:
    """Answer the custom objects: a Professional portal has none."""
    call.need("crm.schemas.custom.read")
    return 200, {"results": []}


def _read_schema(call: Call) -> Answer:
    """Answer what a standard object is: its properties and what it hangs together with."""
    try:
        object_ = object_name(call.params["object"])
    except ApiError as error:
        raise not_found(f"Unable to find object type {call.params['object']}") from error
    call.need(schema_scope(object_, write=False))
    types = [
        kind
        for to_object in OBJECTS
        for kind in call.portal.world.associations.types(object_, to_object)
    ]
    return 200, {
        "id": OBJECT_TYPE_IDS[object_],
        "objectTypeId": OBJECT_TYPE_IDS[object_],
        "name": SINGULARS[object_].upper(),
        "fullyQualifiedName": SINGULARS[object_].upper(),
        "labels": {"singular": _named(object_)["singularLabel"], "plural": object_.capitalize()},
        "requiredProperties": [],
        "searchableProperties": [],
        "secondaryDisplayProperties": [],
        "primaryDisplayProperty": None,
        "archived": False,
        "createdAt": _MADE,
        "updatedAt": _MADE,
        "properties": [one.as_json() for one in call.portal.definitions(object_).values()],
        "associations": [
            {
                "id": str(kind.type_id),
                "name": kind.label or f"{kind.from_object}_to_{kind.to_object}".upper(),
                "fromObjectTypeId": OBJECT_TYPE_IDS[kind.from_object],
                "toObjectTypeId": OBJECT_TYPE_IDS[kind.to_object],
            }
            for kind in types
        ],
    }


def _by_object(call: Call, counted: Callable[[Property], bool], allowed: int) -> dict[str, Any]:
    rows, total = [], 0
    for name in OBJECTS:
        used = sum(1 for one in call.portal.definitions(name).values() if counted(one))
        rows.append(_usage(name, used, allowed))
        total += used
    shares = _share(total, allowed * len(OBJECTS))
    return {
        "byObjectType": rows,
        "overallLimit": shares["limit"],
        "overallPercentage": shares["percentage"],
        "overallUsage": shares["usage"],
    }


def _own_labels(call: Call) -> dict[tuple[str, str], list[str]]:
    links = call.portal.world.associations
    pairs = [(a, b) for a in OBJECTS for b in OBJECTS]
    found = {
        pair: [str(kind.label) for kind in links.types(*pair) if kind.category == USER_DEFINED]
        for pair in pairs
    }
    return {pair: labels for pair, labels in found.items() if labels}


def _near(call: Call, from_object: str, to_object: str) -> Counter[str]:
    links = call.portal.world.associations
    counted = Counter(links.counts(from_object, to_object))
    return Counter({id_: n for id_, n in counted.items() if n >= _NEAR * LINKS_PER_RECORD})


def _pressed(call: Call, from_object: str, to_objects: tuple[str, ...]) -> dict[str, Any]:
    used = [n for name in to_objects for n in _near(call, from_object, name).values()]
    return _named(from_object) | {
        "hasRecordsAtLimit": any(n >= LINKS_PER_RECORD for n in used),
        "hasRecordsNearLimit": bool(used),
    }


def _professional(call: Call) -> None:
    if call.portal.has("starter"):
        raise ApiError(403, "FORBIDDEN", "This account does not have access to this feature.")


def _named(name: str) -> dict[str, Any]:
    return {
        "objectTypeId": OBJECT_TYPE_IDS[name],
        "singularLabel": SINGULARS[name].replace("_", " ").capitalize(),
        "pluralLabel": name.replace("_", " ").capitalize(),
    }


def _share(used: int, allowed: int) -> dict[str, Any]:
    return {"usage": used, "limit": allowed, "percentage": round(100 * used / allowed, 2)}


def _usage(name: str, used: int, allowed: int) -> dict[str, Any]:
    return _named(name) | _share(used, allowed)


_CONFIGURED = "definitions/configurations"

ROUTES: tuple[Route, ...] = (
    Route("GET", "limits", "records", _records),
    Route("GET", "limits", "custom-properties", _custom_properties),
    Route("GET", "limits", "calculated-properties", _calculated_properties),
    Route("GET", "limits", "custom-object-types", _custom_object_types),
    Route("GET", "limits", "pipelines", _pipelines),
    Route("GET", "limits", "associations/labels", _association_labels),
    Route("GET", "limits", "associations/records/from", _associations_from),
    Route("GET", "limits", "associations/records/{object}/to", _associations_to),
    Route("GET", "limits", "associations/records/{object}/{to_object}", _associations_between),
    Route("GET", "associations", "definitions/configurations/all", _configurations),
    Route(
        "GET", "associations", "definitions/configurations/{object}/{to_object}", _configurations
    ),
    Route("GET", "schemas", "", _list_schemas),
    Route("GET", "schemas", "{object}", _read_schema),
)
"""Method, family of paths, path, handler."""
