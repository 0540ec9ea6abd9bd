"""How long to wait, and how changes become requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.errors import ConfigError, CrmUnavailable, RateLimited, RecordError
from kam_connector.model.batching import Api, Batching, bisected, deliver, requests_of
from kam_connector.model.change import Change, PushResult, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.patience import Pace, Patience, Verdict


def make_change(number: int, *, object_: str = "accounts", ref: str | None = None) -> Change:
    """Return one update."""
    target = ref or f"r{number}"
    return Change(id=f"c{number}", kind=Kind.ACCOUNT, object=object_, ref=target, values={})


def done(changes: list[Change]) -> list[PushResult]:
    """Accept everything."""
    return [PushResult(change_id=c.id, state=PushState.DONE, ref=c.ref) for c in changes]


def refusing(*bad: str) -> Callable[[list[Change]], list[PushResult]]:
    """Return a sender that refuses any request with one of these changes in it."""

    def send(changes: list[Change]) -> list[PushResult]:
        if any(change.id in bad for change in changes):
            raise RecordError("refused as a whole", code="KAM-3204", field="name")
        return done(changes)

    return send


def breaking(changes: list[Change]) -> list[PushResult]:
    """Lose the answer."""
    raise CrmUnavailable("the connection broke", code="KAM-3101")


@pytest.mark.parametrize(("attempt", "most"), [(1, 0.5), (2, 1.0), (3, 2.0), (9, 20.0)])
def test_waits_double_up_to_a_cap(attempt: int, most: float) -> None:
    """Full jitter below a doubling bound."""
    verdict = Verdict(error=CrmUnavailable("x"), again=True)
    assert Patience(attempts=99).wait_s(attempt, verdict, draw=1.0) == most
    assert Patience(attempts=99).wait_s(attempt, verdict, draw=0.0) == 0.0


def test_an_asked_for_wait_is_at_least_a_second() -> None:
    """Zero seconds would be a busy loop."""
    verdict = Verdict(error=RateLimited("x"), again=True, asked_s=0.0)
    assert Patience().wait_s(1, verdict, draw=0.0) == 1.0


@pytest.mark.parametrize(("again", "attempt"), [(False, 1), (True, 5)])
def test_no_use_means_the_error(again: bool, attempt: int) -> None:
    """What cannot be repeated, or was often enough, is raised as it is."""
    error = CrmUnavailable("x")
    with pytest.raises(CrmUnavailable) as caught:
        Patience(attempts=5).wait_s(attempt, Verdict(error=error, again=again), draw=0.5)
    assert caught.value is error


def test_pace_waits_for_a_place() -> None:
    """The third call of two a second waits for the first one's second to end."""
    slept: list[float] = []
    pace = Pace(calls=2, per_s=1.0, now=lambda: sum(slept), sleep=slept.append)
    [pace.take() for _ in range(3)]
    assert slept == [1.0]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("1234")), max_size=30))
def test_requests_hold_one_object_and_no_record_twice(pairs: list[tuple[str, str]]) -> None:
    """INV7: whatever comes, each request is small, of one object, without duplicates."""
    changes = [make_change(n, object_=o, ref=r) for n, (o, r) in enumerate(pairs)]
    requests = requests_of(changes, size=3)
    assert all(len(request) <= 3 for request in requests)
    assert all(len({c.object for c in request}) == 1 for request in requests)
    assert all(len({c.ref for c in request}) == len(request) for request in requests)
    assert sorted(c.id for request in requests for c in request) == sorted(c.id for c in changes)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12")), max_size=20))
def test_changes_of_one_record_keep_their_order(pairs: list[tuple[str, str]]) -> None:
    """The later of two changes of a record goes out later."""
    changes = [make_change(n, object_=o, ref=r) for n, (o, r) in enumerate(pairs)]
    sent = [c for request in requests_of(changes, size=2) for c in request]
    orders = {
        (c.object, c.ref): [s for s in sent if (s.object, s.ref) == (c.object, c.ref)]
        for c in changes
    }
    assert all(group == sorted(group, key=changes.index) for group in orders.values())


@given(st.sets(st.integers(0, 19)))
def test_halving_finds_exactly_the_bad_ones(bad: set[int]) -> None:
    """INV6: however many records are bad, the others are done."""
    changes = [make_change(n) for n in range(20)]
    results = bisected(changes, refusing(*(f"c{n}" for n in bad)))
    refused = {r.change_id for r in results if r.state is PushState.REFUSED}
    assert refused == {f"c{n}" for n in bad}
    assert len(results) == 20


def test_vanished_field_refuses_its_records_without_halving() -> None:
    """A field that is gone costs one more request, not one per record."""
    sent: list[int] = []

    def send(changes: list[Change]) -> list[PushResult]:
        sent.append(len(changes))
        if any("gone" in change.values for change in changes):
            raise ConfigError("no field gone", code="KAM-1050", field="gone")
        return done(changes)

    gone = [replace(make_change(n), values={"gone": "x"}) for n in range(50)]
    results = bisected([*gone, make_change(99)], send)
    assert sent == [51, 1]
    assert [r.state for r in results] == [PushState.REFUSED] * 50 + [PushState.DONE]
    assert (results[0].code, results[0].fields) == ("KAM-3215", ("gone",))


def test_first_failure_as_a_whole_is_raised() -> None:
    """Nothing is known: the batch may be sent again."""
    with pytest.raises(CrmUnavailable):
        deliver([(breaking, [make_change(1)]), (done, [make_change(2)])])


def test_later_failure_keeps_earlier_results_and_stops() -> None:
    """What came is kept; what was not reached waits."""
    work = [(done, [make_change(1)]), (breaking, [make_change(2)]), (done, [make_change(3)])]
    results = deliver(work)
    states = [results[f"c{n}"].state for n in (1, 2, 3)]
    assert states == [PushState.DONE, PushState.RETRY, PushState.RETRY]


@pytest.mark.parametrize(
    ("batching", "job_from"),
    [
        (Batching(), 2000),
        (Batching(bulk_from=500), 500),
        (Batching(api=Api.BULK), 1),
        (Batching(api=Api.REST), None),
    ],
)
def test_the_mapping_says_from_when_on_a_job_is_made(
    batching: Batching, job_from: int | None
) -> None:
    """Its own number, else the connection's; always, or never."""
    assert batching.job_from(2000) == job_from


@pytest.mark.parametrize(("size", "records"), [(None, 200), (50, 50), (5000, 200)])
def test_a_call_never_grows_beyond_what_the_crm_takes(size: int | None, records: int) -> None:
    """The mapping may ask for smaller calls only."""
    assert Batching(size=size).call_size(200) == records
