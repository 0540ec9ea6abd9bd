"""What no increment shows: calculated values, late rows, records gone without a word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kam_connector.errors import Interrupted
from kam_connector.model.kind import Kind
from kam_connector.model.pull import PullRequest, Stream
from kam_connector.store.sweeping import Sweeping
from tests.factories.world import World, make_world, put_account

WEEK = timedelta(days=7)


@pytest.fixture
def world() -> Iterator[World]:
    """Give four accounts, pulled once, a week ago."""
    made = make_world(accounts=4)
    made.preview()
    made.advance(WEEK)
    yield made
    made.store.close()


def cities(world: World) -> dict[str, object]:
    """Return the city of each live account in our layer."""
    rows = world.store.mirror_rows(Kind.ACCOUNT)
    return {ref: row.values["city"] for row in rows for _, ref in row.refs}


def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> list[PullRequest]:
    """Return the list in which requests of pulls are noted."""
    noted: list[PullRequest] = []
    pull = world.crm.pull

    def noting(request: PullRequest) -> Any:
        noted.append(request)
        return pull(request)

    monkeypatch.setattr(world.crm, "pull", noting)
    return noted


def test_g7_a_calculated_value_is_seen_by_the_weekly_sweep_and_not_before(world: World) -> None:
    """Its record's timestamp never moves; nothing else of the record is touched."""
    world.preview()
    world.crm.calculate("account", "a1", {"city": "Nantes"})
    world.advance()
    assert world.preview().pulled["account:account"] == 0
    assert cities(world)["a1"] == "Lyon"
    world.advance(WEEK)
    assert world.preview().pulled["account:account"] == 1
    assert cities(world) == {"a0": "Lyon", "a1": "Nantes", "a2": "Lyon", "a3": "Lyon"}


def test_a_sweep_asks_for_calculated_fields_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is calculated it asks for refs and timestamps alone."""
    world.crm.calculate("account", "a1", {"city": "Nantes"})
    noted = asked(world, monkeypatch)
    world.preview()
    swept = {r.source.object: r.source.fields for r in noted if r.stream is Stream.SWEEP}
    assert swept == {"account": ("city",)} | dict.fromkeys(
        ("contact", "deal", "meeting", "task", "user"), ()
    )


def test_a_full_run_asks_for_everything(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its timestamp; the next sweep is due a week later."""
    world.crm.move("account", "a1", {"city": "Nantes"})
    noted = asked(world, monkeypatch)
    assert world.run(full=True).pulled["account:account"] == 1
    assert {r.stream for r in noted} == {Stream.CHANGES, Stream.ARCHIVED, Stream.FULL}
    assert cities(world)["a1"] == "Nantes"
    del noted[:]
    world.advance()
    world.preview()
    assert {r.stream for r in noted} == {Stream.CHANGES, Stream.ARCHIVED}


def test_g7_a_row_later_than_the_settle_time_is_found_within_a_week(world: World) -> None:
    """Visible an hour late, it is older than the cursor: only the comparison of refs shows it."""
    world.preview()
    hidden = world.crm.now - timedelta(minutes=30)
    put_account(world.crm, "a9", at=hidden)
    world.crm.edit("account", "a1", {"city": "Brest"}, modified_at=hidden)
    world.advance()
    world.preview()
    assert (cities(world).get("a9"), cities(world)["a1"]) == (None, "Lyon")
    world.advance(WEEK)
    world.preview()
    assert (cities(world).get("a9"), cities(world)["a1"]) == ("Lyon", "Brest")


def test_a_record_that_is_newer_in_the_crm_is_never_half_mixed(world: World) -> None:
    """Edited and calculated at once, it is left to the increment, whole."""
    world.crm.calculate("account", "a1", {"city": "Nantes"})
    world.crm.edit("account", "a1", {"name": "Renamed"})
    world.preview()
    image = world.store.staged("acme", "account:account", ["a1"])["a1"]
    assert (image.values["city"], image.values["name"]) == ("Lyon", "Company a1")
    world.advance()
    world.preview()
    image = world.store.staged("acme", "account:account", ["a1"])["a1"]
    assert (image.values["city"], image.values["name"]) == ("Nantes", "Renamed")


def test_a_record_gone_without_a_word_is_gone_here_within_a_week(world: World) -> None:
    """No stream told of it; the comparison of refs does, and one read confirms it."""
    world.crm.vanish("account", "a2")
    world.preview()
    assert sorted(cities(world)) == ["a0", "a1", "a3"]
    assert world.store.staged("acme", "account:account", ["a2"])["a2"].deleted


def test_a_record_that_comes_back_lives_again(world: World) -> None:
    """Even with the timestamp it had before."""
    kept = world.crm.records["account"]["a2"]
    world.crm.vanish("account", "a2")
    world.preview()
    world.crm.records["account"]["a2"] = kept
    world.advance(WEEK)
    world.preview()
    assert sorted(cities(world)) == ["a0", "a1", "a2", "a3"]


def test_many_records_gone_at_once_are_kept_and_said() -> None:
    """A permission lost is no deletion: nothing is forgotten because nobody shows it."""
    world = make_world(accounts=30)
    world.preview()
    world.advance(WEEK)
    shown = dict(world.crm.records["account"])
    world.crm.records["account"] = {"a0": shown["a0"]}
    report = world.preview()
    assert any("29 of 30 records are not shown" in note for note in report.notes)
    assert len(cities(world)) == 30


def test_a_sweep_stopped_before_it_followed_what_it_missed_is_still_due(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped behind the last page, before the asking: the next run asks."""
    world.crm.vanish("account", "a2")

    def stopped(*_: object, **__: object) -> None:
        raise Interrupted("stopped")

    with monkeypatch.context() as patched:
        patched.setattr(Sweeping, "count_unswept", stopped)
        with pytest.raises(Interrupted):
            world.preview()
    world.advance()
    world.preview()
    assert sorted(cities(world)) == ["a0", "a1", "a3"]


def test_a_task_that_got_our_key_is_no_activity_any_more() -> None:
    """A record that left what a source reads leaves the layer too."""
    from tests.factories.mapping import MAPPING_TEXT

    plain = (
        '[[activity]]\nobject = "task"\n[activity.read]\nkind = { value = "call" }\nat = "due"\n'
    )
    world = make_world(accounts=1, mapping=MAPPING_TEXT + plain)
    world.preview()
    assert not world.store.staged("acme", "activity:task", ["own"])["own"].deleted
    world.crm.move("task", "own", {"kam_key": "act-1"})
    world.advance(WEEK)
    world.preview()
    assert world.store.staged("acme", "activity:task", ["own"])["own"].deleted


@pytest.mark.parametrize("new_ref", [None, "merged"])
def test_children_of_a_merge_are_read_again_though_their_timestamps_stand(
    world: World, new_ref: str | None
) -> None:
    """Contacts, deals and meetings of the loser show in our image what the CRM made of them."""
    world.preview()
    survivor = world.crm.merge("account", "a0", "a1", new_ref=new_ref)
    world.crm.move("contact", "a0-x", {"account": survivor})
    world.crm.move("deal", "d-a0", {"account": survivor})
    world.crm.move("meeting", "a0-x-40", {"account": survivor})
    world.advance()
    world.preview()
    seen = {
        name: world.store.staged("acme", source, [ref])[ref].values["account"]
        for name, source, ref in (
            ("contact", "contact:contact", "a0-x"),
            ("deal", "opportunity:deal", "d-a0"),
            ("meeting", "activity:meeting", "a0-x-40"),
        )
    }
    assert seen == dict.fromkeys(seen, survivor)


def test_a_night_without_a_merge_asks_for_no_children(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No record is read by its ref; a merge reads what hangs on the loser, once."""
    world.preview()
    read: list[object] = []
    monkeypatch.setattr(world.crm, "read", lambda _source, refs: read.extend(refs) or {})
    world.advance()
    world.preview()
    assert read == []
    world.crm.merge("account", "a0", "a1")
    world.advance()
    world.preview()
    assert {"a0-x", "a0-y", "d-a0", "a0-x-40"} <= set(read)
    assert len(read) == len(set(read))
