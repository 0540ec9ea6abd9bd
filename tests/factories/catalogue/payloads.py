"""Answers of a CRM that are none (P1 to P24, as far as a person is told)."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.factories.catalogue.row import Bad

__all__ = ["PAYLOADS"]

_CONFIG = """
[connections.emea]
crm = "salesforce"
endpoint = "{endpoint}"
client_id = "sandbox"
client_secret = "env:KAM_TEST_SECRET"
attempts = 2
[kam]
key_accounts = "name != null"
"""
_QUERY = "/queryAll"
_RECORD = '{"totalSize":1,"done":true,"records":[{"attributes":{},"Id":"001000000000001AAA",'

_Served = partial(
    Bad, exit_code=7, words=("sync", "run"), files={"config.toml": _CONFIG},
    environ={"KAM_TEST_SECRET": "sandbox"}, where="emea", never=("sandbox!", "Traceback"),
)  # fmt: skip


def _fault(kind: str = "status", **more: Any) -> tuple[dict[str, Any], ...]:
    return ({"kind": kind, "crm": "salesforce", "times": 999, "match": _QUERY, **more},)


def _refused(code: str, message: str = "x") -> list[dict[str, str]]:
    return [{"errorCode": code, "message": message}]


def _said(body: str) -> tuple[dict[str, Any], ...]:
    return _fault(status=200, body=body, headers={"Content-Type": "application/json"})


PAYLOADS: tuple[Bad, ...] = (
    _Served(row="P1", case="a web page", code="KAM-3103", what=("a web page",), fix="proxy",
            faults=_fault("html", status=200)),
    _Served(row="P2", case="half an answer", code="KAM-3101", what=("broke the connection",),
            fix="network", faults=_fault("truncate")),
    *(
        _Served(row="P3", case=value, code="KAM-3103", what=("cannot be read",),
                faults=_said(f'{_RECORD}"AnnualRevenue":{value}}}]}}'))
        for value in ("NaN", "1e9999", '1,"AnnualRevenue":2')
    ),
    _Served(row="P21", case="grant refused", exit_code=6, code="KAM-3006",
            fix="kam connection login",
            faults=_fault(status=400, match="oauth2/token", body={
                "error": "invalid_grant", "error_description": "expired access/refresh token"})),
    _Served(row="P21", case="no right to the API", exit_code=6, code="KAM-3004",
            fix="enable API access", faults=_fault(status=403, match="/services/data/v",
                                                   body=_refused("API_DISABLED_FOR_ORG"))),
    _Served(row="P21", case="daily calls used up", code="KAM-3111", fix="next window",
            where="Account",
            faults=_fault(status=403, body=_refused(
                "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))),
    _Served(row="P21", case="no such object", exit_code=6, code="KAM-3003",
            fix="grant what the message names",
            faults=_fault(status=403, body=_refused("INSUFFICIENT_ACCESS"))),
)  # fmt: skip
