"""The audit log: one entry a write or decision, each chained to the one before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SQLITE = (
    """CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
    WHEN OLD.number > (SELECT coalesce(max(trimmed), 0) FROM audit_head)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
)
_POSTGRES = (
    """CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND OLD.number <= (SELECT coalesce(max(trimmed), 0) FROM audit_head)
    THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '23001'; END $$""",
    """CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
)
"""Against mistakes, not against an enemy: who may drop a trigger is found by the chain."""


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("connection", sa.String(), nullable=True),
        sa.Column("object", sa.String(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("salted", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_run_id"), "audit_entry", ["run_id"], unique=False)
    op.create_table(
        "audit_subject",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("value_salt", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("kam_id", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_subject")),
    )
    op.create_index(op.f("ix_audit_subject_ref"), "audit_subject", ["ref"], unique=False)
    op.create_index(op.f("ix_audit_subject_kam_id"), "audit_subject", ["kam_id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("trimmed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRES if postgres else _SQLITE:
        op.execute(statement)
