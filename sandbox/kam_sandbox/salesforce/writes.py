"""Creating, changing and deleting rows, with everything the CRM refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kam_sandbox.records import Record
from kam_sandbox.salesforce import lifecycle
from kam_sandbox.salesforce.access import check_access
from kam_sandbox.salesforce.convert import stored_value
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.follow import changed_with, follow
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.references import by_external_id, checked_reference, existing
from kam_sandbox.salesforce.request import Request
from kam_sandbox.salesforce.rules import check_delete, check_row
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.salesforce.values import stamp

__all__ = ["Writer"]


@dataclass(slots=True)
class Writer:
    """Writes rows for one request, and can take them all back.

    Args:
        org: The org.
        request: Whose user writes, and what row-lock faults are matched against.
        faults: Whether scheduled row locks strike; a person's edits they never do.
    """

    org: Org
    request: Request
    faults: bool = field(default=True, kw_only=True)
    _mark: int = field(init=False)
    _history: int = field(init=False)

    def __post_init__(self) -> None:
        """Remember where this writer's work begins."""
        self._mark = len(self.request.undo)
        self._history = len(self.org.records.history)

    def create(self, object_: ObjectDef, values: Mapping[str, Any]) -> Record:
        """Insert a row.

        Raises:
            ApiError: as the API refuses it.
        """
        if not object_.createable:
            message = f"entity type {object_.name} does not support create"
            raise ApiError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)
        if any(name.lower() == "id" for name in values):
            message = "cannot specify Id in an insert call"
            raise ApiError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=["Id"])
        row = self._checked(object_, values, creating=True)
        if row.get("LastName") and object_.field("IsPersonAccount") and object_.name == "Account":
            row["Name"] = row["LastName"]
        missing = [f.name for f in object_.fields if _is_missing(f, row)]
        if missing:
            raise _missing(missing)
        self._check_unique(object_, row, None)
        check_access(self.org, object_.name, row)
        check_row(self.org, object_.name, row, None)
        self._strike("")
        row = self._defaults(object_) | row | changed_with(object_, row, {}, self._now())
        record = self.add(object_.name, row)
        follow(self, record, {})
        return record

    def update(self, object_: ObjectDef, record: Record, values: Mapping[str, Any]) -> None:
        """Change a row.

        Raises:
            ApiError: as the API refuses it.
        """
        row = self._checked(object_, values, creating=False)
        for name, value in row.items():
            known = object_.by_name[name.lower()]
            if value is None and not known.nillable:
                raise _missing([name])
        self._check_unique(object_, row, record)
        check_row(self.org, object_.name, row, record)
        self._strike(record.id)
        before = dict(record.fields)
        self.alter(record, row | changed_with(object_, row, before, self._now()))
        follow(self, record, before)

    def upsert(
        self, object_: ObjectDef, key: FieldDef, value: Any, values: Mapping[str, Any]
    ) -> tuple[Record, bool]:
        """Change the row with that external id, or insert it; tell whether it was inserted.

        Raises:
            ApiError: as the API refuses it; MULTIPLE_CHOICES (300) when several rows have it.
        """
        if key.name == "Id":
            record = existing(self.org, object_, str(value))
            self.update(object_, record, values)
            return record, False
        found = self.org.holder(object_, key, value)
        if len(found) > 1:
            raise ApiError(300, "DUPLICATE_EXTERNAL_ID", "The external ID is not unique")
        if found:
            self.update(object_, found[0], values)
            return found[0], False
        return self.create(object_, dict(values) | {key.name: value}), True

    def delete(self, object_: ObjectDef, record: Record) -> None:
        """Put a row and what it owns in the bin.

        Raises:
            ApiError: when the object cannot be deleted from.
        """
        if not object_.deletable:
            message = f"entity type {object_.name} does not support delete"
            raise ApiError(400, "CANNOT_DELETE_ENTITY", message)
        check_delete(self.org, record)
        self._strike(record.id)
        self.drop(record)
        if object_.name == "OpportunityLineItem":
            follow(self, record, {})

    def add(self, object_: str, values: Mapping[str, Any]) -> Record:
        """Insert a row as it is, without a check."""
        record = self.org.records.insert(object_, values, by=self.request.user)
        self.request.undo.append(lambda: self.org.records.purge(record))
        return record

    def alter(self, record: Record, values: Mapping[str, Any]) -> None:
        """Change a row as told, without a check."""
        self._remember(record)
        self.org.records.update(record, values, by=self.request.user)

    def drop(self, record: Record) -> None:
        """Delete a row and what it owns, without a check."""
        before = record.modified_at, record.modified_by
        gone = lifecycle.delete(self.org.records, record, by=self.request.user)

        def back() -> None:
            for row in gone:
                row.deleted_at = None
            record.modified_at, record.modified_by = before

        self.request.undo.append(back)

    def roll_back(self) -> None:
        """Take every write of this writer back."""
        for step in reversed(self.request.undo[self._mark :]):
            step()
        del self.request.undo[self._mark :]
        del self.org.records.history[self._history :]
        self.org.forget_keys()

    def _now(self) -> str:
        return stamp(self.org.world.clock.now())

    def _remember(self, record: Record) -> None:
        before = dict(record.fields), record.modified_at, record.modified_by

        def back() -> None:
            record.fields, record.modified_at, record.modified_by = before

        self.request.undo.append(back)

    def _strike(self, id_: str) -> None:
        """Refuse the row if a fault says so: a lock that another holds, or a rule of the org."""
        if not self.faults:
            return
        take, where = self.org.world.faults.take_kind, (self.request.method, self.request.target)
        if take("lock_row", "salesforce", *where) is not None:
            what = f"unable to obtain exclusive access to this record or 1 records: {id_}"
            raise ApiError(400, "UNABLE_TO_LOCK_ROW", what, fields=[])
        fault = take("refuse_row", "salesforce", *where)
        if fault is not None:
            given = fault.body or {}
            code = str(given.get("code", "FIELD_CUSTOM_VALIDATION_EXCEPTION"))
            message = str(given.get("message", "Refused by a validation rule"))
            raise ApiError(400, code, message, fields=given.get("fields", []))

    def _checked(
        self, object_: ObjectDef, values: Mapping[str, Any], *, creating: bool
    ) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name, value in values.items():
            if name == "attributes":
                continue
            field_, plain = self._target(object_, name, value)
            if not (field_.createable if creating else field_.updateable):
                raise _read_only(field_.name)
            stored = stored_value(field_, plain)
            if field_.type == "reference" and stored is not None:
                stored = checked_reference(self.org, object_, field_, stored)
            row[field_.name] = stored
        return row

    def _target(self, object_: ObjectDef, name: str, value: Any) -> tuple[FieldDef, Any]:
        known = object_.field(name)
        if known is not None:
            return known, value
        lookup = object_.by_relationship.get(name.lower())
        if lookup is not None and isinstance(value, dict):
            return lookup, by_external_id(self.org, lookup, value)
        message = f"No such column '{name}' on sobject of type {object_.name}"
        raise ApiError(400, "INVALID_FIELD", message, fields=[])

    def _check_unique(
        self, object_: ObjectDef, row: Mapping[str, Any], record: Record | None
    ) -> None:
        for known in object_.fields:
            value = row.get(known.name)
            if not known.unique or value is None:
                continue
            others = [o for o in self.org.holder(object_, known, value) if o is not record]
            if others:
                message = (
                    f"duplicate value found: {known.name} duplicates value on record with id: "
                    f"{others[0].id[:15]}"
                )
                raise ApiError(400, "DUPLICATE_VALUE", message, fields=[])

    def _defaults(self, object_: ObjectDef) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for known in object_.fields:
            if known.name == "OwnerId":
                row["OwnerId"] = self.request.user
            elif known.auto_number:
                count = sum(1 for _ in self.org.records.all(object_.name, deleted=True))
                row[known.name] = f"{count + 1:08d}"
            elif known.default is not None and known.createable:
                row[known.name] = known.default
            elif known.type == "boolean" and known.createable:
                row[known.name] = False
        return row


def _is_missing(field_: FieldDef, row: Mapping[str, Any]) -> bool:
    """Tell whether a create lacks what it must give: a default does not replace a null."""
    emptied = field_.name in row and not field_.nillable and field_.type != "boolean"
    return (field_.required or emptied) and row.get(field_.name) is None


def _read_only(name: str) -> ApiError:
    message = (
        f"Unable to create/update fields: {name}. Please check the security settings of this "
        "field and verify that it is read/write for your profile or permission set."
    )
    return ApiError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=[name])


def _missing(names: Iterable[str]) -> ApiError:
    listed = list(names)
    message = f"Required fields are missing: [{', '.join(listed)}]"
    return ApiError(400, "REQUIRED_FIELD_MISSING", message, fields=listed)
