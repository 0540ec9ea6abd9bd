"""The sandbox's Salesforce: sign-in, describe and query, seen by independent clients."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import jwt
import pytest
import requests
from simple_salesforce import Salesforce, SalesforceMalformedRequest

from kam_sandbox.salesforce.ids import INTEGRATION_USER, ORG_ID

pytestmark = pytest.mark.enable_socket

TOKEN = "services/oauth2/token"


def token(sandbox: Any, form: dict[str, str], **kwargs: Any) -> requests.Response:
    """Ask for a token."""
    url = f"{sandbox.addresses.salesforce}/{TOKEN}"
    return requests.post(url, data=form, timeout=10, **kwargs)


def assertion(sandbox: Any, **claims: Any) -> dict[str, str]:
    """Return a JWT bearer form signed with the sandbox's key."""
    now = 1_000_000_000_000
    full = {"iss": "sandbox", "sub": "kam", "aud": "https://login.salesforce.com"}
    full |= {"exp": claims.pop("exp", now)} | claims
    signed = jwt.encode(full, sandbox.addresses.jwt_key.read_text(), algorithm="RS256")
    return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed}


def test_client_credentials_sign_in_by_form_and_by_basic(sandbox: Any) -> None:
    """Both ways to send the app's secret give a token whose instance is the sandbox."""
    form = {"grant_type": "client_credentials"}
    by_form = token(sandbox, form | {"client_id": "sandbox", "client_secret": "sandbox"})
    by_basic = token(sandbox, form, auth=("sandbox", "sandbox"))
    assert by_form.json()["instance_url"] == sandbox.addresses.salesforce
    assert by_basic.json()["access_token"].startswith("00D000000000SBX!")
    assert ORG_ID in by_basic.json()["id"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "client_credentials", "client_id": "x"}, "invalid_client_id"),
        (
            {"grant_type": "client_credentials", "client_id": "sandbox", "client_secret": "x"},
            "invalid_client",
        ),
        ({"grant_type": "password"}, "invalid_grant"),
        ({"grant_type": "magic"}, "unsupported_grant_type"),
    ],
)
def test_bad_sign_in_is_refused(sandbox: Any, form: dict[str, str], error: str) -> None:
    """A wrong app, secret or grant is a 400 that names the OAuth error."""
    answer = token(sandbox, form)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_jwt_bearer_lives_five_minutes_at_most(sandbox: Any) -> None:
    """An assertion far in the future is refused, as is a wrong audience."""
    too_long = token(sandbox, assertion(sandbox))
    wrong = token(sandbox, assertion(sandbox, aud="https://example.org"))
    assert too_long.json()["error"] == "invalid_grant"
    assert wrong.json()["error_description"] == "audience is invalid"


def test_simple_salesforce_signs_in_with_a_jwt(sandbox: Any, loopback: requests.Session) -> None:
    """The library's own assertion, with its expiry as text, is accepted."""
    client = Salesforce(
        username="kam.connector@sandbox.example",
        consumer_key="sandbox",
        privatekey_file=str(sandbox.addresses.jwt_key),
        version="66.0",
        session=loopback,
    )
    assert client.query("SELECT Id FROM Organization")["records"][0]["Id"] == ORG_ID


def test_rotated_refresh_token_cannot_be_used_twice(sandbox: Any) -> None:
    """Using a refresh token again after rotation revokes the whole grant."""
    sandbox.control("POST", "faults", json={"kind": "rotate_token"})
    form = {"grant_type": "refresh_token", "client_id": "sandbox", "client_secret": "sandbox"}
    first = token(sandbox, form | {"refresh_token": "sandbox-refresh-0"}).json()
    again = token(sandbox, form | {"refresh_token": "sandbox-refresh-0"})
    fresh = token(sandbox, form | {"refresh_token": first["refresh_token"]})
    assert again.json()["error_description"] == "expired access/refresh token"
    assert fresh.status_code == 400


def test_unknown_session_is_401(sandbox: Any) -> None:
    """A token that was never issued is an invalid session."""
    answer = sandbox.call("GET", "limits", headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
    assert answer.json()[0]["errorCode"] == "INVALID_SESSION_ID"


def test_versions_need_no_session_and_retired_ones_are_gone(sandbox: Any) -> None:
    """The list of versions ends with 68.0; version 30 answers 410."""
    root = f"{sandbox.addresses.salesforce}/services/data"
    versions = requests.get(root, timeout=10)
    retired = sandbox.session.get(f"{root}/v30.0/limits", timeout=10)
    assert versions.json()[-1] == {
        "label": "Winter '27",
        "url": "/services/data/v68.0",
        "version": "68.0",
    }
    assert "Sforce-Limit-Info" not in versions.headers
    assert retired.status_code == 410


def test_every_call_reports_the_limit_and_the_world_date(sandbox: Any) -> None:
    """Answers carry Sforce-Limit-Info and a Date of the world's clock, errors too."""
    answer = sandbox.call("GET", "sobjects/Nothing")
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=1/15000"
    assert answer.headers["Date"].startswith("Sat, 21 Nov 2026 06:00:")
    assert answer.status_code == 404


def test_the_daily_limit_ends_calls(make_sandbox: Any) -> None:
    """After the allowance every call is 403 REQUEST_LIMIT_EXCEEDED."""
    sandbox = make_sandbox(daily_api_limit=1)
    sandbox.call("GET", "limits")
    answer = sandbox.call("GET", "limits")
    assert answer.status_code == 403
    assert answer.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_describe_knows_our_fields_unless_bare(simple: Salesforce, make_sandbox: Any) -> None:
    """KAM_Key__c is an external id; a bare org has no field of ours."""
    fields = {field["name"]: field for field in simple.Task.describe()["fields"]}
    bare = make_sandbox(bare=True).call("GET", "sobjects/Task/describe").json()
    assert fields["KAM_Key__c"]["externalId"]
    assert fields["KAM_Key__c"]["unique"]
    assert fields["Status"]["defaultedOnCreate"]
    assert not fields["Status"]["nillable"]
    assert not [field for field in bare["fields"] if field["custom"]]


def test_describe_is_conditional(sandbox: Any) -> None:
    """A describe that has not changed is a 304."""
    first = sandbox.call("GET", "sobjects/Account/describe")
    headers = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert sandbox.call("GET", "sobjects/Account/describe", headers=headers).status_code == 304


def test_query_pages_follow_the_locator(sandbox: Any, simple: Salesforce) -> None:
    """Pages of 200 come by locator until all rows were seen once."""
    for number in range(450):
        sandbox.add("Account", Name=f"Account {number}")
    headers = {"Sforce-Query-Options": "batchSize=200"}
    params = {"q": "SELECT Id FROM Account ORDER BY Id"}
    first = sandbox.call("GET", "query", params=params, headers=headers).json()
    url = sandbox.addresses.salesforce + first["nextRecordsUrl"]
    second = sandbox.session.get(url, headers=headers, timeout=10).json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (450, False, 200)
    assert len(second["records"]) == 200
    assert len(list(simple.query_all_iter("SELECT Id FROM Account"))) == 450


def test_an_expired_locator_is_refused(sandbox: Any) -> None:
    """A locator of no cursor answers INVALID_QUERY_LOCATOR."""
    answer = sandbox.call("GET", "query/0r8000000000000AAA-2000")
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_rows_look_like_salesforce(sandbox: Any) -> None:
    """Datetimes end in +0000, doubles are Java's, parents nest, computed fields are there."""
    account = sandbox.add("Account", AnnualRevenue=Decimal(350000000))
    sandbox.add("Contact", AccountId=account, FirstName="Élise")
    soql = (
        "SELECT name, CreatedDate, Account.Name, Account.AnnualRevenue, ReportsTo.Name "
        "FROM Contact WHERE Account.Name LIKE 'nordwind%'"
    )
    answer = sandbox.call("GET", "query", params={"q": soql})
    row = answer.json()["records"][0]
    assert row["Name"] == "Élise Martin"
    assert row["CreatedDate"] == "2026-11-20T06:00:00.000+0000"
    assert row["Account"]["Name"] == "Nordwind Énergie"
    assert '"AnnualRevenue":3.5E8' in answer.text
    assert row["ReportsTo"] is None
    assert row["attributes"]["url"].startswith("/services/data/v66.0/sobjects/Contact/003")


def test_archived_and_deleted_rows_are_only_in_query_all(sandbox: Any) -> None:
    """A closed task of two years ago and a deleted one are seen by queryAll alone."""
    records = sandbox.world.salesforce
    old = {"Subject": "Old", "Status": "Completed", "ActivityDate": "2024-11-01"}
    records.insert("Task", old, by=INTEGRATION_USER)
    gone = records.insert("Task", {"Subject": "Gone"}, by=INTEGRATION_USER)
    records.delete(gone, by=INTEGRATION_USER)
    records.insert("Task", {"Subject": "Open"}, by=INTEGRATION_USER)
    soql = "SELECT Subject FROM Task ORDER BY Subject"
    seen = [row["Subject"] for row in sandbox.query(soql)]
    everything = [row["Subject"] for row in sandbox.query(soql, resource="queryAll")]
    assert seen == ["Open"]
    assert everything == ["Gone", "Old", "Open"]


def test_errors_are_those_of_simple_salesforce(simple: Salesforce) -> None:
    """A library that knows the real API turns our refusal into its own exception."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        simple.query("SELECT Nothing__c FROM Account")
    assert caught.value.content[0]["errorCode"] == "INVALID_FIELD"


def test_updated_deleted_and_counts(sandbox: Any, simple: Salesforce) -> None:
    """The replication calls and recordCount tell of the same rows."""
    account = sandbox.add("Account")
    end = sandbox.world.clock.now() + timedelta(minutes=5)
    window = {"start": "2026-11-19T00:00:00Z", "end": end.strftime("%Y-%m-%dT%H:%M:%SZ")}
    updated = sandbox.call("GET", "sobjects/Account/updated/", params=window).json()
    simple.Account.delete(account)
    deleted = sandbox.call("GET", "sobjects/Account/deleted/", params=window).json()
    counted = sandbox.call("GET", "limits/recordCount", params={"sObjects": "Account"}).json()
    assert updated["ids"] == [account]
    assert [row["id"] for row in deleted["deletedRecords"]] == [account]
    assert counted == {"sObjects": [{"count": 0, "name": "Account"}]}


def test_userinfo_names_the_integration_user(sandbox: Any) -> None:
    """The user that a tool looks up after sign-in exists as a row."""
    url = f"{sandbox.addresses.salesforce}/services/oauth2/userinfo"
    info = sandbox.session.get(url, timeout=10).json()
    user = sandbox.call("GET", f"sobjects/User/{info['user_id']}").json()
    assert info["organization_id"] == ORG_ID
    assert user["Username"] == info["preferred_username"]


def test_a_url_above_the_limit_is_414(sandbox: Any) -> None:
    """URIs longer than 16,384 bytes are refused before they are read."""
    answer = sandbox.call("GET", "query", params={"q": "x" * 17_000})
    assert answer.status_code == 414
    assert json.loads(answer.text)[0]["errorCode"] == "URI_TOO_LONG"


def test_columns_are_told_without_rows(sandbox: Any) -> None:
    """``columns=true`` describes the statement, as the Salesforce CLI asks first."""
    params = {"q": "SELECT Id, Name FROM Account", "columns": "true"}
    told = sandbox.call("GET", "query", params=params).json()
    assert [column["columnName"] for column in told["columnMetadata"]] == ["Id", "Name"]
    assert (told["entityName"], told["idSelected"], told["keyPrefix"]) == ("Account", True, "001")


def test_currencies_exist_only_with_multi_currency(sandbox: Any, make_sandbox: Any) -> None:
    """A standard org knows neither CurrencyIsoCode nor CurrencyType."""
    params = {"q": "SELECT IsoCode FROM CurrencyType WHERE IsCorporate = true"}
    without = sandbox.call("GET", "query", params=params)
    with_it = make_sandbox(multi_currency=True).call("GET", "query", params=params)
    assert without.json()[0]["errorCode"] == "INVALID_TYPE"
    assert with_it.json()["records"][0]["IsoCode"] == "EUR"


@pytest.mark.parametrize(
    ("object_", "field", "facts"),
    [
        ("Account", "Name", {"type": "string", "length": 255, "nillable": False}),
        ("Account", "AnnualRevenue", {"type": "currency", "precision": 18, "scale": 0}),
        ("Account", "Description", {"type": "textarea", "length": 32000, "filterable": False}),
        ("Account", "MasterRecordId", {"createable": False, "referenceTo": ["Account"]}),
        ("Contact", "Email", {"type": "email", "length": 80, "idLookup": True}),
        ("Contact", "ReportsToId", {"relationshipName": "ReportsTo", "updateable": True}),
        ("Opportunity", "Amount", {"type": "currency", "precision": 18, "scale": 2}),
        ("Opportunity", "ContactId", {"createable": True, "updateable": False}),
        ("Opportunity", "IsWon", {"createable": False, "type": "boolean", "defaultValue": False}),
        ("OpportunityContactRole", "OpportunityId", {"updateable": False, "nillable": False}),
        ("Event", "ShowAs", {"restrictedPicklist": True, "defaultValue": "Busy"}),
        ("Event", "AccountId", {"createable": False, "soapType": "tns:ID"}),
    ],
)
def test_describe_tells_what_recorded_ones_tell(
    sandbox: Any, object_: str, field: str, facts: dict[str, Any]
) -> None:
    """Type, size and rights are those of describes recorded from a real org."""
    described = sandbox.call("GET", f"sobjects/{object_}/describe").json()
    told = next(entry for entry in described["fields"] if entry["name"] == field)
    assert {name: told[name] for name in facts} == facts
    assert (len(told), len(described)) == (57, 45)


def test_long_answers_are_compressed_for_who_can_read_them(sandbox: Any) -> None:
    """A describe is gzip for a client that asks for it, and plain for one that does not."""
    plain = sandbox.call("GET", "sobjects/Task/describe", headers={"Accept-Encoding": "identity"})
    packed = sandbox.call("GET", "sobjects/Task/describe", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(plain.content) / 4
    assert packed.json() == plain.json()
