"""The kinds of thing that cross between a CRM and the KAM layer."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

__all__ = ["MADE", "OF_PLANS", "JsonValue", "Kind", "Row"]

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"
"""A canonical value. There is no float: decimals are normalised text ("1234.5"), dates
``YYYY-MM-DD``, instants ``YYYY-MM-DDTHH:MM:SS.mmmZ``, so that a change of transport
changes nothing."""

Row: TypeAlias = Mapping[str, JsonValue]
"""Values by field name."""


class Kind(StrEnum):
    """A kind of record, in the account manager's words."""

    ACCOUNT = "account"
    CONTACT = "contact"
    OPPORTUNITY = "opportunity"
    OPPORTUNITY_ROLE = "opportunity_role"
    ACTIVITY = "activity"
    USER = "user"
    CASE = "case"
    """A request for help: a case, a ticket."""
    CONTRACT = "contract"
    TEAM_MEMBER = "team_member"
    """One of ours beside the owner, on an account's team in the CRM."""
    PRODUCT = "product"
    LINE_ITEM = "line_item"
    """One product inside an opportunity."""
    AFFILIATION = "affiliation"
    """A person's further account, beside the one they work at."""
    CURRENCY_RATE = "currency_rate"
    PLAN = "plan"
    """An account plan, where the CRM has such an object."""
    OBJECTIVE = "objective"
    MEASURE = "measure"
    """How far an objective has got, in numbers."""
    TASK = "task"

    __hash__ = str.__hash__
    """An enum hashes its name, in Python: slow, and another hash than the equal text's."""


OF_PLANS = (Kind.PLAN, Kind.OBJECTIVE, Kind.MEASURE)
"""What a plan is made of in a CRM that has such objects: parents before children."""

MADE = (*OF_PLANS, Kind.TASK)
"""Kinds of record that we make in a CRM, found again by our key: parents before children.

What they say lives in our own plans, objectives and actions: there is no mirror of them."""
