"""A world whose CRM has objects for account plans."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kam_connector.model.kind import Row
from kam_connector.model.plan import Level, Nature, Objective
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, World, make_world

__all__ = [
    "PLAN_OBJECTS",
    "PLAN_TEXT",
    "make_judged_objective",
    "make_plan_schema",
    "make_plan_world",
    "standing",
]

PLAN_OBJECTS = ("plan", "objective", "measure")
PLAN_TEXT = """
[maps.plan]
new = "draft"
running = "active"
off = "withdrawn"

[plan.write]
object = "plan"
match = "kam_key"
optional = true
[plan.write.fields]
kam_key = "key"
name = { from = "title", required = true, conflict = "crm_unless_blank" }
about = { from = "account", ref = "account", required = true }
status = { from = "status", map = "plan", conflict = "newest" }

[objective.write]
object = "objective"
match = "kam_key"
optional = true
[objective.write.fields]
kam_key = "key"
name = { from = "title", required = true, conflict = "crm_unless_blank" }
plan = { from = "plan", ref = "plan", required = true }
why = { from = "reason", conflict = "crm_unless_blank" }
status = { from = "status", map = { open = "running", closed = "over" }, conflict = "newest" }
due = { from = "due", type = "date", conflict = "newest" }

[measure.write]
object = "measure"
match = "kam_key"
optional = true
[measure.write.fields]
kam_key = "key"
name = { from = "title", required = true, conflict = "crm_unless_blank" }
objective = { from = "objective", ref = "objective", required = true }
target = { from = "target", type = "text" }
current = { from = "current", type = "text", step = 3, null = "clear" }
"""
_FIELDS = {
    "plan": ("name", "about", "status"),
    "objective": ("name", "plan", "why", "status", "due"),
    "measure": ("name", "objective", "target", "current"),
}
_FIXED = {"objective": "plan", "measure": "objective"}
"""What a record belongs to is said once, when it is created."""


def make_judged_objective(*, reason: str = "They decide there") -> Objective:
    """Return an objective that a person set, and that a person will judge."""
    return Objective(
        id="own-1",
        account_id="",
        title="Be asked to the board",
        reason=reason,
        level=Level.STRATEGIC,
        metric="partnership",
        baseline=None,
        target=None,
        due=date(2027, 6, 30),
        nature=Nature.QUALITATIVE,
        success_criterion="An invitation",
        made_by="Claire",
    )


def make_plan_world(folder: Path | str = "", *, accounts: int = 1, has: bool = True) -> World:
    """Return a world whose CRM has account plans, or could have."""
    url = f"sqlite:///{folder}/kam.db" if folder else "sqlite://"
    schema = {name: make_plan_schema(name) for name in PLAN_OBJECTS} if has else {}
    crm = MemoryCrm(now=NOW, schema=schema)
    return make_world(url, accounts=accounts, crm=crm, mapping=MAPPING_TEXT + PLAN_TEXT)


def standing(world: World) -> dict[str, list[Row]]:
    """Return the plans, objectives and measures in the CRM, by object."""
    return {name: list(world.crm.live(name).values()) for name in PLAN_OBJECTS}


def make_plan_schema(name: str) -> ObjectSchema:
    """Return one object of plans as a CRM describes it."""
    key = FieldSchema(
        name="kam_key", label="Key", type=FieldType.TEXT, unique=True, external_id=True
    )
    others = (
        FieldSchema(name=one, label=one, type=FieldType.TEXT, updateable=_FIXED.get(name) != one)
        for one in _FIELDS[name]
    )
    return ObjectSchema(object=name, fields={one.name: one for one in (key, *others)})
