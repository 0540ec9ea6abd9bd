"""One leaf command: common options in, one result out."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from kam_connector.errors import KamError, UsageError

if TYPE_CHECKING:
    from kam_connector.bootstrap import App
    from kam_connector.cli.admission import Admitted
    from kam_connector.config import Config

__all__ = ["Invocation", "Result", "Session", "command"]

Callback: TypeAlias = "Callable[..., Result]"


@dataclass(slots=True, kw_only=True)
class Invocation:
    """What the edge must know of a call, whatever becomes of it."""

    command: str = ""
    as_json: bool = False
    verbose: int = 0
    quiet: bool = False
    log_format: str = "auto"
    actor: str = ""
    """Who asks: ``--as``, KAM_USER, or this computer's user."""
    session: Session | None = None
    """One that the caller has open and will close: a tour calls many commands."""
    warnings: list[str] = field(default_factory=list)

    def show_events(self, style: str, least: str) -> None:
        """Configure logging: flags first, then what the configuration says."""
        from kam_connector.cli.logs import configure_logs  # noqa: PLC0415 - heavy

        chosen = style if self.log_format == "auto" else self.log_format
        configure_logs(style=chosen, least=least, verbose=self.verbose, quiet=self.quiet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command found: data for machines, lines for people."""

    data: object = None
    lines: list[str] = field(default_factory=list)
    """Each is one line: a line break in a name is shown, and breaks none."""
    document: str = ""
    """A file's text that was asked for on stdout, printed behind the lines as it is."""
    error: KamError | None = None
    """The command worked, and what it found is not good: told after the lines."""
    exit_code: int | None = None
    """Default: 0, or the error's."""


class Session:
    """One call of one command: configuration and app are opened when asked for."""

    def __init__(
        self, invocation: Invocation, config_path: Path | None, closing: ExitStack
    ) -> None:
        self.invocation = invocation
        self.config_path = config_path
        self._closing = closing
        self._config: Config | None = None
        self._app: App | None = None
        self._whole: App | None = None
        self._admitted: Admitted | None = None

    @classmethod
    def around(cls, app: App) -> Session:
        """Return a quiet session of an app that its caller opened and will close."""
        session = cls(Invocation(quiet=True), None, ExitStack())
        session._config, session._app = app.config, app
        return session

    @property
    def config(self) -> Config:
        """The configuration, read and checked once."""
        if self._config is None:
            from kam_connector.bootstrap import read_config  # noqa: PLC0415 - heavy

            self._config = read_config(self.config_path)
            self.invocation.show_events(self._config.log.format, self._config.log.level)
        return self._config

    @property
    def app(self) -> App:
        """The app, as far as who asks may see it; built once, closed when the command ends."""
        if self._app is None:
            admitted = self._admitted
            if admitted is None:
                self._app = self.whole_app()
            else:
                self._app = self.whole_app().under(admitted.viewer, doing=admitted.doing)
        return self._app

    def whole_app(self) -> App:
        """Return the app without anybody's limits: to find out who somebody is."""
        if self._whole is None:
            from kam_connector.bootstrap import build_app  # noqa: PLC0415 - heavy

            self._whole = self._closing.enter_context(build_app(self.config))
        return self._whole

    def admit(self) -> None:
        """Find out who asks, where access control is on.

        Raises:
            AccessDenied: They may not run this command (KAM-7046 to KAM-7048).
        """
        from kam_connector.cli.admission import admit  # noqa: PLC0415 - heavy

        self._admitted = admit(self)

    @property
    def admitted(self) -> Admitted | None:
        """Who asks and what for; None: access control is off, or the command tells nothing."""
        return self._admitted

    @property
    def command(self) -> str:
        """The command's words."""
        return self.invocation.command

    @property
    def here(self) -> str:
        """Who the environment (KAM_USER) or the computer says is here, whatever --as says."""
        return _present_user()

    @property
    def actor(self) -> str:
        """Who asks, for the audit log and for what needs two people."""
        return self.invocation.actor

    def warn(self, text: str) -> None:
        """Remember a warning; it is printed behind the result."""
        self.invocation.warnings.append(text)


class _Command(click.Command):
    """A command whose callback takes a Session and returns a Result."""

    def invoke(self, ctx: click.Context) -> Result:
        """Open a session, call, close."""
        invocation = ctx.ensure_object(Invocation)
        invocation.command = ctx.command_path.partition(" ")[2]
        invocation.as_json = ctx.params.pop("as_json")
        invocation.verbose = ctx.params.pop("verbose")
        invocation.quiet = ctx.params.pop("quiet")
        invocation.log_format = ctx.params.pop("log_format")
        invocation.actor = ctx.params.pop("actor") or _present_user()
        _refuse_nothing(self, ctx)
        invocation.show_events("auto", "info")
        with ExitStack() as closing:
            opened = Session(invocation, ctx.params.pop("config"), closing)
            session = invocation.session or opened
            if invocation.session is None:
                opened.admit()
                _speak(opened, ctx.params)
            result: Result = ctx.invoke(self.callback, session, **ctx.params)  # type: ignore[arg-type]
        return result


def _speak(session: Session, given: dict[str, Any]) -> None:
    """Let nobody speak for another, where access control is on."""
    if "by" in given and given["by"] is None:
        given["by"] = session.actor
    if session.admitted is not None and given.get("by") is not None:
        from kam_connector.cli.admission import speaker  # noqa: PLC0415 - heavy

        given["by"] = speaker(given["by"], session)


def _refuse_nothing(asked: click.Command, ctx: click.Context) -> None:
    """Refuse options that say nothing: an act has an author, and "nan" is within no range."""
    for param in asked.params:
        given = ctx.params.get(param.name or "")
        must = isinstance(param, click.Option) and (param.required or param.name == "by")
        blank = must and isinstance(given, str) and not given.strip()
        if blank or (isinstance(given, float) and isnan(given)):
            raise UsageError(f"{param.opts[-1]} says nothing.", hint="Give it a word or a number.")


def command(
    name: str,
    *params: Callable[[Callback], Callback],
    help: str,  # noqa: A002 - click's word
) -> Callable[[Callback], click.Command]:
    """Make a function ``(session, **options) -> Result`` a command with the common options.

    Args:
        name: As typed.
        params: ``click.option`` and ``click.argument`` decorators, in order.
        help: The command's description.
    """

    def made(function: Callback) -> click.Command:
        for param in reversed(params):
            function = param(function)
        built = click.command(name, cls=_Command, help=help)(function)
        built.params.extend(_common())
        return built

    return made


def _present_user() -> str:
    """Return who the environment says is here (KAM_USER), else the computer's user."""
    return os.environ.get("KAM_USER") or _computer_user()


def _computer_user() -> str:
    """Return the computer's user; a container may run as a number without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _common() -> list[click.Parameter]:
    formats = click.Choice(["auto", "console", "json"])
    chosen: dict[str, Any] = {"type": formats, "default": "auto", "envvar": "KAM_LOG_FORMAT"}
    file = click.Path(path_type=Path)
    return [
        click.Option(["--config"], type=file, help="Configuration file (KAM_CONFIG)."),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON document on stdout."),
        click.Option(["--as", "actor"], help="Who asks (KAM_USER)."),
        click.Option(["-v", "--verbose"], count=True, help="Say more; twice: debug."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Say only what went wrong."),
        click.Option(["--log-format"], **chosen, help="Events on stderr."),
    ]
