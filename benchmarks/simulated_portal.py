"""A HubSpot portal of any size on simulated time: its limits and delays pass, nobody waits.

Records are rendered when they are asked for and none is kept, so that a million of them cost
no memory. The limits are the sandbox's own: what is sent above them is refused, and counted.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPResponse

from kam_connector.model.settings import Secret
from kam_hubspot.client import Client
from kam_hubspot.crm import HubSpotCrm
from kam_hubspot.settings import HubSpotSettings
from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, standard_properties
from kam_sandbox.hubspot.errors import ApiError
from kam_sandbox.hubspot.limiter import Limiter, Limits

__all__ = ["SimulatedClock", "SimulatedPortal"]

_START = datetime(2026, 11, 21, 6, tzinfo=UTC)
_MADE = "2025-11-21T06:00:00.000Z"
_MADE_MS = str(round(datetime.fromisoformat(_MADE).timestamp() * 1000))
_FIRST = 1_000_000_000
_PEOPLE = 4
"""Contacts, and deals, to a company: 200,000 to 50,000."""
_OBJECT = re.compile(r"/crm/objects/[\d-]+/([a-z_]+)(/.*)?")
_LINKS = re.compile(r"/crm/associations/[\d-]+/([a-z_]+)/([a-z_]+)/(batch/read|labels)")
_EXPORT = "/crm/exports/2026-09/export"
_FILE = "/file.zip"
_NAMES = {type_id: name for name, type_id in OBJECT_TYPE_IDS.items()}
_TYPES = {("contacts", "companies"): 1, ("deals", "companies"): 5, ("deals", "contacts"): 3}


class SimulatedClock:
    """Our own time; waiting is all that moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """Return the present."""
        return _START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.seconds += seconds


class SimulatedPortal(BaseAdapter):
    """Answers lists, searches, batch reads, associations and exports of made-up records.

    Args:
        counts: How many records each object has.
        latency_s: How long each answer takes.
        export_s: How long an export takes.
    """

    def __init__(
        self, counts: dict[str, int], *, latency_s: float = 0.0, export_s: float = 600.0
    ) -> None:
        super().__init__()
        self.clock = SimulatedClock()
        self.calls: Counter[str] = Counter()
        """How often each kind of call was made."""
        self.refused = 0
        """How many calls were above a limit."""
        self._counts = counts
        self._latency_s = latency_s
        self._export_s = export_s
        self._limiter = Limiter(limits=Limits(), monotonic=lambda: self.clock.seconds)
        self._responses = HTTPAdapter()
        self._wanted: dict[str, Any] = {}
        self._asked_s = 0.0

    def connect(self, **settings: Any) -> HubSpotCrm:
        """Return a connection to the portal."""
        given = {"endpoint": "http://127.0.0.1:1", "access_token": Secret("pat-bench"), **settings}
        client = Client("bench", HubSpotSettings(**given), clock=self.clock)
        client.transport.mount("http://", self)
        return HubSpotCrm(client)

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the portal's answer, some time later."""
        self.clock.sleep(self._latency_s)
        parts = urlsplit(str(request.url))
        status, headers = 200, {}
        try:
            if parts.path != _FILE:  # no call of the API
                headers = self._limiter.admit(search=parts.path.endswith("/search"))
            body = self._answer(parts.path, parse_qs(parts.query), request.body)
        except ApiError as error:
            self.refused += 1
            status, headers, body = error.status, error.headers, orjson.dumps(error.body("x"))
        headers["Date"] = format_datetime(self.clock.now(), usegmt=True)
        raw = HTTPResponse(io.BytesIO(body), headers, status, preload_content=False)
        return self._responses.build_response(request, raw)

    def close(self) -> None:
        """Give nothing back: there is nothing."""

    def _answer(self, path: str, query: dict[str, list[str]], body: Any) -> bytes:
        if path == _FILE:
            return self._counted("file", self._file())
        if path.startswith(_EXPORT):
            return self._counted("export", orjson.dumps(self._export(path, body)))
        if found := _LINKS.fullmatch(path):
            linked = {"results": []} if found[3] == "labels" else self._linked(found, body)
            return self._counted("associations", orjson.dumps(linked))
        if "/properties/" in path:
            object_ = path.rpartition("/")[2]
            return self._counted("other", orjson.dumps({"results": _properties(object_)}))
        if "/pipelines/" in path:
            return self._counted("other", b'{"results":[]}')
        if found := _OBJECT.fullmatch(path):
            return self._of_object(found[1], found[2], query, body)
        said = b'{"portalId":1,"companyCurrency":"EUR","timeZone":"UTC"}'
        return self._counted("other", said)

    def _counted(self, kind: str, body: bytes) -> bytes:
        self.calls[kind] += 1
        return body

    def _of_object(
        self, object_: str, verb: str | None, query: dict[str, list[str]], body: Any
    ) -> bytes:
        if verb == "/search":
            total = 0 if "filterGroups" in orjson.loads(body) else self._counts[object_]
            return self._counted("search", b'{"total":%d,"results":[]}' % total)
        if verb == "/batch/read":
            wanted = orjson.loads(body)
            names, refs = wanted["properties"], [int(one["id"]) for one in wanted["inputs"]]
            records = [_record(object_, ref - _FIRST, names) for ref in refs]
            answer = {"status": "COMPLETE", "results": records}
            return self._counted("batch read", orjson.dumps(answer))
        if query.get("archived") == ["true"]:
            return self._counted("archived", b'{"results":[]}')
        return self._counted("list", orjson.dumps(self._listed(object_, query)))

    def _listed(self, object_: str, query: dict[str, list[str]]) -> dict[str, Any]:
        first = int(query.get("after", [str(_FIRST - 1)])[0]) - _FIRST + 1
        last = min(first + int(query["limit"][0]), self._counts[object_])
        names = query["properties"]
        names = names[0].split(",") if len(names) == 1 else names
        page: dict[str, Any] = {
            "results": [_record(object_, number, names) for number in range(first, last)]
        }
        if last < self._counts[object_]:
            page["paging"] = {"next": {"after": str(_FIRST + last - 1)}}
        return page

    def _linked(self, found: re.Match[str], body: Any) -> dict[str, Any]:
        type_id = _TYPES.get((found[1], found[2]))
        if type_id is None:
            return {"status": "COMPLETE", "results": []}
        kinds = [{"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": None}]
        results = [
            {
                "from": {"id": one["id"]},
                "to": [{"toObjectId": _company(int(one["id"])), "associationTypes": kinds}],
            }
            for one in orjson.loads(body)["inputs"]
        ]
        return {"status": "COMPLETE", "results": results}

    def _export(self, path: str, body: Any) -> dict[str, Any]:
        if path.endswith("/async"):
            self._wanted, self._asked_s = orjson.loads(body), self.clock.seconds
            return {"id": "1"}
        if not path.endswith("/status"):
            return {"id": "1", "recordCount": self._counts[self._exported]}
        asked = _START + timedelta(seconds=self._asked_s)
        said = {"requestedAt": asked.isoformat().replace("+00:00", "Z")}
        if self.clock.seconds < self._asked_s + self._export_s:
            return {**said, "status": "PROCESSING"}
        return {**said, "status": "COMPLETE", "result": f"http://127.0.0.1:1{_FILE}"}

    @property
    def _exported(self) -> str:
        return _NAMES[self._wanted["objectType"]]

    def _file(self) -> bytes:
        packed = io.BytesIO()
        with (
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open("export.csv", "w", force_zip64=True) as member,
            io.TextIOWrapper(member, encoding="utf-8", newline="") as text,
        ):
            writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
            writer.writerows(self._lines())
        return packed.getvalue()

    def _lines(self) -> Iterator[Sequence[str]]:
        names = self._wanted["objectProperties"]
        subjects = [_SUBJECTS[_NAMES[one]] for one in self._wanted["associatedObjectType"]]
        yield ["Record ID", *names, *(f"Associated {one} IDs" for one in subjects)]
        object_ = self._exported
        for number in range(self._counts[object_]):
            values = _values(object_, number)
            cells = [values.get(name) or "" for name in names]
            cells = [_MADE_MS if cell == _MADE else cell for cell in cells]
            companies = [_company(_FIRST + number) if one == "Company" else "" for one in subjects]
            yield [str(_FIRST + number), *cells, *companies]


_SUBJECTS = {"companies": "Company", "contacts": "Contact", "deals": "Deal"}


def _properties(object_: str) -> list[dict[str, Any]]:
    return [one.as_json() for one in standard_properties(object_)]


def _company(ref: int) -> str:
    return str(_FIRST + (ref - _FIRST) // _PEOPLE)


def _values(object_: str, number: int) -> dict[str, str]:
    """Return the properties of one record that are not empty."""
    ref = str(_FIRST + number)
    stamps = dict.fromkeys(("createdate", "hs_lastmodifieddate", "lastmodifieddate"), _MADE)
    if object_ == "companies":
        own = {"name": f"Company {number}", "domain": f"c{number}.example", "city": "Lyon"}
    elif object_ == "contacts":
        own = {"firstname": f"Person {number}", "lastname": "Weiß", "email": f"p{number}@c.example"}
        own |= {"jobtitle": "Buyer", "associatedcompanyid": _company(int(ref))}
    else:
        own = {"dealname": f"Deal {number}", "amount": "1200.5", "dealstage": "1", "pipeline": "1"}
    return {"hs_object_id": ref, **own, **stamps}


def _record(object_: str, number: int, names: Sequence[str]) -> dict[str, Any]:
    values = _values(object_, number)
    properties = {name: values.get(name) for name in (*names, "hs_object_id")}
    stamps = {"createdAt": _MADE, "updatedAt": _MADE}
    return {"id": str(_FIRST + number), "properties": properties, "archived": False, **stamps}
