"""kam orgchart show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.errors import CheckFailed
from kam_connector.model.contact import Contact
from kam_connector.model.facts import AccountFacts
from kam_connector.model.score import StrengthScore

__all__ = ["show"]


@command("show", click.argument("account"), help="Show who reports to whom, as a tree.")
def show(session: Session, *, account: str) -> Result:
    """Draw one chart as text."""
    store = session.app.store
    found = find_account(store, account)
    facts = next(iter(store.facts([found.id], since=_now(session) - timedelta(days=1))), None)
    if facts is None:
        hint = "Only key accounts have a chart:  kam account select"
        raise CheckFailed(f"{found.name} is no key account.", code="KAM-7043", hint=hint)
    ties = {one.contact_id: one for one in store.strengths(found.id)}
    present = [one for one in facts.contacts if one.left_at is None]
    data = {"account": found, "contacts": facts.contacts, "strengths": list(ties.values())}
    lines = [found.name, *_tree(present, ties)] if present else [found.name, "  Nobody known."]
    return Result(data=data, lines=[*lines, *_gone(facts)])


def _now(session: Session) -> datetime:
    return session.app.clock.now().astimezone(UTC)


def _tree(contacts: list[Contact], ties: dict[str, StrengthScore]) -> Iterator[str]:
    known = {one.id for one in contacts}
    below: dict[str | None, list[Contact]] = defaultdict(list)
    for one in sorted(contacts, key=lambda contact: contact.name):
        below[one.manager_id if one.manager_id in known else None].append(one)
    drawn: set[str] = set()

    def branch(one: Contact, indent: str, last: bool) -> Iterator[str]:
        if one.id in drawn:  # people who report to each other in a circle are drawn once
            return
        drawn.add(one.id)
        yield f"{indent}{'└─' if last else '├─'} {_person(one, ties.get(one.id))}"
        yield from level(one.id, f"{indent}{'   ' if last else '│  '}")

    def level(manager: str | None, indent: str) -> Iterator[str]:
        people = below.get(manager, [])
        for place, one in enumerate(people, start=1):
            yield from branch(one, indent, place == len(people))

    yield from level(None, "  ")
    for one in contacts:
        yield from branch(one, "  ", True)


def _person(one: Contact, tie: StrengthScore | None) -> str:
    parts = [one.name, one.title or "", ", ".join(one.roles), "" if tie is None else f"{tie.value}"]
    return "   ".join(part for part in parts if part)


def _gone(facts: AccountFacts) -> list[str]:
    return [
        f"  left {one.left_at:%Y-%m-%d}   {one.name}   {one.title or ''}".rstrip()
        for one in facts.contacts
        if one.left_at is not None
    ]
