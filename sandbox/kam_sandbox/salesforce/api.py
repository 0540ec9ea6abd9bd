"""Every call's way in: version, session, limits, then the handler."""

from __future__ import annotations

import re
from pathlib import Path

from kam_sandbox.salesforce.auth import Sessions, make_key
from kam_sandbox.salesforce.bulk import BulkJobs
from kam_sandbox.salesforce.composite import add_composite
from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.feature_switch import add_switch
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.rest_changes import add_changes
from kam_sandbox.salesforce.rest_many import add_collections
from kam_sandbox.salesforce.rest_read import FIRST_VERSION, LAST_VERSION, Queries, Resources
from kam_sandbox.salesforce.rest_rows import add_rows
from kam_sandbox.salesforce.token_pages import TokenPages
from kam_sandbox.salesforce.tooling import add_tooling
from kam_sandbox.state import World

__all__ = ["Api"]

_VERSIONED = re.compile(r"/services/data/v(?P<version>\d+\.0)(?P<rest>/.*)?")
_CONTENT = {"application/json", "text/csv"}
_RETIRED = 21
"""First of the versions that answer 410; older ones were never served over REST here."""


class Api:
    """The REST API over one org.

    Args:
        world: The world to serve.
        key_file: PEM file of the JWT flow's private key.
    """

    def __init__(self, world: World, *, key_file: Path) -> None:
        self.org = Org(world)
        add_switch(self.org)
        self._sessions = Sessions(key_file)
        make_key(key_file)
        self._token_pages = TokenPages(self._sessions)
        self._routes = Routes()
        self._add_reading(Queries())
        add_collections(self._routes)
        add_composite(self._routes, self.subrequest)
        add_changes(self._routes)
        add_rows(self._routes)
        add_tooling(self._routes)
        BulkJobs().add_to(self._routes)

    def answer(self, request: Request) -> Answer:
        """Answer one call, errors included."""
        try:
            with self.org.records.lock:
                return self._route(request)
        except ApiError as error:
            headers = self._limit_header() if request.path.startswith("/services/data/") else {}
            return Answer(status=error.status, content=error.body(), headers=headers)

    def subrequest(self, request: Request) -> Answer:
        """Answer one part of a composite call: no session, no limit of its own.

        Raises:
            ApiError: as the handler does.
        """
        match = _VERSIONED.fullmatch(request.path)
        if match is None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        request.version = match["version"]
        return self._routes.call(self.org, request, (match["rest"] or "/").lstrip("/"))

    def _route(self, request: Request) -> Answer:
        about_tokens = self._token_pages.answer(self.org, request)
        if about_tokens is not None:
            return about_tokens
        if request.path.rstrip("/") == "/services/data":
            return Resources.versions()
        match = _VERSIONED.fullmatch(request.path)
        if match is None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        _check_version(int(match["version"].partition(".")[0]))
        self._sessions.check(self.org, request)
        self._count_call(request)
        _check_content(request)
        answer = self.subrequest(request)
        answer.headers |= self._limit_header()
        return answer

    def _count_call(self, request: Request) -> None:
        refused = self.org.world.faults.take_kind(
            "rate_limit", "salesforce", request.method, request.target
        )
        if refused or self.org.calls >= self.org.world.daily_api_limit:
            message = "TotalRequests Limit exceeded."
            raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", message)
        self.org.calls += 1

    def _limit_header(self) -> dict[str, str]:
        usage = f"api-usage={self.org.calls}/{self.org.world.daily_api_limit}"
        return {"Sforce-Limit-Info": usage}

    def _add_reading(self, queries: Queries) -> None:
        add, name = self._routes.add, r"sobjects/(?P<name>\w+)"
        add("GET", "", Resources.map)
        add("GET", "query", queries.query)
        add("GET", "queryAll", queries.query_all)
        add("GET", r"query(?:All)?/(?P<locator>\w+-\d+)", queries.more)
        add("GET", "sobjects", Resources.objects)
        add("GET", name, Resources.basic)
        add("GET", f"{name}/describe", Resources.describe)
        add("GET", "limits", Resources.limits)
        add("GET", "limits/recordCount", Resources.record_count)


def _check_content(request: Request) -> None:
    """Refuse a body that is neither JSON nor, for uploads, CSV."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip()
    if request.body and kind.lower() not in _CONTENT:
        message = f"Content-Type header specified in HTTP request is not supported: {kind}"
        raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", message)


def _check_version(number: int) -> None:
    if FIRST_VERSION <= number <= LAST_VERSION:
        return
    if _RETIRED <= number < FIRST_VERSION:
        message = "The requested resource has been retired or removed"
        raise ApiError(410, "UNSUPPORTED_API_VERSION", message)
    raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
