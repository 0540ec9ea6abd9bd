"""What the core needs from outside: a CRM, a store, a clock.

A third party's adapter implements ``Crm``, passes ``kam_connector.testing.CrmContract``
and is found by entry point; nothing here changes for it. What it may offer besides are
protocols of their own (``AssignsRights``, ``HearsEvents``, ``KeepsJournal``, ``LogsIn``,
``ProbesRights``): whoever has the methods offers it, and nothing is registered.
"""

from kam_connector.ports.crm import Clock, Crm, TokenVault
from kam_connector.ports.events import HearsEvents, KeepsJournal
from kam_connector.ports.hints import Hints
from kam_connector.ports.rights import AssignsRights, ProbesRights
from kam_connector.ports.sign_in import LogsIn
from kam_connector.ports.store import Store
from kam_connector.ports.sweeps import Sweeps

__all__ = [
    "AssignsRights",
    "Clock",
    "Crm",
    "HearsEvents",
    "Hints",
    "KeepsJournal",
    "LogsIn",
    "ProbesRights",
    "Store",
    "Sweeps",
    "TokenVault",
]
