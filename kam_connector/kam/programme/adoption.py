"""Whether people live the programme: plans looked after, judgements fresh, tasks done (S1.10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from kam_connector.kam.programme.portfolio import Portfolio
from kam_connector.model.account_team import ContactCoverage
from kam_connector.model.kept import PROGRAM
from kam_connector.model.plan import Action, ActionState
from kam_connector.model.stakeholder import PeopleEdge, Stakeholder

__all__ = ["Adoption", "KamAdoption", "adoption"]

_WORKBOOK = 5
"""So many records told by one person at one moment came in with a file. Our choice: nobody
types five at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KamAdoption:
    """How one of our people lives it."""

    user_id: str
    accounts: int
    touched: int
    """Plans of theirs that somebody touched lately."""
    done_in_time: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """How far the programme is lived; shares are 0 to 100, None where nothing can be said."""

    looked_after: Decimal | None
    """Key accounts that somebody leads."""
    touched: Decimal | None
    """Plans that somebody touched within the last quarter."""
    untouched: tuple[str, ...]
    """Accounts whose plan nobody touched."""
    fresh: Decimal | None
    """Judgements about people and ties that are recent and hold."""
    judgements: int
    workbooks: int
    """Files that people gave back lately."""
    in_time: Decimal | None
    """Tasks done by their day, of those that were due or done lately."""
    kams: tuple[KamAdoption, ...]


def adoption(portfolio: Portfolio) -> Adoption:
    """Return who looks after plans, how fresh what people say is, what is done in time."""
    touched = _touched(portfolio)
    led = [one for one in portfolio.ids if portfolio.kam_of(one) is not None]
    fresh = list(_freshness(portfolio))
    settled = _settled(portfolio)
    return Adoption(
        looked_after=_percent(len(led), len(portfolio.ids)),
        touched=_percent(len(touched), len(portfolio.ids)),
        untouched=tuple(one for one in portfolio.ids if one not in touched),
        fresh=_percent(sum(fresh), len(fresh)),
        judgements=len(fresh),
        workbooks=_workbooks(portfolio),
        in_time=_percent(sum(_in_time(one) for one in settled), len(settled)),
        kams=tuple(_of_kam(portfolio, kam, own, touched, settled) for kam, own in _kams(portfolio)),
    )


def _since(portfolio: Portfolio) -> date:
    return portfolio.as_of - timedelta(days=portfolio.settings.touched_days)


def _touched(portfolio: Portfolio) -> frozenset[str]:
    """Return accounts of whose plan somebody, no program, said anything lately.

    A plan that was opened by the program and never changed counts as untouched: its own
    change is its opening.
    """
    since = _since(portfolio)
    told = {
        change.account_id
        for change in portfolio.changes
        if change.account_id and change.by != PROGRAM and change.at.date() > since
    }
    done = {
        one.account_id
        for one in portfolio.actions
        if one.state is ActionState.DONE and one.closed_on is not None and one.closed_on > since
    }
    return frozenset((told | done) & set(portfolio.ids))


def _freshness(portfolio: Portfolio) -> Iterator[bool]:
    """Yield of each judgement whether it is recent and holds."""
    day, limit = portfolio.as_of, portfolio.settings.judged_days
    for one in (*portfolio.kept.of(Stakeholder), *portfolio.kept.of(PeopleEdge)):
        yield (day - one.asserted_on).days <= limit and one.holds_on(day)
    for cover in portfolio.kept.of(ContactCoverage):
        if cover.declared_on is not None:
            yield (day - cover.declared_on).days <= limit


def _workbooks(portfolio: Portfolio) -> int:
    since = _since(portfolio)
    at_once: dict[tuple[str, str], int] = {}
    for change in portfolio.changes:
        if change.by != PROGRAM and change.at.date() > since:
            place = (change.by, change.at.isoformat(timespec="seconds"))
            at_once[place] = at_once.get(place, 0) + 1
    return sum(count >= _WORKBOOK for count in at_once.values())


def _settled(portfolio: Portfolio) -> list[Action]:
    """Return tasks done lately, and those whose day passed lately without."""
    since = _since(portfolio)
    return [one for one in portfolio.actions if _done_since(one, since) or _late(one, portfolio)]


def _done_since(one: Action, since: date) -> bool:
    return one.state is ActionState.DONE and one.closed_on is not None and one.closed_on > since


def _late(one: Action, portfolio: Portfolio) -> bool:
    return one.state is ActionState.OPEN and _since(portfolio) < one.due < portfolio.as_of


def _in_time(one: Action) -> bool:
    return one.closed_on is not None and one.closed_on <= one.due


def _kams(portfolio: Portfolio) -> list[tuple[str, list[str]]]:
    return sorted(portfolio.accounts_by_kam().items())


def _of_kam(
    portfolio: Portfolio,
    user_id: str,
    accounts: Iterable[str],
    touched: frozenset[str],
    settled: Iterable[Action],
) -> KamAdoption:
    own = list(accounts)
    theirs = [one for one in settled if one.owner_id == user_id]
    done = [one for one in theirs if one.state is ActionState.DONE]
    return KamAdoption(
        user_id=user_id,
        accounts=len(own),
        touched=sum(one in touched for one in own),
        done_in_time=sum(_in_time(one) for one in done),
        done=len(done),
        overdue=sum(_late(one, portfolio) for one in theirs),
    )


def _percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
