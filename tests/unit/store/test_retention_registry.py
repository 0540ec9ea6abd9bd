"""Every table has a class and an age, a new one too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kam_connector.config.sections import Retention
from kam_connector.model.retention import RetentionClass, RetentionDays
from kam_connector.store.retention import RULES, too_old
from kam_connector.store.tables import METADATA, table

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


@pytest.mark.guarantee("G34")
def test_no_table_is_without_a_class() -> None:
    """What is kept without a reason is kept for ever."""
    missing = sorted(set(METADATA.tables) - set(RULES))
    assert missing == [], (
        f"{', '.join(missing)}: add a line to RULES in kam_connector/store/retention.py: its "
        "class, the column that says how old a row is, what must stay; then docs/generate.py."
    )
    assert sorted(set(RULES) - set(METADATA.tables)) == []


@pytest.mark.guarantee("G34")
@pytest.mark.parametrize("name", sorted(RULES))
def test_each_table_ages_by_a_column_of_its_own_or_goes_with_another(name: str) -> None:
    """Or it is the installation's state, of which there is one row a thing."""
    rule = RULES[name]
    ages = rule.aged_by is not None or rule.also is not None
    assert ages or rule.note or rule.kept is RetentionClass.STATE
    assert rule.aged_by is None or rule.aged_by in table(name).c
    assert (too_old(name, "2026-01-01") is not None) is ages


@pytest.mark.parametrize("kept", [one for one in RetentionClass if one is not RetentionClass.STATE])
def test_each_class_has_an_age(kept: RetentionClass) -> None:
    """In days before now."""
    cutoff = RetentionDays().cutoff(kept, NOW)
    assert cutoff is not None
    assert timedelta(days=1) <= NOW - cutoff <= timedelta(days=1825)


def test_the_defaults_of_the_file_are_those_of_the_rules() -> None:
    """Two places, one number each."""
    assert Retention().days() == RetentionDays()
