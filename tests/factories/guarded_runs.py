"""Every command as people of each role call it: what it answered, and whether it leaked."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import click

from kam_connector.cli.edge import run
from kam_connector.cli.needs import NEEDS
from kam_connector.kam.access import reach
from kam_connector.model.access import Capability, Role
from kam_connector.reports.frames import FRAMES
from kam_connector.store import open_store
from tests.factories.guarded import CANARY, commands, quoted, told

__all__ = ["ABSENT", "PEOPLE", "Ran", "field_sweep", "one_store", "refusals", "sweep"]

PEOPLE: Mapping[str, frozenset[Role]] = {
    "ada": frozenset({Role.ACCOUNT_MANAGER}),
    "hanna": frozenset({Role.PROGRAMME_HEAD}),
    "otto": frozenset({Role.AUDITOR}),
    "Root": frozenset({Role.ADMIN}),
    "nobody": frozenset(),
}
"""Who they are, as the configuration and the CRM say."""
ABSENT = "Qwghlm Nowhere"
"""An account that no CRM knows."""
_SLOT = "@account"
_SLOTS = ("account", "named", "key")
_FILLS: Mapping[str, str] = {"person": "x of Alder Works", "user": "ada"}
_OWN: Mapping[str, tuple[str, ...]] = {
    "handover": ("--from", "ada", "--to", "ben"),
    "import": ("revenue", "figures.csv", "--source", "test"),
    "journey answer": (_SLOT, "kam_assigned", "yes", "--by", "ada"),
    "orgchart set": (_SLOT, "x of Alder Works", "--profile", "economic_decider", "--by", "ada"),
    "plan deck": (_SLOT, "-o", "deck.pptx"),
    "plan diff": (_SLOT, "3"),
    "plan export": (_SLOT, "-o", "plan.xlsx"),
    "plan page": (_SLOT, "-o", "page.html"),
    "plan write": (_SLOT, "summary", "Partners", "--by", "ada"),
    "playbook show": ("renewal",),
    "programme export": ("-o", "programme.xlsx"),
}
"""Words that make a command go to its end, where those of its parameters' types do not."""
_FIGURES = "account;month;revenue;currency\nAlder Works;2026-10;10;EUR\n"


@contextmanager
def one_store(folder: Path) -> Iterator[None]:
    """Let all commands use one open database: opening it anew is most of what they cost."""
    store = open_store(f"sqlite:///{folder / 'kam.db'}")
    with (
        patch.object(store, "close", lambda: None),
        patch("kam_connector.bootstrap.open_store", lambda _url: store),
    ):
        yield
    store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One call of one command."""

    command: str
    actor: str
    asked: str
    """The account named; empty: none."""
    code: int
    said: str
    """What was printed, without the account named."""
    leaked: bool
    quoted: frozenset[str] = frozenset()
    """Canaries of fields that stand in what it printed or wrote."""


def refusals(folder: Path) -> list[Ran]:
    """Call every command once as each person who may not run it, with words that parse."""
    return [
        _ran(folder, actor, words, command, asked="")
        for command, (_, words) in _calls().items()
        for actor, roles in PEOPLE.items()
        if _barred(command, roles)
    ]


def sweep(folder: Path, hidden: Mapping[str, str]) -> list[Ran]:
    """Call what an account manager may run about every account, seen or not, and about none.

    Args:
        folder: Of the prepared installation.
        hidden: Names of hidden accounts and their ids.
    """
    found = []
    for command, (built, words) in _calls().items():
        if _barred(command, PEOPLE["ada"]) or NEEDS.get(command) == (Capability.GENERAL,):
            continue
        for asked in _targets(command, built, hidden):
            filled = [asked if word == _SLOT else word for word in words]
            found.append(_ran(folder, "ada", filled, command, asked=asked, hidden=hidden))
    return found


def field_sweep(folder: Path, actor: str) -> list[Ran]:
    """Call what an account manager may run about an account whose fields hold canaries."""
    found = []
    for command, (built, words) in _calls().items():
        if _barred(command, PEOPLE["ada"]) or NEEDS.get(command) == (Capability.GENERAL,):
            continue
        key = "key" in {param.name for param in built.params}
        asked = "plan_stale:acc_none" if key else "Alder Works"
        own = [actor if word == "ada" else word for word in words]
        found.append(_ran(folder, actor, own, command, asked=asked))
    tables = [["export", "--what", what, "--format", "jsonl", "-o", "t.jsonl"] for what in FRAMES]
    tables.append(["export", "--format", "xlsx", "-o", "t.xlsx"])
    return found + [_ran(folder, actor, one, " ".join(one[:3]), asked="") for one in tables]


def _targets(command: str, built: click.Command, hidden: Mapping[str, str]) -> list[str]:
    names = {param.name for param in built.params}
    if names.isdisjoint(_SLOTS):
        return [""]
    if "key" in names:  # of a signal, in full
        return [f"plan_stale:{one}" for one in ("acc_none", *sorted(set(hidden.values())))]
    reading = [] if _edits(command) else ["Cedar Group"]
    return ["Alder Works", *(reading or ["Birch Logistics"]), ABSENT, *hidden]


def _edits(command: str) -> bool:
    return any(one.writes for one in NEEDS.get(command, ()))


def _barred(command: str, roles: frozenset[Role]) -> bool:
    """Whether the table gives none of the roles anything that the command is for."""
    needed = NEEDS.get(command, ())
    if needed == (Capability.GENERAL,):
        return False
    return all(reach(roles, one) is None for one in needed)


def _calls() -> dict[str, tuple[click.Command, list[str]]]:
    return {
        command: (built, [*command.split(), *_words(command, built)])
        for command, built in commands().items()
    }


def _words(command: str, built: click.Command) -> list[str]:
    if command in _OWN:
        return list(_OWN[command])
    words: list[str] = []
    for param in built.params:
        option = [] if isinstance(param, click.Argument) else [param.opts[-1]]
        if param.name in _SLOTS:
            words += [] if _SLOT in words else [*option, _SLOT]
        elif param.required:
            words += [*option, _fill(param)]
    return words


def _fill(param: click.Parameter) -> str:
    if isinstance(param.type, click.Choice):
        return str(next(iter(param.type.choices)))
    if isinstance(param.type, click.DateTime):
        return "2027-06-01"
    if isinstance(param.type, click.types.IntParamType):
        return "1"
    if param.name == "by":
        return "ada"
    return _FILLS.get(str(param.name), "x")


def _ran(
    folder: Path,
    actor: str,
    words: list[str],
    command: str,
    *,
    asked: str,
    hidden: Mapping[str, str] | None = None,
) -> Ran:
    for left in folder.rglob("*"):  # what an earlier call wrote would pass for known
        if left.is_file() and left.name != "config.toml" and not left.name.startswith("kam.db"):
            left.unlink()
    (folder / "figures.csv").write_text(_FIGURES, "utf-8")
    known = list(folder.rglob("*"))
    printed = io.StringIO()
    with (
        chdir(folder),
        patch.dict(os.environ, {"KAM_USER": actor}),
        redirect_stdout(printed),
        redirect_stderr(printed),
    ):
        code = run([one.replace(_SLOT, asked or ABSENT) for one in words] + ["--json"])
    said = printed.getvalue()
    said = said.replace(asked, "…") if asked else said
    written = told(folder, known) + said.lower().encode()
    canaries = [CANARY, *(hidden or {}).values()]
    leaked = any(one.lower().encode() in written for one in canaries if one != asked)
    return Ran(command=command, actor=actor, asked=asked, code=code, said=said, leaked=leaked,
               quoted=quoted(written))  # fmt: skip
