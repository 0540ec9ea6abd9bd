"""What we found wrong in our own dependencies (trust: D1-D14), and the fence around each.

D2 and D7 are in test_tls_and_time.py, D3 in test_formulas_and_parsers.py, D6 in
test_webhook_forgeries.py, D8 and D9 in tests/unit/jobs/test_nightly_schedule.py, D12 in
test_broken_answers.py, D14 in test_supply_chain.py; D13 is the canaries' (tests of redaction).
"""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path

import pytest

import kam_connector
import kam_hubspot
import kam_jobs
import kam_salesforce
from kam_connector.errors import ConfigError, KamError
from kam_connector.reports.intake.delimited import read_delimited
from kam_salesforce import query
from kam_salesforce.hosts import base_url
from tests.security.test_addresses import HOME, salesforce, token

SOURCES = {
    path: ast.parse(path.read_text("utf-8"))
    for package in (kam_connector, kam_hubspot, kam_jobs, kam_salesforce)
    for path in Path(str(package.__file__)).parent.rglob("*.py")
}


def calls(*names: str) -> list[str]:
    """Return where our sources call one of these, by its last name."""
    return [
        f"{path.name}:{node.lineno}"
        for path, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _named(node.func) in names
    ]


def _named(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


@pytest.mark.guarantee("G28")
@pytest.mark.parametrize("domain", ["evil.example/x?", "127.0.0.1:9000/", "a@b", "evil#"])
def test_defect_d01_a_domain_names_no_other_host(domain: str) -> None:
    """simple-salesforce posts name, password and token to https://evil.example/x?.salesforce..."""
    with pytest.raises(ConfigError):
        base_url(domain)
    assert calls("SalesforceLogin") == []


@pytest.mark.guarantee("G25")
def test_defect_d04_an_error_holds_neither_query_nor_body_nor_token() -> None:
    """simple-salesforce's own text has all three."""
    refusal = b'[{"errorCode": "MALFORMED_QUERY", "message": "near ada@example.test"}]'
    answers = token(HOME) | {f"{HOME}/services/data/v66.0/query/": (400, {}, refusal)}
    client = salesforce(answers)._client
    with pytest.raises(KamError) as caught:
        client.query("SELECT Id FROM Contact WHERE Email = 'ada@example.test'")
    said = " ".join([str(caught.value), repr(caught.value), str(vars(caught.value)), repr(client)])
    assert [word for word in ("ada@", "SELECT", "SBX!x", "hush", HOME) if word in said] == []


def test_defect_d05_soql_is_quoted_by_one_quoter_of_ours() -> None:
    """format_soql leaves :literal as it is, and reads a naive datetime as local time."""
    assert calls("format_soql", "quote_soql", "format_external_id") == []
    assert query.quoted("x' OR Name != '") == "'x\\' OR Name != \\''"


def test_defect_d05_a_time_without_a_zone_is_refused() -> None:
    """It would mean another moment on each computer."""
    with pytest.raises(ValueError, match="zone"):
        query.at(datetime(2026, 1, 1))  # noqa: DTZ001  the point


def test_defect_d10_tables_validate_nothing_and_stay_in_the_store() -> None:
    """A table model takes any value: what comes in is checked before it is one."""
    outside = [
        path.name
        for path, tree in SOURCES.items()
        if "store" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("kam_connector.store.t")
    ]
    assert outside == []


def test_defect_d11_no_file_is_read_by_pandas() -> None:
    """It makes NA of a company called NA and 1 of 001; files of people are texts here."""
    assert calls("read_csv", "read_excel") == []
    table = read_delimited(b"name;id\nNA;001\nNone;nan\n")
    assert [list(row.cells) for row in table.rows] == [["NA", "001"], ["None", "nan"]]
