"""The catalogue of bad input: each has its one clear message, its code and what to do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses

from kam_connector.errors import (
    BudgetExhausted,
    ConfigError,
    CrmUnavailable,
    KamError,
    RateLimited,
    RecordError,
    SignInError,
)
from kam_connector.model.settings import Secret
from tests.factories.sign_in import HOST

TOKEN_URL = f"{HOST}/services/oauth2/token"
QUERY = f"{HOST}/services/data/v66.0/query/"
SOQL = "SELECT Id FROM Account WHERE Name = 'Nordwind'"
MAKE = Callable[..., Any]


def refused(web: responses.RequestsMock, make_salesforce: MAKE, **answer: Any) -> KamError:
    """Return the error that a query ends in when it is answered so."""
    web.get(QUERY, **answer)
    with pytest.raises(KamError) as caught:
        make_salesforce(client_id="app", client_secret=Secret("hush"), attempts=2).query(SOQL)
    assert "Nordwind" not in f"{caught.value!r}{vars(caught.value)!r}{caught.value.__cause__!r}"
    return caught.value


def body_of(code: str, message: str = "", fields: list[str] | None = None) -> list[dict[str, Any]]:
    """Return an error in Salesforce's form."""
    return [{"errorCode": code, "message": message, "fields": fields or []}]


# -- sign-in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "description", "code", "fix"),
    [
        ("invalid_client_id", "client identifier invalid", "KAM-3001", "client_id"),
        ("invalid_client", "invalid client credentials", "KAM-3001", "client_secret"),
        ("invalid_grant", "expired access/refresh token", "KAM-3006", "kam connection login"),
        ("invalid_grant", "ip restricted", "KAM-3021", "IP"),
        ("invalid_grant", "user hasn't approved this consumer", "KAM-3022", "permission set"),
        ("invalid_grant", "no client credentials user enabled", "KAM-3022", "run-as user"),
        ("invalid_grant", "request not supported on this domain", "KAM-3022", "My Domain"),
        ("invalid_app_access", "user is not admin approved", "KAM-3022", "permission set"),
        ("unsupported_grant_type", "grant type not supported", "KAM-3022", "flow"),
        ("invalid_grant", "audience is invalid", "KAM-3024", "audience"),
        ("invalid_grant", "invalid assertion", "KAM-3023", "certificate"),
        ("invalid_grant", "assertion is expired", "KAM-3026", "clock"),
        ("inactive_user", "user is inactive", "KAM-3025", "activate"),
        ("redirect_uri_mismatch", "redirect_uri must match configuration", "KAM-3028", "callback"),
        ("brand_new_error", "Nordwind", "KAM-3001", "client id"),
    ],
)
def test_refused_grant_says_which_and_what_to_do(
    *,
    web: responses.RequestsMock,
    make_salesforce: MAKE,
    error: str,
    description: str,
    code: str,
    fix: str,
) -> None:
    """P21: one code for each cause, asked once, without Salesforce's own text."""
    refusal = {"error": error, "error_description": description}
    web.replace("POST", TOKEN_URL, status=400, json=refusal)
    with pytest.raises(SignInError) as caught:
        make_salesforce().query(SOQL)
    assert (caught.value.code, caught.value.exit_code) == (code, 6)
    assert error in caught.value.message
    assert fix in caught.value.hint
    assert "Nordwind" not in str(caught.value)
    assert len(web.calls) == 1


# -- permissions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "message", "ours", "fix"),
    [
        (403, "API_DISABLED_FOR_ORG", "API is not enabled", "KAM-3004", "enable API access"),
        (403, "API_CURRENTLY_DISABLED", "API is disabled", "KAM-3004", "enable API access"),
        (403, "INSUFFICIENT_ACCESS", "no access", "KAM-3003", "grant"),
        (403, "LOGIN_DURING_RESTRICTED_DOMAIN", "ip", "KAM-3021", "IP"),
        (403, "LOGIN_DURING_RESTRICTED_TIME", "hours", "KAM-3025", "login hours"),
        (403, "TXN_SECURITY_METERING_ERROR", "metered", "KAM-3020", "Exempt"),
        (
            401,
            "INVALID_SESSION_ID",
            "This session is not valid for use with the REST API",
            "KAM-3022",
            "permission set",
        ),
    ],
)
def test_missing_right_is_exit_code_six(
    *,
    web: responses.RequestsMock,
    make_salesforce: MAKE,
    status: int,
    code: str,
    message: str,
    ours: str,
    fix: str,
) -> None:
    """The message names Salesforce's word, the hint the switch; asked once."""
    error = refused(web, make_salesforce, status=status, json=body_of(code, message))
    assert isinstance(error, SignInError)
    assert (error.code, error.exit_code, error.http_status) == (ours, 6, status)
    assert code in error.message
    assert fix in error.hint
    assert sum(str(call.request.url).startswith(QUERY) for call in web.calls) == 1


# -- the org changed ------------------------------------------------------------------------


def test_deleted_field_names_field_and_object(
    web: responses.RequestsMock, make_salesforce: MAKE
) -> None:
    """A field that went between describe and query."""
    text = "\nSELECT Gone__c\n ^\nERROR\nNo such column 'Gone__c' on entity 'Account'. If you are"
    error = refused(web, make_salesforce, status=400, json=body_of("INVALID_FIELD", text))
    assert isinstance(error, ConfigError)
    assert (error.code, error.field) == ("KAM-1050", "Gone__c")
    assert "no field Gone__c on Account" in error.message
    assert "mapping" in error.hint


def test_missing_object_is_named(web: responses.RequestsMock, make_salesforce: MAKE) -> None:
    """An object that the org, or our user, does not have."""
    text = "sObject type 'AccountPlan' is not supported."
    error = refused(web, make_salesforce, status=400, json=body_of("INVALID_TYPE", text))
    assert isinstance(error, RecordError)
    assert (error.code, "AccountPlan" in error.message) == ("KAM-3210", True)


def test_narrowed_picklist_names_its_field(
    web: responses.RequestsMock, make_salesforce: MAKE
) -> None:
    """A value that an admin removed from a restricted picklist."""
    code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    body = body_of(code, "bad value for restricted picklist field: Nordwind", ["KAM_Tier__c"])
    error = refused(web, make_salesforce, status=400, json=body)
    assert (error.code, error.field) == ("KAM-3203", "KAM_Tier__c")
    assert "KAM_Tier__c" in error.message
    assert "add the value in the CRM" in error.hint


def test_retired_version_says_so(web: responses.RequestsMock, make_salesforce: MAKE) -> None:
    """410 is a setting that got old."""
    body = body_of("UNSUPPORTED_API_VERSION", "The requested resource has been retired")
    error = refused(web, make_salesforce, status=410, json=body)
    assert isinstance(error, ConfigError)
    assert (error.code, error.field) == ("KAM-1043", "api_version")


# -- limits ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("TotalRequests Limit exceeded.", BudgetExhausted),
        ("ConcurrentPerOrgLongTxn Limit exceeded.", RateLimited),
    ],
)
def test_limit_is_never_asked_twice(
    web: responses.RequestsMock, make_salesforce: MAKE, message: str, kind: type[KamError]
) -> None:
    """403 REQUEST_LIMIT_EXCEEDED: stop, and go on in the next run."""
    answer = body_of("REQUEST_LIMIT_EXCEEDED", message)
    error = refused(web, make_salesforce, status=403, json=answer)
    assert isinstance(error, kind)
    assert sum(str(call.request.url).startswith(QUERY) for call in web.calls) == 1


def test_limits_are_heard_from_errors_too(
    web: responses.RequestsMock, make_salesforce: MAKE
) -> None:
    """The ledger counts what Salesforce counts, refused calls included."""
    web.get(
        QUERY,
        status=403,
        json=body_of("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        headers={"Sforce-Limit-Info": "api-usage=5000/5000"},
    )
    client = make_salesforce()
    with pytest.raises(BudgetExhausted):
        client.query(SOQL)
    assert (client.budget().used, client.budget().allowed) == (5000, 5000)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("-5", 1), ("1000000000", 3600), ("Sat, 21 Nov 2020 06:00:00 GMT", 1), ("30", 30)],
)
def test_retry_after_is_clamped(
    web: responses.RequestsMock, make_salesforce: MAKE, asked: str, seconds: float
) -> None:
    """P22: from a second to an hour, whatever is asked for."""
    headers = {"Retry-After": asked, "Date": "Sat, 21 Nov 2026 06:00:00 GMT"}
    error = refused(web, make_salesforce, status=429, json=body_of("X"), headers=headers)
    assert error.retry_after_s == seconds


@pytest.mark.parametrize("asked", ["abc", "²", "", "1e3"])
def test_senseless_retry_after_is_ignored(
    web: responses.RequestsMock, make_salesforce: MAKE, asked: str
) -> None:
    """P22: then our own waits count."""
    error = refused(
        web, make_salesforce, status=429, json=body_of("X"), headers={"Retry-After": asked}
    )
    assert error.retry_after_s is None


# -- answers that are none ------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 404, 503])
def test_web_page_is_told_apart(
    web: responses.RequestsMock, make_salesforce: MAKE, status: int
) -> None:
    """P1: a proxy's, a sign-in's or maintenance's page."""
    page = "<!DOCTYPE html><html>Log in to Nordwind</html>"
    error = refused(web, make_salesforce, status=status, body=page, content_type="text/html")
    assert isinstance(error, CrmUnavailable)
    assert error.code == "KAM-3103"


def test_page_with_status_200_says_that_it_is_one(
    web: responses.RequestsMock, make_salesforce: MAKE
) -> None:
    """The commonest: a proxy that wants a sign-in of its own."""
    error = refused(web, make_salesforce, body="\n<html>", content_type="text/html")
    assert "web page" in error.message


@pytest.mark.parametrize(
    ("headers", "code", "told"),
    [
        ({"Content-Length": str(5 * 2**30)}, "KAM-3105", "64 MiB"),
        ({"Content-Encoding": "gzip, gzip"}, "KAM-3103", "packed"),
    ],
)
def test_five_gigabytes_are_refused_by_their_headers(
    web: responses.RequestsMock,
    make_salesforce: MAKE,
    headers: dict[str, str],
    code: str,
    told: str,
) -> None:
    """P20: not a byte of the body is read."""
    error = refused(
        web, make_salesforce, body=b"", headers=headers, auto_calculate_content_length=False
    )
    assert (error.code, told in error.message) == (code, True)


def test_gzip_bomb_is_cut(
    web: responses.RequestsMock, make_salesforce: MAKE, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P20: what a few kilobytes swell to counts, not what travels."""
    monkeypatch.setattr("kam_salesforce.streams.MAX_BODY", 2**20)
    bomb = gzip.compress(b" " * 2**24)
    error = refused(web, make_salesforce, body=bomb, headers={"Content-Encoding": "gzip"})
    assert len(bomb) < 20_000
    assert error.code == "KAM-3105"


def test_broken_gzip_is_a_broken_answer(web: responses.RequestsMock, make_salesforce: MAKE) -> None:
    """P2: half a compressed answer is no answer."""
    half = gzip.compress(json.dumps({"records": ["x" * 5000], "done": True}).encode())[:-20]
    error = refused(web, make_salesforce, body=half, headers={"Content-Encoding": "gzip"})
    assert error.code in ("KAM-3101", "KAM-3103")


def test_deep_json_is_no_crash(web: responses.RequestsMock, make_salesforce: MAKE) -> None:
    """P20: a hundred thousand brackets."""
    error = refused(web, make_salesforce, body="[" * 100_000 + "]" * 100_000)
    assert (error.code, isinstance(error, CrmUnavailable)) == ("KAM-3103", True)


def test_deep_json_in_an_error_is_no_crash(
    web: responses.RequestsMock, make_salesforce: MAKE
) -> None:
    """P20: nor where errors are read."""
    error = refused(web, make_salesforce, status=400, body="[" * 100_000 + "]" * 100_000)
    assert isinstance(error, CrmUnavailable)


def test_redirect_names_the_host_and_is_not_followed(
    web: responses.RequestsMock, make_salesforce: MAKE
) -> None:
    """An org that moved: the host is told, its query is not."""
    to = "https://new.my.salesforce.com/x?q=Nordwind"
    error = refused(web, make_salesforce, status=302, headers={"Location": to})
    assert error.code == "KAM-3106"
    assert "new.my.salesforce.com" in error.message
    assert not any("new.my" in str(call.request.url) for call in web.calls)


# -- large files ----------------------------------------------------------------------------


@pytest.fixture(name="download")
def _download(make_salesforce: MAKE) -> Iterator[Callable[[], bytes]]:
    transport = make_salesforce().transport

    def download() -> bytes:
        with transport.download(QUERY) as file:
            return b"".join(file)

    yield download
    transport.close()


def test_file_comes_in_pieces(web: responses.RequestsMock, download: Callable[[], bytes]) -> None:
    """It need not be JSON."""
    web.get(QUERY, body=b"Id\n001\n", content_type="text/csv")
    assert download() == b"Id\n001\n"


def test_page_instead_of_a_file_is_refused(
    web: responses.RequestsMock, download: Callable[[], bytes]
) -> None:
    """P1 for results of bulk jobs."""
    web.get(QUERY, body=b"<html>", content_type="text/html")
    with pytest.raises(CrmUnavailable) as caught:
        download()
    assert caught.value.code == "KAM-3103"


def test_file_beyond_a_gigabyte_is_cut(
    web: responses.RequestsMock,
    download: Callable[[], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The cap for files is its own."""
    monkeypatch.setattr("kam_salesforce.streams.MAX_FILE", 1000)
    web.get(QUERY, body=b"x" * 5000, content_type="text/csv", auto_calculate_content_length=True)
    with pytest.raises(CrmUnavailable) as caught:
        download()
    assert caught.value.code == "KAM-3105"


@pytest.mark.parametrize("status", [406, 420])
def test_an_edge_that_starts_up_is_waited_for(
    web: responses.RequestsMock, make_salesforce: MAKE, status: int
) -> None:
    """Salesforce's edge answers 406 and 420 with nothing while it gets ready (retry table)."""
    web.get(QUERY, status=status, body=b"")
    web.get(QUERY, json={"records": [], "done": True, "totalSize": 0})
    assert make_salesforce().query(SOQL) == []
