"""Trials of what our promises rest on in a real portal; all of them only read.

HubSpot has no conditional write and takes nothing back, so that no trial may write: the
history of a value, which is read after each write to a shared one, is tried in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from secrets import token_hex
from typing import Any

from kam_connector.errors import KamError, RecordError, SignInError
from kam_connector.model.conformance import Asked, Outcome, Trial
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.window import parse_instant
from kam_hubspot import query
from kam_hubspot.answers import reading, records_of
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client
from kam_hubspot.codes import CODES
from kam_hubspot.grants import EXPORT_SCOPE, OPTIONAL_SCOPES, SCOPES

__all__ = ["trials"]

_STAMPS = ("hs_lastmodifieddate", "lastmodifieddate")
_RECORDS = 10
"""Our choice: among ten records one has a value that was set by somebody."""
_SETTLE = timedelta(minutes=15)
"""What changed later than this may not be in the index yet (the mapping's ``settle``)."""

Describe = Callable[[str], ObjectSchema]


def trials(client: Client, asked: Sequence[Asked], *, describe: Describe) -> Iterator[Trial]:
    """Yield what was found; two to ten calls."""
    yield _guarded("history", "KAM-3252", lambda: _history(client, asked, describe))
    for one in asked:
        if one.key:
            name = f"key.{one.object}"
            yield _guarded(name, "KAM-3251", partial(_keyed, client, one, describe))
    for one in asked[:1]:
        yield _guarded("deletions", None, partial(_archived, client, one.object))
        yield _guarded("search", None, partial(_searched, client, one.object, describe))
    yield _guarded("least_rights", None, lambda: _least_rights(client))


def _guarded(name: str, code: str | None, trial: Callable[[], Trial]) -> Trial:
    """Return the trial, or that the portal refused it; no answer at all is no outcome."""
    try:
        return trial()
    except RecordError as error:
        return _refused(name, code, error)
    except SignInError as error:
        if error.code != "KAM-3003":
            raise
        return _refused(name, error.code, error)


def _refused(name: str, code: str | None, error: KamError) -> Trial:
    said = f"the portal refused the trial: {error.message}"
    hint = error.hint or CODES[code or error.code].fix
    return Trial(name=name, outcome=Outcome.FAILS, said=said, code=code or error.code, hint=hint)


def _failed(name: str, code: str, said: str) -> Trial:
    hint = CODES[code].fix
    return Trial(name=name, outcome=Outcome.FAILS, said=said, code=code, hint=hint)


def _history(client: Client, asked: Sequence[Asked], describe: Describe) -> Trial:
    """Read a value with its history: the newest version is the value itself, and dated."""
    for one in asked:
        known = describe(one.object).fields if one.fields else {}
        names = sorted(name for name in one.fields if name in known)
        refs = [ref for ref, _ in _listed(client, one.object)] if names else []
        if not refs:
            continue
        body = {
            "inputs": [{"id": ref} for ref in refs],
            "properties": names,
            "propertiesWithHistory": names,
        }
        records = records_of(client.batch(one.object, "read", body), crm=client.name)
        with reading(client.name):
            seen = [_is_told(record, name) for record in records for name in names]
        if any(one is False for one in seen):
            said = f"a value of {one.object} comes without the history that leads to it"
            return _failed("history", "KAM-3252", said)
        if any(seen):
            said = f"values of {one.object} come with their history; there is no conditional write"
            return Trial(name="history", outcome=Outcome.HOLDS, said=said)
    said = "no record holds a value of ours yet"
    return Trial(name="history", outcome=Outcome.UNTRIED, said=said)


def _is_told(record: Mapping[str, Any], name: str) -> bool | None:
    """Tell whether a value has its history; None for no value."""
    value = record["properties"].get(name)
    if value in (None, ""):
        return None
    versions = (record.get("propertiesWithHistory") or {}).get(name) or []
    newest = versions[0] if versions else {}
    return newest.get("value") == value and bool(newest.get("timestamp"))


def _listed(client: Client, object_: str, *names: str) -> list[tuple[str, Mapping[str, Any]]]:
    page = client.page(object_, after=None, limit=_RECORDS, properties=names)
    return [(str(one["id"]), one) for one in records_of(page, crm=client.name)]


def _keyed(client: Client, one: Asked, describe: Describe) -> Trial:
    """Ask for a key that nobody has: the portal says "not there", and not "no such key"."""
    name, found = f"key.{one.object}", describe(one.object).fields.get(one.key)
    if found is None:
        return _failed(name, "KAM-3251", f"{one.object} has no property {one.key}")
    if not found.unique:
        said = f"{one.key} is not unique: records are looked for before they are made"
        hint = "a property is unique from its creation on: kam crm provision makes it so"
        return Trial(name=name, outcome=Outcome.WEAKER, said=said, hint=hint)
    key = f"kam-trial-{token_hex(8)}"
    body = {"idProperty": one.key, "inputs": [{"id": key}], "properties": [one.key]}
    if records_of(client.batch(one.object, "read", body), crm=client.name):
        return _failed(name, "KAM-3251", f"{one.object} finds records by a key that nobody has")
    said = f"{one.key} is unique and found by; an upsert cannot be taken back, so none was sent"
    return Trial(name=name, outcome=Outcome.HOLDS, said=said)


def _archived(client: Client, object_: str) -> Trial:
    page = client.page(object_, after=None, limit=1, properties=(), archived=True)
    records_of(page, crm=client.name)
    said = f"archived records of {object_} are listed"
    return Trial(name="deletions", outcome=Outcome.HOLDS, said=said)


def _searched(client: Client, object_: str, describe: Describe) -> Trial:
    """Look by time for records that a listing has: changed long enough ago, they are found."""
    known, settled = describe(object_).fields, client.now() - _SETTLE
    stamp = next((name for name in _STAMPS if name in known), _STAMPS[0])
    with reading(client.name):
        changed = [
            (ref, parse_instant(as_instant(record["properties"].get(stamp) or record["updatedAt"])))
            for ref, record in _listed(client, object_, stamp)
        ]
    old = [(ref, at) for ref, at in changed if at < settled]
    if not old:
        said = "no record has been unchanged for a quarter of an hour"
        return Trial(name="search", outcome=Outcome.UNTRIED, said=said)
    ref, at = old[0]
    before = str(int(ref) - 1)
    end = at + timedelta(seconds=1)
    body = query.window(stamp, at, end, after=before, limit=1, properties=[stamp])
    found = records_of(client.search(object_, body), crm=client.name)
    if [str(one["id"]) for one in found] != [ref]:
        said = f"a search of {object_} by its last change misses a record that is listed"
        return _failed("search", "KAM-3253", said)
    said = f"{object_} are found by their last change; how late, only a write would show"
    return Trial(name="search", outcome=Outcome.HOLDS, said=said)


def _least_rights(client: Client) -> Trial:
    """Compare the token's scopes with those that a login asks for."""
    granted = client.transport.sign_in.granted()
    if not granted:
        said = "the portal does not tell this token's scopes"
        return Trial(name="least_rights", outcome=Outcome.UNTRIED, said=said)
    extra = sorted(granted - {*SCOPES, *OPTIONAL_SCOPES, EXPORT_SCOPE})
    if extra:
        said = f"the token has scopes that nothing here uses: {', '.join(extra[:8])}"
        hint = "take them from the app or key: docs/hubspot.md says what each of ours is for"
        return Trial(name="least_rights", outcome=Outcome.WEAKER, said=said, hint=hint)
    return Trial(name="least_rights", outcome=Outcome.HOLDS, said="the token has no scope too many")
