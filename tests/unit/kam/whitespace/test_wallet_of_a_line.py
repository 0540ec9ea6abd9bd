"""Which part of a customer's spend on one product line reaches us."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam_connector.kam.whitespace.matrix import WhitespaceCell
from kam_connector.model.figures import OfferState
from kam_connector.model.money import Money


def euros(amount: int) -> Money:
    """Return an amount."""
    return Money(amount=Decimal(amount), currency="EUR")


@pytest.mark.checklist(
    "S2.31", home="`WhitespaceCell.wallet_share_percent`, `Wallet`, `kam whitespace show`"
)
@pytest.mark.parametrize(
    ("current", "wallet", "percent"),
    [
        (euros(50), euros(200), Decimal("25.0")),
        (None, euros(200), Decimal("0.0")),
        (euros(300), euros(200), Decimal("100.0")),
        (euros(50), None, None),
        (euros(50), euros(0), None),
    ],
)
def test_share_of_wallet_is_known_where_the_wallet_is(
    current: Money | None, wallet: Money | None, percent: Decimal | None
) -> None:
    """Between 0 and 100; without a wallet nobody knows."""
    cell = WhitespaceCell(
        account_id="acc_1",
        product_line="Storage",
        country=None,
        state=OfferState.OWNED,
        current=current,
        wallet=wallet,
    )
    assert cell.wallet_share_percent == percent
