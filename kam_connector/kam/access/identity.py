"""Which of our users somebody is, by what identifies: never by a name on display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam_connector.model.account import User
from kam_connector.model.kind import Row
from kam_connector.model.staging import MirrorRow

__all__ = ["Matched", "match_person"]

_KEYS = ("federation_id", "username", "email")
"""In the order in which owners are matched."""
_SANDBOX = ".invalid"
"""What a copy of an org may append to addresses; nobody's address ends so (RFC 2606)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Who somebody is, or why nobody."""

    user: User | None = None
    refusal: str = ""
    """Why nobody was taken; empty: nobody fits."""


def match_person(person: str, users: Sequence[User], rows: Sequence[MirrorRow]) -> Matched:
    """Return the one active user that *person* identifies.

    The first key that fits anybody decides: federation id, then user name, then e-mail, then
    our own id. If it fits several, nobody is meant; an inactive user is refused.

    Args:
        person: As the service, the environment or the computer named them.
        users: Our people.
        rows: The same, with what they sign in with.
    """
    wanted = person.strip().casefold()
    by_id = {one.id: one for one in users}
    for key in _KEYS:
        fits = {row.id for row in rows if wanted and wanted in _values(row.values, key)}
        if fits:
            return _one([by_id[id_] for id_ in sorted(fits) if id_ in by_id], person, key)
    found = by_id.get(person)
    return _one([found], person, "id") if found else Matched()


def _values(values: Row, key: str) -> set[str]:
    """Return what a user may be called by, folded; with and without a sandbox's ending."""
    text = values.get(key)
    if not isinstance(text, str) or not text.strip():
        return set()
    folded = text.strip().casefold()
    return {folded, folded.removesuffix(_SANDBOX)}


def _one(fits: Sequence[User], person: str, key: str) -> Matched:
    if len(fits) != 1:
        return Matched(refusal=f'"{person}" is the {key.replace("_", " ")} of several users')
    if not fits[0].active:
        return Matched(refusal=f'the user "{person}" is not active in the CRM')
    return Matched(user=fits[0])
