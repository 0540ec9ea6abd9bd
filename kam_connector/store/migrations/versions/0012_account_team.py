"""Account teams: who works for whom, hands over to whom, and how they find it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teammate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("circle", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("function", sa.String(), nullable=True),
        sa.Column("line_manager_id", sa.String(), nullable=True),
        sa.Column("time_share_agreed", sa.String(), nullable=True),
        sa.Column("time_share_actual", sa.String(), nullable=True),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("agreed_on", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("from_on", sa.String(), nullable=True),
        sa.Column("to_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teammate")),
    )
    op.create_index(op.f("ix_teammate_account_id"), "teammate", ["account_id"], unique=False)
    op.create_table(
        "responsibility",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("raci", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
    )
    op.create_index(
        op.f("ix_responsibility_account_id"), "responsibility", ["account_id"], unique=False
    )
    op.create_table(
        "contact_coverage",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("primary", sa.Boolean(), nullable=False),
        sa.Column("declared", sa.String(), nullable=True),
        sa.Column("desired", sa.String(), nullable=True),
        sa.Column("declared_by", sa.String(), nullable=True),
        sa.Column("declared_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_coverage")),
    )
    op.create_index(
        op.f("ix_contact_coverage_account_id"), "contact_coverage", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_contact_coverage_contact_id"), "contact_coverage", ["contact_id"], unique=False
    )
    op.create_table(
        "executive_pair",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("cadence_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executive_pair")),
    )
    op.create_index(
        op.f("ix_executive_pair_account_id"), "executive_pair", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_executive_pair_contact_id"), "executive_pair", ["contact_id"], unique=False
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("opened_on", sa.String(), nullable=False),
        sa.Column("from_user_id", sa.String(), nullable=True),
        sa.Column("to_user_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("closed_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_account_id"), "handover", ["account_id"], unique=False)
    op.create_index(op.f("ix_handover_contact_id"), "handover", ["contact_id"], unique=False)
    op.create_table(
        "handover_step",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("handover_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("done_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_step")),
    )
    op.create_index(
        op.f("ix_handover_step_account_id"), "handover_step", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_handover_step_contact_id"), "handover_step", ["contact_id"], unique=False
    )
    op.create_table(
        "team_pulse",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("on", sa.String(), nullable=False),
        sa.Column("clarity", sa.Integer(), nullable=False),
        sa.Column("workload", sa.Integer(), nullable=False),
        sa.Column("priorities", sa.Integer(), nullable=False),
        sa.Column("collaboration", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_pulse")),
    )
    op.create_index(op.f("ix_team_pulse_account_id"), "team_pulse", ["account_id"], unique=False)
