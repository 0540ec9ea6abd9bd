"""Keeps the trace of an unforeseen error where a person can find it, redacted."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from kam_connector.cli.redaction import redact_text, trace_of
from kam_connector.cli.visible import visible_text

__all__ = ["drop_traces", "keep_trace"]

_NAME = "kam-connector-errors.log"


def keep_trace(error: Exception, *, show: bool) -> Path | None:
    """Append the trace to a file of this user's and return its path; None if none can be written.

    Args:
        error: What happened.
        show: Print it to stderr as well (``-v``).
    """
    text = redact_text(trace_of(error))
    if show:
        sys.stderr.write(visible_text(text))
    for path in _places():
        folder = path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a"
            ) as file:
                file.write(f"--- {datetime.now(UTC).isoformat(timespec='seconds')}\n{text}\n")
        except OSError:
            continue
        return path
    return None


def drop_traces() -> int:
    """Drop the files of traces: somebody was erased; returns how many there were."""
    dropped = 0
    for path in _places():
        try:
            path.unlink()
        except OSError:
            continue
        dropped += 1
    return dropped


def _places() -> tuple[Path, ...]:
    return _state_folder() / _NAME, Path(tempfile.gettempdir()) / _NAME


def _state_folder() -> Path:
    """Return the XDG state folder (https://specifications.freedesktop.org/basedir-spec/)."""
    given = os.environ.get("XDG_STATE_HOME")
    return (Path(given) if given else Path.home() / ".local" / "state") / "kam-connector"
