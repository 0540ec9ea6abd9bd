"""Who may see an account, and UserRecordAccess, which tells it.

The org-wide default of accounts is "Public Read/Write" unless the org has the feature
``private_accounts`` or ``read_only_accounts``. Beyond it an account is open to its owner, to
users in a role above the owner's, to its account team (at the level of the team member), and
to users with "View All Data" or "Modify All Data" (Salesforce help, "Control Access Using
Sharing"). Sharing rules, manual shares and territories are not built.

Rows of UserRecordAccess (Object Reference): a query names one user and up to 200 records;
records that the asking user cannot read are left out, as are those that do not exist;
restriction rules are not considered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import whole_id
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.soql_tree import Comparison, Condition, Junction, Literal, Query

__all__ = ["OBJECT", "access_rows"]

OBJECT = "UserRecordAccess"
_MOST = 200
"""Records one query may name (UserRecordAccess, Usage)."""
_LEVELS = ("None", "Read", "Edit", "Delete", "Transfer", "All")
_NEEDED = {
    "HasReadAccess": 1,
    "HasEditAccess": 2,
    "HasDeleteAccess": 3,
    "HasTransferAccess": 4,
    "HasAllAccess": 5,
}


def access_rows(org: Org, query: Query) -> list[dict[str, Any]]:
    """Answer a query of UserRecordAccess.

    Raises:
        ApiError: No user or record is named, too many are, or a field is none of the object's.
    """
    named = _named(query.where)
    users, ids = named.pop("UserId", ()), named.pop("RecordId", ())
    if len(users) != 1 or not ids:
        message = "UserRecordAccess: filter by one UserId and by RecordId"
        raise ApiError(400, "MALFORMED_QUERY", message)
    if len(ids) > _MOST:
        message = f"Number of records exceeds limit: {_MOST}"
        raise ApiError(400, "EXCEEDED_ID_LIMIT", message)
    user = org.records.get("User", whole_id(str(users[0])) or "")
    rows = []
    for id_ in dict.fromkeys(whole_id(str(one)) or "" for one in ids):
        record = org.records.get("Account", id_)
        if record is None or record.deleted_at is not None:
            continue
        level = 0 if user is None else _level(org, user, record)
        if all(level >= _NEEDED[name] for name in named):
            rows.append(_row(query.fields, id_, level))
    return rows


def _row(fields: list[str], id_: str, level: int) -> dict[str, Any]:
    shown: dict[str, Any] = {"attributes": {"type": OBJECT}}
    for name in fields:
        if name == "RecordId":
            shown[name] = id_
        elif name == "MaxAccessLevel":
            shown[name] = _LEVELS[level]
        elif name in _NEEDED:
            shown[name] = level >= _NEEDED[name]
        else:
            message = f"No such column '{name}' on entity '{OBJECT}'"
            raise ApiError(400, "INVALID_FIELD", message)
    return shown


def _named(where: Condition | None) -> dict[str, tuple[Any, ...]]:
    """Return the values of each field that a conjunction of ``=`` and ``IN`` names."""
    parts = where.parts if isinstance(where, Junction) and where.operator == "AND" else (where,)
    found: dict[str, tuple[Any, ...]] = {}
    for part in parts:
        if not isinstance(part, Comparison) or part.operator not in ("=", "IN"):
            raise ApiError(400, "MALFORMED_QUERY", "UserRecordAccess: only = and IN, joined by AND")
        value = part.value
        if isinstance(value, Literal):
            found[part.field] = (value.value,)
        elif isinstance(value, tuple):
            found[part.field] = tuple(one.value for one in value)
    unknown = found.keys() - {"UserId", "RecordId", *_NEEDED}
    if unknown:
        message = f"No such column '{min(unknown)}' on entity '{OBJECT}'"
        raise ApiError(400, "INVALID_FIELD", message)
    return found


def _level(org: Org, user: Record, account: Record) -> int:
    """Return a user's level at an account; an inactive user has none."""
    if not user.fields.get("IsActive"):
        return 0
    return max(
        _by_default(org), _by_ownership(org, user, account), _by_team(org, user, account),
        _by_permission(org, user),
    )  # fmt: skip


def _by_default(org: Org) -> int:
    if org.world.has("private_accounts"):
        return 0
    return 1 if org.world.has("read_only_accounts") else 2


def _by_ownership(org: Org, user: Record, account: Record) -> int:
    owner = org.records.get("User", str(account.fields.get("OwnerId") or ""))
    if owner is None:
        return 0
    above = set(_roles_above(org, owner))
    is_above = (user.fields.get("UserRoleId") or "") in above
    return 5 if owner.id == user.id or is_above else 0


def _roles_above(org: Org, owner: Record) -> Iterator[str]:
    role = org.records.get("UserRole", str(owner.fields.get("UserRoleId") or ""))
    while role is not None and (parent := role.fields.get("ParentRoleId")):
        yield str(parent)
        role = org.records.get("UserRole", str(parent))


def _by_team(org: Org, user: Record, account: Record) -> int:
    if not org.world.has("account_teams"):
        return 0
    levels = [
        _LEVELS.index(str(one.fields.get("AccountAccessLevel") or "Read"))
        for one in org.records.all("AccountTeamMember")
        if one.fields.get("AccountId") == account.id and one.fields.get("UserId") == user.id
    ]
    return max(levels, default=0)


def _by_permission(org: Org, user: Record) -> int:
    profile = org.records.get("Profile", str(user.fields.get("ProfileId") or ""))
    fields = profile.fields if profile is not None else {}
    if fields.get("PermissionsModifyAllData"):
        return 5
    return 1 if fields.get("PermissionsViewAllData") else 0
