"""Processes that die at the n-th call, and worlds that can be lived through again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from inspect import isgenerator
from pathlib import Path
from typing import Any

from tests.factories.world import World, make_world

__all__ = ["Fuse", "Killed", "Replay", "dying"]


_READS = frozenset(
    {
        "accounts", "actions", "agreed", "agreed_of", "alias", "aliases", "budget", "business",
        "connection", "cursor", "describe", "dirty", "facts", "facts, next", "held_back",
        "identities", "identity", "journal", "key_accounts", "lease", "mirror_rows",
        "mirror_rows, next", "outbox", "outcomes", "measures", "objectives", "plan", "plans",
        "preview", "previews", "pull",
        "quarantined", "refs", "run", "runs", "staged", "users",
    }
)  # fmt: skip


class Killed(BaseException):
    """The process is gone: nothing catches this, nothing runs after it."""


class Fuse:
    """Counts calls, and lets every call from the n-th on die."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.calls = 0
        self.names: list[str] = []

    def burn(self, name: str) -> None:
        """Count one call; reads change nothing, so dying before them is no case of its own."""
        if name in _READS:
            return
        self.calls += 1
        self.names.append(name)
        if self.at is not None and self.calls >= self.at:
            raise Killed(f"call {self.calls}: {name}")


class _Mortal:
    """A store or CRM whose every call burns the fuse; a push burns it before and after."""

    def __init__(self, inner: object, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        return self._wrapped(name, value) if callable(value) else value

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self._fuse.burn(name)
            answer = call(*args, **kwargs)
            if name == "push":
                self._fuse.burn("push, after it arrived")
            return self._paged(name, answer) if isgenerator(answer) else answer

        return wrapped

    def _paged(self, name: str, pages: Iterator[Any]) -> Iterator[Any]:
        for page in pages:
            self._fuse.burn(f"{name}, next")
            yield page


def dying(world: World, fuse: Fuse) -> World:
    """Return the world as a process sees it that dies when the fuse burns down."""
    return world.with_(store=_Mortal(world.store, fuse), crm=_Mortal(world.crm, fuse))


class Replay:
    """One prepared world, and as many independent copies of it as a test wants.

    Args:
        folder: Where the database files go.
        prepare: Brings a fresh world to where every copy starts.
    """

    def __init__(self, folder: Path, prepare: Callable[[World], object], **options: Any) -> None:
        self._folder = folder
        self._options = options
        self._count = 0
        world = make_world(self._url("start"), **options)
        prepare(world)
        self._crm = world.crm
        world.store.close()

    def copy(self) -> World:
        """Return a world of its own that starts where the prepared one stands."""
        self._count += 1
        name = f"copy{self._count}"
        for ending in ("", "-wal", "-shm"):
            source = self._folder / f"start.db{ending}"
            if source.exists():
                shutil.copy(source, self._folder / f"{name}.db{ending}")
        options = {**self._options, "accounts": 0, "crm": deepcopy(self._crm)}
        return make_world(self._url(name), **options)

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._folder}/{name}.db"
