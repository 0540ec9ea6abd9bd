"""Tables of the way in: connections, leases, runs, cursors, staged rows, bases, identity."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class ConnectionTable(Base, table=True):
    """What is remembered of one connection."""

    __tablename__ = "connection"
    name: str = Field(primary_key=True)
    crm: str
    org_ref: str | None = None
    writes_enabled_at: str | None = None
    first_applied_at: str | None = None
    paused: bool
    calls_day: str | None = None
    calls_spent: int


class LeaseTable(Base, table=True):
    """Who may work on one thing; the row stays for ever, so that the fence only grows."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    owner: str
    fence: int = Field(sa_type=BigInteger)
    until: str


class SealedTokenTable(Base, table=True):
    """What a person's sign-in left behind; only ``TokenVault`` can read it."""

    __tablename__ = "sealed_token"
    connection: str = Field(primary_key=True)
    sealed: str
    saved_at: str


class RunTable(Base, table=True):
    """The run ledger; a night is paid for once."""

    __tablename__ = "run"
    __table_args__ = (
        Index(
            "ix_run_night",
            "connection",
            "job",
            "local_date",
            unique=True,
            sqlite_where=text("local_date IS NOT NULL"),
            postgresql_where=text("local_date IS NOT NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    connection: str
    job: str
    local_date: str | None = None
    started_at: str = Field(index=True)
    finished_at: str | None = None
    as_of: str | None = None
    state: str
    counts: str
    error_code: str | None = None
    error: str
    preview_id: str | None = None


class StreamCursorTable(Base, table=True):
    """Where a stream stands; written in the transaction that stages its rows."""

    __tablename__ = "stream_cursor"
    connection: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    since: str | None = None
    until: str | None = None
    at: str | None = None
    ref: str


class StagedTable(Base, table=True):
    """The CRM image, one raw record a row.

    ``digest`` is blake2b-8 of the canonical values, ``deleted`` and ``merged_into``. ``dirty``
    counts the changes since the last merge; 0 means merged.
    """

    __tablename__ = "staged"
    __table_args__ = (
        Index(
            "ix_staged_dirty",
            "connection",
            "source",
            "modified_at",
            "ref",
            sqlite_where=text("dirty > 0"),
            postgresql_where=text("dirty > 0"),
        ),
        {"sqlite_with_rowid": False},
    )
    connection: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    modified_at: str
    digest: int = Field(sa_type=BigInteger)
    deleted: bool
    merged_into: str | None = None
    dirty: int
    doc: str


class SweptTable(Base, table=True):
    """Records that the sweep under way has met: what is staged and not here may be gone."""

    __tablename__ = "swept"
    __table_args__ = ({"sqlite_with_rowid": False},)
    connection: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)


class SourceSchemaTable(Base, table=True):
    """The fields a source had when it was last read, as JSON of name and type."""

    __tablename__ = "source_schema"
    connection: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    fields: str


class AgreedTable(Base, table=True):
    """Base and provenance of one CRM record, as one document."""

    __tablename__ = "agreed"
    __table_args__ = (
        Index("ix_agreed_kam_id", "kam_id"),
        {"sqlite_with_rowid": False},
    )
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    source: str
    kam_id: str
    doc: str


class IdentityLinkTable(Base, table=True):
    """CRM records that belong to another KAM id than their default one."""

    __tablename__ = "identity_link"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    kam_id: str = Field(index=True)
    state: str
    evidence: str


class CrmAliasTable(Base, table=True):
    """Records that lost a merge in the CRM, and who won."""

    __tablename__ = "crm_alias"
    connection: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    loser: str = Field(primary_key=True)
    winner: str


class QuarantineTable(Base, table=True):
    """Records and fields that wait for a person."""

    __tablename__ = "quarantine"
    connection: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    direction: str = Field(primary_key=True)
    code: str
    message: str
    first_seen: str
    times: int


class HintTable(Base, table=True):
    """What a CRM told by itself and nobody has looked at yet, one row a record."""

    __tablename__ = "hint"
    connection: str = Field(primary_key=True)
    object: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    at: str
    forget: bool


class HeardTable(Base, table=True):
    """Signatures of the requests of the last minutes: a second one is a replay."""

    __tablename__ = "heard"
    connection: str = Field(primary_key=True)
    signature: str = Field(primary_key=True)
    at: str
