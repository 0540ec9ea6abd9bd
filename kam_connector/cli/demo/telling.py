"""How the demo speaks: headings, the product's own lines, a word in between."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from kam_connector import __version__
from kam_connector.cli.visible import styled, visible

if TYPE_CHECKING:
    from kam_connector.cli.demo.stage import Stage

__all__ = ["Teller", "without_cells"]

_LONGEST = 14
"""Lines of one output before the rest is counted. Our choice: two outputs fit a screen."""

_CELL = " " * 6
"""How a line about one cell begins."""


class Teller:
    """Prints the demo; silent when the facts are asked for as JSON."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent

    def welcome(self) -> None:
        """Say what this is."""
        self._say(f"kam-connector {__version__} — demo (nothing leaves this computer)")

    def story(self, number: int, title: str) -> None:
        """Begin a story."""
        self._say("")
        self._say(styled(f"{number}. {title}", bold=True))

    def says(self, text: str) -> None:
        """Say something in our own words."""
        self._say(f"   {text}")

    def shows(self, asked: str, lines: Iterable[str], *, most: int = _LONGEST) -> None:
        """Show what a command printed, the first lines of it."""
        everything = [line for line in lines if line.strip()]
        self._say("")
        self._say(styled(f"   $ kam {asked}", fg="cyan"))
        for line in everything[:most]:
            self._say(f"     {line}")
        if len(everything) > most:
            self._say(f"     … {len(everything) - most} more lines")

    def look_around(self, stage: Stage) -> None:
        """Tell where things are while the servers stay up."""
        self._say("")
        self._say("Both servers stay up until Ctrl-C. In another terminal:")
        self._say(f"   export KAM_CONFIG={stage.config}")
        self._say("   kam status | kam account list | kam signal list | kam writes list")

    def end(self) -> None:
        """Say goodbye."""
        self._say("")
        self._say("That was the whole loop.  kam init  connects your own CRM.")

    def _say(self, text: str) -> None:
        if not self._silent:
            click.echo(visible(text))


def without_cells(lines: Iterable[str]) -> list[str]:
    """Return what an import printed, row by row, its cells left out."""
    return [line for line in lines if not line.startswith(_CELL)]
