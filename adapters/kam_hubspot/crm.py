"""The connection: one portal, behind the port."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from kam_connector.errors import RecordError
from kam_connector.model.access import Right
from kam_connector.model.batching import AS_USUAL, Batching
from kam_connector.model.change import Budget, Change, Landed, PushResult
from kam_connector.model.conformance import Asked, Trial
from kam_connector.model.hint import Delivery, Heard, JournalPage
from kam_connector.model.identity import CrmIdentity
from kam_connector.model.login import LoginRequest
from kam_connector.model.provision import FieldSpec, ProvisionReport
from kam_connector.model.pull import Page, PulledRow, PullRequest, PullSource
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock, TokenVault
from kam_hubspot import (
    conformance,
    describe,
    grants,
    heirs,
    journal,
    provision,
    pull,
    push,
    visibility,
    webhooks,
)
from kam_hubspot.client import Client
from kam_hubspot.never import NEVER
from kam_hubspot.reporting import with_manager
from kam_hubspot.settings import HubSpotSettings
from kam_hubspot.transport import Transport

__all__ = ["HubSpotCrm"]


class HubSpotCrm:
    """One HubSpot portal."""

    crm = "hubspot"
    settings_type: ClassVar[type[HubSpotSettings]] = HubSpotSettings
    never_written: ClassVar[Mapping[str, frozenset[str]]] = NEVER

    def __init__(self, client: Client) -> None:
        self._client = client
        self._identity: CrmIdentity | None = None
        self._schemas: dict[str, ObjectSchema] = {}
        self._contacts: tuple[ObjectSchema, ObjectSchema] | None = None
        """Contacts as the portal describes them, and with what it keeps in labels."""
        self._lacking: dict[str, RecordError] = {}
        """Objects that the portal was asked for and does not have."""

    @classmethod
    def open(
        cls,
        name: str,
        settings: HubSpotSettings,
        *,
        clock: Clock,
        vault: TokenVault | None = None,
    ) -> HubSpotCrm:
        """Return a connection; nothing is sent before the first call."""
        return cls(Client(name, settings, clock=clock, vault=vault))

    @staticmethod
    def login_port(settings: HubSpotSettings) -> int:
        """Return the port that the browser comes back to; 0: any free one."""
        return settings.callback_port

    @staticmethod
    def login_url(settings: HubSpotSettings, request: LoginRequest) -> str:
        """Return the page on which a person allows the connection."""
        return grants.login_url(settings, request)

    @staticmethod
    def redeem(
        name: str,
        settings: HubSpotSettings,
        request: LoginRequest,
        code: Secret,
        *,
        clock: Clock,
        vault: TokenVault,
    ) -> None:
        """Trade the code of a login for tokens, and keep them in the vault."""
        with Transport(name, settings, clock=clock, vault=vault) as transport:
            transport.sign_in.redeem(request, code)

    @staticmethod
    def withdraw(name: str, settings: HubSpotSettings, *, clock: Clock, vault: TokenVault) -> None:
        """Withdraw a login at HubSpot and forget it here."""
        with Transport(name, settings, clock=clock, vault=vault) as transport:
            transport.sign_in.withdraw()

    @staticmethod
    def listens(settings: HubSpotSettings) -> bool:
        """Tell whether events are sent to this connection."""
        return webhooks.listens(settings)

    @staticmethod
    def hear(
        settings: HubSpotSettings, delivery: Delivery, *, org: str | None, now: datetime
    ) -> Heard:
        """Return the hints of a request that HubSpot signed a moment ago."""
        return webhooks.hear(settings, delivery, org=org, now=now)

    def identity(self) -> CrmIdentity:
        """Return who answers, asked once; its clock is always the present one."""
        if self._identity is None:
            self._identity = describe.identity(self._client)
        return replace(self._identity, now=self._client.now())

    def describe(self, object_: str) -> ObjectSchema:
        """Return an object's fields (cached); of contacts, whom they report to as well."""
        schema = self._described(object_)
        if object_ != "contacts":
            return schema
        if self._contacts is None or self._contacts[0] is not schema:
            self._contacts = schema, with_manager(self._client, schema)
        return self._contacts[1]

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield pages; see the port."""
        return pull.pull(self._client, request, describe=self._described)

    def read(self, source: PullSource, refs: Sequence[str]) -> Mapping[str, PulledRow]:
        """Return present rows; see the port."""
        return pull.read(self._client, source, refs, describe=self._described)

    def push(
        self, batch: Sequence[Change], *, batching: Batching = AS_USUAL
    ) -> Sequence[PushResult]:
        """Write; see the port. HubSpot has no bulk jobs: only the size of a call counts."""
        return push.push(self._client, batch, describe=self.describe, batching=batching)

    def landed(self, changes: Sequence[Change], *, since: datetime) -> Mapping[str, Landed]:
        """Return what writes to merged records did to their heirs; see the port."""
        return heirs.landed(self._client, changes, since=since, describe=self.describe)

    def gating(self, gate: Callable[[], None]) -> AbstractContextManager[None]:
        """Call *gate* before each request that writes; see the port."""
        return self._client.transport.gating(gate)

    def provision(self, fields: Sequence[FieldSpec], *, dry_run: bool) -> ProvisionReport:
        """Create our fields; see the port. What was described before is forgotten."""
        self._schemas.clear()
        self._lacking.clear()
        return provision.provision(self._client, fields, dry_run=dry_run)

    def journal(self, after: str) -> Iterator[JournalPage]:
        """Yield what the portal's journal tells; see the port."""
        return journal.read_journal(self._client, after)

    def batch_size(self, waiting: int, *, batching: Batching = AS_USUAL) -> int:  # noqa: ARG002
        """Return what one batch call takes."""
        return batching.call_size(push.BATCH)

    def conformance(self, asked: Sequence[Asked]) -> Iterator[Trial]:
        """Try what our promises rest on; see the port."""
        return conformance.trials(self._client, asked, describe=self.describe)

    def tell_time(self) -> datetime | None:
        """Return the CRM's present clock; see the port. A loopback server keeps its own time."""
        return None if self._client.settings.endpoint else self._client.now(ask=True)

    def visible(self, user_ref: str, account_refs: Sequence[str]) -> Mapping[str, Right]:
        """Return what another user may do with accounts; see the port."""
        return visibility.visible(self._client, user_ref, account_refs)

    def budget(self) -> Budget:
        """Return calls used and allowed."""
        return self._client.budget()

    def _described(self, object_: str, *, fresh: bool = False) -> ObjectSchema:
        """Return an object's fields; one that the portal lacks is asked for once."""
        if object_ in self._lacking and not fresh:
            raise self._lacking[object_]
        if fresh or object_ not in self._schemas:
            try:
                self._schemas[object_] = describe.describe(self._client, object_)
            except RecordError as error:
                if error.code == "KAM-3210":
                    self._lacking[object_] = error
                raise
        return self._schemas[object_]

    def close(self) -> None:
        """Give back sockets."""
        self._client.close()
