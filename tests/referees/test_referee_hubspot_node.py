"""HubSpot's own Node client works with the sandbox as with a portal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.hubspot.grants import FIRST_REFRESH_TOKEN
from kam_sandbox.hubspot.ids import APP_NUMBER
from kam_sandbox.hubspot.webhook_settings import DEVELOPER_KEY
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.state import World
from kam_sandbox.world.build import empty_world

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

COMPANIES = 250
"""Three pages of 100."""


def _world() -> World:
    world = empty_world(seed=7, bare=False, clock=WorldClock(), multi_currency=False)
    for number in range(COMPANIES):
        world.hubspot.insert("companies", {"name": f"C{number:04d}"}, by="1", at=START)
    owner = {"email": "ana@us.fr", "firstName": "Ana", "lastName": "Lys", "userId": "11"}
    world.hubspot.insert("owners", owner, by="1", at=START)
    return world


@pytest.fixture(scope="module")
def told(referee: Any) -> Iterator[dict[str, Any]]:
    """Let the client do everything once, two searches and a list among bad luck; what it tells."""
    world = _world()
    world.clock.advance(60)  # the index has seen everything
    world.faults.schedule({"kind": "rate_limit", "crm": "hubspot", "match": "companies/search"})
    world.faults.schedule({"kind": "status", "status": 502, "match": "GET /crm/v3/owners"})
    with running(world) as addresses:
        yield referee(
            "hubspot_client.mjs",
            {
                "url": addresses.hubspot,
                "token": HUBSPOT_TOKEN,
                "developerKey": DEVELOPER_KEY,
                "appId": APP_NUMBER,
                "refreshToken": FIRST_REFRESH_TOKEN,
            },
        )


def test_it_lists_across_pages(told: dict[str, Any]) -> None:
    """Every row of three pages once, dates as dates, unset properties as null."""
    assert told["list"] == {
        "rows": COMPANIES,
        "distinct": COMPANIES,
        "more": True,
        "created": True,
        "domain": None,
    }


def test_it_reads_owners_and_pipelines_after_a_bad_gateway(told: dict[str, Any]) -> None:
    """A 502 is tried again by the client; won stages are told by their metadata."""
    assert told["owners"] == [["ana@us.fr", "PERSON"]]
    assert told["pipelines"] == {"count": 2, "won": ["closedwon"]}


def test_it_searches_after_waiting_for_its_turn(told: dict[str, Any]) -> None:
    """The client recognises the refusal of a search by its words, waits, and finds."""
    assert told["search"] == {"total": 100, "names": ["C0099", "C0098", "C0097"], "after": "3"}


def test_it_reads_and_upserts_in_batches(told: dict[str, Any]) -> None:
    """Missing ids are an error beside the results; an upsert tells new from known by trace."""
    assert told["batchRead"] == {"found": 2, "errors": 1, "missing": ["1"]}
    assert told["upsert"] == {
        "status": "COMPLETE",
        "fresh": [True, True],
        "again": [False, False],
        "same": True,
        "traces": ["trace-a", "trace-b"],
    }


def test_it_writes_merges_and_archives(told: dict[str, Any]) -> None:
    """A merge makes a new id; the old id leads to the survivor; an archived record is gone."""
    assert told["record"] == {"city": "Lyon", "fresh": True, "survivor": True, "merged": 2}
    assert told["archived"] == {"code": 404, "category": "OBJECT_NOT_FOUND", "correlated": True}


def test_it_labels_associations(told: dict[str, Any]) -> None:
    """A paired label reads differently from either end, beside the plain type."""
    assert sorted(told["labels"]["there"], key=str) == ["Judge of", None]
    assert sorted(told["labels"]["back"], key=str) == ["Judged by", None]
    assert told["labels"]["known"] == 3


def test_it_defines_properties(told: dict[str, Any]) -> None:
    """Group, property with options, and a batch read with one that is missing."""
    assert told["properties"] == {"options": 2, "read": 1, "errors": 1, "known": True}


@pytest.mark.parametrize(
    ("name", "code", "category"),
    [
        ("missing", 404, "OBJECT_NOT_FOUND"),
        ("invalid", 400, "VALIDATION_ERROR"),
        ("readOnly", 400, "VALIDATION_ERROR"),
        ("stranger", 401, "INVALID_AUTHENTICATION"),
    ],
)
def test_it_understands_our_errors(
    told: dict[str, Any], name: str, code: int, category: str
) -> None:
    """Status, category and correlation id are where the client looks for them."""
    assert told[name] == {"code": code, "category": category, "correlated": True}


def test_it_signs_in_as_an_app(told: dict[str, Any]) -> None:
    """A refresh token gives an access token that reads; the app's key subscribes."""
    assert told["app"] == {"expires": 1800, "rows": 1, "event": "company.creation"}
