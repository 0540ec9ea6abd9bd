"""The world behind both CRMs: generated from a seed, or loaded from CSV files."""

from __future__ import annotations

from kam_sandbox.world.build import build_world

__all__ = ["build_world"]
