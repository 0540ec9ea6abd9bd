"""What a plan's workbook shows beside what people tell: people, scores, signals, business."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kam_connector.language import Voice, phrase
from kam_connector.model.facts import AccountFacts
from kam_connector.ports import Store
from kam_connector.reports.workbook.book import Table
from kam_connector.reports.workbook.face import Cell

__all__ = ["plan_tables"]

_DEALS = (
    phrase("Name"),
    phrase("Stage"),
    phrase("State"),
    phrase("Amount"),
    phrase("Currency"),
    phrase("Closes on"),
    phrase("Owner"),
    phrase("Overdue"),
)


def plan_tables(store: Store, facts: AccountFacts, *, as_of: date, say: Voice) -> tuple[Table, ...]:
    """Return the tables that nobody edits."""
    return (
        _people(store, facts, say),
        _scores(store, facts, say),
        _signals(store, facts, say),
        _business(facts, as_of, say),
    )


def _people(store: Store, facts: AccountFacts, say: Voice) -> Table:
    names = {one.id: one.name for one in (facts.account, *facts.tree)}
    ties = {tie.contact_id: tie for one in names for tie in store.strengths(one)}
    managers = {one.id: one.name for one in facts.contacts}
    rows: list[Sequence[Cell]] = []
    for one in sorted(facts.contacts, key=lambda p: (p.name.casefold(), p.id)):
        tie = ties.get(one.id)
        rows.append(
            (
                one.name,
                one.title,
                one.department,
                names.get(one.account_id or ""),
                managers.get(one.manager_id or ""),
                tie.value if tie else None,
                say(tie.band) if tie else None,
                tie.our_people if tie else None,
                tie.last_two_way if tie else None,
                one.left_at.date() if one.left_at else None,
            )
        )
    head = (
        phrase("Name"), phrase("Title"), phrase("Department"), phrase("Account"),
        phrase("Reports to"), phrase("Tie (0-100)"), phrase("Tie"), phrase("Our people"),
        phrase("Last exchange"), phrase("Left on"),
    )  # fmt: skip
    return _table(say, say("People"), say("Who works there, and how strong our tie is"), head, rows)


def _scores(store: Store, facts: AccountFacts, say: Voice) -> Table:
    rows: list[Sequence[Cell]] = [
        (say(score.name), score.as_of, score.value, say.name(score.band), line.points,
         line.weight, line.reading, line.reason)
        for score in store.scores(facts.account.id, limit=1)
        for line in score.ledger
    ]  # fmt: skip
    head = (
        phrase("Score"),
        phrase("As of"),
        phrase("Value"),
        phrase("Verdict"),
        phrase("Points"),
        phrase("Weight"),
        phrase("Reading"),
        phrase("Reason"),
    )
    return _table(say, say("Scores"), say("Each score with the lines it is the sum of"), head, rows)


def _signals(store: Store, facts: AccountFacts, say: Voice) -> Table:
    people = {one.id: one.name for one in facts.contacts}
    rows: list[Sequence[Cell]] = [
        (say.name(one.severity), say.name(one.kind), one.summary, people.get(one.contact_id or ""),
         one.first_seen, say.name(one.state))
        for one in store.signals(account_id=facts.account.id)
    ]  # fmt: skip
    head = (
        phrase("Severity"),
        phrase("Kind"),
        phrase("What happened"),
        phrase("Contact"),
        phrase("First seen"),
        phrase("State"),
    )
    return _table(say, say("Signals"), say("What asks for attention"), head, rows)


def _business(facts: AccountFacts, as_of: date, say: Voice) -> Table:
    return _table(
        say,
        say("Opportunities"),
        say("Business in the making and decided"),
        _DEALS,
        list(_deals(facts, as_of, say)),
    )


def _deals(facts: AccountFacts, as_of: date, say: Voice) -> Iterator[Sequence[Cell]]:
    deals = sorted(facts.opportunities, key=lambda one: (one.closed, str(one.closes_on), one.id))
    for one in deals:
        owner = facts.users.get(one.owner_id or "")
        state = say("won") if one.won else say("lost") if one.closed else say("open")
        late = not one.closed and one.closes_on is not None and one.closes_on < as_of
        yield (
            one.name,
            one.stage,
            state,
            one.amount.amount if one.amount else None,
            one.amount.currency if one.amount else None,
            one.closes_on,
            owner.name if owner else None,
            say("yes") if late else None,
        )


def _table(
    say: Voice, title: str, purpose: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> Table:
    return Table(
        title=title,
        purpose=purpose,
        head=tuple(say(one) for one in head),
        rows=tuple(rows),
    )
