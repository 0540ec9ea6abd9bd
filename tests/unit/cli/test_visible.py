"""Nothing that somebody typed into a CRM steers a terminal or begins a line of its own (TM18)."""

from __future__ import annotations

import io
import json
import logging

import click
import pytest
import structlog

from kam_connector.cli.command import Invocation, Result
from kam_connector.cli.logs import configure_logs
from kam_connector.cli.output import answer, complain, table
from kam_connector.cli.visible import styled, visible, visible_text
from kam_connector.errors import ConfigError

HOSTILE = "Zo\u00e9\r\nINFO all is well\x1b[2J\x1b]0;x\x07\u202egnp.exe\x85\u2028\x9b31m\tend"
SHOWN = (
    "Zo\u00e9\\r\\nINFO all is well\\x1b[2J\\x1b]0;x\\x07\\u202egnp.exe\\x85\\u2028\\x9b31m\\tend"
)


@pytest.mark.guarantee("TM18")
def test_what_steers_is_shown_and_not_done() -> None:
    """Every control character becomes its escape; twice is once."""
    assert visible(HOSTILE) == SHOWN
    assert visible(visible(HOSTILE)) == SHOWN


@pytest.mark.parametrize(
    "name", ["Zoé Müller", "שלום\u200f", "محمد", "北京 有限公司", "👩‍🔧", "a\\nb"]
)
def test_names_of_people_stay_as_they_are(name: str) -> None:
    """Other scripts, their marks of direction, and pictures are no steering."""
    assert visible(name) == name


def test_our_own_colours_work_and_a_name_s_do_not() -> None:
    """A name in red would look like an error of ours."""
    line = f"{styled('✗', fg='red')} {HOSTILE} \x1b[31mred\x1b[0m"
    assert visible(line) == f"{click.style('✗', fg='red')} {SHOWN} \\x1b[31mred\\x1b[0m"


def test_a_text_keeps_its_own_lines() -> None:
    """Of a file's text, line breaks are ours."""
    assert visible_text("a\x1b\nb\r\n") == "a\\x1b\nb\\r\n"


def test_lines_and_tables_are_as_many_as_were_meant(capsys: pytest.CaptureFixture[str]) -> None:
    """A name of several lines stays in its row, and columns stand below each other."""
    lines = table(("name", "n"), [(HOSTILE, 1), ("b", 2)])
    answer(Invocation(warnings=[HOSTILE]), Result(lines=[*lines, HOSTILE]))
    out, err = capsys.readouterr()
    assert out.split("\n") == [*lines, SHOWN, ""]
    assert len(lines[1]) == len(lines[2])
    assert err == f"Warning  {SHOWN}\n"


def test_a_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """An error may name what somebody typed."""
    complain(Invocation(), ConfigError(HOSTILE, code="KAM-1004"))
    assert capsys.readouterr().err == f"Error KAM-1004  {SHOWN}\n"


def test_a_document_says_the_same_to_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON lets some of it stand within texts: there it is escaped too, and means the same."""
    answer(Invocation(as_json=True), Result(data={"name": HOSTILE}))
    out = capsys.readouterr().out
    assert out == visible(out[:-1]) + "\n"
    assert json.loads(out)["data"] == {"name": HOSTILE}


def test_a_file_on_stdout_is_that_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Into a pipe goes what an export wrote, byte for byte."""
    answer(Invocation(), Result(document='"a\nb"\r\n'))
    assert capsys.readouterr().out == '"a\nb"\r\n'


@pytest.mark.guarantee("TM18")
def test_a_file_on_a_terminal_is_visible(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own lines stay; what its cells hold steers nothing."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    answer(Invocation(), Result(document=f'"a"\r\n"{HOSTILE}"\r\n'))
    lines = capsys.readouterr().out.split("\n")
    assert [visible(line) for line in lines] == lines
    assert (lines[0], lines[-1]) == ('"a"', "")


@pytest.mark.guarantee("TM18")
@pytest.mark.parametrize("style", ["json", "console"])
def test_a_log_line_is_one_line(style: str) -> None:
    """Events of ours and of libraries, whatever their words, keys and values hold."""
    stream = io.StringIO()
    configure_logs(style=style, verbose=1, stream=stream)
    structlog.get_logger().warning(HOSTILE, place=HOSTILE, several=[HOSTILE], **{HOSTILE: 1})
    logging.getLogger("library").warning(HOSTILE)
    said = stream.getvalue()
    assert said.count("\n") == 2
    assert visible(said.replace("\n", "")) == said.replace("\n", "")
