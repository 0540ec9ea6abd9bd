"""A custom field's metadata, read and written: what the Metadata API's CustomField page asks."""

from __future__ import annotations

import re
from typing import Any

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.schema import FieldDef

__all__ = ["field_of", "metadata_of"]

_WIRE = {
    "Checkbox": "boolean",
    "Currency": "currency",
    "Date": "date",
    "DateTime": "datetime",
    "Email": "email",
    "LongTextArea": "textarea",
    "Number": "double",
    "Percent": "percent",
    "Phone": "phone",
    "Text": "string",
    "TextArea": "textarea",
    "Url": "url",
}
"""What a describe calls each type of metadata."""
_FIXED = {"Email": 80, "Phone": 40, "TextArea": 255, "Url": 255}
_SIZED = {"Text": (1, 255), "LongTextArea": (256, 131_072)}
_NUMBERS = {"Currency", "Number", "Percent"}
_KEYS = {"Email", "Number", "Text"}
"""Types that may be unique or an external id."""
_KNOWN = {
    "caseSensitive", "defaultValue", "description", "externalId", "inlineHelpText", "label",
    "length", "precision", "required", "scale", "type", "unique", "visibleLines",
}  # fmt: skip
_LONGEST = {"label": 40, "description": 1_000, "inlineHelpText": 510}
_NAME = re.compile(r"(?!.*__.*__c)[A-Za-z][A-Za-z0-9_]{0,38}[A-Za-z0-9]__c")


def field_of(name: str, metadata: Any) -> FieldDef:
    """Return the field that *metadata* describes.

    Raises:
        ApiError: FIELD_INTEGRITY_EXCEPTION and the like, as a deployment is refused.
    """
    if not isinstance(metadata, dict):
        raise ApiError(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]")
    unknown = sorted(set(metadata) - _KNOWN)
    if unknown:
        message = f"No such column '{unknown[0]}' on sobject of type Metadata"
        raise ApiError(400, "JSON_PARSER_ERROR", message)
    _check(name, metadata)
    type_ = metadata["type"]
    flag = type_ == "Checkbox"
    return FieldDef(
        name=name,
        type=_WIRE[type_],
        length=_FIXED.get(type_) or int(metadata.get("length") or 0),
        precision=int(metadata.get("precision") or 0),
        scale=int(metadata.get("scale") or 0),
        nillable=not flag,
        defaulted=flag,
        external_id=bool(metadata.get("externalId")),
        id_lookup=bool(metadata.get("externalId")),
        unique=bool(metadata.get("unique")),
        label=str(metadata["label"]),
    )


def metadata_of(field: FieldDef) -> dict[str, Any]:
    """Return the metadata of a field that was there before."""
    long = field.type == "textarea" and field.length > _FIXED["TextArea"]
    of_wire = {wire: type_ for type_, wire in _WIRE.items() if type_ != "LongTextArea"}
    metadata: dict[str, Any] = {
        "type": "LongTextArea" if long else of_wire.get(field.type, "Text"),
        "label": field.name.removesuffix("__c").replace("_", " "),
        "externalId": field.external_id,
        "unique": field.unique,
        "length": field.length or None,
        "precision": field.precision or None,
        "scale": field.scale if field.precision else None,
    }
    return metadata


def _check(name: str, metadata: dict[str, Any]) -> None:
    type_ = metadata.get("type")
    if not _NAME.fullmatch(name):
        raise _wrong(f"The field name {name} may hold letters, digits and underscores", "FullName")
    if type_ not in _WIRE:
        raise _wrong(f"Field Type: bad value for restricted picklist field: {type_}", "Type")
    if not metadata.get("label"):
        raise _wrong("You must specify a label", "Label")
    for key, most in _LONGEST.items():
        if len(str(metadata.get(key) or "")) > most:
            message = f"{key}: data value too large (max length={most})"
            raise ApiError(400, "STRING_TOO_LONG", message, fields=[key])
    _check_size(type_, metadata)
    if type_ not in _KEYS and (metadata.get("unique") or metadata.get("externalId")):
        raise _wrong(f"Can not specify 'unique' or 'externalId' for a {type_}", "Unique")


def _check_size(type_: str, metadata: dict[str, Any]) -> None:
    least, most = _SIZED.get(type_, (0, 0))
    if most and not least <= int(metadata.get("length") or 0) <= most:
        raise _wrong(f"Length must be between {least} and {most}", "Length")
    if type_ == "LongTextArea" and int(metadata.get("visibleLines") or 0) < 2:
        raise _wrong("Must specify 'visibleLines' for a CustomField of type LongTextArea", "Lines")
    if type_ == "Checkbox" and metadata.get("defaultValue") not in ("true", "false", True, False):
        raise _wrong("Must specify 'defaultValue' for a CustomField of type Checkbox", "Default")
    if type_ in _NUMBERS and not _fits(metadata.get("precision"), metadata.get("scale")):
        raise _wrong("Precision must be 1 to 18 and hold the decimal places", "Precision")


def _fits(precision: Any, scale: Any) -> bool:
    given = isinstance(precision, int) and isinstance(scale, int)
    return given and 1 <= precision <= 18 and 0 <= scale <= precision


def _wrong(message: str, field: str) -> ApiError:
    return ApiError(400, "FIELD_INTEGRITY_EXCEPTION", message, fields=[field])
