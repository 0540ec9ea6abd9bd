"""kam tie explain, path, without: one relationship, the way to somebody, what falls with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_one
from kam_connector.cli.output import table
from kam_connector.cli.reading import facts_now
from kam_connector.kam.network.introductions import Introduction, introductions
from kam_connector.kam.network.tie_ledger import TieLedger, tie_ledger
from kam_connector.kam.network.what_if import Fall, bus_factor, what_falls
from kam_connector.kam.relationship import Interaction
from kam_connector.kam.situation import Situation, read_situation
from kam_connector.kam.ties import score_pairs

__all__ = ["explain", "path", "without"]


@command(
    "explain",
    click.argument("account"),
    click.argument("person"),
    click.option("--colleague", help="Only what this one of ours had with them."),
    help="Show why a relationship is as strong as it is, line by line, and what would help.",
)
def explain(session: Session, *, account: str, person: str, colleague: str | None) -> Result:
    """Explain one tie."""
    read = _situation(session, account)
    contact_id = find_one("person", person, _people(read))
    user_id = find_one("colleague", colleague, _colleagues(read)) if colleague else None
    ledgers = {
        user: _ledger(read, contact_id, user) for user in [user_id, *_known_by(read, contact_id)]
    }
    chosen = ledgers[user_id]
    name = read.people[contact_id].name
    lines = [f"{name}   {chosen.value} of 100", *_ledger_lines(chosen)]
    if user_id is None:
        lines += _colleague_lines(read, ledgers)
    data = {"contact": read.people[contact_id], "tie": chosen, "colleagues": ledgers}
    return Result(data=data, lines=lines)


@command(
    "path",
    click.argument("account"),
    click.argument("person"),
    click.option("--without", "leaving", multiple=True, help="One of ours who cannot help."),
    help="Show who of ours could introduce us to a person, the best way first.",
)
def path(session: Session, *, account: str, person: str, leaving: tuple[str, ...]) -> Result:
    """Find the way to one contact."""
    read = _situation(session, account)
    target = find_one("person", person, _people(read))
    gone = frozenset(find_one("colleague", one, _colleagues(read)) for one in leaving)
    pairs = score_pairs(read.facts, now=read.now, settings=read.settings)
    ways = introductions(read, pairs, target, without=gone)
    name = read.people[target].name
    lines = [f"To {name}", *_way_lines(ways)]
    return Result(data={"contact": read.people[target], "ways": ways}, lines=lines)


@command(
    "without",
    click.argument("account"),
    click.argument("people", nargs=-1),
    help="Show what falls when people go, of theirs or of ours; without names, each in turn.",
)
def without(session: Session, *, account: str, people: tuple[str, ...]) -> Result:
    """Try an account without somebody."""
    read = _situation(session, account)
    everybody = {**_people(read), **_colleagues(read)}
    gone = [find_one("person or colleague", one, everybody) for one in people]
    factor = bus_factor(read)
    if gone:
        fall = _fall(read, gone)
        head = f"{read.facts.account.name} without {', '.join(everybody[one] for one in gone)}"
        return Result(data={"without": gone, "fall": fall}, lines=[head, *_fall_lines(read, fall)])
    falls = {one: _fall(read, [one]) for one in [*read.present(), *_colleagues(read)]}
    worst = sorted(falls, key=lambda one: (_worth(falls[one]), one))
    rows = [_fall_row(everybody[one], falls[one]) for one in worst if _worth(falls[one]) < 0]
    lines = [read.facts.account.name, *table(_FALL_HEAD, rows)]
    lines.append(_bus_line(factor) if rows else "  Nothing falls with any single person.")
    return Result(data={"bus_factor": factor, "falls": falls}, lines=lines)


_FALL_HEAD = ("without", "coverage", "threads", "relationship", "health", "only they know")


def _situation(session: Session, account: str) -> Situation:
    facts, now = facts_now(session, account), session.app.clock.now().astimezone(UTC)
    settings = session.config.kam.settings()
    return read_situation(facts, as_of=now.date(), now=now, settings=settings)


def _people(read: Situation) -> dict[str, str]:
    return {one.id: one.name for one in read.facts.contacts}


def _colleagues(read: Situation) -> dict[str, str]:
    """Return our people who were ever in contact here, and the team."""
    ids = {user for one in read.facts.activities for user in one.user_ids}
    ids |= {one.user_id for one in read.facts.team if one.user_id}
    ids |= {read.facts.account.owner_id} if read.facts.account.owner_id else set()
    users = read.facts.users
    return {id_: users[id_].name for id_ in sorted(ids) if id_ in users}


def _known_by(read: Situation, contact_id: str) -> list[str]:
    ids = {user for one in read.contacts[contact_id] for user in one.user_ids}
    return sorted(ids & read.facts.users.keys())


def _ledger(read: Situation, contact_id: str, user_id: str | None) -> TieLedger:
    contacts: Iterable[Interaction] = read.contacts[contact_id]
    if user_id is not None:
        contacts = [one for one in contacts if user_id in one.user_ids]
    return tie_ledger(
        list(contacts),
        now=read.now,
        half_lives_days=read.half_lives(contact_id),
        settings=read.settings.strength,
        say=read.settings.say,
    )


def _ledger_lines(tie: TieLedger) -> list[str]:
    lines = [f"  {line.points:>6}  {line.key:<22} {line.reason}" for line in tie.lines]
    last = f"{tie.last_two_way:%Y-%m-%d}" if tie.last_two_way else "never"
    lines.append(f"  last two-way contact {last}; contacts that count: {tie.counted}")
    if tie.usual_gap_days:
        lines.append(f"  usually every {tie.usual_gap_days:.0f} days")
    lines.append(f"  a reply today: +{tie.reply_adds}")
    return lines


def _colleague_lines(read: Situation, ledgers: dict[str | None, TieLedger]) -> list[str]:
    rows = [
        (read.facts.users[user].name, tie.value, _day(tie.last_two_way))
        for user, tie in sorted(ledgers.items(), key=lambda one: -one[1].value)
        if user is not None
    ]
    return table(("through", "strength", "last two-way"), rows)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "never"


def _way_lines(ways: tuple[Introduction, ...]) -> list[str]:
    if not ways:
        return ["  Nobody of ours knows them, or anybody beside them, well enough to introduce us."]
    return [f"  {way.value:>6}  {way.reason}" for way in ways]


def _fall(read: Situation, gone: list[str]) -> Fall:
    ids = set(gone)
    return what_falls(read, contacts=ids & read.people.keys(), users=ids - read.people.keys())


def _fall_lines(read: Situation, fall: Fall) -> list[str]:
    lines = table(_FALL_HEAD[1:], [_fall_row("", fall)[1:]])
    lines += [
        f"  goal          {goal.profile.value.replace('_', ' ')}: "
        f"{goal.before.name.lower()} -> {goal.after.name.lower()}"
        for goal in fall.goals
    ]
    for tie in fall.only_ties:
        way = tie.ways[0].reason if tie.ways else "nobody left to introduce us"
        lines.append(f"  only they know {read.people[tie.contact_id].name} ({tie.strength}): {way}")
    return lines


def _fall_row(name: str, fall: Fall) -> tuple[str, ...]:
    return (
        name,
        _pair(*fall.coverage),
        _pair(*fall.threads, digits=1),
        _pair(*fall.relationship),
        _pair(*fall.health),
        str(len(fall.only_ties) or "–"),
    )


def _pair(before: object, after: object, *, digits: int = 0) -> str:
    shown = ["–" if one is None else f"{one:.{digits}f}" for one in (before, after)]
    return shown[0] if shown[0] == shown[1] else " -> ".join(shown)


def _worth(fall: Fall) -> float:
    """Return how much falls: coverage, then the relationship; nothing is 0."""
    pairs = (fall.coverage, fall.relationship, fall.threads)
    return sum(float(after or 0) - float(before or 0) for before, after in pairs) - len(
        fall.only_ties
    )


def _bus_line(factor: int | None) -> str:
    if factor is None:
        return "  Three departures do not push coverage below half of the role goals."
    if factor == 0:
        return "  Coverage is below half of the role goals already."
    people = "One departure pushes" if factor == 1 else f"{factor} departures push"
    return f"  {people} coverage below half of the role goals."
