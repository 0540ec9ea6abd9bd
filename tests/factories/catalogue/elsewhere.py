"""Rows of the catalogue whose answer is no message of a command: the tests that prove them."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ELSEWHERE", "WAITING"]

_HOSTILE = "test_hostile_records.py::test_an_odd_record_is_kept_as_it_is_or_put_aside_by_name"
_MONEY = "test_amounts_in_one_currency.py"
_TRUST = "test_incidents_of_trust.py"
_DATA = "test_incidents_of_data.py"
_HOOKS = "test_hubspot_webhooks.py"
_SENT = "test_webhooks_over_sockets.py"
_ANSWERS = "test_salesforce_bad_input.py"

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "M7": ("test_mapping_formula.py::test_fields_of_a_formula_are_known_before_it_runs",),
    "M13": ("test_mapping_formula.py::test_a_formula_without_result_says_so",),
    "M16": ("test_mapping_check_schema.py::test_a_key_that_is_not_unique_is_a_note",),
    "P4": (
        "test_salesforce_odd_pages.py::test_an_id_that_is_none_is_refused",
        "test_copies.py::test_short_id_gets_its_check_characters",
    ),
    "P5": (
        "test_salesforce_odd_objects.py::test_another_timestamp_takes_the_place_of_a_missing_one",
        "test_hubspot_read_odd_answers.py::test_times_in_any_form_are_one_time",
    ),
    "P6": (
        f"{_DATA}::test_incident_i07_a_block_of_one_timestamp_comes_to_an_end_and_echoes_nothing",
    ),
    "P7": (
        "test_salesforce_sign_in.py::test_next_page_stays_on_the_host",
        "test_hubspot_exports.py::test_foreign_host_is_not_asked",
        "test_salesforce_odd_pages.py::test_records_named_twice_are_read_once_each",
    ),
    "P8": ("test_hostile_records.py::test_a_tree_of_accounts_that_is_none_ends",),
    "P9": (_HOSTILE,),
    "P10": (_HOSTILE, f"{_TRUST}::test_incident_i14_a_customer_s_name_is_no_formula"),
    "P11": (_HOSTILE, "test_plan_one_page.py::test_a_hostile_name_is_only_a_name_in_html"),
    "P12": (_HOSTILE, f"{_MONEY}::test_what_has_no_rate_counts_nowhere_and_is_said"),
    "P13": (_HOSTILE,),
    "P14": (
        "test_identity_map.py::test_inv10_a_chain_of_merges_ends_at_its_survivor",
        "test_hubspot_reads.py::test_chained_merges_end_at_one_record",
    ),
    "P15": ("test_next_actions.py::test_inactive_owner_gives_a_handover_not_a_task",),
    "P16": ("test_bad_salesforce.py::test_a_field_that_changed_before_the_run_is_told",),
    "P17": ("test_salesforce_bulk_read.py::test_short_result_is_never_taken_for_whole",),
    "P18": ("test_inv07_isolation.py::test_inv07_refused_records_block_no_other",),
    "P19": ("test_sync_sweeps.py::test_many_records_gone_at_once_are_kept_and_said",),
    "P20": (
        f"{_ANSWERS}::test_five_gigabytes_are_refused_by_their_headers",
        f"{_ANSWERS}::test_gzip_bomb_is_cut",
        f"{_ANSWERS}::test_deep_json_is_no_crash",
    ),
    "P22": (
        f"{_ANSWERS}::test_retry_after_is_clamped",
        f"{_ANSWERS}::test_senseless_retry_after_is_ignored",
    ),
    "P23": (_HOSTILE, "test_hostile_records.py::test_two_people_with_one_address_stay_two"),
    "P24": ("test_owner_matching.py::test_an_address_of_two_people_matches_nobody",),
    "W1": (f"{_HOOKS}::test_forged_request_is_refused",),
    "W2": (f"{_HOOKS}::test_forged_request_is_refused",),
    "W3": (
        f"{_HOOKS}::test_stale_request_is_refused_on_both_sides",
        f"{_HOOKS}::test_odd_timestamp_is_refused_and_nothing_breaks",
    ),
    "W4": (f"{_SENT}::test_recorded_request_is_refused_the_second_time",),
    "W5": (
        f"{_HOOKS}::test_forged_request_is_refused",
        f"{_HOOKS}::test_published_vector_is_reproduced",
    ),
    "W6": (f"{_HOOKS}::test_unreadable_request_is_refused",),
    "W7": (f"{_HOOKS}::test_each_kind_names_its_records",),
    "W8": (f"{_SENT}::test_events_twice_and_backwards_change_nothing",),
    "W9": (f"{_SENT}::test_person_erased_in_the_portal_is_erased_here_at_once",),
    "U1": (
        "test_files_read_in.py::test_encodings_and_delimiters_are_found_out",
        "test_files_read_in.py::test_ragged_rows_are_named",
        "test_files_read_in.py::test_an_ambiguous_date_asks_for_the_order",
    ),
    "U2": ("test_workbook_refusals.py::test_what_is_no_plain_workbook_is_refused",),
    "U16": ("test_cli_whole_loop.py::test_sigterm_finishes_the_page_and_ends_clean",),
    "U17": ("test_sync_clock.py::test_writes_stop_when_the_clocks_are_five_minutes_apart",),
    "U18": (
        "test_days_read_in.py::test_days_of_both_languages",
        "test_numbers_read_in.py::test_numbers_of_both_languages",
    ),
}
"""By row, ``file.py::test``; a test sees to it that they are there."""

WAITING: Mapping[str, str] = {
    **{f"U{number}": "the web part" for number in range(3, 13)},
    "W10": "the web part",
}
"""Rows that need pages, which are still to come."""
