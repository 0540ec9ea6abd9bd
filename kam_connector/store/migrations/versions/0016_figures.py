"""Figures that people import, and those computed from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revenue_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("revenue", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("cost_of_goods", sa.String(), nullable=True),
        sa.Column("product_line", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revenue_line")),
    )
    op.create_index(
        op.f("ix_revenue_line_account_id"), "revenue_line", ["account_id"], unique=False
    )
    op.create_table(
        "cost_line",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
    )
    op.create_index(op.f("ix_cost_line_account_id"), "cost_line", ["account_id"], unique=False)
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.String(), nullable=False),
        sa.Column("score", sa.String(), nullable=True),
        sa.Column("verbatim", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
    )
    op.create_index(
        op.f("ix_survey_answer_account_id"), "survey_answer", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_survey_answer_contact_id"), "survey_answer", ["contact_id"], unique=False
    )
    op.create_table(
        "wallet",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("product_line", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("spend", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet")),
    )
    op.create_index(op.f("ix_wallet_account_id"), "wallet", ["account_id"], unique=False)
    op.create_table(
        "catalogue_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("product_line", sa.String(), nullable=False),
        sa.Column("margin_percent", sa.String(), nullable=True),
        sa.Column("segments", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_item")),
    )
    op.create_table(
        "offer_position",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("product_line", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("competitor", sa.String(), nullable=True),
        sa.Column("contract_ends_on", sa.String(), nullable=True),
        sa.Column("potential", sa.String(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("written_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_position")),
    )
    op.create_index(
        op.f("ix_offer_position_account_id"), "offer_position", ["account_id"], unique=False
    )
    op.create_table(
        "outside_news",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("on", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_news")),
    )
    op.create_index(
        op.f("ix_outside_news_account_id"), "outside_news", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_outside_news_contact_id"), "outside_news", ["contact_id"], unique=False
    )
    op.create_table(
        "kpi_value",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_value")),
    )
    op.create_index(op.f("ix_kpi_value_account_id"), "kpi_value", ["account_id"], unique=False)
