"""G21: every dry run there is, over both adapters and real sockets: it writes nothing, nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from kam_sandbox.server import HUBSPOT_TOKEN
from tests.factories.guarded import commands
from tests.factories.rehearsal import Seen, rehearse, rehearsing
from tests.guarantees import Figures

pytestmark = pytest.mark.enable_socket

CASES = {
    "conflict": ("conflict take", "{conflict}", "--theirs", "--dry-run"),
    "purge": ("db purge", "--dry-run"),
    "preview of Salesforce": ("sync preview", "salesforce"),
    "preview of HubSpot": ("sync preview", "hubspot"),
    "run of both": ("sync run", "--dry-run", "--exit-code"),
    "undo in Salesforce": ("writes undo", "{salesforce}", "--dry-run"),
    "undo in HubSpot": ("writes undo", "{hubspot}", "--dry-run"),
    "provisioning of Salesforce": (
        "crm provision", "salesforce", "--assign-to", "ada.sand@helvion.example", "--dry-run",
    ),
    "provisioning of HubSpot": ("crm provision", "hubspot", "--dry-run"),
    "handover": ("handover", "--from", "'Ada Sand'", "--to", "'Bob Stone'", "--dry-run"),
    "import": ("import", "nps", "nps.csv", "--dry-run"),
    "plan": ("plan import", "plan.xlsx", "--dry-run"),
    "erasure": ("privacy erase", "p00@canary.example", "--dry-run"),
    "programme": ("programme import", "programme.xlsx", "--dry-run"),
}  # fmt: skip
"""Every command with a dry run, with something to do; previews of runs have their own command."""
FOUND = {
    "conflict": '"effect": "The next run takes',
    "purge": '"rows": {"strength"',
    "preview of Salesforce": '"before":',
    "preview of HubSpot": '"before":',
    "run of both": '"before":',
    "undo in Salesforce": '"reason": "undo"',
    "undo in HubSpot": '"reason": "undo"',
    "provisioning of Salesforce": "would be assigned to",
    "provisioning of HubSpot": '"created": 1',
    "handover": '"accounts": [{',
    "import": '"new": 1',
    "plan": '"label": "Rival"',
    "erasure": '"marks":',
    "programme": '"label": "Pumps"',
}
"""What shows that each would have written."""
LOOKS = frozenset(name for name in CASES if CASES[name][0].startswith("sync "))
LEFT = frozenset(
    {"outbox", "journal", "holdback", "approval", "stop_order", "action", "audit_entry"}
)
"""A look brings our own copy and its figures up to date; these it leaves alone."""


@pytest.fixture(scope="module", name="seen")
def _seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Seen]]:
    """Do every dry run once, one after the other, in one installation."""
    folder = tmp_path_factory.mktemp("rehearsal")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("KAM_CONFIG", raising=False)
        patch.setenv("KAM_TEST_SECRET", "sandbox")
        patch.setenv("KAM_TEST_TOKEN", HUBSPOT_TOKEN)
        with rehearsing(folder) as (world, words):
            yield {
                name: rehearse(world, folder, " ".join(case).format(**words))
                for name, case in CASES.items()
            }


def wrong(name: str, one: Seen) -> frozenset[str]:
    """Return the tables that should be as they were; a lease was taken and given back."""
    changed = one.tables - {"lease"}
    return changed & LEFT if name in LOOKS else changed


def test_every_command_with_a_dry_run_is_tried() -> None:
    """A new one fails this test until it has its case."""
    with_one = {
        name for name, one in commands().items() if "dry_run" in {each.name for each in one.params}
    }
    assert {command for command, *_ in CASES.values()} == with_one | {"sync preview"}
    assert CASES.keys() == FOUND.keys()


@pytest.mark.guarantee("G21")
@pytest.mark.parametrize("name", CASES)
def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    name: str, seen: Mapping[str, Seen]
) -> None:
    """No request that could write, no value in a CRM, no file; our own rows as a look may leave."""
    one = seen[name]
    assert one.code == (9 if name == "run of both" else 0)
    assert FOUND[name] in one.said
    assert (one.writing, one.values, one.files, wrong(name, one)) == (0, 0, set(), set())


@pytest.mark.guarantee("G21")
def test_dry_runs_counted(seen: Mapping[str, Seen], figure: Figures) -> None:
    """All of them together, over both CRMs."""
    requests = sum(one.requests for one in seen.values())
    writing = sum(one.writing + one.values for one in seen.values())
    tables = sum(len(wrong(name, one)) for name, one in seen.items())
    said = f"{len(seen)} dry runs over both CRMs, {requests} requests: {writing} that could write"
    met = writing == tables == 0 < requests
    figure("G21", f"{said}, {tables} tables of ours changed but by what a look pulls", met=met)
