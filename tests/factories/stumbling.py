"""CRMs in which something goes wrong, or a person acts, just as we call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kam_connector.testing.memory_crm import MemoryCrm
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.world import World

__all__ = ["Interrupting", "Stumbling"]


class Stumbling:
    """A CRM whose n-th push meets the n-th fault; None lets one pass."""

    def __init__(self, crm: MemoryCrm, faults: Iterable[MemoryFault | None]) -> None:
        self._crm = crm
        self._faults = list(faults)

    @classmethod
    def over(cls, world: World, faults: Iterable[MemoryFault | None]) -> World:
        """Return the world with such a CRM."""
        return world.with_(crm=cls(world.crm, faults))

    def __getattr__(self, name: str) -> Any:
        if name == "push" and self._faults and (fault := self._faults.pop(0)):
            self._crm.fail_next(fault)
        return getattr(self._crm, name)


class Interrupting:
    """A CRM or store around which a person acts just before our next call of one name."""

    def __init__(
        self, inner: object, name: str, act: Callable[[], object], *, always: bool = False
    ) -> None:
        self._inner = inner
        self._name = name
        self._always = always
        self._act: Callable[[], object] | None = act

    @classmethod
    def before(
        cls, world: World, name: str, act: Callable[[], object], *, always: bool = False
    ) -> World:
        """Return the world with such a CRM."""
        return world.with_(crm=cls(world.crm, name, act, always=always))

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._act is not None:
            act = self._act
            self._act = act if self._always else None
            act()
        return getattr(self._inner, name)
