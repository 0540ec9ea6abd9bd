"""Tables about key accounts, read through the store: portfolio, ledger, people, revenue.

Cells are texts, dates, whole numbers and exact decimals; None is an empty cell. Columns are
of type ``object``, so that pandas guesses nothing: a company called "NA" stays one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias, TypeVar

import pandas as pd

from kam_connector.kam.access import feeding
from kam_connector.kam.kpis.definitions import DEFINITIONS
from kam_connector.kam.people import people_at
from kam_connector.kam.renewals import next_renewal
from kam_connector.kam.whitespace.matrix import WhitespaceCell, whitespace
from kam_connector.model.access import HIDDEN
from kam_connector.model.facts import AccountFacts
from kam_connector.model.figures import KpiValue
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.plan import ActionState
from kam_connector.model.score import Band, Score, StrengthScore
from kam_connector.ports import Store
from kam_connector.reports.plan_frames import PLAN_FRAMES
from kam_connector.sync.market import known_market

__all__ = [
    "FRAMES",
    "Frame",
    "kpis",
    "ledger",
    "people",
    "portfolio",
    "revenue",
    "whitespace_table",
]

Frame: TypeAlias = pd.DataFrame
Cell: TypeAlias = "str | int | Decimal | date | None"
_Year: TypeAlias = tuple[str, str, str, int]
T = TypeVar("T")

_PORTFOLIO = (
    "account", "account_id", "tier", "stage", "health", "band", "data_coverage", "relationship",
    "role_coverage", "threads", "open_actions", "next_action", "next_action_due", "next_review",
    "renewal", "owner", "as_of",
)  # fmt: skip
_LEDGER = (
    "account", "account_id", "score", "as_of", "value", "band", "line", "points", "weight",
    "reading", "reason",
)  # fmt: skip
_PEOPLE = (
    "account", "account_id", "contact", "contact_id", "title", "role", "strength", "band",
    "confidence", "our_people", "last_two_way", "left",
)  # fmt: skip
_REVENUE = (
    "account",
    "account_id",
    "currency",
    "year",
    "won",
    "deals",
    "growth_percent",
    "to_date",
)

_KPIS = (
    "account", "account_id", "family", "figure", "as_of", "value", "unit", "year_before", "reason",
)  # fmt: skip

_WHITESPACE = (
    "account", "account_id", "product_line", "state", "currency", "current", "wallet", "expected",
    "opportunity", "margin", "peers", "buyers", "confidence", "competitor", "contract_ends_on",
    "reason",
)  # fmt: skip


def portfolio(store: Store, *, as_of: date) -> Frame:
    """Return one row per key account, first tier first; numbers are those of the last run."""
    outcomes = {one.id: one.values for one in store.outcomes(Kind.ACCOUNT)}
    rows = [
        _portfolio_row(facts, _newest(store, facts), outcomes.get(facts.account.id, {}), as_of)
        for facts in _facts(store, as_of)
    ]
    return _frame(sorted(rows, key=lambda row: (str(row[2]), str(row[0]))), _PORTFOLIO)


def ledger(store: Store, *, as_of: date) -> Frame:
    """Return one row per line of each key account's latest scores; lines sum to the value."""
    rows: list[Sequence[Cell]] = []
    for facts in _facts(store, as_of):
        for score in _newest(store, facts).values():
            head = (facts.account.name, facts.account.id, score.name, score.as_of, _value(score))
            if score.band is Band.HIDDEN:
                rows.append((*head, score.band.value, *[HIDDEN] * 5))
            rows += [
                (*head, score.band.value, one.key, one.points, one.weight, one.reading, one.reason)
                for one in score.ledger
            ]
    return _frame(rows, _LEDGER)


def people(store: Store, *, as_of: date) -> Frame:
    """Return one row per contact of key accounts and their subsidiaries, strongest first."""
    roles = {one.id: one.values.get("role") for one in store.outcomes(Kind.CONTACT)}
    rows: list[Sequence[Cell]] = []
    for facts in _facts(store, as_of):
        rows += _people_rows(store, people_at(facts, as_of), roles)
    return _frame(rows, _PEOPLE)


def revenue(store: Store, *, as_of: date) -> Frame:
    """Return won business per key account (its tree included), currency and calendar year.

    Growth compares with the calendar year before, in the same currency; without won business
    then it is empty. ``to_date`` says "yes" for the year that *as_of* lies in: it is not over.
    """
    deals: list[Sequence[Cell]] = [
        (
            facts.account.name,
            facts.account.id,
            deal.amount.currency,
            deal.closes_on.year,
            deal.amount.amount,
        )
        for facts in _facts(store, as_of)
        for deal in facts.opportunities
        if deal.won and deal.amount and deal.closes_on and deal.closes_on <= as_of
    ]
    unseen = [_hidden_row(one, _REVENUE) for one in _facts(store, as_of) if feeding(one.hidden)]
    if unseen:
        return _frame(unseen, _REVENUE)
    frame = _frame(deals, _REVENUE[:5])
    won = _by_year(frame, lambda column: sum(column, Decimal(0)))
    counts = _by_year(frame, len)
    rows: list[Sequence[Cell]] = [
        (*key, won[key], counts[key], _growth(won, key), "yes" if key[3] == as_of.year else "no")
        for key in won
    ]
    return _frame(rows, _REVENUE)


def kpis(store: Store, *, as_of: date) -> Frame:
    """Return one row per key account, key figure and day kept, so that trends can be drawn."""
    names = {one.id: one.name for one in store.accounts()}
    rows: list[Sequence[Cell]] = [
        (
            names.get(one.account_id, one.account_id),
            one.account_id,
            one.family.value,
            one.key,
            one.as_of,
            HIDDEN if one.unit == HIDDEN else one.value,
            one.unit,
            HIDDEN if one.unit == HIDDEN else one.before,
            one.reason,
        )
        for one in store.kept(KpiValue)
        if one.as_of <= as_of
    ]
    order = {key: place for place, key in enumerate(DEFINITIONS)}
    return _frame(sorted(rows, key=lambda row: _kpi_place(row, order)), _KPIS)


def _kpi_place(row: Sequence[Cell], order: Mapping[str, int]) -> tuple[str, int, str]:
    return str(row[0]).casefold() + str(row[1]), order.get(str(row[3]), len(order)), str(row[4])


def whitespace_table(store: Store, *, as_of: date) -> Frame:
    """Return one row per key account and product line, largest margin first."""
    market = known_market(store, as_of=as_of)
    rows: list[Sequence[Cell]] = []
    for facts in _facts(store, as_of):
        if feeding(facts.hidden):
            rows.append(_hidden_row(facts, _WHITESPACE))
            continue
        found = whitespace(facts, as_of=as_of, market=market)
        rows += [_whitespace_row(facts, one) for one in found.lines]
    return _frame(rows, _WHITESPACE)


FRAMES: Mapping[str, Callable[..., Frame]] = {
    "portfolio": portfolio,
    "ledger": ledger,
    "people": people,
    "revenue": revenue,
    "kpis": kpis,
    "whitespace": whitespace_table,
    **PLAN_FRAMES,
}
"""What `kam export --what` may name."""


def _frame(rows: Iterable[Sequence[Cell]], columns: Sequence[str]) -> Frame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object)


def _facts(store: Store, as_of: date) -> list[AccountFacts]:
    """Return the key accounts by name; activities are left out: no table counts them."""
    chosen = [one.account_id for one in store.key_accounts()]
    later = datetime(as_of.year + 100, 1, 1, tzinfo=UTC)
    found = store.facts(chosen, since=later)
    return sorted(found, key=lambda one: (one.account.name.casefold(), one.account.id))


def _newest(store: Store, facts: AccountFacts) -> dict[str, Score]:
    return {one.name: one for one in store.scores(facts.account.id, limit=1)}


def _portfolio_row(
    facts: AccountFacts,
    scores: Mapping[str, Score],
    told: Mapping[str, JsonValue],
    as_of: date,
) -> Sequence[Cell]:
    health, tie = scores.get("health"), scores.get("relationship")
    owner = facts.users.get(facts.account.owner_id or "")
    renewal = next_renewal(facts.renewals, as_of)
    return (
        facts.account.name,
        facts.account.id,
        facts.key.tier,
        facts.key.stage.value,
        _value(health),
        health.band.value if health else None,
        health.data_coverage if health else None,
        _value(tie),
        _number(told.get("coverage.percent")),
        _threads(told.get("summary.json")),
        sum(action.state is ActionState.OPEN for action in facts.actions),
        _text(told.get("next_action.title")),
        _text(told.get("next_action.due")),
        facts.plan.next_review if facts.plan else None,
        renewal.decision if renewal else None,
        owner.name if owner else None,
        health.as_of if health else None,
    )


def _hidden_row(facts: AccountFacts, columns: Sequence[str]) -> Sequence[Cell]:
    """Return the one row of an account whose figures are made of what is hidden."""
    return (facts.account.name, facts.account.id, *[HIDDEN] * (len(columns) - 2))


def _value(score: Score | None) -> Cell:
    if score is None:
        return None
    return HIDDEN if score.band is Band.HIDDEN else score.value


def _people_rows(
    store: Store, facts: AccountFacts, roles: Mapping[str, JsonValue]
) -> list[Sequence[Cell]]:
    names = {one.id: one.name for one in (facts.account, *facts.tree)}
    ties = {tie.contact_id: tie for one in names for tie in store.strengths(one)}
    known = sorted(
        facts.contacts,
        key=lambda one: (-ties[one.id].value if one.id in ties else Decimal(1), one.name, one.id),
    )
    rows: list[Sequence[Cell]] = []
    for one in known:
        where = one.account_id if one.account_id in names else facts.account.id
        head = (names[where], where, one.name, one.id, one.title)
        left = one.left_at.date() if one.left_at else None
        rows.append((*head, _text(roles.get(one.id)), *_tie_cells(ties.get(one.id)), left))
    return rows


def _tie_cells(tie: StrengthScore | None) -> Sequence[Cell]:
    if tie is None:
        return (None,) * 5
    return tie.value, tie.band, tie.confidence, tie.our_people, tie.last_two_way


def _whitespace_row(facts: AccountFacts, cell: WhitespaceCell) -> Sequence[Cell]:
    amounts = (cell.current, cell.wallet, cell.expected, cell.opportunity, cell.margin)
    return (
        facts.account.name,
        facts.account.id,
        cell.product_line,
        cell.state.value,
        next((one.currency for one in amounts if one), None),
        *(one.amount if one else None for one in amounts),
        cell.peers,
        cell.buyers,
        cell.confidence.value if cell.confidence else None,
        cell.competitor,
        cell.contract_ends_on,
        cell.reason,
    )


def _by_year(won: Frame, measure: Callable[[pd.Series], T]) -> dict[_Year, T]:
    """Return a measure of the won amounts by account, currency and year, in that order."""
    groups = won.groupby(list(_REVENUE[:4]), sort=True)["won"]
    return {
        (str(key[0]), str(key[1]), str(key[2]), int(str(key[3]))): measure(one)
        for key, one in groups
    }


def _growth(won: Mapping[_Year, Decimal], key: _Year) -> Decimal | None:
    before = won.get((*key[:3], key[3] - 1))
    if not before:
        return None
    return ((won[key] / before - 1) * 100).quantize(Decimal("0.1"))


def _threads(card: JsonValue) -> Decimal | str | None:
    """Return the effective threads that the card shows; None when it shows none."""
    if card == HIDDEN:
        return HIDDEN
    detail = json.loads(card).get("detail") if isinstance(card, str) else None
    return _number(detail.get("threads")) if isinstance(detail, dict) else None


def _number(value: JsonValue) -> Decimal | str | None:
    if value == HIDDEN:
        return HIDDEN
    return None if value is None else Decimal(str(value))


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)
