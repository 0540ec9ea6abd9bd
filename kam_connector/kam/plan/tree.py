"""Plans of a group: which local plans carry out the global one, and what they add up to (S2.45)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_connector.kam.worth import common_currency, in_currency, priced
from kam_connector.model.account import Account
from kam_connector.model.currency import NO_RATES, Rates
from kam_connector.model.money import Money
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan import Plan, PlanStatus
from kam_connector.model.plan_content import (
    Initiative,
    PlanFrame,
    PlanVersion,
    VersionState,
    WorkState,
)

__all__ = ["PlanNode", "PlanSite", "PlanTree", "plan_tree"]

_OVER = {WorkState.DONE, WorkState.DROPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSite:
    """What is known of one account's place in a tree of plans."""

    account: Account
    plan: Plan | None = None
    frame: PlanFrame | None = None
    versions: tuple[PlanVersion, ...] = ()
    local_kam_ids: tuple[str, ...] = ()
    """Local KAMs of its team today."""
    well: int = 0
    told: int = 0
    """Objectives reached or on track, of those that can be told."""
    business: tuple[Opportunity, ...] = ()
    """Its own open opportunities, without those of accounts below."""
    initiatives: tuple[Initiative, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNode:
    """One plan with the plans that carry it out."""

    account_id: str
    name: str
    depth: int
    country: str | None
    owner_id: str | None
    """Who runs it locally; None: nobody is named."""
    status: PlanStatus
    approved_on: date | None
    well: int
    told: int
    business: Money | None
    children: tuple[PlanNode, ...]

    def walk(self) -> Iterator[PlanNode]:
        """Yield this node and all below, from the top."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTree:
    """A global plan with its local ones, added up; each account counts once."""

    root: PlanNode
    well: int
    told: int
    business: Money | None
    initiatives: Money | None
    """What unfinished initiatives should be worth, in the currency of the business."""
    left_out: int
    """Opportunities and initiatives in currencies without a rate."""
    without_plan: tuple[str, ...]
    """Accounts of the group with open business that no plan speaks of, by name."""
    without_local_kam: tuple[str, ...]
    """Local plans that nobody local runs, by name."""
    circles: tuple[str, ...]
    """Accounts whose plans are said to carry out each other, by name: they hang under the root."""


def plan_tree(
    root_id: str, sites: Iterable[PlanSite], *, rates: Rates = NO_RATES, as_of: date
) -> PlanTree:
    """Return the tree of plans below one account.

    A plan hangs under the account its frame names, else under the nearest account above it
    in the CRM that has a plan. A circle is cut where it closes and named.

    Args:
        root_id: The global account.
        sites: It and every account that may belong to it; others are left aside.
        rates: To add amounts up.
        as_of: Today.

    Raises:
        ValueError: *root_id* is not among the sites.
    """
    known = {one.account.id: one for one in sites}
    if root_id not in known:
        raise ValueError(f"the account {root_id} is not among those given")
    parents = {id_: _parent(one, known) for id_, one in known.items() if _has_plan(one)}
    parents.pop(root_id, None)
    group = _group(root_id, known, parents)
    business = [deal for id_ in sorted(group) for deal in known[id_].business]
    everything = priced(business, rates, as_of=as_of)
    below, circles = _hung(root_id, parents, group)
    root = _node(root_id, known, below, 0, (rates, as_of, everything.currency))
    nodes = list(root.walk())
    worth = [_value(one) for node in nodes for one in known[node.account_id].initiatives]
    values = [one for one in worth if one]
    currency = everything.currency or common_currency(values)
    initiatives, unpriced = _added(values, currency, rates, as_of)
    planned = {one.account_id for one in nodes}
    return PlanTree(
        root=root,
        well=sum(one.well for one in nodes),
        told=sum(one.told for one in nodes),
        business=_sum(everything.deals, everything.currency),
        initiatives=initiatives,
        left_out=everything.left_out + unpriced,
        without_plan=_names(
            known, (id_ for id_ in group - planned if known[id_].business), root_id
        ),
        without_local_kam=_names(
            known, (one.account_id for one in nodes if one.owner_id is None), root_id
        ),
        circles=_names(known, circles, root_id),
    )


def _value(one: Initiative) -> Money | None:
    if one.state in _OVER or one.value is None or one.currency is None:
        return None
    return Money(amount=one.value, currency=one.currency)


def _added(
    values: Sequence[Money], currency: str | None, rates: Rates, as_of: date
) -> tuple[Money | None, int]:
    """Return a sum in one currency, and how many amounts have no rate."""
    if currency is None:
        return None, 0
    found = [in_currency(one, currency, rates, on=as_of) for one in values]
    priced_ = [one for one in found if one is not None]
    total = Money(amount=sum(priced_, Decimal(0)), currency=currency) if priced_ else None
    return total, len(found) - len(priced_)


def _has_plan(one: PlanSite) -> bool:
    return one.plan is not None or one.frame is not None


def _parent(one: PlanSite, known: Mapping[str, PlanSite]) -> str | None:
    named = one.frame.parent_account_id if one.frame else None
    if named is not None and named in known and named != one.account.id:
        return named
    seen = {one.account.id}
    above = one.account.parent_id
    while above is not None and above in known and above not in seen:
        if _has_plan(known[above]):
            return above
        seen.add(above)
        above = known[above].account.parent_id
    return None


def _group(
    root_id: str, known: Mapping[str, PlanSite], parents: Mapping[str, str | None]
) -> set[str]:
    """Return the root with all that hangs under it, by plan or in the CRM."""
    below: dict[str, set[str]] = {}
    for id_, one in known.items():
        for above in (one.account.parent_id, parents.get(id_)):
            if above is not None:
                below.setdefault(above, set()).add(id_)
    found, todo = {root_id}, [root_id]
    while todo:
        new = below.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def _hung(
    root_id: str, parents: Mapping[str, str | None], group: set[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return plans by the one they hang under, and those that hung in a circle: under the root."""
    below: dict[str, list[str]] = {}
    for id_, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(id_)
    placed, todo = {root_id}, [root_id]
    while todo:
        new = [id_ for id_ in below.get(todo.pop(), ()) if id_ not in placed]
        placed.update(new)
        todo += new
    astray = sorted(id_ for id_ in parents if id_ in group and id_ not in placed)
    kept = {id_: [one for one in listed if one in placed] for id_, listed in below.items()}
    kept[root_id] = [*kept.get(root_id, ()), *astray]
    return kept, astray


def _node(
    id_: str,
    known: Mapping[str, PlanSite],
    below: dict[str, list[str]],
    depth: int,
    money: tuple[Rates, date, str | None],
) -> PlanNode:
    """Return one node; each account is taken off the list when it is placed: no circle."""
    one, (rates, as_of, currency) = known[id_], money
    children = sorted(below.pop(id_, ()), key=lambda each: (known[each].account.name, each))
    own = priced(one.business, rates, as_of=as_of, currency=currency)
    approved = [v.decided_at for v in one.versions if v.state is VersionState.APPROVED]
    frame = one.frame
    local = frame.local_owner_id if frame else None
    return PlanNode(
        account_id=id_,
        name=one.account.name,
        depth=depth,
        country=frame.country if frame else None,
        owner_id=local or next(iter(one.local_kam_ids), None),
        status=one.plan.status if one.plan else PlanStatus.NONE,
        approved_on=next((at.date() for at in approved if at), None),
        well=one.well,
        told=one.told,
        business=_sum(own.deals, own.currency) if own.deals else None,
        children=tuple(_node(each, known, below, depth + 1, money) for each in children),
    )


def _sum(deals: Iterable[Opportunity], currency: str | None) -> Money | None:
    if currency is None:
        return None
    amounts = (deal.amount.amount for deal in deals if deal.amount)
    return Money(amount=sum(amounts, Decimal(0)), currency=currency)


def _names(known: Mapping[str, PlanSite], ids: Iterable[str], but: str) -> tuple[str, ...]:
    return tuple(sorted(known[id_].account.name for id_ in set(ids) if id_ != but))
