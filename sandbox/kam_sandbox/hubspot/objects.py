"""Single records: list, read, create, change, archive, merge, forget."""

from __future__ import annotations

from itertools import islice

from kam_sandbox.hubspot.calls import Answer, Call, Route, object_name
from kam_sandbox.hubspot.errors import invalid, not_found
from kam_sandbox.hubspot.ids import APP_ID
from kam_sandbox.hubspot.lifecycle import archive, forget, merge, survivor
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.rendering import View
from kam_sandbox.hubspot.writing import Uniques, commit, draft_create, draft_update
from kam_sandbox.records import Record

__all__ = ["ROUTES", "find_by"]

_PAGE = 100
_PAGE_WITH_HISTORY = 50
_MERGEABLE = ("companies", "contacts", "deals", "tickets")


def _list_page(call: Call) -> Answer:
    """Answer a page of live or archived records, by id."""
    object_, view = call.object, _view_of(call)
    call.need_scopes(object_, write=False)
    limit = call.limit(most=_PAGE_WITH_HISTORY if view.history else _PAGE)
    after, archived = call.after(), call.flag("archived")
    above = call.portal.records_after(object_, after)
    listed = (record for record in above if _listed(record, archived=archived))
    found = list(islice(listed, limit + 1))
    page = found[:limit]
    body: dict[str, object] = {"results": [view.show(call.portal, record) for record in page]}
    if len(found) > limit:
        body["paging"] = {"next": {"after": page[-1].id, "link": _link(call, page[-1].id)}}
    return 200, body


def _read_one(call: Call) -> Answer:
    """Answer one record; an id that was merged away answers the survivor."""
    object_ = call.object
    call.need_scopes(object_, write=False)
    record = _find(call, archived=call.flag("archived"))
    return 200, _view_of(call).show(call.portal, record)


def _create_one(call: Call) -> Answer:
    """Create one record with its associations."""
    object_ = call.object
    call.need_scopes(object_, write=True)
    uniques = Uniques(call.portal, object_)
    draft = draft_create(call.portal, object_, call.document(), uniques)
    record = commit(call.portal, draft)
    return 201, _written(call, record, list(draft.values))


def _change_one(call: Call) -> Answer:
    """Change the given properties of one record."""
    object_ = call.object
    call.need_scopes(object_, write=True)
    record = _find(call, archived=False)
    draft = draft_update(call.portal, record, call.document(), Uniques(call.portal, object_))
    commit(call.portal, draft)
    return 200, _written(call, record, list(draft.values))


def _archive_one(call: Call) -> Answer:
    """Archive one record; archiving what is not there succeeds too."""
    call.need_scopes(call.object, write=True)
    record = survivor(call.portal.world, call.object, call.params["id"])
    if record is not None:
        archive(call.portal.world, record, by=APP_ID)
    return 204, None


def _merge_two(call: Call) -> Answer:
    """Merge two records into a new one with a new id."""
    object_, body = call.object, call.document()
    call.need_scopes(object_, write=True)
    if object_ not in _MERGEABLE:
        raise invalid(f"Objects of type {object_} cannot be merged")
    found = []
    for key in ("primaryObjectId", "objectIdToMerge"):
        id_ = str(body.get(key, ""))
        record = survivor(call.portal.world, object_, id_)
        if record is None:
            raise not_found(f"No {object_} with id {id_} to merge", ids=[id_])
        found.append(record)
    merged = merge(call.portal.world, found[0], found[1], by=APP_ID)
    return 200, View(dated=call.dated).show(call.portal, merged)


def _gdpr_delete(call: Call) -> Answer:
    """Delete a contact for good."""
    call.need_scopes("contacts", write=True)
    body = call.document()
    id_property = str(body.get("idProperty") or "")
    record = find_by(call.portal, "contacts", str(body.get("objectId", "")), id_property)
    if record is not None:
        forget(call.portal.world, record)
    return 204, None


def find_by(
    portal: Portal, object_: str, value: str, id_property: str, *, archived: bool = False
) -> Record | None:
    """Return the live record with that id, or that value of a unique property.

    Raises:
        ApiError: 400, the property is not unique.
    """
    if id_property in ("", "hs_object_id"):
        if archived:
            record = portal.world.hubspot.get(object_, value)
            deleted = record is not None and record.deleted_at and not record.merged_into
            return record if deleted else None
        return survivor(portal.world, object_, value)
    uniques = Uniques(portal, object_)
    if id_property not in uniques.names():
        raise invalid(f"Property '{id_property}' is not a unique identifier of {object_}")
    holder = uniques.holder(id_property, value)
    return portal.world.hubspot.get(object_, holder) if holder else None


def _view_of(call: Call) -> View:
    """Return what the query asks to see."""
    return View(
        properties=call.many("properties"),
        history=call.many("propertiesWithHistory"),
        associations=[object_name(name) for name in call.many("associations")],
        dated=call.dated,
    )


def _find(call: Call, *, archived: bool) -> Record:
    id_ = call.params["id"]
    record = find_by(call.portal, call.object, id_, call.one("idProperty"), archived=archived)
    if record is None:
        raise not_found()
    return record


def _listed(record: Record, *, archived: bool) -> bool:
    if archived:
        return record.deleted_at is not None and record.merged_into is None
    return record.deleted_at is None


def _written(call: Call, record: Record, names: list[str]) -> dict[str, object]:
    return View(properties=names, dated=call.dated).show(call.portal, record)


def _link(call: Call, after: str) -> str:
    family = "objects/2026-09" if call.dated else "v3/objects"
    return f"https://api.hubapi.com/crm/{family}/{call.object}?after={after}"


ROUTES: tuple[Route, ...] = (
    Route("POST", "objects", "{object}/merge", _merge_two),
    Route("POST", "objects", "contacts/gdpr-delete", _gdpr_delete),
    Route("GET", "objects", "{object}", _list_page),
    Route("POST", "objects", "{object}", _create_one),
    Route("GET", "objects", "{object}/{id}", _read_one),
    Route("PATCH", "objects", "{object}/{id}", _change_one),
    Route("DELETE", "objects", "{object}/{id}", _archive_one),
)
"""Method, family of paths, path, handler."""
