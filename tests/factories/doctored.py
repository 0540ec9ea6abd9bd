"""Answers of a served org, changed on their way: what no well-meaning server would send."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import requests
import urllib3

from kam_salesforce import SalesforceCrm

__all__ = ["MOST", "Answer", "doctored", "merged"]

MOST = 400
"""Requests after which a test fails: nothing here takes so many, unless it goes on for ever."""
_LENGTHS = frozenset({"content-encoding", "content-length", "transfer-encoding"})

Answer = tuple[bytes, Mapping[str, str]]
Change = Callable[[bytes], Answer]


def doctored(crm: SalesforceCrm, where: str, change: Change) -> SalesforceCrm:
    """Let answers to requests that match a pattern ("GET /path") be changed."""
    transport = crm._client.transport
    send, pattern, asked = transport.send, re.compile(where), []

    def changed(request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        asked.append(request.path_url)
        assert len(asked) < MOST, f"for ever: {asked[-3:]}"
        answer = send(request, **kwargs)
        if not pattern.search(f"{request.method} {request.path_url}"):
            return answer
        body, headers = change(answer.raw.read(decode_content=True))
        return _answer(answer, body, headers)

    transport.send = changed  # type: ignore[method-assign]
    return crm


def merged(**members: Any) -> Change:
    """Return a change that sets members of a JSON object."""
    return lambda body: (json.dumps(json.loads(body) | members).encode(), {})


def _answer(
    before: requests.Response, body: bytes, headers: Mapping[str, str]
) -> requests.Response:
    kept = {n: v for n, v in before.headers.items() if n.lower() not in _LENGTHS}
    answer = requests.Response()
    answer.status_code, answer.url = before.status_code, before.url
    answer.request = before.request
    answer.headers.update(kept | dict(headers))
    answer.raw = urllib3.HTTPResponse(
        body=io.BytesIO(body), headers=dict(answer.headers), preload_content=False
    )
    return answer
