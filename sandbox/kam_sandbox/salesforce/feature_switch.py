"""What an administrator turns on or off while the servers run: ``/_sandbox/features``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_sandbox.salesforce.objects import FEATURES
from kam_sandbox.salesforce.org import Org
from kam_sandbox.state import USUAL

__all__ = ["add_switch"]

_Answer = tuple[int, Any]


def add_switch(org: Org) -> None:
    """Add the page to the control plane of the org's world."""

    def tell(_query: Mapping[str, str], _body: Any) -> _Answer:
        on = [name for name in sorted(FEATURES | USUAL) if org.world.has(name)]
        return 200, {"on": on, "off": sorted((FEATURES | USUAL) - set(on))}

    def switch(query: Mapping[str, str], body: Any) -> _Answer:
        on, off = frozenset(body.get("on", ())), frozenset(body.get("off", ()))
        if unknown := sorted((on | off) - FEATURES - USUAL):
            raise ValueError(f"unknown features {unknown}; known: {sorted(FEATURES | USUAL)}")
        world = org.world
        world.features = (world.features | (on & FEATURES)) - off
        world.without = (world.without - on) | (off & USUAL)
        org.set_up()
        return tell(query, body)

    org.world.control["GET", "features"] = tell
    org.world.control["POST", "features"] = switch
