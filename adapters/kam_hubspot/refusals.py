"""What a refused sign-in means: OAuth's error words, turned into our codes.

The dated token endpoint answers in OAuth's own words, with HubSpot's status beside them
(OAuth guide of the dated version; the statuses as public clients' threads show them).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from kam_connector.errors import ConfigError, SignInError
from kam_connector.model.patience import Verdict
from kam_hubspot.codes import CODES
from kam_hubspot.errors import judge

__all__ = ["judge_grant"]


class _Known(NamedTuple):
    words: str
    """Part of the status, the error or its description, in lower case."""
    code: str
    hint: str = ""
    """Default: what the code says."""


_KNOWN = (
    _Known("bad_client_id", "KAM-3001", "check client_id: the project app's Auth page shows it"),
    _Known("bad_client_secret", "KAM-3001", "check client_secret: the project app's Auth page"),
    _Known("bad_redirect_uri", "KAM-3122"),
    _Known("redirect uri", "KAM-3122"),
    _Known("bad_auth_code", "KAM-3007", "log in again, and faster"),
    _Known("auth code", "KAM-3007", "log in again, and faster"),
    _Known("bad_refresh_token", "KAM-3006"),
    _Known("refresh token", "KAM-3006"),
    _Known("bad_scope", "KAM-3123"),
    _Known("invalid_scope", "KAM-3123"),
    _Known("unsupported_grant_type", "KAM-3123"),
    _Known("client id", "KAM-3001", "check client_id: the project app's Auth page shows it"),
    _Known("client secret", "KAM-3001", "check client_secret: the project app's Auth page"),
    _Known("invalid_client", "KAM-3001", "check client_id and client_secret"),
)


def judge_grant(status: int, headers: Mapping[str, str], body: bytes, *, crm: str) -> Verdict:
    """Return what to do about a token endpoint's answer that is no success.

    A refusal is final: asking again with the same grant can withdraw it for good.
    """
    said = _said(body)
    if not said and status == 404:
        told = "nobody signs in at this address: HubSpot answered 404"
        wrong = ConfigError(told, crm=crm, code="KAM-1041", field="host", http_status=status)
        return Verdict(error=wrong)
    if not said or status >= 500 or status in (423, 429, 477):
        return judge(status, headers, body, crm=crm, repeatable=True)
    known = next((one for one in _KNOWN if one.words in said), _Known("", "KAM-3001"))
    told = f"HubSpot refused the sign-in: {known.words or 'no reason that we know'}"
    return Verdict(
        error=SignInError(
            told,
            crm=crm,
            code=known.code,
            hint=known.hint or CODES[known.code].fix,
            http_status=status,
        )
    )


def _said(body: bytes) -> str:
    """Return status, error and description in lower case; empty when they are not OAuth's."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict):
        return ""
    words = [document.get(name) for name in ("status", "error", "error_description", "message")]
    texts = [word for word in words if isinstance(word, str) and len(word) <= 300]
    return " ".join(texts).lower()
