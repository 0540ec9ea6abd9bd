"""Values with good defaults for tests of a store: a test names only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kam_connector.model.account import KeyAccount, Stage
from kam_connector.model.facts import AccountFacts
from kam_connector.model.identity import RecordKey, kam_id
from kam_connector.model.kind import JsonValue, Kind, Row
from kam_connector.model.plan import (
    Action,
    Level,
    Measure,
    MeasureType,
    Objective,
    Plan,
    PlanStatus,
)
from kam_connector.model.preview import (
    FieldChange,
    JournalEntry,
    OutboxItem,
    Preview,
    RecordChange,
)
from kam_connector.model.pull import PulledRow, PullSource
from kam_connector.model.run import Run
from kam_connector.model.score import Band, Contribution, Score
from kam_connector.model.signal import Severity, Signal, SignalKind
from kam_connector.model.staging import Agreed, MergeBatch, MirrorRow
from kam_connector.ports import Store

__all__ = [
    "EPOCH",
    "TODAY",
    "SteppedClock",
    "facts_of",
    "make_action",
    "make_agreed",
    "make_batch",
    "make_entry",
    "make_item",
    "make_key",
    "make_measure",
    "make_mirror",
    "make_objective",
    "make_plan",
    "make_preview",
    "make_row",
    "make_run",
    "make_score",
    "make_signal",
    "make_source",
]

EPOCH = datetime(2026, 11, 21, 6, tzinfo=UTC)
TODAY = EPOCH.date()


class SteppedClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = EPOCH

    def __call__(self) -> datetime:
        """Return the present."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


def make_source(kind: Kind = Kind.CONTACT, object_: str = "Contact") -> PullSource:
    """Return a source."""
    return PullSource(
        kind=kind,
        object=object_,
        fields=("Id", "Name"),
        cursor_field="SystemModstamp",
        settle=timedelta(minutes=5),
    )


def make_row(ref: str = "003A", at: str = "2026-11-20T08:00:00.000Z", **other: Any) -> PulledRow:
    """Return a pulled row; ``values`` default to a name made of the ref."""
    return PulledRow(ref, at, other.pop("values", {"Id": ref, "Name": f"Person {ref}"}), **other)


def make_mirror(kind: Kind, id_: str, /, **values: JsonValue) -> MirrorRow:
    """Return a mirror row of connection ``sf``."""
    return MirrorRow(
        kind=kind,
        id=id_,
        values=values,
        home_connection="sf",
        refs=(("sf", f"ref-{id_}"),),
    )


def make_batch(kind: Kind, *mirror: MirrorRow, **other: Any) -> MergeBatch:
    """Return a merge of one source, of connection ``sf`` unless told otherwise."""
    given = {"connection": "sf", "source": f"{kind}:X"} | other
    return MergeBatch(kind=kind, mirror=mirror, **given)


def make_agreed(ref: str = "001A", kind: Kind = Kind.ACCOUNT, **other: Any) -> Agreed:
    """Return a base document."""
    given: dict[str, Any] = {
        "key": RecordKey("sf", kind, ref),
        "source": f"{kind}:X",
        "kam_id": kam_id(kind, "sf", ref),
        "read": {"name": "ACME"},
    }
    return Agreed(**{**given, **other})


def make_run(id_: str = "run-1", **other: Any) -> Run:
    """Return a run that has begun."""
    given: dict[str, Any] = {"connection": "sf", "job": "nightly-sync", "started_at": EPOCH}
    return Run(id=id_, **{**given, **other})


def make_score(account_id: str = "acc_1", as_of: date = TODAY, **other: Any) -> Score:
    """Return a health score of 52.0 with a one-line ledger."""
    line = Contribution(
        key="relationship.effective_threads",
        points=Decimal("52.0"),
        weight=Decimal(1),
        reading=Decimal("52.0"),
        reason="3 contacts, 1.4 effective threads",
    )
    given: dict[str, Any] = {
        "name": "health",
        "value": Decimal("52.0"),
        "band": Band.AMBER,
        "data_coverage": Decimal("0.90"),
        "ledger": (line,),
    }
    return Score(account_id=account_id, as_of=as_of, **{**given, **other})


def make_signal(key: str = "single_threaded:acc_1", **other: Any) -> Signal:
    """Return a warning about one account."""
    given: dict[str, Any] = {
        "kind": SignalKind.SINGLE_THREADED,
        "severity": Severity.WARNING,
        "account_id": "acc_1",
        "summary": "One person answers.",
        "evidence": {"threads": "1.4"},
        "first_seen": TODAY,
    }
    return Signal(key=key, **{**given, **other})


def make_action(id_: str = "act-1", **other: Any) -> Action:
    """Return an action that waits."""
    given: dict[str, Any] = {
        "account_id": "acc_1",
        "title": "Meet the new CFO",
        "reason": "Nobody has met her.",
        "due": date(2026, 12, 1),
        "owner_id": "usr_1",
        "created_on": TODAY,
    }
    return Action(id=id_, **{**given, **other})


def make_change(ref: str | None = "001A", values: Row | None = None, **other: Any) -> RecordChange:
    """Return a change of one account's health."""
    wanted: Mapping[str, JsonValue] = {"KAM_Health__c": 52} if values is None else values
    fields = tuple(
        FieldChange(field=name, before=78, after=value, reason="champion left")
        for name, value in wanted.items()
    )
    given: dict[str, Any] = {"object": "Account", "kam_id": "acc_1", "label": "ACME"}
    return RecordChange(kind=Kind.ACCOUNT, ref=ref, fields=fields, **{**given, **other})


def make_item(id_: str = "item-1", ref: str | None = "001A", **other: Any) -> OutboxItem:
    """Return one waiting write; ``values`` and ``key`` shape its change."""
    shape = {name: other.pop(name) for name in ("values", "key", "key_field") if name in other}
    given: dict[str, Any] = {"connection": "sf", "run_id": "run-1", "preview_id": "pre-1"}
    return OutboxItem(id=id_, change=make_change(ref, **shape), **{**given, **other})


def make_preview(id_: str = "pre-1", **other: Any) -> Preview:
    """Return an open preview with one change."""
    given: dict[str, Any] = {
        "connection": "sf",
        "run_id": "run-1",
        "as_of": TODAY,
        "created_at": EPOCH,
        "changes": (make_change(),),
    }
    return Preview(id=id_, **{**given, **other})


def make_entry(field: str = "KAM_Health__c", **other: Any) -> JournalEntry:
    """Return what the journal says of one field."""
    given: dict[str, Any] = {
        "run_id": "run-1",
        "item_id": "item-1",
        "connection": "sf",
        "kind": Kind.ACCOUNT,
        "object": "Account",
        "ref": "001A",
        "kam_id": "acc_1",
        "before": 78,
        "after": 52,
        "at": EPOCH,
    }
    return JournalEntry(field=field, **{**given, **other})


def make_plan(account_id: str = "acc_1", **other: Any) -> Plan:
    """Return an active plan."""
    given: dict[str, Any] = {"status": PlanStatus.ACTIVE, "next_review": date(2026, 12, 15)}
    return Plan(account_id=account_id, **{**given, **other})


def make_objective(id_: str = "obj-1", **other: Any) -> Objective:
    """Return an open objective that began at 42 of 100."""
    given: dict[str, Any] = {
        "account_id": "acc_1",
        "title": "Reach every wanted role",
        "reason": "The method wants every role in contact.",
        "level": Level.OPERATIONAL,
        "metric": "coverage.percent",
        "baseline": Decimal("42.0"),
        "target": Decimal(100),
        "due": date(2027, 11, 21),
    }
    return Objective(id=id_, **{**given, **other})


def make_measure(id_: str = "msr-1", **other: Any) -> Measure:
    """Return the measure of an objective, not known today."""
    given: dict[str, Any] = {
        "objective_id": "obj-1",
        "name": "Wanted roles reached",
        "value_type": MeasureType.PERCENT,
        "current": None,
        "target": Decimal(100),
    }
    return Measure(id=id_, **{**given, **other})


def make_key(account_id: str = "acc_1", **other: Any) -> KeyAccount:
    """Return a key account of tier 1."""
    given: dict[str, Any] = {
        "tier": "1",
        "stage": Stage.DEVELOPMENT,
        "since": date(2025, 1, 1),
        "reason": "rule",
    }
    return KeyAccount(account_id=account_id, **{**given, **other})


def facts_of(store: Store, account_id: str, *, before: date | None = None) -> AccountFacts:
    """Return the facts of one key account over the last year."""
    (facts,) = store.facts([account_id], since=EPOCH - timedelta(days=365), before=before)
    return facts
