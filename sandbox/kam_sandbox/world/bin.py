"""Deletions and merges that happened before the world begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kam_sandbox.records import Record, Records

__all__ = ["bin_record"]


def bin_record(
    records: Records, record: Record, *, by: str, at: datetime, merged_into: str | None = None
) -> None:
    """Put *record* in the bin as of *at*, as the loser of a merge if *merged_into* is given."""
    records.delete(record, by=by, merged_into=merged_into)
    record.deleted_at = record.modified_at = at
    records.history[-1] = replace(records.history[-1], at=at)
