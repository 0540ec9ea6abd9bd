"""The org: the world as Salesforce sees it, its schema of the moment, its sessions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from kam_sandbox.clock import START
from kam_sandbox.records import Record
from kam_sandbox.salesforce import lifecycle
from kam_sandbox.salesforce.computed import CLOSED_TASK, STAGES, TASK_STATUSES, is_archived
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.ids import INTEGRATION_USER, KEY_PREFIXES, ORG_ID
from kam_sandbox.salesforce.objects import standard_objects
from kam_sandbox.salesforce.schema import FieldDef, ObjectDef
from kam_sandbox.state import World

__all__ = ["Org"]

_NO_TYPE = (
    "sObject type '{}' is not supported. If you are attempting to use a custom object, be sure to "
    "append the '__c' after the entity name. Please reference your WSDL or the describe call for "
    "the appropriate names."
)


class Org:
    """One org over one world.

    Args:
        world: Its records, clock, faults and log.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.records = world.salesforce
        self.calls = 0
        """API calls counted against the daily limit."""
        self._objects = standard_objects(bare=world.bare, multi_currency=world.multi_currency)
        self._names = {name.lower(): name for name in self._objects}
        self._unique: dict[tuple[str, str], dict[str, str]] = {}
        _seed_setup(world)

    def object_names(self) -> list[str]:
        """Return the API names of all objects."""
        return sorted(self._objects)

    def object(self, name: str) -> ObjectDef:
        """Return an object's definition as it is now, drift included.

        Raises:
            ApiError: INVALID_TYPE.
        """
        proper = self._names.get(name.lower())
        if proper is None:
            raise ApiError(400, "INVALID_TYPE", _NO_TYPE.format(name))
        definition = self._objects[proper]
        for fault in self.world.faults.standing("schema_drift", "salesforce"):
            if fault.object == proper:
                definition = _drifted(definition, fault.field, fault.change)
        return definition

    def object_of_id(self, id_: str) -> str | None:
        """Return the object that an id's key prefix names."""
        return next((name for name, key in KEY_PREFIXES.items() if id_.startswith(key)), None)

    def visible(self, object_: str, *, everything: bool) -> Iterator[Record]:
        """Yield the records that ``query`` sees, or ``queryAll`` with *everything*."""
        hidden = self._late(object_)
        for record in self.records.all(object_, deleted=everything):
            if record.deleted_at is not None and not lifecycle.is_binned(record):
                continue
            if hidden and record.modified_at > self.world.clock.now() - hidden:
                continue
            if everything or not is_archived(self.world, record):
                yield record

    def _late(self, object_: str) -> timedelta | None:
        """Return how fresh a row may be and still be hidden: a commit that is not out yet."""
        for fault in self.world.faults.standing("late_visible", "salesforce"):
            if fault.object in ("", object_):
                return timedelta(seconds=fault.seconds)
        return None

    def holder(self, object_: ObjectDef, field: FieldDef, value: Any) -> list[Record]:
        """Return the live records whose external id *field* has this value, in any case."""
        wanted = str(value).lower()
        key = (object_.name, field.name)
        index = self._unique.setdefault(key, {})
        known = self.records.get(object_.name, index.get(wanted, ""))
        if field.unique and known is not None and _holds(known, field, wanted):
            return [known]
        found = [row for row in self.records.all(object_.name) if _holds(row, field, wanted)]
        if found:
            index[wanted] = found[0].id
        return found


def _holds(record: Record, field: FieldDef, wanted: str) -> bool:
    value = record.id if field.name == "Id" else record.fields.get(field.name)
    return record.deleted_at is None and value is not None and str(value).lower() == wanted


def _drifted(definition: ObjectDef, name: str, change: str) -> ObjectDef:
    kept = []
    for field in definition.fields:
        if field.name != name:
            kept.append(field)
        elif change == "readonly":
            kept.append(replace(field, createable=False, updateable=False))
        elif change == "shorter":
            kept.append(replace(field, length=max(1, field.length // 2)))
    return definition.with_fields(tuple(kept))


def _seed_setup(world: World) -> None:
    """Add the rows that every org has, where the world did not bring them."""
    records, by = world.salesforce, INTEGRATION_USER
    start = START
    if records.get("User", INTEGRATION_USER) is None:
        records.insert("User", _INTEGRATION, by=by, id_=INTEGRATION_USER, at=start)
    if records.get("Organization", ORG_ID) is None:
        records.insert("Organization", _ORGANIZATION, by=by, id_=ORG_ID, at=start)
    if next(records.all("TaskStatus"), None) is None:
        for number, label in enumerate(TASK_STATUSES, 1):
            row = {"MasterLabel": label, "ApiName": label, "SortOrder": number}
            row |= {"IsDefault": number == 1, "IsClosed": label == CLOSED_TASK}
            records.insert("TaskStatus", row, by=by, at=start)
    if next(records.all("OpportunityStage"), None) is None:
        for number, stage in enumerate(STAGES, 1):
            row = {"MasterLabel": stage.label, "ApiName": stage.label, "SortOrder": number}
            row |= {"IsActive": True, "IsClosed": stage.closed, "IsWon": stage.won}
            row |= {"ForecastCategory": stage.category, "DefaultProbability": stage.probability}
            row["ForecastCategoryName"] = stage.category_name
            records.insert("OpportunityStage", row, by=by, at=start)


_INTEGRATION = {
    "Username": "kam.connector@sandbox.example",
    "FirstName": "Kam",
    "LastName": "Connector",
    "Email": "kam.connector@sandbox.example",
    "Alias": "kamconn",
    "IsActive": True,
    "UserType": "Standard",
    "TimeZoneSidKey": "Europe/Paris",
    "LocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "EmailEncodingKey": "UTF-8",
    "ProfileId": "00eKS0000000001AAA",
}
_ORGANIZATION = {
    "Name": "KAM Sandbox",
    "Country": "FR",
    "DefaultLocaleSidKey": "en_US",
    "LanguageLocaleKey": "en_US",
    "TimeZoneSidKey": "Europe/Paris",
    "FiscalYearStartMonth": 1,
    "OrganizationType": "Developer Edition",
    "InstanceName": "SBX",
    "IsSandbox": True,
    "IsReadOnly": False,
}
