"""The command line: parse, call, print."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run `kam` with the process's arguments and leave with its exit code."""
    from kam_connector.cli.edge import run  # noqa: PLC0415 - importing `cli` stays free

    sys.exit(run(sys.argv[1:]))
