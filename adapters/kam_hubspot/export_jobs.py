"""HubSpot's asynchronous exports: asked for, looked at, counted.

Facts: HubSpot's exports guide as of 30 March 2026. Thirty exports in a rolling day, one at a
time, further ones wait; CSV above 2 MB or 1,000,000 rows comes zipped; ``NAMES`` and ``VALUES``
give internal names, and "timestamps instead of human-readable dates"; up to four associated
objects, ids only; the address of a finished file needs no token and ends after five minutes,
and asking again gives another; the scope is ``crm.export``, which only a Super Admin grants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.window import parse_instant
from kam_hubspot.answers import reading
from kam_hubspot.canonical import as_instant
from kam_hubspot.client import Client
from kam_hubspot.object_types import OBJECTS

__all__ = ["MOST_ASSOCIATED", "ExportJobs", "Look", "broken"]

MOST_ASSOCIATED = 4
"""Associated objects of one export (exports guide)."""
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_WAITING = frozenset({"PENDING", "PROCESSING"})
_TYPE_IDS = {name: type_id for type_id, name in OBJECTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the portal says about an export."""

    asked: datetime
    """When it was asked for, by the portal's clock."""
    url: str
    """Where the file is; empty while the export runs or waits."""


def broken(what: str) -> RecordError:
    """Return the error of an export that is not what it should be."""
    return RecordError(f"HubSpot's export {what}", code="KAM-3103")


class ExportJobs:
    """The exports of one portal."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def start(self, object_: str, properties: Sequence[str], associated: Sequence[str]) -> str:
        """Ask for an export of all living records, and return its id.

        Raises:
            SignInError: The token lacks ``crm.export`` (KAM-3003).
            BudgetExhausted: Thirty were asked for within a day; also RateLimited.
            RecordError: The portal refuses it.
        """
        answer = self._client.start_export(
            {
                "exportType": "VIEW",
                "exportName": f"kam-connector {object_}",
                "format": "CSV",
                "language": "EN",
                "objectType": _TYPE_IDS.get(object_, object_),
                "objectProperties": list(properties),
                "associatedObjectType": [_TYPE_IDS.get(name, name) for name in associated],
                "exportInternalValuesOptions": ["NAMES", "VALUES"],
                "includeLabeledAssociations": False,
                "includePrimaryDisplayPropertyForAssociatedObjects": False,
                "overrideAssociatedObjectsPerDefinitionPerRowLimit": True,
            }
        )
        export = str(answer.get("id", ""))
        if not _ID.fullmatch(export):
            raise broken("has no id")
        return export

    def look(self, export: str) -> Look:
        """Return how far an export is.

        Raises:
            RecordError: It was cancelled, failed, or is not known any more.
        """
        said = self._client.export_status(export)
        state, url = said.get("status"), said.get("result")
        if state not in _WAITING and (state != "COMPLETE" or not isinstance(url, str) or not url):
            raise broken(f"ended as {state}" if state in ("CANCELED", "FAILED") else "ended badly")
        if said.get("numErrors"):
            raise broken("has errors")
        with reading(self._client.name):
            asked = parse_instant(as_instant(said["requestedAt"]))
        return Look(asked=asked, url="" if state in _WAITING else str(url))

    def count(self, export: str) -> int:
        """Return how many records an export says it holds.

        Raises:
            RecordError: It does not say.
        """
        said: Mapping[str, Any] = self._client.export_details(export)
        count = said.get("recordCount")
        if not isinstance(count, int) or isinstance(count, bool):
            raise broken("does not say how many records it holds")
        return count
