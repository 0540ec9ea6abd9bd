"""Which path leads to which handler, in both families: numbered and dated versions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kam_sandbox.hubspot import (
    account,
    allowances,
    batches,
    export_pages,
    journal_pages,
    labels,
    linking,
    oauth,
    objects,
    property_groups,
    schema,
    search,
    stages,
    webhook_settings,
)
from kam_sandbox.hubspot.calls import Route

__all__ = ["find_route"]

_DATED = "(?P<version>2026-03|2026-09)"
"""The versions supported in November 2026."""

_FAMILIES = {
    "objects": ("crm/v3/objects", f"crm/objects/{_DATED}"),
    "links": ("crm/v4/objects", f"crm/objects/{_DATED}"),
    "links_listed": ("crm/v4/objects", "crm/objects/(?P<version>2026-03)"),
    "associations": ("crm/v4/associations", f"crm/associations/{_DATED}"),
    "properties": ("crm/v3/properties", f"crm/properties/{_DATED}"),
    "owners": ("crm/v3/owners", f"crm/owners/{_DATED}"),
    "pipelines": ("crm/v3/pipelines", f"crm/pipelines/{_DATED}"),
    "limits": ("crm/v3/limits", f"crm/limits/{_DATED}"),
    "schemas": ("crm-object-schemas/v3/schemas", f"crm-object-schemas/{_DATED}/schemas"),
    "account": ("account-info/v3", f"account-info/{_DATED}"),
    "exports": ("crm/v3/exports/export", f"crm/exports/{_DATED}/export"),
    "export_files": ("exports-download",),
    "webhooks": ("webhooks/v3", f"app-webhooks/{_DATED}"),
    "journal": tuple(f"webhooks-journal/{one}/{_DATED}" for one in ("journal", "journal-local")),
    "journal_files": ("webhooks-journal-files",),
    "journal_subscriptions": (f"webhooks-journal/subscriptions/{_DATED}",),
    "consent": ("oauth",),
    "oauth": ("oauth/v1", f"oauth/{_DATED}"),
    "currencies": ("settings/v3/currencies", f"settings/currencies/{_DATED}"),
}


_MODULES = (
    batches,
    search,
    objects,
    allowances,
    linking,
    labels,
    property_groups,
    schema,
    stages,
    account,
    oauth,
    webhook_settings,
    journal_pages,
    export_pages,
)


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | bool:
    """Return the route and the path's variables; True for a known path, False for none."""
    known = False
    for route, pattern in _TABLE:
        found = pattern.fullmatch(path)
        if found and route.method == method:
            return route, found.groupdict()
        known = known or found is not None
    return known


def _table() -> Iterator[tuple[Route, re.Pattern[str]]]:
    # batches before objects: "batch" is no record's id
    for module in _MODULES:
        for route in module.ROUTES:
            for family in _FAMILIES[route.family]:
                variables = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
                yield route, re.compile(f"/{family}/{variables}".rstrip("/") + "/?")


_TABLE = tuple(_table())
