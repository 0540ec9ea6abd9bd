"""What is said of a tie against what is seen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kam_connector.kam.network.declared import DeclaredGap, GapKind, declared_gaps
from kam_connector.kam.settings import KamSettings
from kam_connector.kam.situation import read_situation
from kam_connector.model.account_team import ContactCoverage, RelationshipLevel
from kam_connector.model.kept import KeptRecords

LEVELS = list(RelationshipLevel)


def gaps(make: Any, *said: ContactCoverage, **changes: Any) -> list[DeclaredGap]:
    """Gaps of an account whose Jonas was met once in spring, and Malika each week."""
    facts = make.facts(
        contacts=[make.contact("jonas"), make.contact("malika")],
        activities=[
            make.activity("2026-05-02", "jonas"),
            *make.every(7, "malika", until="2026-11-18", times=30),
        ],
        kept=KeptRecords.holding(said),
        **changes,
    )
    read = read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())
    return list(declared_gaps(read))


def said(contact_id: str, level: RelationshipLevel) -> ContactCoverage:
    """Claire says what we are to somebody."""
    return ContactCoverage(
        id=f"cov-{contact_id}",
        account_id="acc_1",
        contact_id=contact_id,
        user_id="usr_1",
        declared=level,
        declared_by="usr_1",
        declared_on=date(2026, 6, 1),
    )


@pytest.mark.parametrize(
    ("level", "challenged"), [*zip(LEVELS, [False, False, True, True], strict=True)]
)
def test_a_level_far_above_what_is_seen_is_challenged(
    make: Any, level: RelationshipLevel, *, challenged: bool
) -> None:
    """One band of grace: people know more than mail does."""
    found = [one for one in gaps(make, said("jonas", level)) if one.contact_id == "jonas"]
    assert [one.kind for one in found] == [GapKind.CHALLENGE] * challenged


def test_a_strong_tie_that_nobody_described_is_suggested(make: Any) -> None:
    """And no more, once somebody has."""
    (found,) = gaps(make)
    assert (found.contact_id, found.kind) == ("malika", GapKind.SUGGEST)
    assert found.observed > Decimal(60)
    assert gaps(make, said("malika", RelationshipLevel.TRUSTED_ADVISOR)) == []


def test_nothing_is_challenged_on_missing_data(make: Any) -> None:
    """Nobody's mail is recorded and the last contact is old: silence means nothing."""
    facts = make.facts(
        contacts=[make.contact("jonas")],
        activities=[make.activity("2025-11-02", "jonas")],
        captured_user_ids=frozenset(),
        kept=KeptRecords.holding([said("jonas", RelationshipLevel.TRUSTED_ADVISOR)]),
    )
    read = read_situation(facts, as_of=make.as_of, now=make.now, settings=KamSettings())
    assert declared_gaps(read) == ()
