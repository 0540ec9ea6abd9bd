"""What another user may see: UserRecordAccess, 200 accounts a query."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.model.access import Right
from kam_salesforce import query
from kam_salesforce.client import Client, chunks

__all__ = ["visible"]

_MOST = 200
"""Records one query may name (Object Reference, UserRecordAccess: Usage)."""
_FIELDS = ("RecordId", "HasReadAccess", "HasEditAccess")


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
