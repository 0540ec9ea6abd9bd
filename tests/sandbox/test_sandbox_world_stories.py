"""The stories hold: each promise of a plot, computed from the raw records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.state import World
from kam_sandbox.world import build_world
from kam_sandbox.world.numbering import first_id
from kam_sandbox.world.stories import (
    awkward,
    champion_silent,
    growing,
    nordwind,
    one_thread,
    plan_overdue,
    quarterly_sponsor,
    reorganisation,
    resignation,
    stalled,
    unseen_mail,
)

Touch = tuple[datetime, str, float]
"""When, ``in``, ``out`` or ``both``, and the weight of the kind."""


@pytest.fixture(scope="module")
def world() -> World:
    """The stories with little around them."""
    return build_world(scale=0.1, clock=WorldClock(monotonic=lambda: 0.0))


def touches(world: World, contact: str) -> Iterator[Touch]:
    """Yield every mail, meeting and call that a contact took part in."""
    records = world.salesforce
    for relation in records.all("EmailMessageRelation"):
        if relation.fields["RelationId"] == contact:
            mail = records.get("EmailMessage", relation.fields["EmailMessageId"])
            assert mail is not None
            side = "in" if mail.fields["Incoming"] else "out"
            yield datetime.fromisoformat(mail.fields["MessageDate"]), side, 1
    for relation in records.all("EventRelation"):
        if relation.fields["RelationId"] == contact:
            event = records.get("Event", relation.fields["EventId"])
            assert event is not None
            yield datetime.fromisoformat(event.fields["StartDateTime"]), "both", 3
    for task in records.all("Task"):
        if task.fields["WhoId"] == contact and task.fields["TaskSubtype"] == "Call":
            side = "in" if task.fields["CallType"] == "Inbound" else "out"
            yield datetime.fromisoformat(task.fields["CompletedDateTime"]), side, 2


def strength(found: list[Touch], now: datetime = START) -> float:
    """Return the two-scale relationship strength, written from its definition alone."""
    total = 0.0
    for half_life in (7, 60):
        inward = outward = 0.0
        for at, side, weight in found:
            left = weight * 2 ** (-((now - at) / timedelta(days=1)) / half_life)
            inward += left if side in ("in", "both") else 0
            outward += left if side in ("out", "both") else 0
        total += 1 - 2 ** (-(inward + 0.25 * min(outward, 2 * inward)) / 2)
    return 100 * total / 2


def contacts_of(world: World, account: str) -> dict[str, str]:
    """Return the ids of an account's contacts by full name."""
    return {
        f"{record.fields['FirstName']} {record.fields['LastName']}": record.id
        for record in world.salesforce.all("Contact")
        if record.fields["AccountId"] == account
    }


def strengths(world: World, account: str) -> dict[str, float]:
    """Return the strength of every contact of an account who has been in touch at all."""
    found = {
        name: strength(list(touches(world, id_)))
        for name, id_ in contacts_of(world, account).items()
    }
    return {name: value for name, value in found.items() if value > 0}


def test_nordwind_has_three_threads_of_76_8_and_6(world: World) -> None:
    """The strengths of the first story, and nobody else has any."""
    found = strengths(world, nordwind.ACCOUNT)

    assert list(found) == list(nordwind.CONTACTS)
    assert list(found.values()) == pytest.approx([76, 8, 6], abs=1)


def test_nordwind_hangs_on_one_and_a_half_threads(world: World) -> None:
    """Effective threads, one over the Herfindahl index, are 1.4."""
    values = list(strengths(world, nordwind.ACCOUNT).values())

    assert sum(values) ** 2 / sum(v * v for v in values) == pytest.approx(1.4, abs=0.05)


def test_nordwinds_champion_bounced_on_18_november(world: World) -> None:
    """The bounce has a date and a reason; the flag is left to the server."""
    claire = world.salesforce.get("Contact", first_contact(world))
    assert claire is not None

    assert claire.fields["EmailBouncedDate"] == "2026-11-18T09:12:00.000Z"
    assert "user unknown" in claire.fields["EmailBouncedReason"]
    assert "IsEmailBounced" not in claire.fields


def first_contact(world: World) -> str:
    """Return Claire Delmas's id."""
    return contacts_of(world, nordwind.ACCOUNT)["Claire Delmas"]


def test_nordwinds_renewal_closes_seventy_days_ahead(world: World) -> None:
    """2.4 M EUR, open, on 30 January, with the three people in its roles."""
    renewal = world.salesforce.get("Opportunity", nordwind.RENEWAL)
    roles = [
        role.fields["Role"]
        for role in world.salesforce.all("OpportunityContactRole")
        if role.fields["OpportunityId"] == nordwind.RENEWAL
    ]
    assert renewal is not None

    assert renewal.fields["Amount"] == 2_400_000
    assert renewal.fields["StageName"] == "Negotiation/Review"
    assert datetime.fromisoformat(renewal.fields["CloseDate"]).date() - START.date() == timedelta(
        days=70
    )
    assert roles == ["Executive Sponsor", "Technical Buyer", "Business User"]


def test_nordwinds_cfo_stands_in_hubspot_only_and_met_nobody(world: World) -> None:
    """Inès Roy has a buying role and a company, and not one engagement."""
    ines = world.hubspot.get("contacts", nordwind.CFO)
    met = [
        world.associations.of("contacts", nordwind.CFO, kind)
        for kind in ("emails", "meetings", "calls")
    ]
    assert ines is not None

    assert (ines.fields["firstname"], ines.fields["lastname"]) == ("Inès", "Roy")
    assert ines.fields["hs_buying_role"] == "BUDGET_HOLDER;DECISION_MAKER"
    assert ines.created_at.date().isoformat() == "2026-11-03"
    assert [id_ for id_, _ in world.associations.of("contacts", ines.id, "companies")] == [
        nordwind.COMPANY
    ]
    assert met == [[], [], []]
    assert "Inès Roy" not in contacts_of(world, nordwind.ACCOUNT)


def test_no_engagement_in_hubspot_disturbs_nordwind(world: World) -> None:
    """Joined or not, the account's strengths stay those of Salesforce."""
    found = [
        world.associations.of("companies", nordwind.COMPANY, kind)
        for kind in ("emails", "meetings", "calls")
    ]

    assert found == [[], [], []]


def test_the_owner_of_the_unseen_account_has_no_captured_mail(world: World) -> None:
    """Not one EmailMessage of Hugo Lefèvre, nor of anybody about Maison Verdier."""
    owner = next(
        user.id for user in world.salesforce.all("User") if user.fields["Name"] == unseen_mail.OWNER
    )
    people = {owner, *contacts_of(world, unseen_mail.ACCOUNT).values()}
    mails = [
        relation.id
        for relation in world.salesforce.all("EmailMessageRelation")
        if relation.fields["RelationId"] in people
    ]
    tasks = [t.fields for t in world.salesforce.all("Task") if t.fields["WhoId"] in people]

    assert mails == []
    assert {(task["TaskSubtype"], task.get("CallType")) for task in tasks} == {("Email", None)}
    assert strengths(world, unseen_mail.ACCOUNT) == {}


def test_the_quarterly_sponsor_is_met_eight_times_on_time(world: World) -> None:
    """Every 91 days, the last time 80 days ago, and nothing in between."""
    days = sorted(
        (START.date() - at.date()).days for at, _, _ in touches(world, quarterly_sponsor.SPONSOR)
    )

    assert days == [80 + 91 * quarter for quarter in range(8)]


def test_the_reorganisation_is_five_changes_in_seven_days(world: World) -> None:
    """A title, a manager, two arrivals and a departure, in the history with their dates."""
    people = set(contacts_of(world, reorganisation.ACCOUNT).values())
    week = [
        (edit.at, edit.field)
        for edit in world.salesforce.history
        if edit.id in people and edit.at > START - timedelta(days=10)
    ]

    assert sorted({at for at, _ in week}) == list(reorganisation.CHANGES)
    assert [field for _, field in week][:4] == ["Title", "ReportsToId", "@created", "@created"]
    assert max(reorganisation.CHANGES) - min(reorganisation.CHANGES) < timedelta(days=7)


def test_the_stalled_opportunity_was_pushed_twice_and_is_past_due(world: World) -> None:
    """Open, in its stage for more than 90 days, untouched as long, closing date passed."""
    sale = world.salesforce.get("Opportunity", stalled.OPPORTUNITY)
    pushed = [
        edit.after
        for edit in world.salesforce.history
        if edit.id == stalled.OPPORTUNITY and edit.field == "CloseDate"
    ]
    assert sale is not None

    assert pushed == ["2026-09-30", "2026-10-31"]
    assert sale.fields["CloseDate"] < "2026-11-21"
    assert sale.fields["LastStageChangeDate"] < "2026-08-23"
    assert sale.fields["LastActivityDate"] < "2026-08-23"


def test_the_growing_accounts_orders_rise(world: World) -> None:
    """Five won opportunities, each larger than the one before."""
    won = sorted(
        (o.fields["CloseDate"], o.fields["Amount"])
        for o in world.salesforce.all("Opportunity")
        if o.fields["AccountId"] == growing.ACCOUNT and o.fields["StageName"] == "Closed Won"
    )
    amounts = [amount for _, amount in won]

    assert len(amounts) == 5
    assert amounts == sorted(amounts)


def test_a_merged_account_and_a_deleted_contact_are_in_the_bin(world: World) -> None:
    """The duplicate points at its winner; both left before the world begins."""
    gone = [a for a in world.salesforce.all("Account", deleted=True) if a.deleted_at is not None]
    binned = [c for c in world.salesforce.all("Contact", deleted=True) if c.deleted_at is not None]

    assert [(a.fields["Name"], a.merged_into) for a in gone] == [
        (growing.DUPLICATE, growing.ACCOUNT)
    ]
    assert [c.deleted_at and c.deleted_at < START for c in binned] == [True]


def test_the_silent_champion_wrote_weekly_until_october(world: World) -> None:
    """The last answer is 47 days old; our mails since then went unanswered."""
    found = list(touches(world, champion_silent.CHAMPION))
    answers = sorted(at for at, side, _ in found if side == "in")
    since = [at for at, side, _ in found if side == "out" and at > answers[-1]]

    assert answers[-1].date().isoformat() == "2026-10-05"
    assert (answers[-1].date() - answers[-9].date()).days == 56
    assert len(since) == 3


def test_one_account_hangs_on_one_person(world: World) -> None:
    """Eleven contacts, one of whom has any strength."""
    found = strengths(world, one_thread.ACCOUNT)

    assert list(found) == ["Graham Tully"]
    assert len(contacts_of(world, one_thread.ACCOUNT)) == 11


def test_one_plan_review_is_overdue(world: World) -> None:
    """One account alone carries a date for its review, and it has passed."""
    due = {
        record.id: record.fields["KAM_Next_Review__c"]
        for record in world.salesforce.all("Account")
        if "KAM_Next_Review__c" in record.fields
    }

    assert due == {plan_overdue.ACCOUNT: plan_overdue.REVIEW_DUE}


def test_awkward_names_are_stored_as_they_are(world: World) -> None:
    """No name was cleaned on its way into the world."""
    names = [record.fields["Name"] for record in world.salesforce.all("Account")]

    assert set(awkward.NAMES) < set(names)
    assert {"Donna Call", "Do Nguyen"} < {
        f"{c.fields['FirstName']} {c.fields['LastName']}" for c in world.salesforce.all("Contact")
    }


def test_a_person_with_two_addresses_has_one_in_each_crm(world: World) -> None:
    """Salesforce's address is an additional one of the HubSpot contact."""
    extra = [
        (c.fields["email"], c.fields["hs_additional_emails"])
        for c in world.hubspot.all("contacts")
        if c.fields.get("hs_additional_emails")
    ]
    known = {c.fields["Email"] for c in world.salesforce.all("Contact")}

    assert [address in known for address, _ in extra] == [False]
    assert [address in known for _, address in extra] == [True]


def test_the_champion_is_read_at_the_worlds_first_moment(world: World) -> None:
    """Before the bounce, on 17 November at noon, the champion was stronger still."""
    found = list(touches(world, first_contact(world)))
    before = strength(found, datetime(2026, 11, 17, 12, tzinfo=UTC))

    assert before > strength(found)


def pair_strength(world: World, contact: str, user: str) -> float:
    """Return how strong the tie of a contact with one of ours is, mail and meetings alone."""
    records, found = world.salesforce, list[Touch]()
    of_user = {
        r.fields["EmailMessageId"]
        for r in records.all("EmailMessageRelation")
        if r.fields["RelationId"] == user
    }
    for relation in records.all("EmailMessageRelation"):
        mail_id = relation.fields["EmailMessageId"]
        if relation.fields["RelationId"] == contact and mail_id in of_user:
            mail = records.get("EmailMessage", mail_id)
            assert mail is not None
            side = "in" if mail.fields["Incoming"] else "out"
            found.append((datetime.fromisoformat(mail.fields["MessageDate"]), side, 1))
    return strength(found)


def test_one_who_resigns_owns_twelve_key_accounts_and_nothing_else(world: World) -> None:
    """Every account, contact and opportunity of hers lies in her story's blocks."""
    leaver = user_named(world, resignation.LEAVER)
    owned = [a.id for a in world.salesforce.all("Account") if a.fields["OwnerId"] == leaver]

    assert owned == [first_id("Account", block) for block in resignation.STORIES]
    assert len(owned) == 12


def user_named(world: World, name: str) -> str:
    """Return the id of one of ours."""
    return next(u.id for u in world.salesforce.all("User") if u.fields["Name"] == name)


@pytest.mark.parametrize("account", resignation.ALONE)
def test_nobody_else_has_written_to_whom_she_alone_knows(world: World, account: str) -> None:
    """At five accounts every mail and meeting of the people she knows is hers, and tie is >= 40."""
    leaver = user_named(world, resignation.LEAVER)
    known = [id_ for id_ in contacts_of(world, account).values() if any(touches(world, id_))]
    ours = {u.id for u in world.salesforce.all("User")}
    mails = {
        r.fields["EmailMessageId"]
        for r in world.salesforce.all("EmailMessageRelation")
        if r.fields["RelationId"] in known
    }
    writers = {
        r.fields["RelationId"]
        for r in world.salesforce.all("EmailMessageRelation")
        if r.fields["EmailMessageId"] in mails
    }

    assert writers & ours == {leaver}
    assert min(strengths(world, account).values()) >= 40


@pytest.mark.parametrize(
    ("place", "successor"),
    [(5, "Julien Perrot"), (7, "Naïma Chérif"), (9, "Julien Perrot"), (11, "Naïma Chérif")],
)
def test_a_successor_is_visible_in_the_mail(world: World, place: int, successor: str) -> None:
    """The head of finance hardly knows her, and a colleague well."""
    block = resignation.FIRST_BLOCK + place
    finance = list(contacts_of(world, first_id("Account", block)).values())[1]

    assert pair_strength(world, finance, user_named(world, successor)) >= 40
    assert pair_strength(world, finance, user_named(world, resignation.LEAVER)) == 0
