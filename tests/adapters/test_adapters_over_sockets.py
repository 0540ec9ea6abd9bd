"""Both adapters against the sandbox's faults, over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Association, Cursor, Page, PulledRow, PullRequest, PullSource
from kam_connector.model.settings import Secret, read_settings
from kam_hubspot import HubSpotCrm
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.world import build_world

pytestmark = pytest.mark.enable_socket
SALESFORCE_STAMP = "SystemModstamp"


class ShortClock:
    """Waits a thousandth of what is asked, so that retries cost no test time."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Any, Any]]:
    """Serve a small world for this module."""
    world = build_world(clock=WorldClock(), scale=0.1)
    with running(world) as addresses:
        yield world, addresses


@pytest.fixture
def salesforce(served: tuple[Any, Any]) -> Iterator[SalesforceCrm]:
    """Give a connection to the served org."""
    table = {"endpoint": served[1].salesforce, "client_id": "sandbox"}
    table |= {"client_secret": Secret("sandbox"), "attempts": 3}
    settings = read_settings(SalesforceCrm.settings_type, table, where="[x]")
    crm = SalesforceCrm.open("acme", settings, clock=ShortClock())
    yield crm
    crm.close()
    served[0].faults.clear()


@pytest.fixture
def hubspot(served: tuple[Any, Any]) -> Iterator[HubSpotCrm]:
    """Give a connection to the served portal."""
    table = {"endpoint": served[1].hubspot, "access_token": Secret(HUBSPOT_TOKEN), "attempts": 3}
    settings = read_settings(HubSpotCrm.settings_type, table, where="[x]")
    crm = HubSpotCrm.open("acme", settings, clock=ShortClock())
    yield crm
    crm.close()
    served[0].faults.clear()


@pytest.fixture
def fault(served: tuple[Any, Any]) -> Callable[..., None]:
    """Give a function that schedules a fault."""

    def schedule(kind: str, crm: str, **more: Any) -> None:
        served[0].faults.schedule({"kind": kind, "crm": crm} | more)

    return schedule


def make_source(kind: Kind, object_: str, *fields: str, **facts: Any) -> PullSource:
    """Return a source that settles at once."""
    stamp = SALESFORCE_STAMP if object_[0].isupper() else "hs_lastmodifieddate"
    given: dict[str, Any] = {"cursor_field": stamp, "settle": timedelta(0)}
    return PullSource(kind=kind, object=object_, fields=tuple(fields), **(given | facts))


def rows_of(pages: list[Page]) -> list[PulledRow]:
    """Return the rows of all pages."""
    return [row for page in pages for row in page.rows]


ACCOUNTS = make_source(Kind.ACCOUNT, "Account", "Name")
COMPANIES = make_source(Kind.ACCOUNT, "companies", "name")


@pytest.mark.parametrize("kind", ["expire_token", "status", "html", "truncate", "drop_before"])
def test_salesforce_pull_survives_trouble(
    served: tuple[Any, Any], salesforce: SalesforceCrm, fault: Callable[..., None], kind: str
) -> None:
    """INV4: trouble on the way changes nothing in what is read."""
    expected = rows_of(list(salesforce.pull(PullRequest(source=ACCOUNTS))))
    fault(kind, "salesforce", match="/query")
    assert rows_of(list(salesforce.pull(PullRequest(source=ACCOUNTS)))) == expected
    assert served[0].faults.waiting() == []


@pytest.mark.parametrize("kind", ["rate_limit", "status", "html", "truncate", "drop_before"])
def test_hubspot_pull_survives_trouble(
    served: tuple[Any, Any], hubspot: HubSpotCrm, fault: Callable[..., None], kind: str
) -> None:
    """INV4: trouble on the way changes nothing in what is read."""
    expected = rows_of(list(hubspot.pull(PullRequest(source=COMPANIES))))
    fault(kind, "hubspot", match="/companies")
    assert rows_of(list(hubspot.pull(PullRequest(source=COMPANIES)))) == expected
    assert served[0].faults.waiting() == []


def test_mail_brings_its_people(salesforce: SalesforceCrm) -> None:
    """EmailMessageRelation gives contacts and users, in one list."""
    mails = make_source(Kind.ACTIVITY, "EmailMessage", "Incoming", virtual=("@relations",))
    rows = rows_of(list(salesforce.pull(PullRequest(source=mails))))
    kinds = {person["kind"] for row in rows for person in row.values["@relations"]}  # type: ignore[index,union-attr,call-overload]
    assert len(rows) > 100
    assert kinds == {"contact", "user"}


def test_deals_bring_stage_and_associations(hubspot: HubSpotCrm) -> None:
    """Stages come from the pipeline's metadata, links by type id."""
    links = (Association(object="companies", type_id=5, alias="account"),)
    virtual = ("@stage.label", "@stage.closed", "@stage.won", "@portal_currency")
    deals = make_source(Kind.OPPORTUNITY, "deals", "dealname", virtual=virtual, associations=links)
    rows = rows_of(list(hubspot.pull(PullRequest(source=deals))))
    won = [row.values for row in rows if row.values["@stage.won"]]
    assert won
    assert all(values["@stage.closed"] for values in won)
    assert {str(values["@portal_currency"]) for values in won} == {"EUR"}
    assert all(isinstance(values["account"], list) for values in won)


def test_owners_are_listed_with_their_state(hubspot: HubSpotCrm) -> None:
    """Owners have no search; each pull lists all of them."""
    owners = make_source(Kind.USER, "owners", "email", "archived", cursor_field="updatedAt")
    first = list(hubspot.pull(PullRequest(source=owners)))
    earlier = Cursor(since=datetime(2026, 11, 20, tzinfo=UTC))
    again = list(hubspot.pull(PullRequest(source=owners, cursor=earlier)))
    assert rows_of(first)[0].values["archived"] is False
    assert {row.ref for row in rows_of(again)} == {row.ref for row in rows_of(first)}


def test_mail_without_its_scope_is_a_note_and_keeps_the_cursor(
    served: tuple[Any, Any], hubspot: HubSpotCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unreadable mail is said; nothing is skipped for the day the scope comes."""
    scopes = frozenset({"crm.objects.contacts.read", "crm.objects.companies.read"})
    monkeypatch.setattr(served[0], "hubspot_scopes", scopes)
    mails = make_source(Kind.ACTIVITY, "emails", "hs_timestamp")
    pages = list(hubspot.pull(PullRequest(source=mails)))
    assert [(p.rows, p.complete, p.next_cursor) for p in pages] == [([], True, Cursor())]
    assert "emails" in pages[0].notes[0]


def test_long_lists_of_properties_are_read_in_two_steps(hubspot: HubSpotCrm) -> None:
    """Names too long for a URL go into a batch read; the rows are the same."""
    names = sorted(hubspot.describe("companies").fields)
    wide = make_source(Kind.ACCOUNT, "companies", *names)
    short = {
        r.ref: r.values["name"] for r in rows_of(list(hubspot.pull(PullRequest(source=COMPANIES))))
    }
    rows = rows_of(list(hubspot.pull(PullRequest(source=wide))))
    assert {row.ref: row.values["name"] for row in rows} == short


def make_task(crm: str, **facts: Any) -> Change:
    """Return an upsert of a task, in the words of a CRM."""
    words = {
        "salesforce": ("Task", "KAM_Key__c", {"Subject": "Call", "Status": "Not Started"}),
        "hubspot": ("tasks", "kam_key", {"hs_task_subject": "Call", "hs_timestamp": _DUE}),
    }
    object_, key_field, values = words[crm]
    given: dict[str, Any] = {"id": "c1", "kind": Kind.TASK, "object": object_, "ref": None}
    given |= {
        "key_field": key_field,
        "key": "act_lost",
        "values": {**values, key_field: "act_lost"},
    }
    return Change(**(given | facts))


_DUE = "2026-12-01T08:00:00.000Z"


@pytest.mark.parametrize("name", ["salesforce", "hubspot"])
def test_task_whose_answer_was_lost_is_not_made_twice(
    request: pytest.FixtureRequest,
    served: tuple[Any, Any],
    fault: Callable[..., None],
    name: str,
) -> None:
    """INV5: written, answer lost, sent again: one task."""
    crm = request.getfixturevalue(name)
    change = make_task(name)
    fault("commit_then_drop", name, match="composite" if name == "salesforce" else "upsert")
    results = crm.push([change])
    records = getattr(served[0], name)
    assert served[0].faults.waiting() == []
    held = [r for r in records.all(change.object) if r.fields.get(change.key_field) == "act_lost"]
    assert [r.state for r in results] == [PushState.DONE]
    assert len(held) == 1


def test_locked_row_is_to_be_tried_again(
    salesforce: SalesforceCrm, fault: Callable[..., None]
) -> None:
    """UNABLE_TO_LOCK_ROW leaves the record for later; the next try goes through."""
    ref = rows_of(list(salesforce.pull(PullRequest(source=ACCOUNTS))))[0].ref
    values = {"KAM_Tier__c": "A"}
    change = Change(id="c1", kind=Kind.ACCOUNT, object="Account", ref=ref, values=values)
    fault("lock_row", "salesforce")
    first, second = salesforce.push([change]), salesforce.push([change])
    assert [first[0].state, second[0].state] == [PushState.RETRY, PushState.DONE]


def test_nobody_at_the_other_end_is_one_clear_error(served: tuple[Any, Any]) -> None:
    """A refused connection is exit code 7, with a stable code."""
    table = {"endpoint": "http://127.0.0.1:9", "access_token": Secret("x"), "attempts": 2}
    settings = read_settings(HubSpotCrm.settings_type, table, where="[x]")
    crm = HubSpotCrm.open("acme", settings, clock=ShortClock())
    with pytest.raises(CrmUnavailable) as caught:
        crm.identity()
    crm.close()
    assert (caught.value.code, caught.value.exit_code) == ("KAM-3101", 7)


def test_optional_field_that_is_missing_is_a_note(salesforce: SalesforceCrm) -> None:
    """An org without multi-currency still gives its accounts."""
    source = replace(ACCOUNTS, fields=("CurrencyIsoCode", "Name"))
    source = replace(source, optional=frozenset({"CurrencyIsoCode"}))
    page = next(iter(salesforce.pull(PullRequest(source=source))))
    assert "CurrencyIsoCode" in page.notes[0]
    assert "CurrencyIsoCode" not in page.rows[0].values


def test_field_that_vanishes_during_a_run_is_named(
    served: tuple[Any, Any], salesforce: SalesforceCrm, fault: Callable[..., None]
) -> None:
    """Bad input: a field removed after describe refuses its records, with its name."""
    ref = rows_of(list(salesforce.pull(PullRequest(source=ACCOUNTS))))[0].ref
    salesforce.describe("Account")
    fault("schema_drift", "salesforce", object="Account", field="KAM_Tier__c")
    change = Change(
        id="c1", kind=Kind.ACCOUNT, object="Account", ref=ref, values={"KAM_Tier__c": "A"}
    )
    result = salesforce.push([change])[0]
    assert (result.state, result.code) == (PushState.REFUSED, "KAM-3215")
    assert result.fields == ("KAM_Tier__c",)
