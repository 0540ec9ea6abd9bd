"""kam plan write: a person's own words in one section."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.plan.reading import by_option
from kam_connector.cli.reading import author
from kam_connector.errors import CheckFailed, UsageError
from kam_connector.model.kept import kept_id
from kam_connector.model.plan_content import PlanSection, SectionKind

__all__ = ["write"]


@command(
    "write",
    click.argument("account"),
    click.argument("section", type=click.Choice([one.value for one in SectionKind])),
    click.argument("text", required=False),
    by_option,
    click.option("--reviewed", is_flag=True, help="Only say that what stands there was read."),
    help="Write a section of an account's plan, - reads standard input. Facts stay beside it.",
)
def write(
    session: Session, *, account: str, section: str, text: str | None, by: str, reviewed: bool
) -> Result:
    """Write or review one section."""
    store, now = session.app.store, session.app.clock.now()
    found = find_account(store, account)
    kind, who = SectionKind(section), author(store, by)
    id_ = kept_id(PlanSection, found.id, kind)
    known = next(
        (one for one in store.kept(PlanSection, account_id=found.id) if one.id == id_), None
    )
    if reviewed:
        words = _reviewed(known, kind, now.date())
    else:
        words = PlanSection(
            id=id_,
            account_id=found.id,
            kind=kind,
            body=_body(text),
            written_by=who,
            written_on=now.date(),
        )
    with store.unit():
        store.keep([words], by=who, at=now)
        plan = store.plan(found.id)
        if plan is not None:
            store.save_plan(replace(plan, updated_at=now))
    done = "read and left as it is" if reviewed else "written"
    line = f"  {found.name}: {kind.value.replace('_', ' ')} {done}"
    return Result(data={"section": words}, lines=[line])


def _body(text: str | None) -> str:
    body = sys.stdin.read() if text == "-" else text or ""
    if not body.strip():
        hint = 'kam plan write ACCOUNT SECTION "what you want to say" --by NAME'
        raise UsageError("There is nothing to write.", hint=hint)
    return body.strip()


def _reviewed(known: PlanSection | None, kind: SectionKind, today: date) -> PlanSection:
    if known is None:
        name = kind.value.replace("_", " ")
        raise CheckFailed(f"Nobody has written the section {name} yet.", code="KAM-7043")
    return replace(known, reviewed_on=today)
