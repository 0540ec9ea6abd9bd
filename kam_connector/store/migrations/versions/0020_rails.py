"""What the rails remember: stops, paused fields, approvals, and what a preview says of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stop_order",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_stop_order")),
    )
    op.create_table(
        "paused_field",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("between", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection", "object", "ref", "field", name=op.f("pk_paused_field")
        ),
    )
    op.create_table(
        "approval",
        sa.Column("preview_id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("preview_id", "actor", name=op.f("pk_approval")),
    )
    for name in ("rails", "pausing"):
        op.add_column("preview", sa.Column(name, sa.String(), nullable=False, server_default="[]"))
    op.create_index("ix_journal_record", "journal", ["connection", "ref", "at"], unique=False)
