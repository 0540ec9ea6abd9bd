"""kam plan submit, approve, reject, versions, diff: a plan's versions and who answers for them."""

from __future__ import annotations

from dataclasses import replace

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.cli.plan.reading import by_option, read_plan
from kam_connector.cli.reading import author, language_option
from kam_connector.errors import CheckFailed
from kam_connector.kam.plan import approval
from kam_connector.kam.plan.approval import Seal, put_forward, seal
from kam_connector.kam.plan.difference import plan_differences
from kam_connector.kam.plan.snapshot import plan_content
from kam_connector.language import Language, voice
from kam_connector.model.plan import PlanStatus
from kam_connector.model.plan_content import PlanVersion

__all__ = ["approve", "diff", "reject", "submit", "versions"]

_SAID = {
    Seal.INTACT: "as it was made",
    Seal.ERASED: "a name was erased on request, so its seal fits no more",
    Seal.BROKEN: "CHANGED since it was made",
}


@command(
    "submit",
    click.argument("account"),
    by_option,
    click.option("--note", help="What is new, for whoever decides."),
    click.option("--draft", is_flag=True, help="Only keep it, for comparison."),
    help="Put an account's plan forward as it stands: a version that nobody changes any more.",
)
def submit(session: Session, *, account: str, by: str, note: str | None, draft: bool) -> Result:
    """Put a plan forward."""
    store, now = session.app.store, session.app.clock.now()
    found = find_account(store, account)
    content = plan_content(read_plan(session, found))
    known = store.kept(PlanVersion, account_id=found.id)
    who = author(store, by)
    made = put_forward(known, found.id, content, by=who, at=now, draft=draft, note=note)
    store.keep([made], by=who, at=now)
    told = "kept as a draft" if draft else "waits for a decision"
    return Result(
        data={"version": _listed(made)}, lines=[f"  {found.name}: version {made.number} {told}"]
    )


@command(
    "approve",
    click.argument("account"),
    by_option,
    click.option("--note", help="Why."),
    help="Approve the version that waits; the one approved before is superseded.",
)
def approve(session: Session, *, account: str, by: str, note: str | None) -> Result:
    """Approve a plan."""
    store, now = session.app.store, session.app.clock.now()
    found = find_account(store, account)
    known = store.kept(PlanVersion, account_id=found.id)
    who, settings = author(store, by), session.config.kam.settings().plan
    changed = approval.approve(known, by=who, at=now, settings=settings, note=note)
    with store.unit():
        store.keep(changed, by=who, at=now)
        plan = store.plan(found.id)
        if plan is not None:
            store.save_plan(replace(plan, status=PlanStatus.ACTIVE, updated_at=now))
    lines = [f"  {found.name}: version {changed[0].number} approved"]
    lines += [f"  {found.name}: version {one.number} superseded" for one in changed[1:]]
    return Result(data={"versions": [_listed(one) for one in changed]}, lines=lines)


@command(
    "reject",
    click.argument("account"),
    by_option,
    click.option("--note", help="What should be different."),
    help="Reject the version that waits.",
)
def reject(session: Session, *, account: str, by: str, note: str | None) -> Result:
    """Reject a plan."""
    store, now = session.app.store, session.app.clock.now()
    found = find_account(store, account)
    who = author(store, by)
    known = store.kept(PlanVersion, account_id=found.id)
    changed = approval.reject(known, by=who, at=now, note=note)
    store.keep([changed], by=who, at=now)
    line = f"  {found.name}: version {changed.number} rejected"
    return Result(data={"version": _listed(changed)}, lines=[line])


@command(
    "versions",
    click.argument("account"),
    help="List a plan's versions: who put them forward, who decided, and whether they are intact.",
)
def versions(session: Session, *, account: str) -> Result:
    """List versions."""
    store = session.app.store
    found = find_account(store, account)
    people = {one.id: one.name for one in store.users()}
    known = sorted(store.kept(PlanVersion, account_id=found.id), key=lambda one: -one.number)
    rows = [
        (
            one.number,
            one.state.value.replace("_", " "),
            people.get(one.made_by, one.made_by),
            one.made_at.date(),
            people.get(one.decided_by or "", one.decided_by),
            one.decided_at.date() if one.decided_at else None,
            _SAID[seal(one)],
            one.note,
        )
        for one in known
    ]
    head = ("version", "state", "by", "on", "decided by", "on", "seal", "note")
    lines = table(head, rows) or ["  No version yet: kam plan submit  puts the plan forward."]
    broken = [one.number for one in known if seal(one) is Seal.BROKEN]
    error = None
    if broken:
        listed = ", ".join(map(str, broken))
        error = CheckFailed(f"The seal of version {listed} is broken.", code="KAM-7063")
    return Result(data={"versions": [_listed(one) for one in known]}, lines=lines, error=error)


@command(
    "diff",
    click.argument("account"),
    click.argument("older", type=int),
    click.argument("newer", type=int, required=False),
    language_option,
    help="Say what changed from one version to another, or to the plan as it stands.",
)
def diff(
    session: Session, *, account: str, older: int, newer: int | None, language: str | None
) -> Result:
    """Compare two versions."""
    store = session.app.store
    found = find_account(store, account)
    known = {one.number: one for one in store.kept(PlanVersion, account_id=found.id)}
    before = _numbered(known, older)
    after = (
        _numbered(known, newer) if newer is not None else plan_content(read_plan(session, found))
    )
    settings = session.config.kam.settings()
    say = voice(Language(language)) if language else settings.say
    changes = plan_differences(before, after, say)
    lines = [f"  {one.where}: {one.text}" for one in changes] or ["  Nothing changed."]
    return Result(data={"changes": changes}, lines=lines)


def _numbered(known: dict[int, PlanVersion], number: int) -> str:
    if number not in known:
        listed = ", ".join(map(str, sorted(known))) or "none"
        raise CheckFailed(
            f"There is no version {number}.", code="KAM-7043", hint=f"There are: {listed}."
        )
    return known[number].content


def _listed(one: PlanVersion) -> dict[str, object]:
    """Return a version for machines; its content is asked for by number."""
    return {
        "number": one.number,
        "state": one.state,
        "made_by": one.made_by,
        "made_at": one.made_at,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
        "note": one.note,
        "sha256": one.sha256,
        "seal": seal(one),
    }
