"""simple-salesforce's object over our transport, reading JSON fast and numbers exactly.

Importing this module loads that library: half a second, so the first call does it.
"""

from __future__ import annotations

import re
from typing import Any, cast

import orjson
import requests
from simple_salesforce.api import Salesforce

from kam_connector.model.strict_json import check_twins, exact_number, load_strictly
from kam_connector.model.writable import writable

__all__ = ["make_api", "read_json"]

_LONG_NUMBER = re.compile(rb":\s?-?\d(?:[\d.]{16}|[\d.]*[eE][-+]?\d{3})")
"""A member that may be a number which a float does not keep: more than fifteen digits (and a
point), or an exponent of three. Text that looks like one costs time, nothing else."""
_NUL = b"\\u0000"
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(body: bytes) -> Any:
    """Return what an answer holds: short numbers as floats, which keep them, long as decimals.

    No text holds what no database takes.

    Raises:
        ValueError: It is no JSON, or says two things at once.
    """
    odd = _NUL in body
    if _LONG_NUMBER.search(body) is None:
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError:  # half an emoji, or no JSON at all
            odd = True
        else:
            check_twins(body, found)
            return writable(found) if odd else found
    found = load_strictly(body, parse_float=exact_number)
    return writable(found) if odd or _HALF.search(body) else found


def make_api(session: requests.Session, *, instance_url: str, version: str) -> Salesforce:
    """Return the library's object; its own sign-in and errors are never reached."""
    api = _Api(
        session_id="set by the transport",
        instance_url=instance_url,
        version=version,
        session=session,
    )
    api.headers = cast("Any", {"Content-Type": "application/json"})
    return api


class _Api(Salesforce):
    """Reads answers as we do."""

    def parse_result_to_json(self, result: requests.Response) -> Any:
        return read_json(result.content)
