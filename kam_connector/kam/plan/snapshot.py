"""A plan as it stands, as canonical JSON: what a version keeps and its seal is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any

from kam_connector.kam.plan.aims import aim_title
from kam_connector.kam.plan.basis import PlanBasis
from kam_connector.kam.plan.page import plan_page
from kam_connector.kam.plan.view import SectionView
from kam_connector.language import Language
from kam_connector.model.account_team import ExecutivePair, Teammate
from kam_connector.model.journey import KeyMoment, Tender
from kam_connector.model.kept import kept_name
from kam_connector.model.plan import ActionState
from kam_connector.model.plan_content import (
    CommunicationCharter,
    Competitor,
    Initiative,
    PlanFrame,
    Risk,
    SharedValue,
    SwotItem,
    Tactic,
)

__all__ = ["ERASED", "plan_content", "seal_of"]

ERASED = "(forgotten)"
"""What an erasure leaves in a text where it named somebody (`store.blotting`)."""
_ERASED_BEFORE = "(erased earlier)"
"""Stands for it in a new version, so that the mark itself proves a later erasure."""
_RECORDS: tuple[type[Any], ...] = (
    PlanFrame,
    SwotItem,
    Competitor,
    Tactic,
    Initiative,
    Risk,
    SharedValue,
    CommunicationCharter,
    Teammate,
    ExecutivePair,
    KeyMoment,
    Tender,
)
_UNFINISHED = (ActionState.OPEN, ActionState.WAITING)
_PASSING = {"last", "settled_at", "reason"}
"""Fields of objectives and actions that move by themselves: no change of the plan."""


def plan_content(basis: PlanBasis) -> str:
    """Return a plan as canonical JSON, in English: the same plan gives the same text.

    Sections with facts and words, and every record of people's behind them. Judgements of
    people are left out: they expire, a version does not.
    """
    basis = _in_english(basis)
    page = plan_page(basis)
    facts = basis.facts
    records = {
        kept_name(made): _listed(
            one for one in facts.kept.of(made) if one.account_id == facts.account.id
        )
        for made in _RECORDS
    }
    records["objective"] = _listed(facts.objectives)
    records["action"] = _listed(one for one in facts.actions if one.state in _UNFINISHED)
    document = {
        "schema": 1,
        "account": {"id": facts.account.id, "name": facts.account.name},
        "maturity": page.maturity.value,
        "sections": {one.kind.value: _section(one) for one in page.sections},
        "records": records,
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace(ERASED, _ERASED_BEFORE)


def _in_english(basis: PlanBasis) -> PlanBasis:
    """Return the same to be said in English, the method's objectives told in it."""
    english = basis.said_in(Language.EN)
    told = tuple(
        replace(one, title=aim_title(one, english.say)) if one.made_by is None else one
        for one in basis.facts.objectives
    )
    return replace(english, facts=replace(basis.facts, objectives=told))


def seal_of(content: str) -> str:
    """Return the SHA-256 of a version's content, in hexadecimal."""
    return sha256(content.encode("utf-8")).hexdigest()


def _section(one: SectionView) -> dict[str, Any]:
    return {
        "facts": [
            [line.group, line.label, line.value, line.note]
            for line in one.facts
            if not line.opinion
        ],
        "words": [_plain(words) for words in one.words],
    }


def _listed(records: Iterable[Any]) -> list[Any]:
    plain = [
        {name: value for name, value in _plain(one).items() if name not in _PASSING}
        for one in records
    ]
    return sorted(plain, key=lambda one: str(one["id"]))


def _plain(value: Any) -> Any:
    """Return a value as JSON types: decimals and days as text, tuples as lists."""
    match value:
        case Enum():
            return value.value
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(one) for one in value]
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
