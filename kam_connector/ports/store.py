"""The one database, behind the port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from kam_connector.model.access import Capability, Viewer
from kam_connector.model.account import Account, KeyAccount, RenewalCycle, User
from kam_connector.model.currency import Rates
from kam_connector.model.facts import AccountFacts
from kam_connector.model.identity import CopiedRecord, IdentityLink, RecordKey
from kam_connector.model.kind import Kind, Row
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import Action, Measure, Objective, Plan
from kam_connector.model.preview import (
    FieldChange,
    JournalEntry,
    OutboxItem,
    OutboxState,
    Preview,
    PreviewState,
)
from kam_connector.model.pull import Cursor, PulledRow, PullSource
from kam_connector.model.run import ConnectionState, Lease, Run
from kam_connector.model.sale import Sale
from kam_connector.model.score import Score, StrengthScore
from kam_connector.model.signal import Signal
from kam_connector.model.staging import (
    Agreed,
    MergeBatch,
    MirrorRow,
    Quarantined,
    StageCounts,
    StagedRow,
)
from kam_connector.ports.access import Access
from kam_connector.ports.audit import Audits
from kam_connector.ports.conflicts import Conflicts
from kam_connector.ports.erasure import Erasures
from kam_connector.ports.guards import Guards
from kam_connector.ports.hints import Hints
from kam_connector.ports.layer import Layer
from kam_connector.ports.retention import Retires
from kam_connector.ports.sweeps import Sweeps

__all__ = ["Store"]


class Store(Sweeps, Hints, Conflicts, Guards, Layer, Access, Audits, Erasures, Retires, Protocol):
    """The one database. Every method is one transaction unless it says otherwise."""

    # -- connections, leases, runs -------------------------------------------------------
    def connection(self, name: str) -> ConnectionState | None:
        """Return what is remembered of a connection."""

    def save_connection(self, state: ConnectionState) -> None:
        """Insert or replace."""

    def acquire_lease(self, name: str, owner: str, *, ttl_s: float) -> Lease | None:
        """Take a free or expired lease with the next fencing number; None if it is held.

        Time is the database's or this process's clock, never the CRM's.
        """

    def renew_lease(self, lease: Lease, *, ttl_s: float) -> Lease | None:
        """Prolong; None if somebody else holds it by now (the fence moved on)."""

    def release_lease(self, lease: Lease) -> None:
        """Give back; harmless when lost already."""

    def lease(self, name: str) -> Lease | None:
        """Return who holds it, expired or not."""

    def open_run(self, run: Run) -> bool:
        """Insert the run; False if this night (connection, job, local_date) is already done.

        An unfinished row of the same night is taken over (its id and start replaced).
        """

    def save_run(self, run: Run) -> None:
        """Update by id."""

    def run(self, run_id: str) -> Run | None:
        """Return one run."""

    def runs(self, *, connection: str | None = None, limit: int = 20) -> list[Run]:
        """Return the latest runs, newest first."""

    def sealed_token(self, connection: str) -> str | None:
        """Return a connection's sign-in as ``TokenVault`` sealed it."""

    def save_sealed_token(self, connection: str, sealed: str | None) -> None:
        """Replace it, durably; None removes it."""

    # -- pull and stage ------------------------------------------------------------------
    def cursor(self, connection: str, source: str, stream: str) -> Cursor | None:
        """Return where a stream stands."""

    def stage(
        self,
        connection: str,
        source: PullSource,
        stream: str,
        rows: Sequence[PulledRow],
        cursor: Cursor,
    ) -> StageCounts:
        """Store rows and cursor together; unchanged rows cost a comparison, not a write.

        Changed and new rows become *dirty* (waiting for merge). A row that is older than
        the staged one (``modified_at``) is ignored. A deleted row keeps its last values.
        """

    def restage(self, connection: str, source: str, rows: Sequence[PulledRow]) -> None:
        """Store rows read outside a stream; changed ones become dirty."""

    def dirty(self, connection: str, source: str, *, limit: int) -> list[StagedRow]:
        """Return rows waiting for merge, oldest first."""

    def mark_dirty(self, connection: str, source: str, refs: Iterable[str] | None = None) -> int:
        """Ask for a second merge of these rows (None: of all); returns how many."""

    def staged(self, connection: str, source: str, refs: Iterable[str]) -> dict[str, StagedRow]:
        """Return the CRM image of records."""

    def stray_tasks(self, connection: str, source: str, *, key_field: str) -> list[StagedRow]:
        """Return the images of tasks of ours that no action stands behind, deleted ones too.

        Only a restored or lost database has any: the action was made after what it knows.
        """

    def update_staged(self, connection: str, source: str, values: Mapping[str, Row]) -> None:
        """Overlay what we just wrote or read on the image, without making rows dirty."""

    # -- merge ---------------------------------------------------------------------------
    def identities(self) -> list[IdentityLink]:
        """Return all links that differ from a record's default id, proposals included."""

    def save_identities(self, links: Iterable[IdentityLink]) -> None:
        """Insert or replace by record."""

    def repoint(self, kind: Kind, old_id: str, new_id: str, *, findings: bool = False) -> None:
        """Make everything that points at *old_id* point at *new_id*, and drop *old_id*'s row.

        With *findings* open actions go on under the new id, as after a merge in the CRM.
        """

    def agreed(self, keys: Iterable[RecordKey]) -> dict[RecordKey, Agreed]:
        """Return the base documents of CRM records."""

    def agreed_of(self, kind: Kind, kam_ids: Iterable[str]) -> dict[str, list[Agreed]]:
        """Return the base documents behind KAM records."""

    def apply_merge(self, batch: MergeBatch) -> None:
        """Write mirror rows, base documents, quarantine and aliases, and clear dirty flags.

        Contact rows whose account, title or manager changed close and open a Position.
        """

    def alias(self, connection: str, kind: Kind, ref: str) -> str:
        """Return the surviving ref at the end of any chain of merges (INV10)."""

    def aliases(self, connection: str) -> dict[tuple[Kind, str], str]:
        """Return all merges of a connection, each loser with its direct winner."""

    def quarantined(self, *, connection: str | None = None) -> list[Quarantined]:
        """Return what waits for a person."""

    def save_quarantined(self, entries: Iterable[Quarantined]) -> None:
        """Insert, or count one more time."""

    def clear_quarantined(self, entries: Iterable[Quarantined]) -> None:
        """Remove by connection, source, ref, field and direction."""

    # -- the KAM layer -------------------------------------------------------------------
    def accounts(self) -> list[Account]:
        """Return all live accounts."""

    def copies(self, kind: Kind) -> list[CopiedRecord]:
        """Return live records that say which record of another CRM they are a copy of."""

    def mirror_rows(self, kind: Kind) -> Iterator[MirrorRow]:
        """Yield live records with their values by READ_PATHS, for rules and matching."""

    def business(self, account_ids: Iterable[str]) -> dict[str, list[Opportunity]]:
        """Return the opportunities of accounts, by account."""

    def won_sales(self, *, since: date) -> list[Sale]:
        """Return the lines of all opportunities won since a day, of all live accounts."""

    def users(self) -> list[User]:
        """Return our people."""

    def rates(self) -> Rates:
        """Return what currencies are worth, as each CRM counts."""

    def refs(self, kind: Kind, kam_ids: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the (connection, ref) pairs behind KAM records, home first."""

    def key_accounts(self) -> list[KeyAccount]:
        """Return the chosen accounts."""

    def former_key_accounts(self) -> dict[str, date]:
        """Return the accounts that are no key accounts any more, with the day they left."""

    def save_key_accounts(self, chosen: Sequence[KeyAccount], *, as_of: date) -> None:
        """Replace the choice; who leaves keeps last values with a date."""

    def facts(
        self,
        account_ids: Iterable[str],
        *,
        since: datetime,
        before: date | None = None,
        former: bool = False,
    ) -> Iterator[AccountFacts]:
        """Yield everything known about key accounts and their trees, activities since a time.

        *former* asks for accounts that left the choice, and for no others. With *before*,
        ``previous`` holds scores from before that day (a night may run twice).
        """

    def save_scores(self, scores: Iterable[Score], *, run_id: str) -> None:
        """Keep one score per account, name and day, with its ledger."""

    def scores(self, account_id: str, *, limit: int = 2) -> list[Score]:
        """Return an account's latest scores, newest first, all names."""

    def save_strengths(self, strengths: Iterable[StrengthScore], *, as_of: date) -> None:
        """Replace the ties' present values."""

    def strengths(self, account_id: str) -> list[StrengthScore]:
        """Return the ties with one account's contacts, strongest first."""

    def save_signals(self, account_id: str, signals: Iterable[Signal]) -> None:
        """Replace an account's signals."""

    def signals(self, *, account_id: str | None = None, everything: bool = False) -> list[Signal]:
        """Return signals in force; with *everything*, those on trial and those ended too."""

    def actions(self) -> list[Action]:
        """Return all actions."""

    def save_actions(self, actions: Iterable[Action]) -> None:
        """Insert or replace by id."""

    def plan(self, account_id: str) -> Plan | None:
        """Return an account's plan."""

    def plans(self) -> list[Plan]:
        """Return all plans."""

    def save_plan(self, plan: Plan) -> None:
        """Insert or replace."""

    def objectives(self, *, account_id: str | None = None) -> list[Objective]:
        """Return the objectives of one account's plan, or of all."""

    def measures(self, *, account_id: str) -> list[Measure]:
        """Return the measures of an account's objectives."""

    def save_objectives(
        self, objectives: Iterable[Objective], *, measures: Iterable[Measure] = ()
    ) -> None:
        """Insert or replace objectives and their measures by id."""

    def save_renewals(self, account_id: str, cycles: Iterable[RenewalCycle]) -> None:
        """Replace an account's renewal cycles."""

    def save_outcomes(self, outcomes: Iterable[Outcome], *, as_of: date) -> None:
        """Insert or replace by kind and id; ones not given keep their last values."""

    def outcomes(self, kind: Kind) -> list[Outcome]:
        """Return the last outcomes of all records in scope."""

    # -- write back ----------------------------------------------------------------------
    def save_preview(self, preview: Preview) -> None:
        """Insert a preview; earlier open ones of the connection become superseded."""

    def preview(self, preview_id: str) -> Preview | None:
        """Return one preview."""

    def previews(self, *, connection: str, limit: int = 5) -> list[Preview]:
        """Return the latest previews, newest first."""

    def set_preview_state(self, preview_id: str, state: PreviewState) -> None:
        """Move a preview on."""

    def enqueue(self, items: Sequence[OutboxItem], *, preview_id: str) -> None:
        """Put a preview's records in the outbox and mark it applied, in one transaction.

        Items of the same record that still wait become superseded (coalescing).
        """

    def outbox(
        self,
        connection: str,
        *,
        states: Sequence[OutboxState],
        after: str = "",
        limit: int = 1000,
    ) -> list[OutboxItem]:
        """Return items by id, after one id (keyset)."""

    def mark_sent(self, items: Sequence[OutboxItem], *, lease: Lease) -> bool:
        """Store attempts, before-values and state SENT; False (nothing stored) if fenced off."""

    def confirm(
        self,
        items: Sequence[OutboxItem],
        *,
        agreed: Sequence[Agreed],
        journal: Sequence[JournalEntry],
        by: str = "",
    ) -> None:
        """Store results, base := written values, and the journal, in one transaction.

        Every entry of the journal is one of the audit log too; *by* asked for the run.
        """

    def journal(self, run_id: str) -> list[JournalEntry]:
        """Return what a run wrote, newest first."""

    def mark_undone(
        self,
        entries: Sequence[JournalEntry],
        *,
        at: datetime,
        by: str = "",
        sent: Sequence[FieldChange] | None = None,
    ) -> None:
        """Mark entries undone and hold their values back until the desired value changes.

        What went back is in the audit log in the same transaction; *by* asked for it.

        Args:
            entries: Of one record, or of several whose old values all went back.
            at: The CRM's clock.
            by: Who asked.
            sent: What was sent instead of the old values: a task is withdrawn, not emptied.
        """

    def held_back(self, connection: str) -> dict[tuple[str, str, str], object]:
        """Return {(object, ref, field): value} that undo took back and nobody asked for anew."""

    def seen_by(self, viewer: Viewer, *, doing: Capability) -> Store:
        """Return this store as one person sees it while doing one thing.

        What they may not see is not there: the same answers as for what does not exist.

        Raises:
            AccessDenied: Their roles do not allow it at all (KAM-7046).
        """

    def unit(self) -> AbstractContextManager[None]:
        """Group the calls inside into one transaction."""

    def close(self) -> None:
        """Give back the database's connections."""
