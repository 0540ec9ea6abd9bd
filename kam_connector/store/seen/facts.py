"""A key account's facts without what belongs to accounts below it that are not there."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from kam_connector.model.activity import Activity
from kam_connector.model.contact import Affiliation, Position
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kept import KeptRecords
from kam_connector.store.seen.sight import Sight

__all__ = ["shown_kept", "trimmed"]

T = TypeVar("T", Position, Affiliation)


def trimmed(facts: AccountFacts, sight: Sight) -> AccountFacts | None:
    """Return the facts as far as one person sees them; None: nothing of it may be shown.

    A person who works for a hidden account is hidden with it, though an affiliation ties them
    to one that is seen: the CRM lets people see contacts through their own account.
    """
    if not sight.everything:
        facts = _business(_people(facts, sight), sight)
    elif not sight.hidden:
        return facts
    told = _told(facts, sight)
    return _readable(told, sight) if sight.hidden else told


def _readable(facts: AccountFacts, sight: Sight) -> AccountFacts | None:
    """Return the facts without values that this person may not read in the CRM."""
    account = sight.readable([facts.account])
    if not account:
        return None
    products = {one.id: one for one in sight.readable(facts.products.values())}
    return replace(
        facts,
        account=account[0],
        tree=tuple(sight.readable(facts.tree)),
        contacts=tuple(sight.readable(facts.contacts)),
        positions=tuple(sight.readable(facts.positions)),
        opportunities=tuple(sight.readable(facts.opportunities)),
        roles=tuple(sight.readable(facts.roles)),
        affiliations=tuple(sight.readable(facts.affiliations)),
        cases=tuple(sight.readable(facts.cases)),
        contracts=tuple(sight.readable(facts.contracts)),
        team=tuple(sight.readable(facts.team)),
        line_items=tuple(sight.readable(facts.line_items)),
        products=products,
        activities=tuple(sight.readable(facts.activities)),
        renewals=tuple(sight.readable(facts.renewals)),
        hidden=sight.hidden,
    )


def _people(facts: AccountFacts, sight: Sight) -> AccountFacts:
    """Return the facts without accounts that are not there, and without their people."""
    contacts = tuple(one for one in facts.contacts if _there(sight, one.account_id))
    gone = {one.id for one in facts.contacts} - {one.id for one in contacts}
    return replace(
        facts,
        account=sight.own(facts.account),
        tree=tuple(sight.own(one) for one in facts.tree if sight.sees(one.id)),
        contacts=contacts,
        positions=_of(facts.positions, sight, gone),
        affiliations=_of(facts.affiliations, sight, gone),
        roles=tuple(one for one in facts.roles if one.contact_id not in gone),
        team=tuple(one for one in facts.team if sight.sees(one.account_id)),
        activities=tuple(
            _without(one, gone) for one in facts.activities if _took_part(one, gone, sight)
        ),
    )


def _business(facts: AccountFacts, sight: Sight) -> AccountFacts:
    """Return the facts without the business of accounts that are not there."""
    deals = tuple(one for one in facts.opportunities if sight.sees(one.account_id))
    contracts = tuple(one for one in facts.contracts if sight.sees(one.account_id))
    ids = {None, *(one.id for one in deals)}
    agreed = {None, *(one.id for one in contracts)}
    lines = tuple(one for one in facts.line_items if one.opportunity_id in ids)
    sold = {one.product_id for one in lines}
    return replace(
        facts,
        opportunities=deals,
        contracts=contracts,
        roles=tuple(one for one in facts.roles if one.opportunity_id in ids),
        cases=tuple(one for one in facts.cases if sight.sees(one.account_id)),
        line_items=lines,
        products={id_: one for id_, one in facts.products.items() if id_ in sold},
        renewals=tuple(
            one for one in facts.renewals if one.opportunity_id in ids and one.contract_id in agreed
        ),
    )


def _told(facts: AccountFacts, sight: Sight) -> AccountFacts:
    """Return the facts with what people and rules said, as far as it is there."""
    return replace(
        facts,
        objectives=tuple(sight.shown(facts.objectives)),
        actions=tuple(sight.shown(facts.actions)),
        signals=tuple(sight.shown(facts.signals)),
        kept=shown_kept(facts.kept, sight),
        previous={one.name: one for one in sight.shown(facts.previous.values())},
    )


def shown_kept(kept: KeptRecords, sight: Sight) -> KeptRecords:
    """Return the kept records that one person sees."""
    return KeptRecords(
        by_type={made: tuple(sight.shown(listed)) for made, listed in kept.by_type.items()}
    )


def _of(records: tuple[T, ...], sight: Sight, gone: set[str]) -> tuple[T, ...]:
    return tuple(
        one for one in records if sight.sees(one.account_id) and one.contact_id not in gone
    )


def _there(sight: Sight, account_id: str | None) -> bool:
    return account_id is None or sight.sees(account_id)


def _took_part(activity: Activity, gone: set[str], sight: Sight) -> bool:
    """Whether an activity is of an account that is there, and with somebody who is."""
    people = activity.contact_ids
    return _there(sight, activity.account_id) and (not people or not set(people) <= gone)


def _without(activity: Activity, gone: set[str]) -> Activity:
    if gone.isdisjoint(activity.contact_ids):
        return activity
    left = tuple(one for one in activity.contact_ids if one not in gone)
    return replace(activity, contact_ids=left)
