"""Calls: simple-salesforce over our transport."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kam_connector.errors import CrmUnavailable
from kam_connector.model.change import Budget
from kam_connector.ports import Clock, TokenVault
from kam_salesforce.settings import SalesforceSettings
from kam_salesforce.transport import Transport

if TYPE_CHECKING:
    from simple_salesforce.api import Salesforce

__all__ = ["Client"]

_ASKS_ID = re.compile(r"SELECT\s(?:[\w.]+,\s*)*Id\b")
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
        return self._whole(
            lambda: self.api.restful(path, dict(params) if params else None, method, **kwargs)
        )

    def versions(self) -> list[str]:
        """Return the API versions in service (not counted against the limit)."""
        host = self.transport.sign_in.session().instance_url
        rows = self._whole(lambda: self.transport.request("GET", f"{host}/services/data").json())
        return [str(row["version"]) for row in rows]

    def user_info(self) -> Mapping[str, Any]:
        """Return who is signed in."""
        host = self.transport.sign_in.session().instance_url
        url = f"{host}/services/oauth2/userinfo"
        answer: Mapping[str, Any] = self._whole(lambda: self.transport.request("GET", url).json())
        return answer

    def now(self, *, ask: bool = False) -> datetime:
        """Return the CRM's clock as last heard; *ask* makes a call that is not counted."""
        if ask or self.transport.heard_at is None:
            self.versions()
        seconds = self.transport.crm_seconds()
        if seconds is None:
            raise self._not_an_answer()
        return datetime.fromtimestamp(seconds, tz=UTC)

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
        needed = "Id" if _ASKS_ID.match(soql) else None
        page = self._whole(lambda: _checked(self.api.query(soql, include_deleted=deleted), needed))
        records: list[dict[str, Any]] = page["records"]
        while not page["done"]:
            more = str(page.get("nextRecordsUrl", ""))
            if not _MORE.fullmatch(more):
                raise self._not_an_answer()
            page = self._whole(
                lambda url=more: _checked(self.api.query_more(url, identifier_is_url=True), needed)
            )
            records.extend(page["records"])
        return records

    def _whole(self, ask: Any) -> Any:
        try:
            return ask()
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._not_an_answer() from error

    def _not_an_answer(self) -> CrmUnavailable:
        return CrmUnavailable(
            "Salesforce sent an answer that cannot be read", crm=self.name, code="KAM-3103"
        )


def _checked(page: Any, needed: str | None) -> Any:
    """Return a query's page; raises TypeError or KeyError where it is not one."""
    if not isinstance(page["records"], list) or not isinstance(page["done"], bool):
        raise TypeError("a page holds a list of records and says whether it is the last")
    if needed is not None:
        for record in page["records"]:
            record[needed]
    return page


def chunks(items: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return the items in parts of at most *size*."""
    return [items[start : start + size] for start in range(0, len(items), size)]
