"""One bad input of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kam_connector.testing import MemoryCrm

__all__ = ["CONNECTION", "Bad"]

CONNECTION = '[connections.us]\ncrm = "hubspot"\naccess_token = "env:KAM_TEST_TOKEN"\n'
"""A sound connection: what stands in config.toml unless a row says otherwise."""


def _nothing(_folder: Path) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A command on bad input, and the answer that it must give."""

    row: str
    """As in the catalogue: ``C4``."""
    case: str
    """What is bad, in two or three words."""
    exit_code: int
    code: str = ""
    """The stable code; empty: accepted, with or without a warning."""
    where: str = ""
    """What the message names: file and line, setting, field, connection."""
    what: tuple[str, ...] = ()
    """Further words of the message."""
    fix: str = ""
    """Words of the hint, or of the message where it says itself what to do."""
    words: tuple[str, ...] = ("status",)
    files: Mapping[str, str | bytes] = field(default_factory=lambda: {"config.toml": CONNECTION})
    environ: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], object] = _nothing
    crm: Callable[[], MemoryCrm] | None = None
    """The CRM in memory that answers, where one is asked."""
    faults: tuple[Mapping[str, Any], ...] = ()
    """What the served CRM does wrong; ``{endpoint}`` in the configuration is its address."""
    never: tuple[str, ...] = ()
    """What must not be repeated: a secret, a customer's text."""

    @property
    def id(self) -> str:
        """The name of the test case."""
        return f"{self.row} {self.case}"
