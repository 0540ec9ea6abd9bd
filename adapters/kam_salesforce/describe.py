"""Objects and fields as the signed-in user sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kam_connector.errors import RecordError
from kam_connector.model.identity import CrmIdentity
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_salesforce import query
from kam_salesforce.answers import texts_of
from kam_salesforce.client import Client
from kam_salesforce.versions import check_version

__all__ = ["describe", "identity", "user_ref"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_TYPES: Mapping[str, FieldType] = {
    "id": FieldType.ID,
    "string": FieldType.TEXT,
    "encryptedstring": FieldType.TEXT,
    "combobox": FieldType.TEXT,
    "textarea": FieldType.LONG_TEXT,
    "int": FieldType.INTEGER,
    "long": FieldType.INTEGER,
    "double": FieldType.NUMBER,
    "currency": FieldType.MONEY,
    "percent": FieldType.PERCENT,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "picklist": FieldType.PICKLIST,
    "multipicklist": FieldType.MULTI_PICKLIST,
    "reference": FieldType.REFERENCE,
    "email": FieldType.EMAIL,
    "url": FieldType.URL,
    "phone": FieldType.PHONE,
}

_MOVE_NOTHING = frozenset({"LastActivityDate", "LastReferencedDate", "LastViewedDate"})
"""Standard fields that behave like formulas, whatever describe says: Salesforce counts them out
of activities and views, and the record's SystemModstamp stays."""


def identity(client: Client) -> CrmIdentity:
    """Return who answers: four calls, of which two are counted."""
    check_version(client)
    found_ref, user_name = _user(client)
    org = _only(client, "Id", "TimeZoneSidKey", of="Organization")
    return CrmIdentity(
        org_ref=org["Id"],
        user_ref=found_ref,
        user_name=user_name,
        api_version=client.settings.api_version,
        currency=_currency(client),
        time_zone=org["TimeZoneSidKey"],
        now=client.now(),
    )


def describe(client: Client, object_: str) -> ObjectSchema:
    """Return the fields of an object.

    Raises:
        RecordError: The org has no such object (KAM-3210).
    """
    if not _NAME.fullmatch(object_):
        raise RecordError("this is no name of an object", code="KAM-3210", crm=client.name)
    answer = client.call(f"sobjects/{object_}/describe")
    with client.reading():
        return _schema(answer)


def _schema(answer: Mapping[str, Any]) -> ObjectSchema:
    fields = [_field(raw) for raw in answer["fields"]]
    return ObjectSchema(
        object=str(answer["name"]),
        fields={field.name: field for field in fields},
        queryable=bool(answer.get("queryable", True)),
        record_types={
            str(kind["recordTypeId"]): str(kind["developerName"])
            for kind in answer.get("recordTypeInfos") or ()
            if kind.get("developerName")
        },
    )


def _field(raw: Mapping[str, Any]) -> FieldSchema:
    type_ = _TYPES.get(str(raw["type"]), FieldType.OTHER)
    if type_ is FieldType.TEXT and "extraTypeInfo" in raw and raw["extraTypeInfo"]:
        type_ = FieldType.LONG_TEXT
    length = int(raw.get("length") or 0)
    createable = bool(raw.get("createable"))
    required = createable and not raw.get("nillable") and not raw.get("defaultedOnCreate")
    return FieldSchema(
        name=str(raw["name"]),
        label=str(raw.get("label", raw["name"])),
        type=type_,
        length=length or None,
        digits=_digits(raw),
        updateable=bool(raw.get("updateable")),
        createable=createable,
        required=required,
        unique=bool(raw.get("unique")),
        external_id=bool(raw.get("externalId") or raw.get("idLookup")),
        calculated=bool(raw.get("calculated")) or raw["name"] in _MOVE_NOTHING,
        options=tuple(str(v["value"]) for v in raw.get("picklistValues") or () if v["active"]),
        restricted=bool(raw.get("restrictedPicklist")),
        refers_to=tuple(raw.get("referenceTo") or ()),
        permissioned=raw.get("permissionable") is not False,
        part_of=str(raw.get("compoundFieldName") or ""),
    )


def _digits(raw: Mapping[str, Any]) -> int | None:
    precision = int(raw.get("precision") or 0)
    return precision - int(raw.get("scale") or 0) if precision else None


def user_ref(client: Client) -> str:
    """Return the id of whom we act as."""
    return _user(client)[0]


def _user(client: Client) -> tuple[str, str]:
    """Return id and login name of whom we act as.

    The sign-in names the user; the userinfo page, which needs a scope of its own, is asked
    only about tokens from elsewhere.
    """
    signed_in = client.transport.sign_in.session().user_ref
    if not query.check_ref(signed_in):
        user = client.user_info()
        return user["user_id"], user["preferred_username"]
    me = [query.is_in("Id", [signed_in])]
    return signed_in, _only(client, "Username", of="User", where=me)["Username"]


def _only(client: Client, *names: str, of: str, where: Sequence[str] = ()) -> Mapping[str, str]:
    """Return the only record of a query, all of whose fields are texts."""
    rows = client.query(query.select(names, of, where, limit=1))
    with client.reading():
        found = texts_of(rows[0], *names)
        if "Id" in found and not query.check_ref(found["Id"]):
            raise ValueError("no record id")
        return found


def _currency(client: Client) -> str:
    """Return the corporate currency of a multi-currency org, else the setting."""
    try:
        where = [query.is_true("IsCorporate")]
        rows = client.query(query.select(["IsoCode"], "CurrencyType", where, limit=1))
    except RecordError:  # the object exists with multi-currency only
        return client.settings.currency
    with client.reading():
        return texts_of(rows[0], "IsoCode")["IsoCode"] if rows else client.settings.currency
