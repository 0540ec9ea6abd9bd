"""Search: filters, order, paging, limits, and an index that lags."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.enable_socket

PATH = "/crm/objects/2026-09/companies/search"


IN_JANUARY = "1769320800000"


def one_filter(name, operator, **values):
    """Return a search body with a single filter."""
    return {
        "filterGroups": [
            {"filters": [{"propertyName": name, "operator": operator} | values]},
        ]
    }


def names_found(rig, body, path=PATH):
    """Return the names of the companies that a search finds, in its order."""
    answer = rig.call("POST", path, {"properties": ["name"]} | body)
    assert answer.status_code == 200, answer.text
    return [one["properties"]["name"] for one in answer.json()["results"]]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (one_filter("annualrevenue", "GT", value="900"), ["Beta", "Gamma"]),
        (one_filter("annualrevenue", "BETWEEN", value="900", highValue="1000"), ["Beta"]),
        (one_filter("name", "EQ", value="ALPHA"), ["Alpha"]),
        (one_filter("name", "IN", values=["alpha", "beta"]), ["Alpha", "Beta"]),
        (one_filter("name", "IN", values=["Alpha"]), []),
        (one_filter("lifecyclestage", "IN", values=["customer"]), ["Beta"]),
        (one_filter("lifecyclestage", "NEQ", value="lead"), ["Beta"]),
        (one_filter("city", "HAS_PROPERTY"), ["Alpha"]),
        (one_filter("city", "NOT_HAS_PROPERTY"), ["Beta", "Gamma"]),
        (one_filter("domain", "CONTAINS_TOKEN", value="alp*"), ["Alpha"]),
        (one_filter("hs_lastmodifieddate", "LT", value="1700000000000"), []),
        (one_filter("hs_lastmodifieddate", "GTE", value=IN_JANUARY), ["Alpha", "Beta", "Gamma"]),
        ({"query": "gam"}, ["Gamma"]),
    ],
)
def test_each_operator_finds_what_it_should(rig, wanted, found):
    """Numbers compare as numbers, texts without case, and no value fits no comparison."""
    rig.add("companies", name="Alpha", annualrevenue="800", city="Lyon", domain="alpha.fr")
    rig.add("companies", name="Beta", annualrevenue="1000", lifecyclestage="customer")
    rig.add("companies", name="Gamma", annualrevenue="10000")
    assert names_found(rig, wanted) == found


def test_groups_are_alternatives_and_their_filters_must_all_hold(rig):
    """OR between groups, AND within."""
    rig.add("companies", name="Alpha", city="Lyon", country="France")
    rig.add("companies", name="Beta", city="Lyon", country="Belgium")
    rig.add("companies", name="Gamma", city="Namur", country="Belgium")
    lyon = {"propertyName": "city", "operator": "EQ", "value": "Lyon"}
    france = {"propertyName": "country", "operator": "EQ", "value": "France"}
    namur = {"propertyName": "city", "operator": "EQ", "value": "Namur"}
    body = {"filterGroups": [{"filters": [lyon, france]}, {"filters": [namur]}]}
    assert names_found(rig, body) == ["Alpha", "Gamma"]


def test_tasks_are_found_by_the_company_they_hang_on(rig):
    """associations.company is a filter like any other."""
    company, task = rig.add("companies", name="ACME"), rig.add("tasks", kam_key="A-1")
    rig.add("tasks", kam_key="A-2")
    rig.link(task, company)
    body = one_filter("associations.company", "EQ", value=company.id)
    found = rig.call("POST", "/crm/v3/objects/tasks/search", body).json()
    assert [one["id"] for one in found["results"]] == [task.id]


def test_an_independent_client_walks_a_sorted_search_by_offset(rig):
    """The cursor is the next offset, and the total counts all that fit."""
    made = [rig.add("companies", name=f"C{n}", annualrevenue=str(n)).id for n in range(5)]
    body = {"sorts": [{"propertyName": "annualrevenue", "direction": "DESCENDING"}], "limit": 2}
    api = rig.client.crm.companies.search_api
    first = api.do_search(body)
    second = api.do_search(body | {"after": first.paging.next.after})
    third = api.do_search(body | {"after": second.paging.next.after})
    found = [one.id for page in (first, second, third) for one in page.results]
    assert (first.total, first.paging.next.after) == (5, "2")
    assert found == made[::-1]
    assert third.paging is None


def test_a_fresh_write_is_invisible_to_search_for_a_while(rig):
    """The index lags behind the record by two world seconds."""
    company = rig.add("companies", name="ACME")
    patch = {"properties": {"city": "Lyon"}}
    rig.call("PATCH", f"/crm/v3/objects/companies/{company.id}", patch)
    assert names_found(rig, {}) == []
    rig.wait(2)
    assert names_found(rig, {}) == ["ACME"]


def test_a_scheduled_lag_hides_writes_for_longer(rig):
    """The fault late_visible sets the lag until it is cleared."""
    rig.add("companies", name="ACME", at=rig.world.clock.now())
    rig.world.faults.schedule({"kind": "late_visible", "crm": "hubspot", "seconds": 600})
    rig.wait(599)
    assert names_found(rig, {}) == []
    rig.wait(1)
    assert names_found(rig, {}) == ["ACME"]


def test_archived_records_are_never_found(rig):
    """Only the archived listing shows them."""
    company = rig.add("companies", name="ACME")
    rig.call("DELETE", f"/crm/v3/objects/companies/{company.id}")
    rig.wait()
    assert names_found(rig, {}) == []


FILTER = {"propertyName": "name", "operator": "EQ", "value": "x"}


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 200, "after": "9801"},
        {"after": "next"},
        {"filterGroups": [{"filters": [FILTER]}] * 6},
        {"filterGroups": [{"filters": [FILTER] * 7}]},
        {"filterGroups": [{"filters": [FILTER] * 5}] * 4},
        {"sorts": [{"propertyName": "name"}, {"propertyName": "city"}]},
        {"sorts": [{"propertyName": "no_such_property"}]},
        {"query": "x" * 3_000},
        one_filter("no_such_property", "EQ", value="x"),
        one_filter("name", "LIKE", value="x"),
        one_filter("name", "IN", value="x"),
        one_filter("annualrevenue", "GT", value="much"),
        one_filter("createdate", "GT", value="yesterday"),
    ],
)
def test_a_search_beyond_the_rules_is_refused(rig, body):
    """400 for page size, the ten-thousandth result, filters, sorts, length and values."""
    answer = rig.call("POST", PATH, body)
    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


def test_search_shows_the_projection_of_the_object(rig):
    """Without properties the object's default set is shown."""
    rig.add("companies", name="ACME", city="Lyon")
    (found,) = rig.call("POST", PATH, {}).json()["results"]
    assert sorted(found["properties"]) == [
        "createdate",
        "domain",
        "hs_lastmodifieddate",
        "hs_object_id",
        "name",
    ]
