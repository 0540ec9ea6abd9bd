"""kam score explain."""

from __future__ import annotations

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.errors import CheckFailed
from kam_connector.kam.explain import explain_score
from kam_connector.model.score import StrengthScore

__all__ = ["explain"]

_PEOPLE = 8  # our choice: the ties that a person looks at first; --json has all


@command(
    "explain",
    click.argument("account"),
    click.option("--name", default="health", show_default=True, help="Which score."),
    help="Print a score's ledger: every line that makes it, what changed, and what would help.",
)
def explain(session: Session, *, account: str, name: str) -> Result:
    """Explain one score."""
    store = session.app.store
    found = find_account(store, account)
    scores = [one for one in store.scores(found.id, limit=4) if one.name == name]
    if not scores:
        hint = "Only key accounts are scored, by a run:  kam account select"
        raise CheckFailed(f"{found.name} has no {name} score yet.", code="KAM-7043", hint=hint)
    strengths = store.strengths(found.id)
    facts = next(iter(store.facts([found.id], since=session.app.clock.now())), None)
    people = {one.id: one.name for one in facts.contacts} if facts is not None else {}
    lines = [found.name, *explain_score(scores[0])]
    lines += _tie_lines(strengths, people)
    return Result(data={"account": found, "score": scores[0], "strengths": strengths}, lines=lines)


def _tie_lines(strengths: list[StrengthScore], names: dict[str, str]) -> list[str]:
    lines = ["", "Relationship strength"] if strengths else []
    for one in strengths[:_PEOPLE]:
        last = f"last two-way {one.last_two_way}" if one.last_two_way else "no two-way contact"
        lines.append(
            f"  {one.value:>6}  {one.band:<22} {names.get(one.contact_id, one.contact_id)}   {last}"
        )
    return lines
