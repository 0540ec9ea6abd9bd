"""kam playbook list | show | start | close."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.journey import facts_of, settings_of
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.errors import UsageError
from kam_connector.kam.playbooks.book import PLAYBOOKS, playbook_steps
from kam_connector.kam.playbooks.night import run_begun, step_action_id
from kam_connector.language import Voice
from kam_connector.model.account import Account
from kam_connector.model.journey import PlaybookKind, PlaybookRun
from kam_connector.model.kept import KeptRecords
from kam_connector.model.programme import Programme

__all__ = ["close", "list_runs", "show", "start"]

_by = click.option("--by", required=True, help="Who says so; kept with the change.")
_KINDS = [one.value for one in PlaybookKind]


@command(
    "list",
    click.argument("account", required=False),
    click.option("--all", "everything", is_flag=True, help="Closed runs too."),
    help="Show the playbooks there are, and those that run, on ACCOUNT or on all.",
)
def list_runs(session: Session, *, account: str | None, everything: bool) -> Result:
    """List playbooks and runs."""
    store, settings = session.app.store, settings_of(session)
    found = find_account(store, account) if account else None
    runs = store.kept(PlaybookRun, account_id=found.id if found else None)
    runs = [one for one in runs if everything or one.closed_on is None]
    runs.sort(key=lambda one: (one.started_on, one.id))
    names = {one.id: one.name for one in store.accounts()}
    kept = KeptRecords.holding(store.kept(Programme))
    rows = [
        (
            kind.value,
            len(steps),
            "by itself" if settings.playbooks.starts(kind, kept) else "by hand",
        )
        for kind, steps in PLAYBOOKS.items()
    ]
    lines = table(("playbook", "steps", "starts"), rows) if found is None else [found.name]
    running = [
        (
            names.get(one.account_id, one.account_id),
            one.playbook.value,
            one.started_on,
            one.reason,
            one.id,
        )
        for one in runs
    ]
    lines += table(("account", "playbook", "since", "because", "run"), running)
    lines += [] if runs else ["No playbook is running."]
    return Result(data={"runs": runs}, lines=lines)


@command("show", click.argument("what"), help="Show a run's steps, or those of a kind of playbook.")
def show(session: Session, *, what: str) -> Result:
    """Show steps with owner, day, state and sign of success."""
    say = settings_of(session).say
    if what in _KINDS:
        return _steps(PlaybookKind(what), say)
    run, account = _found(session, what)
    users = {one.id: one.name for one in session.app.store.users()}
    made = {one.id: one for one in session.app.store.actions() if one.playbook_run_id == run.id}
    rows = []
    for one in playbook_steps(run.playbook, start=run.started_on, target=run.target_on):
        action = made.get(step_action_id(run, one.step.key))
        owner = users.get(action.owner_id or "", "nobody") if action else one.step.role.value
        state = action.state.value if action else "later"
        title = action.title if action else say(one.step.title, account=account.name)
        rows.append((one.number, state, action.due if action else one.due, owner, title))
    lines = [f"{account.name}  {run.playbook.value}: {run.reason}"]
    lines += table(("step", "state", "due", "owner", "what"), rows)
    lines += [f"  closed on {run.closed_on}"] if run.closed_on else []
    return Result(data={"run": run, "actions": list(made.values())}, lines=lines)


@command(
    "start",
    click.argument("account"),
    click.argument("kind", type=click.Choice(_KINDS)),
    click.option("--about", required=True, help="The occasion, in one sentence for every task."),
    click.option("--target", type=click.DateTime(["%Y-%m-%d"]), help="The day it leads up to."),
    _by,
    help="Start a playbook on ACCOUNT; the next run makes its tasks.",
)
def start(
    session: Session, *, account: str, kind: str, about: str, target: datetime | None, by: str
) -> Result:
    """Begin a run by a person's word; asked twice, once."""
    facts, as_of = facts_of(session, account)
    run = run_begun(
        facts.account.id,
        PlaybookKind(kind),
        about,
        reason=about,
        on=as_of,
        by=by,
        target=target.date() if target else None,
    )
    store = session.app.store
    if any(one.id == run.id for one in store.kept(PlaybookRun, account_id=facts.account.id)):
        return Result(data={"run": run}, lines=[f"{facts.account.name}  runs already: {run.id}"])
    store.keep([run], by=by, at=session.app.clock.now())
    steps = playbook_steps(run.playbook, start=run.started_on, target=run.target_on)
    lines = [f"{facts.account.name}  {kind} begins with the next run: {run.id}"]
    lines += [f"  {one.due}  {one.step.role.value}" for one in steps]
    return Result(data={"run": run}, lines=lines)


@command("close", click.argument("run"), _by, help="Close a run: its open tasks are withdrawn.")
def close(session: Session, *, run: str, by: str) -> Result:
    """End a run by a person's word."""
    found, account = _found(session, run)
    _, as_of = facts_of(session, account.id)
    ended = replace(found, closed_on=found.closed_on or as_of)
    session.app.store.keep([ended], by=by, at=session.app.clock.now())
    return Result(data={"run": ended}, lines=[f"{account.name}  {found.playbook.value} is closed"])


def _steps(kind: PlaybookKind, say: Voice) -> Result:
    rows = [
        (n, one.role.value, one.after, one.before, say(one.title, account="…"), say(one.indicator))
        for n, one in enumerate(PLAYBOOKS[kind], 1)
    ]
    head = ("step", "whose", "after", "before", "what", "done when")
    return Result(data={"steps": PLAYBOOKS[kind]}, lines=table(head, rows))


def _found(session: Session, wanted: str) -> tuple[PlaybookRun, Account]:
    """Return a run and its account.

    Raises:
        UsageError: There is no such run (KAM-7043).
    """
    store = session.app.store
    for run in store.kept(PlaybookRun):
        if run.id == wanted:
            return run, next(one for one in store.accounts() if one.id == run.account_id)
    raise UsageError(
        f'There is no playbook or run "{wanted}".',
        code="KAM-7043",
        hint=f"kam playbook list  shows them; kinds: {', '.join(_KINDS)}",
    )
