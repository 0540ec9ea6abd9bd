"""Every object that a mapping may name is read, by both transports; one the org lacks is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kam_connector.errors import RecordError
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Stream
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.world import build_world
from tests.factories.salesforce_org import Org, make_source, pages_of, rows_of

pytestmark = pytest.mark.enable_socket

FEATURES = ("contacts_to_multiple_accounts", "person_accounts", "record_types", "shared_activities")
OBJECTS = {
    "Account": ("IsPersonAccount", "PersonEmail", "RecordTypeId"),
    "AccountContactRelation": ("AccountId", "ContactId", "IsActive", "IsDirect", "Roles"),
    "AccountTeamMember": ("AccountId", "TeamMemberRole", "UserId"),
    "Case": ("AccountId", "ContactId", "IsClosed", "Status", "Subject"),
    "Contract": ("AccountId", "ContractTerm", "EndDate", "StartDate", "Status"),
    "CurrencyType": ("ConversionRate", "IsCorporate", "IsoCode"),
    "DatedConversionRate": ("ConversionRate", "IsoCode", "StartDate"),
    "EmailMessageRelation": ("EmailMessageId", "RelationId", "RelationType"),
    "EventRelation": ("EventId", "RelationId", "Status"),
    "OpportunityContactRole": ("ContactId", "IsPrimary", "OpportunityId", "Role"),
    "OpportunityLineItem": ("OpportunityId", "Product2Id", "Quantity", "TotalPrice"),
    "Product2": ("Family", "IsActive", "Name", "ProductCode"),
    "RecordType": ("DeveloperName", "SobjectType"),
    "TaskRelation": ("RelationId", "TaskId"),
}
ALWAYS_THERE = {"Account", "OpportunityContactRole", "EmailMessageRelation", "EventRelation"}


@pytest.fixture(scope="module")
def rich() -> Iterator[Org]:
    """Serve an org with every feature."""
    world = build_world(clock=WorldClock(), scale=0.05, multi_currency=True, features=FEATURES)
    with running(world) as addresses:
        org = Org(world=world, address=addresses.salesforce)
        yield org
        for crm in org.opened:
            crm.close()


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_reads_the_same_by_both_transports(rich: Org, name: str) -> None:
    """Relations, cases, contracts, teams, products, currencies, record types, person accounts."""
    source = make_source(Kind.ACCOUNT, name, *OBJECTS[name])
    by_rest = rows_of(pages_of(rich.crm(), source))
    by_bulk = rows_of(pages_of(rich.crm(bulk_read_from=0), source))
    assert by_rest == by_bulk
    assert len({row.ref for row in by_rest}) == len(by_rest)
    assert bool(by_rest) or name not in ALWAYS_THERE


@pytest.mark.parametrize(
    "name", ["AccountContactRelation", "TaskRelation", "CurrencyType", "DatedConversionRate"]
)
@pytest.mark.parametrize("stream", [Stream.CHANGES, Stream.ARCHIVED])
def test_an_object_the_org_lacks_is_named(org: Org, name: str, stream: Stream) -> None:
    """The pull of one source ends with the code that the run turns into a note."""
    with pytest.raises(RecordError) as caught:
        pages_of(org.crm(), make_source(Kind.ACCOUNT, name, *OBJECTS[name]), stream=stream)
    assert caught.value.code == "KAM-3210"


def test_a_feature_that_is_off_leaves_a_note(org: Org) -> None:
    """Fields of person accounts and record types are optional in a mapping."""
    names = OBJECTS["Account"]
    source = make_source(Kind.ACCOUNT, "Account", *names, optional=frozenset(names))
    pages = pages_of(org.crm(), source)
    assert {note.split()[0] for note in pages[0].notes} >= {"Account.PersonEmail"}
    assert len(rows_of(pages)) > 40
