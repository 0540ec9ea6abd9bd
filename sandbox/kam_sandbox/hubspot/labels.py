"""Association labels: the portal's own names for how two records hang together."""

from __future__ import annotations

import re

from kam_sandbox.hubspot.association_types import USER_DEFINED
from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import ApiError, conflict, invalid, not_found
from kam_sandbox.hubspot.linking import pair_of, type_json
from kam_sandbox.hubspot.scopes import schema_scope
from kam_sandbox.hubspot.values import is_integer

__all__ = ["LABELS_PER_PAIR", "ROUTES"]

LABELS_PER_PAIR = 10
"""Of a Professional portal (recalled: an Enterprise one has 50)."""
_LABEL_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _list_labels(call: Call) -> Answer:
    """Answer every type between two objects in this direction."""
    call.need(schema_scope(pair_of(call)[0], write=False))
    kinds = call.portal.world.associations.types(*pair_of(call))
    return 200, {"results": [type_json(kind) for kind in kinds]}


def _create_label(call: Call) -> Answer:
    """Create a label, with its inverse, and answer both."""
    from_object, to_object = pair_of(call)
    call.need(schema_scope(from_object, write=True))
    _check_allowed(call, from_object, to_object)
    body = call.document()
    label, name = body.get("label"), str(body.get("name") or "")
    if not label or not _LABEL_NAME.fullmatch(name):
        raise invalid("'label' is required, and 'name' in lower case letters, digits and _")
    if label in [
        kind.label for kind in call.portal.world.associations.types(from_object, to_object)
    ]:
        raise conflict(f"Association label {label} already exists")
    inverse = body.get("inverseLabel")
    kind = call.portal.world.associations.ensure_label(
        from_object, to_object, str(label), inverse_label=str(inverse) if inverse else None
    )
    both = {one.type_id: one for one in (kind, call.portal.world.associations.inverse(kind))}
    return 200, {"results": [type_json(one) for one in both.values()]}


def _update_label(call: Call) -> Answer:
    """Rename a label."""
    call.need(schema_scope(pair_of(call)[0], write=True))
    body = call.document()
    type_id, label = str(body.get("associationTypeId", "")), body.get("label")
    if not is_integer(type_id) or not label:
        raise invalid("'associationTypeId' and 'label' are required")
    if not call.portal.world.associations.rename_label(*pair_of(call), int(type_id), str(label)):
        raise not_found()
    return 204, None


def _archive_label(call: Call) -> Answer:
    """Remove a label, from all records too."""
    call.need(schema_scope(pair_of(call)[0], write=True))
    call.portal.world.associations.drop_label(*pair_of(call), int(call.params["type_id"]))
    return 204, None


def _check_allowed(call: Call, from_object: str, to_object: str) -> None:
    if call.portal.has("no_association_labels"):
        message = "This account does not have access to association labels."
        raise ApiError(403, "FORBIDDEN", message)
    kinds = call.portal.world.associations.types(from_object, to_object)
    own = [kind for kind in kinds if kind.category == USER_DEFINED]
    if len(own) >= LABELS_PER_PAIR:
        raise invalid(f"No more than {LABELS_PER_PAIR} labels are allowed between these objects")


ROUTES: tuple[Route, ...] = (
    Route("GET", "associations", "{object}/{to_object}/labels", _list_labels),
    Route("POST", "associations", "{object}/{to_object}/labels", _create_label),
    Route("PUT", "associations", "{object}/{to_object}/labels", _update_label),
    Route("DELETE", "associations", "{object}/{to_object}/labels/{type_id}", _archive_label),
)
"""Method, family of paths, path, handler."""
