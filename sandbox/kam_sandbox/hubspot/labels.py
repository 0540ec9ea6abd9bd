"""Association labels: the portal's own names for how two records hang together."""

from __future__ import annotations

import re

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import conflict, invalid, not_found
from kam_sandbox.hubspot.linking import pair_of, type_json
from kam_sandbox.hubspot.values import is_integer

__all__ = ["ROUTES"]

_LABEL_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _list_labels(call: Call) -> Answer:
    """Answer every type between two objects in this direction."""
    kinds = call.portal.world.associations.types(*pair_of(call))
    return 200, {"results": [type_json(kind) for kind in kinds]}


def _create_label(call: Call) -> Answer:
    """Create a label, with its inverse, and answer both."""
    from_object, to_object = pair_of(call)
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
    body = call.document()
    type_id, label = str(body.get("associationTypeId", "")), body.get("label")
    if not is_integer(type_id) or not label:
        raise invalid("'associationTypeId' and 'label' are required")
    if not call.portal.world.associations.rename_label(*pair_of(call), int(type_id), str(label)):
        raise not_found()
    return 204, None


def _archive_label(call: Call) -> Answer:
    """Remove a label, from all records too."""
    call.portal.world.associations.drop_label(*pair_of(call), int(call.params["type_id"]))
    return 204, None


ROUTES: tuple[Route, ...] = (
    Route("GET", "associations", "{object}/{to_object}/labels", _list_labels),
    Route("POST", "associations", "{object}/{to_object}/labels", _create_label),
    Route("PUT", "associations", "{object}/{to_object}/labels", _update_label),
    Route("DELETE", "associations", "{object}/{to_object}/labels/{type_id}", _archive_label),
)
"""Method, family of paths, path, handler."""
