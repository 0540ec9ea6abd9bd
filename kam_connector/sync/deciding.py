"""A person decides a conflict: kept with its author, carried out by the next run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kam_connector.errors import UsageError
from kam_connector.mapping import Mapping, ReadContext, WriteContext, compile_readback, same_value
from kam_connector.mapping.write import compile_write
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.conflict import Conflict, ConflictState, Taken
from kam_connector.model.kind import JsonValue
from kam_connector.model.layer_homes import has_home
from kam_connector.ports import Store
from kam_connector.sync.sources import source_of

__all__ = ["Decided", "conflict_of", "decide_conflict", "effects"]

_HELD = "The CRM keeps its value, ours is held back; if ours changes, the question comes again."
_TAKEN = "The next run takes the CRM's value into the layer; nothing is written to the CRM."
_WRITTEN = (
    "The next run that writes puts our value into the CRM, if the CRM still holds what is shown "
    "here; else the question comes again."
)
_BOTH = (
    "The next run takes the value into the layer and, when it writes, puts it into the CRM, if "
    "both sides still hold what is shown here; else the question comes again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision, and what follows from it."""

    conflict: Conflict
    effect: str


def conflict_of(store: Store, id_: str) -> Conflict:
    """Return a conflict by its number.

    Raises:
        UsageError: There is none (KAM-7043).
    """
    conflict = store.conflict(id_.strip().lower())
    if conflict is None:
        hint = "kam conflict list --all  shows them."
        raise UsageError(f"There is no conflict {id_}.", code="KAM-7043", hint=hint)
    return conflict


def effects(conflict: Conflict) -> dict[Taken, str]:
    """Return what each decision would do; a computed path takes no value of a person's."""
    if has_home(conflict.kind, conflict.path):
        return {Taken.THEIRS: _TAKEN, Taken.OURS: _WRITTEN, Taken.VALUE: _BOTH}
    return {Taken.THEIRS: _HELD, Taken.OURS: _WRITTEN}


def decide_conflict(
    store: Store,
    mapping: Mapping,
    id_: str,
    *,
    taken: Taken,
    value: str | None = None,
    by: str,
    at: datetime,
    dry_run: bool = False,
) -> Decided:
    """Keep a person's decision; deciding anew before it is carried out replaces it.

    Args:
        store: Where the queue is.
        mapping: The connection's.
        id_: The conflict's number.
        taken: Whose value.
        value: With ``VALUE``: the CRM field's new value, as its CRM writes it.
        by: Who decides.
        at: When.
        dry_run: Say what would follow; keep nothing.

    Raises:
        UsageError: There is no such conflict (KAM-7043), it has ended (KAM-7092), or the value
            cannot stand in the field or in the layer (KAM-7093).
    """
    conflict = conflict_of(store, id_)
    if not conflict.is_live:
        raise UsageError(
            f"Conflict {conflict.id} has ended: {conflict.note or 'nothing is left to decide'}.",
            code="KAM-7092",
            hint="kam conflict list  shows what waits.",
        )
    decided = replace(
        conflict,
        state=ConflictState.DECIDED,
        decision=taken,
        value=_usable(mapping, conflict, value or "") if taken is Taken.VALUE else None,
        decided_by=by,
        decided_at=at,
        updated_at=at,
        note="",
    )
    if not dry_run:
        _keep(store, mapping, decided)
    return Decided(conflict=decided, effect=effects(conflict)[taken])


def _keep(store: Store, mapping: Mapping, decided: Conflict) -> None:
    """Store the decision, and ask for the record's merge: the layer may take a value."""
    source = source_of(mapping, decided.kind, decided.object)
    with store.unit():
        store.save_conflicts([decided])
        store.mark_dirty(decided.connection, source.name, [decided.ref])
        store.audit(_entry(decided))


def _entry(decided: Conflict) -> AuditEntry:
    """Return what the log says: the overruled value and the one that stands, as hashes there."""
    stands = {Taken.THEIRS: decided.theirs, Taken.OURS: decided.ours, Taken.VALUE: decided.value}
    taken = decided.decision or Taken.THEIRS
    return AuditEntry(
        act=Act.CONFLICT_TAKEN,
        by=decided.decided_by,
        why=decided.reason,
        connection=decided.connection,
        kind=decided.kind,
        object=decided.object,
        ref=decided.ref,
        kam_id=decided.kam_id,
        field=decided.field,
        before=decided.ours if taken is Taken.THEIRS else decided.theirs,
        after=stands[taken],
        facts={"conflict": decided.id, "taken": taken.value},
    )


def _usable(mapping: Mapping, conflict: Conflict, text: str) -> JsonValue:
    """Return a typed value in the CRM field's own form, if both sides can hold it."""
    where = f"{conflict.field} ({conflict.path})"
    if not has_home(conflict.kind, conflict.path):
        raise _refused(f"{where} is computed: the layer keeps no value of a person's for it.")
    write = mapping.write_of(conflict.kind)
    rules = [one for one in (write.rules if write else ()) if one.target == conflict.field]
    if not rules or rules[0].ref is not None:
        raise _refused(f"{where} names a record: change it in the CRM, or take one of the sides.")
    read = compile_readback(mapping, conflict.kind, ReadContext(resolve=lambda _kind, ref: ref))
    found = read({conflict.field: text})
    plan = compile_write(
        mapping, conflict.kind, None, WriteContext(resolve=lambda _kind, _id: None)
    )
    back = plan.translate(found).fields.get(conflict.field)
    if not found.get(conflict.path) or not same_value(back, text):
        raise _refused(f"The value cannot stand in {where}, {_form(rules[0].type)}.")
    return back


def _form(type_: str) -> str:
    return {"date": "which holds a day: 2027-01-31"}.get(type_, "or has no word in the mapping")


def _refused(message: str) -> UsageError:
    return UsageError(
        message, code="KAM-7093", hint="kam conflict show  says what may be taken: --theirs, --ours"
    )
