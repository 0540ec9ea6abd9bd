"""Renewal cycles beside the journey's stages: from renewal opportunities and from contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.kam.worth import common_currency, in_currency
from kam_connector.model.account import RenewalCycle, RenewalState
from kam_connector.model.contract import Contract
from kam_connector.model.facts import AccountFacts
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity

__all__ = ["RENEWAL", "main_cycle", "next_renewal", "renewal_cycles"]

RENEWAL = "renewal"
_OPENS_DAYS = 180
"""The window opens 180 days before the decision (docs/scores.md, sources 5)."""
_LATE_DAYS = 90
"""A renewal opportunity that closes up to this long after a contract's end still renews it.
Our choice: the quarter in which a late signature usually comes."""
_FOLLOWS_DAYS = 60
"""A contract that starts this near the end of another, on either side, follows it. Our choice:
renewals are dated to the day after, to the month's first, or signed some weeks early."""


def renewal_cycles(facts: AccountFacts, *, as_of: date) -> tuple[RenewalCycle, ...]:
    """Return every renewal cycle known: one per renewal, whatever it is known from.

    An opportunity of kind renewal makes one, and so does a contract in force that has an end;
    a contract and the opportunity that renews it are one cycle. Its decision is then the
    contract's while that lies ahead (what binds comes before a plan), its outcome the
    opportunity's. A cycle keeps its id; a moved date moves the cycle. Others that are known
    already stay.
    """
    deals = [deal for deal in facts.opportunities if deal.kind == RENEWAL and deal.closes_on]
    renewed = _renewed(deals, facts.contracts)
    held = _Held(facts)
    cycles = [_of_deal(held, deal, renewed.get(deal.id), as_of) for deal in deals]
    paired = {contract.id for contract in renewed.values()}
    alone = [contract for contract in facts.contracts if contract.id not in paired]
    cycles += [made for one in alone if (made := _of_contract(held, one, as_of))]
    deal_ids = {cycle.opportunity_id for cycle in cycles} - {None}
    contract_ids = {cycle.contract_id for cycle in cycles} - {None}
    others = [
        cycle
        for cycle in facts.renewals
        if cycle.opportunity_id not in deal_ids and cycle.contract_id not in contract_ids
    ]
    return tuple(sorted([*cycles, *others], key=lambda cycle: (cycle.decision, cycle.id)))


def next_renewal(cycles: Sequence[RenewalCycle], as_of: date) -> RenewalCycle | None:
    """Return the earliest undecided cycle with its decision today or later."""
    ahead = [c for c in cycles if c.state is RenewalState.OPEN and c.decision >= as_of]
    return min(ahead, key=lambda cycle: (cycle.decision, cycle.id), default=None)


def main_cycle(
    facts: AccountFacts, cycles: Sequence[RenewalCycle], as_of: date
) -> RenewalCycle | None:
    """Return the cycle of the main contract while its window is open.

    The main contract is the undecided one of the largest amount (the displayed
    phase says "renewal" while a cycle of its main contract is open). Amounts in several
    currencies are compared at the day's rates; one without a rate counts as nothing.
    """
    worth = {cycle.id: _worth(facts, cycle) for cycle in cycles}
    currency = common_currency(money for money in worth.values() if money)
    sizes = {
        id_: in_currency(money, currency, facts.rates, on=as_of) if money and currency else None
        for id_, money in worth.items()
    }
    undecided = [cycle for cycle in cycles if cycle.state is RenewalState.OPEN]
    main = max(undecided, key=lambda cycle: (sizes[cycle.id] or Decimal(0), cycle.id), default=None)
    return main if main and main.opens <= as_of else None


class _Held:
    """What was known before: a cycle keeps its id."""

    def __init__(self, facts: AccountFacts) -> None:
        self.account_id = facts.account.id
        self.contracts = facts.contracts
        self._of_deal = {one.opportunity_id: one for one in facts.renewals if one.opportunity_id}
        self._of_contract = {one.contract_id: one for one in facts.renewals if one.contract_id}

    def deal(self, deal: Opportunity, contract: Contract | None) -> RenewalCycle | None:
        """Return the cycle of an opportunity, or that of the contract it renews."""
        return self._of_deal.get(deal.id) or (self.contract(contract) if contract else None)

    def contract(self, contract: Contract) -> RenewalCycle | None:
        """Return the cycle of a contract."""
        return self._of_contract.get(contract.id)


def _renewed(deals: Sequence[Opportunity], contracts: Sequence[Contract]) -> Mapping[str, Contract]:
    """Return the contract that each opportunity renews: one each, the surest pair first.

    An opportunity that names the contract comes before one that closes near its end.
    """
    fitting = [
        (deal.contract_id != contract.id, apart, deal.id, contract.id, contract)
        for deal in deals
        for contract in contracts
        if (apart := _apart(deal, contract)) is not None
    ]
    pairs: dict[str, Contract] = {}
    taken: set[str] = set()
    for _, _, deal_id, contract_id, contract in sorted(fitting, key=lambda pair: pair[:4]):
        if deal_id not in pairs and contract_id not in taken:
            pairs[deal_id] = contract
            taken.add(contract_id)
    return pairs


def _apart(deal: Opportunity, contract: Contract) -> int | None:
    """Return the days between a closing date and a contract's end; None: it renews another.

    What closed before the contract began is what made it, not what renews it.
    """
    closes, ends = deal.closes_on, contract.ends_on
    if closes is None or ends is None:
        return None
    if contract.starts_on and closes <= contract.starts_on:
        return None
    days = (closes - ends).days
    if deal.contract_id is not None:
        return abs(days) if deal.contract_id == contract.id else None
    near = -_OPENS_DAYS <= days <= _LATE_DAYS
    return abs(days) if near and deal.account_id == contract.account_id else None


def _of_deal(
    held: _Held, deal: Opportunity, contract: Contract | None, as_of: date
) -> RenewalCycle:
    kept = held.deal(deal, contract)
    decision = deal.closes_on or date.max
    binding = _decision(contract, as_of) if contract and contract.active is not False else None
    if binding is not None and binding >= as_of and not deal.closed:
        decision = binding
    state = RenewalState.OPEN
    if deal.closed:
        state = RenewalState.WON if deal.won else RenewalState.LOST
    return RenewalCycle(
        id=kept.id if kept else f"ren_{deal.id}",
        account_id=held.account_id,
        opportunity_id=deal.id,
        opens=decision - timedelta(days=_OPENS_DAYS),
        decision=decision,
        state=state,
        contract_id=contract.id if contract else None,
    )


def _decision(contract: Contract, as_of: date) -> date | None:
    """Return the day of notice while it lies ahead, then the end: it may still be renewed."""
    notice = contract.decision_on
    return notice if notice is None or notice >= as_of else contract.ends_on


def _of_contract(held: _Held, contract: Contract, as_of: date) -> RenewalCycle | None:
    """Return the cycle of a contract alone; one that is not in force opens none."""
    kept, decision = held.contract(contract), _decision(contract, as_of)
    if decision is None or (contract.active is False and kept is None):
        return None
    over = contract.active is False or (contract.ends_on is not None and contract.ends_on < as_of)
    state = RenewalState.LOST if over else RenewalState.OPEN
    if any(_followers(contract, held.contracts)):
        state = RenewalState.WON
    return RenewalCycle(
        id=kept.id if kept else f"ren_{contract.id}",
        account_id=held.account_id,
        opportunity_id=None,
        opens=decision - timedelta(days=_OPENS_DAYS),
        decision=decision,
        state=state,
        contract_id=contract.id,
    )


def _followers(contract: Contract, others: Sequence[Contract]) -> Iterator[Contract]:
    """Yield the contracts in force that take this one's place."""
    for other in others:
        if other.id == contract.id or other.account_id != contract.account_id:
            continue
        if other.active is False or not (other.starts_on and contract.ends_on):
            continue
        later = other.ends_on is None or other.ends_on > contract.ends_on
        if later and abs((other.starts_on - contract.ends_on).days) <= _FOLLOWS_DAYS:
            yield other


def _worth(facts: AccountFacts, cycle: RenewalCycle) -> Money | None:
    """Return what a cycle is about: the opportunity's amount, else the contract's value."""
    amounts = {deal.id: deal.amount for deal in facts.opportunities}
    values = {contract.id: contract.value for contract in facts.contracts}
    return amounts.get(cycle.opportunity_id or "") or values.get(cycle.contract_id or "")
