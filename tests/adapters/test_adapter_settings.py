"""Hosts and settings are checked before any client sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret, read_settings, secret_names
from kam_hubspot.settings import HubSpotSettings
from kam_salesforce.settings import SalesforceSettings

TOKEN = Secret("hush-secret")


@pytest.mark.parametrize(
    ("domain", "url"),
    [
        ("acme", "https://acme.my.salesforce.com"),
        ("acme.my", "https://acme.my.salesforce.com"),
        ("acme--dev.sandbox.my", "https://acme--dev.sandbox.my.salesforce.com"),
        ("Acme.my.salesforce.com", "https://acme.my.salesforce.com"),
    ],
)
def test_domain_is_taken_in_its_usual_forms(domain: str, url: str) -> None:
    """My Domain may be written short or whole."""
    assert SalesforceSettings(domain=domain, access_token=TOKEN).base_url == url


@pytest.mark.parametrize(
    "domain",
    [
        "evil.example/x?",
        "127.0.0.1:9000/",
        "a@b",
        "0177.0.0.1",
        "evil#",
        "acme.my.salesforce.com.evil.example/",
        "acme.my.salesforce.com.",
        "аcme",
        "acme.lightning.force.com/",
        "",
    ],
)
def test_strange_domain_is_refused(domain: str) -> None:
    """C8, C9: no text in `domain` can name another host."""
    with pytest.raises(ConfigError) as caught:
        SalesforceSettings(domain=domain, access_token=TOKEN)
    assert caught.value.code in ("KAM-1041", "KAM-1044")


@pytest.mark.guarantee("G28", "TM4")
@pytest.mark.parametrize(
    "endpoint",
    [
        "http://10.0.0.1:80",
        "http://example.com",
        "https://127.0.0.1:1",
        "http://127.0.0.1.evil.example:1",
        "http://user@127.0.0.1:1",
        "http://127.0.0.1:1/path",
        "http://[::ffff:7f00:1]:1",
        "http://127.0.0.1:99999",
    ],
)
@pytest.mark.parametrize("settings_type", [SalesforceSettings, HubSpotSettings])
def test_endpoint_is_loopback_or_refused(settings_type: Any, endpoint: str) -> None:
    """Plain http goes to the sandbox only."""
    with pytest.raises(ConfigError) as caught:
        settings_type(endpoint=endpoint, access_token=TOKEN)
    assert caught.value.code == "KAM-1042"


@pytest.mark.parametrize("host", ["api.hubapi.com", "api-eu1.hubapi.com", "api-na2.hubapi.com"])
def test_hubspot_hosts_are_known(host: str) -> None:
    """The regional hosts are HubSpot's."""
    assert HubSpotSettings(access_token=TOKEN, host=host).base_url == f"https://{host}"


@pytest.mark.guarantee("G28", "TM4")
@pytest.mark.parametrize(
    "host", ["evil.example", "api.hubapi.com.evil.example", "api.hubapi.com/x", "a@api.hubapi.com"]
)
def test_strange_hubspot_host_is_refused(host: str) -> None:
    """No text in `host` can name another host."""
    with pytest.raises(ConfigError) as caught:
        HubSpotSettings(access_token=TOKEN, host=host)
    assert caught.value.code == "KAM-1041"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"domain": "acme"}, "KAM-1044"),
        ({"domain": "acme", "client_id": "x"}, "KAM-1044"),
        ({"domain": "acme", "access_token": TOKEN, "api_version": "59.0"}, "KAM-1043"),
        ({"domain": "acme", "access_token": TOKEN, "api_version": "v9"}, "KAM-1043"),
        ({"domain": "acme", "access_token": TOKEN, "attempts": 0}, "KAM-1047"),
        ({"domain": "acme", "access_token": TOKEN, "attempts": "5"}, "KAM-1047"),
        ({"domain": "acme", "access_token": "00D!literal"}, "KAM-1047"),
        ({"domain": "acme", "access_token": TOKEN, "domian": "x"}, "KAM-1046"),
    ],
)
def test_bad_table_is_named_with_its_code(table: dict[str, object], code: str) -> None:
    """Each mistake has one code and prints no secret."""
    with pytest.raises(ConfigError) as caught:
        read_settings(SalesforceSettings, table, where="[connections.acme]")
    assert caught.value.code == code
    assert "hush" not in str(caught.value)
    assert "literal" not in str(caught.value)


def test_unknown_key_names_the_nearest() -> None:
    """A typing error is answered with the right word."""
    with pytest.raises(ConfigError) as caught:
        read_settings(HubSpotSettings, {"acces_token": TOKEN}, where="[connections.acme]")
    assert "access_token" in caught.value.hint


@dataclass(frozen=True, kw_only=True)
class _ThirdParty:
    """Another adapter's settings, with a key that has no default."""

    access_token: Secret


def test_missing_key_is_named() -> None:
    """What has no default must be given."""
    with pytest.raises(ConfigError) as caught:
        read_settings(_ThirdParty, {}, where="[connections.acme]")
    assert (caught.value.code, caught.value.field) == ("KAM-1045", "access_token")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({}, "lacks client_id, client_secret"),
        ({"client_id": "app", "sign_in": "login"}, "lacks client_secret"),
        ({"access_token": TOKEN, "client_id": "app"}, "has client_id besides"),
        ({"access_token": TOKEN, "sign_in": "login"}, "lacks client_id, client_secret"),
    ],
)
def test_hubspot_signs_in_one_way(table: dict[str, Any], told: str) -> None:
    """Two ways at once, or half of one, are refused with the ways there are."""
    with pytest.raises(ConfigError) as caught:
        HubSpotSettings(**table)
    assert caught.value.code == "KAM-1044"
    assert told in caught.value.message
    assert "service key" in caught.value.hint


def test_secrets_are_known_by_type_and_never_print() -> None:
    """G25: a settings object can be logged."""
    settings = HubSpotSettings(access_token=TOKEN)
    assert secret_names(HubSpotSettings) == {"access_token", "client_secret", "webhook_secret"}
    assert secret_names(SalesforceSettings) == {
        "access_token",
        "client_secret",
        "private_key",
    }
    assert "hush" not in f"{settings!r} {settings} {TOKEN!r} {TOKEN}"
