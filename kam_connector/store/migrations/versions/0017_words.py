"""What people add to objectives, actions and signals."""

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
    ):
        op.add_column("action", sa.Column(name, sa.String(), nullable=True))
    for name in ("assigned_to", "due", "snoozed_until"):
        op.add_column("signal", sa.Column(name, sa.String(), nullable=True))
