"""What a file changes in the store: found out first, then done in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kam_connector.model.figures import OfferPosition
from kam_connector.model.kept import Kept
from kam_connector.model.kind import Kind
from kam_connector.ports import Store
from kam_connector.reports.intake.accounts import Accounts
from kam_connector.reports.intake.intake import Intake, Surroundings

__all__ = ["Compared", "compare_with_store", "read_surroundings", "store_figures"]

_SCOPE = ("kind", "source", "account_id", "year")
"""What rows of one file have in common with those they replace, where a record has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What of a file is new."""

    fresh: tuple[Kept, ...]
    """New and changed records."""
    gone: tuple[Kept, ...]
    """Stored ones that the file lacks; only where it replaces them."""
    counts: Mapping[str, int]
    """``new``, ``changed``, ``unchanged``, ``dropped``."""


def read_surroundings(
    store: Store, *, by: str, on: date, said: Mapping[str, str] | None = None
) -> Surroundings:
    """Return the accounts and people that a file may name.

    Args:
        store: Where they are.
        by: Who brings the file.
        on: Today.
        said: Text of the file to the account that a person said it is.
    """
    people: dict[str, str | None] = {}
    for row in store.mirror_rows(Kind.CONTACT):
        email = str(row.values.get("email") or "").strip().casefold()
        if email:  # an address of two people is nobody's
            people[email] = None if email in people else row.id
    return Surroundings(
        accounts=Accounts(store.accounts(), said),
        people={email: id_ for email, id_ in people.items() if id_},
        by=by,
        on=on,
    )


def compare_with_store(store: Store, found: Intake, *, replace: bool = False) -> Compared:
    """Return what of a file is not in the store yet.

    Args:
        store: Where it goes.
        found: The file, read.
        replace: Also drop what the same source brought earlier of the same accounts and the
            file lacks now. A file with refused rows drops nothing: those may be the same.
    """
    known: dict[str, Any] = {one.id: one for one in store.kept(found.kind.made)}
    records = [_with_author(one, known.get(one.id)) for one in found.records]
    fresh = [one for one in records if known.get(one.id) != one]
    gone = _gone(known.values(), records) if replace and not found.problems else []
    new = sum(one.id not in known for one in fresh)
    return Compared(
        fresh=tuple(fresh),
        gone=tuple(gone),
        counts={
            "new": new,
            "changed": len(fresh) - new,
            "unchanged": len(records) - len(fresh),
            "dropped": len(gone),
        },
    )


def store_figures(store: Store, compared: Compared, *, by: str, at: datetime) -> None:
    """Keep and drop in one transaction: all of a file or nothing of it."""
    with store.unit():
        store.keep(compared.fresh, by=by, at=at)
        store.drop(compared.gone, by=by, at=at)


def _with_author(record: Kept, known: Any) -> Kept:
    """Return a position with its first author where nothing else changed."""
    if not isinstance(record, OfferPosition) or not isinstance(known, OfferPosition):
        return record
    same = replace(record, written_by=known.written_by, written_on=known.written_on)
    return known if same == known else record


def _gone(known: Iterable[Any], records: Iterable[Any]) -> list[Any]:
    listed = list(records)
    kept = {one.id for one in listed}
    scopes = {_scope(one) for one in listed}
    return [one for one in known if one.id not in kept and _scope(one) in scopes]


def _scope(record: Any) -> tuple[object, ...]:
    names = [name for name in _SCOPE if not (name == "kind" and not hasattr(record, "score"))]
    return tuple(getattr(record, name, None) for name in names)
