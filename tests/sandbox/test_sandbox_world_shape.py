"""The generated world: its size, its repeatability, its internal order."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.records import Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from kam_sandbox.world.companies import KEY_TURNOVER
from kam_sandbox.world.numbering import BLOCK, Numbering, first_id, salesforce_form
from kam_sandbox.world.pairs import Evidence, true_pairs
from kam_sandbox.world.stories import KEY_ACCOUNTS


def make_world(**options: object) -> World:
    """Build a small world whose clock stands still, unless told otherwise."""
    settings = {"scale": 0.1, "clock": WorldClock(monotonic=lambda: 0.0)} | options
    return build_world(**settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def world() -> World:
    """The whole world, at scale 1."""
    return make_world(scale=1.0)


def count(records: Records, *objects: str) -> int:
    """Return how many live records some objects have."""
    return sum(1 for name in objects for _ in records.all(name))


def dump(world: World) -> list[str]:
    """Return everything there is in both CRMs, stamps and history included."""
    rows = [
        repr(record)
        for records in (world.salesforce, world.hubspot)
        for name in records.objects()
        for record in records.all(name, deleted=True)
    ]
    return [*rows, *map(repr, world.salesforce.history), repr(world.associations._links)]


@pytest.mark.parametrize(
    ("crm", "objects", "about"),
    [
        ("salesforce", ("Account",), 130),
        ("salesforce", ("Contact",), 1_600),
        ("salesforce", ("Opportunity",), 450),
        ("salesforce", ("EmailMessage", "Event", "Task"), 12_000),
        ("hubspot", ("companies",), 67),
        ("hubspot", ("contacts",), 700),
        ("hubspot", ("deals",), 140),
        ("hubspot", ("emails", "meetings", "calls"), 1_500),
    ],
)
def test_the_world_has_the_size_it_says(
    world: World, crm: str, objects: tuple[str, ...], about: int
) -> None:
    """Each object is within a tenth of the announced number."""
    found = count(getattr(world, crm), *objects)

    assert found == pytest.approx(about, rel=0.1)


def test_the_same_seed_gives_the_same_world() -> None:
    """Two builds agree in every value, stamp and link, even under another clock."""
    later = WorldClock(START + timedelta(days=3))

    assert dump(make_world()) == dump(make_world(clock=later))


def test_another_seed_gives_another_world() -> None:
    """Chance does depend on the seed."""
    assert dump(make_world()) != dump(make_world(seed=8))


def test_scale_leaves_the_stories_as_they_are(world: World) -> None:
    """What stands in the blocks of the stories is the same in a small and in the full world."""
    small = make_world()

    def stories(of: World) -> list[str]:
        last = first_id("Contact", 100)
        return [repr(one) for one in of.salesforce.all("Contact") if one.id < last]

    assert stories(small) == stories(world)
    assert count(small.salesforce, "Account") < count(world.salesforce, "Account")


def test_nothing_happens_after_the_world_begins(world: World) -> None:
    """Every stamp and every history entry lies before 2026-11-21T06:00Z."""
    everything = [
        record.modified_at
        for records in (world.salesforce, world.hubspot)
        for name in records.objects()
        for record in records.all(name, deleted=True)
    ]
    edits = [edit.at for edit in world.salesforce.history]

    assert max(everything) < START
    assert max(edits) < START
    assert edits == sorted(edits)


def test_records_are_no_older_than_they_were_made(world: World) -> None:
    """No record was modified before it was created."""
    wrong = [
        record.id
        for records in (world.salesforce, world.hubspot)
        for name in records.objects()
        for record in records.all(name, deleted=True)
        if record.modified_at < record.created_at
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("object_", "field", "target"),
    [
        ("Contact", "AccountId", "Account"),
        ("Contact", "ReportsToId", "Contact"),
        ("Account", "ParentId", "Account"),
        ("Account", "OwnerId", "User"),
        ("Opportunity", "AccountId", "Account"),
        ("OpportunityContactRole", "ContactId", "Contact"),
        ("EmailMessageRelation", "EmailMessageId", "EmailMessage"),
        ("EventRelation", "EventId", "Event"),
        ("User", "ManagerId", "User"),
    ],
)
def test_lookups_lead_to_records(world: World, object_: str, field: str, target: str) -> None:
    """A lookup that is set names a record of the other object."""
    values = [record.fields.get(field) for record in world.salesforce.all(object_)]

    assert [v for v in values if v and world.salesforce.get(target, v) is None] == []


def test_many_contacts_share_one_modstamp(world: World) -> None:
    """A bulk update left 300 contacts with one SystemModstamp, so that a page breaks inside."""
    stamps = Counter(record.modified_at for record in world.salesforce.all("Contact"))

    assert stamps.most_common(2)[1][1] >= 300 or stamps.most_common(1)[0][1] >= 300


def test_exactly_the_key_accounts_can_be_selected(world: World) -> None:
    """Type and rating, or rating and turnover, single out the same twenty-four accounts."""
    accounts = list(world.salesforce.all("Account"))
    by_type = {
        a.id
        for a in accounts
        if (a.fields.get("Type"), a.fields.get("Rating")) == ("Customer - Direct", "Hot")
    }
    by_turnover = {
        a.id
        for a in accounts
        if a.fields.get("Rating") == "Hot" and (a.fields["AnnualRevenue"] or 0) >= KEY_TURNOVER
    }

    assert by_type == by_turnover == {first_id("Account", block) for block in KEY_ACCOUNTS}
    assert len(by_type) == 24


def test_thirty_three_companies_stand_in_both_crms(world: World) -> None:
    """The true pairs name live records; domain evidence is what both CRMs really hold."""
    pairs = true_pairs()
    found = [
        (
            pair.evidence,
            world.salesforce.get("Account", pair.account),
            world.hubspot.get("companies", pair.company),
        )
        for pair in pairs
    ]
    same = [
        bool(company.fields["domain"]) and company.fields["domain"] in account.fields["Website"]
        for _, account, company in found
        if account is not None and company is not None
    ]

    assert len({pair.account for pair in pairs}) == len(same) == 33
    assert same == [
        evidence in (Evidence.DOMAIN, Evidence.SHARED_DOMAIN) for evidence, _, _ in found
    ]


def test_mail_addresses_are_unique_within_each_crm(world: World) -> None:
    """One mailbox is one contact; HubSpot does not even allow two."""
    ours = [r.fields["Email"].lower() for r in world.salesforce.all("Contact")]
    theirs = [r.fields["email"].lower() for r in world.hubspot.all("contacts")]

    assert [mail for mail, times in Counter(ours).items() if times > 1] == []
    assert [mail for mail, times in Counter(theirs).items() if times > 1] == []


def test_a_bare_world_has_none_of_our_fields() -> None:
    """Nothing named KAM is stored when the connector's fields do not exist."""
    bare = make_world(bare=True)

    assert not [
        name
        for record in bare.salesforce.all("Account")
        for name in record.fields
        if name.startswith("KAM_")
    ]


@pytest.mark.parametrize(("multi", "currencies"), [(False, {None}), (True, {"EUR", "GBP", "USD"})])
def test_currencies_exist_with_multi_currency_only(multi: bool, currencies: set[str]) -> None:
    """Without multi-currency an account has no CurrencyIsoCode at all."""
    world = make_world(multi_currency=multi, scale=0.5)

    found = {record.fields.get("CurrencyIsoCode") for record in world.salesforce.all("Account")}

    assert found == currencies


def test_the_integration_user_and_an_inactive_one_exist(world: World) -> None:
    """Writes through the API are Kam Connector's; one colleague has left."""
    users = {record.id: record.fields for record in world.salesforce.all("User")}

    assert users[INTEGRATION_USER]["Name"] == "Kam Connector"
    assert [user["Name"] for user in users.values() if not user["IsActive"]] == ["Patrick Lemoine"]


def test_a_story_never_runs_into_the_numbers_of_the_next() -> None:
    """A block that is full says so instead of overwriting another story's records."""
    ids = Numbering(salesforce_form)
    with ids.block(1):
        given = [ids("Account") for _ in range(BLOCK - 1)]
        with pytest.raises(OverflowError, match="more Account"):
            ids("Account")

    assert given[0] == first_id("Account", 1)
    assert given[-1] < first_id("Account", 2)


def test_every_mail_and_meeting_keeps_its_own_relations(world: World) -> None:
    """Two relations a mail; a record that lost one was overwritten."""
    relations = Counter(
        r.fields["EmailMessageId"] for r in world.salesforce.all("EmailMessageRelation")
    )

    assert set(relations.values()) == {2}
    assert len(relations) == count(world.salesforce, "EmailMessage")


def test_new_records_get_ids_that_are_free_and_last(world: World) -> None:
    """What is created while the servers run sorts after the generated records."""
    fresh = world.salesforce.new_id("Task")

    assert fresh > max(record.id for record in world.salesforce.all("Task"))
