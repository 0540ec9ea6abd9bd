"""Calls: simple-salesforce over our transport."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kam_connector.errors import CrmUnavailable
from kam_connector.model.change import Budget
from kam_connector.ports import Clock, TokenVault
from kam_salesforce.answers import page_of, reading, texts_of
from kam_salesforce.settings import SalesforceSettings
from kam_salesforce.transport import Transport

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

__all__ = ["Client"]

_MORE = re.compile(r"/services/data/v[\d.]+/query/[A-Za-z0-9-]+")


class Client:
    """One org's API; signs in at the first call."""

    def __init__(
        self,
        name: str,
        settings: SalesforceSettings,
        *,
        clock: Clock,
        vault: TokenVault | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.clock = clock
        self.transport = Transport(name, settings, clock=clock, vault=vault)
        self._api: Salesforce | None = None

    @property
    def api(self) -> Salesforce:
        """The library's object."""
        if self._api is None:
            from kam_salesforce.api import make_api  # noqa: PLC0415  half a second

            host = self.transport.sign_in.session().instance_url
            version = self.settings.api_version
            self._api = make_api(self.transport, instance_url=host, version=version)
        return self._api

    def query(self, soql: str, *, deleted: bool = False) -> list[dict[str, Any]]:
        """Return all records of a query, deleted and archived ones too if asked.

        A locator belongs to a session and expires; a lost one starts the query anew, once.
        """
        try:
            return self._query(soql, deleted=deleted)
        except CrmUnavailable as error:
            if error.code != "KAM-3108":
                raise
            return self._query(soql, deleted=deleted)

    def call(
        self,
        path: str,
        *,
        method: str = "GET",
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the decoded answer of one call below the versioned root; None if empty."""
        kwargs: dict[str, Any] = {} if body is None else {"json": body}
        with self.reading():
            return self.api.restful(path, dict(params) if params else None, method, **kwargs)

    def reading(self) -> AbstractContextManager[None]:
        """Return the guard of a block that takes an answer apart."""
        return reading(self.name)

    def versions(self) -> list[str]:
        """Return the API versions in service (not counted against the limit)."""
        host = self.transport.sign_in.session().instance_url
        answer = self.transport.request("GET", f"{host}/services/data")
        with self.reading():
            return [texts_of(row, "version")["version"] for row in answer.json()]

    def user_info(self) -> Mapping[str, str]:
        """Return who is signed in."""
        host = self.transport.sign_in.session().instance_url
        url = f"{host}/services/oauth2/userinfo"
        answer = self.transport.request("GET", url)
        with self.reading():
            return texts_of(answer.json(), "user_id", "preferred_username")

    def now(self, *, ask: bool = False) -> datetime:
        """Return the CRM's clock as last heard; *ask* makes a call that is not counted."""
        if ask or self.transport.heard_at is None:
            self.versions()
        if self.transport.heard_at is None:
            raise self._unreadable()
        return datetime.fromtimestamp(self.transport.heard_at, tz=UTC)

    def budget(self) -> Budget:
        """Return calls used and allowed; asks if nothing was heard yet."""
        if self.transport.usage is None:
            self.call("limits")
        used, allowed = self.transport.usage or (0, None)
        return Budget(used=used, allowed=allowed, spent_here=self.transport.calls)

    def close(self) -> None:
        """Give back sockets."""
        self.transport.close()

    def _query(self, soql: str, *, deleted: bool) -> list[dict[str, Any]]:
        names = _selected(soql)
        with self.reading():
            page = page_of(self.api.query(soql, include_deleted=deleted), names=names)
            total = int(page["totalSize"])
        records: list[dict[str, Any]] = page["records"]
        while not page["done"] and len(records) < total:
            more = str(page["nextRecordsUrl"])
            if not _MORE.fullmatch(more):
                raise self._unreadable()
            with self.reading():
                page = page_of(self.api.query_more(more, identifier_is_url=True), names=names)
            records.extend(page["records"])
        if not page["done"] or len(records) != total:  # rows lost, or a list without an end
            raise self._unreadable()
        return records

    def _unreadable(self) -> CrmUnavailable:
        return CrmUnavailable(
            "Salesforce sent an answer that cannot be read", crm=self.name, code="KAM-3103"
        )


def _selected(soql: str) -> list[str]:
    """Return the fields that a query asks for by name; none where it computes something."""
    names = soql.partition(" FROM ")[0].removeprefix("SELECT ").split(", ")
    return names if all(name.isidentifier() for name in names) else []


def chunks(items: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return the items in parts of at most *size*."""
    return [items[start : start + size] for start in range(0, len(items), size)]
