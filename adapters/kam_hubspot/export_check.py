"""Is an export whole and true? Asked before its first row is staged.

The count must be the one that the export states, and near what the search counts before and
after; no id may come twice; every cell must have a known form; and a sample of the records,
read by id, must be the same row as in the file, letter for letter.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kam_connector.model.pull import PulledRow
from kam_hubspot.export_cells import Cells
from kam_hubspot.export_jobs import broken

__all__ = ["Findings", "check_count", "check_sample"]

SAMPLE = 100
"""Records read by id: one call."""
_PLAIN = 50
"""Our choice: half the sample is spread over the file; the other half looks unusual."""
_UNUSUAL = ("=", "+", "-", "@", "'", " ", "\t", "\n", '"')
"""A text that begins so is what other programs' exports escape, trim or quote."""
_SLACK_SHARE = 0.001
_SLACK_LEAST = 10
"""Our choice: records come and go while an export runs, and the search index lags; a file that
lacks a part, or shows one team's records only, misses far more than one in a thousand."""
_LEAST_SAME = 0.5
"""Our choice: with fewer of the sample's stamps the same, the file's stamps are to blame."""

_Row = Sequence[str]


@dataclass(slots=True)
class Findings:
    """What one reading of a whole file finds."""

    total: int
    """About how many rows will come: the sample is spread over them."""
    rows: int = 0
    sample: list[_Row] = field(default_factory=list)
    _last: list[_Row] = field(default_factory=list)
    """The very last row: of a file cut short, the cut goes through it."""
    _unusual: list[_Row] = field(default_factory=list)
    _ids: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, cells: Cells, rows: Sequence[_Row]) -> None:
        """Take in some rows.

        Raises:
            RecordError: A cell has an unknown form.
        """
        cells.records(rows)
        self._ids.extend(cells.ids(rows))
        step = max(1, self.total // _PLAIN)
        first = -self.rows % step
        room = _PLAIN - len(self.sample)
        self.sample += rows[first::step][: max(0, room)]
        if len(self._unusual) < SAMPLE - _PLAIN - 1:
            unusual = [row for row in rows if any(cell.startswith(_UNUSUAL) for cell in row)]
            self._unusual += unusual[: SAMPLE - _PLAIN - len(self._unusual) - 1]
        self._last = list(rows[-1:]) or self._last
        self.rows += len(rows)

    def end(self) -> list[_Row]:
        """Return the sample of the whole file.

        Raises:
            RecordError: An id came twice.
        """
        ordered = sorted(self._ids)
        if any(map(int.__eq__, ordered, ordered[1:])):
            raise broken("holds a record twice")
        del self._ids[:]
        return [*self.sample, *self._unusual, *self._last]


def check_count(rows: int, *, stated: int, before: int, after: int) -> None:
    """See that a file holds all records.

    Args:
        rows: Rows in the file.
        stated: What the export says it holds.
        before: What the search counted when it was asked for.
        after: What the search counts now.

    Raises:
        RecordError: It does not.
    """
    if rows != stated:
        raise broken(f"holds {rows} records, of {stated} in all")
    slack = max(_SLACK_LEAST, int(max(before, after) * _SLACK_SHARE))
    if not min(before, after) - slack <= rows <= max(before, after) + slack:
        raise broken(f"holds {rows} records where the search counts {after}")


def check_sample(
    exported: Sequence[PulledRow], read: Callable[[Sequence[str]], Mapping[str, PulledRow]]
) -> None:
    """See that the sample's records are the same when they are read by id.

    A record that was changed or archived meanwhile proves nothing; most must not have been.

    Raises:
        RecordError: They are not.
    """
    if not exported:
        return
    by_id = read([row.ref for row in exported])
    same = [row for row in exported if _stamp(by_id.get(row.ref)) == row.modified_at]
    if len(same) < len(exported) * _LEAST_SAME:
        raise broken("has other timestamps than the records themselves")
    for row in same:
        now = by_id[row.ref]
        names = sorted(n for n, value in row.values.items() if now.values.get(n) != value)
        if names or now.absorbed != row.absorbed:
            raise broken(f"writes {', '.join(names) or 'merges'} other than the records do")


def _stamp(row: PulledRow | None) -> str | None:
    return None if row is None else row.modified_at
