"""What account plans say: sections, SWOT, risks, shared value, versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_frame",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("segments", sa.String(), nullable=False),
        sa.Column("horizon_from", sa.String(), nullable=True),
        sa.Column("horizon_to", sa.String(), nullable=True),
        sa.Column("parent_account_id", sa.String(), nullable=True),
        sa.Column("local_owner_id", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("vision", sa.String(), nullable=True),
        sa.Column("customer_goals", sa.String(), nullable=False),
        sa.Column("partnership", sa.String(), nullable=True),
        sa.Column("partnership_wanted", sa.String(), nullable=True),
        sa.Column("exclusivity", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_frame")),
    )
    op.create_index(op.f("ix_plan_frame_account_id"), "plan_frame", ["account_id"], unique=False)
    op.create_table(
        "plan_section",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_on", sa.String(), nullable=False),
        sa.Column("reviewed_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_section")),
    )
    op.create_index(
        op.f("ix_plan_section_account_id"), "plan_section", ["account_id"], unique=False
    )
    op.create_table(
        "plan_version",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
    )
    op.create_index(
        op.f("ix_plan_version_account_id"), "plan_version", ["account_id"], unique=False
    )
    op.create_table(
        "swot_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("quadrant", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("objective_id", sa.String(), nullable=True),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("written_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swot_item")),
    )
    op.create_index(op.f("ix_swot_item_account_id"), "swot_item", ["account_id"], unique=False)
    op.create_table(
        "competitor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("product_line", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("strength", sa.Integer(), nullable=True),
        sa.Column("contract_ends_on", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competitor")),
    )
    op.create_index(op.f("ix_competitor_account_id"), "competitor", ["account_id"], unique=False)
    op.create_index(op.f("ix_competitor_contact_id"), "competitor", ["contact_id"], unique=False)
    op.create_table(
        "tactic",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("objective_id", sa.String(), nullable=True),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tactic")),
    )
    op.create_index(op.f("ix_tactic_account_id"), "tactic", ["account_id"], unique=False)
    op.create_table(
        "initiative",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("objective_id", sa.String(), nullable=True),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("starts_on", sa.String(), nullable=True),
        sa.Column("due", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative")),
    )
    op.create_index(op.f("ix_initiative_account_id"), "initiative", ["account_id"], unique=False)
    op.create_table(
        "risk",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("mitigation", sa.String(), nullable=True),
        sa.Column("contingency", sa.String(), nullable=True),
        sa.Column("trigger", sa.String(), nullable=True),
        sa.Column("review_on", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk")),
    )
    op.create_index(op.f("ix_risk_account_id"), "risk", ["account_id"], unique=False)
    op.create_table(
        "shared_value",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("benefit_us", sa.String(), nullable=True),
        sa.Column("benefit_them", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_value")),
    )
    op.create_index(
        op.f("ix_shared_value_account_id"), "shared_value", ["account_id"], unique=False
    )
    op.create_table(
        "communication_charter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("cadence", sa.String(), nullable=True),
        sa.Column("escalation_path", sa.String(), nullable=True),
        sa.Column("we_expect", sa.String(), nullable=True),
        sa.Column("they_expect", sa.String(), nullable=True),
        sa.Column("joint_goals", sa.String(), nullable=False),
        sa.Column("signed_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communication_charter")),
    )
    op.create_index(
        op.f("ix_communication_charter_account_id"),
        "communication_charter",
        ["account_id"],
        unique=False,
    )
    op.create_table(
        "shared_space",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_space")),
    )
    op.create_index(
        op.f("ix_shared_space_account_id"), "shared_space", ["account_id"], unique=False
    )
    op.create_table(
        "insight",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("on", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("source_function", sa.String(), nullable=True),
        sa.Column("author_id", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("expires_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight")),
    )
    op.create_index(op.f("ix_insight_account_id"), "insight", ["account_id"], unique=False)
