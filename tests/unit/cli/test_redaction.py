"""No token, address or name leaves through the log (G25)."""

from __future__ import annotations

import io
import logging

import pytest
import structlog

from kam_connector.cli.logs import configure_logs
from kam_connector.cli.redaction import redact_event, redact_text

CANARIES = {
    "bearer": "Authorization: Bearer canary.abc-123_xyz",
    "salesforce session": "sid 00D000000000SBX!canary.token.AQ4 refused",
    "hubspot token": "used pat-eu1-canary-0000-1111",
    "client secret": "client_secret=canary&grant_type=x",
    "token in json": '{"access_token": "canary123"}',
    "password": "password: canary",
    "e-mail": "sent to canary@acme.example today",
    "encoded e-mail": "GET /contacts/canary%40acme.example",
    "query": "GET https://x.my.salesforce.com/query?q=SELECT+canary",
    "database url": "postgresql+psycopg://kam:canary@db/kam",
    "json web token": "eyJcanary.eyJzdWIi.c2ln",
    "private key": "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----",
}
KEYS = ["name", "email", "token", "client_secret", "subject", "account", "owner", "before", "query"]


@pytest.fixture(autouse=True)
def _reset_logging() -> object:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.mark.parametrize("text", CANARIES.values(), ids=CANARIES.keys())
def test_canary_never_survives_in_a_text(text: str) -> None:
    """Whatever shape a secret has, it is taken out."""
    assert "canary" not in redact_text(text)


@pytest.mark.parametrize("key", KEYS)
def test_canary_never_survives_under_a_known_key(key: str) -> None:
    """Names and values of people hide by their key, at any depth."""
    event = redact_event(None, "info", {"event": "x", key: "canary", "deep": [{key: "canary"}]})
    assert "canary" not in str(event)


@pytest.mark.parametrize("text", ["accounts_pulled", "KAM-3001", "run 1121-7e7f35bf", "a: b"])
def test_plain_words_survive(text: str) -> None:
    """Redaction leaves what an operator needs."""
    assert redact_text(text) == text


def test_counts_survive_under_a_known_key() -> None:
    """A number of accounts is no account."""
    assert redact_event(None, "info", {"account": 412})["account"] == 412


@pytest.mark.parametrize("style", ["json", "console"])
def test_canary_never_reaches_the_stream(style: str) -> None:
    """Events, exceptions and the libraries' own messages pass the redaction last."""
    stream = io.StringIO()
    configure_logs(style=style, verbose=2, stream=stream)
    structlog.get_logger().info("accounts_pulled", crm="emea", email="canary@acme.example")
    logging.getLogger("simple_salesforce").warning("refused 00D000000000SBX!canary")
    try:
        raise ValueError(CANARIES["bearer"])
    except ValueError:
        structlog.get_logger().exception("page_failed")
    assert "accounts_pulled" in stream.getvalue()
    assert "page_failed" in stream.getvalue()
    assert "canary." not in stream.getvalue()
    assert "canary@" not in stream.getvalue()
    assert "SBX!canary" not in stream.getvalue()


def test_quiet_log_says_errors_only() -> None:
    """-q is for cron."""
    stream = io.StringIO()
    configure_logs(style="json", quiet=True, stream=stream)
    structlog.get_logger().warning("page_slow")
    structlog.get_logger().error("page_failed")
    assert ("page_slow" in stream.getvalue(), "page_failed" in stream.getvalue()) == (False, True)
