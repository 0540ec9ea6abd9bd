"""Opportunities and deals of an ordinary company: won, lost and open ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from kam_sandbox.hubspot.pipelines import DEAL_PIPELINES
from kam_sandbox.world.hubspot_pen import HubSpotPen
from kam_sandbox.world.moments import TODAY, ago
from kam_sandbox.world.salesforce_pen import SalesforcePen
from kam_sandbox.world.subjects import OFFERS

__all__ = ["sell_deals", "sell_opportunities"]

_OPEN_STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Perception Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
)
_ROLES = ("Business User", "Decision Maker", "Economic Buyer", "Evaluator", "Technical Buyer")
_SALES, _RENEWALS = DEAL_PIPELINES
_KINDS = ("New Customer", "Existing Customer - Upgrade", "Existing Customer - Replacement")


def sell_opportunities(
    pen: SalesforcePen,
    rng: Random,
    account: str,
    contacts: Sequence[str],
    count: int,
    *,
    owner: str,
    language: str = "fr",
    **fields: str,
) -> list[str]:
    """Create *count* Opportunities with roles for some of *contacts*; return their ids."""
    return [
        _sell_one(pen, rng, account, contacts, language, OwnerId=owner, **fields)
        for _ in range(count)
    ]


def _sell_one(
    pen: SalesforcePen,
    rng: Random,
    account: str,
    contacts: Sequence[str],
    language: str,
    **fields: str,
) -> str:
    opened = rng.randint(20, 700)
    stage, moved, close = _course(rng, opened)
    at = ago(opened, f"{rng.randint(7, 16):02d}:{rng.randint(0, 59):02d}")
    name = str(pen.record("Account", account).fields["Name"])[:70]
    id_ = pen.opportunity(
        f"{name} - {rng.choice(OFFERS[language])} {at.year}",
        account,
        owner=fields.pop("OwnerId"),
        stage=stage,
        amount=Decimal(rng.randint(4, 640) * 50_000) / 100,
        close=(TODAY - timedelta(days=close)).isoformat(),
        at=at,
        since=max(at, ago(moved, "15:00")),
        Type=rng.choice(_KINDS),
        **fields,
    )
    for place, contact in enumerate(rng.sample(list(contacts), min(len(contacts), 3))):
        if rng.random() < 0.7:
            pen.role(id_, contact, rng.choice(_ROLES), at=at, primary=place == 0)
    return id_


def _course(rng: Random, opened: int) -> tuple[str, int, int]:
    """Return stage, days since it was entered, and days since the closing date."""
    if opened > 150 or rng.random() < 0.3:
        closed = rng.randint(3, opened - 10)
        return rng.choice(("Closed Won", "Closed Won", "Closed Lost")), closed, closed
    return rng.choice(_OPEN_STAGES), rng.randint(3, min(opened, 60)), -rng.randint(10, 200)


def sell_deals(
    pen: HubSpotPen,
    rng: Random,
    company: str,
    contacts: Sequence[str],
    count: int,
    *,
    owner: str,
    language: str = "fr",
) -> list[str]:
    """Create *count* deals, one in five of them in the renewals pipeline; return their ids."""
    name = pen.record("companies", company).fields["name"]
    ids: list[str] = []
    for _ in range(count):
        opened = rng.randint(20, 600)
        closed = opened > 150 or rng.random() < 0.3
        renewal = rng.random() < 0.2
        pipeline = _SALES if not renewal else _RENEWALS
        stages = [stage.id for stage in pipeline.stages if stage.is_closed == closed]
        back = rng.randint(3, opened - 10) if closed else -rng.randint(10, 200)
        ids.append(
            pen.deal(
                f"{name} - {rng.choice(OFFERS[language])}",
                company,
                rng.sample(list(contacts), min(len(contacts), 2)),
                owner=owner,
                stage=rng.choice(stages),
                amount=rng.randint(3, 400) * 500,
                close=ago(back, "12:00"),
                at=ago(opened, "10:30"),
                pipeline=pipeline.id,
                touched=ago(max(back, 3), "14:00"),
            )
        )
    return ids
