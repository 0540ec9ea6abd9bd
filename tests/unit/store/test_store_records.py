"""Values become columns and come back the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from kam_connector.model.activity import Direction
from kam_connector.model.kind import JsonValue
from kam_connector.store import decode
from kam_connector.store.records import Codec, instant_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """Something nested."""

    on: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    """One of everything."""

    name: str
    flag: bool
    number: int
    at: datetime | None
    kind: Direction
    inner: Inner | None
    listed: tuple[Inner, ...]
    names: frozenset[str]
    pair: tuple[str, int]
    free: JsonValue


@dataclass(frozen=True)
class Unclear:
    """A field of two types."""

    value: int | str


FULL = Outer(
    name="é",
    flag=True,
    number=3,
    at=datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=UTC),
    kind=Direction.MUTUAL,
    inner=Inner(on=date(2026, 11, 21), amount=Decimal("12.50")),
    listed=(Inner(on=date(2026, 1, 1), amount=None),),
    names=frozenset({"b", "a"}),
    pair=("x", 1),
    free={"a": [1, None, "z"]},
)


def test_a_value_comes_back_as_it_went_in() -> None:
    """Days, instants to the microsecond, decimals with their zeros, nesting."""
    codec = Codec(Outer)
    stored = dict(zip(codec.columns, codec.row(FULL), strict=True))
    assert codec.value(stored) == FULL
    assert stored["inner"] == '{"on":"2026-11-21","amount":"12.50"}'


def test_blanks_stay_blank() -> None:
    """None in a nested field is no JSON text; a free JSON value may itself be null."""
    codec = Codec(Outer)
    blank = Outer(
        name="",
        flag=False,
        number=0,
        at=None,
        kind=Direction.UNKNOWN,
        inner=None,
        listed=(),
        names=frozenset(),
        pair=("", 0),
        free=None,
    )
    stored = dict(zip(codec.columns, codec.row(blank), strict=True))
    assert codec.value(stored) == blank
    assert (stored["inner"], stored["free"]) == (None, "null")


def test_a_field_of_two_types_is_refused() -> None:
    """It could not be told apart when read."""
    with pytest.raises(TypeError, match="one type"):
        Codec(Unclear)


def test_instants_sort_as_text_whatever_their_zone() -> None:
    """All are written in UTC with the same number of digits."""
    paris = timezone(timedelta(hours=1))
    early = instant_text(datetime(2026, 11, 21, 6, 30, tzinfo=paris))
    late = instant_text(datetime(2026, 11, 21, 6, 0, tzinfo=UTC))
    assert early == "2026-11-21T05:30:00.000000Z"
    assert early < late


@pytest.mark.parametrize(
    ("held", "expected"), [("true", True), ("unknown", True), (None, True), ("false", False)]
)
def test_only_a_plain_false_means_it_did_not_take_place(held: str | None, expected: bool) -> None:
    """Missing data is never read as nothing happening."""
    row = {
        "id": "act_1",
        "kind": "meeting",
        "at": "2026-11-18T09:00:00.000Z",
        "direction": "mutual",
        "people": None,
        "held": held,
        "account_id": None,
    }
    activity = decode.activity(row)
    assert activity is not None
    assert activity.held is expected
