"""Exports: queued, one at a time, thirty in a day, split and zipped."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
import requests

pytestmark = pytest.mark.enable_socket

START = "/crm/v3/exports/export/async"
WANTED = {
    "exportType": "VIEW",
    "exportName": "All companies",
    "format": "CSV",
    "language": "EN",
    "objectType": "COMPANY",
    "objectProperties": ["name", "lifecyclestage", "hubspot_owner_id", "createdate"],
    "exportInternalValuesOptions": ["NAMES", "VALUES"],
}


def finish(rig, wanted, path=START):
    """Start an export, wait, and return its status."""
    job = rig.call("POST", path, wanted).json()["id"]
    rig.wait(1)
    return rig.call("GET", f"{path}/tasks/{job}/status").json()


def rows(content):
    """Return a CSV's rows by column."""
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("path", [START, "/crm/exports/2026-09/export/async"])
def test_an_export_is_started_asked_for_and_fetched(rig, path):
    """202 with an id; PENDING or PROCESSING, then COMPLETE with an address that needs no token."""
    owner = rig.add("owners", firstName="Ana", lastName="Lys", email="ana@us.fr", userId="11")
    company = rig.add(
        "companies", name='A "B", C', lifecyclestage="lead", hubspot_owner_id=owner.id
    )
    job = rig.call("POST", path, WANTED)
    early = rig.call("GET", f"{path}/tasks/{job.json()['id']}/status").json()
    rig.wait(1)
    done = rig.call("GET", f"{path}/tasks/{job.json()['id']}/status").json()
    file = requests.get(done["result"], timeout=5)
    assert (job.status_code, early["status"], done["status"]) == (202, "PROCESSING", "COMPLETE")
    assert "result" not in early
    assert file.headers["Content-Type"].startswith("text/csv")
    assert rows(file.content) == [
        {
            "Record ID": company.id,
            "name": 'A "B", C',
            "lifecyclestage": "lead",
            "hubspot_owner_id": owner.id,
            "createdate": "1769320800000",
        }
    ]


def test_without_internal_values_people_read_labels(rig):
    """Header and options by label, owners by name."""
    owner = rig.add("owners", firstName="Ana", lastName="Lys", email="ana@us.fr", userId="11")
    rig.add("companies", name="A", lifecyclestage="lead", hubspot_owner_id=owner.id)
    done = finish(rig, WANTED | {"exportInternalValuesOptions": []})
    (row,) = rows(requests.get(done["result"], timeout=5).content)
    assert (row["Company name"], row["Lifecycle stage"], row["Owner"]) == ("A", "Lead", "Ana Lys")


def test_associated_ids_come_along(rig):
    """Ids joined by semicolons, titles beside them when asked for."""
    company = rig.add("companies", name="A")
    people = [rig.add("contacts", firstname=f"P{n}", email=f"p{n}@b.fr") for n in range(2)]
    rig.link(people[0], company)
    rig.link(people[1], company)
    wanted = WANTED | {
        "associatedObjectType": ["CONTACT"],
        "includePrimaryDisplayPropertyForAssociatedObjects": True,
    }
    (row,) = rows(requests.get(finish(rig, wanted)["result"], timeout=5).content)
    assert row["Associated Contact IDs"] == f"{people[0].id};{people[1].id}"
    assert row["Associated Contact"] == "P0;P1"


def test_exports_wait_for_each_other(rig):
    """The second one is PENDING while the first is PROCESSING."""
    ids = [rig.call("POST", START, WANTED).json()["id"] for _ in range(2)]
    told = [rig.call("GET", f"{START}/tasks/{id_}/status").json()["status"] for id_ in ids]
    assert told == ["PROCESSING", "PENDING"]


def test_a_thirty_first_export_in_a_day_is_refused(rig):
    """429; a day later there is room again."""
    codes = [rig.call("POST", START, WANTED).status_code for _ in range(31)]
    rig.wait(86_401)
    assert codes == [202] * 30 + [429]
    assert rig.call("POST", START, WANTED).status_code == 202


def test_an_address_ends_after_five_minutes_and_another_is_given(rig):
    """403 in the words of a file store; asking again gives a fresh address."""
    job = rig.call("POST", START, WANTED).json()["id"]
    rig.wait(1)
    first = rig.call("GET", f"{START}/tasks/{job}/status").json()["result"]
    rig.wait(301)
    second = rig.call("GET", f"{START}/tasks/{job}/status").json()["result"]
    assert requests.get(first, timeout=5).status_code == 403
    assert requests.get(second, timeout=5).status_code == 200


def test_a_long_export_is_split_and_zipped(make_rig):
    """Every part has the header, all rows are there once; the details tell how many."""
    rig = make_rig(export_zip_bytes=10, export_file_rows=2)
    companies = [rig.add("companies", name=f"C{n}") for n in range(5)]
    job = rig.call("POST", START, WANTED).json()["id"]
    rig.wait(1)
    done = rig.call("GET", f"{START}/tasks/{job}/status").json()
    archive = zipfile.ZipFile(io.BytesIO(requests.get(done["result"], timeout=5).content))
    found = [row["Record ID"] for name in archive.namelist() for row in rows(archive.read(name))]
    details = rig.call("GET", f"/crm/v3/exports/export/{job}").json()
    assert (len(archive.namelist()), found) == (3, [one.id for one in companies])
    assert (details["exportState"], details["recordCount"]) == ("DONE", 5)


def test_a_view_is_filtered(rig):
    """Filters and sorts are those of a search."""
    rig.add("companies", name="A", city="Lyon")
    rig.add("companies", name="B", city="Nantes")
    filters = [{"propertyName": "city", "operator": "EQ", "value": "Nantes"}]
    wanted = WANTED | {"publicCrmSearchRequest": {"filters": filters, "query": "", "sorts": []}}
    found = rows(requests.get(finish(rig, wanted)["result"], timeout=5).content)
    assert [row["name"] for row in found] == ["B"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"exportType": "ALL"},
        {"format": "PDF"},
        {"objectProperties": []},
        {"objectProperties": ["no_such_property"]},
        {"objectType": "PLANET"},
        {"language": "XX"},
        {"exportName": None},
        {"publicCrmSearchRequest": {"filters": [{"propertyName": "name", "operator": "LIKE"}]}},
    ],
)
def test_a_wrong_request_is_refused(rig, wrong):
    """400 before anything is queued."""
    answer = rig.call("POST", START, WANTED | wrong)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_exports_have_a_scope_of_their_own(rig):
    """crm.export is named when it is missing."""
    rig.world.hubspot_scopes = frozenset({"crm.objects.companies.read"})
    refused = rig.call("POST", START, WANTED)
    missing = refused.json()["errors"][0]["context"]["requiredGranularScopes"]
    assert (refused.status_code, missing) == (403, ["crm.export"])


def test_the_vendors_python_client_exports(rig):
    """Its models take both answers."""
    rig.add("companies", name="A")
    api = rig.client.crm.exports.public_exports_api
    job = api.start(public_export_request=WANTED)
    rig.wait(1)
    status = api.get_status(job.id)
    assert (status.status, status.result.startswith(rig.url)) == ("COMPLETE", True)
