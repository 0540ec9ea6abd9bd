"""The connection: one org, behind the port."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from kam_connector.errors import RecordError
from kam_connector.model.access import Right
from kam_connector.model.batching import AS_USUAL, Batching
from kam_connector.model.change import Budget, Change, PushResult
from kam_connector.model.conformance import Asked, Trial
from kam_connector.model.identity import CrmIdentity
from kam_connector.model.login import LoginRequest
from kam_connector.model.provision import FieldSpec, ProvisionReport
from kam_connector.model.pull import Page, PulledRow, PullRequest, PullSource
from kam_connector.model.schema import ObjectSchema
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock, TokenVault
from kam_salesforce import (
    access,
    conformance,
    describe,
    grants,
    probe,
    provision,
    pull,
    push,
    visibility,
)
from kam_salesforce.bulk_query import UsedJobs
from kam_salesforce.client import Client
from kam_salesforce.never import NEVER
from kam_salesforce.settings import SalesforceSettings
from kam_salesforce.transport import Transport

__all__ = ["SalesforceCrm"]


class SalesforceCrm:
    """One Salesforce org."""

    crm = "salesforce"
    settings_type: ClassVar[type[SalesforceSettings]] = SalesforceSettings
    never_written: ClassVar[Mapping[str, frozenset[str]]] = NEVER

    def __init__(self, client: Client) -> None:
        self._client = client
        self._identity: CrmIdentity | None = None
        self._schemas: dict[str, ObjectSchema] = {}
        self._lacking: dict[str, RecordError] = {}
        """Objects that the org was asked for and does not have."""
        self._used = UsedJobs(client)

    @classmethod
    def open(
        cls,
        name: str,
        settings: SalesforceSettings,
        *,
        clock: Clock,
        vault: TokenVault | None = None,
    ) -> SalesforceCrm:
        """Return a connection; nothing is sent before the first call."""
        return cls(Client(name, settings, clock=clock, vault=vault))

    @staticmethod
    def login_port(settings: SalesforceSettings) -> int:
        """Return the port that the browser comes back to; 0: any free one."""
        return settings.callback_port

    @staticmethod
    def login_url(settings: SalesforceSettings, request: LoginRequest) -> str:
        """Return the page on which a person allows the connection."""
        return grants.login_url(settings, request)

    @staticmethod
    def redeem(
        name: str,
        settings: SalesforceSettings,
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
    def withdraw(
        name: str, settings: SalesforceSettings, *, clock: Clock, vault: TokenVault
    ) -> None:
        """Withdraw a login at Salesforce and forget it here."""
        with Transport(name, settings, clock=clock, vault=vault) as transport:
            transport.sign_in.withdraw()

    def identity(self) -> CrmIdentity:
        """Return who answers, asked once; its clock is always the present one."""
        if self._identity is None:
            self._identity = describe.identity(self._client)
        return replace(self._identity, now=self._client.now())

    def describe(self, object_: str) -> ObjectSchema:
        """Return an object's fields (cached)."""
        if object_ in self._lacking:
            raise self._lacking[object_]
        if object_ not in self._schemas:
            try:
                self._schemas[object_] = describe.describe(self._client, object_)
            except RecordError as error:
                if error.code == "KAM-3210":
                    self._lacking[object_] = error
                raise
        return self._schemas[object_]

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield pages; see the port."""
        return pull.pull(self._client, request, describe=self.describe, used=self._used)

    def read(self, source: PullSource, refs: Sequence[str]) -> Mapping[str, PulledRow]:
        """Return present rows; see the port."""
        return pull.read(self._client, source, refs, describe=self.describe)

    def push(
        self, batch: Sequence[Change], *, batching: Batching = AS_USUAL
    ) -> Sequence[PushResult]:
        """Write; see the port."""
        return push.push(self._client, batch, describe=self.describe, batching=batching)

    def gating(self, gate: Callable[[], None]) -> AbstractContextManager[None]:
        """Call *gate* before each request that writes; see the port."""
        return self._client.transport.gating(gate)

    def provision(self, fields: Sequence[FieldSpec], *, dry_run: bool) -> ProvisionReport:
        """Create our fields; see the port. What was described before is forgotten."""
        self._schemas.clear()
        self._lacking.clear()
        return provision.provision(self._client, fields, dry_run=dry_run)

    def assign(self, fields: Sequence[str], user_name: str, *, dry_run: bool) -> tuple[str, ...]:
        """Give another user the rights to our fields; see the port."""
        return access.assign(self._client, fields, user_name, dry_run=dry_run)

    def probe_rights(self) -> str:
        """Try whether tasks can be given to others; see the port."""
        return probe.probe_tasks(self._client)

    def batch_size(self, waiting: int, *, batching: Batching = AS_USUAL) -> int:
        """Return what one collections call takes, or one bulk job when many wait."""
        usual = self._client.settings.bulk_write_from
        return push.batch_size(waiting, usual=usual, batching=batching)

    def conformance(self, asked: Sequence[Asked]) -> Iterator[Trial]:
        """Try what our promises rest on; see the port."""
        return conformance.trials(self._client, asked, describe=self.describe)

    def tell_time(self) -> datetime | None:
        """Return the CRM's present clock; see the port. A loopback server keeps its own time."""
        return None if self._client.settings.endpoint else self._client.now(ask=True)

    def visible(self, user_ref: str, account_refs: Sequence[str]) -> Mapping[str, Right]:
        """Return what another user may do with accounts; see the port."""
        return visibility.visible(self._client, user_ref, account_refs)

    def field_rights(
        self, user_ref: str, fields: Mapping[str, Collection[str]]
    ) -> Mapping[str, Right]:
        """Return what another user may do with fields; see the port."""
        return visibility.field_rights(self._client, user_ref, fields, describe=self.describe)

    def budget(self) -> Budget:
        """Return calls used and allowed."""
        return self._client.budget()

    def close(self) -> None:
        """Give back sockets, and the space of bulk results that are staged."""
        self._used.drop()
        self._client.close()
