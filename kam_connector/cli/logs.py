"""structlog, configured here and nowhere else: stderr, redacted, console or JSON lines."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from kam_connector.cli.redaction import redact_event, trace_of
from kam_connector.cli.visible import visible, visible_text

__all__ = ["configure_logs"]

_TRACES = ("exception", "stack")
_NOISY = ("urllib3", "apscheduler", "alembic", "sqlalchemy")


def configure_logs(
    *,
    style: str = "auto",
    least: str = "info",
    verbose: int = 0,
    quiet: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Send all events, the libraries' too, to stderr. Can be called repeatedly.

    Args:
        style: ``console``, ``json``, or ``auto``: console on a terminal.
        least: The least level shown, in words; -v and -q win.
        verbose: 0 shows warnings on a terminal and events elsewhere, 1 events, 2 debug.
        quiet: Show errors only.
        stream: Default: stderr.
    """
    out = stream or sys.stderr
    on_console = style == "console" or (style == "auto" and out.isatty())
    level = _level(least, verbose=verbose, quiet=quiet, on_console=on_console)
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = [
        structlog.processors.ExceptionRenderer(_trace),
        redact_event,
        _show,
        _renderer(on_console, out),
    ]
    structlog.configure(
        processors=[*before, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _route_libraries(before, last, level=level, stream=out, verbose=verbose)


def _trace(exc_info: Any) -> str:
    return trace_of(exc_info[1])


def _show(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Let no value begin a line or steer a terminal; a trace keeps its lines (TM18)."""
    return {visible(str(key)): _shown(key, value) for key, value in event.items()}


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return visible_text(value) if key in _TRACES else visible(value)
    if isinstance(value, Mapping):
        return {visible(str(inner)): _shown("", one) for inner, one in value.items()}
    if isinstance(value, list):
        return [_shown("", one) for one in value]
    return value


def _level(least: str, *, verbose: int, quiet: bool, on_console: bool) -> int:
    if quiet:
        return logging.ERROR
    if verbose > 1:
        return logging.DEBUG
    if verbose == 1:
        return logging.INFO
    said = logging.getLevelNamesMapping()[least.upper()]
    return logging.WARNING if on_console and said == logging.INFO else said


def _renderer(on_console: bool, stream: TextIO) -> Any:
    if not on_console:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    plain = bool(os.environ.get("NO_COLOR")) or not stream.isatty()
    return structlog.dev.ConsoleRenderer(
        colors=not plain, exception_formatter=structlog.dev.plain_traceback
    )


def _route_libraries(
    before: list[Any], last: list[Any], *, level: int, stream: TextIO, verbose: int
) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.captureWarnings(capture=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.INFO if verbose > 1 else logging.WARNING)
