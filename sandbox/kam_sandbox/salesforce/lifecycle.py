"""What follows from a record's end in Salesforce: cascades, the bin, merges."""

from __future__ import annotations

from kam_sandbox.records import Record, Records

__all__ = ["delete", "is_binned", "merge", "restore"]

_OWNED = {
    "Account": [("Contact", "AccountId"), ("Opportunity", "AccountId")],
    "Contact": [("OpportunityContactRole", "ContactId")],
    "EmailMessage": [("EmailMessageRelation", "EmailMessageId")],
    "Event": [("EventRelation", "EventId")],
    "Opportunity": [("OpportunityContactRole", "OpportunityId")],
}
"""Children that go to the bin with their parent (the API's cascade-delete relationships)."""

_POINTERS = {
    "Account": [
        ("Account", "ParentId"),
        ("Contact", "AccountId"),
        ("Opportunity", "AccountId"),
        ("Task", "WhatId"),
        ("Event", "WhatId"),
        ("EmailMessage", "RelatedToId"),
    ],
    "Contact": [
        ("Contact", "ReportsToId"),
        ("OpportunityContactRole", "ContactId"),
        ("Task", "WhoId"),
        ("Event", "WhoId"),
        ("EmailMessageRelation", "RelationId"),
        ("EventRelation", "RelationId"),
    ],
}
"""Lookups that a merge turns from the loser to the winner."""

_WITHOUT_BIN = {"EventRelation", "TaskRelation"}
"""Deleted relation rows skip the bin: queryAll never shows them (TaskRelation's reference page)."""

_SAME_INSTANT_S = 1.0
"""Our choice: a cascade takes far less, a person's next click far more."""


def delete(records: Records, record: Record, *, by: str) -> list[Record]:
    """Put *record* and what it owns in the bin; return all that went, the record first."""
    with records.lock:
        records.delete(record, by=by)
        gone = [record]
        for child_object, lookup in _OWNED.get(record.object, []):
            for child in records.all(child_object):
                if child.fields.get(lookup) == record.id:
                    gone += delete(records, child, by=by)
        return gone


def is_binned(record: Record) -> bool:
    """Tell whether a deleted record can still be seen by queryAll."""
    return record.object not in _WITHOUT_BIN


def restore(records: Records, record: Record, *, by: str) -> None:
    """Take *record* from the bin, with the children that went with it in the same instant."""
    with records.lock:
        went = record.deleted_at
        records.restore(record, by=by)
        if went is None:
            return
        for child_object, lookup in _OWNED.get(record.object, []):
            for child in records.all(child_object, deleted=True):
                if child.fields.get(lookup) != record.id or child.deleted_at is None:
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
    if loser.object not in _POINTERS or loser.object != winner.object or loser.id == winner.id:
        raise ValueError(f"cannot merge {loser.object} {loser.id} into {winner.object} {winner.id}")
    with records.lock:
        for child_object, lookup in _POINTERS[loser.object]:
            for child in records.all(child_object):
                if child.fields.get(lookup) == loser.id and child.id != winner.id:
                    records.update(child, {lookup: winner.id}, by=by, touch=False)
        records.delete(loser, by=by, merged_into=winner.id)
        records.update(winner, {}, by=by)
