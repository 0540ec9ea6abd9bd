"""Stable codes of a plan's versions."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-7061": (
        "A plan's versions do not allow it now: one waits for a decision already, none does, or "
        "nothing changed since the last approval. kam plan versions shows them."
    ),
    "KAM-7062": (
        "Who put a version forward may not approve it: four eyes. Somebody else approves it, or "
        "[kam] plan_four_eyes = false lets one person do both."
    ),
    "KAM-7063": (
        "A version of a plan is not what was put forward: its content no longer fits its seal, "
        "and no erasure of a person's name explains it. Look who had access to the database."
    ),
}
