"""Runs migrations on the connection the store hands over."""

from __future__ import annotations

from alembic import context

from kam_connector.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
