"""Whole JSON of another shape is an answer that cannot be read: never a crash, never believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from kam_connector.errors import CrmUnavailable, KamError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, PulledRow, PullRequest, Stream
from kam_hubspot.crm import HubSpotCrm
from kam_hubspot.links import linked
from tests.factories.hubspot_portal import make_source, pages_of, rows_of

ROOT = "https://api.hubapi.com"
COMPANIES = f"{ROOT}/crm/objects/2026-09/companies"
DATE = {"Date": "Sat, 21 Nov 2026 06:00:00 GMT"}
SOURCE = make_source(Kind.ACCOUNT, "companies", "name")
SINCE = Cursor(since=datetime(2026, 11, 20, tzinfo=UTC))
STAMP = "2026-11-20T12:00:00.000Z"
DETAILS = {"portalId": 1, "companyCurrency": "EUR", "timeZone": "Europe/Paris"}
NAMES = ("name", "hs_lastmodifieddate", "hs_merged_object_ids")


@pytest.fixture
def crm(web: responses.RequestsMock, make_hubspot: Any) -> HubSpotCrm:
    """Give a connection to a portal whose companies have a name."""
    web.get(f"{ROOT}/account-info/2026-09/details", json=DETAILS, headers=DATE)
    fields = [{"name": name, "type": "string", "fieldType": "text"} for name in NAMES]
    web.get(f"{ROOT}/crm/properties/2026-09/companies", json={"results": fields})
    return HubSpotCrm(make_hubspot())


def record(ref: Any, **more: Any) -> dict[str, Any]:
    """Return a record of a listing."""
    properties = {"name": "Nord", "hs_lastmodifieddate": STAMP, "hs_merged_object_ids": None}
    return {"id": ref, "properties": properties, "updatedAt": STAMP, "archived": False} | more


def page(*records: Any, after: Any = None, **more: Any) -> dict[str, Any]:
    """Return a page of a listing or a search."""
    paging = {} if after is None else {"paging": {"next": {"after": after}}}
    return {"results": list(records)} | paging | more


def listed(crm: HubSpotCrm) -> list[PulledRow]:
    """Read everything."""
    return rows_of(pages_of(crm, SOURCE))


def searched(crm: HubSpotCrm, *, size: int | None = None) -> list[PulledRow]:
    """Read what changed."""
    return rows_of(pages_of(crm, SOURCE, cursor=SINCE, size=size))


def archived(crm: HubSpotCrm) -> list[PulledRow]:
    """Read what is in the bin."""
    return rows_of(pages_of(crm, SOURCE, stream=Stream.ARCHIVED))


READERS = [listed, archived, searched]
BROKEN = [
    {"results": None},
    {"results": {"id": "1"}},
    {"results": ["1"]},
    {"results": [None]},
    {},
    {"results": [{"properties": {}}]},
    {"results": [{"id": "1"}]},
    {"results": [record("x")]},
    {"results": [record(True)]},
    {"results": [record("-1")]},
    {"results": [record("1", properties=["name"])]},
    {"results": [record("1", properties=None)]},
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("answer", BROKEN)
def test_an_answer_of_another_shape_is_no_answer(
    web: responses.RequestsMock, crm: HubSpotCrm, read: Any, answer: Any
) -> None:
    """No results, records without id or properties, ids that are none: KAM-3103."""
    web.get(COMPANIES, json=answer)
    web.post(f"{COMPANIES}/search", json=answer)
    with pytest.raises(CrmUnavailable) as refused:
        read(crm)
    assert refused.value.code == "KAM-3103"


@pytest.mark.parametrize("paging", [[], "x", {"next": "x"}, {"next": {"after": {}}}, {"next": [1]}])
def test_a_place_of_another_shape_is_none(
    web: responses.RequestsMock, crm: HubSpotCrm, paging: Any
) -> None:
    """Half of a listing must not pass for all of it."""
    web.get(COMPANIES, json=page(record("1")) | {"paging": paging or ["x"]})
    with pytest.raises(CrmUnavailable, match="cannot be read"):
        listed(crm)


@pytest.mark.parametrize("paging", [None, {}, {"next": None}, {"next": {}}])
def test_a_last_page_says_so_in_several_ways(
    web: responses.RequestsMock, crm: HubSpotCrm, paging: Any
) -> None:
    """No paging, an empty one, none to come: the end."""
    web.get(COMPANIES, json=page(record("1")) | {"paging": paging})
    assert [row.ref for row in listed(crm)] == ["1"]


@pytest.mark.parametrize(
    "places", [("5", "5"), ("5", "3"), ("5", "0"), ("5", "five"), ("5", "6", "7")]
)
def test_a_listing_that_never_ends_is_left(
    web: responses.RequestsMock, crm: HubSpotCrm, places: tuple[str, ...]
) -> None:
    """A place that stands, leads back, or moves on while the same page comes again."""
    [web.get(COMPANIES, json=page(record("5"), after=place)) for place in places]
    with pytest.raises(CrmUnavailable) as refused:
        listed(crm)
    assert refused.value.code == "KAM-3103"
    assert len(web.calls) <= 2 + len(places)


def test_pages_without_a_record_do_not_go_on_for_ever(
    web: responses.RequestsMock, crm: HubSpotCrm
) -> None:
    """Some may be empty; a hundred in a row are no listing."""
    web.add_callback("GET", COMPANIES, callback=_ever_on)
    with pytest.raises(CrmUnavailable, match="cannot be read"):
        listed(crm)
    assert len(web.calls) == 102


def _ever_on(request: Any) -> tuple[int, dict[str, str], str]:
    after = int(dict(request.params).get("after", 0))
    return 200, {}, json.dumps(page(after=str(after + 1)))


def test_empty_pages_in_between_are_passed(web: responses.RequestsMock, crm: HubSpotCrm) -> None:
    """What our user may not see leaves holes."""
    web.get(COMPANIES, json=page(after="5"))
    web.get(COMPANIES, json=page(record("6")))
    assert [row.ref for row in listed(crm)] == ["6"]


def test_ids_may_be_numbers_and_records_may_come_twice(
    web: responses.RequestsMock, crm: HubSpotCrm
) -> None:
    """A record that moved from page to page counts once, as it came last."""
    later = record("2")
    later["properties"] = later["properties"] | {"name": "Süd"}
    web.get(COMPANIES, json=page(record(1), record(2), after=2))
    web.get(COMPANIES, json=page(later, record("3")))
    rows = listed(crm)
    assert [(row.ref, row.values["name"]) for row in rows] == [
        ("1", "Nord"),
        ("2", "Süd"),
        ("3", "Nord"),
    ]


@pytest.mark.parametrize(
    ("value", "canonical"),
    [(12, 12), (12.5, "12.5"), (True, True), (["a"], "['a']"), ({"a": 1}, "{'a': 1}"), ("", None)],
)
def test_values_that_are_no_texts_are_read(
    web: responses.RequestsMock, crm: HubSpotCrm, value: Any, canonical: Any
) -> None:
    """Canonical values know no fractions and no objects."""
    odd = record("1")
    odd["properties"] = odd["properties"] | {"name": value}
    web.get(COMPANIES, json=page(odd))
    assert listed(crm)[0].values["name"] == canonical


@pytest.mark.parametrize("stamp", ["2026-11-20T12:00:00Z", "1795176000000", "1795176000000.0"])
def test_times_in_any_form_are_one_time(
    web: responses.RequestsMock, crm: HubSpotCrm, stamp: str
) -> None:
    """Older records hold milliseconds, some as a fraction."""
    odd = record("1")
    odd["properties"] = odd["properties"] | {"hs_lastmodifieddate": stamp}
    web.get(COMPANIES, json=page(odd))
    assert listed(crm)[0].modified_at == STAMP


@pytest.mark.parametrize(
    "answer",
    [
        page(record("2"), record("1"), total=2),
        page(total=3),
        page(after="200"),
        page(record("0"), total=1),
    ],
)
def test_a_search_that_would_lose_rows_is_none(
    web: responses.RequestsMock, crm: HubSpotCrm, answer: Any
) -> None:
    """Another order than asked for, or nothing of the rest that is announced."""
    web.post(f"{COMPANIES}/search", json=answer)
    with pytest.raises(CrmUnavailable) as refused:
        searched(crm)
    assert refused.value.code == "KAM-3103"


def test_a_search_that_repeats_itself_is_left(web: responses.RequestsMock, crm: HubSpotCrm) -> None:
    """It does not heed the id to go on behind."""
    web.post(f"{COMPANIES}/search", json=page(record("1"), record("2"), total=9))
    with pytest.raises(CrmUnavailable, match="cannot be read"):
        searched(crm)
    assert len(web.calls) == 4


def test_a_short_page_of_a_search_is_not_its_end(
    web: responses.RequestsMock, crm: HubSpotCrm
) -> None:
    """Fewer rows than asked for, more announced: the rest is behind the last one."""
    web.post(f"{COMPANIES}/search", json=page(record("1"), total=3))
    web.post(f"{COMPANIES}/search", json=page(record("2"), record("3"), total=2))
    assert [row.ref for row in searched(crm)] == ["1", "2", "3"]
    sent = json.loads(web.calls[-1].request.body)["filterGroups"][0]["filters"]
    assert {"propertyName": "hs_object_id", "operator": "GT", "value": "1"} in sent


@pytest.mark.parametrize("stamp", ["2026-11-19T23:59:59.999Z", "2026-11-21T06:00:00.000Z"])
def test_a_row_outside_the_window_is_left_to_its_own(
    web: responses.RequestsMock, crm: HubSpotCrm, stamp: str
) -> None:
    """Search cuts at milliseconds and shows what changed meanwhile: another window has it."""
    odd = record("2")
    odd["properties"] = odd["properties"] | {"hs_lastmodifieddate": stamp}
    web.post(f"{COMPANIES}/search", json=page(record("1"), odd, total=2))
    assert [row.ref for row in searched(crm)] == ["1"]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "COMPLETE", "results": [], "errors": [{"category": "INTERNAL_ERROR"}]},
        {"status": "PROCESSING", "results": []},
        {"status": "CANCELED", "results": []},
        {"status": "COMPLETE", "results": [], "errors": ["x"]},
    ],
)
def test_a_batch_that_failed_is_not_a_batch_of_absent_records(
    web: responses.RequestsMock, crm: HubSpotCrm, answer: Any
) -> None:
    """Records would be taken for deleted."""
    web.post(f"{COMPANIES}/batch/read", status=207, json=answer)
    with pytest.raises(CrmUnavailable):
        crm.read(SOURCE, ["1"])


LINKS = f"{ROOT}/crm/associations/2026-09/companies/contacts/batch/read"
KINDS = [{"typeId": 280, "category": "HUBSPOT_DEFINED", "label": None}]


def links(*refs: Any, after: Any = None, of: Any = "1") -> dict[str, Any]:
    """Return a page of associations."""
    to = [{"toObjectId": ref, "associationTypes": KINDS} for ref in refs]
    paging = {} if after is None else {"paging": {"next": {"after": after}}}
    return {"status": "COMPLETE", "results": [{"from": {"id": of}, "to": to} | paging]}


@pytest.mark.parametrize(
    "answer",
    [
        {"results": None},
        {"results": [{"from": {}, "to": []}]},
        {"results": [{"from": {"id": "1"}}]},
        {"results": [{"from": {"id": "1"}, "to": [{"toObjectId": "x"}]}]},
        links("7") | {"status": "PENDING"},
        {"results": [], "errors": [{"category": "INTERNAL_ERROR"}]},
    ],
)
def test_links_of_another_shape_are_none(
    web: responses.RequestsMock, make_hubspot: Any, answer: Any
) -> None:
    """Nobody loses their company to half an answer."""
    web.post(LINKS, json=answer)
    with pytest.raises(CrmUnavailable):
        linked(make_hubspot(), "companies", "contacts", ["1"])


def test_pages_of_links_that_repeat_are_left(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """The older endpoint does not heed ``after``: the same page for ever."""
    web.post(LINKS, json=links("7", after="7"))
    with pytest.raises(CrmUnavailable, match="cannot be read"):
        linked(make_hubspot(), "companies", "contacts", ["1"])
    assert len(web.calls) == 2


def test_links_of_a_record_nobody_asked_for_are_passed_over(
    web: responses.RequestsMock, make_hubspot: Any
) -> None:
    """Merged a moment ago: the answer speaks of the survivor."""
    web.post(LINKS, json=links(7, of=99))
    assert linked(make_hubspot(), "companies", "contacts", ["1"]) == {"1": []}


@pytest.mark.parametrize(
    "fields", [[{"label": "x"}], [{"name": "x"}], [{"name": "x", "type": "string", "options": 1}]]
)
def test_properties_of_another_shape_are_none(
    web: responses.RequestsMock, crm: HubSpotCrm, fields: Any
) -> None:
    """A description that cannot be read describes nothing."""
    web.replace("GET", f"{ROOT}/crm/properties/2026-09/companies", json={"results": fields})
    with pytest.raises(CrmUnavailable, match="cannot be read"):
        crm.describe("companies")


def test_a_type_of_property_we_do_not_know_is_read_as_it_comes(
    web: responses.RequestsMock, crm: HubSpotCrm
) -> None:
    """HubSpot adds types; their texts are texts."""
    fields = [{"name": name, "type": "object_coordinates"} for name in NAMES]
    web.replace("GET", f"{ROOT}/crm/properties/2026-09/companies", json={"results": fields})
    web.get(COMPANIES, json=page(record("1")))
    assert listed(crm)[0].values == {"name": "Nord"}


@pytest.mark.parametrize("details", [{}, {"portalId": "x"}, {"portalId": None}])
def test_an_account_of_another_shape_is_none(
    web: responses.RequestsMock, crm: HubSpotCrm, details: Any
) -> None:
    """Whose portal it is must be said before anything is read."""
    web.replace("GET", f"{ROOT}/account-info/2026-09/details", json=details, headers=DATE)
    with pytest.raises(KamError, match="cannot be read"):
        crm.identity()


def test_owners_in_a_circle_are_left(web: responses.RequestsMock, crm: HubSpotCrm) -> None:
    """The second page leads to the first."""
    source = make_source(Kind.USER, "owners", "email", cursor_field="updatedAt")
    owner = {"id": "1", "updatedAt": STAMP, "email": "a@b.example"}
    [web.get(f"{ROOT}/crm/owners/2026-09", json=page(owner, after=one)) for one in ("a", "b", "a")]
    with pytest.raises(CrmUnavailable, match="cannot be read"):
        list(crm.pull(PullRequest(source=source)))
