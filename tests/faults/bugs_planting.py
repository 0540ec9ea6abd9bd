"""Plants a bug: a module's source is changed a little as it is imported, and on disk it is not.

Not ``mock.patch``: a name that another module has imported already would keep the sound
function, and a bug in the middle of one would need the whole function written again.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import CodeType, ModuleType

__all__ = ["Bug", "Edit", "changed", "plant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of a module's text."""

    module: str
    old: str
    """What the source says, exactly once."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """One mistake that the suite must notice."""

    name: str
    sentence: str
    """What is wrong, and what it would cost."""
    edits: tuple[Edit, ...]
    caught_by: tuple[str, ...]
    """Node ids of tests, each of which fails while the bug is there."""


def changed(source: str, edits: Iterable[Edit]) -> str:
    """Return a module's source with the edits.

    Raises:
        ValueError: An edit no longer fits: the source moved on, and the bug must follow it.
    """
    for one in edits:
        if source.count(one.old) != 1:
            raise ValueError(f"{one.module} says {source.count(one.old)} times: {one.old}")
        source = source.replace(one.old, one.new)
    return source


def source_of(module: str) -> str:
    """Return a module's sound source."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ValueError(f"{module} is not there")
    return Path(spec.origin).read_text(encoding="utf-8")


def plant(edits: Iterable[Edit]) -> None:
    """Have the edits in force wherever this process imports their modules from now on.

    Raises:
        ValueError: One of them is imported already: its sound functions may be held elsewhere.
    """
    by_module: dict[str, list[Edit]] = {}
    for one in edits:
        by_module.setdefault(one.module, []).append(one)
    early = sorted(by_module.keys() & sys.modules.keys())
    if early:
        raise ValueError(f"imported before the bug was planted: {', '.join(early)}")
    sys.meta_path.insert(0, _Finder(by_module))


class _Finder(MetaPathFinder):
    """Finds the modules to change, as Python's own finder does, and nothing else."""

    def __init__(self, by_module: dict[str, list[Edit]]) -> None:
        self._by_module = by_module

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where such a module is, with a loader that changes it."""
        if fullname not in self._by_module:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(fullname, spec.origin, self._by_module[fullname])
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles the changed source; what is cached beside the file is left alone."""

    def __init__(self, fullname: str, path: str, edits: Sequence[Edit]) -> None:
        super().__init__(fullname, path)
        self._edits = edits

    def get_code(self, fullname: str) -> CodeType:
        """Return the changed module's code."""
        source = Path(self.path).read_text(encoding="utf-8")
        return compile(changed(source, self._edits), self.path, "exec", dont_inherit=True)
