"""Associations over the API: read in batches, create, default, archive, labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.hubspot.association_types import USER_DEFINED, AssociationType
from kam_sandbox.hubspot.associations import Associations, UnknownAssociationError
from kam_sandbox.hubspot.calls import Answer, Call, Route, batch_answer, object_name
from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, SINGULARS
from kam_sandbox.hubspot.errors import ApiError, invalid, not_found
from kam_sandbox.hubspot.lifecycle import linked, survivor
from kam_sandbox.hubspot.values import is_integer

__all__ = ["LINKS_PER_RECORD", "ROUTES", "pair_of", "type_json"]

LINKS_PER_RECORD = 50_000
"""Records of one object that a record may hang together with (recalled, not checked)."""

_READ_INPUTS = 1_000
"""Vendor's changelog, 10 February 2025."""
_WRITE_INPUTS = 2_000
_LINKS_PER_PAGE = 500
"""Vendor's associations page: 500 per record and call."""


def _batch_read_links(call: Call) -> Answer:
    """Answer the associated ids of up to 1,000 records, each paged by its own ``after``."""
    from_object, to_object = pair_of(call)
    call.need_scopes(from_object, write=False)
    results, errors = [], []
    for one in _unique_inputs(call):
        asked = str(one["id"])
        record = survivor(call.portal.world, from_object, asked)
        id_ = record.id if record else asked
        found = linked(call.portal.world, from_object, id_, to_object)
        if found:
            results.append({"from": {"id": id_}} | _link_page(call, found, one.get("after")))
        else:
            errors.append(_none_found(from_object, to_object, asked).entry())
    return batch_answer(call.portal, results, errors)


def _list_links(call: Call) -> Answer:
    """Answer the associated ids of one record (not in the 2026-09 version)."""
    from_object, to_object = pair_of(call)
    call.need_scopes(from_object, write=False)
    record = survivor(call.portal.world, from_object, call.params["id"])
    if record is None:
        raise not_found()
    found = linked(call.portal.world, from_object, record.id, to_object)
    page = _link_page(call, found, call.one("after") or None)
    page["results"] = page.pop("to")
    return 200, page


def _batch_link(call: Call) -> Answer:
    """Create associations of given types; wrong types or ids refuse their own input."""
    results, errors = [], []
    for one in _write_inputs(call):
        try:
            results.append(_link(call, _end(one, "from"), _end(one, "to"), one.get("types")))
        except ApiError as error:
            errors.append(error.entry(fromObjectId=[_end(one, "from")]))
    return batch_answer(call.portal, results, errors, success=200 if call.dated else 201)


def _batch_link_default(call: Call) -> Answer:
    """Create plain associations, both directions answered."""
    results, errors = [], []
    for one in _write_inputs(call):
        try:
            results += _link_plain(call, _end(one, "from"), _end(one, "to"))
        except ApiError as error:
            errors.append(error.entry(fromObjectId=[_end(one, "from")]))
    return batch_answer(call.portal, results, errors)


def _batch_archive_links(call: Call) -> Answer:
    """Remove every association between the given records."""
    from_object, to_object = pair_of(call)
    for one in _write_inputs(call):
        targets = one.get("to")
        if not isinstance(targets, list):
            raise invalid("Invalid input JSON: 'to' must be a list of ids")
        for to in targets:
            to_id = str(to["id"]) if isinstance(to, Mapping) and "id" in to else ""
            _links(call).unlink(from_object, _end(one, "from"), to_object, to_id)
    return (200, {"status": "COMPLETE"}) if call.dated else (204, None)


def _batch_archive_types(call: Call) -> Answer:
    """Remove given types between the given records."""
    from_object, to_object = pair_of(call)
    for one in _write_inputs(call):
        for category, type_id in _specs(one.get("types")):
            ends = _end(one, "from"), to_object, _end(one, "to")
            _links(call).unlink(from_object, *ends, type_id, category=category)
    return (200, {"status": "COMPLETE"}) if call.dated else (204, None)


def _link_one(call: Call) -> Answer:
    """Set types between two records."""
    call.need_scopes(pair_of(call)[0], write=True)
    return 201, _link(call, call.params["id"], call.params["to_id"], call.body)


def _link_default(call: Call) -> Answer:
    """Set the plain association between two records."""
    call.need_scopes(pair_of(call)[0], write=True)
    return batch_answer(call.portal, _link_plain(call, call.params["id"], call.params["to_id"]), [])


def _unlink_one(call: Call) -> Answer:
    """Remove every association between two records."""
    from_object, to_object = pair_of(call)
    call.need_scopes(from_object, write=True)
    _links(call).unlink(from_object, call.params["id"], to_object, call.params["to_id"])
    return 204, None


def _links(call: Call) -> Associations:
    return call.portal.world.associations


def pair_of(call: Call) -> tuple[str, str]:
    """Return the two objects that the path names, from and to."""
    return object_name(call.params["object"]), object_name(call.params["to_object"])


def _unique_inputs(call: Call) -> list[Mapping[str, Any]]:
    inputs = call.inputs(most=_READ_INPUTS)
    ids = [str(one.get("id", "")) for one in inputs]
    if not all(ids):
        raise invalid("Invalid input JSON: every input needs an 'id'")
    if len(set(ids)) < len(ids):
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        listed = ", ".join(twice)
        raise invalid(
            f"Duplicate IDs found in batch input: [{listed}]. IDs must be unique", ids=twice
        )
    return inputs


def _write_inputs(call: Call) -> list[Mapping[str, Any]]:
    call.need_scopes(pair_of(call)[0], write=True)
    return call.inputs(most=_WRITE_INPUTS)


def _link_page(
    call: Call, found: list[tuple[str, list[AssociationType]]], after: object
) -> dict[str, Any]:
    if after is not None and not is_integer(str(after)):
        raise invalid(f"after is not valid: {after}")
    rest = [one for one in found if after is None or int(one[0]) > int(str(after))]
    page = rest[:_LINKS_PER_PAGE]
    shown: dict[str, Any] = {
        "to": [
            {
                "toObjectId": to_id if call.dated else int(to_id),
                "associationTypes": [type_json(kind) for kind in kinds],
            }
            for to_id, kinds in page
        ]
    }
    if len(rest) > len(page):
        shown["paging"] = {"next": {"after": page[-1][0]}}
    return shown


def type_json(kind: AssociationType) -> dict[str, Any]:
    """Return a type as the API shows it."""
    return {"category": kind.category, "typeId": kind.type_id, "label": kind.label}


def _none_found(from_object: str, to_object: str, id_: str) -> ApiError:
    return ApiError(
        404,
        "OBJECT_NOT_FOUND",
        f"No {SINGULARS[to_object]} is associated with {SINGULARS[from_object]} {id_}.",
        sub_category="crm.associations.NO_ASSOCIATIONS_FOUND",
        context={
            "fromObjectId": [id_],
            "fromObjectType": [from_object],
            "toObjectType": [to_object],
        },
    )


def _end(one: Mapping[str, Any], side: str) -> str:
    end = one.get(side)
    if not isinstance(end, Mapping) or end.get("id") in (None, ""):
        raise invalid(f"Invalid input JSON: every input needs '{side}.id'")
    return str(end["id"])


def _specs(types: object) -> list[tuple[str, int]]:
    if not isinstance(types, list) or not types:
        raise invalid("Invalid input JSON: 'types' must hold at least one type")
    try:
        return [(str(t["associationCategory"]), int(t["associationTypeId"])) for t in types]
    except (KeyError, TypeError, ValueError) as error:
        raise invalid(
            "Invalid input JSON: a type needs associationCategory and associationTypeId"
        ) from error


def _live(call: Call, object_: str, id_: str) -> str:
    record = survivor(call.portal.world, object_, id_)
    if record is None:
        raise not_found(f"{SINGULARS[object_]} {id_} does not exist", ids=[id_])
    return record.id


def _link(call: Call, from_asked: str, to_asked: str, types: object) -> dict[str, Any]:
    from_object, to_object = pair_of(call)
    from_id = _live(call, from_object, from_asked)
    to_id = _live(call, to_object, to_asked)
    try:
        kinds = [
            _links(call).type_of(from_object, to_object, type_id, category)
            for category, type_id in _specs(types)
        ]
    except UnknownAssociationError as error:
        raise invalid(str(error)) from error
    if _links(call).count(from_object, from_id, to_object) >= LINKS_PER_RECORD:
        raise invalid(f"{SINGULARS[from_object]} {from_id} has reached its association limit")
    for kind in kinds:
        ends = from_object, from_id, to_object, to_id
        _links(call).link(*ends, kind.type_id, category=kind.category)
    return {
        "fromObjectTypeId": OBJECT_TYPE_IDS[from_object],
        "fromObjectId": from_id if call.dated else int(from_id),
        "toObjectTypeId": OBJECT_TYPE_IDS[to_object],
        "toObjectId": to_id if call.dated else int(to_id),
        "labels": [kind.label for kind in kinds if kind.label and kind.category == USER_DEFINED],
    }


def _link_plain(call: Call, from_asked: str, to_asked: str) -> list[dict[str, Any]]:
    from_object, to_object = pair_of(call)
    from_id = _live(call, from_object, from_asked)
    to_id = _live(call, to_object, to_asked)
    try:
        _links(call).link(from_object, from_id, to_object, to_id)
        kind = _links(call).type_of(from_object, to_object, None, "HUBSPOT_DEFINED")
    except UnknownAssociationError as error:
        raise invalid(str(error)) from error
    return [
        {
            "from": {"id": start},
            "to": {"id": end},
            "associationSpec": {
                "associationCategory": "HUBSPOT_DEFINED",
                "associationTypeId": number,
            },
        }
        for start, end, number in (
            (from_id, to_id, kind.type_id),
            (to_id, from_id, kind.inverse_id),
        )
    ]


ROUTES: tuple[Route, ...] = (
    Route("GET", "links_listed", "{object}/{id}/associations/{to_object}", _list_links),
    Route("PUT", "links", "{object}/{id}/associations/default/{to_object}/{to_id}", _link_default),
    Route("PUT", "links", "{object}/{id}/associations/{to_object}/{to_id}", _link_one),
    Route("DELETE", "links", "{object}/{id}/associations/{to_object}/{to_id}", _unlink_one),
    Route("POST", "associations", "{object}/{to_object}/batch/read", _batch_read_links),
    Route("POST", "associations", "{object}/{to_object}/batch/create", _batch_link),
    Route(
        "POST", "associations", "{object}/{to_object}/batch/associate/default", _batch_link_default
    ),
    Route("POST", "associations", "{object}/{to_object}/batch/archive", _batch_archive_links),
    Route(
        "POST", "associations", "{object}/{to_object}/batch/labels/archive", _batch_archive_types
    ),
)
"""Method, family of paths, path, handler."""
