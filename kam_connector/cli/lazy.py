"""A group of commands that imports a command only when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NamedTuple

import click

from kam_connector.errors import ConfigError, UsageError

__all__ = ["LazyGroup", "Place"]


class Place(NamedTuple):
    """Where a command lives, and its line in the help."""

    target: str
    """``module:attribute``, or ``entry:name`` for a command found by entry point."""
    help: str


class LazyGroup(click.Group):
    """Knows its commands' names and one-line helps without importing them."""

    def __init__(self, *args: Any, places: Mapping[str, Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        """Return the names in the order they were given."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        place = self._places.get(cmd_name)
        return None if place is None else _load(cmd_name, place.target)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one comes nearest.

        Raises:
            UsageError: There is no such command.
        """
        name = args[0]
        if name not in self._places and not name.startswith("-"):
            raise _no_such_command(ctx.command_path, name, list(self._places))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from their one-line helps."""
        rows = [(name, place.help) for name, place in self._places.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _no_such_command(parent: str, name: str, known: list[str]) -> UsageError:
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean  {parent} {close[0]} ?" if close else f"See  {parent} --help"
    return UsageError(f'There is no command "{parent} {name}".', hint=hint)


def _load(name: str, target: str) -> click.Command:
    if target.startswith("entry:"):
        return _from_entry_point(name)
    module, _, attribute = target.partition(":")
    command: click.Command = getattr(import_module(module), attribute)
    return command


def _from_entry_point(name: str) -> click.Command:
    from importlib.metadata import entry_points  # noqa: PLC0415 - a third of the start-up

    found = entry_points(group="kam_connector.commands", name=name)
    load: Callable[[], click.Command] | None = next((point.load for point in found), None)
    if load is None:
        message = f'No installed package offers the command "{name}".'
        raise ConfigError(message, code="KAM-1060", hint="Reinstall kam-connector with pip.")
    try:
        return load()
    except ImportError as error:
        message = f'The command "{name}" cannot be loaded: {error}.'
        raise ConfigError(message, code="KAM-1061") from error
