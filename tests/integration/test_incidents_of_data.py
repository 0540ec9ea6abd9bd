"""What happened to others, and must not happen here: nulls, duplicates, loops, lost rows."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from kam_connector.errors import MappingError, RetryableError
from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.kind import Kind
from kam_connector.model.run import RunState
from kam_connector.testing.memory_records import MemoryFault
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import World, make_world, put_account

_ORPHANING = MAPPING_TEXT.replace(
    'kam_tier = "tier"',
    'kam_tier = "tier"\ncity = { from = "risk.top", null = "clear", conflict = "kam" }',
)
"""A mistaken rule: every account's city would be overwritten or emptied."""
_PLACEHOLDERS = {"unknown", "n/a", "na", "nan", "null", "none", "undefined", "inf"}


@pytest.mark.guarantee("G6", "G22")
def test_incident_i01_nulls_of_one_bad_mapping_are_held_before_the_first_write() -> None:
    """Every opportunity in production was orphaned overnight; found by the accountant.

    Source: capstorm.com/blog/how-i-almost-broke-prod.
    """
    world = make_world(accounts=30, mapping=_ORPHANING)
    for ref in world.crm.live("deal"):
        world.crm.edit("deal", ref, {"closed": True, "won": False})
    shown = world.preview()
    world.enable()
    assert shown.guards
    assert world.run().state is RunState.HELD
    assert {row["city"] for row in world.crm.live("account").values()} == {"Lyon"}
    assert world.writes() == 0


@pytest.mark.guarantee("G6")
def test_incident_i02_nulls_are_not_synced_by_default() -> None:
    """Segment, Azure Data Factory and SFDMU overwrote values with nulls by default.

    Source: segment-docs #7015; SFDMU #857; hubspot-api-nodejs #324.
    """
    world = make_world(accounts=1)
    world.first_night()
    before = dict(world.crm.values("account", "a0"))
    world.crm.edit("account", "a0", {"grade": None})
    for _night in range(2):
        world.advance(timedelta(days=1))
        world.run()
    after = world.crm.values("account", "a0")
    kept = ("kam_tier", "kam_health", "next_review", "city", "domain", "name")
    assert {name: after[name] for name in kept if before[name] is not None} == {
        name: before[name] for name in kept if before[name] is not None
    }


def _texts(world: World) -> set[str]:
    values = [value for one in world.crm.writes for value in one.change.values.values()]
    return {value.casefold().strip() for value in values if isinstance(value, str)}


@pytest.mark.guarantee("G6")
def test_incident_i03_no_placeholder_is_ever_written() -> None:
    """Mautic wrote "Unknown" over real company names. Source: mautic #3925."""
    world = make_world(accounts=3)
    world.crm.edit("contact", "a0-x", {"title": None, "email": None, "name": None})
    world.crm.edit("account", "a1", {"city": "", "domain": None})
    world.first_night()
    assert _texts(world)
    assert _texts(world) & (_PLACEHOLDERS | {""}) == set()


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize(
    ("crm", "owner"), [("salesforce", "OwnerId"), ("hubspot", "hubspot_owner_id")]
)
def test_incident_i04_an_account_s_owner_cannot_be_written(
    crm: str, owner: str, tmp_path: Path
) -> None:
    """Zapier to Mautic emptied the contact's owner. Source: mautic-zapier #25."""
    head, file = "[account.write.fields]\n", tmp_path / "m.toml"
    rule = f'{head}{owner} = {{ from = "tier", conflict = "kam" }}\n'
    file.write_text(shipped_mapping_path(crm).read_text("utf-8").replace(head, rule), "utf-8")
    with pytest.raises(MappingError, match=f"{owner} is protected and never written"):
        load_mapping(file, crm=crm)


@pytest.mark.guarantee("G6", "G16")
@pytest.mark.parametrize("amount", ["NaN", "inf", "-Infinity", ""])
def test_incident_i05_a_number_that_is_none_becomes_neither_zero_nor_nan(amount: str) -> None:
    """NaN was written as such, and '' became 0. Source: simple-salesforce #309."""
    world = make_world(accounts=1)
    world.crm.edit("deal", "d-a0", {"amount": amount})
    world.first_night()
    (deal,) = world.store.mirror_rows(Kind.OPPORTUNITY)
    assert deal.values.get("amount") is None
    assert _texts(world) & _PLACEHOLDERS == set()


@pytest.mark.guarantee("G1")
@pytest.mark.parametrize("fault", [MemoryFault.DROP_ACK, MemoryFault.DUPLICATE, MemoryFault.HALF])
def test_incident_i06_a_commit_that_was_not_reported_makes_no_duplicate(fault: MemoryFault) -> None:
    """Notes were duplicated "over and over"; the answer was lost, not the write.

    Source: ringcentral/hubspot-embeddable #175; Heroku Connect, write errors.
    """
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.crm.fail_next(fault, times=3)
    with suppress(RetryableError):
        world.approve(shown)
    for _night in range(4):
        world.advance(timedelta(hours=2))
        with suppress(RetryableError):
            world.run()
    keys = [row["kam_key"] for row in world.tasks().values()]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.guarantee("G7", "G9", "INV1")
def test_incident_i07_a_block_of_one_timestamp_comes_to_an_end_and_echoes_nothing() -> None:
    """An endless loop when more rows than a page share a timestamp; and syncs that never rest.

    Source: airbyte #43317, #14988; object-sync-for-salesforce #445.
    """
    world = make_world(accounts=2)
    world.first_night()
    at = world.crm.now
    for number in range(400):
        put_account(world.crm, f"b{number}", at=at, grade="2")
    world.advance()
    world.run()
    assert sum(1 for _ in world.store.mirror_rows(Kind.ACCOUNT)) == 402
    world.advance()
    world.run()
    before = world.writes()
    world.advance()
    world.run()
    assert world.writes() == before


@pytest.mark.guarantee("G7", "INV1")
def test_incident_i08_rows_that_become_visible_late_are_not_skipped() -> None:
    """Rows visible five minutes late were lost for good. Source: airbyte #27146, #69203."""
    world = make_world(accounts=1)
    world.preview()
    world.advance()
    shows = world.crm.now + timedelta(seconds=290)
    world.crm.edit("account", "a0", {"city": "Nantes"}, visible_at=shows)
    world.advance(timedelta(seconds=60))
    world.preview()
    world.advance(timedelta(minutes=10))
    world.preview()
    (account,) = world.store.mirror_rows(Kind.ACCOUNT)
    assert account.values["city"] == "Nantes"


@pytest.mark.guarantee("G12", "INV9")
def test_incident_i09_the_day_s_quota_is_never_used_up() -> None:
    """A connector "uses as much rate limit as it can every day". Source: airbyte #8690, #9499."""
    world = make_world(accounts=3, calls_share=0.2, calls_reserve=0.25)
    world.crm.allowed = 40
    world.preview()
    assert world.last_state() is RunState.DEFERRED
    assert world.crm.calls <= 8


@pytest.mark.guarantee("G22")
def test_incident_i10_a_first_sync_writes_nothing_before_somebody_looked() -> None:
    """280,000 records on a Friday afternoon with the default mapping; 60,000 duplicates.

    Source: crmcurator.com, hubspot-data-sync-patterns.
    """
    world = make_world(accounts=60)
    world.preview()
    world.enable()
    report = world.run()
    assert report.state is RunState.HELD
    assert report.preview_id is not None
    assert world.writes() == 0


@pytest.mark.guarantee("G18", "INV1")
def test_incident_i11_a_record_deleted_without_a_word_leaves_the_copy_too() -> None:
    """Hard deletes never reached the copy. Source: airbyte #44845, #34082; tap-hubspot #64."""
    world = make_world(accounts=3, settings=KamSettings())
    world.preview()
    world.advance(timedelta(days=7))
    world.crm.vanish("account", "a1")
    world.preview()
    world.advance(timedelta(hours=1))
    world.preview()
    assert {row.refs[0][1] for row in world.store.mirror_rows(Kind.ACCOUNT) if not row.deleted} == {
        "a0",
        "a2",
    }
