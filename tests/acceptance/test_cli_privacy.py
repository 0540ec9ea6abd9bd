"""People ask to be forgotten, or what is kept of them: the commands, over a CRM in memory."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kam_connector import plugins
from kam_connector.cli.edge import run
from kam_connector.store import open_store
from kam_connector.testing import MemoryCrm
from kam_connector.testing.store_samples import make_action
from tests.acceptance.test_cli_whole_loop import CONFIG, MemoryType
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, populate, put_people

NAME, ADDRESS = "Zoé Bélanger", "zoe@a0.test"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="crm")
def _crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryCrm:
    crm = MemoryCrm(now=NOW, page_size=100)
    populate(crm, 1)
    put_people(crm, "a0", ("zoe",))
    crm.edit("contact", "a0-zoe", {"name": NAME})
    crm.advance(timedelta(hours=1))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMORY_TOKEN", "t0ken")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(plugins, "find_crm", lambda _name: MemoryType(crm))
    Path("config.toml").write_text(CONFIG, "utf-8")
    Path("memory.toml").write_text(MAPPING_TEXT, "utf-8")
    return crm


@pytest.fixture(name="ask")
def _ask(crm: MemoryCrm, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command with --json after a first night; return exit code and document."""

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    _, shown = ask("sync", "preview", "acme")
    ask("connection", "enable-writes", "acme")
    assert ask("sync", "apply", shown["data"]["preview_id"])[0] == 0
    return ask


def night(crm: MemoryCrm, ask: Ask) -> Any:
    """Run once, a day later."""
    crm.advance(timedelta(days=1))
    code, document = ask("sync", "run", "acme")
    assert code == 0
    return document["data"]["runs"][0]


def known() -> set[str | None]:
    """Return the addresses of everybody the layer knows."""
    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    found = {one.email for one in store.people()}
    store.close()
    return found


@pytest.mark.parametrize("person", [ADDRESS, NAME, "zoé bélanger", "acme:a0-zoe"])
def test_a_person_is_erased_by_whatever_names_them(ask: Ask, person: str) -> None:
    """And by nothing less than the whole of it."""
    code, document = ask("privacy", "erase", person)
    assert (code, document["data"]["purged"]) == (0, True)
    assert ADDRESS not in known()
    assert NAME.encode() not in Path("kam.db").read_bytes()


@pytest.mark.guarantee("G18", "TM21")
def test_an_erased_person_stays_away_while_the_crm_still_has_them(crm: MemoryCrm, ask: Ask) -> None:
    """A changed record, a whole re-read, an undo: nothing brings them back; the list says so."""
    _, runs = ask("writes", "list")
    ask("privacy", "erase", ADDRESS)
    crm.edit("contact", "a0-zoe", {"title": "CEO"})
    night(crm, ask)
    assert ask("sync", "run", "acme", "--full")[0] == 0
    assert ask("writes", "undo", runs["data"]["runs"][0]["id"])[0] == 0
    _, listed = ask("privacy", "list")
    assert ADDRESS not in known()
    assert NAME.encode() not in Path("kam.db").read_bytes()
    assert {one["place"] for one in listed["data"]["marks"] if one["met_on"]} == {"acme"}


def test_our_own_texts_in_the_crm_lose_the_name_the_next_night(crm: MemoryCrm, ask: Ask) -> None:
    """Tasks and summaries that we wrote are written anew."""
    crm.delete("contact", "a0-zoe")
    night(crm, ask)
    before = json.dumps(crm.live("task"), ensure_ascii=False, default=dict)
    ask("privacy", "erase", ADDRESS)
    night(crm, ask)
    after = json.dumps(crm.live("task"), ensure_ascii=False, default=dict)
    assert f"Find out who follows {NAME}" in before
    assert NAME not in after
    assert NAME.encode() not in Path("kam.db").read_bytes()


def test_a_person_who_comes_back_waits_for_somebody_to_say_so(crm: MemoryCrm, ask: Ask) -> None:
    """A new record with the address is told, not taken; once allowed it is read."""
    ask("privacy", "erase", ADDRESS)
    crm.delete("contact", "a0-zoe")
    put_people(crm, "a0", ("new",))
    crm.edit("contact", "a0-new", {"email": ADDRESS, "name": NAME})
    night(crm, ask)
    _, errors = ask("errors", "list")
    assert [(one["code"], one["ref"]) for one in errors["data"]["errors"]] == [
        ("KAM-6032", "a0-new")
    ]
    assert ADDRESS not in known()
    code, _ = ask("privacy", "allow", ADDRESS)
    night(crm, ask)
    assert (code, ADDRESS in known()) == (0, True)
    assert ask("errors", "list")[1]["data"]["errors"] == []


def test_a_dry_run_changes_nothing(ask: Ask) -> None:
    """It counts what would go."""
    code, document = ask("privacy", "erase", ADDRESS, "--dry-run")
    (would,) = document["data"]["erased"]
    assert (code, would["rows"]["contact"], ADDRESS in known()) == (0, 1, True)
    assert ask("privacy", "list")[1]["data"]["marks"] == []
    assert not Path("kam.db.erased").exists() or "mark" not in Path("kam.db.erased").read_text()


def test_an_export_holds_what_every_table_says(ask: Ask) -> None:
    """The record of the CRM, what was agreed, strength and activities; for the owner alone."""
    code, _ = ask("privacy", "export", ADDRESS, "-o", "zoe.json")
    (kept,) = json.loads(Path("zoe.json").read_text("utf-8"))
    assert (code, kept["person"]["name"]) == (0, NAME)
    assert {"contact", "staged", "agreed", "position", "strength", "activity"} <= set(
        kept["tables"]
    )
    assert stat.S_IMODE(Path("zoe.json").stat().st_mode) == 0o600
    assert ask("privacy", "export", ADDRESS, "-o", "zoe.json")[1]["error"]["code"] == "KAM-6015"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("privacy", "erase", "Nobody"), "KAM-7042"),
        (("privacy", "export", "Bélanger"), "KAM-7042"),
        (("privacy", "allow", "nobody@a0.test"), "KAM-7043"),
        (("privacy", "allow"), "KAM-7001"),
        (("privacy", "allow", ADDRESS, "--everybody"), "KAM-7001"),
    ],
)
def test_who_is_meant_must_be_clear(ask: Ask, words: tuple[str, ...], code: str) -> None:
    """Half a name erases nobody."""
    status, document = ask(*words)
    assert (status, document["error"]["code"]) == (2, code)
    assert ADDRESS in known()


def test_two_people_of_one_name_are_told_apart_by_account(crm: MemoryCrm, ask: Ask) -> None:
    """And the one who stays keeps their name."""
    put_people(crm, "a0", ("two",))
    crm.edit("contact", "a0-two", {"name": NAME, "account": None})
    night(crm, ask)
    _, refused = ask("privacy", "erase", NAME)
    code, _ = ask("privacy", "erase", NAME, "--account", "Company a0")
    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    left = [(one.name, one.email) for one in store.people() if one.email == "two@a0.test"]
    store.close()
    assert (refused["error"]["code"], code) == ("KAM-7042", 0)
    assert left == [(NAME, "two@a0.test")]


def test_lost_marks_stop_reading_until_somebody_decides(crm: MemoryCrm, ask: Ask) -> None:
    """Without their key nobody could tell who must stay away."""
    ask("privacy", "erase", ADDRESS)
    Path("kam.db.erased").unlink()
    crm.edit("contact", "a0-x", {"title": "CEO"})
    crm.advance(timedelta(days=1))
    _, stopped = ask("sync", "run", "acme")
    assert "KAM-6030" in json.dumps(stopped)
    assert ask("privacy", "allow", "--everybody")[0] == 0
    night(crm, ask)
    assert ADDRESS in known()


def test_the_marks_name_nobody(ask: Ask) -> None:
    """Digests and days; for the owner alone."""
    ask("privacy", "erase", ADDRESS)
    beside = Path("kam.db.erased")
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert not {"zoe", "a0-zoe", "acme:"} & set(beside.read_text().lower().split('"'))


@pytest.mark.guarantee("G18")
def test_a_dry_run_shows_what_nobody_but_a_person_can_decide(ask: Ask) -> None:
    """Half the name in a text of their account is shown; --also takes it out."""
    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    account = next(one.id for one in store.accounts())
    said = "zoé called, Bélanger agreed, zoé bélanger wrote"
    store.save_actions([make_action("act-1", title=said, account_id=account)])
    store.close()
    code, document = ask("privacy", "erase", ADDRESS, "--dry-run")
    (would,) = document["data"]["erased"]
    doubts = {(one["record"], one["column"], one["text"]) for one in would["doubts"]}
    assert (code, doubts) == (0, {("act-1", "title", said)})
    assert ask("privacy", "erase", ADDRESS, "--also", "zoé", "--also", "Bélanger")[0] == 0
    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    titles = {one.id: one.title for one in store.actions()}
    store.close()
    assert titles["act-1"] == "(forgotten) called, (forgotten) agreed, (forgotten) wrote"


def test_a_single_letter_is_no_word_to_look_for(ask: Ask) -> None:
    """It would be cut out of everything."""
    code, document = ask("privacy", "erase", ADDRESS, "--also", "z")
    assert (code, ADDRESS in known()) == (2, True)
    assert "single letter" in document["error"]["message"]


def test_doubts_are_printed_for_people_to_read(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which record, which text, and what to do about it."""
    store = open_store(f"sqlite:///{Path('kam.db').absolute()}")
    account = next(one.id for one in store.accounts())
    store.save_actions([make_action("act-1", title="Bélanger agreed", account_id=account)])
    store.close()
    capsys.readouterr()
    assert run(["privacy", "erase", ADDRESS, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "1 texts may name them" in said
    assert "action act-1 title: Bélanger agreed" in said
    assert "--also" in said
