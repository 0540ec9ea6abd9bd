"""Seeded bugs of what we keep and show: rights, logs, the audit log, copies, files."""

from __future__ import annotations

from tests.faults.bugs_planting import Bug, Edit

__all__ = ["IN_THE_HOUSE"]

_APPROVAL = "tests/integration/test_rails_approval.py"
_STORE = "tests/contract/test_store_contract.py::TestSqliteStore"
_SEEN = "tests/integration/test_seen_store.py"
_TAMPER = "tests/integration/test_audit_tamper.py"
_CELLS = "tests/unit/reports/test_report_cells.py"
_FORMULAS = "tests/security/test_formulas_and_parsers.py"
_MISTAKES = "tests/acceptance/test_cli_mistakes.py"
_RETENTION = "tests/integration/test_retention.py"

IN_THE_HOUSE = (
    Bug(
        name="the_budget_is_counted_after_the_first_batch",
        sentence="A run over its budget is held when the first records are written already.",
        edits=(
            Edit(
                module="kam_connector.sync.run",
                old="        elif preview.guards or self._state.first_applied_at is None:\n",
                new="        elif preview.guards or self._state.first_applied_at is None:\n"
                "            if preview.guards and self._state.first_applied_at is not None:\n"
                "                from dataclasses import replace\n"
                "                first = replace(preview, changes=preview.changes[:1])\n"
                "                enqueue_preview(self._ctx, self._run, first)\n"
                "                deliver_into(self._ctx, self._held, report)\n",
            ),
        ),
        caught_by=(f"{_APPROVAL}::test_g22_a_run_over_budget_writes_nothing_at_all[1]",),
    ),
    Bug(
        name="redaction_comes_before_the_traceback",
        sentence="A traceback comes after the redaction: what a library said is logged whole.",
        edits=(
            Edit(
                module="kam_connector.cli.logs",
                old="ExceptionRenderer(_trace),\n        redact_event,\n",
                new="CallsiteParameterAdder(),\n        redact_event,\n"
                "        structlog.processors.ExceptionRenderer(),\n",
            ),
        ),
        caught_by=("tests/unit/cli/test_redaction.py::test_canary_never_reaches_the_stream",),
    ),
    Bug(
        name="rights_are_not_asked_for_lists",
        sentence="One account is guarded, and the list that search reads names them all.",
        edits=(
            Edit(
                module="kam_connector.store.seen.reading",
                old="for one in sight.store.accounts() if sight.sees(one.id))",
                new="for one in sight.store.accounts())",
            ),
        ),
        caught_by=(f"{_SEEN}::test_lists_hold_only_what_is_seen",),
    ),
    Bug(
        name="rights_are_not_asked_for_exports",
        sentence="The rows that exports are made of hold accounts nobody showed this person.",
        edits=(
            Edit(
                module="kam_connector.store.seen.reading",
                old="wanted = [one for one in account_ids if self._sight.sees(one)]",
                new="wanted = list(account_ids)",
            ),
            Edit(
                module="kam_connector.store.seen.reading",
                old="        if not sight.sees(row.id):\n",
                new="        if False:\n",
            ),
        ),
        caught_by=(
            f"{_SEEN}::test_facts_of_an_account_asked_by_its_id_are_not_told",
            f"{_SEEN}::test_tables_of_records_hold_only_what_is_seen",
        ),
    ),
    Bug(
        name="a_hidden_account_answers_otherwise_than_none",
        sentence="Forbidden and not there are told apart: whoever guesses names learns customers.",
        edits=(
            Edit(
                module="kam_connector.store.seen.sight",
                old="if account_id is not None and not self.sees(account_id):",
                new="if account_id is not None and account_id not in "
                "{one.id for one in self.store.accounts()}:",
            ),
        ),
        caught_by=(f"{_SEEN}::test_what_is_not_theirs_is_not_written[record0-KAM-7042]",),
    ),
    Bug(
        name="the_audit_entry_is_written_after_the_commit",
        sentence="A death, or a full disk, between the two leaves a write that no entry tells of.",
        edits=(
            Edit(
                module="kam_connector.store.database",
                old="            yield connection\n"
                "            if waiting:\n"
                "                self.before_commit(connection, waiting)\n",
                new="            yield connection\n"
                "        if waiting:\n"
                "            options = {'kam_write': True, 'kam_durable': durable}\n"
                "            with translated(), self.engine.connect() as later, "
                "later.execution_options(**options).begin():\n"
                "                self.before_commit(later, waiting)\n",
            ),
        ),
        caught_by=(f"{_TAMPER}::test_a_log_that_cannot_be_written_stops_the_write",),
    ),
    Bug(
        name="an_audit_entry_does_not_hold_the_one_before",
        sentence="Each entry is sealed alone: entries can be replaced one by one, or swapped.",
        edits=(
            Edit(
                module="kam_connector.store.chain",
                old="orjson.dumps([previous, *columns])",
                new="orjson.dumps([*columns])",
            ),
        ),
        caught_by=(f"{_TAMPER}::test_an_entry_sealed_anew_no_longer_fits_the_next",),
    ),
    Bug(
        name="the_order_of_the_audit_log_is_not_checked",
        sentence="Neither numbers nor seals tie entries together: one taken out is not missed.",
        edits=(
            Edit(
                module="kam_connector.store.chain",
                old="orjson.dumps([previous, *columns])",
                new="orjson.dumps([*columns])",
            ),
            Edit(
                module="kam_connector.store.chain_check",
                old="        if number != self.number + 1:\n",
                new="        if False:\n",
            ),
        ),
        caught_by=(f"{_TAMPER}::test_no_row_goes_comes_or_moves_unseen",),
    ),
    Bug(
        name="a_formula_reads_attributes",
        sentence="A mapping's expression reaches methods of values, and from there Python.",
        edits=(
            Edit(
                module="kam_connector.mapping.formula_text",
                old="[-+*/=<>&!(),])",
                new="[-+*/=<>&!(),.])",
            ),
            Edit(
                module="kam_connector.mapping.formula_text",
                old="    if not first and lower in {",
                new="    if not first and lower not in {'and', 'or'}:\n"
                "        return word, False\n"
                "    if not first and lower in {",
            ),
            Edit(
                module="kam_connector.mapping.formula_text",
                old='    if word == "!":\n',
                new='    if word == ".":\n        return ".", False\n    if word == "!":\n',
            ),
            Edit(
                module="kam_connector.mapping.formula",
                old="_OFFERED = (\n",
                new="_OFFERED = (\n    ast.Attribute,\n",
            ),
            Edit(
                module="kam_connector.mapping.formula",
                old="        keep = (ast.Expr,",
                new="        keep = (ast.Attribute, ast.Expr,",
            ),
        ),
        caught_by=(f"{_FORMULAS}::test_no_payload_gets_out_of_a_formula[formula]",),
    ),
    Bug(
        name="cells_are_not_guarded",
        sentence="A company called =cmd|... is a formula in whoever opens the export.",
        edits=(
            Edit(
                module="kam_connector.reports.cells",
                old='    return _GUARD.sub("\'", text)\n',
                new="    return text\n",
            ),
        ),
        caught_by=(f"{_CELLS}::test_g27_known_attacks_begin_with_an_apostrophe[@SUM(A1)]",),
    ),
    Bug(
        name="a_held_lease_is_given_again",
        sentence="Two workers hold the same connection: two nights at once.",
        edits=(
            Edit(
                module="kam_connector.store.ledger",
                old="elif row.until > instant_text(now):",
                new="elif False:",
            ),
        ),
        caught_by=(f"{_STORE}::test_a_held_lease_is_not_given_again",),
    ),
    Bug(
        name="a_lease_never_ends",
        sentence="A worker that was killed holds its connection for ever: no night runs again.",
        edits=(
            Edit(
                module="kam_connector.store.ledger",
                old="elif row.until > instant_text(now):",
                new="elif row.owner:",
            ),
        ),
        caught_by=(f"{_STORE}::test_an_expired_lease_is_taken_with_a_higher_fence",),
    ),
    Bug(
        name="a_lease_is_prolonged_by_whoever_lost_it",
        sentence="A worker that wakes up late prolongs what another holds by now, and writes on.",
        edits=(
            Edit(
                module="kam_connector.store.ledger",
                old="(t.c.name == lease.name) & (t.c.owner == lease.owner)"
                " & (t.c.fence == lease.fence)",
                new="(t.c.name == lease.name)",
            ),
        ),
        caught_by=(f"{_STORE}::test_an_expired_lease_is_taken_with_a_higher_fence",),
    ),
    Bug(
        name="a_night_a_second_late_is_skipped",
        sentence="A machine that slept at two o'clock never syncs, and only a log line says so.",
        edits=(
            Edit(
                module="kam_jobs.schedule",
                old='"misfire_grace_time": None}',
                new='"misfire_grace_time": 1}',
            ),
        ),
        caught_by=(
            "tests/unit/jobs/test_nightly_schedule.py::test_timer_never_skips_a_late_night",
        ),
    ),
    Bug(
        name="an_erased_person_comes_back_by_a_pull",
        sentence="The marks of erased people are not looked at when a page is stored.",
        edits=(
            Edit(
                module="kam_connector.store.tombstones",
                old="if not page or kind is Kind.USER or not self.any():",
                new="if kind is not None:",
            ),
        ),
        caught_by=(f"{_STORE}::test_nothing_that_comes_in_brings_them_back",),
    ),
    Bug(
        name="retention_leaves_half_a_run",
        sentence="Old rows of a run's journal go while its young ones stay: half of it is undone.",
        edits=(
            Edit(
                module="kam_connector.store.retention",
                old='"journal": Rule(kept=_R.JOURNAL, aged_by="at", also=_whole_run,',
                new='"journal": Rule(kept=_R.JOURNAL, aged_by="at",',
            ),
        ),
        caught_by=(f"{_RETENTION}::test_a_run_keeps_its_whole_journal_or_none",),
    ),
    Bug(
        name="retention_forgets_runs_that_can_be_undone",
        sentence="The ledger forgets a run whose journal is still there: undo does not find it.",
        edits=(
            Edit(
                module="kam_connector.store.retention",
                old="return and_(t.c.id.not_in(last), t.c.id.not_in(undoable))",
                new="return and_(t.c.id.not_in(last))",
            ),
        ),
        caught_by=(f"{_RETENTION}::test_a_run_that_can_be_undone_is_not_forgotten",),
    ),
    Bug(
        name="retention_drops_what_waits_for_an_answer",
        sentence="A write whose fate is unknown is forgotten, and made a second time.",
        edits=(
            Edit(
                module="kam_connector.store.retention",
                old="return and_(t.c.state.not_in(waits), t.c.run_id.not_in(young))",
                new="return and_(t.c.run_id.not_in(young))",
            ),
        ),
        caught_by=(f"{_RETENTION}::test_a_write_whose_fate_is_unknown_is_never_too_old",),
    ),
    Bug(
        name="a_restore_keeps_what_waited",
        sentence="Last week's outbox is sent after a restore, over what people changed since.",
        edits=(
            Edit(
                module="kam_connector.store.restore",
                old="outbox.update().where(outbox.c.state.in_(_WAITS))",
                new="outbox.update().where(outbox.c.state.in_(()))",
            ),
        ),
        caught_by=(
            "tests/integration/test_backup_and_restore.py::test_what_waited_in_a_backup_is_called_off",
        ),
    ),
    Bug(
        name="a_key_file_that_others_read_is_taken",
        sentence="A secret that every user of the machine can read is used without a word.",
        edits=(
            Edit(
                module="kam_connector.config.secret",
                old="if found and not _is_mounted(path):",
                new="if False:",
            ),
        ),
        caught_by=(f"{_MISTAKES}::test_secret_file_is_private_and_not_empty[readable by others]",),
    ),
    Bug(
        name="a_sign_in_opens_for_any_connection",
        sentence="A sealed token copied to another connection's row opens there.",
        edits=(
            Edit(
                module="kam_connector.store.vault",
                old='f"kam-connector sign-in\\0{crm}\\0{connection}".encode()',
                new='b"kam-connector sign-in"',
            ),
        ),
        caught_by=(
            "tests/integration/test_store_vault.py::test_two_rows_swapped_open_neither_connection",
        ),
    ),
)
