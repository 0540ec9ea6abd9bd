"""Tasks in HubSpot, over real sockets: one for each key, linked, whatever is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.change import Change, PushResult
from kam_hubspot import HubSpotCrm
from kam_sandbox.hubspot import lifecycle
from kam_sandbox.records import Record
from tests.factories.hubspot_changes import make_task, states
from tests.factories.hubspot_portal import Portal

pytestmark = pytest.mark.enable_socket

EITHER = pytest.mark.parametrize("unique", [True, False], ids=["unique", "plain"])


@pytest.fixture(name="company")
def _company(portal: Portal) -> Record:
    """Give a company that tasks are for."""
    return portal.add("companies", name="Nordwind")


def connected(portal: Portal, *, unique: bool, **table: object) -> HubSpotCrm:
    """Return a connection to the portal as it is with a unique key or a plain one.

    Its index lags by an hour.
    """
    known = portal.app.portal.properties["tasks"]
    known["kam_key"] = replace(known["kam_key"], unique=unique)
    portal.app.portal.settings.search_lag_s = 3600.0
    return portal.crm(**table)


def lost(crm: HubSpotCrm, batch: list[Change]) -> None:
    """Push a batch whose answer does not come back."""
    with pytest.raises(CrmUnavailable):
        crm.push(batch)


def keys(portal: Portal) -> list[str]:
    """Return the keys of all tasks."""
    return sorted(str(one.fields["kam_key"]) for one in portal.world.hubspot.all("tasks"))


def linked(portal: Portal, company: Record) -> set[str]:
    """Return the keys of a company's tasks."""
    found = lifecycle.linked(portal.world, "companies", company.id, "tasks")
    tasks = {one.id: one for one in portal.world.hubspot.all("tasks")}
    return {str(tasks[id_].fields["kam_key"]) for id_, _kinds in found}


@EITHER
def test_tasks_are_made_and_linked(portal: Portal, company: Record, unique: bool) -> None:
    """Where a task's key may be unique, and where not."""
    crm = connected(portal, unique=unique)
    batch = [make_task(f"act_{n}", company=company, asked_before=False) for n in range(3)]
    results = crm.push(batch)
    assert states(results) == ["done"] * 3
    assert all(one.created for one in results)
    assert keys(portal) == ["act_0", "act_1", "act_2"]
    assert linked(portal, company) == {"act_0", "act_1", "act_2"}


@EITHER
def test_inv03_two_answers_lost_in_a_row_make_no_second_task(
    portal: Portal, company: Record, unique: bool
) -> None:
    """Committed, then the line drops; again so the night after; search does not show it yet."""
    batch = [make_task("act_1", company=company)]
    for _night in range(2):
        crm = connected(portal, unique=unique, attempts=1)
        portal.fault("commit_then_drop", match="/tasks/batch/(upsert|create|update)")
        lost(crm, batch)
    (result,) = connected(portal, unique=unique).push(batch)
    assert (str(result.state), keys(portal)) == ("done", ["act_1"])
    assert linked(portal, company) == {"act_1"}


def test_inv03_a_task_without_links_is_found_in_the_listing(portal: Portal) -> None:
    """Nothing hangs together with it, and the index lags: only the listing shows it."""
    for number in range(5):
        portal.add("tasks", hs_timestamp="2026-01-01T07:00:00.000Z", kam_key=f"old_{number}")
    portal.later(7 * 86_400)
    crm = connected(portal, unique=False, attempts=1)
    portal.fault("commit_then_drop", match="/tasks/batch/create")
    lost(crm, [make_task("act_1")])
    asked = len(portal.asked)
    (result,) = connected(portal, unique=False).push([make_task("act_1")])
    listings = [one for one in portal.asked[asked:] if one.startswith("GET /crm/objects")]
    assert (str(result.state), result.created) == ("done", False)
    assert keys(portal).count("act_1") == 1
    assert len(listings) == 1
    assert "after=" in listings[0]


def test_inv03_a_linked_task_is_found_among_the_links(portal: Portal, company: Record) -> None:
    """What hangs together with its company shows it at once: the listing is not read."""
    batch = [make_task("act_1", company=company)]
    portal.fault("commit_then_drop", match="/tasks/batch/create")
    lost(connected(portal, unique=False, attempts=1), batch)
    asked = len(portal.asked)
    (result,) = connected(portal, unique=False).push(batch)
    assert (str(result.state), result.created) == ("done", False)
    assert not any(one.startswith("GET /crm/objects") for one in portal.asked[asked:])


def test_a_task_never_asked_for_costs_one_search(portal: Portal, company: Record) -> None:
    """The outbox knows that nothing can stand yet: no links and no listing are read."""
    crm = connected(portal, unique=False)
    crm.describe("tasks")
    asked = len(portal.asked)
    crm.push([make_task("act_1", company=company, asked_before=False)])
    sent = [one.rpartition("/")[2] for one in portal.asked[asked:]]
    assert sent == ["search", "create"]


def test_a_hundred_tasks_are_found_in_few_searches(portal: Portal, company: Record) -> None:
    """By key, not by reading every task of ours: a search has 3,000 characters."""
    for number in range(100):
        portal.add("tasks", hs_timestamp="2026-01-01T07:00:00.000Z", kam_key=f"act_{number:060}")
    crm = connected(portal, unique=False)
    portal.later(7200)
    batch = [make_task(f"act_{n:060}", company=company) for n in range(100)]
    assert states(crm.push(batch)) == ["done"] * 100
    assert portal.count("/search") == 4
    assert portal.count("/tasks/batch/create") == 0


def test_two_tasks_of_one_key_are_a_persons_matter(portal: Portal) -> None:
    """Copied by hand: we choose neither."""
    for _copy in range(2):
        portal.add("tasks", hs_timestamp="2026-01-01T07:00:00.000Z", kam_key="act_1")
    crm = connected(portal, unique=False)
    portal.later(7200)
    (result,) = crm.push([make_task("act_1")])
    assert (str(result.state), result.code) == ("refused", "KAM-3217")


def test_a_link_that_hubspot_refuses_is_told_to_its_task_alone(
    portal: Portal, company: Record
) -> None:
    """The company of one was deleted meanwhile; the other task is done."""
    gone = portal.add("companies", name="Gone")
    batch = [make_task("act_1", company=gone), make_task("act_2", company=company)]
    portal.world.hubspot.delete(gone, by="person")
    results = connected(portal, unique=True).push(batch)
    assert states(results) == ["refused", "done"]
    assert "association" in results[0].message


def test_a_task_that_lacks_its_link_gets_it_though_its_values_stand(
    portal: Portal, company: Record
) -> None:
    """Made by an attempt that ended before the link: nothing but the link is sent."""
    task = portal.add("tasks", hs_timestamp="2026-01-01T07:00:00.000Z", kam_key="act_1")
    crm = connected(portal, unique=True)
    change = make_task("act_1", company=company, ref=task.id, values={})
    results: list[PushResult] = list(crm.push([change]))
    assert (states(results), linked(portal, company)) == (["done"], {"act_1"})
    assert portal.count("/batch/update") == 0
