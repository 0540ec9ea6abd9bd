"""Property groups over the API: the headings under which properties stand."""

from __future__ import annotations

import re
from dataclasses import replace

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.definitions import Group
from kam_sandbox.hubspot.errors import ApiError, invalid, not_found
from kam_sandbox.hubspot.scopes import schema_scope

__all__ = ["ROUTES"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")


def _list_groups(call: Call) -> Answer:
    """Answer the property groups of an object."""
    _need(call, write=False)
    groups = call.portal.groups[call.object].values()
    return 200, {"results": [group.as_json() for group in groups]}


def _read_group(call: Call) -> Answer:
    """Answer one group."""
    _need(call, write=False)
    return 200, _group(call).as_json()


def _create_group(call: Call) -> Answer:
    """Create a group."""
    _need(call, write=True)
    body = call.document()
    name, label = str(body.get("name") or ""), str(body.get("label") or "")
    if not _NAME.fullmatch(name) or not label:
        raise invalid("A property group needs a 'name' in lower case and a 'label'")
    if name in call.portal.groups[call.object]:
        raise ApiError(409, "OBJECT_ALREADY_EXISTS", f"Property group {name} already exists.")
    group = Group(name=name, label=label, display_order=int(body.get("displayOrder", -1)))
    call.portal.groups[call.object][name] = group
    return 201, group.as_json()


def _change_group(call: Call) -> Answer:
    """Change a group's label or order."""
    _need(call, write=True)
    before, body = _group(call), call.document()
    after = replace(
        before,
        label=str(body.get("label") or before.label),
        display_order=int(body.get("displayOrder", before.display_order)),
    )
    call.portal.groups[call.object][before.name] = after
    return 200, after.as_json()


def _archive_group(call: Call) -> Answer:
    """Archive a group that no property is in."""
    _need(call, write=True)
    group = _group(call)
    known = call.portal.definitions(call.object).values()
    held = [one.name for one in known if one.group == group.name]
    if held:
        raise invalid(f"Property group {group.name} still has properties", properties=held[:10])
    del call.portal.groups[call.object][group.name]
    return 204, None


def _need(call: Call, *, write: bool) -> None:
    call.need(schema_scope(call.object, write=write))


def _group(call: Call) -> Group:
    group = call.portal.groups[call.object].get(call.params["group"])
    if group is None:
        raise not_found(f"Property group {call.params['group']} does not exist")
    return group


ROUTES: tuple[Route, ...] = (
    Route("GET", "properties", "{object}/groups", _list_groups),
    Route("POST", "properties", "{object}/groups", _create_group),
    Route("GET", "properties", "{object}/groups/{group}", _read_group),
    Route("PATCH", "properties", "{object}/groups/{group}", _change_group),
    Route("DELETE", "properties", "{object}/groups/{group}", _archive_group),
)
"""Method, family of paths, path, handler."""
