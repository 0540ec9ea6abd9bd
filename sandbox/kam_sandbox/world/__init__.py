"""The world behind both CRMs: generated from a seed, or loaded from CSV files."""

from __future__ import annotations

from kam_sandbox.world.build import build_world
from kam_sandbox.world.load import load_world

__all__ = ["build_world", "load_world"]
