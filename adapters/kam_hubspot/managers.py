"""Whom a contact reports to: HubSpot has no property for it.

A label between contacts says it where the portal's edition has labels (Professional and
above); a property of ours holds the manager's record id elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kam_connector.errors import RecordError, SignInError
from kam_connector.model.kind import JsonValue
from kam_hubspot.client import Client
from kam_hubspot.links import Link

__all__ = ["MANAGER", "MANAGER_FIELD", "MANAGER_LABEL", "REPORT_LABEL", "Managers"]

MANAGER = "@manager"
"""The virtual field: the manager's id, or nothing."""
MANAGER_FIELD = "kam_manager"
"""Name of the label when it is created, and of the property that takes its place."""
MANAGER_LABEL = "Manager"
"""As people see it on the contact that reports: labels are read by their text only."""
REPORT_LABEL = "Direct report"
"""The same link, seen from the manager."""

_Links = Callable[[str], Mapping[str, list[Link]]]


class Managers:
    """How one portal tells who reports to whom; asked once, when it is first needed."""

    def __init__(self, client: Client, object_: str, *, has_field: bool) -> None:
        self._client = client
        self._object = object_
        self._has_field = has_field
        self._has_label: bool | None = None
        self._hidden = False
        self.notes: tuple[str, ...] = ()

    def compute(self, to: _Links) -> Callable[[str, Mapping[str, Any]], JsonValue] | None:
        """Return how the manager of a record is found: the label first, then the property.

        Of several managers the one known longest counts: the smallest id. None: this token
        may not see it, so that nothing is said of anybody.
        """
        if self._has_label is None:
            self._has_label = self._ask()
        if self._hidden and not self._has_field:
            return None
        links = to(self._object) if self._has_label else {}

        def manager(ref: str, properties: Mapping[str, Any]) -> JsonValue:
            named = [one.ref for one in links.get(ref, ()) if MANAGER_LABEL in one.labels]
            return min(named, key=int) if named else properties.get(MANAGER_FIELD) or None

        return manager

    def _ask(self) -> bool:
        """Tell whether the portal has the label; note what it lacks when it has neither."""
        told = f"no label {MANAGER_LABEL} between {self._object}"
        try:
            found = self._client.labels(self._object, self._object)
        except (RecordError, SignInError) as error:
            if error.code not in ("KAM-3003", "KAM-3206", "KAM-3200"):
                raise
            found, told = [], f"{told} that this token may see ({error.message})"
            self._hidden = True
        has = any(
            one.get("label") == MANAGER_LABEL and one.get("category") != "HUBSPOT_DEFINED"
            for one in found
        )
        if not has and not self._has_field:
            missing = f"{told}, and no property {MANAGER_FIELD}"
            self.notes = (f"who reports to whom is not read: {missing}",)
        return has
