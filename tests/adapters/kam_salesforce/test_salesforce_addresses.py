"""Addresses that are none of Salesforce's (C8, C9): refused before anything is sent there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses

from kam_connector.errors import (
    ConfigError,
    CrmUnavailable,
)
from kam_connector.model.settings import Secret
from kam_salesforce.settings import SalesforceSettings
from tests.factories.sign_in import HOST, token_answer

TOKEN_URL = f"{HOST}/services/oauth2/token"
QUERY = f"{HOST}/services/data/v66.0/query/"
SOQL = "SELECT Id FROM Account WHERE Name = 'Nordwind'"
MAKE = Callable[..., Any]


# -- addresses (C8, C9) ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "told"),
    [
        ("evil.example/x?", 'got "evil.example/x?"'),
        ("127.0.0.1:9000/", 'got "127.0.0.1:9000/"'),
        ("a@b", "letters, digits"),
        ("evil#", 'got "evil#"'),
        ("acme_dev", 'got "acme_dev"'),
        ("acme..my", "letters, digits"),
        ("127.0.0.1", 'got "127.0.0.1"'),
        ("acme.my.salesforce.com\n.evil.example", "letters, digits"),
        ("login.salesforce.com", "serves every org"),
        ("test", "serves every org"),
        ("https://acme.my.salesforce.com", "address of a page"),
        ("acme.lightning.force.com", "address of a page"),
    ],
)
def test_wrong_domain_shows_what_was_written(domain: str, told: str) -> None:
    """C8: one field of the file can never send a secret elsewhere (D1)."""
    with pytest.raises(ConfigError) as caught:
        SalesforceSettings(domain=domain, access_token=Secret("t"))
    assert (caught.value.code, caught.value.field) == ("KAM-1041", "domain")
    assert told in caught.value.message
    assert "My Domain" in caught.value.hint or "domain = " in caught.value.hint


@pytest.mark.parametrize(
    "domain",
    [
        "https://acme.my.salesforce.com/",
        "acme.lightning.force.com",
        "https://acme.lightning.force.com/lightning/page/home",
        "https://acme.my.salesforce-setup.com/lightning/setup/SetupOneHome/home",
    ],
)
def test_address_of_a_page_is_answered_with_the_domain_meant(domain: str) -> None:
    """Issue 406: people copy what stands in the browser."""
    with pytest.raises(ConfigError) as caught:
        SalesforceSettings(domain=domain, access_token=Secret("t"))
    assert caught.value.hint == 'write domain = "acme.my.salesforce.com"'


def test_password_in_an_address_is_not_shown() -> None:
    """What stands before the @ may be a secret."""
    with pytest.raises(ConfigError) as caught:
        SalesforceSettings(domain="kam:hush@evil.example", access_token=Secret("t"))
    assert "hush" not in f"{caught.value!r}{vars(caught.value)!r}"


@pytest.mark.parametrize(
    "instance",
    [
        "http://acme.my.salesforce.com",
        "https://10.0.0.1",
        "https://0177.0.0.1",
        "https://[::ffff:7f00:1]",
        "https://2130706433",
        "https://kam:x@acme.my.salesforce.com",
        "https://acme.my.salesforce.com@evil.example",
        "https://acme.my.salesforce.com:8443",
        "https://acme.my.salesforce.com.",
        "https://acme.my.sаlesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://evilsalesforce.com",
        "https://acme.my.salesforce.com/path",
        "https://acme.my.salesforce.com?x",
        "https://acme.my.salesforce.com#x",
        "https://acme.my.sales\nforce.com",
        "https://acme.my.salesforce.com\\@evil.example",
        "https://acme.lightning.force.com",
        "ftp://acme.my.salesforce.com",
        "acme.my.salesforce.com",
        "https://[",
        "",
    ],
)
def test_instance_url_is_salesforces_or_refused(
    web: responses.RequestsMock, make_salesforce: MAKE, instance: str
) -> None:
    """C9: a sign-in's answer cannot send the token elsewhere; nothing follows it."""
    web.replace("POST", TOKEN_URL, json=token_answer(instance_url=instance))
    with pytest.raises(ConfigError) as caught:
        make_salesforce().query(SOQL)
    assert caught.value.code == "KAM-1041"
    assert len(web.calls) == 1


@pytest.mark.parametrize("status", [301, 302, 404])
def test_domain_of_no_org_is_a_wrong_setting(
    web: responses.RequestsMock, make_salesforce: MAKE, status: int
) -> None:
    """Salesforce answers a My Domain that nobody has with a page, or sends elsewhere."""
    headers = {"Location": "https://www.salesforce.com/"}
    web.replace("POST", TOKEN_URL, status=status, body="<html>", headers=headers)
    with pytest.raises(ConfigError) as caught:
        make_salesforce().query(SOQL)
    assert (caught.value.code, caught.value.field) == ("KAM-1041", "domain")
    assert len(web.calls) == 1


def test_unreachable_host_says_where_to_look(
    web: responses.RequestsMock, make_salesforce: MAKE
) -> None:
    """A name that no DNS knows."""
    lost = requests.exceptions.ConnectionError("NameResolutionError: Nordwind")
    web.replace("POST", TOKEN_URL, body=lost)
    with pytest.raises(CrmUnavailable) as caught:
        make_salesforce().query(SOQL)
    assert (caught.value.code, "DNS" in caught.value.hint) == ("KAM-3101", True)
    assert "Nordwind" not in str(caught.value)
