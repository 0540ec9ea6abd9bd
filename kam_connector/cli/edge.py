"""The outermost edge: one answer on stdout, one line for an error, one exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from kam_connector.cli.command import Invocation, Result
from kam_connector.cli.output import answer, complain
from kam_connector.errors import FatalError, Interrupted, KamError, StorageError, UsageError

__all__ = ["run"]


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; nothing escapes but a message."""
    invocation = Invocation(as_json="--json" in arguments)
    _speak_to_any_terminal(as_json=invocation.as_json)
    try:
        return _outcome(invocation, list(arguments))
    except KamError as error:
        return _failed(invocation, error)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return UsageError.exit_code
    except click.ClickException as error:
        return _failed(invocation, _usage(error))
    except (click.Abort, KeyboardInterrupt):
        hint = "The next run goes on where this one stopped."
        return _failed(invocation, Interrupted("Interrupted.", hint=hint))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the command line's edge
        return _failed(invocation, _unexpected(error, invocation))


def _outcome(invocation: Invocation, arguments: list[str]) -> int:
    from kam_connector.cli.root import root  # noqa: PLC0415 - inside the catch

    _refuse_broken_text(arguments)
    result = root.main(arguments, prog_name="kam", standalone_mode=False, obj=invocation)
    if isinstance(result, int):
        return result
    if not isinstance(result, Result):
        return 0
    try:
        answer(invocation, result)
    except BrokenPipeError:
        raise
    except OSError as error:
        invocation.as_json = False  # a second document would be lost like the first
        raise _unwritten(error) from error
    if result.exit_code is not None:
        return result.exit_code
    return 0 if result.error is None else result.error.exit_code


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    """Refuse bytes of another encoding, which Python hands over as halves of characters."""
    for one in arguments:
        if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in one):
            shown = one.encode("utf-8", "replace").decode().replace("\0", "?")[:60]
            hint = "Set the terminal to UTF-8, or type the name without the letter."
            raise UsageError(f'"{shown}" is not UTF-8 text.', hint=hint)


def _speak_to_any_terminal(*, as_json: bool) -> None:
    """Let a name that the terminal cannot show cost a "?", not the answer; JSON is UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if as_json and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


def _failed(invocation: Invocation, error: KamError) -> int:
    try:
        complain(invocation, error)
    except OSError:  # nobody reads stdout, or its disk is full: a line on stderr is left
        invocation.as_json = False
        with suppress(OSError):
            complain(invocation, error)
    return error.exit_code


def _unwritten(error: OSError) -> KamError:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again at exit
    text = f"The answer cannot be written: {error.strerror}."
    hint = "What the command did is kept; ask again with another place for the output."
    return StorageError(text, code="KAM-1071", hint=hint)


def _usage(error: click.ClickException) -> KamError:
    context = getattr(error, "ctx", None)
    hint = f"See  {context.command_path} --help" if context is not None else ""
    return UsageError(error.format_message(), hint=hint)


def _unexpected(error: Exception, invocation: Invocation) -> KamError:
    from kam_connector.cli.crash import keep_trace  # noqa: PLC0415 - only in need

    place = keep_trace(error, show=invocation.verbose > 0)
    kind = type(error).__name__
    hint = f"The details are in {place}." if place else "Run it again with -v for the details."
    return FatalError(f"Something unforeseen happened ({kind}).", code="KAM-7000", hint=hint)
