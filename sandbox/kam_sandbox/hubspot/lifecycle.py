"""What happens to a record: made, changed, archived, restored, merged, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.hubspot.association_types import AssociationType
from kam_sandbox.hubspot.errors import ApiError
from kam_sandbox.records import Edit, Record
from kam_sandbox.state import World

__all__ = ["archive", "forget", "linked", "merge", "restore", "survivor"]

_MERGE_LIMIT = 250
"""Identities that one record may gather (vendor's merge page)."""


def survivor(world: World, object_: str, id_: str) -> Record | None:
    """Return the live record that *id_* means now: itself, or what it was merged into."""
    record = world.hubspot.get(object_, id_)
    while record is not None and record.merged_into is not None:
        record = world.hubspot.get(object_, record.merged_into)
    return record if record is not None and record.deleted_at is None else None


def linked(
    world: World, object_: str, id_: str, to_object: str
) -> list[tuple[str, list[AssociationType]]]:
    """Return what the record is associated with; a binned end hides the association."""
    if not _is_live(world, object_, id_):
        return []
    found = world.associations.of(object_, id_, to_object)
    return [(to_id, kinds) for to_id, kinds in found if _is_live(world, to_object, to_id)]


def archive(world: World, record: Record, *, by: str) -> None:
    """Put the record in the bin; unlike a write, that does not move its modification date."""
    modified_at, modified_by = record.modified_at, record.modified_by
    world.hubspot.delete(record, by=by)
    record.modified_at, record.modified_by = modified_at, modified_by


def restore(world: World, record: Record, *, by: str) -> None:
    """Take the record back from the bin."""
    world.hubspot.restore(record, by=by)


def forget(world: World, record: Record) -> None:
    """Delete for good, as privacy law asks: record, associations, and what merged into it."""
    for one in list(world.hubspot.all(record.object, deleted=True)):
        if one.merged_into == record.id:
            forget(world, one)
    world.associations.unlink_all(record.object, record.id)
    world.hubspot.purge(record)
    at = world.clock.now()
    gone = Edit(at, record.object, record.id, "@forgotten", None, None, record.modified_by)
    world.hubspot.history.append(gone)


def merge(world: World, primary: Record, other: Record, *, by: str) -> Record:
    """Merge two records into a new one with a new id, and return it.

    The primary's values win; its blanks are filled from the other. Both old ids
    become aliases of the new record and leave every listing.

    Raises:
        ApiError: 400 for a record merged with itself, 414 above 250 merged ids.
    """
    if primary.id == other.id:
        raise ApiError(400, "VALIDATION_ERROR", "A record cannot be merged with itself")
    merged = [*_merged_ids(primary), primary.id, *_merged_ids(other), other.id]
    if len(merged) > _MERGE_LIMIT:
        raise ApiError(414, "VALIDATION_ERROR", f">{_MERGE_LIMIT} identities on a profile")
    with world.hubspot.lock:
        created = min(primary.created_at, other.created_at)
        now = world.clock.now()
        fields = _joined(primary.fields, other.fields) | {"hs_merged_object_ids": ";".join(merged)}
        if primary.object == "contacts":
            fields |= _contact_fields(primary, other, int(now.timestamp() * 1000))
        new = world.hubspot.insert(primary.object, fields, by=by, at=created, modified_at=now)
        new.created_by = primary.created_by
        for old in (primary, other):
            world.hubspot.delete(old, by=by, merged_into=new.id)
            world.associations.move(primary.object, old.id, new.id)
    return new


def _is_live(world: World, object_: str, id_: str) -> bool:
    record = world.hubspot.get(object_, id_)
    return record is not None and record.deleted_at is None


def _merged_ids(record: Record) -> list[str]:
    return [id_ for id_ in str(record.fields.get("hs_merged_object_ids") or "").split(";") if id_]


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    filled = {name: value for name, value in second.items() if first.get(name) in (None, "")}
    return dict(first) | filled


def _contact_fields(primary: Record, other: Record, at_ms: int) -> dict[str, Any]:
    mails = [str(other.fields.get("email") or "")]
    for record in (primary, other):
        mails += str(record.fields.get("hs_additional_emails") or "").split(";")
    own = primary.fields.get("email")
    extra = [mail for mail in dict.fromkeys(mails) if mail and mail != own]
    return {
        "hs_additional_emails": ";".join(extra) if own else ";".join(extra[1:]),
        "hs_calculated_merged_vids": f"{primary.id}:{at_ms};{other.id}:{at_ms}",
    }
