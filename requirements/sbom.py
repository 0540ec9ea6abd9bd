"""The bill of materials: what is installed with us, under which licence, as CycloneDX 1.6.

A hundred lines over importlib.metadata in place of a generator with twenty dependencies of its own.
The same environment gives the same file, byte by byte: a difference is a change of what ships.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["bill", "is_allowed", "licence_of", "shipped"]

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = ("postgres", "keyring", "pdf")
_ALLOWED = re.compile(
    r"\b(mit(-cmu)?|bsd|0bsd|apache|psf|python software foundation|python-2\.0|isc|mpl|mozilla"
    r"|zlib|unlicense|hpnd|cc0|lgpl|lesser general public|public domain|zope|zpl)",
    re.IGNORECASE,
)
"""Permissive, or copyleft that ends at the library's own files (DESIGN: licences)."""
_STRONG = re.compile(
    r"(?<!lesser )(?<!library )\b(a?gpl|affero|general public|sspl|busl)", re.IGNORECASE
)


def shipped(extras: Iterable[str] = EXTRAS) -> list[Distribution]:
    """Return all that the project needs here, by name; what it needs is read from the checkout.

    Raises:
        PackageNotFoundError: Something of it is not installed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    texts = [*project["dependencies"]]
    texts += [text for one in extras for text in project["optional-dependencies"][one]]
    waiting = [(need.name, frozenset(need.extras)) for need in map(Requirement, texts)]
    found: dict[str, Distribution] = {}
    while waiting:
        wanted, its_extras = waiting.pop()
        key = canonicalize_name(wanted)
        if key not in found:
            found[key] = one = distribution(wanted)
            waiting += _needed(one, its_extras)
    return [found[key] for key in sorted(found)]


def _needed(one: Distribution, extras: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in one.requires or ():
        need = Requirement(text)
        environments = [{"extra": extra} for extra in ("", *extras)]
        if need.marker is None or any(map(need.marker.evaluate, environments)):
            yield need.name, frozenset(need.extras)


def licence_of(one: Distribution) -> str:
    """Return a distribution's licence in its own words; empty where it names none."""
    meta = one.metadata
    stated = meta.get("License-Expression") or ""
    listed = [
        line.rpartition(" :: ")[2]
        for line in meta.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    return stated or ", ".join(listed) or str(meta.get("License") or "").partition("\n")[0]


def is_allowed(licence: str) -> bool:
    """Tell whether a licence lets us ship the library beside our own."""
    choices = re.split(r"\bOR\b", licence)
    return any(_ALLOWED.search(one) and not _STRONG.search(one) for one in choices)


def bill(parts: Iterable[Distribution]) -> dict[str, Any]:
    """Return the document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [
            {
                "type": "library",
                "name": one.metadata["Name"],
                "version": one.version,
                "purl": f"pkg:pypi/{canonicalize_name(one.metadata['Name'])}@{one.version}",
                "licenses": [{"license": {"name": licence_of(one) or "unknown"}}],
            }
            for one in parts
        ],
    }


def main() -> int:
    """Write dist/sbom.cdx.json; say which licences need a person's look."""
    parts = shipped()
    file = ROOT / "dist" / "sbom.cdx.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(bill(parts), indent=1, sort_keys=True) + "\n", "utf-8")
    odd = [one.metadata["Name"] for one in parts if not is_allowed(licence_of(one))]
    sys.stdout.write(f"{file}: {len(parts)} components\n")
    if odd:
        sys.stderr.write(f"licences to look at: {', '.join(odd)}\n")
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
