"""Seeded bugs where we meet others: the CRMs' answers, sign-ins, events, addresses."""

from __future__ import annotations

from tests.faults.bugs_planting import Bug, Edit

__all__ = ["AT_THE_BORDER"]

_TRANSPORT = "tests/adapters/test_adapter_transport.py"
_ADDRESSES = "tests/security/test_addresses.py"
_BROKEN = "tests/security/test_broken_answers.py"
_CANONICAL = "tests/adapters/test_adapter_canonical.py"
_SALESFORCE = "tests/adapters/kam_salesforce"
_HUBSPOT = "tests/adapters/kam_hubspot"

AT_THE_BORDER = (
    Bug(
        name="a_creation_is_sent_again_after_a_timeout",
        sentence="What may have been done is done once more: two tasks for one action.",
        edits=tuple(
            Edit(
                module=f"{adapter}.transport",
                old='repeatable = not (verb == "POST" and _CREATES.fullmatch(path))',
                new="repeatable = True",
            )
            for adapter in ("kam_salesforce", "kam_hubspot")
        ),
        caught_by=(f"{_TRANSPORT}::test_creation_is_not_repeated_when_its_fate_is_unknown",),
    ),
    Bug(
        name="a_web_page_with_status_200_is_data",
        sentence="A proxy's sign-in page is handed on as an answer of the CRM.",
        edits=tuple(
            Edit(
                module=f"{adapter}.transport",
                old="if not _is_whole_json(body):",
                new="if False:",
            )
            for adapter in ("kam_salesforce", "kam_hubspot")
        ),
        caught_by=(f"{_TRANSPORT}::test_a_page_in_answer_to_a_write_is_no_success",),
    ),
    Bug(
        name="what_clears_a_field_is_swapped",
        sentence='"" goes to Salesforce and null to HubSpot: nothing is cleared, or a write fails.',
        edits=(
            Edit(
                module="kam_salesforce.canonical",
                old="    if type_ in _NUMBERS and isinstance(value, str):\n",
                new='    if value is None:\n        return ""\n'
                "    if type_ in _NUMBERS and isinstance(value, str):\n",
            ),
            Edit(
                module="kam_hubspot.canonical",
                old='    if value is None:\n        return ""\n    if isinstance(value, bool):',
                new="    if value is None:\n        return None\n    if isinstance(value, bool):",
            ),
        ),
        caught_by=(
            f"{_CANONICAL}::test_salesforce_gets_json_values[text-None-None]",
            f"{_CANONICAL}::test_hubspot_gets_text[None-]",
        ),
    ),
    Bug(
        name="every_worker_renews_the_session",
        sentence="Sixteen threads refused at once sign in sixteen times; a rotated token dies.",
        edits=(
            Edit(
                module="kam_salesforce.auth",
                old="if self._session is None or (self._session.token == stale and not just_now):",
                new="if True:",
            ),
            Edit(
                module="kam_hubspot.auth",
                old="if self._session is None or self._session.token == stale:",
                new="if True:",
            ),
            Edit(
                module="kam_hubspot.auth",
                old="if other.token != stale and not self._ends_within(other, _EARLY):",
                new="if False:",
            ),
        ),
        caught_by=(
            f"{_SALESFORCE}/test_salesforce_renewal.py::test_sixteen_threads_sign_in_once",
            f"{_HUBSPOT}/test_hubspot_sign_in.py::test_sixteen_threads_renew_once",
        ),
    ),
    Bug(
        name="a_rotated_token_is_kept_after_its_use",
        sentence="The successor is kept at the next renewal: a crash before that loses the login.",
        edits=tuple(
            Edit(
                module=f"{adapter}.auth",
                old="self._keep(Kept(self._settings, session, token))\n",
                new="self._unsaved = Kept(self._settings, session, token)\n",
            )
            for adapter in ("kam_salesforce", "kam_hubspot")
        ),
        caught_by=(
            f"{_SALESFORCE}/test_salesforce_auth.py::test_successor_is_kept_before_its_session_is_used",
            f"{_HUBSPOT}/test_hubspot_sign_in.py::test_successor_is_kept_before_the_session_is_used",
        ),
    ),
    Bug(
        name="retry_after_is_not_read",
        sentence="The CRM's own wait is ignored: the storm goes on while it asks for silence.",
        edits=(
            Edit(
                module="kam_connector.model.patience",
                old="if verdict.asked_s is None:",
                new="if True:",
            ),
        ),
        caught_by=(f"{_TRANSPORT}::test_retry_after_is_honoured",),
    ),
    Bug(
        name="retry_after_has_no_limit",
        sentence="An absurd Retry-After holds a lease for thirty years.",
        edits=(
            Edit(
                module="kam_connector.model.patience",
                old="if verdict.asked_s > ASKED_AT_MOST_S:",
                new="if False:",
            ),
        ),
        caught_by=(f"{_TRANSPORT}::test_a_long_wait_is_left_to_the_next_run",),
    ),
    Bug(
        name="events_of_the_future_are_believed",
        sentence="The window of an event's time has one side: a stored forgery is good for ever.",
        edits=(
            Edit(
                module="kam_hubspot.webhooks",
                old="abs(now - _moment(stamp)) > _BELIEVED",
                new="now - _moment(stamp) > _BELIEVED",
            ),
        ),
        caught_by=(
            f"{_HUBSPOT}/test_hubspot_webhooks.py::test_stale_request_is_refused_on_both_sides[301]",
        ),
    ),
    Bug(
        name="the_signature_is_of_json_read_and_written_again",
        sentence="Other bytes with the same meaning pass for what was signed, or sound ones fail.",
        edits=(
            Edit(
                module="kam_hubspot.webhooks",
                old='settings.webhook_url or "", delivery.body, stamp)',
                new='settings.webhook_url or "", _again(delivery.body), stamp)',
            ),
            Edit(
                module="kam_hubspot.webhooks",
                old="def _moment(stamp: str)",
                new="def _again(body):\n"
                "    try:\n"
                "        said = json.loads(body)\n"
                "    except (ValueError, RecursionError):\n"
                "        return body\n"
                '    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()\n'
                "\n\ndef _moment(stamp: str)",
            ),
        ),
        caught_by=(
            "tests/security/test_webhook_forgeries.py::test_other_bytes_of_the_same_meaning_are_not_signed",
        ),
    ),
    Bug(
        name="a_host_need_only_begin_right",
        sentence="acme.my.salesforce.com.evil.example is asked, with the token.",
        edits=(
            Edit(
                module="kam_salesforce.hosts",
                old="_HOST.fullmatch(host)",
                new="_HOST.match(host)",
            ),
            Edit(
                module="kam_hubspot.hosts",
                old="and _HOSTS.fullmatch(host)",
                new="and _HOSTS.match(host)",
            ),
        ),
        caught_by=(
            f"{_ADDRESSES}::test_no_form_of_an_address_leads_outside[by_hubspot_host]",
            f"{_ADDRESSES}::test_no_form_of_an_address_leads_outside[by_token_answer]",
        ),
    ),
    Bug(
        name="the_host_in_a_token_answer_is_not_checked",
        sentence="A forged sign-in answer sends every request, with the token, to any host.",
        edits=(
            Edit(
                module="kam_salesforce.grants",
                old="    check_host(instance, endpoint=settings.endpoint)\n",
                new="",
            ),
        ),
        caught_by=(f"{_ADDRESSES}::test_a_foreign_host_in_a_token_answer_gets_no_token",),
    ),
    Bug(
        name="half_an_unpacked_answer_is_a_whole_one",
        sentence="A compressed answer that breaks off is read as far as it came.",
        edits=tuple(
            Edit(
                module=f"{adapter}.streams",
                old="if not unpacking.is_whole:",
                new="if False:",
            )
            for adapter in ("kam_salesforce", "kam_hubspot")
        ),
        caught_by=(f"{_TRANSPORT}::test_gzip_without_its_end_is_half_an_answer",),
    ),
    Bug(
        name="fewer_rows_than_announced_are_taken",
        sentence="A bulk result cut between two rows is a whole one: the rest seems to be gone.",
        edits=(
            Edit(
                module="kam_salesforce.bulk_pages",
                old="if not following and self.stated not in (None, count):",
                new="if False:",
            ),
        ),
        caught_by=(
            f"{_BROKEN}::test_an_answer_cut_at_any_byte_gives_no_row[salesforce bulk result]",
        ),
    ),
)
