"""Tables of all plans side by side: objectives, actions, risks, signals, insights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import pandas as pd

from kam_connector.model.plan_content import Insight, Risk
from kam_connector.ports import Store

__all__ = ["PLAN_FRAMES"]

_Cell: TypeAlias = "str | int | Decimal | date | None"
_Row: TypeAlias = "Sequence[_Cell]"


def _objectives(store: Store, *, as_of: date) -> pd.DataFrame:
    names, people = _names(store)
    current = {
        one.objective_id: one.current for account in names
        for one in store.measures(account_id=account)
    }  # fmt: skip
    rows = [
        (names[one.account_id], one.account_id, one.title, one.level.value, one.status.value,
         one.metric, one.baseline, current.get(one.id, one.last), one.target, one.due,
         _late(one.due, as_of) if one.status.value == "open" else "no",
         people.get(one.owner_id or ""), "yes" if one.made_by else "no", one.reason)
        for one in store.objectives()
        if one.account_id in names
    ]  # fmt: skip
    head = ("account", "account_id", "objective", "level", "status", "metric", "baseline",
            "current", "target", "due", "overdue", "owner", "by_a_person", "reason")  # fmt: skip
    return _frame(rows, head)


def _actions(store: Store, *, as_of: date) -> pd.DataFrame:
    names, people = _names(store)
    rows = [
        (names[one.account_id], one.account_id, one.title, one.state.value, one.severity, one.due,
         _late(one.due, as_of) if one.closed_on is None else "no",
         people.get(one.owner_id or ""), one.success_indicator, one.closed_on, one.reason)
        for one in store.actions()
        if one.account_id in names
    ]  # fmt: skip
    head = ("account", "account_id", "action", "state", "severity", "due", "overdue", "owner",
            "success_shows_in", "closed", "reason")  # fmt: skip
    return _frame(rows, head)


def _risks(store: Store, *, as_of: date) -> pd.DataFrame:
    names, people = _names(store)
    rows = [
        (names[one.account_id], one.account_id, one.text, one.probability, one.impact,
         one.probability * one.impact, one.state.value, people.get(one.owner_id or ""),
         one.mitigation, one.trigger, one.review_on, _late(one.review_on, as_of))
        for one in store.kept(Risk)
        if one.account_id in names
    ]  # fmt: skip
    head = ("account", "account_id", "risk", "probability", "impact", "weight", "state", "owner",
            "mitigation", "trigger", "review", "review_due")  # fmt: skip
    return _frame(rows, head)


def _signals(store: Store, *, as_of: date) -> pd.DataFrame:
    names, _ = _names(store)
    rows = [
        (names[one.account_id], one.account_id, one.kind.value, one.severity.value,
         one.state.value, one.first_seen, (as_of - one.first_seen).days, one.due, one.summary)
        for one in store.signals()
        if one.account_id in names
    ]  # fmt: skip
    head = (
        "account",
        "account_id",
        "signal",
        "severity",
        "state",
        "first_seen",
        "days",
        "due",
        "summary",
    )
    return _frame(rows, head)


def _insights(store: Store, *, as_of: date) -> pd.DataFrame:
    names, people = _names(store)
    rows = [
        (names.get(one.account_id or ""), one.account_id, one.on, one.kind.value, one.text,
         one.source_function.value if one.source_function else None,
         people.get(one.author_id or ""), one.evidence.value, one.expires_on)
        for one in store.kept(Insight)
        if one.account_id is None or one.account_id in names
        if one.expires_on is None or one.expires_on >= as_of
    ]  # fmt: skip
    head = ("account", "account_id", "on", "kind", "insight", "learned_by", "author", "evidence",
            "counts_until")  # fmt: skip
    return _frame(rows, head)


PLAN_FRAMES: Mapping[str, Callable[..., pd.DataFrame]] = {
    "objectives": _objectives,
    "actions": _actions,
    "risks": _risks,
    "signals": _signals,
    "insights": _insights,
}
"""What `kam export --what` may name of plans."""


def _late(day: date | None, as_of: date) -> str:
    return "yes" if day is not None and day < as_of else "no"


def _names(store: Store) -> tuple[dict[str, str], dict[str, str]]:
    """Return key accounts and our people by name."""
    chosen = {one.account_id for one in store.key_accounts()}
    accounts = {one.id: one.name for one in store.accounts() if one.id in chosen}
    return accounts, {one.id: one.name for one in store.users()}


def _frame(rows: Sequence[_Row], head: Sequence[str]) -> pd.DataFrame:
    ordered = sorted(rows, key=lambda row: (str(row[0]).casefold(), str(row[1]), str(row[2])))
    return pd.DataFrame(ordered, columns=list(head), dtype=object)
