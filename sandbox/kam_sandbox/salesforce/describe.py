"""Describe answers, with the keys of recorded ones."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from kam_sandbox.salesforce.field_security import permissionable
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.relations import child_name, owned_by
from kam_sandbox.salesforce.rollups import FORMULAS
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef

__all__ = ["describe", "summary"]

_SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "int": "xsd:int",
    "address": "urn:address",
}
_BYTES_PER_CHAR = 3
"""byteLength / length in recorded describes (UTF-8)."""
_MASTER_TYPE = "012000000000000AAA"


def summary(object_: ObjectDef, version: str) -> dict[str, Any]:
    """Return an object's entry in the global describe."""
    path = f"/services/data/v{version}/sobjects/{object_.name}"
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": object_.createable,
        "custom": False,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": object_.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": object_.createable,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": object_.prefix,
        "label": object_.label,
        "labelPlural": object_.label_plural,
        "layoutable": object_.createable,
        "mergeable": object_.mergeable,
        "mruEnabled": object_.createable,
        "name": object_.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": object_.createable,
        "triggerable": object_.createable,
        "undeletable": object_.undeletable,
        "updateable": object_.updateable,
        "urls": {
            "rowTemplate": f"{path}/{{ID}}",
            "describe": f"{path}/describe",
            "sobject": path,
        },
    }


def describe(org: Org, object_: ObjectDef, version: str) -> dict[str, Any]:
    """Return an object's full describe."""
    return summary(object_, version) | {
        "actionOverrides": [],
        "childRelationships": _child_relationships(org, object_.name),
        "compactLayoutable": object_.createable,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [_field(field) for field in object_.fields],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": _record_types(org, object_, version),
        "searchLayoutable": object_.createable,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": f"All {object_.label_plural}", "name": "everything"}],
    }


def _record_types(org: Org, object_: ObjectDef, version: str) -> list[dict[str, Any]]:
    """Return the object's own record types and the master, which every object has."""
    own = []
    if object_.field("RecordTypeId") is not None:
        rows = org.records.all("RecordType")
        own = [row for row in rows if row.fields["SobjectType"] == object_.name]
    entries = [(row.id, row.fields["DeveloperName"], row.fields["Name"]) for row in own]
    entries.append((_MASTER_TYPE, "Master", "Master"))
    layouts = f"/services/data/v{version}/sobjects/{object_.name}/describe/layouts"
    return [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": place == 0,
            "developerName": developer_name,
            "master": id_ == _MASTER_TYPE,
            "name": name,
            "recordTypeId": id_,
            "urls": {"layout": f"{layouts}/{id_}"},
        }
        for place, (id_, developer_name, name) in enumerate(entries)
    ]


def _child_relationships(org: Org, name: str) -> list[dict[str, Any]]:
    owned = {(relation.child, relation.lookup) for relation in owned_by(name)}
    return [
        {
            "cascadeDelete": (child, field.name) in owned,
            "childSObject": child,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": child_name(name, child, field.name),
            "restrictedDelete": False,
        }
        for child in org.object_names()
        for field in org.object(child).fields
        if name in field.targets
    ]


@cache
def _field(field: FieldDef) -> dict[str, Any]:
    content = _rights(field) | _shape(field)
    return dict(sorted(content.items()))


def _rights(field: FieldDef) -> dict[str, Any]:
    return {
        "aggregatable": field.aggregatable,
        "createable": field.createable,
        "defaultedOnCreate": field.defaulted,
        "externalId": field.external_id,
        "filterable": field.filterable,
        "groupable": field.groupable,
        "idLookup": field.id_lookup or field.external_id,
        "nillable": field.nillable,
        "permissionable": permissionable(field),
        "sortable": field.sortable,
        "unique": field.unique,
        "updateable": field.updateable,
        "writeRequiresMasterRead": False,
    }


def _shape(field: FieldDef) -> dict[str, Any]:
    default: Any = False if field.type == "boolean" else field.default
    return {
        "aiPredictionField": False,
        "autoNumber": field.auto_number,
        "byteLength": field.length * (1 if field.type == "id" else _BYTES_PER_CHAR),
        "calculated": field.calculated,
        "calculatedFormula": FORMULAS.get(field.name),
        "cascadeDelete": field.master_detail,
        "caseSensitive": False,
        "compoundFieldName": None,
        "controllerName": None,
        "custom": field.custom,
        "defaultValue": default,
        "defaultValueFormula": None,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": field.digits,
        "displayLocationInDecimal": False,
        "encrypted": False,
        "extraTypeInfo": _extra_type(field),
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "highScaleNumber": False,
        "htmlFormatted": False,
        "inlineHelpText": None,
        "label": _label(field),
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": field.polymorphic,
        "picklistValues": [_picklist_value(field, value) for value in field.values],
        "polymorphicForeignKey": field.polymorphic,
        "precision": field.precision,
        "queryByDistance": False,
        "referenceTargetField": None,
        "referenceTo": list(field.targets),
        "relationshipName": field.relationship,
        "relationshipOrder": 0 if field.master_detail else None,
        "restrictedDelete": False,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "searchPrefilterable": False,
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "type": field.type,
    }


def _extra_type(field: FieldDef) -> str | None:
    return "plaintextarea" if field.type == "textarea" else None


def _picklist_value(field: FieldDef, value: str) -> dict[str, Any]:
    return {
        "active": True,
        "defaultValue": value == field.default,
        "label": value,
        "validFor": None,
        "value": value,
    }


def _label(field: FieldDef) -> str:
    if field.label:
        return field.label
    if field.custom:
        return field.name.removesuffix("__c").replace("_", " ")
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", field.name)
    return re.sub(r" Id$", " ID", words)
