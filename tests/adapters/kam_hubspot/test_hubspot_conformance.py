"""Trials in a portal: each says what it found, and none of them writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from kam_connector.errors import CrmUnavailable
from kam_connector.model.conformance import Asked, Outcome, Trial
from kam_connector.model.settings import Secret
from kam_hubspot import HubSpotCrm
from kam_hubspot.settings import HubSpotSettings
from tests.adapters.conftest import CountingClock
from tests.factories.hubspot_portal import Portal
from tests.factories.hubspot_sign_in import signed_in

pytestmark = pytest.mark.enable_socket

COMPANY = Asked(object="companies", fields=("name",))
TASK = Asked(object="tasks", fields=("hs_task_subject",), key="kam_key", is_task=True)


def found(crm: HubSpotCrm, *asked: Asked) -> dict[str, Trial]:
    """Return the trials by name."""
    return {one.name: one for one in crm.conformance(asked)}


@pytest.fixture(name="filled")
def _filled(portal: Portal) -> Portal:
    """Put a company of last week in the portal."""
    portal.add("companies", at=portal.world.clock.now() - timedelta(days=7), name="Nord")
    return portal


@pytest.mark.guarantee("G4")
def test_a_portal_as_the_vendor_describes_it_holds_every_promise(filled: Portal) -> None:
    """History, key, archive and search are read; nothing is written."""
    trials = found(filled.crm(), COMPANY, TASK)
    assert {name: one.outcome for name, one in trials.items()} == {
        "history": Outcome.HOLDS,
        "key.tasks": Outcome.HOLDS,
        "deletions": Outcome.HOLDS,
        "search": Outcome.HOLDS,
        "least_rights": Outcome.UNTRIED,
    }
    reading = re.compile(r"GET |POST \S+/(search|batch/read)")
    assert [line for line in filled.asked if not reading.match(line)] == []


def test_an_empty_portal_leaves_trials_untried(portal: Portal) -> None:
    """Without a record there is nothing to try on, and nothing is claimed."""
    trials = found(portal.crm(), COMPANY)
    assert {trials[name].outcome for name in ("history", "search")} == {Outcome.UNTRIED}


@pytest.mark.guarantee("G4")
@pytest.mark.parametrize("history", [{}, {"name": []}, {"name": [{"value": "Other"}]}])
def test_a_value_without_its_history_fails(
    filled: Portal, history: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What G4 rests on is not assumed: without history the doctor fails."""
    crm = filled.crm()
    record = {"id": "1", "properties": {"name": "Nord"}, "propertiesWithHistory": history}
    monkeypatch.setattr(crm._client, "batch", lambda *_: {"results": [record]})
    trial = found(crm, COMPANY)["history"]
    assert (trial.outcome, trial.code) == (Outcome.FAILS, "KAM-3252")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [({"unique": False}, Outcome.WEAKER), ({"name": "other"}, Outcome.HOLDS)],
)
def test_a_key_that_is_not_unique_is_a_weaker_promise(
    portal: Portal, change: dict[str, Any], outcome: Outcome
) -> None:
    """Records are then looked for before they are made."""
    crm = portal.crm()
    described = crm.describe("tasks")
    key = replace(described.fields["kam_key"], **change)
    crm._schemas["tasks"] = replace(described, fields={**described.fields, "kam_key": key})
    assert found(crm, TASK)["key.tasks"].outcome is outcome


def test_a_portal_that_does_not_know_our_key_fails(portal: Portal) -> None:
    """The batch read by our key is refused."""
    portal.fault("status", match="tasks/batch/read", status=400, times=9, body={"message": "no"})
    trial = found(portal.crm(), TASK)["key.tasks"]
    assert (trial.outcome, trial.code) == (Outcome.FAILS, "KAM-3251")


def test_a_property_that_is_not_there_fails(portal: Portal) -> None:
    """The mapping names a key that the portal lacks."""
    trial = found(portal.crm(), replace(TASK, key="kam_nothing"))["key.tasks"]
    assert (trial.outcome, trial.code) == (Outcome.FAILS, "KAM-3251")


def test_a_search_that_misses_a_listed_record_fails(
    filled: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that lags for days would lose changes: settle has to cover it."""
    crm = filled.crm()
    monkeypatch.setattr(crm._client, "search", lambda *_: {"results": [], "total": 0})
    trial = found(crm, COMPANY)["search"]
    assert (trial.outcome, trial.code) == (Outcome.FAILS, "KAM-3253")


def test_archived_records_that_are_not_listed_fail(filled: Portal) -> None:
    """Deletions could not be followed."""
    filled.fault("status", match="(?i)archived=true", status=403, times=9, body={"message": "no"})
    assert found(filled.crm(), COMPANY)["deletions"].outcome is Outcome.FAILS


@pytest.mark.guarantee("G32")
@pytest.mark.parametrize(
    ("scopes", "outcome"),
    [
        (["oauth", "tickets"], Outcome.HOLDS),
        (["oauth", "crm.objects.custom.write"], Outcome.WEAKER),
        ([], Outcome.UNTRIED),
    ],
)
def test_scopes_that_nothing_uses_are_told(
    portal: Portal, scopes: Iterable[str], outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The least that the configuration needs, and no more."""
    crm = portal.crm()
    monkeypatch.setattr(crm._client.transport.sign_in, "granted", lambda: frozenset(scopes))
    assert found(crm, COMPANY)["least_rights"].outcome is outcome


def test_the_scopes_of_a_login_are_asked_for_with_the_token_in_the_body(
    web: responses.RequestsMock,
) -> None:
    """Never in an address, which proxies log."""
    transport, _clock, _vault = signed_in(web)
    address = "https://api.hubapi.com/oauth/2026-09/token/introspect"
    web.post(address, json={"active": True, "scopes": ["oauth"]})
    assert transport.sign_in.granted() == {"oauth"}
    assert "token=first" in str(web.calls[0].request.body)
    assert web.calls[0].request.url == address


def test_a_portal_that_does_not_answer_is_no_outcome(filled: Portal) -> None:
    """A trial that could not be made says nothing about the promise."""
    crm = filled.crm()
    filled.fault("status", status=503, times=50)
    with pytest.raises(CrmUnavailable):
        found(crm, COMPANY)


def test_the_time_of_a_portal_is_asked_for(web: responses.RequestsMock) -> None:
    """Not what was heard yesterday by a process that serves many nights."""
    settings = HubSpotSettings(access_token=Secret("pat-eu1-x"))
    crm = HubSpotCrm.open("acme", settings, clock=CountingClock())
    url = "https://api.hubapi.com/account-info/2026-09/details"
    for date in ("Sat, 21 Nov 2026 06:00:00 GMT", "Sat, 21 Nov 2026 07:00:00 GMT"):
        web.get(url, json={"portalId": 1}, headers={"Date": date})
    heard = [crm.tell_time(), crm.tell_time()]
    assert heard == [datetime(2026, 11, 21, 6, tzinfo=UTC) + timedelta(hours=n) for n in (0, 1)]
