"""Shipped fakes and contract suites, for our tests and for third parties' adapters."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kam_connector.testing.crm_contract import CrmContract as CrmContract
    from kam_connector.testing.memory_crm import MemoryCrm as MemoryCrm
    from kam_connector.testing.store_contract import StoreContract as StoreContract

__all__ = ["CrmContract", "MemoryCrm", "StoreContract"]

_HOMES = {
    "CrmContract": "kam_connector.testing.crm_contract",
    "MemoryCrm": "kam_connector.testing.memory_crm",
    "StoreContract": "kam_connector.testing.store_contract",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
