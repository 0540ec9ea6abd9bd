"""Access control as people meet it: every command, every role, accounts seen and unseen (G30)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kam_connector.cli.command import command
from kam_connector.cli.edge import run
from kam_connector.cli.needs import NEEDS
from kam_connector.model.access import Capability
from kam_connector.model.kept import KeptRecords
from kam_connector.store import open_store
from tests.factories.guarded import CANARY, CONFIG, FIELD_CANARIES, commands, prepare
from tests.factories.guarded_runs import (
    ABSENT,
    PEOPLE,
    Ran,
    field_sweep,
    one_store,
    refusals,
    sweep,
)
from tests.guarantees import Figures

_EDITS = {"journey answer", "journey move", "plan submit", "plan write", "playbook start"}
_OF_NOBODY = {"access check", "access show"}
"""What tells of people alone."""
_ABSENT = (ABSENT, "plan_stale:acc_none")


class Matrix(NamedTuple):
    """All calls, and what is known of the hidden accounts before and after."""

    ran: list[Ran]
    refused: list[Ran]
    before: list[KeptRecords]
    after: list[KeptRecords]
    hidden: frozenset[str]
    fields: list[Ran]
    """The same account as somebody asks for it who may not read three fields of its records."""
    read: list[Ran]
    """And as somebody who may."""


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared installation with access control on."""
    folder = tmp_path_factory.mktemp("guarded")
    prepare(folder).store.close()
    return folder


@pytest.fixture(name="matrix", scope="module")
def _matrix(folder: Path) -> Matrix:
    """Run everything once, over one prepared database."""
    store = open_store(f"sqlite:///{folder / 'kam.db'}")
    hidden = {
        word: one.id
        for one in store.accounts()
        if CANARY in one.name.casefold()
        for word in (one.name, one.id, one.refs[0][1])
    }
    ids = sorted(set(hidden.values()))
    before = [store.kept_records(one) for one in ids]
    with pytest.MonkeyPatch.context() as patch, one_store(folder):
        patch.setenv("KAM_TEST_TOKEN", "x")
        patch.delenv("KAM_CONFIG", raising=False)
        ran, refused = sweep(folder, hidden), refusals(folder)
        read, fields = field_sweep(folder, "ada"), field_sweep(folder, "cleo")
    after = [store.kept_records(one) for one in ids]
    store.close()
    return Matrix(ran, refused, before, after, frozenset({*hidden, *_keys(ids)}), fields, read)


@pytest.fixture(name="ask")
def _ask(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Run one command with --json as somebody; returns its code and its document."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KAM_TEST_TOKEN", "x")
    monkeypatch.delenv("KAM_CONFIG", raising=False)

    def ask(who: str, *words: str) -> tuple[int, Any]:
        monkeypatch.setenv("KAM_USER", who)
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


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
def test_a_hidden_field_is_in_the_answer_of_no_command(matrix: Matrix, figure: Figures) -> None:
    """A title, an address and an amount: printed, in JSON or in a file, in words or in a sum."""
    leaks = [(one.command, sorted(one.quoted)) for one in matrix.fields if one.quoted]
    shown = {one.command for one in matrix.read if one.quoted}
    words = {word for one in matrix.read for word in one.quoted}
    said = (
        f"{len(FIELD_CANARIES)} fields x {len(matrix.fields)} commands and tables, {len(leaks)} "
        f"leaks; who may read them finds them in {len(shown)}"
    )
    figure("G30", said, met=leaks == [] and words == set(FIELD_CANARIES) and len(shown) >= 8)


@pytest.mark.guarantee("G30")
def test_who_may_not_read_a_field_is_told_so(matrix: Matrix) -> None:
    """Never a silent gap: every answer names what is hidden, or says that it is made of it."""
    named = ("contact.email", "contact.title", "opportunity.amount")
    asked = [one for one in matrix.fields if one.code in (0, 6) and one.command not in _OF_NOBODY]
    silent = [one.command for one in asked if not any(path in one.said for path in named)]
    assert silent == []


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


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("ada", ("account", "list", "--as", "hanna")),
        ("Root", ("account", "list", "--as", "ada")),
        ("ada", ("plan", "submit", "Alder Works", "--by", "Ben Vance")),
        ("hanna", ("plan", "approve", "Alder Works", "--by", "Ada")),
        ("Root", ("access", "show", "--as", "hanna")),
    ],
)
def test_nobody_asks_or_speaks_as_somebody_else(
    ask: Callable[..., Any], who: str, words: tuple[str, ...]
) -> None:
    """Four eyes and the audit log rest on it: administrators are no exception."""
    code, document = ask(who, *words)
    assert (code, document["error"]["code"]) == (6, "KAM-7046")


@pytest.mark.guarantee("G30")
def test_another_configuration_does_not_turn_it_off(
    ask: Callable[..., Any], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gives people a shell sets KAM_CONFIG there: that file counts."""
    monkeypatch.setenv("KAM_CONFIG", str(folder / "config.toml"))
    own = tmp_path / "own.toml"
    own.write_text(f'[database]\nurl = "sqlite:///{folder / "kam.db"}"\n', "utf-8")
    code, document = ask("ada", "account", "list", "--config", str(own))
    assert (code, document["error"]["code"]) == (6, "KAM-7046")


@pytest.mark.guarantee("G30")
def test_a_variable_gives_nobody_a_role(
    ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it turn access control off."""
    monkeypatch.setenv("KAM_ACCESS__ENABLED", "false")
    code, document = ask("ada", "account", "list")
    assert (code, document["error"]["code"]) == (3, "KAM-1004")


@pytest.mark.parametrize(
    ("who", "roles", "accounts"),
    [
        ("ada", ["account_manager"], 3),
        ("hanna", ["programme_head"], 0),
        ("otto", ["auditor"], 0),
        ("root", ["admin"], 0),
        ("u2@us.test", ["account_manager"], 0),
    ],
)
def test_everybody_is_told_who_they_are(
    ask: Callable[..., Any], who: str, roles: list[str], accounts: int
) -> None:
    """Roles, and how many accounts the CRM lets them see."""
    code, document = ask(who, "access", "show")
    assert code == 0
    assert (document["data"]["roles"], document["data"]["accounts"]) == (roles, accounts)


@pytest.mark.parametrize(
    ("who", "words", "code"),
    [
        ("root", ("ada", "Alder Works"), 0),
        ("root", ("ada", "Zephyrine Canary"), 4),
        ("otto", ("hanna", "Zephyrine Canary"), 0),
        ("ada", ("ada", "Zephyrine Canary"), 2),
        ("ada", ("u2@us.test", "Alder Works"), 6),
        ("root", ("u9@us.test", "Alder Works"), 6),
    ],
)
def test_whether_somebody_sees_an_account_is_told_to_who_may_know(
    ask: Callable[..., Any], who: str, words: tuple[str, str], code: int
) -> None:
    """Admins and auditors ask about others; one's own hidden account does not exist."""
    assert ask(who, "access", "check", *words)[0] == code


@pytest.mark.guarantee("G30")
def test_an_administrators_rule_hides_what_the_crm_does_not_tell(
    ask: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    """By role, for CRMs whose interface says nothing of single fields."""
    rule = '[access.hide]\naccount_manager = ["contact.title"]\n'
    text = CONFIG.replace("sqlite:///kam.db", f"sqlite:///{folder / 'kam.db'}") + rule
    own = tmp_path / "config.toml"
    own.write_text(text, "utf-8")
    words = ("orgchart", "show", "Alder Works")
    told = [json.dumps(ask("ada", *words, *more)[1]) for more in ((), ("--config", str(own)))]
    assert ["Quixotica" in one for one in told] == [True, False]
    assert "contact.title" in told[1]


def test_conflicts_of_own_accounts_are_shown(ask: Callable[..., Any]) -> None:
    """An account manager sees what waits about their accounts; a head of programme all of it."""
    found = {who: ask(who, "conflict", "list")[1]["data"]["conflicts"] for who in ("ada", "hanna")}
    labels = {who: {one["label"] for one in listed} for who, listed in found.items()}
    assert labels["ada"] == {"Alder Works", "Birch Logistics", "Cedar Group"}
    assert labels["hanna"] > labels["ada"]


def test_a_user_without_rights_sees_no_account(ask: Callable[..., Any]) -> None:
    """Known to the CRM, and owner of nothing."""
    code, document = ask("u2@us.test", "account", "list", "--all")
    assert code == 0
    assert document["data"]["accounts"] == []
