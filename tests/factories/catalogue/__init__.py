"""The catalogue of bad inputs: what goes wrong, and what a person is told."""

from __future__ import annotations

from tests.factories.catalogue.row import Bad

__all__ = ["Bad"]
