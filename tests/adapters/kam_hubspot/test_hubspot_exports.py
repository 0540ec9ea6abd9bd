"""A first load through an export: the listing's rows in a few calls, or the listing itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import load_mapping, pull_sources, shipped_mapping_path
from kam_connector.model.login import LoginRequest
from kam_connector.model.pull import PulledRow, PullRequest, Stream
from kam_connector.model.settings import Secret
from kam_connector.store import open_store
from kam_connector.sync.context import SyncContext
from kam_connector.sync.pull import Pulled, pull_stream
from kam_hubspot.client import Client
from kam_hubspot.grants import login_url
from kam_hubspot.settings import HubSpotSettings
from kam_sandbox.hubspot import export_pages
from kam_sandbox.hubspot.exports import Job
from tests.factories.hubspot_direct import DirectPortal, pulled

MAPPING = load_mapping(shipped_mapping_path("hubspot"))
SOURCES = {one.object: one for one in pull_sources(MAPPING)}
CONTACTS = SOURCES["contacts"]
START = "POST /crm/exports/"
DOWNLOAD = "GET /exports-download/"


@pytest.fixture
def portal() -> DirectPortal:
    """Give 40 contacts: most have one company, some two, some none; texts of every kind."""
    made = DirectPortal()
    companies = [made.add("companies", name=f"C{n}") for n in range(5)]
    for n in range(40):
        contact = made.add(
            "contacts",
            firstname=f"P{n}",
            lastname=("=1+1", "+33 6", 'Weiß; "né"', "two\nlines", " ", "O'B,rien")[n % 6],
            email=f"p{n}@b.fr",
            jobtitle=None if n % 3 else "CFO",
            kam_strength=None if n % 4 else str(n),
        )
        if n % 8:
            made.link(contact, companies[n % 5], 1)
        if n % 10 == 0:
            made.link(contact, companies[(n + 1) % 5], 279)
    return made


def notes_of(pages: Any) -> str:
    """Return what the pages of a pull note about exports."""
    return " ".join({note for page in pages for note in page.notes if "exported" in note})


def listed(portal: DirectPortal) -> dict[str, PulledRow]:
    """Return the contacts' rows as the listing gives them."""
    return pulled(portal.connect(), CONTACTS)[0]


def exported(portal: DirectPortal, **table: Any) -> tuple[dict[str, PulledRow], str]:
    """Return the contacts' rows as a pull through an export gives them, and its notes."""
    rows, pages = pulled(portal.connect(**{"export_from": 1, **table}), CONTACTS)
    return rows, notes_of(pages)


@pytest.mark.parametrize(
    "object_", ["companies", "contacts", "deals", "meetings", "calls", "tickets", "line_items"]
)
def test_export_and_listing_give_the_same_rows(object_: str) -> None:
    """Every record of a whole world: values, links, stamps and merges are equal."""
    portal, source = DirectPortal(scale=0.05), SOURCES[object_]
    by_listing, _ = pulled(portal.connect(), source)
    by_export, pages = pulled(portal.connect(export_from=1), source, page_size=7)
    assert portal.calls_of(START) == 1
    assert (notes_of(pages), by_export) == ("", by_listing)


def test_sweep_after_an_export_finds_nothing_changed(portal: DirectPortal) -> None:
    """What is staged through an export has the hash of what is listed."""
    crm = portal.connect(export_from=1)
    ctx = SyncContext(
        connection="acme",
        crm=crm,
        store=open_store("sqlite://"),
        mapping=MAPPING,
        settings=KamSettings(),
        clock=portal.clock,
    )
    first, again = Pulled(changed={CONTACTS.name: 0}), Pulled(changed={CONTACTS.name: 0})
    pull_stream(ctx, CONTACTS, Stream.CHANGES, first)
    pull_stream(ctx, CONTACTS, Stream.FULL, again)
    ctx.store.close()
    assert (first.changed[CONTACTS.name], again.changed[CONTACTS.name]) == (40, 0)
    assert (again.unchanged, portal.calls_of(START)) == (40, 1)


def test_split_and_zipped_files_are_read_whole(portal: DirectPortal) -> None:
    """More than a million rows come in several files."""
    portal.app.portal.settings.export_zip_bytes = 10
    portal.app.portal.settings.export_file_rows = 7
    assert exported(portal) == (listed(portal), "")


def test_fewer_records_than_the_setting_are_listed(portal: DirectPortal) -> None:
    """An export is for first loads that would take thousands of calls."""
    rows, notes = exported(portal, export_from=41)
    assert (len(rows), notes, portal.calls_of(START)) == (40, "", 0)


def test_calls_do_not_grow_with_the_records(portal: DirectPortal) -> None:
    """Four for the portal, four for the export and its file, four to check them.

    Clock, properties, labels (twice); start, looks, file, details; two counts, the sample, its
    links; and one for all links in doubt.
    """
    exported(portal)
    few = len(portal.asked)
    for n in range(400):
        portal.add("contacts", firstname=f"Q{n}", email=f"q{n}@b.fr")
    portal.asked.clear()
    rows, _ = exported(portal)
    assert (len(rows), len(portal.asked)) == (440, few)
    assert few <= 16


def test_crash_resumes_from_the_same_export(portal: DirectPortal) -> None:
    """The cursor names the export: a second process asks for its file, not for another one."""
    expected = listed(portal)
    request = PullRequest(source=CONTACTS, page_size=7)
    rows: dict[str, PulledRow] = {}
    with closing(portal.connect(export_from=1).pull(request)) as pages:
        for page in pages:
            rows |= {row.ref: row for row in page.rows}
            if len(rows) == 14:
                break
    rest, _ = pulled(portal.connect(export_from=1), CONTACTS, cursor=page.next_cursor, page_size=7)
    assert (len(rest), rows | rest) == (26, expected)
    assert portal.calls_of(START) == 1


def test_cursors_move_forward_through_an_export_and_its_end(
    portal: DirectPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INV2: also from an export that came to nothing to the listing behind it."""
    portal.app.portal.settings.export_s = 30.0
    monkeypatch.setattr(Job, "status", _cancelled_after(portal, 20.0))
    _, pages = pulled(portal.connect(export_from=1), CONTACTS, page_size=7)
    places = [page.next_cursor.position for page in pages]
    assert "CANCELED" in notes_of(pages)
    assert places == sorted(places, key=lambda place: tuple(str(part) for part in place))


def test_change_while_the_export_runs_is_in_the_next_window(portal: DirectPortal) -> None:
    """The window begins before the export was asked for."""
    contact = next(iter(portal.world.hubspot.all("contacts")))

    def change(asked: str) -> None:
        if asked.startswith(DOWNLOAD):
            portal.before = lambda _asked: None
            portal.world.hubspot.update(contact, {"jobtitle": "CEO"}, by="4711")

    portal.app.portal.settings.export_s = 30.0
    portal.before = change
    _, pages = pulled(portal.connect(export_from=1), CONTACTS)
    portal.clock.sleep(7200)
    later, _ = pulled(portal.connect(), CONTACTS, cursor=pages[-1].next_cursor)
    assert later[contact.id].values["jobtitle"] == "CEO"


def test_ended_address_is_asked_for_again(portal: DirectPortal) -> None:
    """Addresses end after five minutes; another one costs one call and no export."""

    def late(asked: str) -> None:
        if asked.startswith(DOWNLOAD):
            portal.before = lambda _asked: None
            portal.clock.sleep(301)

    portal.before = late
    assert exported(portal) == (listed(portal), "")
    assert (portal.calls_of(DOWNLOAD), portal.calls_of(START)) == (2, 1)


def test_file_is_fetched_without_the_token(portal: DirectPortal) -> None:
    """The address is signed; whoever keeps the file learns nothing of us."""
    exported(portal)
    assert portal.calls_of(DOWNLOAD) == 1
    assert not [one for one in portal.signed if one.startswith(DOWNLOAD)]


@pytest.mark.guarantee("G28")
def test_foreign_host_is_not_asked(portal: DirectPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address elsewhere is no file of HubSpot's."""
    said = {
        "status": "COMPLETE",
        "result": "https://evil.example/contacts.csv",
        "requestedAt": "2026-11-21T06:00:00Z",
    }
    monkeypatch.setattr(Client, "export_status", lambda *_: said)
    rows, notes = exported(portal)
    assert (rows, portal.calls_of("contacts.csv")) == (listed(portal), 0)
    assert "a host that is not its own" in notes


def test_missing_scope_is_named_and_the_listing_takes_over(portal: DirectPortal) -> None:
    """crm.export is a Super Admin's to grant."""
    portal.world.hubspot_scopes = portal.app.portal.scopes() - {"crm.export"}
    rows, notes = exported(portal)
    assert rows == listed(portal)
    assert "crm.export" in notes


def test_thirty_first_export_of_a_day_is_listed(portal: DirectPortal) -> None:
    """HubSpot takes thirty in any 24 hours."""
    crm = portal.connect(export_from=1)
    runs = [notes_of(pulled(crm, CONTACTS)[1]) for _ in range(31)]
    assert runs[:30] == [""] * 30
    assert "listed, not exported" in runs[30]


def test_export_that_needs_more_than_an_hour_is_given_up(portal: DirectPortal) -> None:
    """The listing is faster; the looks until then are few."""
    portal.app.portal.settings.export_s = 5000.0
    rows, notes = exported(portal)
    assert (rows, "not ready after an hour" in notes) == (listed(portal), True)
    assert portal.calls_of("/status") < 80


def _cancelled_after(portal: DirectPortal, seconds: float) -> Callable[..., str]:
    return lambda *_: "CANCELED" if portal.clock.seconds > seconds else "PROCESSING"


def _doctored(change: Callable[[list[str]], list[str]]) -> Callable[..., Any]:
    """Return a writer of export files that changes the lines behind the header."""
    write = export_pages.write_file

    def doctored(*given: Any) -> tuple[str, bytes, int]:
        name, content, rows = write(*given)
        head, *lines = content.decode().split('"\n')[:-1]
        return name, ('"\n'.join([head, *change(lines)]) + '"\n').encode(), rows

    return doctored


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: lines[:-1], "holds 39 records, of 40"),
        (lambda lines: [*lines[:-1], lines[0]], "holds a record twice"),
        (lambda lines: [lines[0] + '","', *lines[1:]], "a row cut short"),
        (lambda lines: [one.replace("two\nlines", "two lines") for one in lines], "lastname"),
        (lambda lines: [one.replace('"=1+1', "\"'=1+1") for one in lines], "lastname"),
        (lambda lines: [one.replace('"36"', '"3,6"') for one in lines], "kam_strength"),
        (lambda lines: [one.replace('"CFO"', '"Chief"') for one in lines], "jobtitle"),
    ],
)
def test_file_that_is_not_whole_or_not_true_is_not_staged(
    portal: DirectPortal,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[list[str]], list[str]],
    told: str,
) -> None:
    """No row of it is believed: all come from the listing, and a note says why."""
    monkeypatch.setattr(export_pages, "write_file", _doctored(change))
    rows, notes = exported(portal)
    assert rows == listed(portal)
    assert told in notes


def test_dates_that_people_read_are_not_guessed_at(portal: DirectPortal) -> None:
    """To the minute, in the portal's zone: neither a cursor nor a value."""
    portal.app.portal.settings.export_plain_times = False
    rows, notes = exported(portal)
    assert rows == listed(portal)
    assert "date in a form that we do not know" in notes


def test_a_part_of_the_records_is_not_taken_for_all(
    portal: DirectPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view of one team's records states its own count: the search counts all."""
    few = list(portal.world.hubspot.all("contacts"))[:20]
    monkeypatch.setattr(export_pages, "matching", lambda *_: list(few))
    rows, notes = exported(portal)
    assert rows == listed(portal)
    assert "holds 20 records where the search counts 40" in notes


def test_without_labels_only_doubtful_links_are_read(portal: DirectPortal) -> None:
    """The main company is told by a property; whoever has a second one is not in doubt."""
    plain = replace(CONTACTS, virtual=())
    by_listing, _ = pulled(portal.connect(), plain)
    portal.asked.clear()
    by_export, _ = pulled(portal.connect(export_from=1), plain)
    assert by_export == by_listing
    assert portal.calls_of("/labels") == 0


@pytest.mark.parametrize(("export_from", "asked"), [(None, False), (100_000, True)])
def test_login_asks_for_the_export_scope_where_it_is_used(
    export_from: int | None, asked: bool
) -> None:
    """Nobody is asked for more than what the settings need."""
    settings = HubSpotSettings(
        client_id="app", client_secret=Secret("hush"), export_from=export_from
    )
    request = LoginRequest(
        redirect_uri="http://localhost:8484/callback", state="s", verifier=Secret("v" * 43)
    )
    assert ("crm.export" in login_url(settings, request)) is asked
