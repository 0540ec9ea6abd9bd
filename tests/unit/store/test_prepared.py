"""Conditions of statements that are built once."""

from __future__ import annotations

import pytest
from sqlalchemy import Dialect, column, select
from sqlalchemy.dialects import postgresql, sqlite

from kam_connector.store.prepared import listed, matching
from kam_connector.store.tables import table

STAGED = table("staged")
EACH = pytest.mark.parametrize(
    ("dialect", "given"),
    [(sqlite.dialect(), '["a","b"]'), (postgresql.psycopg.dialect(), ["a", "b"])],
    ids=["sqlite", "postgresql"],
)


def test_any_number_of_texts_is_one_value_of_sqlite() -> None:
    """A list of ten thousand is the same statement as a list of one, and an index serves it."""
    wanted = select(STAGED.c.ref).where(listed(STAGED.c.ref, "refs"))
    text = str(wanted.compile(dialect=sqlite.dialect()))
    assert text.endswith("WHERE (staged.ref IN (SELECT value FROM json_each(?)))")


def test_any_number_of_texts_is_one_array_of_postgresql() -> None:
    """PostgreSQL plans an array like a list of constants."""
    wanted = select(STAGED.c.ref).where(listed(STAGED.c.ref, "refs"))
    text = str(wanted.compile(dialect=postgresql.psycopg.dialect()))
    assert text.endswith("WHERE (staged.ref = ANY (%(refs)s::VARCHAR[]))")


@EACH
def test_texts_are_given_as_each_database_takes_them(dialect: Dialect, given: object) -> None:
    """JSON for the one, a list for the other, of whatever holds the texts."""
    condition = listed(column("ref"), "refs")
    place = next(iter(condition.clauses.clauses[1:]))  # type: ignore[attr-defined]
    assert place.type.process_bind_param(iter(("a", "b")), dialect) == given


def test_places_have_the_names_of_columns() -> None:
    """What is given by name reaches the column of that name."""
    wanted = select(STAGED.c.ref).where(matching(STAGED, "connection", "source"))
    assert set(wanted.compile().params) == {"connection", "source"}
