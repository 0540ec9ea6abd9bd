"""kam plan tree: the local plans that carry out a global one."""

from __future__ import annotations

from collections.abc import Iterable

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.kam.plan.attainment import objectives_on_track
from kam_connector.kam.plan.scope import plan_frame
from kam_connector.kam.plan.tree import PlanNode, PlanSite, PlanTree, plan_tree
from kam_connector.kam.settings import KamSettings
from kam_connector.model.account import Account
from kam_connector.model.account_team import Teammate, TeamRole
from kam_connector.model.facts import AccountFacts
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.plan_content import Initiative, PlanVersion

__all__ = ["tree"]


@command(
    "tree",
    click.argument("account"),
    help="Show a group's plans: who carries out the global one where, what is missing, the sums.",
)
def tree(session: Session, *, account: str) -> Result:
    """Show the tree below one account."""
    store, now = session.app.store, session.app.clock.now()
    found = find_account(store, account)
    accounts = store.accounts()
    chosen = [one.account_id for one in store.key_accounts()]
    facts = {one.account.id: one for one in store.facts(chosen, since=now)}
    business = store.business(one.id for one in accounts)
    settings = session.config.kam.settings()
    sites = [
        _site(one, facts.get(one.id), business.get(one.id, ()), session, settings)
        for one in accounts
    ]
    grown = plan_tree(found.id, sites, rates=store.rates(), as_of=now.date())
    people = {one.id: one.name for one in store.users()}
    rows = [_row(node, people) for node in grown.root.walk()]
    head = ("account", "country", "plan", "approved", "local KAM", "on track", "open business")
    return Result(data={"tree": grown}, lines=[*table(head, rows), *_told(grown)])


def _site(
    account: Account,
    facts: AccountFacts | None,
    business: Iterable[Opportunity],
    session: Session,
    settings: KamSettings,
) -> PlanSite:
    as_of = session.app.clock.now().date()
    open_ones = tuple(deal for deal in business if not deal.closed)
    if facts is None:
        return PlanSite(account=account, business=open_ones)
    well, told = objectives_on_track(facts, as_of=as_of, settings=settings)
    mine = (one for one in facts.kept.of(Teammate) if one.account_id == account.id)
    return PlanSite(
        account=account,
        plan=facts.plan,
        frame=plan_frame(facts),
        versions=facts.kept.of(PlanVersion),
        local_kam_ids=tuple(
            one.user_id for one in mine if one.role is TeamRole.LOCAL_KAM and one.serves_on(as_of)
        ),
        well=well,
        told=told,
        business=open_ones,
        initiatives=tuple(one for one in facts.kept.of(Initiative) if one.account_id == account.id),
    )


def _row(node: PlanNode, people: dict[str, str]) -> tuple[object, ...]:
    amount = node.business
    return (
        "  " * node.depth + node.name,
        node.country,
        node.status.value,
        node.approved_on,
        people.get(node.owner_id or "", node.owner_id),
        f"{node.well} of {node.told}",
        f"{amount.currency} {amount.amount:,.0f}" if amount else None,
    )


def _told(grown: PlanTree) -> list[str]:
    amount = grown.business
    worth = f", open business {amount.currency} {amount.amount:,.0f}" if amount else ""
    value = grown.initiatives
    worth += f", initiatives {value.currency} {value.amount:,.0f}" if value else ""
    lines = ["", f"  Together: {grown.well} of {grown.told} objectives on track{worth}"]
    if grown.left_out:
        lines.append(f"  {grown.left_out} amounts left out: no rate for their currency")
    for title, names in (
        ("Business without a plan", grown.without_plan),
        ("Nobody local runs the plan", grown.without_local_kam),
        ("Plans that carry out each other", grown.circles),
    ):
        lines += [f"  {title}: {', '.join(names)}"] if names else []
    return lines
