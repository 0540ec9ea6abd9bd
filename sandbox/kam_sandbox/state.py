"""The world: one truth behind both CRMs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kam_sandbox.clock import WorldClock
from kam_sandbox.faults import Faults
from kam_sandbox.log import RequestLog
from kam_sandbox.records import Records

if TYPE_CHECKING:
    from kam_sandbox.hubspot.associations import Associations

__all__ = ["USUAL", "World"]

USUAL = frozenset({"account_teams", "products"})
"""What a Salesforce org has unless it is built without: account teams; products, prices, lines."""


@dataclass(slots=True, kw_only=True)
class World:
    """Everything the two servers share."""

    clock: WorldClock
    salesforce: Records
    """Records by API name. Computed fields (``Contact.Name``, ``IsClosed``, ``Task.AccountId``
    ...) need no value here: the server works them out when it reads."""
    hubspot: Records
    associations: Associations
    faults: Faults = field(default_factory=Faults)
    log: RequestLog = field(default_factory=RequestLog)
    control: dict[tuple[str, str], Callable[[Mapping[str, str], Any], tuple[int, Any]]] = field(
        default_factory=dict
    )
    """What a CRM adds to the control plane: handlers by method and name."""
    seed: int = 7
    bare: bool = False
    """The connector's own fields do not exist yet."""
    multi_currency: bool = False
    features: frozenset[str] = frozenset()
    """What the Salesforce org has turned on (``kam_sandbox.salesforce.objects.FEATURES``)."""
    without: frozenset[str] = frozenset()
    """What it has turned off, though most orgs have it (:data:`USUAL`)."""
    salesforce_setup: bool = True
    """Whether our Salesforce user may change the setup: fields, permission sets."""
    hidden_fields: dict[str, frozenset[str]] = field(default_factory=dict)
    """What a Salesforce profile does not let be read, by its id: ``Object.Field``, or an object."""
    locked_fields: dict[str, frozenset[str]] = field(default_factory=dict)
    """What it lets be read and not edited."""
    daily_api_limit: int = 15_000
    """Salesforce calls in a rolling day: a Developer Edition's allowance."""
    bulk_max_upload: int = 150_000_000
    """Bytes of one Salesforce bulk upload (Bulk API 2.0 limits)."""
    hubspot_scopes: frozenset[str] | None = None
    """What HubSpot's token may do; None means everything."""
    portal_features: frozenset[str] = frozenset()
    """How the HubSpot portal differs from a Professional one
    (``kam_sandbox.hubspot.settings.FEATURES``)."""
    hubspot_burst: int = 190
    """HubSpot calls in any ten seconds: a Professional portal's allowance."""
    hubspot_searches_per_s: int = 5
    """HubSpot searches in any second, for the whole account."""

    def has(self, feature: str) -> bool:
        """Tell whether the Salesforce org has a feature of ``FEATURES`` or ``USUAL``."""
        return feature in self.features | USUAL and feature not in self.without
