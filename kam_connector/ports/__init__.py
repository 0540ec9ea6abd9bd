"""What the core needs from outside: a CRM, a store, a clock.

A third party's adapter implements ``Crm``, passes ``kam_connector.testing.CrmContract``
and is found by entry point; nothing here changes for it. What it may offer besides are
protocols of their own (``AssignsRights``, ``FollowsMerges``, ``HearsEvents``, ``KeepsJournal``,
``LogsIn``, ``ProbesRights``, ``ProvesConformance``, ``TellsAccess``, ``TellsFields``,
``TellsTime``): whoever has the methods offers it, and nothing is registered.
"""

from kam_connector.ports.access import TellsAccess, TellsFields
from kam_connector.ports.audit import Audits
from kam_connector.ports.conflicts import Conflicts
from kam_connector.ports.conformance import ProvesConformance, TellsTime
from kam_connector.ports.crm import Clock, Crm, TokenVault
from kam_connector.ports.events import HearsEvents, KeepsJournal
from kam_connector.ports.guards import Guards
from kam_connector.ports.heirs import FollowsMerges
from kam_connector.ports.hints import Hints
from kam_connector.ports.retention import Retires
from kam_connector.ports.rights import AssignsRights, ProbesRights
from kam_connector.ports.sign_in import LogsIn
from kam_connector.ports.stops import StopsWrites
from kam_connector.ports.store import Store
from kam_connector.ports.sweeps import Sweeps

__all__ = [
    "AssignsRights",
    "Audits",
    "Clock",
    "Conflicts",
    "Crm",
    "FollowsMerges",
    "Guards",
    "HearsEvents",
    "Hints",
    "KeepsJournal",
    "LogsIn",
    "ProbesRights",
    "ProvesConformance",
    "Retires",
    "StopsWrites",
    "Store",
    "Sweeps",
    "TellsAccess",
    "TellsFields",
    "TellsTime",
    "TokenVault",
]
