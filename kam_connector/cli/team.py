"""kam team show, check, pulse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.cli.programme_lines import check_lines
from kam_connector.cli.reading import facts_now
from kam_connector.kam.programme.checks import worst_first
from kam_connector.kam.programme.methods import method_in_force
from kam_connector.kam.programme.rituals import rituals_due
from kam_connector.kam.settings.programme import ProgrammeSettings
from kam_connector.kam.team.account_team import AccountTeam, account_team
from kam_connector.kam.team.contact_cover import ContactCover, contact_coverage
from kam_connector.kam.team.executives import PairState, executive_pairs
from kam_connector.kam.team.pulse import QUESTIONS, PulseTrend, pulse_trend
from kam_connector.kam.team.raci import WorkItem, proposed_raci, work_items
from kam_connector.kam.team.reach import Reach, countries_without_kam, outside_the_kam
from kam_connector.kam.team.team_checks import team_checks
from kam_connector.kam.team.time_shares import PersonTime, time_shares
from kam_connector.model.account_team import (
    Handover,
    HandoverStep,
    Responsibility,
    Teammate,
    TeamPulse,
)
from kam_connector.model.facts import AccountFacts
from kam_connector.model.programme import Ritual
from kam_connector.sync.derive import HISTORY

__all__ = ["check", "pulse", "show"]


@command(
    "show",
    click.argument("account"),
    help="Show an account's team: circles, time, work, whom each covers, who else is in touch.",
)
def show(session: Session, *, account: str) -> Result:
    """Show one team."""
    facts, as_of = facts_now(session, account), _today(session)
    limits = session.config.kam.settings().programme
    team = account_team(facts, as_of)
    cover = contact_coverage(facts, as_of)
    everywhere = session.app.store.kept(Teammate)
    times = [
        one
        for one in time_shares(everywhere, as_of=as_of, settings=limits)
        if one.user_id in team.user_ids
    ]
    items = work_items(facts.kept.of(Responsibility), team)
    pairs = executive_pairs(facts, as_of)
    reach = outside_the_kam(facts, team, as_of, limits)
    missing = countries_without_kam(facts, team, as_of)
    own = [one for one in facts.kept.of(Ritual) if one.account_id == facts.account.id]
    rituals = rituals_due(own, as_of=as_of, settings=limits)
    say = session.config.kam.settings().say
    data = {
        "team": team, "differences": team.differences, "time": times, "coverage": cover,
        "uncovered": cover.uncovered, "work": items, "executives": pairs, "reach": reach,
        "countries_without_kam": missing, "rituals": rituals,
        "handovers": [one for one in facts.kept.of(Handover) if one.closed_on is None],
        "handover_steps": facts.kept.of(HandoverStep),
        "proposed_work": () if items else proposed_raci(team, say),
    }  # fmt: skip
    names = _names(facts)
    lines = [facts.account.name, *_team_lines(team, times, names), *_cover_lines(cover, names)]
    lines += [*_work_lines(items, names), *_pair_lines(pairs), *_reach_lines(reach, names)]
    lines += [f"  no local KAM in {', '.join(missing)}"] if missing else []
    lines += _handover_lines(facts, names)
    meetings = [(one.state.value, one.next_on, one.ritual.name) for one in rituals]
    lines += table(("state", "next", "ritual"), meetings)
    return Result(data=data, lines=lines)


@command(
    "check",
    click.argument("account", required=False),
    click.option("--all", "everything", is_flag=True, help="What is fine as well."),
    help="Show what is too much or too little in one account's team, or in all.",
)
def check(session: Session, *, account: str | None, everything: bool) -> Result:
    """Check teams."""
    store, as_of = session.app.store, _today(session)
    settings = session.config.kam.settings()
    ids = [find_account(store, account).id] if account else []
    ids = ids or [one.account_id for one in store.key_accounts()]
    everywhere = store.kept(Teammate)
    found = [
        one
        for facts in store.facts(ids, since=_now(session) - HISTORY)
        for one in team_checks(
            facts,
            as_of,
            everywhere=everywhere,
            method=method_in_force(facts.kept, setting=settings.programme.method),
            settings=settings.programme,
            say=settings.say,
        )
    ]
    ordered = worst_first(found)
    lines = check_lines(ordered, everything=everything) or ["  Nothing to say."]
    return Result(data={"checks": ordered}, lines=lines)


@command(
    "pulse",
    click.argument("account"),
    help="Show how a team finds the work, round by round; never fewer than three answers.",
)
def pulse(session: Session, *, account: str) -> Result:
    """Show a team's pulse."""
    found = find_account(session.app.store, account)
    told = session.app.store.kept(TeamPulse, account_id=found.id)
    limits = session.config.kam.settings().programme
    trend = pulse_trend(told, as_of=_today(session), settings=limits)
    return Result(data=trend, lines=[found.name, *_pulse_lines(trend, limits)])


def _now(session: Session) -> datetime:
    return session.app.clock.now().astimezone(UTC)


def _today(session: Session) -> date:
    return _now(session).date()


def _names(facts: AccountFacts) -> dict[str, str]:
    people = {one.id: one.name for one in facts.contacts}
    return people | {id_: user.name for id_, user in facts.users.items()}


def _called(ids: Iterable[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(one, one) for one in ids)


def _handover_lines(facts: AccountFacts, names: Mapping[str, str]) -> list[str]:
    """Return who takes over from whom, and the steps of both sides that are not done."""
    waiting = {one.id: one for one in facts.kept.of(Handover) if one.closed_on is None}
    lines = [
        f"  handover from {names.get(one.from_user_id or '', 'nobody')} "
        f"to {names.get(one.to_user_id or '', 'nobody')} since {one.opened_on}"
        for one in waiting.values()
    ]
    steps = [
        (one.side.value, one.due, names.get(one.owner_id or "", "–"), one.text)
        for one in sorted(facts.kept.of(HandoverStep), key=lambda step: (step.due, step.id))
        if one.handover_id in waiting and one.done_on is None
    ]
    return lines + table(("side", "due", "who", "step"), steps)


def _team_lines(
    team: AccountTeam, times: Iterable[PersonTime], names: Mapping[str, str]
) -> list[str]:
    rows = [
        (one.circle.value, one.role.value, one.name, _called([one.line_manager_id], names)
         if one.line_manager_id else None, one.time_share_agreed, one.time_share_actual,
         "declared" if one.declared else "owner", "yes" if one.in_crm else "no")
        for one in team.members
    ]  # fmt: skip
    head = ("circle", "role", "who", "reports to", "agreed %", "actual %", "from", "in crm")
    lines = table(head, rows) or ["  Nobody is on the team."]
    for one in team.differences:
        told = f"{one.declared.value if one.declared else '–'} here, {one.in_crm or '–'} in the CRM"
        lines.append(f"  {one.kind.value:<20}{names.get(one.user_id, one.user_id)}: {told}")
    for person in times:
        for issue, account_id in person.issues:
            if account_id is None:
                lines.append(f"  {issue.value:<20}{names.get(person.user_id, person.user_id)}")
    return lines


def _cover_lines(cover: ContactCover, names: Mapping[str, str]) -> list[str]:
    rows = [
        (one.name, names.get(one.primary_id or "", one.primary_id), _called(one.second_ids, names),
         one.declared.value if one.declared else None, one.desired.value if one.desired else None)
        for one in cover.contacts
    ]  # fmt: skip
    lines = table(("contact", "first", "second", "is", "wanted"), rows)
    return [*lines, f"  {len(cover.uncovered)} contacts nobody covers"] if rows else lines


def _work_lines(items: Iterable[WorkItem], names: Mapping[str, str]) -> list[str]:
    rows = [
        (one.work, "; ".join(f"{r.value[0].upper()} {_called(u, names)}" for r, u in
         one.parts.items()), ", ".join(issue.value for issue in one.issues) or None)
        for one in items
    ]  # fmt: skip
    return table(("work", "who", "wrong"), rows)


def _pair_lines(pairs: Iterable[PairState]) -> list[str]:
    rows = [
        (one.user_name, one.contact_name, one.last_met, one.due,
         "broken" if one.broken else "overdue" if one.overdue else "fine")
        for one in pairs
    ]  # fmt: skip
    return table(("our executive", "theirs", "last met", "due", "state"), rows)


def _reach_lines(reach: Reach, names: Mapping[str, str]) -> list[str]:
    if not reach.touches:
        return []
    lines = [f"  {reach.outside} of {reach.touches} contacts in a year without the KAM"]
    lines += [f"    {fn.value if fn else 'unknown':<20}{count}" for fn, count in reach.functions]
    if reach.unknown_to_kam:
        lines.append(f"  the KAM never met: {_called(reach.unknown_to_kam, names)}")
    return lines


def _pulse_lines(trend: PulseTrend, limits: ProgrammeSettings) -> list[str]:
    if not trend.rounds:
        return ["  Nobody was asked yet."]
    rows = [
        (one.last_on, one.answers, *(dict(one.means).get(asked) for asked in QUESTIONS))
        for one in trend.rounds
    ]
    lines = table(("round", "answers", *QUESTIONS), rows)
    lines.append(f"  trend   {', '.join(f'{asked} {to.value}' for asked, to in trend.trends)}")
    if not all(one.shown for one in trend.rounds):
        lines.append(f"  A round with fewer than {limits.least_answers} answers shows nothing.")
    return lines
