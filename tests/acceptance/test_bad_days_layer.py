"""Bad days of the KAM layer: clumsy words, odd files, repeated acts, private answers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from kam_connector.cli.edge import run
from kam_connector.errors import CheckFailed
from kam_connector.kam.handover.moves import moved_records
from kam_connector.model.account_team import (
    Handover,
    HandoverKind,
    HandoverStep,
    Side,
    TeamPulse,
)
from kam_connector.model.kept import KeptRecords
from kam_connector.model.kind import Kind
from kam_connector.model.plan_content import PlanSection, SectionKind
from kam_connector.model.stakeholder import Stakeholder
from kam_connector.reports.workbook import read_workbook
from kam_connector.reports.workbook.safe_file import read_safely
from kam_connector.reports.workbook.write import workbook_bytes
from kam_connector.testing.kept_samples import make_kept
from tests.factories.plan_story import make_story
from tests.factories.workbooks import account_book, edited
from tests.factories.world import NOW, World

Told = Callable[..., tuple[int, str, str]]
CONNECTION = '[connections.us]\ncrm = "hubspot"\naccess_token = "env:US_TOKEN"\n'


@pytest.fixture(name="told")
def _told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Told:
    """Run one command in a folder that never saw a run; return exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.setenv("US_TOKEN", "t0ken")
    Path("config.toml").write_text(CONNECTION, "utf-8")

    def told(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        said = capsys.readouterr()
        assert ("Traceback" in said.err, "KAM-7000" in said.out + said.err) == (False, False)
        return code, said.out, said.err

    return told


EMPTY = [
    "account list", "account select", "kpi list", "signal list", "signal shadow",
    "signal backtest", "programme show", "programme check", "programme method",
    "programme scorecard", "programme adoption", "programme calendar", "team check",
    "whitespace show", "journey map", "playbook list", "digest", "export --format csv",
    "programme export -o p.xlsx", "programme begin Ours", "plan deck --write-template t.pptx",
]  # fmt: skip
NOBODY = [
    "plan show x", "plan check x", "plan export x -o x.xlsx", "plan page x -o x.html",
    "orgchart show x", "orgchart draw x -o x.svg", "journey show x", "team show x",
    "team pulse x", "kpi show x", "tie without x", "handover --from x", "playbook show x",
]  # fmt: skip


@pytest.mark.parametrize("words", EMPTY)
def test_without_a_key_account_every_command_answers(told: Told, words: str) -> None:
    """As one document and nothing else, where a program asks."""
    code, out, _err = told(*words.split(), "--json")
    assert (code, json.loads(out)["error"]) == (0, None)


@pytest.mark.parametrize("words", NOBODY)
def test_without_a_key_account_a_name_is_refused_in_words(told: Told, words: str) -> None:
    """With a code, and one document."""
    code, out, _err = told(*words.split(), "--json")
    error = json.loads(out)["error"]
    assert (code, error["exit_code"], bool(error["message"])) == (code, code, True)
    assert code in (2, 4)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["plan", "write", "x", "summary", "caf\udce9", "--by", "A"], "is not UTF-8"),
        (["plan", "write", "x", "summary", "words", "--by", "  "], "--by says nothing"),
        (["journey", "move", "x", "onboarding", "--by", ""], "--by says nothing"),
        (["playbook", "start", "x", "crisis", "--about", "", "--by", "A"], "--about says nothing"),
        (["orgchart", "show", "x", "--as-of", "2025-02-29"], "2025-02-29"),
        (["orgchart", "set", "x", "y", "--influence", "0"], "--influence"),
        (["orgchart", "set", "x", "y", "--influence", "6"], "--influence"),
        (["orgchart", "set", "x", "y", "--influence", "1e309"], "--influence"),
        (["orgchart", "suggest", "x", "--least", "nan"], "--least says nothing"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else one,
)
def test_words_that_mean_nothing_are_refused(told: Told, words: list[str], part: str) -> None:
    """Before anything is read: the message shows what was given."""
    code, _out, err = told(*words)
    assert (code, part in err) == (2, True)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"account,score,on\nA\x00,9,2026-01-01\n", "U+0000"),
        (",".join(f"c{n}" for n in range(100_000)).encode(), "100000 columns"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "text file"),
        (b"", "is empty"),
        (b'account,score,on\n"A,9,2026-01-01\n', "never closed"),
        ("account,score,on\nA,9,2026-01-01\n".encode("utf-32"), "KAM-3301"),
    ],
    ids=["nul", "wide", "picture", "empty", "quote", "utf-32"],
)
def test_file_that_is_no_table_is_refused(told: Told, content: bytes, part: str) -> None:
    """With the line where that is known."""
    Path("odd.csv").write_bytes(content)
    code, _out, err = told("import", "nps", "odd.csv", "--by", "A")
    assert (code, part in err) == (4, True)


def test_sparse_file_of_300_mb_is_not_read(told: Told) -> None:
    """It costs no memory and names its size."""
    with Path("big.csv").open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    code, _out, err = told("import", "nps", "big.csv", "--by", "A")
    assert (code, "300 MB" in err, "Split it" in err) == (4, True, True)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="only Unix has a file without end")
def test_file_without_end_is_read_so_far(told: Told, tmp_path: Path) -> None:
    """A device has no size to look at: reading stops at the limit."""
    code, _out, err = told("import", "nps", "/dev/zero", "--by", "A")
    assert (code, "KAM-3302" in err) == (4, True)
    link = tmp_path / "plan.xlsx"
    link.symlink_to("/dev/zero")
    with pytest.raises(CheckFailed, match="larger than 20 MB"):
        read_safely(link)


def test_days_outside_any_calendar_are_refused(told: Told) -> None:
    """Nobody can count history back from the year 1."""
    words = ["orgchart", "show", "x", "--as-of"]
    assert [told(*words, day)[0] for day in ("0001-01-01", "9999-12-31")] == [2, 2]


def hollow(path: Path) -> None:
    """Write a zip that calls itself a workbook and holds none."""
    with ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")


def spoken_by_nobody(path: Path) -> None:
    """Write an export whose hidden part names a language that is none of ours."""
    path.write_bytes(workbook_bytes(account_book(make_story())))
    edited(path, lambda book: setattr(_meta(book, "language"), "value", "xx"))


def _meta(book: Any, name: str) -> Any:
    return next(row[1] for row in book["_kam"].iter_rows() if row[0].value == name)


@pytest.mark.parametrize("write", [hollow, spoken_by_nobody])
def test_workbook_that_is_broken_inside_is_refused(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    """Never a parser's own words."""
    write(tmp_path / "plan.xlsx")
    with pytest.raises(CheckFailed) as refused:
        read_workbook(tmp_path / "plan.xlsx")
    assert refused.value.code == "KAM-7080"


@pytest.fixture(name="world")
def _world() -> World:
    return make_story()


def test_pulse_never_leaves_in_a_workbook(world: World) -> None:
    """The sheet takes answers; whose they were, and what was noted, stays here."""
    answer = TeamPulse(
        id="pulse-1",
        account_id=world.account("altair"),
        on=date(2026, 11, 1),
        clarity=1,
        workload=1,
        priorities=2,
        collaboration=2,
        user_id="usr_ada",
        note="Too much for one of us",
    )
    world.store.keep([answer], by="usr_ada", at=NOW)
    book = load_workbook(io.BytesIO(workbook_bytes(account_book(world))))
    cells = [str(c.value) for sheet in book.worksheets for row in sheet.iter_rows() for c in row]
    assert "Team pulse" in book.sheetnames
    assert [one for one in cells if "Too much for one of us" in one or "pulse-1" in one] == []


SPELLINGS = ["{name}", "{upper}", "{last} {first}", "{last}, {first}", "{first} {capital}"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_erased_person_leaves_words_and_history(world: World, spelling: str) -> None:
    """However the name was written, and opinions of them with it."""
    account_id = world.account("altair")
    (facts,) = world.store.facts([account_id], since=NOW - timedelta(days=365))
    person = next(one for one in facts.contacts if " " in one.name)
    first, _, last = person.name.partition(" ")
    written = spelling.format(
        name=person.name, upper=person.name.upper(), first=first, last=last, capital=last.upper()
    )
    words = PlanSection(
        id="sec",
        account_id=account_id,
        kind=SectionKind.RELATIONSHIPS,
        body=f"{written} decides.",
        written_by="usr_ada",
        written_on=NOW.date(),
    )
    opinion = replace(
        make_kept(Stakeholder, "opinion", account_id=account_id), contact_id=person.id
    )
    world.store.keep([words, opinion], by="usr_ada", at=NOW)
    ((connection, ref),) = world.store.refs(Kind.CONTACT, [person.id])[person.id]
    assert world.store.forget(connection, Kind.CONTACT, ref)
    left = next(one for one in world.store.kept(PlanSection) if one.id == "sec")
    history = world.store.kept_changes(limit=1000)
    assert left.body == "(forgotten) decides."
    assert [one for one in history if one.record_id == "opinion"] == []
    assert [one for one in history if written in str(one.after)] == []


def test_handover_asked_twice_leaves_introductions_with_who_leaves() -> None:
    """Nobody introduces themselves: the second time nothing moves."""
    record = Handover(
        id="h", account_id="acc_1", kind=HandoverKind.KAM_CHANGE, opened_on=date(2026, 11, 1),
        from_user_id="usr_1", to_user_id="usr_2",
    )  # fmt: skip
    step = HandoverStep(
        id="s", handover_id="h", account_id="acc_1", side=Side.OURS, text="Introduce usr_2",
        due=date(2026, 11, 20), owner_id="usr_1",
    )  # fmt: skip
    kept = KeptRecords.holding([record, step])
    assert moved_records(kept, "usr_1", "usr_2", on=date(2026, 11, 2)) == ()
