"""What people add to objectives, actions and signals, and what they did about signals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("objective") as objective:
        objective.alter_column("target", existing_type=sa.String(), nullable=True)
        objective.add_column(
            sa.Column("nature", sa.String(), nullable=False, server_default="quantitative")
        )
        for name in (
            "theme",
            "owner_id",
            "success_criterion",
            "made_by",
            "set_on",
            "last",
        ):
            objective.add_column(sa.Column(name, sa.String(), nullable=True))
        objective.add_column(
            sa.Column("customer_shared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column(
        "action",
        sa.Column("milestone", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name in (
        "success_indicator",
        "objective_id",
        "initiative_id",
        "playbook_run_id",
        "made_by",
        "digest_week",
    ):
        op.add_column("action", sa.Column(name, sa.String(), nullable=True))
    for name in ("assigned_to", "due", "snoozed_until"):
        op.add_column("signal", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "signal_act",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("signal_key", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("acted_by", sa.String(), nullable=False),
        sa.Column("acted_at", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_act")),
    )
    op.create_index(op.f("ix_signal_act_account_id"), "signal_act", ["account_id"], unique=False)
    op.create_table(
        "signal_trial",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("began_on", sa.String(), nullable=False),
        sa.Column("ended_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_trial")),
    )
