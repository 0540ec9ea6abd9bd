"""The schema's home: SQLModel classes for definition, Core tables for all work.

A ``table=True`` model validates nothing (SQLModel by design), so these classes are storage
only: values come in and go out as the frozen dataclasses of ``model``. Instants and days are
text in ISO order (the same bytes, the same sorting on both databases), decimals are text,
nested values are JSON text.
"""

from __future__ import annotations

from sqlalchemy import MetaData, Table

from kam_connector.store.tables import (  # noqa: F401  (they register)
    access,
    audit,
    commerce,
    conflicts,
    erasure,
    kam,
    layer,
    mirror,
    pull,
    rails,
    write,
)
from kam_connector.store.tables.registry import Base

__all__ = ["METADATA", "table"]

METADATA: MetaData = Base.metadata
"""Every table of the store."""


def table(name: str) -> Table:
    """Return the Core table of that name."""
    return METADATA.tables[name]
