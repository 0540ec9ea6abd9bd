"""When a connection leaves its CRM alone, and when somebody may try again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.errors import (
    BudgetExhausted,
    CrmUnavailable,
    KamError,
    RateLimited,
    RecordError,
    SignInError,
)
from kam_connector.model.breaker import FAILURES, PERIOD_S, Breaker, Health, decide, judged
from kam_connector.model.patience import ASKED_AT_MOST_S, Verdict, asked_s

BAD = Verdict(error=CrmUnavailable("x", code="KAM-3104", http_status=503), again=True)
SHUT = Health(failures=FAILURES, last="KAM-3101", probe_at=PERIOD_S)
NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
DATE = "Sat, 21 Nov 2026 06:00:00 GMT"


@dataclass
class Times:
    """A clock that moves by what is slept."""

    at: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Return the present."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


def make_breaker(times: Times | None = None, **more: object) -> Breaker:
    """Return a breaker of a CRM that is well."""
    times = times or Times()
    return Breaker(crm="acme", now=times.now, sleep=times.sleep, **more)  # type: ignore[arg-type]


def failing(count: int, *, now: float = 0.0) -> Health:
    """Return a CRM that failed so often in a row, at one moment."""
    health = Health()
    for _ in range(count):
        health = judged(health, BAD, left_at=health.failures, now=now)
    return health


def asking(seconds: float) -> Verdict:
    """Return a refusal that asks for silence."""
    error = RateLimited("slow", http_status=429)
    return Verdict(error=error, again=True, asked_s=seconds, hush=True)


def test_a_crm_that_is_well_is_asked_at_once() -> None:
    """Nothing waits, and nothing changes."""
    turn = decide(Health(), now=5.0)
    assert (turn.wait_s, turn.refused_s, turn.health) == (0.0, 0.0, Health())


@pytest.mark.guarantee("G13")
@pytest.mark.parametrize(("count", "refused_s"), [(FAILURES - 1, 0.0), (FAILURES, PERIOD_S)])
def test_ten_failures_in_a_row_shut_everybody_out(count: int, refused_s: float) -> None:
    """The tenth does, and not the ninth."""
    assert decide(failing(count), now=0.0).refused_s == refused_s


def test_one_answer_begins_the_count_anew() -> None:
    """Nine failures, an answer, nine failures: not ten in a row."""
    health = judged(failing(FAILURES - 1), None, left_at=FAILURES - 1, now=0.0)
    assert health == Health(last="KAM-3104")


@pytest.mark.guarantee("G13")
def test_one_probe_leaves_in_a_period() -> None:
    """The first who asks after a minute may try; the next one waits another minute."""
    first = decide(SHUT, now=PERIOD_S)
    second = decide(first.health, now=PERIOD_S)
    assert (first.refused_s, second.refused_s) == (0.0, PERIOD_S)


def test_a_probe_that_fails_shuts_for_another_period() -> None:
    """Counted from its end, however long it took."""
    probing = decide(SHUT, now=PERIOD_S).health
    health = judged(probing, BAD, left_at=probing.failures, now=PERIOD_S + 130)
    assert decide(health, now=PERIOD_S + 131).refused_s == PERIOD_S - 1


def test_a_probe_that_is_answered_opens_for_all() -> None:
    """Also by a refusal of the request itself: the CRM is back."""
    probing = decide(SHUT, now=PERIOD_S).health
    refusal = Verdict(error=RecordError("no such field", http_status=400))
    health = judged(probing, refusal, left_at=probing.failures, now=PERIOD_S)
    assert decide(health, now=PERIOD_S).refused_s == 0.0


def test_requests_under_way_together_fail_once() -> None:
    """A moment's trouble that meets sixteen of them does not end the run."""
    health = Health()
    for _ in range(16):
        health = judged(health, BAD, left_at=0, now=0.0)
    assert health.failures == 1


@pytest.mark.parametrize(
    "error",
    [
        CrmUnavailable("x", code="KAM-3101"),
        CrmUnavailable("x", code="KAM-3102"),
        CrmUnavailable("x", code="KAM-3107"),
        CrmUnavailable("x", code="KAM-3103", http_status=502),
        RateLimited("x", http_status=429),
    ],
    ids=lambda one: f"{one.code}-{one.http_status}",
)
def test_what_is_no_answer_is_a_failure(error: KamError) -> None:
    """Not reached, not in time, in trouble, or refusing everybody."""
    assert judged(Health(), Verdict(error=error), left_at=0, now=0.0).failures == 1


@pytest.mark.parametrize(
    "error",
    [
        RecordError("x", http_status=400),
        SignInError("x", http_status=401),
        BudgetExhausted("x", http_status=429),
        CrmUnavailable("x", code="KAM-3104", http_status=423),
        CrmUnavailable("x", code="KAM-3109", http_status=500),
        CrmUnavailable("x", code="KAM-3103"),
    ],
    ids=lambda one: f"{one.code}-{one.http_status}",
)
def test_an_answer_about_one_request_is_none(error: KamError) -> None:
    """The CRM is there, and says no to this one."""
    assert judged(Health(failures=3), Verdict(error=error), left_at=3, now=0.0).failures == 0


@pytest.mark.guarantee("G13")
def test_silence_that_one_worker_is_asked_for_holds_for_all() -> None:
    """Whoever comes next waits the rest of it."""
    health = judged(Health(), asking(30.0), left_at=0, now=0.0)
    assert [decide(health, now=at).wait_s for at in (0.0, 29.0, 30.0)] == [30.0, 1.0, 0.0]


def test_silence_beyond_a_minute_is_not_waited_out() -> None:
    """The next request fails at once, and says how long."""
    health = judged(Health(), asking(900.0), left_at=0, now=0.0)
    turn = decide(health, now=1.0)
    assert (turn.wait_s, turn.refused_s) == (0.0, 899.0)


def test_a_shorter_silence_ends_no_longer_one() -> None:
    """Two answers, two numbers: the later end counts."""
    health = judged(Health(), asking(30.0), left_at=0, now=0.0)
    assert judged(health, asking(2.0), left_at=0, now=0.0).silent_until == 30.0


@pytest.mark.parametrize("health", [SHUT, Health(silent_until=30.0)])
def test_a_clock_that_is_set_back_shuts_nobody_out(health: Health) -> None:
    """A day back, and the moment would be a day away."""
    turn = decide(health, now=-86_400.0)
    assert (turn.wait_s, turn.refused_s) == (0.0, 0.0)


def test_whoever_is_shut_out_is_told_until_when() -> None:
    """A code of its own, the reason, and the moment of the next try."""
    at = NOW.timestamp() + 42
    breaker = make_breaker(health=replace(SHUT, probe_at=at))
    with pytest.raises(CrmUnavailable, match=r"10 times .*KAM-3101.* at 03:30:42 UTC") as caught:
        breaker.enter()
    assert (caught.value.code, caught.value.retry_after_s) == ("KAM-3112", 42.0)


def test_looking_takes_no_turn() -> None:
    """The one probe of a period is left to who really asks."""
    times = Times()
    breaker = make_breaker(times, health=replace(SHUT, probe_at=NOW.timestamp()))
    breaker.look()
    assert breaker.enter() == FAILURES


def test_silence_is_waited_for_once_whatever_the_clock_says() -> None:
    """A clock that stands still while we sleep holds nobody for ever."""
    times = Times()
    breaker = make_breaker(times)
    breaker.sleep = times.slept.append
    breaker.heard(asking(25.0), left_at=0)
    breaker.enter()
    assert [25.0 <= one <= 26.0 for one in times.slept] == [True]


def test_silence_upon_silence_ends_in_an_error() -> None:
    """Others may go on being refused: nobody waits more than a minute for their sake."""
    times = Times()
    breaker = make_breaker(times)

    def refused_again(seconds: float) -> None:
        times.sleep(seconds)
        breaker.heard(asking(25.0), left_at=0)

    breaker.sleep = refused_again
    breaker.heard(asking(25.0), left_at=0)
    with pytest.raises(RateLimited):
        breaker.enter()
    assert len(times.slept) == 2


_STEPS = st.lists(
    st.tuples(
        st.sampled_from([None, BAD, asking(5.0), asking(50.0), asking(1e9)]),
        st.floats(0.0, 100.0),
    ),
    min_size=1,
    max_size=60,
)


@pytest.mark.guarantee("G13")
@given(steps=_STEPS)
def test_whatever_is_heard_nobody_waits_beyond_the_cap(
    steps: list[tuple[Verdict | None, float]],
) -> None:
    """No wait above a minute, no refusal above an hour, and after silence somebody may try."""
    health, now = Health(), 0.0
    for verdict, passes in steps:
        turn = decide(health, now=now)
        assert 0.0 <= turn.wait_s <= ASKED_AT_MOST_S
        assert 0.0 <= turn.refused_s <= 3600.0
        health = judged(turn.health, verdict, left_at=turn.health.failures, now=now)
        now += passes
    late = decide(health, now=now + 3600.0 + PERIOD_S)
    assert (late.wait_s, late.refused_s) == (0.0, 0.0)


@pytest.mark.guarantee("G13")
@given(gaps=st.lists(st.floats(0.0, 90.0), min_size=20, max_size=200))
def test_a_crm_that_stays_down_gets_one_probe_a_period(gaps: list[float]) -> None:
    """Whenever requests come: two probes are never nearer than a period."""
    health, now, left = failing(FAILURES), 0.0, [0.0]
    for gap in gaps:
        now += gap
        turn = decide(health, now=now)
        left += [now] if not turn.refused_s else []
        health = turn.health if turn.refused_s else judged(
            turn.health, BAD, left_at=turn.health.failures, now=now
        )  # fmt: skip
    assert all(b - a >= PERIOD_S - 1e-6 for a, b in pairwise(left))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "-5"}, 1.0),
        ({"Retry-After": "1000000000"}, 3600.0),
        ({"Retry-After": "9" * 500}, 3600.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "Sat, 21 Nov 2026 06:00:20 GMT", "Date": DATE}, 20.0),
        ({"Retry-After": "Sat, 21 Nov 2020 06:00:20 GMT", "Date": DATE}, 1.0),
        ({"Retry-After": "Sat, 21 Nov 2099 06:00:20 GMT", "Date": DATE}, 3600.0),
        ({"Retry-After": "Sat, 21 Nov 2026 06:00:20 GMT"}, None),
        ({"Retry-After": "Sat, 21 Nov 2026 06:00:20 -0000", "Date": DATE}, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    """Seconds or a date, from a second to an hour; what is neither says nothing."""
    assert asked_s(headers) == seconds
