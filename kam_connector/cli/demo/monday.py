"""Story five: Monday morning; figures from files, five decisions, a plan that two people sign."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile

from kam_connector.cli.command import Result
from kam_connector.cli.demo.excel import row_of, type_into
from kam_connector.cli.demo.stage import NAMES, Stage
from kam_connector.cli.demo.telling import Teller, without_cells
from kam_connector.cli.demo.written import LATER, NORDWIND
from kam_connector.errors import KamError
from kam_connector.model.plan_content import PlanVersion
from kam_connector.sync.run import run_sync

__all__ = ["monday_morning"]

_ACCOUNT, _MANAGER, _DIRECTOR = "Nordwind Énergie", "Camille Martin", "Isabelle Fontanel"
_FIGURES = ("nps", "revenue")
"""Files of these names lie beside this module."""


def monday_morning(stage: Stage, teller: Teller) -> dict[str, object]:
    """Bring figures in, read the digest, work on a plan, let a second person sign it."""
    teller.story(5, "Monday morning")
    desk = _Desk(stage, teller)
    health = desk.health()
    brought = desk.figures()
    teller.says("")
    teller.says(f"Health of {_ACCOUNT}: {health} before, {desk.health()} with these figures.")
    digest = desk.digest()
    added, changed = desk.plan_in_excel()
    checked = desk.checked()
    refused = desk.signed()
    files = desk.pictures()
    teller.says("")
    teller.says(f"The files are in {stage.files}" + ("" if stage.kept else " until the demo ends;"))
    if not stage.kept:
        teller.says("kam demo --keep DIR  keeps them.")
    return {
        "imported_rows": brought,
        "health_before": health,
        "health_after": desk.health(),
        "decisions": digest,
        "rows_added": added,
        "cells_changed": changed,
        "plan_quality": checked,
        "refused": refused,
        "approved_by": desk.approver(),
        "files": {one.name: one.stat().st_size for one in files},
    }


class _Desk:
    """What one account manager does, command by command."""

    def __init__(self, stage: Stage, teller: Teller) -> None:
        self._stage = stage
        self._teller = teller

    def figures(self) -> int:
        """Import what customers answered and what was billed; return how many rows."""
        rows = 0
        for kind in _FIGURES:
            file = self._stage.files / f"{kind}.csv"
            copyfile(Path(__file__).with_name(file.name), file)
            done = self._shows("import", kind, str(file))
            rows += done.data["rows"]  # type: ignore[index]
        run_sync(self._stage.context(NAMES[0]), dry_run=True)
        self._shows("kpi", "show", _ACCOUNT, most=9)
        return rows

    def health(self) -> str:
        """Return the account's health with its band."""
        scores = self._stage.app.store.scores(self._account_id(), limit=6)
        score = next(one for one in scores if one.name == "health")
        return f"{score.value} ({score.band})"

    def digest(self) -> int:
        """Read the week's decisions; return how many there are."""
        done = self._shows("digest", "--for", _MANAGER, most=16)
        (mine,) = done.data["digests"]  # type: ignore[index]
        return len(mine.decisions)

    def plan_in_excel(self) -> tuple[int, int]:
        """Write in Excel, later change that; return rows added and cells changed."""
        book = self._stage.files / "nordwind.xlsx"
        self._shows("plan", "export", _ACCOUNT, "-o", str(book))
        for sheet, row, cells in NORDWIND:
            type_into(book, sheet, row, cells)
        self._says(f"{_MANAGER} fills {len(NORDWIND)} free rows of {book.name}.")
        words = ("plan", "import", str(book), "--by", _MANAGER)
        added = self._stage.kam(*words)
        self._tells(words, without_cells(added.lines))
        self._stage.kam("plan", "export", _ACCOUNT, "-o", str(book))
        for (sheet, text), cells in LATER.items():
            type_into(book, sheet, row_of(book, sheet, text), cells)
        self._says("A day later she changes three cells.")
        changed = self._shows(*words)
        return len(added.data["edits"]), _cells(changed)  # type: ignore[index]

    def checked(self) -> object:
        """Ask how good the plan is; return its quality."""
        return self._shows("plan", "check", _ACCOUNT, most=16).data["page"].quality.value  # type: ignore[index]

    def signed(self) -> str:
        """Let her put the plan forward; she cannot approve it, a second person can."""
        self._shows("plan", "submit", _ACCOUNT, "--by", _MANAGER)
        try:
            self._stage.kam("plan", "approve", _ACCOUNT, "--by", _MANAGER)
            code = ""
        except KamError as error:
            code = error.code
            lines = [f"Error {error.code}  {error}", f"{error.hint}"]
            self._teller.shows(f'plan approve "{_ACCOUNT}" --by "{_MANAGER}"', lines)
        self._shows("plan", "approve", _ACCOUNT, "--by", _DIRECTOR)
        return code

    def approver(self) -> str | None:
        """Return who approved the plan's latest version, as the store has it."""
        store = self._stage.app.store
        versions = store.kept(PlanVersion, account_id=self._account_id())
        names = {one.id: one.name for one in store.users()}
        return names.get(max(versions, key=lambda one: one.number).decided_by or "")

    def _account_id(self) -> str:
        return next(one.id for one in self._stage.app.store.accounts() if one.name == _ACCOUNT)

    def pictures(self) -> list[Path]:
        """Draw the org chart, write the plan on a page and as a deck; return all files."""
        page = "page.pdf" if find_spec("typst") else "page.html"
        for words, name in (
            (("orgchart", "draw"), "orgchart.svg"),
            (("plan", "page"), page),
            (("plan", "deck"), "review.pptx"),
        ):
            self._shows(*words, _ACCOUNT, "-o", str(self._stage.files / name))
        return sorted(one for one in self._stage.files.iterdir() if one.is_file())

    def _shows(self, *words: str, most: int = 14) -> Result:
        done = self._stage.kam(*words)
        self._tells(words, done.lines, most=most)
        return done

    def _tells(self, words: Iterable[str], lines: Iterable[str], *, most: int = 14) -> None:
        asked = [self._named(one) for one in words]
        told = " ".join(f'"{one}"' if " " in one else one for one in asked)
        self._teller.shows(told, [self._named(line) for line in lines], most=most)

    def _says(self, text: str) -> None:
        self._teller.says("")
        self._teller.says(text)

    def _named(self, text: str) -> str:
        """Return a text with the files by their names; where they lie is told at the end."""
        return text.replace(f"{self._stage.files}/", "")


def _cells(done: Result) -> int:
    """Return how many cells an import changed."""
    edits = done.data["edits"]  # type: ignore[index]
    return sum(len(edit["cells"]) for edit in edits)
