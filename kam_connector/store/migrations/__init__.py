"""Alembic migrations, run from the package."""
