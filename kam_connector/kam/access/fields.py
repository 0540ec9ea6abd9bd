"""From what each CRM lets a user read and edit, field by field, to what the product shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kam_connector.model.access import Right

__all__ = ["hidden_paths", "locked_paths"]


def hidden_paths(
    made_of: Mapping[str, Collection[str]], rights: Mapping[str, Right]
) -> frozenset[str]:
    """Return the paths made of a field that somebody may not read.

    Args:
        made_of: CRM fields by path.
        rights: What the CRM said; a field that is absent may not be read.
    """
    return frozenset(path for path, fields in made_of.items() if not set(fields) <= rights.keys())


def locked_paths(
    goes_into: Mapping[str, Collection[str]], rights: Mapping[str, Right]
) -> frozenset[str]:
    """Return the paths that go into a field which somebody may not edit.

    Args:
        goes_into: CRM fields that people edit as well, by path.
        rights: What the CRM said.
    """
    return frozenset(
        path
        for path, fields in goes_into.items()
        if any(rights.get(field) is not Right.EDIT for field in fields)
    )
