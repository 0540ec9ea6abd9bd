"""Which path leads to which handler, in both families: numbered and dated versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kam_sandbox.hubspot import account, batches, linking, objects, schema
from kam_sandbox.hubspot.calls import Answer, Call
from kam_sandbox.hubspot.search import search

__all__ = ["Handler", "Route", "find_route"]

Handler = Callable[[Call], Answer]

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
    "currencies": ("settings/v3/currencies", f"settings/currencies/{_DATED}"),
}

_ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("POST", "objects", "{object}/batch/read", batches.batch_read),
    ("POST", "objects", "{object}/batch/create", batches.batch_create),
    ("POST", "objects", "{object}/batch/update", batches.batch_update),
    ("POST", "objects", "{object}/batch/upsert", batches.batch_upsert),
    ("POST", "objects", "{object}/batch/archive", batches.batch_archive),
    ("POST", "objects", "{object}/search", search),
    ("POST", "objects", "{object}/merge", objects.merge_two),
    ("POST", "objects", "contacts/gdpr-delete", objects.gdpr_delete),
    ("GET", "objects", "{object}", objects.list_page),
    ("POST", "objects", "{object}", objects.create_one),
    ("GET", "objects", "{object}/{id}", objects.read_one),
    ("PATCH", "objects", "{object}/{id}", objects.change_one),
    ("DELETE", "objects", "{object}/{id}", objects.archive_one),
    ("GET", "links_listed", "{object}/{id}/associations/{to_object}", linking.list_links),
    (
        "PUT",
        "links",
        "{object}/{id}/associations/default/{to_object}/{to_id}",
        linking.link_default,
    ),
    ("PUT", "links", "{object}/{id}/associations/{to_object}/{to_id}", linking.link_one),
    ("DELETE", "links", "{object}/{id}/associations/{to_object}/{to_id}", linking.unlink_one),
    ("POST", "associations", "{object}/{to_object}/batch/read", linking.batch_read_links),
    ("POST", "associations", "{object}/{to_object}/batch/create", linking.batch_link),
    (
        "POST",
        "associations",
        "{object}/{to_object}/batch/associate/default",
        linking.batch_link_default,
    ),
    ("POST", "associations", "{object}/{to_object}/batch/archive", linking.batch_archive_links),
    (
        "POST",
        "associations",
        "{object}/{to_object}/batch/labels/archive",
        linking.batch_archive_types,
    ),
    ("GET", "associations", "{object}/{to_object}/labels", linking.list_labels),
    ("POST", "associations", "{object}/{to_object}/labels", linking.create_label),
    ("PUT", "associations", "{object}/{to_object}/labels", linking.update_label),
    ("DELETE", "associations", "{object}/{to_object}/labels/{type_id}", linking.archive_label),
    ("POST", "properties", "{object}/batch/read", schema.batch_read_properties),
    ("POST", "properties", "{object}/batch/create", schema.batch_create_properties),
    ("POST", "properties", "{object}/batch/archive", schema.batch_archive_properties),
    ("GET", "properties", "{object}/groups", schema.list_groups),
    ("POST", "properties", "{object}/groups", schema.create_group),
    ("GET", "properties", "{object}/groups/{group}", schema.read_group),
    ("PATCH", "properties", "{object}/groups/{group}", schema.change_group),
    ("GET", "properties", "{object}", schema.list_properties),
    ("POST", "properties", "{object}", schema.create_property),
    ("GET", "properties", "{object}/{name}", schema.read_property),
    ("PATCH", "properties", "{object}/{name}", schema.change_property),
    ("DELETE", "properties", "{object}/{name}", schema.archive_property),
    ("GET", "owners", "", account.list_owners),
    ("GET", "owners", "{id}", account.read_owner),
    ("GET", "pipelines", "{object}", account.list_pipelines),
    ("GET", "pipelines", "{object}/{pipeline}", account.read_pipeline),
    ("GET", "pipelines", "{object}/{pipeline}/stages", account.list_stages),
    ("GET", "pipelines", "{object}/{pipeline}/stages/{stage}", account.read_stage),
    ("GET", "limits", "records", account.record_limits),
    ("GET", "limits", "custom-properties", account.custom_property_limits),
    ("GET", "schemas", "", account.schemas),
    ("GET", "account", "details", account.account_details),
    ("GET", "account", "api-usage/daily/private-apps", account.api_usage),
    ("GET", "currencies", "exchange-rates/current", account.exchange_rates),
)


class Route:
    """One method and path pattern."""

    def __init__(self, method: str, pattern: str, handler: Handler) -> None:
        variables = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        self.method = method
        self.pattern = re.compile("/" + variables.rstrip("/") + "/?")
        self.handler = handler


def find_route(method: str, path: str) -> tuple[Handler, dict[str, str]] | bool:
    """Return the handler and the path's variables; True for a known path, False for none."""
    known = False
    for route in _TABLE:
        found = route.pattern.fullmatch(path)
        if found and route.method == method:
            return route.handler, found.groupdict()
        known = known or found is not None
    return known


def _table() -> Iterator[Route]:
    for method, family, pattern, handler in _ROUTES:
        for prefix in _FAMILIES[family]:
            yield Route(method, f"{prefix}/{pattern}", handler)


_TABLE = tuple(_table())
