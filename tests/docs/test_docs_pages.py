"""The pages say what the program does: tables, command lines, links, examples, words."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from kam_connector.cli.edge import run
from kam_connector.cli.root import root
from kam_sandbox.__main__ import _parser as sandbox_parser

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`(kam [^`]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
OLD_SIGN_IN = re.compile(r"(?i)(?:connected|private)[ -]app")
SECTIONS = [name for name in TEXTS if name.startswith("docs/")]


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Yield the page and the text of every block in a language."""
    for name, text in TEXTS.items():
        for found in FENCE.finditer(text):
            if found[1] == language:
                yield name, found[2]


def command_lines() -> Iterator[tuple[str, str]]:
    """Yield every line of a plain block that calls the program."""
    for name, text in blocks(""):
        for line in text.splitlines():
            if line.strip().startswith("kam ") and "[" not in line:  # usage lines are generated
                yield name, line.strip().partition(" #")[0].strip()


def spoken_commands() -> list[tuple[str, str]]:
    """Return every command that a sentence or a table names."""
    return sorted({(name, f) for name, text in TEXTS.items() for f in INLINE.findall(text)})


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words name, and the words left over.

    Raises:
        KamError: There is no such command.
    """
    command: click.Command = root
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        _, found, rest = command.resolve_command(click.Context(command, info_name="kam"), words)
        assert found is not None
        command, words = found, rest
    return command, words


def anchor(title: str) -> str:
    """Return the anchor of a heading, as the usual viewers make it."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", SECTIONS)
def test_generated_tables_are_up_to_date(name: str, generator: ModuleType) -> None:
    """A table that the code has left behind: run  python docs/generate.py ."""
    assert generator.rendered(TEXTS[name]) == TEXTS[name]


def test_every_setting_is_explained(generator: ModuleType) -> None:
    """No setting stands there without a meaning."""
    rows = f"{generator.settings_table()}\n{generator.connection_table()}".splitlines()
    assert [row for row in rows if row.endswith("|  |")] == []


@pytest.mark.parametrize(("page", "line"), list(command_lines()))
def test_command_lines_are_understood(page: str, line: str) -> None:
    """What a reader copies is parsed by the real program, options and all."""
    command, rest = resolved(shlex.split(line)[1:])
    assert not isinstance(command, click.Group)
    if command.name == "serve" and "sandbox" in line:
        assert sandbox_parser().parse_args(rest)
    else:
        assert command.make_context(str(command.name), rest).command is command


@pytest.mark.parametrize(("page", "words"), spoken_commands())
def test_commands_named_in_sentences_exist(page: str, words: str) -> None:
    """A page, an error's advice included, never sends a reader to a command that is not there."""
    plain = [word for word in words.split()[1:] if re.fullmatch(r"[a-z-]+", word)]
    assert resolved(plain)[0].name


def test_every_code_is_explained() -> None:
    """Whatever code a message carries, the table and `kam explain` know it."""
    code = [ROOT / name for name in ("kam_connector", "adapters", "jobs")]
    texts = [path.read_text("utf-8") for folder in code for path in folder.rglob("*.py")]
    used = {found for text in texts for found in re.findall(r"KAM-\d{4}", text)}
    assert used - set(re.findall(r"KAM-\d{4}", TEXTS["docs/errors.md"])) == set()


def test_sandbox_options_are_those_of_the_program() -> None:
    """The page lists every option of the sandbox, and no other."""
    listed = re.findall(r"`(--[\w-]+)", TEXTS["docs/sandbox.md"].partition("| option")[2])
    known = {name for one in sandbox_parser()._actions for name in one.option_strings}
    assert set(listed) == known - {"-h", "--help"}


@pytest.mark.parametrize(
    ("page", "target"), [(n, t) for n, text in TEXTS.items() for t in LINK.findall(text)]
)
def test_links_lead_somewhere(page: str, target: str) -> None:
    """A relative link names a file, and its anchor a heading of it."""
    file, _, mark = target.partition("#")
    path = (ROOT / page).parent / file if file else ROOT / page
    titles = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE) if mark else []
    assert path.exists()
    assert not mark or mark in map(anchor, titles)


@pytest.mark.parametrize("text", [text for _, text in blocks("python")])
def test_python_examples_run(text: str) -> None:
    """An example runs, and its own assertions hold: one without any would prove nothing."""
    assert "assert " in text
    exec(compile(text, "example", "exec"), {})


@pytest.mark.parametrize("text", [text for _, text in blocks("toml")])
def test_toml_examples_are_valid(text: str) -> None:
    """An example can be copied as it is."""
    assert tomllib.loads("\n".join(line.removeprefix("   ") for line in text.splitlines()))


@pytest.mark.parametrize("name", [*TEXTS, "config.example.toml"])
def test_no_page_recommends_what_the_vendors_ended(name: str) -> None:
    """New sign-ins are External Client Apps, service keys and project apps."""
    assert OLD_SIGN_IN.findall((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", sorted((ROOT / "mappings").glob("*.toml")), ids=lambda f: f.name)
def test_shipped_mappings_check_clean(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not a problem and not a warning."""
    assert run(["mapping", "check", str(file)]) == 0
    assert capsys.readouterr().err == ""


def test_mapping_example_is_accepted(tmp_path: Path) -> None:
    """The example of a mapping is one, once a head says which CRM it is for."""
    example = next(text for page, text in blocks("toml") if page == "docs/mapping.md")
    file = tmp_path / "salesforce.toml"
    file.write_text(
        f'format = 1\ncrm = "salesforce"\n[defaults]\ncursor = "SystemModstamp"\n{example}'
    )
    assert run(["mapping", "check", str(file)]) == 0


def test_changelog_says_what_is_new() -> None:
    """A change that users see has a line under Unreleased."""
    fresh = TEXTS["CHANGELOG.md"].partition("## Unreleased")[2].partition("\n## ")[0]
    assert "\n- " in fresh


def test_readme_is_one_page() -> None:
    """A newcomer reads it standing."""
    assert len(TEXTS["README.md"].splitlines()) <= 80
    assert {"make demo", "make test", "Apache-2.0"} <= {
        words for words in ("make demo", "make test", "Apache-2.0") if words in TEXTS["README.md"]
    }
