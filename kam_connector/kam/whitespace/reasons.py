"""Why a product line stands where it stands, in words."""

from __future__ import annotations

from decimal import Decimal

from kam_connector.kam.settings import KamSettings
from kam_connector.kam.whitespace.cells import CellFacts
from kam_connector.kam.whitespace.market import Benchmark, NotComparable
from kam_connector.kam.whitespace.opportunity import Opening
from kam_connector.language import Voice
from kam_connector.model.figures import OfferState
from kam_connector.model.money import Money

__all__ = ["cell_reason"]


def cell_reason(
    cell: CellFacts,
    state: OfferState,
    benchmark: Benchmark | None,
    opening: Opening,
    *,
    currency: str | None,
    settings: KamSettings,
) -> str:
    """Return one or more sentences: what is so, what peers do, what could be won."""
    say = settings.say
    parts = [_what_is(cell, state, currency, say)]
    if benchmark is not None and state is not OfferState.NOT_ELIGIBLE:
        parts.append(_peers(benchmark, settings))
        parts += _opening(cell, benchmark, opening, currency, say)
    return " ".join(part for part in parts if part)


def _what_is(cell: CellFacts, state: OfferState, currency: str | None, say: Voice) -> str:
    match state:
        case OfferState.OWNED:
            return _owned(cell, currency, say)
        case OfferState.PIPELINE:
            return say("In an open opportunity.")
        case OfferState.COMPETITOR:
            return _rival(cell, say)
        case OfferState.INTERNAL:
            return say("The customer does it itself.")
        case OfferState.NOT_ELIGIBLE if cell.told is OfferState.NOT_ELIGIBLE:
            return say("Somebody of ours said that it is not for this customer.")
        case OfferState.NOT_ELIGIBLE:
            return say("Not meant for customers of this segment.")
        case OfferState.GAP if cell.told is OfferState.GAP:
            return say("Somebody of ours said that the customer lacks it.")
        case OfferState.GAP:
            return say("Not bought from us.")
        case OfferState.UNKNOWN:
            return say("Not bought from us; whether somebody else sells it is not known.")


def _owned(cell: CellFacts, currency: str | None, say: Voice) -> str:
    bought = _money(cell.current, currency)
    if bought is not None:
        return say("Bought for {amount} in the last twelve months.", amount=bought)
    if cell.held_unpriced:
        return say("Bought in the last twelve months; the amount is not known.")
    if cell.last_sale is not None:
        return say("Last bought on {day}.", day=cell.last_sale)
    return say("Somebody of ours said that the customer has it from us.")


def _rival(cell: CellFacts, say: Voice) -> str:
    if cell.competitor and cell.contract_ends_on:
        return say(
            "Held by {competitor} until {day}.",
            competitor=cell.competitor,
            day=cell.contract_ends_on,
        )
    if cell.competitor:
        return say("Held by {competitor}.", competitor=cell.competitor)
    if cell.contract_ends_on:
        return say("Held by a competitor until {day}.", day=cell.contract_ends_on)
    return say("Held by a competitor.")


def _peers(benchmark: Benchmark, settings: KamSettings) -> str:
    say, least = settings.say, settings.whitespace.least_peers
    match benchmark.missing:
        case NotComparable.NO_SEGMENT:
            return say("The account's segment is not known: it is compared with nobody.")
        case NotComparable.FEW_PEERS:
            return say.count(
                "{n} similar customer is known, {least} are needed: it is compared with nobody.",
                "{n} similar customers are known, {least} are needed: it is compared with nobody.",
                benchmark.peers,
                least=least,
            )
        case None:
            percent = (Decimal(100) * (benchmark.share or Decimal(0))).quantize(Decimal(1))
            return say(
                "{buyers} of {peers} similar customers buy it ({percent} %).",
                buyers=benchmark.buyers,
                peers=benchmark.peers,
                percent=percent,
            )


def _opening(
    cell: CellFacts, benchmark: Benchmark, opening: Opening, currency: str | None, say: Voice
) -> list[str]:
    """Return what could be won, and on whose word."""
    parts = []
    expected = _money(opening.expected, currency)
    if expected is not None and benchmark.scaled:
        parts.append(say("At this size that is usually {amount} a year.", amount=expected))
    elif expected is not None:
        parts.append(
            say(
                "The median is {amount} a year; this customer's turnover is not known, "
                "so it is not scaled to its size.",
                amount=expected,
            )
        )
    if opening.by_person:
        told = _money(cell.potential, currency)
        parts.append(say("Somebody of ours put the potential at {amount} a year.", amount=told))
    if opening.capped:
        wallet = _money(cell.wallet, currency)
        parts.append(say("The customer spends {amount} a year on it in all.", amount=wallet))
    return parts


def _money(amount: Decimal | None, currency: str | None) -> Money | None:
    return Money(amount=amount, currency=currency) if amount is not None and currency else None
