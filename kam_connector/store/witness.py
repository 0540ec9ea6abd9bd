"""The audit log's entries about single fields, from the journal of what was written (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.kind import JsonValue
from kam_connector.model.preview import FieldChange, JournalEntry, OutboxItem, OutboxState

__all__ = ["undone_fields", "written_fields"]


def written_fields(
    journal: Sequence[JournalEntry], items: Iterable[OutboxItem], *, by: str
) -> list[AuditEntry]:
    """Return one entry a field that was written, with the reason its preview showed.

    A field without one, such as a task's key, has its record's.
    """
    known = {item.id: item for item in items} if journal else {}
    why = {(item.id, f.field): f.reason for item in known.values() for f in item.change.fields}
    any_of = {item_id: reason for (item_id, _), reason in why.items() if reason}
    return [
        _entry(
            Act.FIELD_WRITTEN,
            one,
            FieldChange(
                field=one.field,
                before=one.before,
                after=one.after,
                reason=why.get((one.item_id, one.field)) or any_of.get(one.item_id, ""),
            ),
            by=by,
            facts=_facts(known.get(one.item_id)),
        )
        for one in journal
    ]


def undone_fields(
    entries: Sequence[JournalEntry], sent: Sequence[FieldChange] | None, *, by: str
) -> list[AuditEntry]:
    """Return one entry a field that went back: to its old value, or to what was sent instead."""
    undone = Act.FIELD_UNDONE
    if sent is not None:
        return [_entry(undone, entries[0], change, by=by, facts={}) for change in sent]
    return [_entry(undone, one, _back(one), by=by, facts={}) for one in entries]


def _back(one: JournalEntry) -> FieldChange:
    return FieldChange(field=one.field, before=one.after, after=one.before, reason="undo")


def _facts(item: OutboxItem | None) -> dict[str, JsonValue]:
    if item is None:
        return {}
    called_off = item.state is OutboxState.SUPERSEDED  # sent, never answered: it may stand there
    lost: dict[str, JsonValue] = {"answer": "lost"} if called_off else {}
    return {"preview": item.preview_id, **lost}


def _entry(
    act: Act, one: JournalEntry, change: FieldChange, *, by: str, facts: Mapping[str, JsonValue]
) -> AuditEntry:
    return AuditEntry(
        act=act,
        by=by,
        why=change.reason,
        run_id=one.run_id,
        connection=one.connection,
        kind=one.kind,
        object=one.object,
        ref=one.ref,
        kam_id=one.kam_id,
        field=change.field,
        before=change.before,
        after=change.after,
        facts=facts,
    )
