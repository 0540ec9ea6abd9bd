"""A person names an account in their own words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kam_connector.cli.lookup import find_account
from kam_connector.errors import UsageError
from kam_connector.model.account import Account


def make_store(*names: str, chosen: tuple[str, ...] = ()) -> SimpleNamespace:
    """A store that knows accounts by name."""
    accounts = [
        Account(id=f"acc_{place}", name=name, refs=(("emea", f"001{place}"),))
        for place, name in enumerate(names)
    ]
    keys = [SimpleNamespace(account_id=one.id) for one in accounts if one.name in chosen]
    return SimpleNamespace(accounts=lambda: accounts, key_accounts=lambda: keys)


STORE = make_store("Nordwind Énergie", "Halden Foods", "Halden Logistics", "Énergie")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("acc_1", "Halden Foods"),
        ("0012", "Halden Logistics"),
        ("nordwind energie", "Nordwind Énergie"),
        ("NORDWIND", "Nordwind Énergie"),
        ("énergie", "Énergie"),
        ("foods", "Halden Foods"),
    ],
)
def test_account_is_found(wanted: str, found: str) -> None:
    """By our id, the CRM's id, or part of the name; accents and case do not matter."""
    assert find_account(STORE, wanted).name == found


def test_several_fitting_accounts_are_named() -> None:
    """Nobody has to guess which one was taken."""
    with pytest.raises(UsageError, match="Several accounts fit") as caught:
        find_account(STORE, "halden")
    assert "Halden Foods" in caught.value.hint
    assert "Halden Logistics" in caught.value.hint


def test_key_account_wins_over_namesakes() -> None:
    """Among several, the one key account is meant."""
    store = make_store("Halden Foods", "Halden Logistics", chosen=("Halden Foods",))
    assert find_account(store, "halden").name == "Halden Foods"


def test_unknown_account_suggests_the_nearest() -> None:
    """A typing mistake gets the right name back."""
    with pytest.raises(UsageError) as caught:
        find_account(STORE, "haldn foods")
    assert (caught.value.code, "Halden Foods" in caught.value.hint) == ("KAM-7042", True)
