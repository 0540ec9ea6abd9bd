"""Who may see what: the CRM's own rules as last heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_rights",
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("user_ref", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("edits", sa.String(), nullable=False),
        sa.Column("reads", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "user_ref", name=op.f("pk_heard_rights")),
    )
