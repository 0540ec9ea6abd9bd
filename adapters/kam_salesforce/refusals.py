"""What a refused sign-in means: OAuth's error words, turned into our codes.

The descriptions are those that Salesforce's own fixtures and its users' threads show; one we
do not know keeps its error word and the general code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from kam_connector.errors import ConfigError, CrmUnavailable, SignInError
from kam_connector.model.patience import Verdict
from kam_salesforce.codes import CODES
from kam_salesforce.errors import judge

__all__ = ["judge_grant"]


class _Known(NamedTuple):
    words: str
    """Part of the error or of its description, in lower case."""
    code: str
    hint: str = ""
    """Default: what the code says."""


_KNOWN = (
    _Known("ip restricted", "KAM-3021"),
    _Known("user hasn't approved this consumer", "KAM-3022"),
    _Known("not admin approved", "KAM-3022"),
    _Known("invalid_app_access", "KAM-3022"),
    _Known("app_not_found", "KAM-3022", "install the External Client App in this org"),
    _Known(
        "no client credentials user enabled",
        "KAM-3022",
        "name the run-as user of the client credentials flow in the app's policies",
    ),
    _Known(
        "unsupported_grant_type",
        "KAM-3022",
        "switch on this flow in the External Client App's settings",
    ),
    _Known("request not supported on this domain", "KAM-3022", "use My Domain as domain"),
    _Known("audience is invalid", "KAM-3024"),
    _Known("invalid assertion", "KAM-3023"),
    _Known("assertion is expired", "KAM-3026"),
    _Known("expired authorization code", "KAM-3007", "log in again, and faster"),
    _Known("invalid authorization code", "KAM-3007", "log in again"),
    _Known("invalid code verifier", "KAM-3007", "log in again"),
    _Known("expired access/refresh token", "KAM-3006"),
    _Known("activation secret invalid", "KAM-3006"),
    _Known("token validity expired", "KAM-3006"),
    _Known("inactive user", "KAM-3025"),
    _Known("inactive_user", "KAM-3025"),
    _Known("user is inactive", "KAM-3025"),
    _Known("org_locked", "KAM-3025"),
    _Known("inactive_org", "KAM-3025", "the org itself is not active: ask Salesforce"),
    _Known("redirect_uri_mismatch", "KAM-3028"),
    _Known("redirect_uri must match", "KAM-3028"),
    _Known(
        "invalid_client_id",
        "KAM-3001",
        "check client_id: the consumer key of the External Client App",
    ),
    _Known("client identifier invalid", "KAM-3001", "check client_id"),
    _Known(
        "invalid_client", "KAM-3001", "check client_secret: the app asks for its consumer secret"
    ),
    _Known(
        "invalid_grant",
        "KAM-3001",
        "check that the flow is on, its user is active and the app admits the user",
    ),
)
_PASSING = ("retry your request", "login rate exceeded", "temporarily_unavailable")
"""Refusals that are none: too many sign-ins at once, or an org being moved."""


def judge_grant(status: int, headers: Mapping[str, str], body: bytes, *, crm: str) -> Verdict:
    """Return what to do about a token endpoint's answer that is no success.

    A refusal is final: asking again with the same grant can withdraw it for good.
    """
    error, description = _said(body)
    text = f"{error} {description}".lower()
    if not error and (status == 404 or 301 <= status <= 308):
        told = f"no org signs in at this address: Salesforce answered {status}"
        return Verdict(
            error=ConfigError(
                told,
                crm=crm,
                code="KAM-1041",
                hint="check domain: it is this org's My Domain (Setup, My Domain)",
                field="domain",
                http_status=status,
            )
        )
    if not error or status >= 500 or status == 429:
        return judge(status, headers, body, crm=crm, repeatable=True)
    told = f"Salesforce refused the sign-in: {error}"
    if any(words in text for words in _PASSING):
        late = CrmUnavailable(told, crm=crm, code="KAM-3104", http_status=status)
        return Verdict(error=late, again=True)
    known = next((one for one in _KNOWN if one.words in text), _Known("", "KAM-3001"))
    return Verdict(
        error=SignInError(
            told + (f" ({known.words})" if known.words not in (error.lower(), "") else ""),
            crm=crm,
            code=known.code,
            hint=known.hint or CODES[known.code].fix,
            http_status=status,
        )
    )


def _said(body: bytes) -> tuple[str, str]:
    """Return error and description; empty when the body is not OAuth's."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(document, dict):
        return "", ""
    error = str(document.get("error", ""))
    plain = error.replace("_", "").isalnum() and error.isascii() and len(error) <= 60
    return (error, str(document.get("error_description", ""))) if plain else ("", "")
