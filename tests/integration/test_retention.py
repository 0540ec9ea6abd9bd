"""What is older than its class goes, and what is still needed stays (G34)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from kam_connector.errors import UsageError
from kam_connector.model.audit import Act
from kam_connector.model.kind import Kind
from kam_connector.model.preview import OutboxState
from kam_connector.model.retention import RetentionClass, RetentionDays
from kam_connector.model.signal import SignalState
from kam_connector.store.retention import RULES, RUNS_KEPT
from kam_connector.store.sql_store import SqlStore, open_store
from kam_connector.store.tables import table
from kam_connector.sync.ledger import written_before
from kam_connector.testing.store_samples import (
    SteppedClock,
    make_agreed,
    make_batch,
    make_entry,
    make_item,
    make_mirror,
    make_run,
    make_signal,
)
from tests.factories.world import World, make_world
from tests.guarantees import Figures

DAYS = RetentionDays()
_THREE_YEARS = timedelta(days=3 * 365 + 30)
_EXCEPT = {"score", "kpi_value", "run", "signal", "hint", "outbox", "audit_entry"}
"""Tables of which something stays however old; each has a test of its own below."""


@pytest.fixture(name="old")
def _old(tmp_path: Path) -> Iterator[World]:
    """Nights of which the last is three years old, among them one that wrote tasks."""
    world = grown_old(f"sqlite:///{tmp_path}/kam.db")
    yield world
    world.store.close()


def grown_old(url: str) -> World:
    """Let three nights pass, and three years."""
    world = make_world(url, accounts=2)
    world.first_night()
    world.advance(timedelta(days=1))
    world.run()
    world.crm.delete("contact", "a0-x")
    world.advance(timedelta(days=1))
    world.run()
    world.advance(_THREE_YEARS)
    return world


def older_than_its_class(store: SqlStore, world: World) -> dict[str, int]:
    """Count rows by their own column, whatever the rules of the purge say besides."""
    found = {}
    with store._db.read() as connection:
        for name, rule in RULES.items():
            cutoff = DAYS.cutoff(rule.kept, world.clock.now())
            if rule.aged_by is None or cutoff is None or name in _EXCEPT:
                continue
            t = table(name)
            old = t.c[rule.aged_by] < cutoff.date().isoformat()
            found[name] = connection.scalar(select(func.count()).select_from(t).where(old)) or 0
    return {name: count for name, count in found.items() if count}


def count(store: SqlStore, name: str) -> int:
    """Return how many rows a table has."""
    with store._db.read() as connection:
        return connection.scalar(select(func.count()).select_from(table(name))) or 0


@pytest.mark.guarantee("G34")
def test_three_years_later_nothing_is_older_than_its_class(old: World, figure: Figures) -> None:
    """Journal, previews, history of changes, runs, mirror of what was deleted."""
    before = sum(older_than_its_class(old.store, old).values())
    purged = old.store.retire(DAYS)
    left = older_than_its_class(old.store, old)
    assert before > 0
    assert (count(old.store, "journal"), count(old.store, "preview")) == (0, 0)
    said = f"3 years on: {before} rows older than their class, {sum(left.values())} after the purge"
    figure(
        "G34", f"{said} ({sum(purged.rows.values())} removed, {len(RULES)} tables)", met=not left
    )


@pytest.mark.guarantee("G34")
def test_the_next_night_goes_on_as_if_nothing_were_missing(tmp_path: Path, old: World) -> None:
    """The same scores, compared with the same day, and the same writes as without a purge.

    Only the name of who left three years ago goes, out of the task that we made about them too.
    """
    other = grown_old(f"sqlite:///{tmp_path}/other.db")
    old.store.retire(DAYS)
    reports = [world.run() for world in (old, other)]
    assert reports[0].state is reports[1].state
    assert repr(outlook(old)) == repr(outlook(other)).replace("x of a0", "(forgotten)")
    other.store.close()


def outlook(world: World) -> list[object]:
    """What stands in the CRM, and the latest score of each name with what it is compared to."""
    scores = world.store.scores(world.account("a0"), limit=1)
    said = [(one.name, one.value, one.before, one.before_as_of, one.changes) for one in scores]
    return [world.crm_state(), *said]


@pytest.mark.guarantee("G34", "G23")
def test_undo_of_a_run_whose_journal_is_gone_says_so(tmp_path: Path) -> None:
    """And one that is young enough is still undone whole."""
    world = make_world(f"sqlite:///{tmp_path}/kam.db", accounts=2)
    run = world.first_night()
    world.advance(timedelta(days=29))
    world.store.retire(DAYS)
    assert world.undo(run.run_id, dry_run=True).restored > 0
    world.advance(timedelta(days=3))
    world.store.retire(DAYS)
    with pytest.raises(UsageError) as refused:
        world.undo(run.run_id)
    assert refused.value.code == "KAM-7021"
    world.store.close()


@pytest.fixture(name="clock")
def _clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture(name="store")
def _store(clock: SteppedClock) -> Iterator[SqlStore]:
    store = open_store("sqlite://", clock=clock)
    yield store
    store.close()


def test_the_rails_still_see_their_last_runs(store: SqlStore, clock: SteppedClock) -> None:
    """A connection that rested for years is compared with what it wrote then."""
    for number in range(RUNS_KEPT + 5):
        at = clock() + timedelta(days=number)
        counts = {"counted": number + 1}
        store.open_run(make_run(f"r{number:02}", started_at=at, counts=counts))
    clock.advance(_THREE_YEARS.total_seconds())
    assert store.retire(DAYS).rows["run"] == 5
    kept = store.runs(connection="sf", limit=100)
    assert [one.id for one in kept] == [f"r{number:02}" for number in range(64, 4, -1)]


@pytest.mark.guarantee("G23", "G34")
def test_a_run_keeps_its_whole_journal_or_none(store: SqlStore, clock: SteppedClock) -> None:
    """A run over midnight whose first half is too old: undo would put back the other half."""
    tomorrow = clock() + timedelta(days=1)
    both = [make_entry(), make_entry("KAM_Tier__c", at=tomorrow)]
    store.confirm([], agreed=[], journal=both)
    clock.advance((DAYS.journal + 1) * 86_400)
    store.retire(DAYS)
    assert len(store.journal("run-1")) == 2
    clock.advance(86_400)
    store.retire(DAYS)
    assert store.journal("run-1") == []


@pytest.mark.guarantee("G23", "G34")
def test_a_run_that_can_be_undone_is_not_forgotten(store: SqlStore, clock: SteppedClock) -> None:
    """A journal may be kept longer than the ledger, and sixty runs are soon made by hand."""
    for number in range(RUNS_KEPT + 2):
        at = clock() + timedelta(minutes=number)
        store.open_run(make_run(f"r{number:02}", started_at=at))
    store.confirm([], agreed=[], journal=[make_entry(run_id="r00")])
    clock.advance(100 * 86_400)
    store.retire(RetentionDays(ledger=60, journal=365))
    assert (store.run("r00") is None, store.run("r01") is None) == (False, True)


@pytest.mark.guarantee("G2", "G34")
def test_a_write_whose_fate_is_unknown_is_never_too_old(
    store: SqlStore, clock: SteppedClock
) -> None:
    """What was sent and not answered may stand in the CRM: forgotten, it would be made again."""
    states = {"001A": OutboxState.SENT, "001B": OutboxState.PENDING, "001C": OutboxState.DONE}
    items = [make_item(one.value, ref, state=one) for ref, one in states.items()]
    store.open_run(make_run())
    store.enqueue(items, preview_id="pre-1")
    clock.advance(_THREE_YEARS.total_seconds())
    store.retire(DAYS)
    left = {item.state for item in store.outbox("sf", states=list(OutboxState))}
    assert left == {OutboxState.SENT, OutboxState.PENDING}


def test_signals_in_force_stay_and_ended_ones_go(store: SqlStore, clock: SteppedClock) -> None:
    """What nobody should be told again stays silenced."""
    states = (SignalState.ACTIVE, SignalState.SUPPRESSED, SignalState.RESOLVED)
    store.save_signals("acc_1", [make_signal(one.value, state=one) for one in states])
    clock.advance(_THREE_YEARS.total_seconds())
    store.retire(DAYS)
    assert {one.key for one in store.signals(everything=True)} == {"active", "suppressed"}


def test_a_person_deleted_in_the_crm_goes_with_all_that_names_them(
    store: SqlStore, clock: SteppedClock
) -> None:
    """Half a year later, when no CRM can restore them any more."""
    agreed = make_agreed("003A", Kind.CONTACT)
    ref = (("sf", "003A"),)
    person = make_mirror(Kind.CONTACT, agreed.kam_id, name="Ada Lovelace")
    store.apply_merge(make_batch(Kind.CONTACT, person, agreed=(agreed,)))
    store.confirm([], agreed=[], journal=[make_entry(after="Ask Ada Lovelace")])
    gone = make_mirror(Kind.CONTACT, agreed.kam_id, name="Ada Lovelace")
    with store._db.write() as connection:
        t = table("contact")
        connection.execute(t.update().values(deleted_at="2026-11-21T06:00:00Z", refs=_json(ref)))
    clock.advance(100 * 86_400)
    store.retire(RetentionDays(journal=300))
    assert count(store, "contact") == 1
    clock.advance(100 * 86_400)
    store.retire(RetentionDays(journal=300))
    assert (count(store, "contact"), gone.id) == (0, agreed.kam_id)
    assert store.journal("run-1")[0].after == "Ask (forgotten)"
    assert store.verify_audit().broken is None


def _json(pairs: tuple[tuple[str, str], ...]) -> str:
    return str([list(pair) for pair in pairs]).replace("'", '"')


def test_a_dry_run_counts_and_removes_nothing(old: World) -> None:
    """And the real one removes what was counted; of people, all that names them besides."""
    dry = old.store.retire(DAYS, dry_run=True)
    assert old.store.audit_log(act=Act.PURGED) == []
    done = old.store.retire(DAYS)
    same = ("journal", "preview", "outbox", "score", "run")
    assert {name: dry.rows.get(name) for name in same} == {
        name: done.rows.get(name) for name in same
    }


def test_a_second_purge_removes_nothing(old: World) -> None:
    """And says in the log that it ran."""
    old.store.retire(DAYS, by="ann")
    assert old.store.retire(DAYS).rows == {}
    assert [one.by for one in old.store.audit_log(act=Act.PURGED)] == ["", "ann"]


def test_a_large_purge_gives_its_room_back(tmp_path: Path) -> None:
    """A file that was mostly free pages is written anew."""
    clock = SteppedClock()
    store = open_store(f"sqlite:///{tmp_path / 'kam.db'}", clock=clock)
    with store._db.write() as connection:
        fill = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
            "INSERT INTO kept_change (type, record_id, at, by, before) "
            "SELECT 'risk', 'r' || i, '2026-11-21T06:00:00Z', 'ann', hex(zeroblob(4000)) FROM n"
        )
        connection.execute(text(fill))
    clock.advance(_THREE_YEARS.total_seconds())
    assert store.retire(DAYS).shrunk
    store.close()
    assert (tmp_path / "kam.db").stat().st_size < 4_000_000


def test_the_journal_class_is_the_youngest_that_holds_customers_values() -> None:
    """Previews and conflicts hold the same values, and go as soon."""
    names = {name for name, rule in RULES.items() if rule.kept is RetentionClass.JOURNAL}
    assert {"journal", "preview", "outbox", "conflict"} <= names


def test_written_before_reads_no_more_runs_than_are_kept(old: World) -> None:
    """The number in the store is the one that the rails look at."""
    assert len(written_before(old.ctx)) <= RUNS_KEPT
