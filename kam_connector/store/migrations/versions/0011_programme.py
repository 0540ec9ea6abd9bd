"""The programme: its people, rhythm, method and money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("strategy", sa.String(), nullable=True),
        sa.Column("goals", sa.String(), nullable=False),
        sa.Column("lead_id", sa.String(), nullable=True),
        sa.Column("sponsor_id", sa.String(), nullable=True),
        sa.Column("started_on", sa.String(), nullable=True),
        sa.Column("maturity", sa.String(), nullable=False),
        sa.Column("review_months", sa.Integer(), nullable=False),
        sa.Column("account_cap", sa.Integer(), nullable=True),
        sa.Column("baseline_margin", sa.String(), nullable=True),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_table(
        "programme_member",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("responsibility", sa.String(), nullable=False),
        sa.Column("fte", sa.String(), nullable=False),
        sa.Column("from_on", sa.String(), nullable=True),
        sa.Column("to_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_member")),
    )
    op.create_table(
        "roadmap_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("pillar", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("done_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadmap_item")),
    )
    op.create_table(
        "programme_cost",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_cost")),
    )
    op.create_table(
        "ritual",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pillar", sa.String(), nullable=False),
        sa.Column("cadence_days", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("last_held_on", sa.String(), nullable=True),
        sa.Column("next_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ritual")),
    )
    op.create_index(op.f("ix_ritual_account_id"), "ritual", ["account_id"], unique=False)
    op.create_table(
        "criterion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("weight", sa.String(), nullable=False),
        sa.Column("low", sa.String(), nullable=False),
        sa.Column("high", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
    )
    op.create_table(
        "selection_score",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("criterion_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("scored_by", sa.String(), nullable=False),
        sa.Column("scored_on", sa.String(), nullable=False),
        sa.Column("rationale", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_score")),
    )
    op.create_index(
        op.f("ix_selection_score_account_id"), "selection_score", ["account_id"], unique=False
    )
    op.create_table(
        "competency",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.String(), nullable=False),
        sa.Column("training", sa.String(), nullable=True),
        sa.Column("trained_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency")),
    )
    op.create_table(
        "internal_sla",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("actual", sa.String(), nullable=True),
        sa.Column("measured_on", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_sla")),
    )
    op.create_index(
        op.f("ix_internal_sla_account_id"), "internal_sla", ["account_id"], unique=False
    )
    op.create_table(
        "kept_change",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_kept_change")),
    )
    op.create_index(op.f("ix_kept_change_account_id"), "kept_change", ["account_id"], unique=False)
    op.create_index(op.f("ix_kept_change_record_id"), "kept_change", ["record_id"], unique=False)
