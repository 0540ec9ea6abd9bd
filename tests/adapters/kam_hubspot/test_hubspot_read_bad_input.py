"""Refusals and drift while reading, over a served portal: one clear error, or nothing at all."""

from __future__ import annotations

from typing import Any

import pytest

from kam_connector.errors import (
    BudgetExhausted,
    ConfigError,
    CrmUnavailable,
    KamError,
    RateLimited,
    RecordError,
    SignInError,
)
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Cursor, PullRequest
from kam_connector.model.settings import Secret
from kam_hubspot import HubSpotCrm
from tests.factories.hubspot_portal import Portal, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

COMPANIES = make_source(Kind.ACCOUNT, "companies", "city", "name")
LINKED = make_source(Kind.CONTACT, "contacts", "lastname", virtual=("@labels.companies",))
WAYS = ("GET /crm/objects", "/search", "/associations")
PASSING: list[dict[str, Any]] = [
    {"kind": "lock_row"},
    {"kind": "migration", "seconds": 2},
    {"kind": "rate_limit", "field": "TEN_SECONDLY_ROLLING"},
    {"kind": "rate_limit", "field": "SECONDLY"},
    {"kind": "status", "status": 502},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 504},
    {"kind": "status", "status": 521},
    {"kind": "html"},
    {"kind": "truncate"},
    {"kind": "drop_before"},
]
STAYING: list[tuple[dict[str, Any], type[KamError], str]] = [
    ({"kind": "lock_row"}, CrmUnavailable, "KAM-3104"),
    ({"kind": "migration"}, CrmUnavailable, "KAM-3121"),
    ({"kind": "rate_limit"}, RateLimited, "KAM-3110"),
    ({"kind": "rate_limit", "field": "DAILY"}, BudgetExhausted, "KAM-3111"),
    ({"kind": "status", "status": 502}, CrmUnavailable, "KAM-3103"),
    ({"kind": "html"}, CrmUnavailable, "KAM-3103"),
    ({"kind": "truncate"}, CrmUnavailable, "KAM-3101"),
    ({"kind": "drop_before"}, CrmUnavailable, "KAM-3101"),
    ({"kind": "status", "status": 414, "body": "<html>"}, CrmUnavailable, "KAM-3103"),
    ({"kind": "status", "status": 301, "body": ""}, CrmUnavailable, "KAM-3106"),
]


def fill(portal: Portal) -> Cursor:
    """Add companies and people, and return a cursor before them."""
    cursor = Cursor(since=portal.world.clock.now())
    portal.later()
    portal.add_many("companies", 3, "name")
    people = portal.add_many("contacts", 3, "lastname")
    portal.link(people[0], portal.add("companies", name="Home"), 1)
    portal.later()
    return cursor


def read_all(crm: HubSpotCrm, cursor: Cursor) -> list[Any]:
    """List, search and read links."""
    return [
        rows_of(pages_of(crm, COMPANIES)),
        rows_of(pages_of(crm, COMPANIES, cursor=cursor)),
        rows_of(pages_of(crm, LINKED)),
    ]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", PASSING, ids=lambda one: "-".join(map(str, one.values())))
def test_trouble_that_passes_changes_nothing(
    portal: Portal, fault: dict[str, Any], way: str
) -> None:
    """INV4: locked, moving, too fast, a proxy's page, half an answer: asked again."""
    cursor, crm = fill(portal), portal.crm()
    expected = read_all(crm, cursor)
    portal.fault(**fault, match=way)
    assert read_all(crm, cursor) == expected
    assert portal.world.faults.waiting() == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("fault", "error", "code"), STAYING, ids=lambda one: str(one) if isinstance(one, str) else ""
)
def test_trouble_that_stays_is_one_clear_error(
    portal: Portal, fault: dict[str, Any], error: type[KamError], code: str, way: str
) -> None:
    """After the last attempt the run ends with its code, and the connection's name."""
    cursor, crm = fill(portal), portal.crm()
    crm.describe("companies")
    crm.describe("contacts")
    portal.fault(**fault, match=way, times=99)
    with pytest.raises(error) as refused:
        read_all(crm, cursor)
    assert (refused.value.code, refused.value.crm) == (code, "acme")


def test_a_property_that_is_not_there_is_named(portal: Portal) -> None:
    """Deleted or renamed: the mapping is to be mended, and nothing is read as empty."""
    source = make_source(Kind.ACCOUNT, "companies", "name", "tier_2019")
    with pytest.raises(ConfigError) as refused:
        pages_of(portal.crm(), source)
    assert (refused.value.code, refused.value.field) == ("KAM-1050", "tier_2019")


def test_an_optional_property_that_is_not_there_is_a_note(portal: Portal) -> None:
    """The rest is read, and what is missing is said."""
    portal.add("companies", name="Nord")
    optional = frozenset({"tier_2019"})
    source = make_source(Kind.ACCOUNT, "companies", "name", "tier_2019", optional=optional)
    page = pages_of(portal.crm(), source)[0]
    assert page.rows[0].values == {"name": "Nord"}
    assert page.notes == ("companies.tier_2019 does not exist in this portal",)


@pytest.mark.parametrize("searching", [False, True])
def test_a_property_that_goes_meanwhile_is_named(portal: Portal, *, searching: bool) -> None:
    """The portal leaves it out without a word: that is not an empty value."""
    cursor, crm = fill(portal), portal.crm()
    crm.describe("companies")
    portal.fault("schema_drift", object="companies", field="city")
    with pytest.raises(ConfigError) as refused:
        pages_of(crm, COMPANIES, cursor=cursor if searching else None)
    assert (refused.value.code, refused.value.field) == ("KAM-1050", "city")


def test_an_optional_property_that_goes_meanwhile_is_left_out(portal: Portal) -> None:
    """The pull goes on without it; rows do not say that it is empty."""
    optional = frozenset({"city"})
    source = make_source(Kind.ACCOUNT, "companies", "city", "name", optional=optional)
    portal.add_many("companies", 5, "name", city="Lyon")
    crm = portal.crm()
    pull = iter(crm.pull(PullRequest(source=source, page_size=2)))
    first = next(pull)
    portal.fault("schema_drift", object="companies", field="city")
    rest = list(pull)
    values = [dict(row.values) for page in (first, *rest) for row in page.rows]
    assert [one.get("city") for one in values] == ["Lyon", "Lyon", None, None, None]
    assert all("city" not in one for one in values[2:])
    assert rest[0].notes == ("companies.city does not exist in this portal",)


def test_a_property_that_goes_before_a_read_by_id_is_named(portal: Portal) -> None:
    """What is read again before it is written is not compared with nothing."""
    one, crm = portal.add("companies", name="Nord", city="Lyon"), portal.crm()
    crm.describe("companies")
    portal.fault("schema_drift", object="companies", field="city")
    with pytest.raises(ConfigError, match="city"):
        crm.read(COMPANIES, [one.id])


def test_answers_without_empty_properties_are_asked_about_once(portal: Portal) -> None:
    """All of a page lack a value: the portal still has the property, and each row says so."""
    portal.add_many("companies", 5, "name")
    crm = portal.crm()
    rows = rows_of(pages_of(crm, COMPANIES, size=1))
    assert [row.values["city"] for row in rows] == [None] * 5
    assert portal.count("/crm/properties/") == 1


def test_a_virtual_field_nobody_knows_is_named(portal: Portal) -> None:
    """A typing mistake in the mapping, with the words that there are."""
    source = make_source(Kind.CONTACT, "contacts", virtual=("@manger",))
    with pytest.raises(ConfigError) as refused:
        pages_of(portal.crm(), source)
    assert refused.value.field == "@manger"
    assert "@manager" in str(refused.value.hint)


def test_an_object_nobody_knows_is_asked_for_once(portal: Portal) -> None:
    """The core makes a note of it."""
    crm, source = portal.crm(), make_source(Kind.CASE, "ships", "name")
    with pytest.raises(RecordError) as refused:
        pages_of(crm, source)
    with pytest.raises(RecordError):
        pages_of(crm, source)
    assert refused.value.code == "KAM-3210"
    assert portal.count("/crm/properties/2026-09/ships") == 1


@pytest.mark.parametrize(
    ("kind", "object_", "scope"),
    [
        (Kind.ACCOUNT, "companies", "crm.objects.companies.read"),
        (Kind.CASE, "tickets", "tickets"),
        (Kind.PRODUCT, "products", "e-commerce"),
        (Kind.USER, "owners", "crm.objects.owners.read"),
    ],
)
def test_a_missing_scope_is_named(portal: Portal, kind: Kind, object_: str, scope: str) -> None:
    """What to grant stands in the message."""
    portal.world.hubspot_scopes = frozenset({"crm.schemas.companies.read"})
    cursor = "updatedAt" if object_ == "owners" else "hs_lastmodifieddate"
    source = make_source(kind, object_, cursor_field=cursor)
    with pytest.raises(SignInError, match=scope) as refused:
        pages_of(portal.crm(), source)
    assert refused.value.code == "KAM-3003"


def test_mail_without_its_scope_names_it_once(portal: Portal) -> None:
    """Degraded, and said: whoever reads the note knows what to grant; the cursor stays."""
    scopes = {"crm.objects.contacts.read", "crm.schemas.contacts.read"}
    portal.world.hubspot_scopes = frozenset(scopes)
    mails = make_source(Kind.ACTIVITY, "emails", "hs_timestamp")
    (page,) = pages_of(portal.crm(), mails)
    assert (page.rows, page.next_cursor) == ([], Cursor())
    assert "sales-email-read" in page.notes[0]


@pytest.mark.parametrize("token", ["pat-wrong", "pat-sandbox-0001"])
def test_a_wrong_token_is_a_sign_in_error(portal: Portal, token: str) -> None:
    """Nothing is retried, and the token is in no message."""
    crm = portal.crm(access_token=Secret(token))
    with pytest.raises(SignInError) as refused:
        pages_of(crm, COMPANIES)
    assert refused.value.code == "KAM-3001"
    assert token not in str(refused.value)
    assert len(portal.asked) == 1
