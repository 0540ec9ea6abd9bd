"""What the server answers: two CRMs' worth of contacts, and the little else that is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson

from benchmarks.bulk import BulkResult
from benchmarks.expected import expected
from benchmarks.forms import HUBSPOT_TYPES, SALESFORCE_COLUMNS, company_of
from benchmarks.pages import HubSpotPages, SalesforcePages

__all__ = ["Answer", "Site"]

_DATES = {
    "first": "Sat, 21 Nov 2026 06:00:00 GMT",
    "quiet": "Sun, 22 Nov 2026 06:00:00 GMT",
    "night": "Sun, 22 Nov 2026 06:00:00 GMT",
}
"""The CRM's clock: the first pull, a night without a change, a night with some."""
_BEHIND = re.compile(r"\bId > '(\w+)'")
_TYPES = {
    "Id": "id", "SystemModstamp": "datetime", "IsDeleted": "boolean",
    "MasterRecordId": "reference", "AccountId": "reference", "CreatedDate": "datetime",
    "EmailBouncedDate": "datetime", "IsEmailBounced": "boolean", "KAM_Strength__c": "double",
    "ReportsToId": "reference", "Email": "email",
}  # fmt: skip
_ORG = b'{"totalSize":1,"done":true,"records":[{"Id":"00D000000000BNCEA2","TimeZoneSidKey":"UTC"}]}'
_NOTHING = b'{"totalSize":0,"done":true,"records":[]}'


class Answer(NamedTuple):
    """Body, status and further header lines."""

    body: bytes
    status: int = 200
    headers: str = ""


class Site:
    """Both CRMs, at one of three moments."""

    def __init__(self, count: int, *, every: int, crms: Sequence[str]) -> None:
        self._count, self._every = count, every
        self._salesforce = SalesforcePages(count, every=every) if "salesforce" in crms else None
        self._hubspot = HubSpotPages(count) if "hubspot" in crms else None
        self._moment = "first"
        self._bulk: BulkResult | None = None

    @property
    def date(self) -> str:
        """The ``Date`` header."""
        return _DATES[self._moment]

    def answer(self, path: str, query: Mapping[str, str], body: bytes) -> Answer:
        """Return what one request gets."""
        if path.startswith("/_bench/"):
            return Answer(self._control(path.split("/")[2:]))
        if path.startswith("/services/"):
            return self._of_salesforce(path, query, body)
        return self._of_hubspot(path, query, body)

    def _control(self, words: Sequence[str]) -> bytes:
        """Set the moment, or work out what must have arrived."""
        if words[0] == "expected":
            every = self._every if words[2] == "night" else 0
            return orjson.dumps(list(expected(words[1], self._count, every=every)))
        self._moment = words[0]
        return b"{}"

    def _of_salesforce(self, path: str, query: Mapping[str, str], body: bytes) -> Answer:
        if path == "/services/data":
            return Answer(b'[{"label":"Spring","url":"/services/data/v66.0","version":"66.0"}]')
        if path.endswith("/userinfo"):
            return Answer(b'{"user_id":"005000000000BNCEA2","preferred_username":"bench"}')
        if path.endswith("/describe"):
            return Answer(_described(path.split("/")[-2]))
        if path.endswith("/limits/recordCount"):
            return Answer(b'{"sObjects":[{"name":"Contact","count":%d}]}' % self._count)
        if "/jobs/query" in path:
            return self._of_bulk(path, query, body)
        if "/query/01g" in path:
            return Answer(self._pages.chain(int(path.rpartition("-")[2])))
        return self._query(query["q"])

    def _of_bulk(self, path: str, query: Mapping[str, str], body: bytes) -> Answer:
        if self._bulk is None:
            self._bulk = BulkResult(self._count)
        if body:
            return Answer(self._bulk.made(orjson.loads(body)["query"]))
        if path.endswith("/results"):
            body, headers = self._bulk.page(query)
            return Answer(body, headers=headers)
        return Answer(self._bulk.pages(query) if "resultPages" in path else self._bulk.about())

    @property
    def _pages(self) -> SalesforcePages:
        assert self._salesforce is not None
        return self._salesforce

    def _query(self, soql: str) -> Answer:
        if "FROM Organization" in soql:
            return Answer(_ORG)
        if "FROM CurrencyType" in soql:
            error = b'[{"errorCode":"INVALID_TYPE","message":"CurrencyType is not supported"}]'
            return Answer(error, 400)
        if "FROM Contact" not in soql:
            return Answer(_NOTHING)
        found = _BEHIND.search(soql)
        after = found[1] if found else ""
        if "SystemModstamp >" in soql:
            changed = self._moment == "night"
            return Answer(self._pages.window(after) if changed else _NOTHING)
        if "LIMIT" in soql:
            return Answer(self._pages.by_id(after))
        return Answer(self._pages.chain(0))

    def _of_hubspot(self, path: str, query: Mapping[str, str], body: bytes) -> Answer:
        if path.endswith("/details"):
            return Answer(b'{"portalId":4711,"companyCurrency":"EUR","timeZone":"UTC"}')
        if "/properties/" in path:
            return Answer(_PROPERTIES)
        if path.startswith("/crm/associations/") and body:
            return Answer(_companies_of([one["id"] for one in orjson.loads(body)["inputs"]]))
        if path.endswith("/contacts") and self._hubspot is not None:
            return Answer(self._hubspot.listing(query.get("after", "")))
        return Answer(b'{"results":[]}')


def _described(object_: str) -> bytes:
    fields = [
        {"name": name, "label": name, "type": _TYPES.get(name, "string"), "length": 255}
        for name in SALESFORCE_COLUMNS
    ]
    return orjson.dumps({"name": object_, "queryable": True, "fields": fields})


def _companies_of(refs: Sequence[str]) -> bytes:
    """Return the primary company of each contact."""
    kind = {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}
    found = [
        {
            "from": {"id": ref},
            "to": [{"toObjectId": company_of(ref), "associationTypes": [kind]}],
        }
        for ref in refs
    ]
    return orjson.dumps({"status": "COMPLETE", "results": found})


_PROPERTIES = orjson.dumps(
    {
        "results": [
            {"name": name, "label": name, "type": type_, "fieldType": "text"}
            for name, type_ in HUBSPOT_TYPES.items()
        ]
    }
)
