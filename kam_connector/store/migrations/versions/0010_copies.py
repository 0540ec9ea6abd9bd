"""Records that a CRM copied from another connected one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("account", "contact", "opportunity", "activity"):
        op.add_column(name, sa.Column("copy_of", sa.String(), nullable=True))
        op.create_index(
            f"ix_{name}_copy_of",
            name,
            ["copy_of"],
            unique=False,
            sqlite_where=sa.text("copy_of IS NOT NULL"),
            postgresql_where=sa.text("copy_of IS NOT NULL"),
        )
