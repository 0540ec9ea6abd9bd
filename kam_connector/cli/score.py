"""kam score explain."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.errors import CheckFailed
from kam_connector.kam.explain import explain_score
from kam_connector.model.score import Score, StrengthScore

__all__ = ["explain"]

_OF_TIES = frozenset({"health", "relationship"})
"""Scores that hang on the ties with people."""
_PEOPLE = 8  # our choice: the ties that a person looks at first; --json has all


@command(
    "explain",
    click.argument("account"),
    click.option(
        "--score",
        "--name",
        "name",
        default="health",
        show_default=True,
        help="health, relationship, renewal_risk or tender_readiness.",
    ),
    help="Print a score's ledger: every line that makes it, what changed, and what would help.",
)
def explain(session: Session, *, account: str, name: str) -> Result:
    """Explain one score."""
    store = session.app.store
    found = find_account(store, account)
    known = store.scores(found.id, limit=4)
    scores = _newest_of(known, name)
    if not scores:
        raise _none(found.name, name, known)
    strengths = store.strengths(found.id)
    facts = next(iter(store.facts([found.id], since=session.app.clock.now())), None)
    people = {one.id: one.name for one in facts.contacts} if facts is not None else {}
    lines = [found.name]
    for one in scores:
        lines += explain_score(one)
    if name in _OF_TIES:
        lines += _tie_lines(strengths, people)
    data = {"account": found, "score": scores[0], "others": scores[1:], "strengths": strengths}
    return Result(data=data, lines=lines)


def _newest_of(known: list[Score], name: str) -> list[Score]:
    """Return the newest score of a name; of several renewals or tenders, one each."""
    latest = [one for one in known if one.name.partition(":")[0] == name or one.name == name]
    return [one for one in latest if one.as_of == latest[0].as_of]


def _none(account: str, name: str, known: list[Score]) -> CheckFailed:
    names = sorted({one.name for one in known})
    if names:
        hint = f"It has {', '.join(names)}. Renewals and tenders are scored while one is open."
    else:
        hint = "Only key accounts are scored, by a run:  kam account select"
    return CheckFailed(f"{account} has no {name} score yet.", code="KAM-7043", hint=hint)


def _tie_lines(strengths: list[StrengthScore], names: dict[str, str]) -> list[str]:
    lines = ["", "Relationship strength"] if strengths else []
    for one in strengths[:_PEOPLE]:
        last = f"last two-way {one.last_two_way}" if one.last_two_way else "no two-way contact"
        lines.append(
            f"  {one.value:>6}  {one.band:<22} {names.get(one.contact_id, one.contact_id)}   {last}"
        )
    return lines
