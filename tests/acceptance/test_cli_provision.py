"""From a CRM that knows nothing of us to the first written value, over real sockets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, Addresses, running
from kam_sandbox.state import World
from kam_sandbox.world import build_world

pytestmark = pytest.mark.enable_socket

CONFIG = """
[connections.salesforce]
crm = "salesforce"
endpoint = "{salesforce}"
client_id = "sandbox"
client_secret = "env:KAM_TEST_SECRET"
[connections.hubspot]
crm = "hubspot"
endpoint = "{hubspot}"
access_token = "env:KAM_TEST_TOKEN"
[kam]
key_accounts = "name != null"
[rails]
quiet_minutes = 0
"""
OURS = {
    "salesforce": ("Account", "KAM_Health_Band__c"),
    "hubspot": ("companies", "kam_health_band"),
}
UNTRIED = {
    "salesforce": {
        "salesforce.rights",
        "salesforce.live.conditional_write",
        "salesforce.live.key.Task",
    },
    "hubspot": set(),
}
"""Trials that write: HubSpot takes nothing back, so all of its trials read."""
Ask = Callable[..., tuple[int, Any]]
READS = re.compile(
    r".*(/search|/batch/read|/oauth2/token|/oauth/v\d/token|/composite/sobjects/\w+)"
)


def sent_writes(world: World, crm: str) -> list[str]:
    """Return the requests that changed something, by the vendors' own paths."""
    return [
        f"{one['method']} {one['path']}"
        for one in world.log.entries()
        if one["crm"] == crm and one["method"] != "GET" and not READS.fullmatch(one["path"])
    ]


@pytest.fixture(name="world")
def _world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Serve a small bare world of both CRMs, with a configuration that names them."""
    world = build_world(clock=WorldClock(), scale=0.02, bare=True)
    with running(world) as addresses:
        _configure(tmp_path, addresses, monkeypatch)
        yield world


def _configure(folder: Path, addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KAM_TEST_SECRET", "sandbox")
    monkeypatch.setenv("KAM_TEST_TOKEN", HUBSPOT_TOKEN)
    text = CONFIG.format(salesforce=addresses.salesforce, hubspot=addresses.hubspot)
    Path("config.toml").write_text(text, "utf-8")


@pytest.fixture(name="ask")
def _ask(world: World, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run one command with --json; return its exit code and its data."""
    assert world.bare

    def ask(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)["data"]

    return ask


@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_a_bare_crm_is_made_ready_and_written(crm: str, world: World, ask: Ask) -> None:
    """Doctor fails; dry run; provision; again nothing; doctor passes; preview and apply write."""
    before, missing = ask("doctor", crm)
    dry, planned = ask("crm", "provision", crm, "--dry-run")
    still, _ = ask("doctor", crm)
    done, made = ask("crm", "provision", crm)
    again, found = ask("crm", "provision", crm)
    after, _ = ask("doctor", crm)
    _, shown = ask("sync", "preview", crm)
    ask("connection", "enable-writes", crm)
    applied, _ = ask("sync", "apply", shown["preview_id"])
    object_, field = OURS[crm]
    records = getattr(world, crm).all(object_)
    assert (before, dry, still, done, again, after, applied) == (4, 0, 4, 0, 0, 0, 0)
    hints = {one["hint"] for one in missing["checks"] if one["code"] == "KAM-2101"}
    assert hints == {f"kam crm provision {crm}"}
    assert (planned["counts"]["created"], planned["dry_run"]) == (26, True)
    assert made["counts"]["created"] == 26
    assert (found["counts"]["created"], found["counts"]["existing"]) == (0, 26)
    assert [row.id for row in records if row.fields.get(field)]


def test_a_user_without_the_right_is_told_what_to_do(world: World, ask: Ask) -> None:
    """Exit code 6, and not a field was made."""
    world.salesforce_setup = False
    code, data = ask("crm", "provision", "salesforce")
    assert (code, data) == (6, None)
    assert list(world.salesforce.all("PermissionSet")) == []


def test_the_rights_go_to_a_user_by_name(world: World, ask: Ask) -> None:
    """A dry run shows it, a run does it, another finds it done; HubSpot knows no such thing."""
    user = sorted(world.salesforce.all("User"), key=lambda row: row.id)[1]
    given = ["crm", "provision", "salesforce", "--assign-to", user.fields["Username"]]
    _, planned = ask(*given, "--dry-run")
    _, done = ask(*given)
    _, again = ask(*given)
    code, _ = ask("crm", "provision", "hubspot", "--assign-to", "sam@acme.com", "--dry-run")
    held = [row.fields["AssigneeId"] for row in world.salesforce.all("PermissionSetAssignment")]
    assert "would be assigned" in planned["notes"][-1]
    assert "is assigned to" in done["notes"][-1]
    assert "was assigned already" in again["notes"][-1]
    assert (held.count(user.id), code) == (1, 2)


def test_people_read_what_happened(
    world: World, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fields with what became of each, then what to do next; labels in French where asked."""
    assert run(["crm", "provision", "hubspot", "--dry-run"]) == 0
    planned = capsys.readouterr().out
    assert run(["crm", "provision", "hubspot", "--language", "fr"]) == 0
    made = capsys.readouterr().out
    assert "would be created" in planned
    assert "To create:  kam crm provision hubspot" in planned
    assert "KAM Santé" in made
    assert "Next:  kam doctor hubspot" in made


def test_a_field_in_another_form_is_a_failed_check(world: World, ask: Ask) -> None:
    """Exit code 4 with the field's own line: nothing was changed about it."""
    ask("crm", "provision", "salesforce")
    world.faults.schedule(
        {
            "kind": "schema_drift",
            "crm": "salesforce",
            "object": "Account",
            "field": "KAM_Tier__c",
            "change": "shorter",
        }
    )
    code, data = ask("crm", "provision", "salesforce")
    told = [one for one in data["fields"] if one["state"] == "different"]
    assert code == 4
    assert [(one["field"], one["code"]) for one in told] == [("Account.KAM_Tier__c", "KAM-3240")]
    assert "lengthen it to 40" in told[0]["fix"]


@pytest.mark.guarantee("G24")
@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_g24_nothing_is_set_up_while_all_writing_is_stopped(
    crm: str, world: World, ask: Ask
) -> None:
    """Refused before the first request; a dry run shows what it would; resume lets it."""
    ask("stop", "--reason", "an audit")
    code, data = ask("crm", "provision", crm)
    dry, planned = ask("crm", "provision", crm, "--dry-run")
    written = sent_writes(world, crm)
    ask("resume")
    done, _ = ask("crm", "provision", crm)
    assert (code, data, dry, done) == (10, None, 0, 0)
    assert (planned["counts"]["created"], written) == (26, [])
    assert sent_writes(world, crm) != []


@pytest.mark.guarantee("G24")
@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_g24_the_switch_ends_provisioning_with_the_request_in_hand(
    crm: str, world: World, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thrown while the first field is made: that request was the last; afterwards the rest."""
    send = requests.Session.send

    def throwing(session: Any, request: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and ("CustomField" in request.url or "groups" in request.url):
            Path("KAM_STOP").touch()
        return send(session, request, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(requests.Session, "send", throwing)
        code, _ = ask("crm", "provision", crm)
    first = sent_writes(world, crm)
    Path("KAM_STOP").unlink()
    again, _ = ask("crm", "provision", crm)
    after, _ = ask("doctor", crm)
    assert (code, again, after) == (10, 0, 0)
    assert len([one for one in first if "labels" not in one]) == 1


@pytest.mark.guarantee("G24")
@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_g24_no_trial_writes_while_all_writing_is_stopped(crm: str, world: World, ask: Ask) -> None:
    """Doctor with and without --live says what it did not try, and sends nothing that writes."""
    ask("crm", "provision", crm)
    ask("stop")
    before = len(sent_writes(world, crm))
    _, live = ask("doctor", crm, "--live")
    assert len(sent_writes(world, crm)) == before
    untried = {one["id"] for one in live["checks"] if one["message"].startswith("not tried: Wr")}
    assert untried == UNTRIED[crm]
