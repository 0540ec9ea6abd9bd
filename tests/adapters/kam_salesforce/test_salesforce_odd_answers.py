"""Whole JSON of another shape is an answer that cannot be read, never a crash."""

from __future__ import annotations

from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable
from kam_salesforce.client import Client


class _Api:
    def __init__(self, page: Any) -> None:
        self._page = page

    def query(self, soql: str, *, include_deleted: bool) -> Any:
        return self._page


def _client(page: Any) -> Client:
    client = Client.__new__(Client)
    client.name = "emea"
    client._api = _Api(page)  # type: ignore[assignment]
    return client


@pytest.mark.parametrize(
    "page",
    [
        [1, 2],
        {"records": None, "done": True},
        {"records": [{"Name": "Acme"}], "done": True},
        {"records": ["Acme"], "done": True},
        {"records": []},
    ],
)
def test_an_answer_of_another_shape_is_no_answer(page: Any) -> None:
    """A list, no records, records without the Id asked for, or no end: KAM-3103."""
    with pytest.raises(CrmUnavailable) as refused:
        _client(page).query("SELECT Id, Name FROM Account")
    assert refused.value.code == "KAM-3103"


def test_a_count_needs_no_id() -> None:
    """Rows of a query that does not ask for Ids may come without."""
    page = {"records": [{"n": 3}], "done": True}
    assert _client(page).query("SELECT COUNT(Id) n FROM Account") == [{"n": 3}]
