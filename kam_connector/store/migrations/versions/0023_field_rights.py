"""What CRMs said of single fields, beside what they said of accounts.

What was heard before says nothing of fields, which would read as "this CRM does not tell": it is
forgotten, and asked for anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM heard_rights")
    for name in ("field_edits", "field_reads"):
        op.add_column("heard_rights", sa.Column(name, sa.String(), nullable=True))
