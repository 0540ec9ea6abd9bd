"""Where the configuration and a mapping both state a limit, the stricter one holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam_connector import bootstrap
from kam_connector.config import Config
from kam_connector.mapping import Mapping, parse_mapping

_MAPPING = """
format = 1
crm = "acme"
[account]
object = "account"
cursor = "modified"
[account.read]
name = "name"
[account.write]
object = "account"
match = "id"
guard = {{ max_records = {records}, max_ratio = {ratio}, max_clears = 3 }}
[account.write.fields]
kam_tier = "tier"
[task.write]
object = "task"
match = "kam_key"
max_open_per_owner = {tasks}
[task.write.fields]
kam_key = "key"
[task.read]
status = "status"
[budget]
calls_per_day = "{share}%"
reserve = "{reserve}%"
"""


def _mapping(**said: object) -> Mapping:
    stated = {"records": 500, "ratio": "0.20", "tasks": 5, "share": 20, "reserve": 25, **said}
    return parse_mapping(_MAPPING.format(**stated), name="acme.toml")


@pytest.mark.parametrize(("records", "most"), [(100, 100), (9000, 500)])
def test_the_smaller_number_of_records_holds(records: int, most: int) -> None:
    """A mapping's guard narrows the rails and never widens them."""
    assert bootstrap.rails_of(Config(), _mapping(records=records)).max_records == most


def test_the_smaller_share_and_the_clears_hold() -> None:
    """Shares and cleared values come from the stricter file."""
    rails = bootstrap.rails_of(Config(), _mapping(ratio=Decimal("0.05")))
    assert rails.max_share == pytest.approx(0.05)
    assert rails.max_clears == 3


@pytest.mark.parametrize(("tasks", "most"), [(2, 2), (40, 5)])
def test_a_mapping_may_ask_for_fewer_open_tasks(tasks: int, most: int) -> None:
    """The limit of open tasks per owner is the smaller of both."""
    settings = bootstrap._method(Config(), _mapping(tasks=tasks))
    assert settings.actions.max_open_per_owner == most
