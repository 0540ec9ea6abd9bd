"""What the KAM layer itself holds of values that people set in a CRM too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from kam_connector.mapping import (
    MISSING,
    Missing,
    WriteContext,
    WriteField,
    WritePlan,
    compile_write,
)
from kam_connector.mapping.rule import ASKING
from kam_connector.model.kind import JsonValue, Kind, Row
from kam_connector.model.layer_homes import has_home
from kam_connector.model.plan import (
    Action,
    ActionState,
    Objective,
    ObjectiveStatus,
    Plan,
    PlanStatus,
)
from kam_connector.model.pull import PullSource
from kam_connector.sync.context import SyncContext

__all__ = ["LayerSide", "asked_fields"]

_PLAN: Mapping[PlanStatus, str] = {
    PlanStatus.DRAFT: "draft",
    PlanStatus.ACTIVE: "active",
    PlanStatus.STALE: "active",
}
_TASK: Mapping[ActionState, str] = {
    ActionState.OPEN: "open",
    ActionState.DONE: "done",
    ActionState.WITHDRAWN: "withdrawn",
    ActionState.EXPIRED: "withdrawn",
}


def asked_fields(ctx: SyncContext, source: PullSource) -> dict[str, str]:
    """Return the CRM fields of a source, by path, whose conflicts a person decides."""
    write = ctx.mapping.write_of(source.kind)
    if write is None or write.object != source.object:
        return {}
    return {
        rule.inputs[0]: rule.target
        for rule in write.rules
        if rule.policy in ASKING and rule.source == "from" and has_home(source.kind, rule.inputs[0])
    }


class LayerSide:
    """Our values as the CRM would hold them, read from the layer itself.

    Last night's outcomes are older: a person may have edited a plan since.

    Args:
        ctx: The connection.
        source: What is read.
    """

    def __init__(self, ctx: SyncContext, source: PullSource) -> None:
        self._ctx = ctx
        self._kind = source.kind
        self._object = source.object

    def field(self, path: str) -> WriteField | None:
        """Return how a path is written here; None where this org does not let us."""
        return next((one for one in self._plan.fields if one.path == path), None)

    def values(self, kam_id: str) -> Mapping[str, JsonValue | Missing]:
        """Return our values of one record by path, as the CRM's fields hold them."""
        held = self._held(kam_id)
        translated = self._plan.translate(held).fields if held else {}
        return {one.path: translated.get(one.field, MISSING) for one in self._plan.fields}

    @cached_property
    def _plan(self) -> WritePlan:
        crm = self._ctx.crm
        context = WriteContext(resolve=self._ref, tz=crm.identity().time_zone)
        return compile_write(self._ctx.mapping, self._kind, crm.describe(self._object), context)

    @cached_property
    def _records(self) -> Mapping[str, Plan | Objective | Action]:
        store = self._ctx.store
        if self._kind is Kind.OBJECTIVE:
            return {one.id: one for one in store.objectives()}
        if self._kind is Kind.TASK:
            return {one.id: one for one in store.actions()}
        return {one.id: one for one in store.plans() if one.id is not None}

    def _held(self, kam_id: str) -> Row:
        if self._kind is Kind.ACCOUNT:
            plan = self._ctx.store.plan(kam_id)
            review = plan.next_review if plan else None
            return {"plan.next_review": review.isoformat() if review else None} if plan else {}
        record = self._records.get(kam_id)
        return _values(record) if record is not None else {}

    def _ref(self, kind: Kind, id_: str) -> str | None:
        pairs = self._ctx.store.refs(kind, [id_]).get(id_, ())
        return next((ref for name, ref in pairs if name == self._ctx.connection), None)


def _values(record: Plan | Objective | Action) -> Row:
    match record:
        case Plan():
            return {"status": _PLAN.get(record.status)}
        case Objective():
            is_open = record.status is ObjectiveStatus.OPEN
            return {
                "status": "open" if is_open else "closed",
                "title": record.title,
                "due": record.due.isoformat(),
            }
    return {
        "status": _TASK.get(record.state),
        "owner": record.owner_id,
        "due": record.due.isoformat(),
    }
