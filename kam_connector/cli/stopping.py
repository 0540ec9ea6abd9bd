"""Ctrl-C and SIGTERM: finish the page, then end clean; a second Ctrl-C ends at once."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self

import click

__all__ = ["Stopper"]


class Stopper:
    """True once somebody asked us to stop; in force inside its ``with``."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[signal.Signals, object] = {}

    def __call__(self) -> bool:
        """Say whether to stop."""
        return self.asked

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.asked = True
        click.echo("Stopping after the page under way …", err=True)
