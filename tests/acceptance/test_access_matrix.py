"""Access control as people meet it: every command, every role, accounts seen and unseen (G30)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from kam_connector.cli.command import command
from kam_connector.cli.needs import NEEDS
from kam_connector.model.access import Capability
from kam_connector.model.kept import KeptRecords
from tests.factories.guarded import CANARY, commands, prepare
from tests.factories.guarded_runs import ABSENT, PEOPLE, Ran, one_store, refusals, sweep
from tests.guarantees import Figures

_EDITS = {"journey answer", "journey move", "plan submit", "plan write", "playbook start"}
_ABSENT = (ABSENT, "plan_stale:acc_none")


class Matrix(NamedTuple):
    """All calls, and what is known of the hidden accounts before and after."""

    ran: list[Ran]
    refused: list[Ran]
    before: list[KeptRecords]
    after: list[KeptRecords]
    hidden: frozenset[str]


@pytest.fixture(name="matrix", scope="module")
def _matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """Run everything once, over one prepared database."""
    folder = tmp_path_factory.mktemp("guarded")
    world = prepare(folder)
    hidden = {
        word: one.id
        for one in world.store.accounts()
        if CANARY in one.name.casefold()
        for word in (one.name, one.id, one.refs[0][1])
    }
    ids = sorted(set(hidden.values()))
    before = [world.store.kept_records(one) for one in ids]
    with pytest.MonkeyPatch.context() as patch, one_store(folder):
        patch.setenv("KAM_TEST_TOKEN", "x")
        patch.delenv("KAM_CONFIG", raising=False)
        ran, refused = sweep(folder, hidden), refusals(folder)
    after = [world.store.kept_records(one) for one in ids]
    world.store.close()
    return Matrix(ran, refused, before, after, frozenset({*hidden, *_keys(ids)}))


def _keys(ids: list[str]) -> list[str]:
    return [f"plan_stale:{one}" for one in ids]


def test_every_command_says_what_it_is_for() -> None:
    """A new command that is not in the table is refused to everybody until it is."""
    assert commands().keys() == NEEDS.keys()


def test_a_command_that_asks_nobody_is_general() -> None:
    """Whatever is built otherwise than our commands knows nothing of who asks."""
    ours = type(command("x", help="")(lambda _session: None))  # type: ignore[arg-type, return-value] # never called
    others = [name for name, one in commands().items() if not isinstance(one, ours)]
    assert [name for name in others if NEEDS[name] != (Capability.GENERAL,)] == []


@pytest.mark.guarantee("G30")
def test_nothing_of_a_hidden_account_reaches_its_stranger(matrix: Matrix, figure: Figures) -> None:
    """Neither in what is printed nor in a file, whatever the command and however it is asked."""
    leaks = [(one.command, one.asked) for one in matrix.ran if one.leaked]
    tried = {one.command for one in (*matrix.ran, *matrix.refused)}
    general = {name for name, needed in NEEDS.items() if needed == (Capability.GENERAL,)}
    missing = commands().keys() - tried - general
    calls = len(matrix.ran) + len(matrix.refused)
    share = f"{len(tried)} of {len(commands()) - len(general)} commands"
    said = f"{share} x {len(PEOPLE)} people, {calls} calls, {len(leaks)} leaks"
    figure("G30", said, met=not leaks and not missing)


@pytest.mark.guarantee("G30")
def test_a_hidden_account_answers_as_one_that_does_not_exist(matrix: Matrix) -> None:
    """The same code and the same words: nobody learns by asking that there is something."""
    absent = {one.command: (one.code, one.said) for one in matrix.ran if one.asked in _ABSENT}
    told = [
        one.command
        for one in matrix.ran
        if one.asked in matrix.hidden and (one.code, one.said) != absent[one.command]
    ]
    assert told == []


@pytest.mark.guarantee("G30")
def test_nothing_of_a_hidden_account_is_changed(matrix: Matrix) -> None:
    """After every command that edits was tried on it, by name, id and ref."""
    assert matrix.after == matrix.before


@pytest.mark.guarantee("G30")
def test_every_role_is_refused_what_the_table_does_not_give_it(matrix: Matrix) -> None:
    """Exit 6 and nothing else, before the command begins."""
    other = [
        (one.actor, one.command, one.code)
        for one in matrix.refused
        if one.code != 6 or not ("KAM-7046" in one.said or "KAM-7047" in one.said)
    ]
    assert other == []


@pytest.mark.guarantee("G30")
def test_an_account_that_may_be_read_only_is_not_changed(matrix: Matrix) -> None:
    """The CRM says who edits: the layer's own words about the account follow it."""
    barred = [one for one in matrix.ran if one.asked == "Birch Logistics"]
    edits = {one.command: one.said for one in barred if one.command in _EDITS}
    assert edits.keys() == _EDITS
    assert [name for name, said in edits.items() if "KAM-7049" not in said] == []


@pytest.mark.guarantee("G30")
def test_an_account_that_may_be_edited_is_changed(matrix: Matrix) -> None:
    """The same words about the account that the CRM lets Ada edit go through."""
    edits = {one.command for one in matrix.ran if one.asked == "Alder Works" and one.code == 0}
    assert edits >= _EDITS


def test_what_may_be_seen_is_seen(matrix: Matrix) -> None:
    """A test that hides everything would pass all others."""
    shown = {one.command for one in matrix.ran if one.asked == "Alder Works" and one.code == 0}
    assert len(shown) > 20
    assert {"account show", "plan show", "plan export", "score explain", "kpi show"} <= shown


def test_the_prepared_folder_is_a_whole_installation(tmp_path: Path) -> None:
    """Five accounts, two of them hidden, one of these below an account that is seen."""
    world = prepare(tmp_path)
    names = {one.id: one.name for one in world.store.accounts()}
    below = next(one for one in world.store.accounts() if one.parent_id)
    world.store.close()
    assert len(names) == 5
    assert names[below.parent_id or ""] == "Cedar Group"
