"""A PostgreSQL that several tests share, one after the other."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect

__all__ = ["empty"]


def empty(url: str) -> None:
    """Take every row out of our tables."""
    engine = create_engine(url)
    with engine.begin() as connection:
        names = inspect(connection).get_table_names()
        emptied = [f'DELETE FROM "{name}"' for name in names if name != "alembic_version"]
        emptied.insert(0, "SET LOCAL session_replication_role = replica")  # no triggers
        connection.exec_driver_sql("; ".join(emptied))
    engine.dispose()
