"""Objectives of account plans, their measures, and what a plan is known by in a CRM."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("id", sa.String(), nullable=True))
    op.add_column("plan", sa.Column("opened_on", sa.String(), nullable=True))
    op.create_table(
        "objective",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("baseline", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("settled_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
    )
    op.create_index(op.f("ix_objective_account_id"), "objective", ["account_id"], unique=False)
    op.create_table(
        "measure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("objective_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value_type", sa.String(), nullable=False),
        sa.Column("current", sa.String(), nullable=True),
        sa.Column("target", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(op.f("ix_measure_objective_id"), "measure", ["objective_id"], unique=False)
