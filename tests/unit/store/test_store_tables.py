"""The schema follows the model, and nothing that points at a record is forgotten."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Boolean

from kam_connector.model.kind import Kind
from kam_connector.model.paths import READ_PATHS, PathType
from kam_connector.store.codes import CODES
from kam_connector.store.faults import _POSTGRES, _SQLITE
from kam_connector.store.mirror import MIRRORED, columns_of
from kam_connector.store.repoint import REFERENCES
from kam_connector.store.tables import METADATA, table

PATHS = [(kind, path, spec.type) for kind in MIRRORED for path, spec in READ_PATHS[kind].items()]
NOT_OURS_TO_MOVE = {
    "approval.preview_id",
    "audit_entry.run_id",
    "user.federation_id",
    "run.preview_id",
    "score.run_id",
    "action.initiative_id",
    "action.playbook_run_id",
    "handover_step.handover_id",
    "kept_change.account_id",
    "kept_change.record_id",
    "selection_score.criterion_id",
}
"""Columns that end in _id without being a KAM record's id."""
WAY_OUT = (
    "preview", "outbox", "journal", "agreed", "identity_link", "conflict", "audit_subject",
)  # fmt: skip
"""Tables that name the kind beside the id, or hold what was said at the time."""


@pytest.mark.parametrize(("kind", "path", "type_"), PATHS)
def test_every_read_path_has_its_columns(kind: Kind, path: str, type_: PathType) -> None:
    """A path that a mapping may assign has a typed column, blank by default."""
    columns = [table(kind.value).c[name] for name in columns_of(path, type_)]
    truth = type_ is PathType.BOOLEAN
    assert [isinstance(column.type, Boolean) for column in columns] == [truth] * len(columns)
    assert all(column.nullable for column in columns)


@pytest.mark.parametrize("kind", MIRRORED)
def test_no_mirror_column_is_without_a_path(kind: Kind) -> None:
    """A path taken out of the model leaves no dead column."""
    own = {"id", "home_connection", "refs", "deleted_at", "extra"}
    mapped = {
        name for path, spec in READ_PATHS[kind].items() for name in columns_of(path, spec.type)
    }
    assert {column.name for column in table(kind.value).c} == own | mapped


def test_every_reference_is_moved_when_records_become_one() -> None:
    """A new ``..._id`` column must be named in REFERENCES, or said not to be one."""
    pointing = {
        f"{owner.name}.{column.name}"
        for owner in METADATA.tables.values()
        if owner.name not in WAY_OUT
        for column in owner.c
        if column.name.endswith("_id")
    }
    moved = {name for names in REFERENCES.values() for name in names} | {"position.contact_id"}
    assert pointing - moved == NOT_OURS_TO_MOVE


def test_every_kind_says_what_points_at_it() -> None:
    """REFERENCES covers all kinds, and only columns that exist."""
    named = [name.split(".") for names in REFERENCES.values() for name in names]
    assert set(REFERENCES) == set(Kind)
    assert all(column in table(owner).c for owner, column in named)


def test_every_code_raised_is_explained() -> None:
    """In one sentence each."""
    raised = {*_SQLITE.values(), *(code for _, code in _POSTGRES)}
    assert raised <= set(CODES)
    assert all(re.fullmatch(r"KAM-6\d{3}", code) for code in CODES)
    assert all(text.endswith(".") and "\n" not in text for text in CODES.values())
