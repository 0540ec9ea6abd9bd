"""The tables of docs/commands.md: commands, their options, exit codes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click
from markdown import code, table

from kam_connector import errors
from kam_connector.cli.command import command
from kam_connector.cli.root import root

__all__ = ["commands", "commands_list", "common_options", "exits_table"]

_NOT_HERE = {"--config", "--json", "--verbose", "--quiet", "--log-format"}


def exits_table() -> str:
    """Return the exit codes and the errors behind them."""
    pending = "Changes wait (`kam sync run --dry-run --exit-code`)."
    behind: dict[int, list[str]] = {0: ["All went well."], 9: [pending]}
    for name in errors.__all__:
        kind = getattr(errors, name)
        if kind is not errors.KamError:
            line = str(inspect.getdoc(kind)).splitlines()[0]
            behind.setdefault(kind.exit_code, []).append(line)
    return table(("exit code", "when"), [(one, " ".join(behind[one])) for one in sorted(behind)])


def commands_list() -> str:
    """Return every command with its arguments and options."""
    return "\n\n".join(_one_command(path, one) for path, one in commands(root, "kam"))


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield all leaf commands with the words that call them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, f"{path} {name}")
        elif found is not None:
            yield f"{path} {name}", found


def _one_command(path: str, one: click.Command) -> str:
    arguments = " ".join(
        p.make_metavar(click.Context(one)) for p in one.params if isinstance(p, click.Argument)
    )
    options = [p for p in one.params if isinstance(p, click.Option) and not _NOT_HERE & set(p.opts)]
    needed = " ".join(_flags(p).replace("`", "") for p in options if p.required)
    usage = " ".join(filter(None, (path, arguments, needed)))
    parts = [f"## {path}", str(one.help), f"```text\n{usage}\n```"]
    if options:
        parts.append(table(("option", "meaning"), [(_flags(p), _meaning(p)) for p in options]))
    return "\n\n".join(parts)


def common_options() -> str:
    """Return the options that every command has."""
    shown = command("any", help="")(lambda *_: None)  # type: ignore[arg-type]
    options = [p for p in shown.params if isinstance(p, click.Option)]
    return table(("option", "meaning"), [(_flags(p), _meaning(p)) for p in options])


def _flags(option: click.Option) -> str:
    names = ", ".join(code(name) for name in (*option.opts, *option.secondary_opts))
    if option.is_flag or option.count:
        return names
    choices = getattr(option.type, "choices", None)
    return f"{names} {code('|'.join(choices) if choices else option.type.name.upper())}"


def _meaning(option: click.Option) -> str:
    notes = ["required"] if option.required else []
    if option.show_default and option.default is not None:
        notes.append(f"default {option.default}")
    return " ".join([option.help or "", f"({', '.join(notes)})" if notes else ""]).strip()
