"""Composite and batch calls: several REST calls in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from kam_sandbox.salesforce.errors import ApiError
from kam_sandbox.salesforce.org import Org
from kam_sandbox.salesforce.request import Answer, Request, Routes
from kam_sandbox.salesforce.writes import Writer

__all__ = ["add_composite"]

_MAX_PARTS = 25
_MAX_HEAVY = 5
"""Queries and collections among a composite's parts."""
_HEAVY = re.compile(r"/services/data/v[\d.]+/(query|queryAll|composite/sobjects)\b")
_NAME = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_REFERENCE = re.compile(r"@\{(?P<name>\w+)\.(?P<path>[\w.\[\]]+)\}")

Subrequest = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class _Composer:
    call: Subrequest

    def composite(self, org: Org, request: Request) -> Answer:
        document = request.document()
        parts = _checked_parts(document.get("compositeRequest"))
        all_or_none = bool(document.get("allOrNone"))
        done: dict[str, Any] = {}
        failed: set[str] = set()
        answers = []
        savepoint = Writer(org, request)
        for part in parts:
            answer = self._part(request, part, done, failed)
            reference = part["referenceId"]
            done[reference] = orjson.loads(answer.body()) if answer.body() else None
            if answer.status >= 400:
                failed.add(reference)
            answers.append((reference, answer))
        if all_or_none and failed:
            savepoint.roll_back()
            answers = [(name, _halted_unless_failed(name, a, failed)) for name, a in answers]
        content = [_part_answer(reference, answer) for reference, answer in answers]
        return Answer(content={"compositeResponse": content})

    def batch(self, _org: Org, request: Request) -> Answer:
        document = request.document()
        parts = document.get("batchRequests")
        if not isinstance(parts, list) or not 1 <= len(parts) <= _MAX_PARTS:
            raise ApiError(400, "INVALID_BATCH", f"batchRequests holds 1 to {_MAX_PARTS} requests")
        answers = []
        for part in parts:
            if not isinstance(part, dict) or not _texts(part, "method", "url"):
                raise ApiError(400, "JSON_PARSER_ERROR", "method and url are required")
            url = part["url"]
            full = url if url.startswith("/") else f"/services/data/{url}"
            answers.append(self._call(request, part, full, {}, part.get("richInput")))
        failed = any(answer.status >= 400 for answer in answers)
        results = [{"statusCode": answer.status, "result": _body(answer)} for answer in answers]
        return Answer(content={"hasErrors": failed, "results": results})

    def _part(
        self, outer: Request, part: Mapping[str, Any], done: dict[str, Any], failed: set[str]
    ) -> Answer:
        text = orjson.dumps([part["url"], part.get("body")]).decode()
        if any(match["name"] in failed for match in _REFERENCE.finditer(text)):
            return _halted()
        try:
            url = _filled(part["url"], done)
            body = _filled(part.get("body"), done)
        except ApiError as error:
            return Answer(status=error.status, content=error.body())
        headers = {
            name.lower(): str(value) for name, value in (part.get("httpHeaders") or {}).items()
        }
        return self._call(outer, part, url, headers, body)

    def _call(
        self,
        outer: Request,
        part: Mapping[str, Any],
        url: str,
        headers: Mapping[str, str],
        body: Any,
    ) -> Answer:
        split = urlsplit(url)
        inner = Request(
            method=str(part["method"]).upper(),
            path=unquote(split.path),
            query=dict(parse_qsl(split.query, keep_blank_values=True)),
            headers=headers,
            body=b"" if body is None else orjson.dumps(body),
            user=outer.user,
            undo=outer.undo,
        )
        try:
            return self.call(inner)
        except ApiError as error:
            return Answer(status=error.status, content=error.body())


def add_composite(routes: Routes, call: Subrequest) -> None:
    """Add the composite pages; *call* answers one part."""
    composer = _Composer(call)
    routes.add("POST", "composite", composer.composite)
    routes.add("POST", "composite/batch", composer.batch)


def _checked_parts(parts: Any) -> list[dict[str, Any]]:
    if not isinstance(parts, list) or not parts:
        raise ApiError(400, "JSON_PARSER_ERROR", "compositeRequest must be a list of requests")
    if len(parts) > _MAX_PARTS:
        message = f"Cannot have more than {_MAX_PARTS} subrequests in a composite request"
        raise ApiError(400, "LIMIT_EXCEEDED", message)
    for part in parts:
        if not isinstance(part, dict) or not _texts(part, "method", "url", "referenceId"):
            message = "method, url and referenceId are required"
            raise ApiError(400, "JSON_PARSER_ERROR", message)
        if not isinstance(part.get("httpHeaders") or {}, dict):
            raise ApiError(400, "JSON_PARSER_ERROR", "httpHeaders must be an object")
        if not _NAME.fullmatch(part["referenceId"]):
            message = (
                "Provided referenceId must start with a letter or number, and it can contain only "
                "letters, numbers and underscores"
            )
            raise ApiError(400, "INVALID_INPUT", message)
    names = [part["referenceId"] for part in parts]
    if len(set(names)) != len(names):
        raise ApiError(400, "INVALID_INPUT", "Duplicate referenceId in composite request")
    if sum(1 for part in parts if _HEAVY.match(part["url"])) > _MAX_HEAVY:
        message = f"Cannot have more than {_MAX_HEAVY} query or collection subrequests"
        raise ApiError(400, "LIMIT_EXCEEDED", message)
    return parts


def _texts(part: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(part.get(name), str) for name in names)


def _filled(value: Any, done: Mapping[str, Any]) -> Any:
    """Return a URL or body with its ``@{reference.path}`` filled in."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: str(_looked_up(match, done)), value)
    if isinstance(value, list):
        return [_filled(item, done) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, done) for name, item in value.items()}
    return value


def _looked_up(match: re.Match[str], done: Mapping[str, Any]) -> Any:
    at = done.get(match["name"])
    for key in re.findall(r"\w+", match["path"]):
        if isinstance(at, list) and key.isdigit() and int(key) < len(at):
            at = at[int(key)]
        elif isinstance(at, dict) and key in at:
            at = at[key]
        else:
            message = f"Invalid reference specified. No value for {match[0]} found"
            raise ApiError(400, "PROCESSING_HALTED", message)
    return at


def _halted() -> Answer:
    message = "The request wasn't processed because a request it depends on failed."
    return Answer(status=400, content=ApiError(400, "PROCESSING_HALTED", message).body())


def _halted_unless_failed(name: str, answer: Answer, failed: set[str]) -> Answer:
    if name in failed:
        return answer
    message = (
        "The transaction was rolled back since another operation in the same transaction failed."
    )
    return Answer(status=400, content=ApiError(400, "PROCESSING_HALTED", message).body())


def _body(answer: Answer) -> Any:
    return orjson.Fragment(answer.body()) if answer.body() else None


def _part_answer(reference: str, answer: Answer) -> dict[str, Any]:
    return {
        "body": _body(answer),
        "httpHeaders": answer.headers,
        "httpStatusCode": answer.status,
        "referenceId": reference,
    }
