"""A CRM in memory that keeps the port's promises, and breaks on request.

It has a clock that only moves when told, timestamps that may tie, rows that become visible
late, deletes, both kinds of merge, people who edit meanwhile, and lost answers: all that the
sync engine must survive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from kam_connector.errors import ConfigError, KamError, RecordError
from kam_connector.model.batching import AS_USUAL, Batching
from kam_connector.model.change import Budget, Change, PushResult, PushState
from kam_connector.model.identity import CrmIdentity
from kam_connector.model.kind import JsonValue, Row
from kam_connector.model.provision import FieldSpec, ProvisionReport
from kam_connector.model.pull import Cursor, Page, PulledRow, PullRequest, PullSource, Stream
from kam_connector.model.schema import FieldType, ObjectSchema
from kam_connector.model.window import Fetched, instant, parse_instant, walk
from kam_connector.testing.memory_fields import provision
from kam_connector.testing.memory_records import (
    Author,
    MemoryFault,
    MemoryRecord,
    Version,
    Written,
    derive_schema,
    with_calculated,
)
from kam_connector.testing.memory_world import MemoryWorld

__all__ = ["MemoryCrm"]

START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


class MemoryCrm(MemoryWorld):
    """An in-memory ``Crm``.

    Args:
        now: The CRM's clock; ``advance`` moves it.
        name: The connection's name, for messages.
        org_ref: Its org or portal id.
        page_size: Rows per page unless a request says otherwise; small, to have borders.
        deletes_in: The stream that shows deleted records (Salesforce: CHANGES,
            HubSpot: ARCHIVED).
        write_lag: How long our own writes stay invisible to readers.
        schema: Objects with a given schema; others are derived from their records.
    """

    def __init__(
        self,
        *,
        now: datetime = START,
        name: str = "memory",
        org_ref: str = "org-memory",
        page_size: int = 3,
        deletes_in: Stream = Stream.CHANGES,
        write_lag: timedelta = timedelta(0),
        schema: Mapping[str, ObjectSchema] | None = None,
    ) -> None:
        super().__init__(now=now)
        self.name = name
        self.org_ref = org_ref
        self.page_size = page_size
        self.deletes_in = deletes_in
        self.write_lag = write_lag
        self.writes: list[Written] = []
        self.calls = 0
        self.allowed: int | None = None
        self.closed = False
        self._gate: Callable[[], None] | None = None
        self._schema = dict(schema or {})

    # -- the port --------------------------------------------------------------------------
    def identity(self) -> CrmIdentity:
        """Say who answers."""
        return CrmIdentity(
            org_ref=self.org_ref,
            user_ref="user-kam",
            user_name="kam@example.test",
            api_version="memory",
            currency="EUR",
            time_zone="Europe/Paris",
            now=self.now,
        )

    def describe(self, object_: str) -> ObjectSchema:
        """Return the given schema, or one that fits the records."""
        if object_ in self._schema:
            return self._schema[object_]
        if object_ not in self.records:
            raise RecordError(f"no object {object_}", code="KAM-3210", crm=self.name)
        versions = (r.values for r in self.records[object_].values())
        schema = derive_schema(object_, versions)
        return with_calculated(schema, self._calculated[object_])

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield pages; see the port."""
        fields, notes = self._fields_of(request.source)
        size = request.page_size or self.page_size

        def fetch(cursor: Cursor) -> Fetched:
            self._enter()
            found = self._behind(request, cursor)
            rows = [self._row(ref, version, request.source, fields) for ref, version in found]
            last = found[size - 1 : size]
            return Fetched(
                rows=rows[:size],
                at=last[0][1].modified_at if last and cursor.since else None,
                ref=last[0][0] if last else "",
                last=len(found) <= size,
                notes=notes,
            )

        return walk(request, now=lambda: self.now, fetch=fetch)

    def read(self, source: PullSource, refs: Sequence[str]) -> Mapping[str, PulledRow]:
        """Return present rows by the ref asked for; see the port."""
        self._enter()
        fields, _ = self._fields_of(source)
        answer = {}
        for ref in refs:
            survivor = self._survivor(source.object, ref)
            record = self.records[source.object].get(survivor)
            version = record.seen_at(self.now) if record else None
            if version and not version.deleted:
                answer[ref] = self._row(survivor, version, source, fields)
        return answer

    def push(
        self,
        batch: Sequence[Change],
        *,
        batching: Batching = AS_USUAL,  # noqa: ARG002  the port's word
    ) -> Sequence[PushResult]:
        """Write; see the port."""
        if self._gate is not None:
            self._gate()
        fault = self._faults.popleft() if self._faults else None
        self.calls += 1
        if fault is MemoryFault.LOCKED:
            return [_result(c, PushState.RETRY, code="KAM-3212") for c in batch]
        if fault is MemoryFault.HALF:
            batch = batch[: len(batch) // 2]
        elif fault not in (None, MemoryFault.DROP_ACK, MemoryFault.DUPLICATE):
            raise self._error(fault)
        results = [self._write(change) for change in batch]
        if fault is MemoryFault.DUPLICATE:
            results = [self._write(change) for change in batch]
        if fault in (MemoryFault.DROP_ACK, MemoryFault.HALF):
            raise self._error(fault)
        return results

    @contextmanager
    def gating(self, gate: Callable[[], None]) -> Iterator[None]:
        """Call *gate* before each push or provision of the block; see ``ports.StopsWrites``."""
        outer, self._gate = self._gate, gate
        try:
            yield
        finally:
            self._gate = outer

    def batch_size(self, waiting: int, *, batching: Batching = AS_USUAL) -> int:  # noqa: ARG002
        """Return a hundred, like the CRM with the smaller batches."""
        return batching.call_size(100)

    def provision(self, fields: Sequence[FieldSpec], *, dry_run: bool) -> ProvisionReport:
        """Create fields in the schema; see the port."""
        if self._gate is not None and not dry_run:
            self._gate()
        self._enter()
        return provision(self._schema, fields, dry_run=dry_run, describe=self.describe)

    def budget(self) -> Budget:
        """Return the calls counted here."""
        return Budget(used=self.calls, allowed=self.allowed, spent_here=self.calls)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    # -- reading ---------------------------------------------------------------------------
    def _behind(self, request: PullRequest, cursor: Cursor) -> list[tuple[str, Version]]:
        """Return the visible versions behind a cursor, in keyset order."""
        seen = [
            (ref, version)
            for ref, record in self.records[request.source.object].items()
            if (version := record.seen_at(self.now)) and _wanted(request.source, version)
        ]
        if request.stream is Stream.ARCHIVED:
            seen = [x for x in seen if self.deletes_in is Stream.ARCHIVED and _archived(x[1])]
        elif cursor.since is None or self.deletes_in is Stream.ARCHIVED:
            seen = [x for x in seen if not x[1].deleted]
        if cursor.since is None:
            return sorted((x for x in seen if x[0] > cursor.ref), key=lambda x: x[0])
        until = cursor.until or self.now
        seen = [x for x in seen if cursor.since <= x[1].modified_at < until]
        if cursor.at is not None:
            place = (cursor.at, cursor.ref)
            seen = [x for x in seen if (x[1].modified_at, x[0]) > place]
        return sorted(seen, key=lambda x: (x[1].modified_at, x[0]))

    def _row(
        self, ref: str, version: Version, source: PullSource, fields: Sequence[str]
    ) -> PulledRow:
        names = (*fields, *source.virtual, *(a.alias for a in source.associations))
        return PulledRow(
            ref=ref,
            modified_at=instant(version.modified_at),
            values={name: version.values.get(name) for name in names},
            deleted=version.deleted,
            merged_into=version.merged_into,
            absorbed=version.absorbed,
        )

    def _fields_of(self, source: PullSource) -> tuple[list[str], tuple[str, ...]]:
        known = self.describe(source.object).fields
        missing = [name for name in source.fields if name not in known]
        for name in missing:
            if name not in source.optional:
                raise ConfigError(
                    f"{source.object} has no field {name}",
                    code="KAM-1050",
                    crm=self.name,
                    field=name,
                )
        notes = tuple(f"{source.object}.{name} does not exist in this org" for name in missing)
        return [name for name in source.fields if name in known], notes

    def _survivor(self, object_: str, ref: str) -> str:
        seen = set()
        while ref in self.records[object_] and ref not in seen:
            seen.add(ref)
            merged = self.records[object_][ref].latest.merged_into
            if merged is None:
                return ref
            ref = merged
        return ref

    # -- writing ---------------------------------------------------------------------------
    def _write(self, change: Change) -> PushResult:
        record = self._target(change)
        refusal = self._refusal(change, record)
        if refusal:
            return refusal
        if record is not None and _person_was_faster(change, record):
            current = {name: record.values.get(name) for name in change.values}
            return _result(change, PushState.CONFLICT, ref=record.ref, current=current)
        if record is not None and not change.values:
            return _result(change, PushState.DONE, ref=record.ref)
        ref = record.ref if record else self._new_ref(change.object)
        values: dict[str, JsonValue] = {**(record.values if record else {}), **change.values}
        if change.key_field and change.key is not None:
            values[change.key_field] = change.key
        version = Version(
            modified_at=self.now,
            visible_at=self.now + self.write_lag,
            values=values,
            author=Author.CONNECTOR,
            absorbed=record.latest.absorbed if record else (),
        )
        self._add(change.object, ref, version)
        self.writes.append(Written(change=change, ref=ref, created=record is None, at=self.now))
        return _result(change, PushState.DONE, ref=ref, created=record is None)

    def _target(self, change: Change) -> MemoryRecord | None:
        records = self.records[change.object]
        if change.ref is not None:
            return records.get(change.ref)
        same = (r for r in records.values() if r.alive and change.key_field)
        return next((r for r in same if r.values.get(change.key_field or "") == change.key), None)

    def _refusal(self, change: Change, record: MemoryRecord | None) -> PushResult | None:
        known = self._refusals.get((change.object, change.ref or change.key or ""))
        if known:
            return _result(change, PushState.REFUSED, code=known[0], fields=known[1])
        if change.ref is not None and (record is None or not record.alive):
            return _result(change, PushState.REFUSED, ref=change.ref, code="KAM-3206")
        schema = self._schema.get(change.object)
        for name, value in change.values.items() if schema else ():
            code = _bad_value(schema, name, value, is_new=record is None) if schema else None
            if code:
                return _result(change, PushState.REFUSED, code=code, fields=(name,))
        return None

    def _new_ref(self, object_: str) -> str:
        self._born += 1
        ref = f"new-{self._born:06d}"
        return ref if ref not in self.records[object_] else self._new_ref(object_)

    def _enter(self) -> None:
        self.calls += 1
        if self._faults:
            fault = self._faults.popleft()
            if fault is not MemoryFault.DUPLICATE:
                raise self._error(fault)

    def _error(self, fault: MemoryFault | None) -> KamError:
        return (fault or MemoryFault.DROP_BEFORE).error(self.name)


def _wanted(source: PullSource, version: Version) -> bool:
    if source.only_with and version.values.get(source.only_with) is None:
        return False
    return not (source.without and version.values.get(source.without) is not None)


def _archived(version: Version) -> bool:
    return version.deleted and version.merged_into is None


def _person_was_faster(change: Change, record: MemoryRecord) -> bool:
    if not change.shared or change.seen_modified_at is None:
        return False
    if record.latest.modified_at <= parse_instant(change.seen_modified_at):
        return False
    return any(
        record.values.get(name) != change.expected.get(name)
        for name in change.shared
        if name in change.values
    )


def _bad_value(schema: ObjectSchema, name: str, value: JsonValue, *, is_new: bool) -> str | None:
    spec = schema.fields.get(name)
    if spec is None:
        return "KAM-3215"
    if not (spec.updateable or (is_new and spec.createable)):
        return "KAM-3205"
    if spec.length is not None and isinstance(value, str) and len(value) > spec.length:
        return "KAM-3202"
    if spec.restricted and spec.type is FieldType.PICKLIST and value is not None:
        return None if value in spec.options else "KAM-3203"
    return None


def _result(
    change: Change,
    state: PushState,
    *,
    ref: str | None = None,
    created: bool = False,
    code: str | None = None,
    fields: tuple[str, ...] = (),
    current: Row | None = None,
) -> PushResult:
    return PushResult(
        change_id=change.id,
        state=state,
        ref=ref if ref is not None else change.ref,
        created=created,
        code=code,
        message=f"{change.object} {change.ref or change.key}: {code}" if code else "",
        fields=fields,
        current=current or {},
    )
