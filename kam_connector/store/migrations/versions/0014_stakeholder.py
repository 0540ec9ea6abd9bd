"""What our people say of the customer's people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stakeholder",
        sa.Column("asserted_by", sa.String(), nullable=False),
        sa.Column("asserted_on", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("expires_on", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=True),
        sa.Column("influence", sa.Integer(), nullable=True),
        sa.Column("support", sa.String(), nullable=True),
        sa.Column("engagement", sa.Integer(), nullable=True),
        sa.Column("access", sa.String(), nullable=True),
        sa.Column("decides_by", sa.String(), nullable=True),
        sa.Column("needs", sa.String(), nullable=True),
        sa.Column("desired", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder")),
    )
    op.create_index(op.f("ix_stakeholder_account_id"), "stakeholder", ["account_id"], unique=False)
    op.create_index(op.f("ix_stakeholder_contact_id"), "stakeholder", ["contact_id"], unique=False)
    op.create_table(
        "people_edge",
        sa.Column("asserted_by", sa.String(), nullable=False),
        sa.Column("asserted_on", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("expires_on", sa.String(), nullable=True),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("from_contact_id", sa.String(), nullable=False),
        sa.Column("to_contact_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.String(), nullable=True),
        sa.Column("to_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_edge")),
    )
    op.create_index(op.f("ix_people_edge_account_id"), "people_edge", ["account_id"], unique=False)
    op.create_table(
        "profile_path",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("proofs", sa.String(), nullable=True),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("cadence_days", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_path")),
    )
