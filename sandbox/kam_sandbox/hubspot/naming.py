"""An object's name, however a request writes it: plural, singular or type id."""

from __future__ import annotations

from kam_sandbox.hubspot.catalogue import OBJECT_TYPE_IDS, OBJECTS, SINGULARS
from kam_sandbox.hubspot.errors import invalid

__all__ = ["object_name"]

_ALIASES = (
    {name: name for name in OBJECTS}
    | {singular: name for name, singular in SINGULARS.items()}
    | {type_id: name for name, type_id in OBJECT_TYPE_IDS.items()}
    | {"meeting": "meetings"}
)


def object_name(text: str) -> str:
    """Return the plural name of an object given as name, singular or type id.

    Raises:
        ApiError: 400, there is no such object.
    """
    name = _ALIASES.get(text.lower())
    if name is None:
        raise invalid(f"Unable to infer object type from: {text}")
    return name
