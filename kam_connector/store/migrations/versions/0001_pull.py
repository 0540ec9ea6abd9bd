"""The way in: connections, leases, runs, cursors, staged rows, bases, identity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _connection()
    _lease()
    _run()
    _stream_cursor()
    _staged()
    _agreed()
    _identity_link()
    _crm_alias()
    _quarantine()


def _connection() -> None:
    op.create_table(
        "connection",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("crm", sa.String(), nullable=False),
        sa.Column("org_ref", sa.String(), nullable=True),
        sa.Column("writes_enabled_at", sa.String(), nullable=True),
        sa.Column("first_applied_at", sa.String(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("calls_day", sa.String(), nullable=True),
        sa.Column("calls_spent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_connection")),
    )


def _lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def _run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("local_date", sa.String(), nullable=True),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.Column("finished_at", sa.String(), nullable=True),
        sa.Column("as_of", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("preview_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(
        "ix_run_night",
        "run",
        ["connection", "job", "local_date"],
        unique=True,
        sqlite_where=sa.text("local_date IS NOT NULL"),
        postgresql_where=sa.text("local_date IS NOT NULL"),
    )
    op.create_index(op.f("ix_run_started_at"), "run", ["started_at"], unique=False)


def _stream_cursor() -> None:
    op.create_table(
        "stream_cursor",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=True),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "source", "stream", name=op.f("pk_stream_cursor")),
    )


def _staged() -> None:
    op.create_table(
        "staged",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("modified_at", sa.String(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("dirty", sa.Integer(), nullable=False),
        sa.Column("doc", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "source", "ref", name=op.f("pk_staged")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_staged_dirty",
        "staged",
        ["connection", "source", "modified_at", "ref"],
        unique=False,
        sqlite_where=sa.text("dirty > 0"),
        postgresql_where=sa.text("dirty > 0"),
    )


def _agreed() -> None:
    op.create_table(
        "agreed",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kam_id", sa.String(), nullable=False),
        sa.Column("doc", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "kind", "ref", name=op.f("pk_agreed")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_agreed_kam_id", "agreed", ["kam_id"], unique=False)


def _identity_link() -> None:
    op.create_table(
        "identity_link",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("kam_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "kind", "ref", name=op.f("pk_identity_link")),
    )
    op.create_index(op.f("ix_identity_link_kam_id"), "identity_link", ["kam_id"], unique=False)


def _crm_alias() -> None:
    op.create_table(
        "crm_alias",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("loser", sa.String(), nullable=False),
        sa.Column("winner", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "kind", "loser", name=op.f("pk_crm_alias")),
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("first_seen", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection", "source", "ref", "field", "direction", name=op.f("pk_quarantine")
        ),
    )
