"""Fields that people write too: no edit of theirs is lastingly lost, and it costs few calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kam_connector.errors import CrmUnavailable
from kam_hubspot import HubSpotCrm
from kam_sandbox.records import Record
from tests.factories.hubspot_changes import make_shared, make_update, states
from tests.factories.hubspot_direct import DirectPortal

WRITE, LOOK = "/batch/update", "/batch/read"


@pytest.fixture(name="portal")
def _portal() -> DirectPortal:
    """Give an empty portal."""
    return DirectPortal()


@pytest.fixture(name="crm")
def _crm(portal: DirectPortal) -> HubSpotCrm:
    """Give a connection that knows its properties already."""
    crm = portal.connect(attempts=1)
    crm.describe("companies")
    return crm


def acts(portal: DirectPortal, *steps: tuple[str, Callable[[], object]]) -> None:
    """Let a person act just before the next request of some path, step by step."""
    waiting: Iterator[tuple[str, Callable[[], object]]] = iter(steps)
    state = [next(waiting)]

    def before(asked: str) -> None:
        if state and state[0][0] in asked:
            act = state.pop()[1]
            state.extend([one] if (one := next(waiting, None)) else [])
            act()

    portal.before = before


def edits(portal: DirectPortal, record: Record, city: str) -> Callable[[], object]:
    """Return what a person does at their screen."""
    return lambda: portal.world.hubspot.update(record, {"city": city}, by="4711")


def does_nothing() -> None:
    """Let a request pass."""


def test_inv08_an_edit_between_look_and_write_is_put_back(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """The history shows it under ours: it stands again, and is reported."""
    one = portal.add("companies", name="A", city="before")
    acts(portal, (WRITE, edits(portal, one, "theirs")))
    (result,) = crm.push([make_shared(one, "ours", "before")])
    assert (str(result.state), result.restored) == ("conflict", ("city",))
    assert result.current["city"] == "theirs"
    assert one.fields["city"] == "theirs"


def test_inv08_our_own_fields_of_that_record_stay_written(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """Only what is theirs is put back."""
    one = portal.add("companies", name="A", city="before")
    acts(portal, (WRITE, edits(portal, one, "theirs")))
    values = {"city": "ours", "kam_tier": "A"}
    crm.push([make_shared(one, "ours", "before", values=values)])
    assert (one.fields["city"], one.fields["kam_tier"]) == ("theirs", "A")


def test_inv08_an_edit_before_we_look_stops_the_write(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """Nothing is sent, so no workflow of theirs fires twice."""
    one = portal.add("companies", name="A", city="theirs")
    (result,) = crm.push([make_shared(one, "ours", "before")])
    assert (str(result.state), result.restored) == ("conflict", ())
    assert portal.calls_of(WRITE) == 0


def test_inv08_an_edit_after_our_write_stands_and_an_older_one_does_not_return(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """They wrote before us and again after us: the latter is what they want."""
    one = portal.add("companies", name="A", city="before")
    looks = (LOOK, does_nothing), (WRITE, edits(portal, one, "first"))
    acts(portal, *looks, (LOOK, edits(portal, one, "last")))
    crm.push([make_shared(one, "ours", "before")])
    assert one.fields["city"] == "last"
    assert portal.calls_of(WRITE) == 1


def test_inv08_an_edit_while_we_put_back_is_put_back_too(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """They write twice, each time just before us."""
    one = portal.add("companies", name="A", city="before")
    acts(portal, (WRITE, edits(portal, one, "first")), (WRITE, edits(portal, one, "second")))
    (result,) = crm.push([make_shared(one, "ours", "before")])
    assert (one.fields["city"], result.current["city"]) == ("second", "second")


def test_inv08_a_value_they_cleared_is_cleared_again(portal: DirectPortal, crm: HubSpotCrm) -> None:
    """Emptying a field is an edit like any other."""
    one = portal.add("companies", name="A", city="before")
    acts(portal, (WRITE, edits(portal, one, "")))
    (result,) = crm.push([make_shared(one, "ours", "before")])
    assert result.restored == ("city",)
    assert one.fields["city"] in (None, "")


def test_inv08_a_history_that_could_not_be_read_is_owed(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """The write is not called done; asked again, only the history is read, and theirs returns."""
    one = portal.add("companies", name="A", city="before")
    now = crm.identity().now
    portal.world.faults.schedule({"kind": "status", "status": 503, "match": LOOK, "after": 1})
    acts(portal, (WRITE, edits(portal, one, "theirs")))
    with pytest.raises(CrmUnavailable):
        crm.push([make_shared(one, "ours", "before")])
    assert one.fields["city"] == "ours"
    owed = make_update(
        one,
        values={},
        confirmed={"city": "ours"},
        expected={"city": "before"},
        compared_at=now,
    )
    (result,) = crm.push([owed])
    assert (str(result.state), result.restored) == ("conflict", ("city",))
    assert one.fields["city"] == "theirs"


def test_a_persons_value_that_cannot_be_put_back_is_told(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """A rule of the portal refuses it now: a person must know, and the history holds it."""
    one = portal.add("companies", name="A", city="before")
    rule = {"category": "VALIDATION_ERROR", "message": "a rule of the portal"}
    portal.world.faults.schedule(
        {"kind": "status", "status": 400, "body": rule, "match": WRITE, "after": 1}
    )
    acts(portal, (WRITE, edits(portal, one, "theirs")))
    (result,) = crm.push([make_shared(one, "ours", "before")])
    assert (str(result.state), result.code) == ("refused", "KAM-3208")
    assert "history" in result.message


def test_what_was_compared_a_moment_ago_is_not_compared_again(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """A hundred records that people write too: one write, and two readings of histories."""
    records = [portal.add("companies", name=f"N{n}", city="before") for n in range(100)]
    now = crm.identity().now
    portal.asked.clear()
    batch = [make_shared(one, "ours", "before", compared_at=now) for one in records]
    assert set(states(crm.push(batch))) == {"done"}
    assert (portal.calls_of(WRITE), portal.calls_of(LOOK)) == (1, 2)
    assert len(portal.asked) == 3


def test_what_was_compared_long_ago_is_compared_again(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """A minute is long: people write meanwhile."""
    one = portal.add("companies", name="A", city="theirs")
    now = crm.identity().now
    portal.clock.sleep(60)
    crm.identity()
    crm._client.now(ask=True)
    (result,) = crm.push([make_shared(one, "ours", "before", compared_at=now)])
    assert (str(result.state), portal.calls_of(WRITE)) == ("conflict", 0)


def test_a_field_that_holds_our_value_needs_no_history(
    portal: DirectPortal, crm: HubSpotCrm
) -> None:
    """Nothing was laid over anything."""
    one = portal.add("companies", name="A", city="ours")
    assert states(crm.push([make_shared(one, "ours", "ours")])) == ["done"]
    assert portal.calls_of(LOOK) == 1
