"""Writing: collections for our own fields, conditional updates for shared ones; no deletes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

from kam_connector.errors import RecordError, SignInError
from kam_connector.mapping.values import same_value
from kam_connector.model.batching import (
    AS_USUAL,
    Batching,
    Send,
    deliver,
    refused,
    requests_of,
)
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.kind import JsonValue, Row
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.window import parse_instant
from kam_salesforce import query
from kam_salesforce.answers import parts_of, retrieved, saved
from kam_salesforce.bulk_ingest import LARGEST, ingest, takes
from kam_salesforce.canonical import RowReader, to_wire
from kam_salesforce.client import Client, chunks
from kam_salesforce.errors import judge_row
from kam_salesforce.row_checks import refusal

__all__ = ["push"]

COLLECTION = 200
"""Most records of one collections call."""
COMPOSITE = 25
"""Most parts of one composite call."""
KEYS = 100
"""Our choice: a hundred keys of 64 characters stay within half of the longest URI."""
READ_SIZE = 2000
"""Most ids of one collections retrieve."""
_PARENTS = ("AccountId", "WhatId")
"""Fields whose record Salesforce locks while it writes a child of it."""
_STAMP = "LastModifiedDate"

Describe = Callable[[str], ObjectSchema]


def push(
    client: Client,
    batch: Sequence[Change],
    *,
    describe: Describe,
    batching: Batching = AS_USUAL,
) -> list[PushResult]:
    """Write and return one result per change, in order; see the port."""
    results: dict[str, PushResult] = {}
    plain: list[Change] = []
    shared: list[Change] = []
    keyed: list[Change] = []
    for change in batch:
        refused_at_once = refusal(change, describe)
        if refused_at_once is not None:
            results[change.id] = refused_at_once
        elif change.ref is not None and not change.values:  # its write was conditional
            results[change.id] = _done(change)
        elif change.ref is None:
            keyed.append(change)
        else:
            (shared if _is_shared(change) else plain).append(change)
    size = batching.call_size(COLLECTION)
    writer = _Writer(client, describe, size=size)
    work: list[tuple[Send, list[Change]]] = []
    for changes, send in ((plain, writer.update), (keyed, writer.upsert)):
        many, few = _split(changes, least=batching.job_from(client.settings.bulk_write_from))
        work += [(writer.in_bulk, part) for part in requests_of(many, size=LARGEST)]
        work += [(send, part) for part in requests_of(few, size=size)]
    work += [(writer.update_unmoved, part) for part in requests_of(shared, size=COMPOSITE)]
    results |= deliver(work)
    return [results[change.id] for change in batch]


def batch_size(waiting: int, *, usual: int, batching: Batching) -> int:
    """Return how many changes of one object to push at once, of those that wait."""
    least = batching.job_from(usual)
    in_bulk = least is not None and waiting >= least
    return min(waiting, LARGEST) if in_bulk else batching.call_size(COLLECTION)


class _Writer:
    """Sends one request of each form."""

    def __init__(self, client: Client, describe: Describe, *, size: int) -> None:
        self._client = client
        self._describe = describe
        self._size = size
        """Records of one collections call."""

    def update(self, changes: list[Change]) -> list[PushResult]:
        """Update up to 200 records by id."""
        records = [self._record(c) | {"id": c.ref} for c in changes]
        answers = self._collection("composite/sobjects", "PATCH", records)
        return [_result(c, a) for c, a in zip(changes, answers, strict=True)]

    def in_bulk(self, changes: list[Change]) -> list[PushResult]:
        """Write thousands of records as a job; by collections where Bulk does not want them."""
        is_new = changes[0].ref is None
        if not is_new or self._is_upserted(changes):
            try:
                return ingest(self._client, self._by_parent(changes))
            except RecordError:  # no such object in Bulk, no job left today, no rights to it
                pass
            except SignInError as error:
                if error.code != "KAM-3003":
                    raise
        send = self.upsert if is_new else self.update
        results = deliver([(send, part) for part in requests_of(changes, size=self._size)])
        return list(results.values())

    def upsert(self, changes: list[Change]) -> list[PushResult]:
        """Create or update by our key; by the CRM's own upsert where that does both."""
        object_, key_field = changes[0].object, changes[0].key_field or ""
        if self._is_upserted(changes):
            path = f"composite/sobjects/{object_}/{query.field(key_field)}"
            records = [self._record(c) | {key_field: c.key} for c in changes]
            answers = self._collection(path, "PATCH", records)
            return [_result(c, a) for c, a in zip(changes, answers, strict=True)]
        return self._find_then_write(changes, key_field)

    def update_unmoved(self, changes: list[Change]) -> list[PushResult]:
        """Update up to 25 records, each only if nobody touched it since it was read.

        A record that moved elsewhere than in the shared fields is tried once more, with
        its present timestamp; one that holds our values already is done.
        """
        since = {c.id: c.seen_modified_at or "" for c in changes}
        results = self._conditional(changes, since)
        moved = [c for c in changes if results[c.id] is None]
        if moved:
            settled, again = self._judge_moved(moved)
            results |= settled
            if again:
                repeated = [c for c in moved if c.id in again]
                second = self._conditional(repeated, again)
                still, _ = self._judge_moved([c for c in repeated if second[c.id] is None])
                results |= second | {c.id: still.get(c.id) or second[c.id] for c in repeated}
        return [results[c.id] or _busy(c) for c in changes]

    def _is_upserted(self, changes: list[Change]) -> bool:
        """Tell whether Salesforce's own upsert can create and update these.

        It needs a unique key, and refuses fields that are given once, like a master-detail
        parent, where the record exists already: an answer was lost. Those are found first.
        """
        known = self._describe(changes[0].object).fields
        key = known[changes[0].key_field or ""]
        once = any(not known[name].updateable for c in changes for name in c.values)
        return key.unique and key.external_id and not once

    def _by_parent(self, changes: list[Change]) -> list[Change]:
        """Return the changes with those of one parent together, so that they share its lock.

        A job's batches run side by side, and two that hold children of one account lock each
        other out (one call per 2,000 records whose account is not among the values).
        """
        object_ = changes[0].object
        given = {
            c.id: next((c.values[n] for n in _PARENTS if c.values.get(n)), None) for c in changes
        }
        parent = next((n for n in _PARENTS if n in self._describe(object_).fields), None)
        if parent is None:
            return changes
        parents: dict[str | None, Any] = {}
        asked = [c.ref for c in changes if c.ref is not None and given[c.id] is None]
        for part in chunks(asked, READ_SIZE):
            body = {"ids": list(part), "fields": ["Id", parent]}
            path = f"composite/sobjects/{query.field(object_)}"
            answer = self._client.call(path, method="POST", body=body)
            with self._client.reading():
                found = [row for row in retrieved(answer, count=len(part)) if row is not None]
                parents |= {row["Id"]: row[parent] for row in found}
        return sorted(changes, key=lambda c: str(given[c.id] or parents.get(c.ref) or ""))

    def _find_then_write(self, changes: list[Change], key_field: str) -> list[PushResult]:
        object_ = changes[0].object
        rows: list[dict[str, Any]] = []
        for part in chunks([c.key or "" for c in changes], KEYS):
            where = [query.is_in(key_field, part), query.is_true("IsDeleted", wanted=False)]
            soql = query.select(("Id", key_field), object_, where)
            rows += self._client.query(soql, deleted=True)
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row[key_field], []).append(row["Id"])
        results: list[PushResult] = []
        old: list[Change] = []
        new: list[Change] = []
        for change in changes:
            refs = found.get(change.key or "", [])
            if len(refs) > 1:
                results.append(refused(change, "KAM-3217", f"{len(refs)} records have its key"))
            else:
                (old if refs else new).append(change)
        if old:
            records = [self._kept_record(c) | {"id": found[c.key or ""][0]} for c in old]
            answers = self._collection("composite/sobjects", "PATCH", records)
            results += [_result(c, a) for c, a in zip(old, answers, strict=True)]
        if new:
            records = [self._record(c) | {key_field: c.key} for c in new]
            answers = self._collection("composite/sobjects", "POST", records)
            made = [_result(c, a, created=True) for c, a in zip(new, answers, strict=True)]
            results += [_made_meanwhile(one) for one in made]
        return results

    def _collection(
        self, path: str, method: str, records: list[dict[str, Any]]
    ) -> list[Mapping[str, Any]]:
        body = {"allOrNone": False, "records": records}
        answer = self._client.call(path, method=method, body=body)
        with self._client.reading():
            return saved(answer, count=len(records))

    def _conditional(
        self, changes: list[Change], since: Mapping[str, str]
    ) -> dict[str, PushResult | None]:
        """Return results by change id; None where the record has moved (412)."""
        root = f"/services/data/v{self._client.settings.api_version}/sobjects"
        parts = [
            {
                "method": "PATCH",
                "url": f"{root}/{change.object}/{change.ref}",
                "referenceId": f"c{number}",
                "httpHeaders": {"If-Unmodified-Since": _http_date(since[change.id])},
                "body": self._fields(change),
            }
            for number, change in enumerate(changes)
        ]
        body = {"allOrNone": False, "compositeRequest": parts}
        answer = self._client.call("composite", method="POST", body=body)
        with self._client.reading():
            answered = parts_of(answer, count=len(parts))
        return {
            c.id: None if a["httpStatusCode"] == 412 else _part_result(c, a)
            for c, a in zip(changes, answered, strict=True)
        }

    def _judge_moved(
        self, changes: list[Change]
    ) -> tuple[dict[str, PushResult | None], dict[str, str]]:
        """Return settled results, and the present timestamps of those worth another try."""
        settled: dict[str, PushResult | None] = {}
        again: dict[str, str] = {}
        for part in requests_of(changes, size=COLLECTION):
            for change, current, stamp in self._current(part):
                if current is None:
                    settled[change.id] = refused(change, "KAM-3206", "the record is gone")
                elif _holds(current, change.values):
                    settled[change.id] = _done(change)
                elif _holds(current, {f: change.expected.get(f) for f in change.shared}):
                    again[change.id] = stamp
                else:
                    settled[change.id] = PushResult(
                        change_id=change.id,
                        state=PushState.CONFLICT,
                        ref=change.ref,
                        message="a person was faster",
                        current=current,
                    )
        return settled, again

    def _current(self, changes: list[Change]) -> list[tuple[Change, Row | None, str]]:
        object_ = changes[0].object
        known = self._describe(object_).fields
        names = sorted({n for c in changes for n in (*c.values, *c.shared) if n in known})
        reader = RowReader([known[name] for name in (*names, _STAMP)])
        body = {"ids": [c.ref for c in changes], "fields": ["Id", *names, _STAMP]}
        path = f"composite/sobjects/{object_}"
        answer = self._client.call(path, method="POST", body=body)
        with self._client.reading():
            found = retrieved(answer, count=len(changes))
        current: list[tuple[Change, Row | None, str]] = []
        for change, record in zip(changes, found, strict=True):
            values = reader.values(record) if record is not None else {}
            stamp = str(values.pop(_STAMP, ""))
            mine = {n: values[n] for n in (*change.values, *change.shared) if n in values}
            current.append((change, mine if record is not None else None, stamp))
        return current

    def _record(self, change: Change) -> dict[str, Any]:
        return {"attributes": {"type": change.object}} | self._fields(change)

    def _kept_record(self, change: Change) -> dict[str, Any]:
        """Return the record without what is given at its creation only."""
        known = self._describe(change.object).fields
        names = (name for name in change.values if known[name].updateable)
        return self._record(replace(change, values={name: change.values[name] for name in names}))

    def _fields(self, change: Change) -> dict[str, Any]:
        known = self._describe(change.object).fields
        return {name: to_wire(value, known[name].type) for name, value in change.values.items()}


def _split(changes: Sequence[Change], *, least: int | None) -> tuple[list[Change], list[Change]]:
    """Return what goes in bulk, and what goes by collections: by the number of an object's."""
    if least is None:
        return [], list(changes)
    counts = Counter(change.object for change in changes)
    many = [c for c in changes if counts[c.object] >= least and takes(c)]
    chosen = {change.id for change in many}
    return many, [c for c in changes if c.id not in chosen]


def _is_shared(change: Change) -> bool:
    return bool(change.seen_modified_at) and any(name in change.values for name in change.shared)


def _holds(current: Row, wanted: Mapping[str, JsonValue]) -> bool:
    return all(same_value(current.get(name), value) for name, value in wanted.items())


def _result(change: Change, answer: Mapping[str, Any], *, created: bool = False) -> PushResult:
    if answer.get("success") is True:
        made = bool(answer.get("created", created))
        return _done(change, ref=str(answer["id"]), created=made)
    return judge_row(change, answer["errors"])


def _made_meanwhile(result: PushResult) -> PushResult:
    """Try a create again that met our own key: an earlier one arrived after all."""
    if result.code == "KAM-3207":
        return replace(result, state=PushState.RETRY)
    return result


def _part_result(change: Change, answer: Mapping[str, Any]) -> PushResult:
    if answer["httpStatusCode"] < 300:
        return _done(change)
    errors = answer["body"]
    return judge_row(change, errors if isinstance(errors, list) else [errors])


def _done(change: Change, *, ref: str | None = None, created: bool = False) -> PushResult:
    return PushResult(
        change_id=change.id, state=PushState.DONE, ref=ref or change.ref, created=created
    )


def _busy(change: Change) -> PushResult:
    return PushResult(
        change_id=change.id,
        state=PushState.RETRY,
        ref=change.ref,
        code="KAM-3212",
        message="the record keeps changing",
    )


def _http_date(text: str) -> str:
    return format_datetime(parse_instant(text).replace(microsecond=0), usegmt=True)
