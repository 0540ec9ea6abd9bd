"""Whom a stop concerns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kam_connector.model.rails import StopOrder
from kam_connector.sync.stop import who_stops

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def _order(scope: str) -> StopOrder:
    code = "KAM-5105" if scope else "KAM-5003"
    return StopOrder(scope=scope, code=code, reason="a test", said_by="Ada", at=NOW)


@pytest.mark.guarantee("G24")
@pytest.mark.parametrize(
    ("connection", "scopes", "code"),
    [
        ("emea", ["emea"], "KAM-5105"),
        ("growth", ["emea"], None),
        ("growth", [""], "KAM-5003"),
        ("emea", ["emea", ""], "KAM-5003"),
        ("emea", [], None),
    ],
)
def test_a_stop_concerns_its_own_connection_or_all(
    connection: str, scopes: list[str], code: str | None
) -> None:
    """One connection's canary stops no other; the switch for all comes first."""
    found = who_stops(connection, outside="", orders=[_order(one) for one in scopes])
    assert (found and found.code) == code
