"""People of several key accounts: each is said once."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.kam.assess import Assessment
from kam_connector.model.kind import Kind
from kam_connector.model.outcome import Outcome

__all__ = ["each_person_once"]


def each_person_once(
    assessments: Sequence[Assessment], groups: Sequence[tuple[Outcome, ...]]
) -> list[tuple[Outcome, ...]]:
    """Return the outcomes with every person in one group only.

    Somebody tied to several key accounts is said by the one they work at, else by one above
    it, else by the first: two roles for one record would be written in turns.
    """
    claims: dict[str, tuple[int, int]] = {}
    for place, one in enumerate(assessments):
        facts = one.situation.facts
        below = {account.id for account in facts.tree}
        for person in facts.contacts:
            works_at = person.account_id
            rank = 0 if works_at == one.account_id else 1 if works_at in below else 2
            claims[person.id] = min(claims.get(person.id, (rank, place)), (rank, place))
    return [
        tuple(
            outcome
            for outcome in group
            if outcome.kind is not Kind.CONTACT or claims[outcome.id][1] == place
        )
        for place, group in enumerate(groups)
    ]
