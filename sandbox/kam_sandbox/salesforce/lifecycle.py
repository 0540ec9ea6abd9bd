"""What follows from a record's end in Salesforce: cascades, the bin, merges."""

from __future__ import annotations

from kam_sandbox.records import Record, Records
from kam_sandbox.salesforce.relations import owned_by, pointing_at

__all__ = ["delete", "is_binned", "merge", "purge", "restore"]

_WITHOUT_BIN = {"EventRelation", "TaskRelation"}
"""Deleted relation rows skip the bin: queryAll never shows them (TaskRelation's reference page)."""

_MERGED = {"Account", "Case", "Contact", "Lead"}
"""What can be merged (the merge() call's page)."""

_SAME_INSTANT_S = 1.0
"""Our choice: a cascade takes far less, a person's next click far more."""


def delete(records: Records, record: Record, *, by: str) -> list[Record]:
    """Put *record* and what it owns in the bin; return all that went, the record first."""
    with records.lock:
        records.delete(record, by=by)
        gone = [record]
        for relation in owned_by(record.object):
            for child in records.all(relation.child):
                if child.fields.get(relation.lookup) == record.id:
                    gone += delete(records, child, by=by)
        return gone


def is_binned(record: Record) -> bool:
    """Tell whether a deleted record can still be seen by queryAll."""
    return record.object not in _WITHOUT_BIN and not record.purged


def purge(records: Records, record: Record, *, by: str) -> list[Record]:
    """Delete *record* for good, past the bin; only getDeleted still tells of it.

    Returns the record and what it owned: all that went.
    """
    with records.lock:
        gone = [record] if record.deleted_at is not None else delete(records, record, by=by)
        for row in gone:
            row.purged = True
        return gone


def restore(records: Records, record: Record, *, by: str) -> None:
    """Take *record* from the bin, with the children that went with it in the same instant."""
    with records.lock:
        if record.purged or record.object in _WITHOUT_BIN:
            raise ValueError(f"{record.object} {record.id} is not in the bin")
        went = record.deleted_at
        records.restore(record, by=by)
        if went is None:
            return
        for relation in owned_by(record.object):
            for child in records.all(relation.child, deleted=True):
                if child.fields.get(relation.lookup) != record.id or child.deleted_at is None:
                    continue
                if abs((child.deleted_at - went).total_seconds()) < _SAME_INSTANT_S:
                    restore(records, child, by=by)


def merge(records: Records, *, loser: Record, winner: Record, by: str) -> None:
    """Merge *loser* into *winner*: the loser is deleted with ``MasterRecordId`` set.

    Children are turned to the winner without a new SystemModstamp: whether a merge
    moves it is not documented, so that a client must not rely on it.

    Raises:
        ValueError: the object cannot be merged, or the records are not two of one object.
    """
    if loser.object not in _MERGED or loser.object != winner.object or loser.id == winner.id:
        raise ValueError(f"cannot merge {loser.object} {loser.id} into {winner.object} {winner.id}")
    with records.lock:
        for relation in pointing_at(loser.object):
            for child in records.all(relation.child):
                if child.fields.get(relation.lookup) == loser.id and child.id != winner.id:
                    records.update(child, {relation.lookup: winner.id}, by=by, touch=False)
        records.delete(loser, by=by, merged_into=winner.id)
        records.update(winner, {}, by=by)
