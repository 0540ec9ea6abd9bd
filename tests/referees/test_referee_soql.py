"""Every SOQL that a whole run of the connector emits parses with a grammar that is not ours."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import requests

from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.world import build_world

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

CONFIG = """
[connections.acme]
crm = "salesforce"
endpoint = "{url}"
client_id = "env:REFEREE_ID"
client_secret = "env:REFEREE_SECRET"
{transport}
[kam]
key_accounts = "type = 'Customer - Direct' and rating = 'Hot'"
[rails]
quiet_minutes = 0
"""
TRANSPORTS = {"rest": "", "bulk": "bulk_read_from = 0\nbulk_write_from = 1"}
READ = {
    "Account",
    "AccountContactRelation",
    "AccountPlan",
    "AccountPlanObjective",
    "AccountPlanObjectiveMeasure",
    "AccountTeamMember",
    "Case",
    "Contact",
    "Contract",
    "CurrencyType",
    "DatedConversionRate",
    "EmailMessage",
    "EmailMessageRelation",
    "Event",
    "EventRelation",
    "Opportunity",
    "OpportunityContactRole",
    "OpportunityLineItem",
    "Product2",
    "Task",
    "TaskRelation",
    "User",
}
"""What the shipped mapping reads, at least."""
FEATURES = (
    "account_plans",
    "contacts_to_multiple_accounts",
    "person_accounts",
    "record_types",
    "shared_activities",
)


@pytest.fixture(scope="module", params=TRANSPORTS)
def statements(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """Pull, show, write and pull again, against the stories' world; give what was asked."""
    home = tmp_path_factory.mktemp("referee")
    world = build_world(scale=0.02, multi_currency=True, clock=WorldClock(), features=FEATURES)
    with running(world) as addresses, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(home))
        patch.setenv("REFEREE_ID", "sandbox")
        patch.setenv("REFEREE_SECRET", "sandbox")
        patch.chdir(home)
        config = CONFIG.format(url=addresses.salesforce, transport=TRANSPORTS[request.param])
        Path("config.toml").write_text(config, "utf-8")
        shown = _command("sync", "preview", "acme")
        _command("connection", "enable-writes", "acme")
        _command("sync", "apply", shown["preview_id"])
        _command("sync", "run", "acme")
        log = requests.get(f"{addresses.salesforce}/_sandbox/log", timeout=60).json()
        assert any("/jobs/" in entry["path"] for entry in log) == (request.param == "bulk")
        yield sorted({soql for entry in log for soql in _asked(entry)})


def _command(*words: str) -> dict[str, Any]:
    said = io.StringIO()
    with redirect_stdout(said):
        assert run([*words, "--json"]) == 0, said.getvalue()
    data: dict[str, Any] = json.loads(said.getvalue())["data"]
    return data


def _asked(entry: dict[str, Any]) -> list[str]:
    """Return the statements of one call: in its query, its bulk job, its composite parts."""
    body = entry["body"] if isinstance(entry["body"], dict) else {}
    parts = [unquote_plus(part["url"]) for part in body.get("compositeRequest", ())]
    urls = [f"?{entry['query']}", *parts]
    found = [url.partition("?q=")[2] for url in urls if "?q=" in url]
    return [*found, *([body["query"]] if "query" in body else [])]


def test_every_statement_parses(statements: list[str], referee: Any) -> None:
    """Not one is refused, and every kind of record was asked for, through either transport."""
    told = referee("soql_parser.mjs", {"statements": statements})
    assert told["refused"] == []
    assert told["parsed"] == len(statements) > 10
    assert set(told["objects"]) >= READ
