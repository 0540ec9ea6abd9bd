"""What people change in fields that we write comes back into the KAM layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kam_connector.mapping import ReadContext, compile_readback, merge_field, same_value
from kam_connector.mapping.merge import MISSING
from kam_connector.model.instant import parse_instant
from kam_connector.model.kind import MADE, JsonValue, Kind, Row
from kam_connector.model.plan import Action, ActionState, Plan, PlanStatus
from kam_connector.model.pull import PullSource
from kam_connector.model.staging import Agreed, StagedRow
from kam_connector.sync.contested import Contest, Shown
from kam_connector.sync.context import SyncContext
from kam_connector.sync.plan_readback import PlanReadback, field_of, is_moved

__all__ = ["Readback"]

_PLAN_REVIEW = "plan.next_review"


class Readback:
    """Takes people's edits of one source: a plan's review date, and what became of what we made."""

    def __init__(self, ctx: SyncContext, source: PullSource) -> None:
        self._ctx = ctx
        self._source = source
        crm = ctx.crm.identity()
        context = ReadContext(
            resolve=lambda _kind, ref: ref, currency=crm.currency, tz=crm.time_zone
        )
        self._read: Callable[[Row], Row] = compile_readback(ctx.mapping, source.kind, context)
        self._review_field = field_of(ctx, source.kind, _PLAN_REVIEW)
        self._actions: dict[str, Action] = (
            {action.id: action for action in ctx.store.actions()}
            if source.kind is Kind.TASK
            else {}
        )
        named = {path: field_of(ctx, Kind.TASK, path) for path in ("owner", "due")}
        self._task_fields = {path: name for path, name in named.items() if name}
        self._changed: dict[str, Action] = {}
        self._plans: list[Plan] = []
        self._take_made = PlanReadback(ctx, source.kind, self._read)
        self._contest = Contest(ctx, source, self._read)

    def own_id(self, values: Row) -> str | None:
        """Return the id a record carries itself: what we made is what it stands for."""
        key = values.get("key") if self._source.kind in MADE else None
        return key if isinstance(key, str) else None

    def take(self, row: StagedRow, agreed: Agreed) -> Agreed:
        """Merge what people may edit; returns the base with their values agreed."""
        shown = self._contest.shown(row, agreed)
        if shown is None:
            return self._taken(row, agreed)
        taken = self._taken(shown.row, replace(shown.agreed, read=self._as_shown(shown)))
        return shown.settled(replace(taken, read=agreed.read))

    def _taken(self, row: StagedRow, agreed: Agreed) -> Agreed:
        if self._source.kind is Kind.TASK:
            agreed = self._take_task(row, agreed)
        elif self._source.kind is Kind.ACCOUNT and self._review_field:
            return self._take_review(row, agreed, self._review_field)
        return self._take_made.take(row, agreed)

    def _as_shown(self, shown: Shown) -> Row:
        """Return the record as read, less what waits, and with what was decided."""
        said = self._read(shown.row.values)
        given = {path: said[path] for path in shown.given if path in said}
        still = {path: one for path, one in shown.agreed.read.items() if path not in shown.kept}
        return {**still, **given}

    @property
    def pending(self) -> bool:
        """Whether anything was taken that is not stored yet."""
        return bool(self._changed or self._plans or self._take_made.pending)

    def save(self) -> None:
        """Store what was taken, inside the caller's transaction."""
        if self._changed:
            self._ctx.store.save_actions(self._changed.values())
        for plan in self._plans:
            self._ctx.store.save_plan(plan)
        self._changed, self._plans = {}, []
        self._take_made.save()

    def _take_task(self, row: StagedRow, agreed: Agreed) -> Agreed:
        """Take a person's end of a task, or the owner and the day that they gave it.

        Those two are a person's only where the CRM's value is another than we wrote last: our
        own new one may still wait to be written. Where both moved, the person's stands (INV4).
        """
        action = self._actions.get(agreed.kam_id)
        if action is None or action.state not in (ActionState.OPEN, ActionState.WAITING):
            return agreed
        closed_on = parse_instant(row.modified_at).date()
        # We close an action before its task: a withdrawn task of an open one is a person's no.
        if row.deleted or agreed.read.get("status") == "withdrawn":
            taken = replace(action, state=ActionState.DISMISSED, closed_on=closed_on)
        elif agreed.read.get("status") == "done":
            taken = replace(action, state=ActionState.DONE, closed_on=closed_on)
        else:
            moved = {
                path: name
                for path, name in self._task_fields.items()
                if is_moved(row, agreed, name) or name not in agreed.written
            }
            theirs = {path: agreed.read.get(path) for path in moved}
            taken = replace(
                action,
                owner_id=_text(theirs.get("owner")) or action.owner_id,
                due=_date(theirs.get("due")) or action.due,
            )
            seen = {name: row.values.get(name) for path, name in moved.items() if theirs[path]}
            agreed = replace(agreed, written={**agreed.written, **seen})
        if taken != action:
            self._actions[action.id] = self._changed[action.id] = taken
        return agreed

    def _take_review(self, row: StagedRow, agreed: Agreed, name: str) -> Agreed:
        theirs = row.values.get(name)
        plan = self._ctx.store.plan(agreed.kam_id)
        base = agreed.written.get(name, MISSING)
        merged = merge_field(
            base=base,
            theirs=theirs,
            ours=plan.next_review.isoformat() if plan and plan.next_review else None,
            policy="newest",
            theirs_at=row.modified_at,
            ours_at=None if base is MISSING and _is_a_rule_s(plan) else _moved_at(plan),
        )
        review = _date(self._read(row.values).get(_PLAN_REVIEW))
        emptied = same_value(theirs, None)  # a person's choice, like any other date
        if merged.winner == "crm" and (review is not None or emptied):
            known = plan or Plan(account_id=agreed.kam_id, status=PlanStatus.NONE)
            moved_at = parse_instant(row.modified_at)
            self._plans.append(replace(known, next_review=review, updated_at=moved_at))
        if theirs is None and name not in agreed.written:
            return agreed
        provenance = dict(agreed.provenance)
        if merged.winner != "same":
            provenance[_PLAN_REVIEW] = f"{merged.winner}: {merged.reason}"
        return replace(agreed, written={**agreed.written, name: theirs}, provenance=provenance)


def _moved_at(plan: Plan | None) -> str | None:
    return plan.updated_at.isoformat() if plan and plan.updated_at else None


def _is_a_rule_s(plan: Plan | None) -> bool:
    """Tell whether a plan is as the rules opened it: its date is nobody's later decision."""
    if plan is None or plan.updated_at is None or plan.opened_on is None:
        return True
    return plan.updated_at.date() <= plan.opened_on


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None


def _date(value: JsonValue) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
