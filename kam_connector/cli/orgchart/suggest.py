"""kam orgchart suggest: profiles read from titles, and old acquaintances; a person accepts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_one
from kam_connector.cli.orgchart.judge import judgement
from kam_connector.cli.orgchart.reading import ChartRead, read_chart
from kam_connector.cli.output import table
from kam_connector.cli.reading import author
from kam_connector.kam.chart.resurfaced import Resurfaced, resurfaced
from kam_connector.kam.chart.stakeholders import (
    ProfileBasis,
    StakeholderView,
    stakeholder_views,
)
from kam_connector.model.contact import Profile
from kam_connector.model.judgement import Evidence
from kam_connector.sync.derive import HISTORY

__all__ = ["suggest"]

_HOLDS_DAYS = 365


@command(
    "suggest",
    click.argument("account"),
    click.option("--accept", is_flag=True, help="Keep what is suggested, as your assumption."),
    click.option("--only", multiple=True, metavar="PERSON", help="Of these people alone."),
    click.option("--least", type=click.FloatRange(0, 1), default=0.5, show_default=True,
                 help="How sure a suggestion must be."),
    click.option("--elsewhere", is_flag=True, help="Also who came from, or went to, another "
                 "key account."),
    click.option("--by", help="Who accepts; else who is signed in to this computer."),
    help="Suggest profiles from job titles. Nothing counts until a person accepts it.",
)  # fmt: skip
def suggest(
    session: Session,
    *,
    account: str,
    accept: bool,
    only: tuple[str, ...],
    least: float,
    elsewhere: bool,
    by: str | None,
) -> Result:
    """Show suggestions; keep them when a person says so."""
    read = read_chart(session, account)
    views = _open(read, only, Decimal(str(least)))
    rows = [
        (
            view.contact.name,
            view.contact.title,
            view.suggested.profile.value if view.suggested.profile else None,
            view.suggested.confidence,
            ", ".join(view.suggested.words),
        )
        for view in views
    ]
    lines = [read.account.name]
    lines += table(("person", "title", "profile", "sure", "because of"), rows) or [
        "  Nothing to suggest: everybody has a profile, or no title says enough."
    ]
    met = _met_elsewhere(session, read) if elsewhere else []
    lines += [f"  {one.name}: {one.how.value}, {one.confidence}" for one in met]
    accepted = _accept(session, read, views, by) if accept else 0
    if accept:
        lines.append(f"  {accepted} accepted, as assumptions that somebody may correct.")
    data = {
        "account": read.account,
        "suggestions": [view.suggested for view in views],
        "people": [view.contact.id for view in views],
        "resurfaced": met,
        "accepted": accepted,
    }
    return Result(data=data, lines=lines)


def _open(read: ChartRead, only: tuple[str, ...], least: Decimal) -> list[StakeholderView]:
    """Return who has no profile and whose title says one."""
    people = {seat.contact.id: seat.contact.name for seat in read.chart.seats}
    wanted = {find_one("person", one, people) for one in only} or people.keys()
    return [
        view
        for view in stakeholder_views(read.facts, read.as_of, strengths=read.strengths)
        if view.contact.id in wanted
        and view.basis is ProfileBasis.NONE
        and view.suggested.profile not in {None, Profile.OTHER}
        and view.suggested.confidence >= least
    ]


def _met_elsewhere(session: Session, read: ChartRead) -> list[Resurfaced]:
    store, now = session.app.store, session.app.clock.now()
    ids = [one.account_id for one in store.key_accounts()]
    found = resurfaced(list(store.facts(ids, since=now - HISTORY)), read.as_of)
    return [one for one in found if read.account.id in {one.from_account_id, one.to_account_id}]


def _accept(session: Session, read: ChartRead, views: list[StakeholderView], by: str | None) -> int:
    store, now = session.app.store, session.app.clock.now()
    who = author(store, by)
    frame = {
        "asserted_by": who,
        "asserted_on": now.date(),
        "evidence": Evidence.ASSUMED,
        "expires_on": now.date() + timedelta(days=_HOLDS_DAYS),
    }
    told = [
        judgement(read, view.contact.id, {"profile": view.suggested.profile}, frame)
        for view in views
    ]
    return store.keep(told, by=who, at=now)
