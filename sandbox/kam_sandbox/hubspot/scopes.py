"""What a token may do: the scopes of this sandbox, and which of them each object needs.

Source: the ``security`` of the vendor's operations, as its Python client documents them.
"""

from __future__ import annotations

__all__ = ["ALL_SCOPES", "JOURNAL_SCOPES", "object_scopes", "schema_scope"]

ALL_SCOPES = frozenset(
    [
        "oauth",
        "crm.export",
        "crm.objects.companies.read",
        "crm.objects.companies.write",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.custom.read",
        "crm.objects.deals.read",
        "crm.objects.deals.write",
        "crm.objects.line_items.read",
        "crm.objects.line_items.write",
        "crm.objects.owners.read",
        "crm.schemas.companies.read",
        "crm.schemas.companies.write",
        "crm.schemas.contacts.read",
        "crm.schemas.contacts.write",
        "crm.schemas.custom.read",
        "crm.schemas.deals.read",
        "crm.schemas.deals.write",
        "e-commerce",
        "sales-email-read",
        "settings.currencies.read",
        "tickets",
    ]
)

JOURNAL_SCOPES = frozenset(
    [
        "developer.webhooks_journal.read",
        "developer.webhooks_journal.subscriptions.read",
        "developer.webhooks_journal.subscriptions.write",
    ]
)
"""For tokens of the app itself (client credentials) only."""

_OBJECTS = {
    "companies": "crm.objects.companies",
    "deals": "crm.objects.deals",
    "line_items": "crm.objects.line_items",
}
_EMAIL = "sales-email-read"


def object_scopes(object_: str, *, write: bool) -> list[str]:
    """Return every scope that records of *object_* need: activities ride on contacts."""
    access = "write" if write else "read"
    if object_ in ("tickets", "products"):
        return ["tickets" if object_ == "tickets" else "e-commerce"]
    needed = [f"{_OBJECTS.get(object_, 'crm.objects.contacts')}.{access}"]
    return [*needed, _EMAIL] if object_ == "emails" else needed


def schema_scope(object_: str, *, write: bool) -> str:
    """Return the scope that definitions of *object_* need."""
    if object_ in ("tickets", "products"):
        return object_scopes(object_, write=write)[0]
    name = object_ if object_ in ("companies", "deals") else "contacts"
    return f"crm.schemas.{name}.{'write' if write else 'read'}"
