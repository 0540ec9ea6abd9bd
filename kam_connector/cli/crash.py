"""Keeps the trace of an unforeseen error where a person can find it, redacted."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from kam_connector.cli.redaction import redact_text

__all__ = ["keep_trace"]


def keep_trace(error: Exception, *, show: bool) -> Path | None:
    """Append the trace to a file of this user's and return its path; None if none can be written.

    Args:
        error: What happened.
        show: Print it to stderr as well (``-v``).
    """
    text = redact_text("".join(traceback.format_exception(error)))
    if show:
        sys.stderr.write(text)
    for folder in (_state_folder(), Path(tempfile.gettempdir())):
        path = folder / "kam-connector-errors.log"
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


def _state_folder() -> Path:
    """Return the XDG state folder (https://specifications.freedesktop.org/basedir-spec/)."""
    given = os.environ.get("XDG_STATE_HOME")
    return (Path(given) if given else Path.home() / ".local" / "state") / "kam-connector"
