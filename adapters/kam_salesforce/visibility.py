"""What another user may see: UserRecordAccess for accounts, permission sets for fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from kam_connector.errors import RecordError
from kam_connector.model.access import Right
from kam_connector.model.schema import ObjectSchema
from kam_salesforce import query
from kam_salesforce.client import Client, chunks

__all__ = ["field_rights", "visible"]

_MOST = 200
"""Records one query may name (Object Reference, UserRecordAccess: Usage)."""
_FIELDS = ("RecordId", "HasReadAccess", "HasEditAccess")
_GATES: Mapping[str, tuple[str, ...]] = {
    "AccountContactRelation": ("Account", "Contact"),
    "AccountTeamMember": ("Account",),
    "AccountPlanObjective": ("AccountPlan",),
    "AccountPlanObjectiveMeasure": ("AccountPlan",),
    "CurrencyType": (),
    "DatedConversionRate": (),
    "EmailMessage": (),
    "Event": (),
    "OpportunityContactRole": ("Opportunity",),
    "OpportunityLineItem": ("Opportunity",),
    "Task": (),
    "User": (),
}
"""Objects without permissions of their own, with those whose permissions hold for them (Salesforce
help, "Object Permissions" and "Access to Related Records"); all others have their own."""

_Describe = Callable[[str], ObjectSchema]


def visible(client: Client, user_ref: str, account_refs: Sequence[str]) -> dict[str, Right]:
    """Return what a user may do with accounts; see the port. One call per 200 accounts.

    It follows the org's whole sharing model: default, ownership, role hierarchy, teams, rules,
    shares, territories, "View All". It does not consider restriction rules, nor field-level
    security (its page in the Object Reference), and leaves out what our own user cannot read.
    """
    query.ref(user_ref)  # what is no id is refused before anything is asked
    found: dict[str, Right] = {}
    for part in chunks(list(dict.fromkeys(account_refs)), _MOST):
        where = [query.is_in("UserId", [user_ref]), query.is_in("RecordId", part)]
        for row in client.query(query.select(_FIELDS, "UserRecordAccess", where)):
            with client.reading():
                if row["HasReadAccess"] is True:
                    may_edit = row["HasEditAccess"] is True
                    found[str(row["RecordId"])] = Right.EDIT if may_edit else Right.READ
    return {ref: right for ref, right in found.items() if ref in set(account_refs)}


def field_rights(
    client: Client, user_ref: str, fields: Mapping[str, Collection[str]], *, describe: _Describe
) -> dict[str, Right]:
    """Return what a user may do with fields; see the port. Three calls, and a describe per object.

    Every permission that a user has comes from a permission set that is assigned to them, also
    that of their profile, which owns one, and that of a group, which has one of its own with
    what is muted left out (Object Reference: PermissionSet, PermissionSetAssignment,
    PermissionSetGroup). A right is a row (FieldPermissions, ObjectPermissions); without a row
    there is none. Fields that describe does not call permissionable have no rows and are read
    by whoever reads the object (FieldPermissions, "Special Properties"). Both tables are open
    to users with "View Setup and Configuration" only: without it the question is refused.

    Not counted, so that less is shown: sets that need an activated session, and "View All
    Fields". A field that our own user does not see is no secret: nothing was read from it.
    """
    query.ref(user_ref)
    sets = _sets(client, user_ref)
    gates = _rows(client, "ObjectPermissions", "SobjectType", sets, _gates_of(fields))
    rows = _rows(client, "FieldPermissions", "Field", sets, fields)
    found: dict[str, Right] = {}
    for object_, names in fields.items():
        schema, gate = _described(describe, object_), _gate(object_, gates)
        for name in names:
            right = _least(gate, _right(schema, name, rows, describe)) if schema else Right.EDIT
            if right is not None:
                found[f"{object_}.{name}"] = right
    return found


def _sets(client: Client, user_ref: str) -> list[str]:
    """Return the permission sets that count for a user now."""
    where = [
        query.is_in("AssigneeId", [user_ref]),
        query.is_true("IsActive"),
        query.is_true("PermissionSet.HasActivationRequired", wanted=False),
    ]
    soql = query.select(["PermissionSetId"], "PermissionSetAssignment", where)
    with client.reading():
        return sorted({str(row["PermissionSetId"]) for row in client.query(soql)})


def _rows(
    client: Client, table: str, key: str, sets: Sequence[str], objects: Collection[str]
) -> dict[str, Right]:
    """Return the best right of any set, by the row's key: sets add, and none takes away."""
    found: dict[str, Right] = {}
    for part in chunks(list(sets), _MOST) if objects else ():
        where = [
            query.is_in("ParentId", part),
            query.is_in("SobjectType", sorted(objects)),
            query.is_true("PermissionsRead"),
        ]
        for row in client.query(query.select([key, "PermissionsEdit"], table, where)):
            with client.reading():
                may_edit = row["PermissionsEdit"] is True or found.get(row[key]) is Right.EDIT
                found[str(row[key])] = Right.EDIT if may_edit else Right.READ
    return found


def _gates_of(fields: Mapping[str, Collection[str]]) -> set[str]:
    return {gate for object_ in fields for gate in _GATES.get(object_, (object_,))}


def _gate(object_: str, gates: Mapping[str, Right]) -> Right | None:
    """Return what a user may do with an object at all; None: they may not read it."""
    return _least(*(gates.get(gate) for gate in _GATES.get(object_, (object_,))))


def _least(*rights: Right | None) -> Right | None:
    """Return the least of some rights; None: one of them is none at all."""
    if None in rights:
        return None
    return Right.READ if Right.READ in rights else Right.EDIT


def _described(describe: _Describe, object_: str) -> ObjectSchema | None:
    """Return an object as our user sees it; None: the org has none, so nothing came from it."""
    try:
        return describe(object_)
    except RecordError as error:
        if error.code != "KAM-3210":
            raise
        return None


def _right(
    schema: ObjectSchema, name: str, rows: Mapping[str, Right], describe: _Describe
) -> Right | None:
    """Return what field-level security lets a user do with one field, or one of a parent."""
    if name.startswith("@"):  # made of ids, which everybody reads
        return Right.EDIT
    head, _, rest = name.partition(".")
    if rest:
        return _of_parent(schema, head, rest, rows, describe)
    field = schema.fields.get(name)
    if field is None:
        return Right.EDIT
    if not field.permissioned:
        return Right.EDIT if field.updateable or field.createable else Right.READ
    keys = (f"{schema.object}.{name}", f"{schema.object}.{field.part_of}")
    return next((rows[key] for key in keys if key in rows), None)


def _of_parent(
    schema: ObjectSchema, head: str, rest: str, rows: Mapping[str, Right], describe: _Describe
) -> Right | None:
    """Return the right to a parent's field: the lookup must be readable, and the field too.

    Permissions of the parent's object are not at hand unless the mapping reads it as well; then
    there is no row, and the value is hidden.
    """
    lookup = next((one for one in _lookups(head) if one in schema.fields), None)
    targets = schema.fields[lookup].refers_to if lookup else ()
    if lookup is None or len(targets) != 1 or _right(schema, lookup, rows, describe) is None:
        return None
    parent = _described(describe, targets[0])
    found = _right(parent, rest, rows, describe) if parent else None
    return found and Right.READ


def _lookups(relationship: str) -> Iterator[str]:
    if relationship.endswith("__r"):
        yield f"{relationship[:-1]}c"
    yield f"{relationship}Id"
