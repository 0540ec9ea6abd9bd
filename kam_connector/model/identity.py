"""Who is who: our ids, and the CRM records behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from kam_connector.model.kind import Kind

__all__ = [
    "CopiedRecord",
    "CrmIdentity",
    "IdentityLink",
    "MatchState",
    "RecordKey",
    "kam_id",
    "kind_of",
]

_PREFIX = {
    Kind.ACCOUNT: "acc",
    Kind.CONTACT: "con",
    Kind.OPPORTUNITY: "opp",
    Kind.OPPORTUNITY_ROLE: "rol",
    Kind.ACTIVITY: "act",
    Kind.USER: "usr",
    Kind.CASE: "cas",
    Kind.CONTRACT: "ctr",
    Kind.TEAM_MEMBER: "mem",
    Kind.PRODUCT: "prd",
    Kind.LINE_ITEM: "lin",
    Kind.AFFILIATION: "aff",
    Kind.CURRENCY_RATE: "rat",
    Kind.PLAN: "pln",
    Kind.OBJECTIVE: "obj",
    Kind.MEASURE: "msr",
    Kind.TASK: "tsk",
}
_KIND = {prefix: kind for kind, prefix in _PREFIX.items()}


class RecordKey(NamedTuple):
    """One record of one CRM connection."""

    connection: str
    kind: Kind
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedRecord:
    """A record that one CRM copied from another, as it says itself."""

    key: RecordKey
    kam_id: str
    copy_of: str
    """The original's ref, in a connection that is not named."""


class MatchState:
    """How sure we are that two CRM records are one."""

    AUTOMATIC = "automatic"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    SUBSIDIARY = "subsidiary"
    """Confirmed as two accounts, the second below the first."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLink:
    """A CRM record that belongs to a KAM id other than its own default one."""

    key: RecordKey
    kam_id: str
    state: str
    """One of MatchState; only automatic and confirmed links take effect."""
    evidence: str
    """Why, in words a person can check."""

    @property
    def own_id(self) -> str:
        """The id the record would have by itself."""
        return kam_id(self.key.kind, self.key.connection, self.key.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmIdentity:
    """Who answers at the other end of a connection."""

    org_ref: str
    """The org's or portal's own id: state of one org refuses another (INV12)."""
    user_ref: str
    user_name: str
    api_version: str
    currency: str
    time_zone: str
    now: datetime
    """The CRM's clock, aware."""


def kam_id(kind: Kind, connection: str, ref: str) -> str:
    """Return the default id of a CRM record: the same whenever it is asked.

    Derived, so that a contact pulled before its account already points at it
    (order independence, INV11). Only records matched across CRMs or merged need a row.
    """
    digest = blake2b(f"{connection}\x1f{kind}\x1f{ref}".encode(), digest_size=10)
    return f"{_PREFIX[kind]}_{digest.hexdigest()}"


def kind_of(text: str) -> Kind | None:
    """Return the kind of record that *text* is our id of; None when it is no id of ours."""
    prefix, _, rest = text.partition("_")
    return _KIND.get(prefix) if rest.isalnum() and rest.isascii() else None
