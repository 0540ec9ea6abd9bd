"""Trials of what our promises rest on in a real org; each leaves the org as it was.

That a stale ``If-Unmodified-Since`` inside a composite call is refused with 412, no page of
the vendor says for every object: it is sent, with the values that stand there already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from secrets import token_hex
from typing import Any

from kam_connector.errors import (
    KamError,
    RecordError,
    RetryableError,
    SignInError,
    StoppedError,
)
from kam_connector.model.conformance import Asked, Outcome, Trial
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.window import instant, parse_instant
from kam_salesforce import query
from kam_salesforce.answers import parts_of
from kam_salesforce.client import Client
from kam_salesforce.codes import CODES
from kam_salesforce.describe import user_ref

__all__ = ["trials"]

_STAMP = "LastModifiedDate"
_SUBJECT = "kam-connector: a trial, taken back at once"
_TAKEN_BACK = "ALL_OR_NONE_OPERATION_ROLLED_BACK"
_STALE = timedelta(days=1)
_LOOK_BACK = timedelta(hours=1)
"""Our choice: the log of deletions is asked for an hour; that it answers is what is tried."""
_TOO_MUCH = {
    "PermissionsModifyAllData": "Modify All Data",
    "PermissionsManageUsers": "Manage Users",
}
"""Rights that nothing of ours uses every night (provisioning, once, is done as somebody else)."""

Describe = Callable[[str], ObjectSchema]


def trials(client: Client, asked: Sequence[Asked], *, describe: Describe) -> Iterator[Trial]:
    """Yield what was found; two to twelve calls."""
    yield _guarded("conditional_write", lambda: _conditional(client, asked, describe))
    for one in asked:
        if one.key:
            yield _guarded(f"key.{one.object}", partial(_keyed, client, one, describe))
    for one in asked[:1]:
        yield _guarded("deletions", partial(_deletions, client, one.object))
    yield _guarded("least_rights", lambda: _least_rights(client))


def _guarded(name: str, trial: Callable[[], Trial]) -> Trial:
    """Return the trial, or that the CRM refused it; no answer at all is no outcome."""
    try:
        return trial()
    except StoppedError as error:
        return Trial(name=name, outcome=Outcome.UNTRIED, said=f"not tried: {error.message}")
    except (RetryableError, SignInError) as error:
        if not isinstance(error, SignInError) or error.code != "KAM-3003":
            raise
        return _refused(name, error)
    except RecordError as error:
        return _refused(name, error)


def _refused(name: str, error: KamError) -> Trial:
    said = f"the org refused the trial: {error.message}"
    return Trial(name=name, outcome=Outcome.FAILS, said=said, code=error.code, hint=error.hint)


def _failed(name: str, code: str, said: str, *, touched: str = "nothing") -> Trial:
    hint = CODES[code].fix
    return Trial(name=name, outcome=Outcome.FAILS, said=said, touched=touched, code=code, hint=hint)


def _conditional(client: Client, asked: Sequence[Asked], describe: Describe) -> Trial:
    """Write what stands there already, as if it had been read a day before its last change."""
    name = "conditional_write"
    for one in asked:
        known = describe(one.object).fields if one.fields else {}
        field = next((f for f in one.fields if f in known and known[f].updateable), None)
        if field is None:
            continue
        rows = client.query(query.select(["Id", field, _STAMP], one.object, [], limit=1))
        if rows:
            status = _sent_stale(client, one.object, rows[0], field)
            return _judged_stale(one.object, str(rows[0]["Id"]), field, status)
    return Trial(name=name, outcome=Outcome.UNTRIED, said="there is no record to try it on")


def _sent_stale(client: Client, object_: str, row: Mapping[str, Any], field: str) -> int:
    if not query.check_ref(str(row["Id"])):
        raise RecordError("this is no record id", code="KAM-3214", crm=client.name)
    with client.reading():
        stale = parse_instant(str(row[_STAMP])).replace(microsecond=0) - _STALE
    root = f"/services/data/v{client.settings.api_version}/sobjects"
    part = {
        "method": "PATCH",
        "url": f"{root}/{query.field(object_)}/{row['Id']}",
        "referenceId": "stale",
        "httpHeaders": {"If-Unmodified-Since": format_datetime(stale, usegmt=True)},
        "body": {field: row[field]},
    }
    body = {"allOrNone": False, "compositeRequest": [part]}
    answer = client.call("composite", method="POST", body=body)
    with client.reading():
        return int(parts_of(answer, count=1)[0]["httpStatusCode"])


def _judged_stale(object_: str, ref: str, field: str, status: int) -> Trial:
    name = "conditional_write"
    if status == 412:
        said = f"a stale write to a record of {object_} is refused (412)"
        return Trial(name=name, outcome=Outcome.HOLDS, said=said)
    if status < 300:
        said = f"{object_} took a write that was made stale: a person's edit could be overwritten"
        touched = f"{object_} {ref}: {field} was given its own value again"
        return _failed(name, "KAM-3250", said, touched=touched)
    said = f"{object_} answered a stale write with {status} in place of 412"
    return _failed(name, "KAM-3250", said)


def _keyed(client: Client, one: Asked, describe: Describe) -> Trial:
    """Look for a key that nobody has; upsert by it where the org can, and be taken back."""
    name, found = f"key.{one.object}", describe(one.object).fields.get(one.key)
    if found is None:
        return _failed(name, "KAM-3251", f"{one.object} has no field {one.key}")
    key = f"kam-trial-{token_hex(8)}"
    if client.query(query.select(["Id"], one.object, [query.is_in(one.key, [key])], limit=1)):
        return _failed(name, "KAM-3251", f"{one.object} finds records by a key that nobody has")
    if not (found.unique and found.external_id):
        said = f"{one.key} is not unique: records are looked for before they are made"
        hint = "tick Unique and External ID where the org's edition offers it"
        return Trial(name=name, outcome=Outcome.WEAKER, said=said, hint=hint)
    if not one.is_task:
        said = f"{one.key} is unique and found by"
        return Trial(name=name, outcome=Outcome.HOLDS, said=said)
    return _upserted(client, one, key)


def _upserted(client: Client, one: Asked, key: str) -> Trial:
    """Upsert two records in one request that is all or nothing, the second of which cannot be."""
    name, owner = f"key.{one.object}", user_ref(client)
    record = {"attributes": {"type": one.object}, "Subject": _SUBJECT}
    bad = {**record, one.key: f"{key}-2", "WhatId": owner}
    body = {"allOrNone": True, "records": [{**record, one.key: key}, bad]}
    path = f"composite/sobjects/{query.field(one.object)}/{query.field(one.key)}"
    answers = client.call(path, method="PATCH", body=body)
    with client.reading():
        made = [str(each["id"]) for each in answers if each.get("success")]
        codes = [str(each.get("statusCode")) for each in answers[0].get("errors") or ()]
    for ref in made:
        if query.check_ref(ref):
            client.call(f"sobjects/{one.object}/{ref}", method="DELETE")
    if made or codes == [_TAKEN_BACK]:
        touched = f"{one.object}: made and taken back in one request"
        if made:
            touched = f"{one.object}: {len(made)} made and deleted again (in the recycle bin)"
        said = f"records are made and found again by {one.key}"
        return Trial(name=name, outcome=Outcome.HOLDS, said=said, touched=touched)
    return _failed(name, "KAM-3251", f"an upsert by {one.key} was refused: {', '.join(codes)}")


def _deletions(client: Client, object_: str) -> Trial:
    """Read the bin and the log of deletions."""
    where = [query.is_true("IsDeleted")]
    client.query(query.select(["Id"], object_, where, limit=1), deleted=True)
    now = client.now()
    params = {"start": instant(now - _LOOK_BACK), "end": instant(now)}
    try:
        answer = client.call(f"sobjects/{query.field(object_)}/deleted", params=params)
        with client.reading():
            answer["deletedRecords"], answer["latestDateCovered"]
    except RecordError:
        said = f"the bin of {object_} is read; its log of deletions does not answer"
        hint = "deletions past the bin are found by the comparison of all ids (sweep)"
        return Trial(name="deletions", outcome=Outcome.WEAKER, said=said, hint=hint)
    said = f"the bin and the log of deletions of {object_} are read"
    return Trial(name="deletions", outcome=Outcome.HOLDS, said=said)


def _least_rights(client: Client) -> Trial:
    """Look for rights that our user does not need."""
    try:
        rows = _permission_sets(client)
    except (RecordError, SignInError) as error:
        if isinstance(error, SignInError) and error.code != "KAM-3003":
            raise
        rows = []
    if not rows:
        said = "the org does not tell what our user may do beside"
        return Trial(name="least_rights", outcome=Outcome.UNTRIED, said=said)
    extra = [label for field, label in _TOO_MUCH.items() if any(row[field] for row in rows)]
    if extra:
        said = f"our user has more rights than it needs: {', '.join(extra)}"
        hint = "give the integration user the permission set KAM_Connector_Integration alone"
        return Trial(name="least_rights", outcome=Outcome.WEAKER, said=said, hint=hint)
    said = "our user has none of the rights that go over all data or users"
    return Trial(name="least_rights", outcome=Outcome.HOLDS, said=said)


def _permission_sets(client: Client) -> list[dict[str, Any]]:
    """Return the permission sets of our user, that of its profile among them."""
    ours = [query.is_in("AssigneeId", [user_ref(client)])]
    held = client.query(query.select(["PermissionSetId"], "PermissionSetAssignment", ours))
    refs = [str(row["PermissionSetId"]) for row in held]
    if not refs:
        return []
    where = [query.is_in("Id", refs)]
    return client.query(query.select(["Id", *_TOO_MUCH], "PermissionSet", where))
