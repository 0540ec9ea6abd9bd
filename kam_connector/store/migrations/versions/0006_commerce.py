"""Cases, contracts, account teams, products, lines, affiliations, rates; record types."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEXT, _TRUTH = sa.String, sa.Boolean


def upgrade() -> None:
    op.add_column("account", sa.Column("record_type", sa.String(), nullable=True))
    op.add_column("account", sa.Column("person", sa.Boolean(), nullable=True))
    op.add_column("contact", sa.Column("record_type", sa.String(), nullable=True))
    op.add_column("opportunity", sa.Column("contract_id", sa.String(), nullable=True))
    op.add_column("opportunity", sa.Column("record_type", sa.String(), nullable=True))
    op.add_column("renewal_cycle", sa.Column("contract_id", sa.String(), nullable=True))
    _case()
    _contract()
    _mirrored("team_member", account_id=_TEXT, user_id=_TEXT, role=_TEXT)
    _index("team_member", "account_id")
    _mirrored("product", name=_TEXT, code=_TEXT, family=_TEXT, active=_TRUTH)
    _line_item()
    _affiliation()
    _mirrored(
        "currency_rate", currency=_TEXT, rate=_TEXT, starts=_TEXT, ends=_TEXT, corporate=_TRUTH
    )


def _mirrored(name: str, /, **columns: type[sa.String | sa.Boolean | sa.Integer]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("home_connection", sa.String(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        *(sa.Column(column, type_(), nullable=True) for column, type_ in columns.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _case() -> None:
    _mirrored(
        "case",
        account_id=_TEXT,
        contact_id=_TEXT,
        subject=_TEXT,
        status=_TEXT,
        priority=_TEXT,
        closed=_TRUTH,
        escalated=_TRUTH,
        opened_at=_TEXT,
        closed_at=_TEXT,
        owner_id=_TEXT,
    )
    _index("case", "account_id")


def _contract() -> None:
    _mirrored(
        "contract",
        account_id=_TEXT,
        number=_TEXT,
        status=_TEXT,
        active=_TRUTH,
        starts=_TEXT,
        ends=_TEXT,
        notice_days=sa.Integer,
        value_amount=_TEXT,
        value_currency=_TEXT,
        owner_id=_TEXT,
    )
    _index("contract", "account_id")


def _line_item() -> None:
    _mirrored(
        "line_item",
        opportunity_id=_TEXT,
        product_id=_TEXT,
        name=_TEXT,
        quantity=_TEXT,
        amount_amount=_TEXT,
        amount_currency=_TEXT,
        on=_TEXT,
    )
    _index("line_item", "opportunity_id")


def _affiliation() -> None:
    _mirrored(
        "affiliation",
        account_id=_TEXT,
        contact_id=_TEXT,
        direct=_TRUTH,
        active=_TRUTH,
        roles=_TEXT,
        starts=_TEXT,
        ends=_TEXT,
    )
    _index("affiliation", "account_id")
    _index("affiliation", "contact_id")
