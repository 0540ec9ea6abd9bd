"""kam journey show | move | answer | map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.cli.reading import facts_since
from kam_connector.errors import UsageError
from kam_connector.kam.coverage import account_coverage, known_percent
from kam_connector.kam.journey.gates import GATES, GateResult
from kam_connector.kam.journey.state import JourneyState, journey_state, moved, stages_kept
from kam_connector.kam.journey.touchpoint_map import JourneyMap, journey_map
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import read_situation
from kam_connector.model.account import Stage
from kam_connector.model.facts import AccountFacts
from kam_connector.model.journey import GateAnswer, StageMove
from kam_connector.model.kept import kept_id

__all__ = ["answer", "draw_map", "facts_of", "move", "settings_of", "show"]

_HISTORY = timedelta(days=730)
_MARKS = {True: "met", False: "open", None: "not known"}
_by = click.option("--by", required=True, help="Who says so; kept with the change.")
_account = click.argument("account")


@command("show", _account, help="Show stage, gates, renewals and what comes next of one account.")
def show(session: Session, *, account: str) -> Result:
    """Show one account's journey."""
    facts, as_of = facts_of(session, account)
    state = _state(session, facts, as_of)
    say = settings_of(session).say
    lines = [f"{facts.account.name}  {say.name(state.stage)} since {state.since}"]
    if state.phase == "renewal":
        lines.append("  phase renewal: the window of the main contract is open")
    lines += [f"  {part}: {say.name(stage)}" for part, stage in state.parts]
    lines += [
        f"  renewal decided by {one.decision}, open since {one.opens}" for one in state.renewals
    ]
    lines += _gate("before it came here", state.entry) + _gate("before it moves on", state.exit)
    if state.suggested:
        lines.append(f"  suggested: {say.name(state.suggested)}. {state.because}.")
    lines += [f"  {one.on}  {_moved(one)}" for one in state.moves]
    return Result(data={"account": facts.account, "journey": state}, lines=lines)


@command(
    "move",
    _account,
    click.argument("stage", type=click.Choice([one.value for one in Stage])),
    _by,
    click.option("--reason", help="Why, in one sentence."),
    click.option("--part", help="A country or subsidiary that goes its own way."),
    help="Move an account to STAGE, forward or back; open items of the gate are noted.",
)
def move(
    session: Session, *, account: str, stage: str, by: str, reason: str | None, part: str | None
) -> Result:
    """Keep one move; the nightly choice leaves it as it is."""
    facts, as_of = facts_of(session, account)
    state, store = _state(session, facts, as_of), session.app.store
    count = len(store.kept(StageMove, account_id=facts.account.id))
    made = moved(state, Stage(stage), on=as_of, by=by, reason=reason, part=part, number=count)
    with store.unit():
        store.keep([made], by=by, at=session.app.clock.now())
        chosen = stages_kept(store.key_accounts(), store.kept(StageMove))
        store.save_key_accounts(chosen, as_of=as_of)
    what = f"{facts.account.name}, {part}" if part else facts.account.name
    return Result(data={"move": made}, lines=[f"{what}  {_moved(made)}"])


@command(
    "answer",
    _account,
    click.argument("item"),
    click.argument("said", metavar="yes|no", type=click.Choice(["yes", "no"])),
    _by,
    click.option("--note", help="What the answer stands on."),
    help="Answer ITEM of the gate of the account's stage.",
)
def answer(
    session: Session, *, account: str, item: str, said: str, by: str, note: str | None
) -> Result:
    """Keep one person's answer."""
    facts, as_of = facts_of(session, account)
    stage = facts.key.stage
    known = [one.key for one in GATES[stage]]
    if item not in known:
        raise UsageError(
            f'The gate of {stage.value} has no item "{item}".',
            code="KAM-7043",
            hint=f"It has  {', '.join(known)} .",
        )
    made = GateAnswer(
        id=kept_id(GateAnswer, facts.account.id, stage.value, item),
        account_id=facts.account.id,
        stage=stage,
        item=item,
        met=said == "yes",
        answered_by=by,
        answered_on=as_of,
        note=note,
    )
    session.app.store.keep([made], by=by, at=session.app.clock.now())
    return Result(data={"answer": made}, lines=[f"{facts.account.name}  {item}: {said}"])


@command(
    "map",
    click.argument("account", required=False),
    help="Show the touchpoints by stage, profile, channel and function, gaps visible; without "
    "ACCOUNT the gaps of all key accounts.",
)
def draw_map(session: Session, *, account: str | None) -> Result:
    """Show the touchpoint map of one account, or all gaps."""
    if account is None:
        return _all_gaps(session)
    facts, as_of = facts_of(session, account)
    drawn, say = _map(session, facts, as_of), settings_of(session).say
    rows = [
        (
            say.name(cell.touchpoint.stage),
            say.name(cell.touchpoint.profile),
            say.name(cell.touchpoint.channel),
            say.name(cell.touchpoint.function),
            cell.owner,
            cell.touchpoint.cadence_days,
            cell.last_on,
            {True: "kept", False: "late", None: "–"}[cell.kept],
        )
        for cell in drawn.cells
    ]
    head = ("stage", "profile", "channel", "function", "owner", "days", "last", "cadence")
    lines = [facts.account.name, *table(head, rows)]
    lines += [f"  gap: {gap.text}" for gap in drawn.gaps]
    mix = drawn.mix
    lines.append(f"  {mix.in_person} contacts in person, {mix.digital} digital in a year")
    return Result(data={"account": facts.account, "map": drawn}, lines=lines)


def facts_of(session: Session, account: str) -> tuple[AccountFacts, date]:
    """Return a key account's facts, and the day of its last night (today before the first).

    Raises:
        UsageError: No account fits (KAM-7042).
        CheckFailed: It is no key account (KAM-7043).
    """
    store = session.app.store
    found = find_account(store, account)
    scores = store.scores(found.id, limit=1)
    as_of = scores[0].as_of if scores else session.app.clock.now().date()
    since = datetime.combine(as_of, time.min, UTC) - _HISTORY
    return facts_since(store, found, since), as_of


def settings_of(session: Session) -> KamSettings:
    """Return the method's numbers as this installation tunes them."""
    return session.config.kam.settings()


def _moved(one: StageMove) -> str:
    before = one.from_stage.value if one.from_stage else "–"
    words = f"{before} -> {one.to_stage.value}, {one.moved_by}"
    words += f": {one.reason}" if one.reason else ""
    return words + (f"; open in the gate: {', '.join(one.unmet)}" if one.unmet else "")


def _state(session: Session, facts: AccountFacts, as_of: date) -> JourneyState:

    settings, now = settings_of(session), datetime.combine(as_of, time.max, UTC)
    situation = read_situation(facts, as_of=as_of, now=now, settings=settings)
    percent: Decimal | None = known_percent(situation, account_coverage(situation))
    return journey_state(facts, as_of, coverage=percent, settings=settings)


def _map(session: Session, facts: AccountFacts, as_of: date) -> JourneyMap:

    return journey_map(facts, as_of, settings=settings_of(session))


def _all_gaps(session: Session) -> Result:
    rows = []
    maps = []
    for key in session.app.store.key_accounts():
        facts, as_of = facts_of(session, key.account_id)
        drawn = _map(session, facts, as_of)
        maps.append(drawn)
        rows += [
            (facts.account.name, gap.kind.value.replace("_", " "), gap.text) for gap in drawn.gaps
        ]
    lines = table(("account", "gap", "what"), rows) or ["No gap."]
    return Result(data={"maps": maps}, lines=lines)


def _gate(head: str, results: Sequence[GateResult]) -> list[str]:
    rows = [(_MARKS[one.met], one.item, one.reason, one.todo or None) for one in results]
    return [f"  {head}", *table(("state", "item", "because", "to do"), rows)] if rows else []
