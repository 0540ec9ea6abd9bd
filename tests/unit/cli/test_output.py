"""What is printed is one JSON document, or aligned lines."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kam_connector.cli import output
from kam_connector.cli.command import Invocation, Result
from kam_connector.cli.output import answer, complain, jsonable, table
from kam_connector.errors import CheckFailed, ConfigError, CrmUnavailable
from kam_connector.model.identity import IdentityLink, RecordKey
from kam_connector.model.kind import Kind


def test_values_become_plain_json() -> None:
    """Decimals and times are exact text, enums their value, records objects."""
    key = RecordKey("emea", Kind.ACCOUNT, "001")
    link = IdentityLink(key=key, kam_id="acc_1", state="proposed", evidence="same domain")
    value = {"d": Decimal("52.30"), "on": date(2026, 11, 21), "link": link, "s": frozenset("ba")}
    assert jsonable(value) == {
        "d": "52.30",
        "on": "2026-11-21",
        "link": {
            "key": ["emea", "account", "001"],
            "kam_id": "acc_1",
            "state": "proposed",
            "evidence": "same domain",
        },
        "s": ["a", "b"],
    }


def test_time_keeps_its_zone() -> None:
    """A machine need not guess."""
    assert jsonable(datetime(2026, 11, 21, 6, tzinfo=UTC)) == "2026-11-21T06:00:00+00:00"


def test_answer_is_exactly_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints one document on stdout and nothing else."""
    invocation = Invocation(command="status", as_json=True, warnings=["old"])
    answer(invocation, Result(data={"a": 1}, lines=["never shown"], error=CheckFailed("stale")))
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert err == ""
    assert list(document) == ["ok", "command", "version", "data", "warnings", "error"]
    assert (document["ok"], document["data"], document["warnings"]) == (False, {"a": 1}, ["old"])
    assert document["error"]["code"] == "KAM-7002"


def test_complaint_lists_every_problem(capsys: pytest.CaptureFixture[str]) -> None:
    """All mistakes of one reading are told, each with its code and hint."""
    error = ConfigError("first", code="KAM-1004", hint="try this")
    error.others = (ConfigError("second", code="KAM-1005"),)
    complain(Invocation(), error)
    out, err = capsys.readouterr()
    assert out == ""
    assert [part in err for part in ("KAM-1004  first", "try this", "KAM-1005  second")] == [
        True
    ] * 3
    assert "2 problems. Nothing was started." in err


def test_warnings_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output holds the result alone."""
    answer(Invocation(warnings=["careful"]), Result(lines=["result"]))
    assert capsys.readouterr() == ("result\n", "Warning  careful\n")


def test_table_aligns_numbers_right() -> None:
    """Columns can be compared at a glance."""
    assert table(("name", "n"), [("a", 5), ("bbb", 1234), ("c", None)]) == [
        "  name  n",
        "  a        5",
        "  bbb   1234",
        "  c     –",
    ]


def test_refusal_of_a_crm_always_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the adapter gives no hint, the code's own text does."""
    complain(Invocation(), CrmUnavailable("no answer", code="KAM-3101"))
    assert "What to do: " in capsys.readouterr().err


@pytest.mark.parametrize("variable", ["NO_COLOR", "CI"])
def test_colours_can_be_switched_off(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://no-color.org is honoured, and CI logs stay readable."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("CI", raising=False)
    assert output._color() is None
    monkeypatch.setenv(variable, "1")
    assert output._color() is False
