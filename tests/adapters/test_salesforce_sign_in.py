"""Sign-in to Salesforce: client credentials, given tokens, renewal, hosts."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from kam_connector.errors import (
    BudgetExhausted,
    ConfigError,
    CrmUnavailable,
    RateLimited,
    SignInError,
)
from kam_connector.model.settings import Secret

HOST = "https://acme.my.salesforce.com"
QUERY = f"{HOST}/services/data/v66.0/query/"
DATE = {"Date": "Sat, 21 Nov 2026 06:00:00 GMT"}
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
GOOD = {"records": [{"Id": "001"}], "done": True, "totalSize": 1}


def test_client_credentials_give_the_bearer(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """The form goes to My Domain, the token into the header."""
    web.get(QUERY, json=GOOD, headers=DATE)
    make_salesforce().query("SELECT Id FROM Account")
    form = str(web.calls[0].request.body)
    assert "grant_type=client_credentials" in form
    assert web.calls[1].request.headers["Authorization"] == "Bearer 00D000000000SBX!first"
    assert "Authorization" not in web.calls[0].request.headers


def test_refused_sign_in_says_so_without_the_secret(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """A wrong secret is exit code 6, and is not printed."""
    refusal = {"error": "invalid_client", "error_description": "invalid client credentials"}
    web.replace("POST", f"{HOST}/services/oauth2/token", status=400, json=refusal)
    with pytest.raises(SignInError) as caught:
        make_salesforce().query("SELECT Id FROM Account")
    assert (caught.value.code, caught.value.exit_code) == ("KAM-3001", 6)
    assert "invalid_client" in str(caught.value)
    assert "client_secret" in caught.value.hint
    assert "hush" not in f"{caught.value!r} {vars(caught.value)!r}"


def test_expired_session_is_renewed_once_with_all_headers(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """simple-salesforce drops the caller's headers here; the transport keeps them."""
    client = make_salesforce()
    web.get(QUERY, status=401, json=EXPIRED, headers=DATE)
    web.get(QUERY, json=GOOD, headers=DATE)
    client.api.query("SELECT Id FROM Account", headers={"Sforce-Query-Options": "batchSize=200"})
    tries = [c.request for c in web.calls if str(c.request.url).startswith(QUERY)]
    assert [t.headers["Sforce-Query-Options"] for t in tries] == ["batchSize=200"] * 2
    assert [t.headers["Sforce-Call-Options"] for t in tries] == ["client=kam-connector"] * 2
    assert sum("oauth2/token" in str(c.request.url) for c in web.calls) == 2


def test_session_that_stays_refused_ends_the_run(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """simple-salesforce signs in for ever here (issue 804); we do once."""
    web.get(QUERY, status=401, json=EXPIRED, headers=DATE)
    with pytest.raises(SignInError) as caught:
        make_salesforce().query("SELECT Id FROM Account")
    assert caught.value.code == "KAM-3002"
    assert sum(str(c.request.url).startswith(QUERY) for c in web.calls) == 2


def test_given_token_cannot_be_renewed(web: responses.RequestsMock, make_salesforce: Any) -> None:
    """A bearer token from elsewhere is used as it is."""
    web.get(QUERY, status=401, json=EXPIRED, headers=DATE)
    with pytest.raises(SignInError):
        make_salesforce(access_token=Secret("00D!given")).query("SELECT Id FROM Account")
    assert len(web.calls) == 1


@pytest.mark.guarantee("G28", "TM4")
@pytest.mark.parametrize(
    "instance",
    ["https://evil.example", "http://acme.my.salesforce.com", "https://acme.my.salesforce.com@e.x"],
)
def test_token_of_a_strange_host_is_refused(
    web: responses.RequestsMock, make_salesforce: Any, instance: str
) -> None:
    """A sign-in answer cannot send the token elsewhere."""
    answer = {"access_token": "t", "instance_url": instance, "id": "x/00D/005"}
    web.replace("POST", f"{HOST}/services/oauth2/token", json=answer)
    with pytest.raises(ConfigError) as caught:
        make_salesforce().query("SELECT Id FROM Account")
    assert caught.value.code == "KAM-1041"


def test_daily_limit_stops_at_once(web: responses.RequestsMock, make_salesforce: Any) -> None:
    """REQUEST_LIMIT_EXCEEDED is never tried again."""
    body = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]
    web.get(QUERY, status=403, json=body, headers=DATE)
    with pytest.raises(BudgetExhausted):
        make_salesforce().query("SELECT Id FROM Account")
    assert sum(str(c.request.url).startswith(QUERY) for c in web.calls) == 1


def test_too_many_long_calls_stop_at_once_too(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """The same code with another message: asking again would make it worse."""
    text = "ConcurrentPerOrgLongTxn Limit exceeded. Concurrent requests"
    body = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": text}]
    web.get(QUERY, status=403, json=body, headers=DATE)
    with pytest.raises(RateLimited):
        make_salesforce().query("SELECT Id FROM Account")
    assert sum(str(c.request.url).startswith(QUERY) for c in web.calls) == 1


def test_vanished_field_is_a_configuration_error(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """A field that disappeared between describe and query is named."""
    text = "\nSELECT Gone__c\n  ^\nNo such column 'Gone__c' on entity 'Account'."
    web.get(QUERY, status=400, json=[{"errorCode": "INVALID_FIELD", "message": text}])
    with pytest.raises(ConfigError) as caught:
        make_salesforce().query("SELECT Gone__c FROM Account")
    assert (caught.value.code, caught.value.field) == ("KAM-1050", "Gone__c")


def test_usage_is_heard_from_every_answer(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """Sforce-Limit-Info feeds the budget; the per-app figure does not."""
    info = "per-app-api-usage=17/250(appName=x); api-usage=18/5000"
    web.get(QUERY, json=GOOD, headers=DATE | {"Sforce-Limit-Info": info})
    client = make_salesforce()
    client.query("SELECT Id FROM Account")
    assert (client.budget().used, client.budget().allowed) == (18, 5000)
    assert client.budget().spent_here == 2


def test_lost_locator_starts_the_query_anew(
    web: responses.RequestsMock, make_salesforce: Any
) -> None:
    """INVALID_QUERY_LOCATOR: the query is asked again, never the locator."""
    more = "/services/data/v66.0/query/0r8000000000001AAA-2000"
    first = {"records": [{"Id": "1"}], "done": False, "totalSize": 2, "nextRecordsUrl": more}
    web.get(QUERY, json=first)
    web.get(QUERY, json={"records": [{"Id": "1"}, {"Id": "2"}], "done": True, "totalSize": 2})
    web.get(f"{HOST}{more}", status=400, json=[{"errorCode": "INVALID_QUERY_LOCATOR"}])
    found = make_salesforce().query("SELECT Id FROM Account")
    assert [record["Id"] for record in found] == ["1", "2"]


@pytest.mark.guarantee("G28", "TM4")
def test_next_page_stays_on_the_host(web: responses.RequestsMock, make_salesforce: Any) -> None:
    """A `nextRecordsUrl` that is no path of a query is not followed."""
    more = "@evil.example/services/data/v66.0/query/0r8-1"
    first = {"records": [{"Id": "1"}], "done": False, "totalSize": 2, "nextRecordsUrl": more}
    web.get(QUERY, json=first)
    with pytest.raises(CrmUnavailable) as caught:
        make_salesforce().query("SELECT Id FROM Account")
    assert caught.value.code == "KAM-3103"
