"""Seeded bugs of patience and budget: CRMs that fail or ask for silence, days with few calls."""

from __future__ import annotations

from tests.faults.bugs_planting import Bug, Edit

__all__ = ["OF_PATIENCE"]

_STORM = "tests/adapters/test_refusal_storm.py"
_BREAKER = "tests/unit/model/test_breaker.py"
_BUDGET = "tests/integration/test_call_budget_in_both_crms.py"
_PORTAL = "tests/adapters/kam_hubspot/test_hubspot_budget.py"
_NIGHTS = "tests/integration/test_nights_without_a_crm.py"
_TIME = "tests/security/test_tls_and_time.py"

OF_PATIENCE = (
    Bug(
        name="the_breaker_is_not_asked",
        sentence="A CRM that is down is asked five times by every request of every worker.",
        edits=(
            Edit(
                module="kam_salesforce.transport",
                old="left_at = self._breaker.enter()",
                new="left_at = 0",
            ),
            Edit(module="kam_hubspot.transport", old="self._breaker.look()", new="pass"),
            Edit(
                module="kam_hubspot.transport",
                old="left_at = self._breaker.enter()",
                new="left_at = 0",
            ),
        ),
        caught_by=(f"{_STORM}::test_a_crm_that_is_down_is_left_alone_for_a_minute",),
    ),
    Bug(
        name="everybody_probes",
        sentence="When the minute is over all who wait ask at once, and the CRM falls again.",
        edits=(
            Edit(
                module="kam_connector.model.breaker",
                old="return Turn(health=replace(health, probe_at=now + PERIOD_S))",
                new="return Turn(health=health)",
            ),
        ),
        caught_by=(f"{_BREAKER}::test_one_probe_leaves_in_a_period",),
    ),
    Bug(
        name="the_second_worker_keeps_no_silence",
        sentence="Only who was told to wait does: the others go on asking.",
        edits=(
            Edit(
                module="kam_connector.model.breaker",
                old="if verdict.hush and verdict.asked_s is not None:",
                new="if False:",
            ),
        ),
        caught_by=(
            f"{_STORM}::test_silence_asked_of_one_worker_is_kept_by_the_next",
            f"{_STORM}::test_silence_beyond_a_minute_fails_the_next_worker_at_once",
        ),
    ),
    Bug(
        name="one_record_s_trouble_shuts_out_all",
        sentence="A request that the CRM cannot answer counts on, whatever others are answered.",
        edits=(
            Edit(
                module="kam_connector.model.breaker",
                old="return replace(health, failures=0, probe_at=None)",
                new="return health",
            ),
        ),
        caught_by=(
            f"{_STORM}::test_one_request_that_fails_keeps_nobody_else_from_asking[hubspot-500]",
            f"{_BREAKER}::test_a_probe_that_is_answered_opens_for_all",
        ),
    ),
    Bug(
        name="a_portal_s_day_is_not_counted",
        sentence="HubSpot says how many calls are left, and nobody listens.",
        edits=(
            Edit(
                module="kam_hubspot.transport",
                old="if daily is not None and left is not None:",
                new="if False:",
            ),
        ),
        caught_by=(
            f"{_BUDGET}::test_a_day_that_is_used_up_costs_the_calls_to_hear_of_it[hubspot]",
        ),
    ),
    Bug(
        name="searches_are_not_counted",
        sentence="An answer to a search tells nothing of the day: it seems to cost nothing.",
        edits=(
            Edit(
                module="kam_hubspot.client",
                old="self.transport.used() or",
                new="self.transport.usage or",
            ),
        ),
        caught_by=(f"{_PORTAL}::test_searches_tell_nothing_and_are_counted_by_us",),
    ),
    Bug(
        name="a_head_may_drip_for_ever",
        sentence="One header after the other, none too late: the call never ends.",
        edits=tuple(
            Edit(module=f"{adapter}.lines", old=old, new=new)
            for adapter in ("kam_salesforce", "kam_hubspot")
            for old, new in (
                ("if left_s <= 0:", "if False:"),
                ("self._sock.settimeout(left_s)", "pass"),
            )
        ),
        caught_by=(
            f"{_TIME}::test_defect_d02_and_d07_no_call_waits_for_ever[query-drip_headers]",
            f"{_TIME}::test_defect_d02_and_d07_no_call_waits_for_ever[search-drip_headers]",
        ),
    ),
    Bug(
        name="a_night_has_no_end",
        sentence="One connection's endless night keeps the others from ever being synced.",
        edits=(
            Edit(
                module="kam_connector.sync.budget",
                old="if ctx.until is not None and ctx.clock.now() >= ctx.until:",
                new="if False:",
            ),
        ),
        caught_by=(f"{_NIGHTS}::test_a_night_that_has_had_its_time_rests_and_goes_on",),
    ),
)
