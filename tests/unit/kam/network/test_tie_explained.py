"""Why a tie is as strong as it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.ledger import ledger_sum
from kam_connector.kam.network.tie_ledger import TieLedger, tie_ledger
from kam_connector.kam.relationship import Interaction, relationship_strength
from kam_connector.kam.settings import StrengthSettings
from kam_connector.kam.ties import one_decimal
from kam_connector.language import Language, voice
from kam_connector.model.activity import ActivityKind, Direction

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
SCALES = (7.0, 60.0)
CONTACTS = st.builds(
    Interaction,
    at=st.integers(0, 900).map(lambda days: NOW - timedelta(days=days)),
    kind=st.sampled_from(ActivityKind),
    direction=st.sampled_from(Direction),
    external_people=st.integers(1, 20),
    held=st.booleans(),
)


def explained(contacts: list[Interaction], language: Language = Language.EN) -> TieLedger:
    """Explain with the standard settings."""
    settings = StrengthSettings()
    say = voice(language)
    return tie_ledger(contacts, now=NOW, half_lives_days=SCALES, settings=settings, say=say)


def mail(days: int, direction: Direction = Direction.INBOUND) -> Interaction:
    """A mail some days ago."""
    return Interaction(at=NOW - timedelta(days=days), direction=direction)


@pytest.mark.checklist(
    "S2.03", home="decayed sums of `kam.relationship`, explained by `kam tie explain`"
)
@given(st.lists(CONTACTS, max_size=30))
def test_the_lines_sum_to_the_strength_exactly(contacts: list[Interaction]) -> None:
    """Every interaction builds or, with time, erodes: the ledger shows how."""
    found = explained(contacts)
    strength = relationship_strength(contacts, now=NOW, half_lives_days=SCALES)
    assert ledger_sum(found.lines) == found.value == one_decimal(strength)
    assert Decimal(0) <= found.value <= Decimal(100)
    assert found.reply_adds >= 0
    assert found.counted + found.ignored == len(contacts)


def test_unanswered_mail_counts_for_nothing() -> None:
    """Twenty of ours, none of theirs: all lines are zero, and a reply would change that."""
    found = explained([mail(day, Direction.OUTBOUND) for day in range(20)])
    assert {line.points for line in found.lines} == {Decimal("0.0")}
    assert found.last_two_way is None
    assert found.reply_adds > 20


def test_reasons_are_said_in_french_too() -> None:
    """An account manager in Lyon reads them."""
    reasons = [line.reason for line in explained([mail(7)], Language.FR).lines]
    assert reasons[0] == "reçu 0,5, divisé par deux tous les 7 jours"
