"""kam handover."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account, find_one
from kam_connector.cli.output import table
from kam_connector.cli.reading import author
from kam_connector.errors import CheckFailed, UsageError

if TYPE_CHECKING:
    from kam_connector.kam.handover.account import AccountHandover
    from kam_connector.sync.handover import HandoverReport

__all__ = ["handover"]

_SHOWN = 3  # our choice: more candidates than this are no advice; --json has all


@command(
    "handover",
    click.option("--from", "giver", required=True, help="Who of ours gives accounts."),
    click.option("--to", "taker", help="Who takes them; without it, who could is shown."),
    click.option(
        "--except", "exceptions", multiple=True, metavar="ACCOUNT=USER",
        help="Somebody else takes this one; may be repeated.",
    ),
    click.option("--by", help="Who decides it; default: the one who gives."),
    click.option("--dry-run", is_flag=True, help="Show what would move, change nothing."),
    help="Hand a colleague's accounts over: tasks, actions, coverage and plans move.",
)  # fmt: skip
def handover(
    session: Session,
    *,
    giver: str,
    taker: str | None,
    exceptions: tuple[str, ...],
    by: str | None,
    dry_run: bool,
) -> Result:
    """Preview a handover, or do it."""
    from kam_connector.sync.handover import hand_over, preview_handover  # noqa: PLC0415 - heavy

    store = session.app.store
    users = {one.id: one.name for one in store.users()}
    from_id = find_one("colleague", giver, users)
    to_id = find_one("colleague", taker, users) if taker else None
    others = dict(_exception(session, one, users) for one in exceptions)
    _refuse_useless(session, from_id, {to_id, *others.values()})
    now = session.app.clock.now().astimezone(UTC)
    settings = session.config.kam.settings()
    report = preview_handover(store, settings, from_id, to_id, now=now, others=others)
    lines = _report_lines(report)
    if not report.accounts:
        return Result(data=report, lines=[f"{users[from_id]} has nothing to hand over."])
    if dry_run or not any(one.record for one in report.accounts):
        lines.append("Nothing was changed." + ("" if to_id else "  Name who takes them with --to."))
        return Result(data={"report": report, "moved": 0}, lines=lines)
    moved = hand_over(store, report, by=author(store, by) if by else from_id, at=now)
    lines.append(f"{moved} records moved.  kam sync preview  shows the tasks that follow.")
    return Result(data={"report": report, "moved": moved}, lines=lines)


def _exception(session: Session, text: str, users: dict[str, str]) -> tuple[str, str]:
    account, equals, user = text.partition("=")
    if not equals:
        raise UsageError(f'"{text}" names no colleague.', hint='--except "ACCOUNT=COLLEAGUE"')
    return find_account(session.app.store, account).id, find_one("colleague", user, users)


def _refuse_useless(session: Session, from_id: str, takers: set[str | None]) -> None:
    users = {one.id: one for one in session.app.store.users()}
    for to_id in takers - {None}:
        user = users[to_id or ""]
        if to_id == from_id:
            message = f"{user.name} cannot hand over to themselves."
            raise UsageError(message, hint="Name somebody else with --to.")
        if not user.active:
            message = f"{user.name} is no active user and can take nothing."
            raise CheckFailed(message, code="KAM-7045", hint="Name an active colleague.")


def _report_lines(report: HandoverReport) -> list[str]:
    names = report.names
    to = f" to {names[report.to_user_id]}" if report.to_user_id else ""
    below = sum(one.falls_below for one in report.accounts)
    only = sum(len(one.only_ties) for one in report.accounts)
    head = (
        f"{names[report.from_user_id]}{to}: {len(report.accounts)} accounts, "
        f"{only} contacts only they know well, {below} accounts fall below coverage"
    )
    rows = [_row(one, names) for one in report.accounts]
    lines = [head, *table(("account", "moves", "coverage", "only they know", "goes to"), rows)]
    for one in report.accounts:
        lines += _only_lines(one, names)
    return lines


def _row(one: AccountHandover, names: Mapping[str, str]) -> tuple[str, ...]:
    moves = len(one.moved) + len(one.actions) + len(one.objectives)
    before, after = (f"{value or 0:.0f}" for value in one.fall.coverage)
    coverage = before if before == after else f"{before} -> {after}"
    goes = names.get(one.to_user_id or "") or _candidates(one, names)
    return (
        names[one.account_id],
        str(moves),
        f"{coverage}{'  falls below half' if one.falls_below else ''}",
        str(len(one.only_ties) or "–"),
        goes,
    )


def _candidates(one: AccountHandover, names: Mapping[str, str]) -> str:
    found = [f"{names[each.user_id]} ({each.strength})" for each in one.successors[:_SHOWN]]
    return f"could: {', '.join(found)}" if found else "nobody else knows anybody there"


def _only_lines(one: AccountHandover, names: Mapping[str, str]) -> list[str]:
    lines = []
    for tie in one.only_ties:
        way = tie.ways[0].reason if tie.ways else "nobody else can introduce us"
        person, account = names.get(tie.contact_id, tie.contact_id), names[one.account_id]
        lines.append(f"  {person} ({account}), {tie.strength}: {way}")
    return lines
