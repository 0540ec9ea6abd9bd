"""Merge: staged rows become KAM records, three-way per field over what was last agreed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from kam_connector.mapping import ReadContext, RowProblem, Translated, compile_read
from kam_connector.model.identity import RecordKey, kam_id
from kam_connector.model.instant import parse_instant
from kam_connector.model.kind import Kind, Row
from kam_connector.model.pull import PullSource
from kam_connector.model.staging import Agreed, MergeBatch, MirrorRow, Quarantined, StagedRow
from kam_connector.sync.collecting import rare_collections
from kam_connector.sync.combine import combined_row
from kam_connector.sync.context import SyncContext
from kam_connector.sync.identity import IdentityMap, load_identity_map
from kam_connector.sync.readback import Readback

__all__ = ["CHUNK", "Merged", "merge_source"]

CHUNK = 5000
"""Rows per merge transaction. Our ids are hashes, so that every transaction touches index
pages everywhere, and larger ones write less twice. Our choice: 20 MiB above what 2,000 rows
need and 25 below 10,000, which gain little more (measured)."""
_REMEMBERED = 8192
"""Refs whose ids are kept at hand: an account comes back with each of its contacts."""

_GONE = "@deleted"
"""Mark in a record's provenance: the CRM deleted it, its values speak no more."""


@dataclass(slots=True)
class Merged:
    """What merging did."""

    rows: int = 0
    quarantined: int = 0


def merge_source(
    ctx: SyncContext,
    source: PullSource,
    identity: IdentityMap,
    merged: Merged,
    *,
    beat: Callable[[], object] = lambda: None,
) -> None:
    """Merge all waiting rows of one source, a chunk a transaction; *beat* before each."""
    read = _reader(ctx, source, identity)
    readback = Readback(ctx, source)
    with rare_collections():
        while rows := ctx.store.dirty(ctx.connection, source.name, limit=CHUNK):
            # What lost a merge goes first: its heir, under a new id, finds its plan and its base.
            rows = [row for row in rows if row.merged_into is not None] or rows
            chunk = _Chunk(ctx, source, identity, rows)
            for row in rows:
                chunk.add(row, read(row.values), readback)
            beat()
            chunk.save(readback)
            if chunk.merges:  # the next rows may point at one that has just lost a merge
                identity = load_identity_map(ctx.store, ctx.source_order or (ctx.connection,))
                read = _reader(ctx, source, identity)
            merged.rows += len(rows)
            merged.quarantined += len(chunk.quarantined)
            ctx.progress(f"merge {source.name}", len(rows))


def _reader(
    ctx: SyncContext, source: PullSource, identity: IdentityMap
) -> Callable[[Row], Translated]:
    crm = ctx.crm.identity()
    resolve = lru_cache(maxsize=_REMEMBERED)(partial(identity.resolve, ctx.connection))
    context = ReadContext(resolve=resolve, currency=crm.currency, tz=crm.time_zone)
    return compile_read(ctx.mapping, source, context)


class _Chunk:
    """One transaction's worth of merging."""

    def __init__(
        self,
        ctx: SyncContext,
        source: PullSource,
        identity: IdentityMap,
        rows: Sequence[StagedRow],
    ) -> None:
        self._ctx = ctx
        self._source = source
        self._identity = identity
        self._source_name = source.name
        self._keeps_deleted = ctx.mapping.source(source.name).delete == "ignore"
        keys = [RecordKey(ctx.connection, source.kind, row.ref) for row in rows]
        self._base = {key.ref: base for key, base in ctx.store.agreed(keys).items()}
        self._ids = {row.ref: identity.resolve(*key) for row, key in zip(rows, keys, strict=True)}
        shared = {id_ for id_ in self._ids.values() if identity.is_shared(id_)}
        self._siblings = ctx.store.agreed_of(source.kind, shared) if shared else {}
        heirs = identity.heirs(ctx.connection, source.kind) - self._base.keys()
        new = {self._ids[row.ref] for row in rows if row.ref in heirs}
        self._lost = ctx.store.agreed_of(source.kind, new) if new else {}
        self.mirror: list[MirrorRow] = []
        self.quarantined: list[Quarantined] = []
        self.merges: list[tuple[str, str]] = []
        self._agreed: list[Agreed] = []
        self._done: list[str] = []
        self._healed: list[str] = []
        self._aliases: list[tuple[str, str]] = []

    def add(self, row: StagedRow, translated: Translated, readback: Readback) -> None:
        """Take one row over; a row that cannot be is quarantined and blocks no other."""
        self._done.append(row.ref)
        if row.merged_into is not None:
            self._follow(row.ref, row.merged_into)
            return
        if row.deleted and self._keeps_deleted:
            row = row._replace(deleted=False)
        values, problems = translated.values, translated.problems
        self._note(row, problems)
        made = readback.own_id(values)
        if any(problem.whole_record for problem in problems) or self._skips(values, row, made):
            return
        own_id = made or self._ids[row.ref]
        agreed = self._over_base(row, own_id, values)
        self._agreed.append(readback.take(row, agreed))
        self.mirror.append(self._mirror(agreed, row))

    def save(self, readback: Readback) -> None:
        """Write everything in one transaction.

        Plain rows need no more than the batch: losing the last commits with the power costs
        a second merge, as their dirty flags are lost with them. What points elsewhere now,
        and what people edited, joins it in a unit.
        """
        store = self._ctx.store
        if not self.merges and not readback.pending:
            store.apply_merge(self.batch())
            return
        with store.unit():
            store.apply_merge(self.batch())
            for loser, winner in self.merges:
                self._repoint(loser, winner)
            readback.save()

    def batch(self) -> MergeBatch:
        """Return everything as one transaction."""
        return MergeBatch(
            connection=self._ctx.connection,
            source=self._source_name,
            kind=self._source.kind,
            mirror=tuple(self.mirror),
            agreed=tuple(self._agreed),
            quarantined=tuple(self.quarantined),
            healed=tuple(self._healed),
            done=tuple(self._done),
            aliases=tuple(self._aliases),
        )

    def _over_base(self, row: StagedRow, own_id: str, values: Row) -> Agreed:
        """Return the new base: what was just read over what was known."""
        key = RecordKey(self._ctx.connection, self._source.kind, row.ref)
        base = self._base.get(row.ref)
        if base is None:
            emptied = self._emptied(row, own_id)
            return Agreed(
                key=key, source=self._source_name, kam_id=own_id, read=values, written=emptied
            )
        provenance = {name: why for name, why in base.provenance.items() if name != _GONE}
        return Agreed(
            key=key,
            source=self._source_name,
            kam_id=own_id,
            read={**base.read, **values},
            written=base.written,
            provenance={**provenance, _GONE: True} if row.deleted else provenance,
        )

    def _emptied(self, row: StagedRow, id_: str) -> Row:
        """Return what was agreed on with those merged into a new record, where it holds nothing.

        So that a field which a person emptied right after the merge was moved by them.
        """
        return {
            name: value
            for lost in self._lost.get(id_, ())
            for name, value in lost.written.items()
            if lost.key.connection == self._ctx.connection
            and name in row.values
            and row.values[name] in (None, "")
            and value not in (None, "")
        }

    def _follow(self, loser: str, winner: str) -> None:
        """Let everything that pointed at the loser of a merge point at its winner (INV10)."""
        self._aliases.append((loser, winner))
        self.merges.append((loser, winner))

    def _repoint(self, loser: str, winner: str) -> None:
        """The survivor is known only now: the winner may have lost a merge of this chunk."""
        store, kind, connection = self._ctx.store, self._source.kind, self._ctx.connection
        survivor = self._identity.resolve(connection, kind, store.alias(connection, kind, winner))
        store.repoint(kind, kam_id(kind, connection, loser), survivor, findings=True)
        for other in store.agreed_of(kind, [survivor]).get(survivor, ()):
            if other.key.connection != connection:
                store.mark_dirty(other.key.connection, other.source, [other.key.ref])

    def _skips(self, values: Row, row: StagedRow, made: str | None) -> bool:
        """Activities that the mapping ignores, and deleted records we never knew.

        What carries a key of ours we knew once, before a restore: it is not made again.
        """
        if self._source.kind is Kind.ACTIVITY and values.get("kind") in (None, "ignore"):
            return True
        forgotten = made is not None and self._source.kind is not Kind.TASK  # a stray: strays.py
        return row.deleted and row.ref not in self._base and not forgotten

    def _note(self, row: StagedRow, problems: Sequence[RowProblem]) -> None:
        for problem in problems:
            self.quarantined.append(
                Quarantined(
                    connection=self._ctx.connection,
                    source=self._source_name,
                    ref=row.ref,
                    field=problem.field,
                    code=problem.code,
                    message=problem.message,
                    first_seen=parse_instant(row.modified_at),
                )
            )
        if not problems:
            self._healed.append(row.ref)

    def _mirror(self, agreed: Agreed, row: StagedRow) -> MirrorRow:
        """Return the KAM record as all CRM records behind it make it."""
        above = self._identity.parent(agreed.kam_id)
        if above is not None and self._source.kind is Kind.ACCOUNT:
            agreed = replace(agreed, read={**agreed.read, "parent": above})
        siblings = [
            other
            for other in self._siblings.get(agreed.kam_id, ())
            if other.key != agreed.key and self._lives(other)
        ]
        if not siblings:
            connection = self._ctx.connection
            return MirrorRow(
                kind=self._source.kind,
                id=agreed.kam_id,
                values=agreed.read,
                home_connection=connection,
                refs=((connection, row.ref),),
                deleted=row.deleted,
                deleted_at=row.modified_at if row.deleted else None,
            )
        everyone = [*siblings, *([] if row.deleted else [agreed])]
        return combined_row(everyone, self._ctx.source_order, self._identity)

    def _lives(self, other: Agreed) -> bool:
        """Tell whether another record of the same thing was neither deleted nor merged away."""
        gone = other.provenance.get(_GONE) or self._identity.survivor(*other.key) != other.key.ref
        return not gone
