"""jsforce, an independent client, works with the sandbox as with an org."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.salesforce.ids import INTEGRATION_USER, ORG_ID
from kam_sandbox.server import CLIENT_ID, CLIENT_SECRET, running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

CONTACTS = 4_500
"""More than two pages of 2,000."""


def _world() -> World:
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
    records, by = world.salesforce, INTEGRATION_USER
    parent = records.insert("Account", {"Name": "Parent"}, by=by, at=START).id
    for number in range(CONTACTS):
        row = {"LastName": f"C{number:04d}", "AccountId": parent if number < 3 else None}
        records.insert("Contact", row, by=by, at=START)
    return world


@pytest.fixture(scope="module")
def told(referee: Any) -> Iterator[dict[str, Any]]:
    """Let jsforce do everything once; give what it tells."""
    with running(_world()) as addresses:
        yield referee(
            "salesforce_client.mjs",
            {
                "url": addresses.salesforce,
                "clientId": CLIENT_ID,
                "clientSecret": CLIENT_SECRET,
                "keyFile": str(addresses.jwt_key),
            },
        )


def test_it_signs_in_and_knows_where_it_is(told: dict[str, Any]) -> None:
    """Client credentials give a user and an org; a stale session is refreshed once, by itself."""
    assert told["signIn"]["user"]["id"] == INTEGRATION_USER
    assert told["signIn"]["user"]["organizationId"] == ORG_ID
    assert told["signIn"]["identity"] == ORG_ID
    assert told["refresh"] == {"renewed": 1, "found": 1}
    assert told["browser"] == {"user": INTEGRATION_USER, "refresh": True}
    assert told["key"] == {"user": INTEGRATION_USER, "refresh": False}


def test_it_fetches_across_locators(told: dict[str, Any]) -> None:
    """Every row of three pages once, parents nested, locators that begin with 0r8."""
    assert told["query"] == {
        "rows": CONTACTS,
        "distinct": CONTACTS,
        "parents": 3,
        "total": CONTACTS,
        "done": False,
        "locator": "0r8",
    }
    assert (told["children"], told["groups"], told["find"]) == (2, [3, CONTACTS - 3], 1)


def test_it_describes_and_reads_limits(told: dict[str, Any]) -> None:
    """Global and object describe, the limits page, and the usage of every answer."""
    described = told["describe"]
    assert {"Account", "Case", "Contract", "Product2", "Task"} <= set(described["objects"])
    assert {"Contacts", "Opportunities", "Contracts"} <= set(described["children"])
    assert described["fields"] > 60
    assert (described["max"], described["used"] > 0) == (15_000, True)


def test_it_writes_rows_and_collections(told: dict[str, Any]) -> None:
    """250 rows go as collections of 200 and 50; a bad row fails alone."""
    assert told["row"] == {"site": "Lyon", "created": True, "removed": True}
    assert told["collections"] == {"created": 250, "updated": 250}
    assert told["mixed"] == [True, "REQUIRED_FIELD_MISSING"]
    assert (told["upsertOne"], told["noKey"]["code"]) == (False, "NOT_FOUND")


def test_it_sees_what_went(told: dict[str, Any]) -> None:
    """A deleted row is in queryAll and in the log of deletions, not in query."""
    assert told["deletes"] == {
        "updated": True,
        "seen": 0,
        "all": [True],
        "deleted": True,
        "removed": [True, True],
    }


def test_it_writes_on_condition(told: dict[str, Any]) -> None:
    """A composite's parts carry their own If-Unmodified-Since."""
    assert told["composite"] == {"statuses": [412, 204, 200], "site": "late"}


def test_it_queries_and_loads_in_bulk(told: dict[str, Any]) -> None:
    """Its chunked uploads arrive whole, its results keep every character."""
    assert told["bulkQuery"] == {"rows": CONTACTS, "name": "string"}
    assert (told["bulkLoad"]["good"], told["bulkLoad"]["left"]) == (300, 0)
    assert told["bulkLoad"]["error"].startswith("REQUIRED_FIELD_MISSING:")
    assert told["bulkLoad"]["site"] == 'é "x"'
    assert sorted(told["bulkUpsert"]) == ["false", "true"]
    assert told["bulkChange"] == {
        "changed": 2,
        "sites": [None, "Lyon"],
        "gone": 1,
        "missing": "INVALID_CROSS_REFERENCE_KEY",
    }


def test_it_understands_our_errors(told: dict[str, Any]) -> None:
    """Codes are where the real API has them."""
    names = ("unknownField", "unknownObject", "required", "locator", "session", "afterLogout")
    assert [told[name]["code"] for name in names] == [
        "INVALID_FIELD",
        "NOT_FOUND",
        "REQUIRED_FIELD_MISSING",
        "INVALID_QUERY_LOCATOR",
        "INVALID_SESSION_ID",
        "INVALID_SESSION_ID",
    ]
    assert (told["notGrouped"]["code"], told["filtered"]["code"]) == (
        "MALFORMED_QUERY",
        "INVALID_FIELD",
    )
