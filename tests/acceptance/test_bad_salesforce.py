"""What goes wrong with an org, as an operator reads it: where, what, how to mend it, exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world

pytestmark = pytest.mark.enable_socket

CONFIG = """
[connections.emea]
crm = "salesforce"
{table}
attempts = 2
[kam]
key_accounts = "name != null"
[rails]
quiet_minutes = 0
"""
SIGNED = 'endpoint = "{endpoint}"\nclient_id = "sandbox"\nclient_secret = "env:KAM_TEST_SECRET"'
TOKEN = "oauth2/token"
QUERY = "/queryAll"
Say = Callable[..., tuple[int, str]]
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(name="served")
def _served() -> Iterator[tuple[World, str]]:
    """Serve a small world."""
    world = build_world(clock=WorldClock(), scale=0.02)
    with running(world) as addresses:
        yield world, addresses.salesforce


@pytest.fixture(name="world")
def _world(served: tuple[World, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give the world, in a folder whose configuration names it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAM_TEST_SECRET", "sandbox")
    configure(SIGNED.format(endpoint=served[1]))
    return served[0]


def configure(table: str) -> None:
    """Write the configuration of one connection."""
    Path("config.toml").write_text(CONFIG.format(table=table), "utf-8")


@pytest.fixture(name="say")
def _say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run one command; return its exit code and what a person reads, never a traceback."""

    def say(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run(list(words))
        said = capsys.readouterr()
        text = said.out + said.err
        assert ("Traceback" in text, "KAM-7000" in text) == (False, False)
        return code, " ".join(text.split())

    return say


@pytest.fixture(name="ask")
def _ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command with --json; return its exit code and its data."""

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)["data"]

    return ask


def refusal(code: str, message: str = "x") -> list[dict[str, str]]:
    """Return an error as Salesforce writes it."""
    return [{"errorCode": code, "message": message}]


def grant(description: str) -> dict[str, str]:
    """Return a refused sign-in."""
    return {"error": "invalid_grant", "error_description": description}


def drift(world: World, object_: str, field: str, change: str) -> None:
    """Let an admin change a field."""
    fault = {"kind": "schema_drift", "crm": "salesforce"}
    world.faults.schedule(fault | {"object": object_, "field": field, "change": change})


@pytest.mark.parametrize(
    ("domain", "parts"),
    [
        ("evil.example/x?", ("config.toml:4", 'got "evil.example/x?"', "acme.my.salesforce.com")),
        ("127.0.0.1:9000/", ("config.toml:4", "KAM-1041", "My Domain")),
        ("evil#", ("config.toml:4", 'got "evil#"')),
        ("a@b", ("config.toml:4", "letters, digits")),
        ("https://acme.lightning.force.com", ('write domain = "acme.my.salesforce.com"',)),
        ("login.salesforce.com", ("serves every org",)),
    ],
)
def test_c8_wrong_domain_is_told_with_its_line(
    world: World, say: Say, domain: str, parts: tuple[str, ...]
) -> None:
    """Nothing is sent anywhere; exit code 3."""
    assert world.faults is not None
    secret = 'client_id = "x"\nclient_secret = "env:KAM_TEST_SECRET"'
    configure(f'domain = "{domain}"\n{secret}')
    code, text = say("sync", "run")
    assert (code, [part for part in parts if part not in text]) == (3, [])


@pytest.mark.parametrize(
    "endpoint", ["http://acme.my.salesforce.com", "https://127.0.0.1", "http://127.0.0.1:1/x"]
)
def test_c9_an_endpoint_is_loopback_only(world: World, say: Say, endpoint: str) -> None:
    """A token never goes out in the clear."""
    assert world.faults is not None
    configure(SIGNED.format(endpoint=endpoint))
    code, text = say("doctor")
    assert (code, "KAM-1042" in text, "config.toml:4" in text) == (3, True, True)


@pytest.mark.parametrize(
    ("fault", "exit_code", "parts"),
    [
        (
            {"status": 400, "match": TOKEN, "body": {"error": "invalid_client_id"}},
            6,
            ("KAM-3001", "emea:", "check client_id", "External Client App"),
        ),
        (
            {"status": 400, "match": TOKEN, "body": grant("expired access/refresh token")},
            6,
            ("KAM-3006", "kam connection login"),
        ),
        (
            {"status": 400, "match": TOKEN, "body": grant("ip restricted")},
            6,
            ("KAM-3021", "login IP ranges"),
        ),
        (
            {"status": 400, "match": TOKEN, "body": grant("user hasn't approved this consumer")},
            6,
            ("KAM-3022", "permission set"),
        ),
        (
            {"status": 403, "match": QUERY, "body": refusal("LOGIN_DURING_RESTRICTED_DOMAIN")},
            6,
            ("KAM-3021", "login IP ranges"),
        ),
        (
            {"status": 403, "match": "/services/data/v", "body": refusal("API_DISABLED_FOR_ORG")},
            6,
            ("KAM-3004", "enable API access"),
        ),
        (
            {"status": 403, "match": QUERY, "body": refusal("INSUFFICIENT_ACCESS")},
            6,
            ("KAM-3003", "INSUFFICIENT_ACCESS about ", "grant what the message names"),
        ),
        (
            {"status": 403, "match": QUERY, "body": refusal("TXN_SECURITY_METERING_ERROR")},
            6,
            ("KAM-3020", "Exempt from Transaction Security"),
        ),
        (
            {"status": 200, "match": "services/data$", "body": [{"version": "63.0"}]},
            3,
            ("KAM-1043", 'api_version "66.0"', 'the newest is "63.0"'),
        ),
        (
            {"status": 410, "match": QUERY, "body": refusal("UNSUPPORTED_API_VERSION")},
            3,
            ("KAM-1043", "not served any more", "write a newer api_version"),
        ),
        (
            {
                "status": 403,
                "match": QUERY,
                "body": refusal("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
            },
            7,
            ("KAM-3111", "daily calls are used up", "next window"),
        ),
        (
            {"status": 503, "match": QUERY, "body": refusal("SERVER_UNAVAILABLE")},
            7,
            ("KAM-3104", "emea:"),
        ),
        ({"kind": "html", "status": 200, "match": QUERY}, 7, ("KAM-3103", "a web page", "proxy")),
        ({"kind": "truncate", "match": QUERY}, 7, ("KAM-3101", "broke the connection", "network")),
        (
            {"status": 200, "match": QUERY, "body": {"records": None, "done": True}},
            7,
            ("KAM-3103", "cannot be read"),
        ),
        (
            {
                "status": 200,
                "match": QUERY,
                "body": {},
                "headers": {"Content-Encoding": "br"},
            },
            7,
            ("KAM-3103", "packed"),
        ),
        (
            {"status": 302, "match": QUERY, "headers": {"Location": "https://evil.example/"}},
            7,
            ("KAM-3106", "a redirect to evil.example"),
        ),
    ],
)
def test_trouble_with_the_org_is_one_message(
    world: World, say: Say, fault: dict[str, Any], exit_code: int, parts: tuple[str, ...]
) -> None:
    """Where, what, how to mend it; the exit code is the one of DESIGN §7."""
    world.faults.schedule({"kind": "status", "crm": "salesforce", "times": 999} | fault)
    code, text = say("sync", "run")
    assert (code, [part for part in parts if part not in text]) == (exit_code, [])
    assert "sandbox!" not in text


def test_wrong_secret_is_told_by_doctor_too(
    world: World, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The doctor's line names the check, the code and the setting to mend."""
    assert world.faults is not None
    monkeypatch.setenv("KAM_TEST_SECRET", "wrong")
    assert say("sync", "run")[0] == 6
    code, text = say("doctor", "--live")
    assert (code, "KAM-3001" in text, "check client_secret" in text) == (4, True, True)
    assert "wrong" not in text


@pytest.mark.guarantee("G3", "G32")
def test_doctor_tries_in_the_org_what_promises_rest_on(world: World, say: Say, ask: Ask) -> None:
    """With --live each trial says what it found and touched; without it none is made."""
    assert world.faults is not None
    code, data = ask("doctor", "emea", "--live")
    trials = {one["id"]: one for one in data["checks"] if one["outcome"]}
    assert trials["emea.live.conditional_write"]["outcome"] == "holds"
    assert trials["emea.live.key.Task"]["touched"] != ""
    assert (code, len(trials) >= 4) == (0, True)
    assert "live." not in say("doctor", "emea")[1]
    assert say("doctor", "--live", "--offline")[0] == 2


def test_a_refreshed_sandbox_is_another_org(world: World, say: Say) -> None:
    """INV12: nothing of the new org is mixed into the old one's history; exit code 3."""
    assert say("sync", "run")[0] == 0
    world.faults.schedule({"kind": "org_refreshed", "crm": "salesforce"})
    code, text = say("sync", "run")
    assert (code, "KAM-7030" in text, "a connection of its own" in text) == (3, True, True)
    code, text = say("doctor", "--live")
    assert (code, "KAM-7030" in text) == (4, True)


@pytest.mark.parametrize(
    ("lost", "parts"),
    [
        (("Account", "KAM_Tier__c", "removed"), ("KAM-3215", "Account has no field KAM_Tier__c")),
        (("Account", "KAM_Tier__c", "readonly"), ("KAM-3205", "KAM_Tier__c may not be written")),
        (("Task", "Priority", "narrower"), ("KAM-3203", "Priority takes High only")),
        (("Account", "KAM_Summary__c", "shorter"), ("KAM-3202", "KAM_Summary__c takes 127")),
    ],
)
def test_a_field_lost_after_the_preview_refuses_records_by_name(
    world: World, say: Say, ask: Ask, lost: tuple[str, str, str], parts: tuple[str, ...]
) -> None:
    """Exit code 5: what an admin changed between looking and writing is told per record."""
    ask("connection", "enable-writes", "emea")
    _, shown = ask("sync", "preview", "emea")
    drift(world, *lost)
    code, text = say("sync", "apply", shown["preview_id"])
    assert (code, [part for part in parts if part not in text]) == (5, [])


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (("Account", "KAM_Tier__c", "removed"), "Account has no field KAM_Tier__c"),
        (("Account", "KAM_Tier__c", "readonly"), "may not write Account.KAM_Tier__c"),
        (("Account", "KAM_Summary__c", "shorter"), "KAM_Summary__c is not written"),
        (("Task", "Priority", "narrower"), '"Normal" is not among the options: High'),
    ],
)
def test_a_field_that_changed_before_the_run_is_told(
    world: World, say: Say, lost: tuple[str, str, str], told: str
) -> None:
    """The run goes on without it and says so; nothing is cut short in silence."""
    drift(world, *lost)
    code, text = say("sync", "run")
    assert (code, told in text) == (0, True)
