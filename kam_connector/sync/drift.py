"""Schema drift: before anything is read, mapped fields are held against those of the last run."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable
from dataclasses import replace

from kam_connector.errors import MappingError, RecordError, SignInError
from kam_connector.mapping import Mapping, pull_sources
from kam_connector.mapping.drift import ABSENT, MISSED, Drift, find_drift, without_fields
from kam_connector.model.pull import Cursor, PullSource, Stream
from kam_connector.sync.context import SyncContext
from kam_connector.sync.pulling import is_lacking
from kam_connector.sync.sources import was_read

__all__ = ["follow_drift"]


def follow_drift(ctx: SyncContext, note: Callable[[str], None]) -> SyncContext:
    """Return the context to run with: without the rules whose fields have disappeared.

    ``on_drift`` decides: ``warn`` says it at every run until the mapping or the field is put
    right, ``adopt`` says it once, ``fail`` ends the run. A field that is read for the first
    time lets its source be read again whole. Costs no calls beyond the run's own describes.

    Args:
        ctx: The connection.
        note: Told what a person should know.

    Raises:
        MappingError: ``on_drift = "fail"``, or a key field has disappeared, without which
            records of ours would be made twice (KAM-2032).
    """
    mapping = ctx.mapping
    for source in pull_sources(ctx.mapping):
        now = _fields_now(ctx, source)
        if now is None:
            continue
        before = ctx.store.last_schema(ctx.connection, source.name)
        if before is None:
            ctx.store.save_schema(ctx.connection, source.name, now)
            if was_read(ctx, source):  # by an earlier release, with nobody knows which fields
                _read_whole(ctx, source)
            continue
        drift = find_drift(before, now, source)
        mapping = _followed(ctx, mapping, source, drift, note)
        kept = _kept(ctx.mapping.on_drift, before, now, drift, source)
        if kept != before:
            ctx.store.save_schema(ctx.connection, source.name, kept)
        if drift.new:
            _read_whole(ctx, source)
    return replace(ctx, mapping=mapping)


def _followed(
    ctx: SyncContext,
    mapping: Mapping,
    source: PullSource,
    drift: Drift,
    note: Callable[[str], None],
) -> Mapping:
    told = drift.told(source.object)
    write = mapping.write_of(source.kind)
    keyed = write is not None and write.object == source.object and write.match in drift.gone
    if told and (keyed or ctx.mapping.on_drift == "fail"):
        hint = "correct the mapping, or put the field back; on_drift says what a run does then"
        raise MappingError(f"{told} since the last run", code="KAM-2032", hint=hint)
    if told:
        note(f"{told} since the last run; rules with a missing field rest")
    return without_fields(mapping, source, drift.gone)


def _kept(
    on_drift: str,
    before: abc.Mapping[str, str],
    now: abc.Mapping[str, str],
    drift: Drift,
    source: PullSource,
) -> dict[str, str]:
    """Return what to remember: as it is now when adopted, else as it was until put right."""
    if on_drift == "adopt":
        return {**now, **dict.fromkeys(drift.gone, ABSENT)}
    old = {name: type_ for name, type_ in before.items() if name in source.fields}
    back = {name: now[name] for name in drift.new}
    return {**now, **old, **back, **dict.fromkeys(drift.gone, MISSED)}


def _read_whole(ctx: SyncContext, source: PullSource) -> None:
    """Let the source be read again whole, due or not."""
    ctx.store.stage(ctx.connection, source, Stream.FULL, [], Cursor())


def _fields_now(ctx: SyncContext, source: PullSource) -> dict[str, str] | None:
    """Return the type of each field that is read; None where the org lacks the object."""
    try:
        known = ctx.crm.describe(source.object).fields
    except (RecordError, SignInError) as error:
        if not is_lacking(source, error):
            raise
        return None
    return {name: known[name].type.value for name in source.fields if name in known}
