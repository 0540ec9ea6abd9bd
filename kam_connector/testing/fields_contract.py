"""What every adapter must keep when it creates our fields: a part of ``CrmContract``."""

# ruff: noqa: S101  a suite of tests asserts

from __future__ import annotations

from dataclasses import replace

from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.provision import FieldSpec, FieldState
from kam_connector.model.schema import FieldType
from kam_connector.testing.crm_world import CrmWorld

__all__ = ["NEW_FIELDS", "FieldsContract"]

NEW_FIELDS = tuple(
    FieldSpec(
        kind=Kind.ACCOUNT,
        name=f"KAM_Contract_{word}",
        path="summary.text",
        type=type_,
        label=f"KAM Contract {word}",
        description="Made by the contract's tests.",
        help="Made by the contract's tests.",
        length=80 if type_ is FieldType.TEXT else None,
        digits=3 if type_ is FieldType.INTEGER else None,
    )
    for word, type_ in (
        ("Note", FieldType.TEXT),
        ("Count", FieldType.INTEGER),
        ("Day", FieldType.DATE),
        ("Flag", FieldType.BOOLEAN),
    )
)
"""Fields that no CRM has before its contract is tested."""


class FieldsContract:
    """Dry run, creation, a second time, and a field that is not ours."""

    def test_dry_run_names_what_is_missing_and_creates_nothing(self, world: CrmWorld) -> None:
        """Asking what would be created changes nothing, however often it is asked."""
        before = set(world.crm.describe(world.accounts.object).fields)
        first = world.crm.provision(NEW_FIELDS, dry_run=True)
        second = world.crm.provision(NEW_FIELDS, dry_run=True)
        assert [one.state for one in first.outcomes] == [FieldState.CREATED] * len(NEW_FIELDS)
        assert first == second
        assert set(world.crm.describe(world.accounts.object).fields) == before

    def test_created_fields_may_be_written_at_once(self, world: CrmWorld) -> None:
        """What was created is described, of the type asked for, and our user may write it."""
        before = set(world.crm.describe(world.accounts.object).fields)
        report = world.crm.provision(NEW_FIELDS, dry_run=False)
        fields = world.crm.describe(world.accounts.object).fields
        made = [fields[name] for name in fields if name not in before]
        assert [one.state for one in report.outcomes] == [FieldState.CREATED] * len(NEW_FIELDS)
        assert sorted(one.label for one in made) == sorted(one.label for one in NEW_FIELDS)
        assert all(one.readable and one.updateable for one in made)
        note = next(one.name for one in made if one.type is FieldType.TEXT)
        assert [r.state for r in world.crm.push([_note(world, note)])] == [PushState.DONE]

    def test_second_provision_finds_everything_there(self, world: CrmWorld) -> None:
        """Idempotent: nothing is created twice."""
        world.crm.provision(NEW_FIELDS, dry_run=False)
        again = world.crm.provision(NEW_FIELDS, dry_run=False)
        assert [one.state for one in again.outcomes] == [FieldState.EXISTING] * len(NEW_FIELDS)

    def test_field_of_another_type_is_named_and_left_alone(self, world: CrmWorld) -> None:
        """Additive: an existing field stays as it is, and the report says what to do."""
        world.crm.provision(NEW_FIELDS, dry_run=False)
        before = world.crm.describe(world.accounts.object)
        other = replace(NEW_FIELDS[0], type=FieldType.DATE, length=None)
        report = world.crm.provision([other], dry_run=False)
        assert [(one.state, one.code) for one in report.outcomes] == [
            (FieldState.DIFFERENT, "KAM-3240")
        ]
        assert "text" in report.outcomes[0].message
        assert report.outcomes[0].fix
        assert world.crm.describe(world.accounts.object) == before


def _note(world: CrmWorld, field: str) -> Change:
    return Change(
        id="note",
        kind=Kind.ACCOUNT,
        object=world.accounts.object,
        ref=world.refs[0],
        values={field: "noted"},
    )
