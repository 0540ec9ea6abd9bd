"""Objects and properties as the token sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.identity import CrmIdentity
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_hubspot.answers import reading
from kam_hubspot.client import Client

__all__ = ["EXCHANGE_RATES", "LONGEST", "OWNERS", "describe", "identity"]

OWNERS = "owners"
EXCHANGE_RATES = "exchange_rates"
"""Lists of the account, read as if they were objects."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
LONGEST = 65_536
"""Characters of a text value (knowledge base, property field types)."""
_TYPES: Mapping[str, FieldType] = {
    "string": FieldType.TEXT,
    "number": FieldType.NUMBER,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "enumeration": FieldType.PICKLIST,
    "bool": FieldType.BOOLEAN,
    "phone_number": FieldType.PHONE,
}
_FORMS: Mapping[tuple[str, str], FieldType] = {
    ("string", "textarea"): FieldType.LONG_TEXT,
    ("string", "html"): FieldType.LONG_TEXT,
    ("string", "phonenumber"): FieldType.PHONE,
    ("enumeration", "booleancheckbox"): FieldType.BOOLEAN,
    ("enumeration", "checkbox"): FieldType.MULTI_PICKLIST,
}
_OWNER_FIELDS = {
    "id": FieldType.ID,
    "email": FieldType.EMAIL,
    "firstName": FieldType.TEXT,
    "lastName": FieldType.TEXT,
    "userId": FieldType.TEXT,
    "type": FieldType.TEXT,
    "archived": FieldType.BOOLEAN,
    "createdAt": FieldType.DATETIME,
    "updatedAt": FieldType.DATETIME,
}


_RATE_FIELDS = {
    "fromCurrencyCode": FieldType.TEXT,
    "toCurrencyCode": FieldType.TEXT,
    "conversionRate": FieldType.NUMBER,
    "effectiveAt": FieldType.DATETIME,
    "visibleInUI": FieldType.BOOLEAN,
}
_LISTS = {OWNERS: _OWNER_FIELDS, EXCHANGE_RATES: _RATE_FIELDS}


def identity(client: Client) -> CrmIdentity:
    """Return who answers: one call. A service key acts for itself, not for a person."""
    account = client.account(ask=True)
    with reading(client.name):
        return CrmIdentity(
            org_ref=str(int(account["portalId"])),
            user_ref="service-key",
            user_name="service key",
            api_version=client.settings.api_version,
            currency=str(account["companyCurrency"]),
            time_zone=str(account["timeZone"]),
            now=client.now(),
        )


def describe(client: Client, object_: str) -> ObjectSchema:
    """Return the properties of an object.

    Raises:
        RecordError: The portal has no such object (KAM-3210).
    """
    if object_ in _LISTS:
        fields = {name: _listed(name, type_) for name, type_ in _LISTS[object_].items()}
        return ObjectSchema(object=object_, fields=fields)
    if not _NAME.fullmatch(object_):
        raise RecordError("this is no name of an object", code="KAM-3210", crm=client.name)
    try:
        answer = client.properties(object_)
    except RecordError as error:
        if error.http_status not in (400, 404):
            raise
        message = f"the portal has no object {object_}"
        raise RecordError(
            message, code="KAM-3210", crm=client.name, http_status=error.http_status
        ) from error
    with reading(client.name):
        found = {field.name: field for field in map(_field, answer)}
    return ObjectSchema(object=object_, fields=found)


def _field(raw: Mapping[str, Any]) -> FieldSchema:
    kind, form = str(raw["type"]), str(raw.get("fieldType", ""))
    type_ = _FORMS.get((kind, form), _TYPES.get(kind, FieldType.OTHER))
    if type_ is FieldType.NUMBER and raw.get("showCurrencySymbol"):
        type_ = FieldType.MONEY
    read_only = bool((raw.get("modificationMetadata") or {}).get("readOnlyValue"))
    writable = not (read_only or raw.get("calculated"))
    unique = bool(raw.get("hasUniqueValue"))
    options = tuple(str(option["value"]) for option in raw.get("options") or ())
    return FieldSchema(
        name=str(raw["name"]),
        label=str(raw.get("label", raw["name"])),
        type=type_,
        length=LONGEST if type_ in (FieldType.TEXT, FieldType.LONG_TEXT) else None,
        updateable=writable,
        createable=writable,
        unique=unique,
        external_id=unique,
        calculated=bool(raw.get("calculated")),
        options=options,
        restricted=bool(options) and not raw.get("externalOptions"),
        refers_to=(OWNERS,) if raw.get("referencedObjectType") == "OWNER" else (),
    )


def _listed(name: str, type_: FieldType) -> FieldSchema:
    return FieldSchema(name=name, label=name, type=type_, updateable=False, createable=False)
