"""The command line: parse, call, print."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run `kam` with the process's arguments and leave with its exit code."""
    try:
        from kam_connector.cli.edge import run  # noqa: PLC0415 - importing `cli` stays free

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before anything was begun
        code = 130
    sys.exit(code)
