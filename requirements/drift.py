"""Says which installed packages differ from the lock.

`make test` installs what the index at hand has, within the bounds of pyproject.toml, so that a
computer with another index, whose files have other hashes, is tested as well; the lock is
installed by its hashes in `nox -s locked`. What differs between the two is said here: without
--strict it is only said.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["differences", "pinned"]


def pinned(lock: str) -> dict[str, str]:
    """Return the versions that a lock has for this Python and system, by name."""
    lines = [one.split("\\")[0].strip() for one in lock.splitlines() if "==" in one]
    needs = [Requirement(one) for one in lines if one[:1].isalnum()]
    return {
        canonicalize_name(one.name): next(iter(one.specifier)).version
        for one in needs
        if one.marker is None or one.marker.evaluate()
    }


def differences(wanted: Mapping[str, str], installed: Callable[[str], str]) -> list[str]:
    """Return a line for each package in another version, or not there.

    Args:
        wanted: Versions by name.
        installed: Returns the version that is there; raises ``PackageNotFoundError``.
    """
    lines = []
    for name, locked in sorted(wanted.items()):
        try:
            found = installed(name)
        except PackageNotFoundError:
            lines.append(f"{name}: {locked} in the lock, not installed")
            continue
        if found != locked:
            lines.append(f"{name}: {locked} in the lock, {found} here")
    return lines


def main(words: list[str]) -> int:
    """Print the differences; 1 with --strict if there are any."""
    lock = Path(__file__).with_name("lock.txt").read_text("utf-8")
    wanted = pinned(lock)
    lines = differences(wanted, version)
    same = len(wanted) - len(lines)
    said = [f"{same} of {len(wanted)} packages are as in the lock", *lines]
    sys.stdout.write("\n  ".join(said) + "\n")
    return 1 if lines and "--strict" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
