"""The mirror: accounts, people, business, activities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _account()
    _contact()
    _position()
    _opportunity()
    _opportunity_role()
    _activity()
    _activity_person()
    _user()


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("home_connection", sa.String(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("type", sa.String(), nullable=True),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("turnover_amount", sa.String(), nullable=True),
        sa.Column("turnover_currency", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("target", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_parent_id"), "account", ["parent_id"], unique=False)


def _contact() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("home_connection", sa.String(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("aliases", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("manager_id", sa.String(), nullable=True),
        sa.Column("roles", sa.String(), nullable=True),
        sa.Column("bounced", sa.Boolean(), nullable=True),
        sa.Column("bounced_at", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(), nullable=True),
        sa.Column("left_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_account_id"), "contact", ["account_id"], unique=False)


def _position() -> None:
    op.create_table(
        "position",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("manager_id", sa.String(), nullable=True),
        sa.Column("from_on", sa.String(), nullable=True),
        sa.Column("to_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", "number", name=op.f("pk_position")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_position_account_id"), "position", ["account_id"], unique=False)


def _opportunity() -> None:
    op.create_table(
        "opportunity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("home_connection", sa.String(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=True),
        sa.Column("won", sa.Boolean(), nullable=True),
        sa.Column("amount_amount", sa.String(), nullable=True),
        sa.Column("amount_currency", sa.String(), nullable=True),
        sa.Column("closes", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(), nullable=True),
        sa.Column("stage_changed_at", sa.String(), nullable=True),
        sa.Column("contacts", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
    )
    op.create_index(op.f("ix_opportunity_account_id"), "opportunity", ["account_id"], unique=False)


def _opportunity_role() -> None:
    op.create_table(
        "opportunity_role",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("home_connection", sa.String(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("opportunity_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity_role")),
    )
    op.create_index(
        op.f("ix_opportunity_role_contact_id"), "opportunity_role", ["contact_id"], unique=False
    )
    op.create_index(
        op.f("ix_opportunity_role_opportunity_id"),
        "opportunity_role",
        ["opportunity_id"],
        unique=False,
    )


def _activity() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("home_connection", sa.String(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("people", sa.String(), nullable=True),
        sa.Column("held", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_account_id"), "activity", ["account_id"], unique=False)


def _activity_person() -> None:
    op.create_table(
        "activity_person",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "activity_id", name=op.f("pk_activity_person")),
        sqlite_with_rowid=False,
    )


def _user() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("home_connection", sa.String(), nullable=False),
        sa.Column("refs", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.String(), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("federation_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
    )
