"""One HubSpot account: its settings, its schema, and what it knows beside its records."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

from kam_sandbox.hubspot.catalogue import OBJECTS, standard_properties
from kam_sandbox.hubspot.definitions import Group, Property
from kam_sandbox.hubspot.grants import FIRST_REFRESH_TOKEN, Grant, Grants
from kam_sandbox.hubspot.kam_properties import KAM_GROUP, kam_properties
from kam_sandbox.hubspot.limiter import OAUTH_BURST, STARTER_BURST, STARTER_DAILY, Limiter, Limits
from kam_sandbox.hubspot.pipelines import PIPELINES
from kam_sandbox.hubspot.salesforce_sync import SALESFORCE_GROUP, salesforce_properties
from kam_sandbox.hubspot.scopes import ALL_SCOPES
from kam_sandbox.hubspot.settings import PORTAL_ID, TIME_ZONE, TOKEN, PortalSettings
from kam_sandbox.records import Edit, Record
from kam_sandbox.state import World

__all__ = ["ALL_SCOPES", "PORTAL_ID", "TOKEN", "Portal", "PortalSettings"]

_NO_LIMIT = 10_000
"""Our choice: a test that allows so many calls wants no limit, for OAuth apps neither."""
_FIRST_NUMBER = 910_000_001
_DRIFTED_LENGTH = 10
"""Our choice: a length that any real text exceeds, for the drift ``shorter``."""


class Portal:
    """The account that one app serves."""

    def __init__(self, world: World, settings: PortalSettings | None = None) -> None:
        self.world = world
        self.settings = settings or PortalSettings()
        self.limiter = Limiter(self._limits(), day=self._day)
        self.oauth_limiter = self._limit_apps()
        self.grants = Grants()
        self.grants.refresh[FIRST_REFRESH_TOKEN] = Grant(scopes=ALL_SCOPES, user=4711)
        self.properties: dict[str, dict[str, Property]] = {}
        self.archived_properties: dict[str, dict[str, Property]] = {}
        self.groups: dict[str, dict[str, Group]] = {}
        self.pipelines = {
            object_: {one.id: one for one in pipelines} for object_, pipelines in PIPELINES.items()
        }
        self._numbers = count(_FIRST_NUMBER)
        self._requests = count(1)
        self._history: dict[tuple[str, str, str], list[Edit]] = {}
        self._history_read = 0
        self._ordered: dict[str, tuple[int, list[Record]]] = {}
        world.associations.clock = world.clock
        for object_ in OBJECTS:
            self._install(object_)

    def definitions(self, object_: str) -> Mapping[str, Property]:
        """Return the properties of *object_* as of now, schema drift applied."""
        known = self.properties[object_]
        for fault in self.world.faults.standing("schema_drift", "hubspot"):
            if fault.field in known and fault.object in ("", object_):
                known = _drifted(known, fault.field, fault.change)
        return known

    def scopes(self) -> frozenset[str]:
        """Return what the administrator lets us have."""
        granted = self.world.hubspot_scopes
        return ALL_SCOPES if granted is None else granted

    def has(self, feature: str) -> bool:
        """Tell whether the portal differs from a Professional one in this way."""
        features = self.world.portal_features
        return feature in features or ("starter" in features and feature.startswith("no_"))

    def switch(self, features: frozenset[str]) -> None:
        """Set the features while the portal runs; made properties and groups stay."""
        made = {object_: self.properties[object_] for object_ in OBJECTS}
        groups = {object_: self.groups[object_] for object_ in OBJECTS}
        self.world.portal_features = features
        for object_ in OBJECTS:
            self._install(object_)
            own = {n: one for n, one in made[object_].items() if not one.hubspot_defined}
            self.properties[object_] |= own
            self.groups[object_] = groups[object_] | self.groups[object_]
        self.limiter.limits, self.oauth_limiter = self._limits(), self._limit_apps()

    def next_number(self) -> str:
        """Return a new number for what the portal adds to itself, such as a stage."""
        return str(next(self._numbers))

    def search_lag_s(self, object_: str) -> float:
        """Return how old a write must be before search shows it."""
        late = self.world.faults.standing("late_visible", "hubspot")
        lags = [fault.seconds for fault in late if fault.object in ("", object_)]
        return max([self.settings.search_lag_s, *lags])

    def correlation_id(self) -> str:
        """Return the next request's id: the same in every run of the same requests."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.world.seed}/{next(self._requests)}"))

    def edits(self, object_: str, id_: str, property_: str) -> list[Edit]:
        """Return the changes of one property of one record, oldest first."""
        history = self.world.hubspot.history
        for edit in history[self._history_read :]:
            self._history.setdefault((edit.object, edit.id, edit.field), []).append(edit)
        self._history_read = len(history)
        return self._history.get((object_, id_, property_), [])

    def records_after(self, object_: str, id_: int) -> Iterator[Record]:
        """Yield the records above an id, binned ones included, by the number of their id."""
        written = len(self.world.hubspot.history)
        known, ordered = self._ordered.get(object_, (-1, []))
        if known != written:  # every write adds to the history
            ordered = sorted(self.world.hubspot.all(object_, deleted=True), key=_number)
            self._ordered[object_] = (written, ordered)
        for record in ordered[bisect_right(ordered, id_, key=_number) :]:
            if self.world.hubspot.get(object_, record.id) is record:  # not forgotten since
                yield record

    def rotate_token(self) -> None:
        """Replace the token: its last four digits count up, and the old one is dead."""
        head, number = self.settings.token[:-4], int(self.settings.token[-4:])
        self.settings.token = f"{head}{number + 1:04d}"

    def now(self) -> datetime:
        """Return the world's time."""
        return self.world.clock.now()

    def _day(self) -> object:
        return self.now().astimezone(ZoneInfo(TIME_ZONE)).date()

    def _limits(self) -> Limits:
        if self.settings.limits is not None:
            return self.settings.limits
        world = self.world
        limits = Limits(burst=world.hubspot_burst, search_per_s=world.hubspot_searches_per_s)
        if self.has("starter"):
            return replace(limits, burst=STARTER_BURST, daily=STARTER_DAILY)
        return limits

    def _limit_apps(self) -> Limiter:
        """Return the limiter of OAuth apps: smaller bursts, no daily limit, the same searches."""
        limits = self.limiter.limits
        burst = min(limits.burst, OAUTH_BURST) if limits.burst < _NO_LIMIT else limits.burst
        return Limiter(replace(limits, burst=burst), searches=self.limiter.searches, by_day=False)

    def _install(self, object_: str) -> None:
        standard = [one for one in standard_properties(object_) if not self._lacks(one.name)]
        ours = [] if self.world.bare else self._ours(object_)
        synced = salesforce_properties(object_) if self.has("salesforce_integration") else []
        known = [*standard, *synced, *ours]
        self.properties[object_] = {one.name: one for one in known}
        for name in self._undefined(object_):
            self.properties[object_][name] = Property(
                name=name, label=name, group=standard[0].group, hubspot_defined=False
            )
        self.archived_properties.setdefault(object_, {})
        name = standard[0].group
        groups = [Group(name=name, label=_title(name), display_order=0)]
        groups += [SALESFORCE_GROUP] if synced else []
        groups += [KAM_GROUP] if ours else []
        self.groups[object_] = {group.name: group for group in groups}

    def _lacks(self, name: str) -> bool:
        return name == "hs_buying_role" and self.has("no_buying_roles")

    def _ours(self, object_: str) -> list[Property]:
        """Return our properties; without the right to unique ones on tasks, a plain key."""
        plain = object_ == "tasks" and self.has("no_unique_task_property")
        return [replace(one, unique=one.unique and not plain) for one in kam_properties(object_)]

    def _undefined(self, object_: str) -> list[str]:
        """Return what records hold beyond the schema: the columns of a loaded export."""
        held = (record.fields for record in self.world.hubspot.all(object_, deleted=True))
        names = dict.fromkeys(name for fields in held for name in fields)
        return [name for name in names if name not in self.properties[object_]]


def _number(record: Record) -> int:
    return int(record.id)


def _drifted(known: Mapping[str, Property], name: str, change: str) -> dict[str, Property]:
    changed = dict(known)
    match change:
        case "readonly":
            changed[name] = replace(known[name], read_only=True)
        case "shorter":
            changed[name] = replace(known[name], max_length=_DRIFTED_LENGTH)
        case "retyped":
            changed[name] = replace(known[name], type="number", field_type="number", options=())
        case "narrower":
            changed[name] = replace(known[name], options=known[name].options[:1])
        case _:
            del changed[name]
    return changed


def _title(group: str) -> str:
    return group.removesuffix("information").replace("_", " ").capitalize() + " information"
