"""The Tooling API, as far as custom fields go: make one, find some, read one's metadata."""

from __future__ import annotations

from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.field_metadata import field_of, metadata_of
from kam_sandbox.salesforce.ids import INTEGRATION_USER, KEY_PREFIXES
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.schema import ObjectDef, parse_fields
from kam_sandbox.salesforce.select import run

__all__ = ["add_tooling"]

_ACTIVITY = ("Task", "Event")
"""The objects that share the fields made on Activity."""
_ADAPTABLE = (
    "Account",
    "AccountContactRelation",
    "AccountPlan",
    "AccountPlanObjective",
    "AccountPlanObjectiveMeasure",
    "Campaign",
    "Case",
    "Contact",
    "Contract",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
    "OpportunityLineItem",
    "Product2",
    "User",
)
"""Where fields can be made by hand, beside Activity (standard objects of CustomField's page)."""

_CUSTOM_FIELD = ObjectDef(
    name="CustomField",
    label="Custom Field",
    label_plural="Custom Fields",
    prefix=KEY_PREFIXES["CustomField"],
    fields=parse_fields(
        """
        Id id i!d
        DeveloperName string(80) h
        TableEnumOrId string(40)
        NamespacePrefix string(15)
        CreatedDate datetime !d
        LastModifiedDate datetime !d
        """
    ),
)


class _Tooling(Org):
    """The org as the Tooling API's queries see it: other tables over the same records."""

    def __init__(self, org: Org) -> None:
        vars(self).update(vars(org))
        tables = {"CustomField": _CUSTOM_FIELD} if org.world.salesforce_setup else {}
        self._objects = tables
        self._names = {name.lower(): name for name in tables}


def add_tooling(routes: Routes) -> None:
    """Add the pages of the Tooling API."""
    page = "tooling/sobjects/CustomField"
    routes.add("GET", "tooling/query", _query)
    routes.add("POST", page, _create)
    routes.add("GET", rf"{page}/(?P<id_>[A-Za-z0-9]{{15,18}})", _read)


def _query(org: Org, request: Request) -> Answer:
    """Answer a query; a user without the right to the setup has no such tables."""
    _list_fields(org)
    soql = request.query.get("q") or ""
    cursor = run(_Tooling(org), soql, everything=False, version=request.version)
    records = [cursor.show(record) for record in cursor.records]
    content = {
        "size": len(records),
        "totalSize": len(records),
        "done": True,
        "queryLocator": None,
        "entityTypeName": "CustomField",
        "records": records,
    }
    return Answer(content=content)


def _create(org: Org, request: Request) -> Answer:
    _need(org)
    _list_fields(org)
    body = request.document()
    table, _, full_name = str(body.get("FullName") or "").partition(".")
    tables = _tables(org)
    if table not in tables:
        message = f"Entity Enumeration Or ID: bad value for restricted picklist field: {table}"
        code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        raise ApiError(400, code, message, fields=["TableEnumOrId"])
    made = field_of(full_name, body.get("Metadata"))
    names = {name.lower() for object_ in tables[table] for name in org.custom_fields(object_)}
    if made.name.lower() in names:
        message = f"There is already a field named {made.name.removesuffix('__c')} on {table}."
        raise ApiError(400, "DUPLICATE_DEVELOPER_NAME", message, fields=["DeveloperName"])
    for object_ in tables[table]:
        org.made.add(object_, made)
    record = _listed(org, table, made.name, body["Metadata"])
    content = {"id": record.id, "success": True, "errors": [], "warnings": [], "infos": []}
    return Answer(status=201, content=content)


def _read(org: Org, request: Request, id_: str) -> Answer:
    _need(org)
    _list_fields(org)
    record = org.records.get("CustomField", id_)
    if record is None:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    table, name = record.fields["TableEnumOrId"], record.fields["DeveloperName"]
    url = f"/services/data/v{request.version}/tooling/sobjects/CustomField/{id_}"
    content = {
        "attributes": {"type": "CustomField", "url": url},
        "Id": id_,
        "DeveloperName": name,
        "TableEnumOrId": table,
        "FullName": f"{table}.{name}__c",
        "Metadata": record.fields["Metadata"],
    }
    return Answer(content=content)


def _tables(org: Org) -> dict[str, tuple[str, ...]]:
    """Return where fields can be made in this org, and the objects that then have them."""
    names = org.object_names()
    return {"Activity": _ACTIVITY} | {name: (name,) for name in _ADAPTABLE if name in names}


def _need(org: Org) -> None:
    if not org.world.salesforce_setup:
        message = "insufficient access rights on cross-reference id"
        raise ApiError(403, "INSUFFICIENT_ACCESS", message)


def _list_fields(org: Org) -> None:
    """Give every field that administrators made before a row of its own, once."""
    known = {
        (row.fields["TableEnumOrId"], row.fields["DeveloperName"])
        for row in org.records.all("CustomField")
    }
    for table, objects in _tables(org).items():
        for field in org.custom_fields(objects[0]).values():
            if (table, field.name.removesuffix("__c")) not in known:
                _listed(org, table, field.name, metadata_of(field))


def _listed(org: Org, table: str, name: str, metadata: dict[str, Any]) -> Record:
    row = {"TableEnumOrId": table, "DeveloperName": name.removesuffix("__c"), "Metadata": metadata}
    return org.records.insert("CustomField", row, by=INTEGRATION_USER)
