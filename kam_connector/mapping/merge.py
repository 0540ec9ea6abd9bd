"""Three-way merge of one field: base (last agreed), theirs (the CRM's), ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from kam_connector.mapping.joining import Joining, join_values
from kam_connector.mapping.rule import ASKING, POLICIES
from kam_connector.mapping.values import MISSING, Missing, same_value
from kam_connector.model.kind import JsonValue

__all__ = ["MISSING", "Merged", "Missing", "merge_field"]

Side: TypeAlias = "JsonValue | Missing"
Moment: TypeAlias = "datetime | str | None"


class Merged(NamedTuple):
    """What both sides should hold from now on."""

    value: JsonValue | Missing
    """Of a question to a person: the base, which stays."""
    winner: str
    """``same``, ``crm``, ``kam``, ``both`` (joined) or ``ask`` (a person decides)."""
    reason: str


def merge_field(
    *,
    base: Side,
    theirs: Side,
    ours: Side,
    policy: str,
    theirs_at: Moment = None,
    ours_at: Moment = None,
    joining: Joining | None = None,
) -> Merged:
    """Return the merged value; the policy decides only when both sides moved.

    A side without a source (MISSING) never clears the other (INV6). Without a base, a blank
    side has not moved. Values compare in canonical form, so that writing what the CRM then
    rounds or trims is no change. With base set to the result, merging again changes nothing.

    Args:
        base: The value last agreed on; MISSING when there never was one.
        theirs: The CRM's value; None is an emptied field.
        ours: Our value.
        policy: One of ``rule.POLICIES``.
        theirs_at: When the CRM's record moved, for ``newest``: aware, or an ISO text.
        ours_at: When our value moved.
        joining: How values are joined, for ``merge``; None: they cannot be.

    Raises:
        ValueError: The policy is unknown.
    """
    if policy not in POLICIES:
        raise ValueError(f"unknown policy {policy!r}")
    if theirs is MISSING or ours is MISSING:
        return _one_sided(theirs, ours)
    if same_value(theirs, ours):
        return Merged(theirs, "same", "both sides agree")
    agreed = None if base is MISSING else base
    if same_value(ours, agreed):
        return Merged(theirs, "crm", "only the CRM's value moved")
    if same_value(theirs, agreed):
        return Merged(ours, "kam", "only our value moved")
    if policy in ASKING:
        return _joined(base, theirs, ours, joining if policy == "merge" else None)
    winner, reason = _decide(policy, theirs, ours, theirs_at, ours_at)
    return Merged(theirs if winner == "crm" else ours, winner, f"both moved; {reason}")


def _one_sided(theirs: Side, ours: Side) -> Merged:
    if theirs is MISSING and ours is MISSING:
        return Merged(MISSING, "same", "neither side has a source")
    if theirs is MISSING:
        return Merged(ours, "kam", "the CRM has no source")
    return Merged(theirs, "crm", "we have no source")


def _joined(base: Side, theirs: JsonValue, ours: JsonValue, joining: Joining | None) -> Merged:
    value = MISSING if joining is None else join_values(base, theirs, ours, joining)
    if value is MISSING:
        return Merged(base, "ask", "both moved; a person decides")
    return Merged(value, "both", "both moved; joined")


def _decide(
    policy: str, theirs: Side, ours: Side, theirs_at: Moment, ours_at: Moment
) -> tuple[str, str]:
    if policy == "newest":
        return _newest(_moment(theirs_at), _moment(ours_at))
    if policy == "crm_unless_blank" and same_value(theirs, None):
        return "kam", "the CRM's value is blank"
    if policy == "kam_unless_blank" and same_value(ours, None):
        return "crm", "our value is blank"
    return policy.split("_", maxsplit=1)[0], POLICIES[policy]


def _newest(theirs_at: datetime | None, ours_at: datetime | None) -> tuple[str, str]:
    """An unknown or equal time is a person's: theirs."""
    if theirs_at is not None and ours_at is not None and ours_at > theirs_at:
        return "kam", "ours is newer"
    return "crm", "the CRM's is not older"


def _moment(value: Moment) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if value else None
    if value is not None and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value
