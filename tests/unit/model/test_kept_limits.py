"""What a record may hold is asked in one place, whatever way it comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.model.figures import RevenueLine, SurveyAnswer, SurveyKind
from kam_connector.model.kept import KEPT, kept_name
from kam_connector.model.kept_limits import LIMITS, FaultKind, faults, limit_of
from kam_connector.model.plan_content import Risk, SharedSpace, SpaceKind
from kam_connector.testing.kept_samples import make_kept


def kinds(record: Any) -> list[tuple[str, FaultKind]]:
    """Return what is wrong, by field."""
    return [(one.field, one.kind) for one in faults(record)]


@pytest.mark.parametrize("made", LIMITS, ids=kept_name)
def test_limits_name_fields_that_are_there(made: type[Any]) -> None:
    """A renamed field would have none."""
    assert made in KEPT
    assert set(LIMITS[made]) <= set(made.__dataclass_fields__)


@pytest.mark.parametrize("value", [0, 6, -1])
def test_a_scale_of_five_has_five(value: int) -> None:
    """Neither zero nor six."""
    risk = make_kept(Risk, impact=value)
    assert kinds(risk) == [("impact", FaultKind.RANGE)]


@pytest.mark.parametrize(
    ("kind", "score", "sound"),
    [
        (SurveyKind.NPS, "0", True),
        (SurveyKind.NPS, "11", False),
        (SurveyKind.CSAT, "0", False),
        (SurveyKind.CSAT, "5", True),
        (SurveyKind.QUALITATIVE, "70", True),
    ],
)
def test_a_survey_has_the_scale_of_its_kind(kind: SurveyKind, score: str, sound: bool) -> None:
    """NPS from 0 to 10, CSAT from 1 to 5."""
    answer = make_kept(SurveyAnswer, kind=kind, score=Decimal(score))
    assert (kinds(answer) == []) is sound


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "portal", "http://"])
def test_a_link_is_an_address_of_the_web(url: str) -> None:
    """It stands on pages that people click."""
    space = make_kept(SharedSpace, kind=SpaceKind.PROJECT, url=url)
    assert kinds(space) == [("url", FaultKind.ADDRESS)]


def test_codes_and_texts_that_must_be_there() -> None:
    """Currency, country and what a record is about."""
    line = make_kept(RevenueLine, currency="eur", country="France")
    assert kinds(line) == [("currency", FaultKind.CURRENCY), ("country", FaultKind.COUNTRY)]
    assert ("text", FaultKind.EMPTY) in kinds(make_kept(Risk, text="  "))


def test_a_span_does_not_end_before_it_begins() -> None:
    """From the second of June to the first is a slip."""
    from kam_connector.model.account_team import Teammate

    given = make_kept(Teammate, from_on=date(2026, 6, 2), to_on=date(2026, 6, 1))
    (fault,) = [one for one in faults(given) if one.kind is FaultKind.ORDER]
    assert (fault.field, fault.other) == ("to_on", "from_on")


def test_a_field_without_limit_has_none() -> None:
    """Texts are as long as people like."""
    assert limit_of(Risk, "text") is None
