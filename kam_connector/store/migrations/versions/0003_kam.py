"""The KAM layer: key accounts, plans, actions, signals, scores, outcomes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _key_account()
    _renewal_cycle()
    _plan()
    _action()
    _signal()
    _score()
    _strength()
    _outcome()


def _key_account() -> None:
    op.create_table(
        "key_account",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("left_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_key_account")),
    )


def _renewal_cycle() -> None:
    op.create_table(
        "renewal_cycle",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("opportunity_id", sa.String(), nullable=True),
        sa.Column("opens", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_cycle")),
    )
    op.create_index(
        op.f("ix_renewal_cycle_account_id"), "renewal_cycle", ["account_id"], unique=False
    )


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("next_review", sa.String(), nullable=True),
        sa.Column("updated_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_plan")),
    )


def _action() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("signal_key", sa.String(), nullable=True),
        sa.Column("created_on", sa.String(), nullable=False),
        sa.Column("closed_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    op.create_index(op.f("ix_action_account_id"), "action", ["account_id"], unique=False)


def _signal() -> None:
    op.create_table(
        "signal",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("opportunity_id", sa.String(), nullable=True),
        sa.Column("first_seen", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_signal")),
    )


def _score() -> None:
    op.create_table(
        "score",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("data_coverage", sa.String(), nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("caps", sa.String(), nullable=False),
        sa.Column("counterfactual", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("before_as_of", sa.String(), nullable=True),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("inputs", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", "as_of", name=op.f("pk_score")),
    )


def _strength() -> None:
    op.create_table(
        "strength",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("depth", sa.String(), nullable=False),
        sa.Column("our_people", sa.Integer(), nullable=False),
        sa.Column("last_two_way", sa.String(), nullable=True),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_strength")),
    )


def _outcome() -> None:
    op.create_table(
        "outcome",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("values", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("as_of", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_outcome")),
    )
