"""What may stand in the CRM: a model that knows only what people wrote and what we may write.

It is written down by hand from the small mapping (``tests.factories.mapping``) and from the
promises; it uses no code of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

__all__ = ["CLOSED", "Model", "Place", "Sent"]

Place: TypeAlias = tuple[str, str]
"""Object and ref of a record."""

_WRITTEN: Mapping[str, frozenset[str]] = {
    "account": frozenset(
        ("kam_tier", "kam_health", "kam_band", "kam_risk", "kam_next", "kam_open", "kam_as_of")
    )
    | {"next_review"},
    "contact": frozenset({"kam_band"}),
    "deal": frozenset({"kam_in_plan"}),
    "task": frozenset(("kam_key", "subject", "body", "due", "about", "owner", "status")),
}
"""All fields we may write, by object."""
_CLEARED = frozenset(
    {
        ("account", "kam_health"),
        ("account", "kam_risk"),
        ("account", "kam_next"),
        ("contact", "kam_band"),
    }
)
"""Those of them whose null policy is to clear."""
CLOSED = ("finished", "dropped")
"""A status with which a person ends a task: nobody opens it again for them."""


class Sent(NamedTuple):
    """One write of ours that reached the CRM."""

    object: str
    ref: str
    key: str | None
    values: Mapping[str, Any]
    created: bool
    undoing: bool


@dataclass(slots=True)
class _Date:
    """One account's review date, which both sides may move."""

    typed: bool = False
    """A person has written it in the CRM; until then nothing of theirs can be lost."""
    theirs: Any = None
    """What they wrote last."""
    may: set[Any] = field(default_factory=set)
    """What may stand there by now."""
    agreed: bool = False
    """Both sides are known to hold the same: who moves next moves alone."""
    known: bool = False
    """They once did."""
    decided: list[tuple[Any, Any]] = field(default_factory=list)
    """What a person decided: knowing this value of the CRM's, for that one."""


class Model:
    """Two sides' dates, people's tasks, and the bodies of all writes.

    Args:
        asks: The mapping lets a person decide (``manual``); else the newer value wins.
    """

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks
        self._dates: dict[str, _Date] = {}
        self._closed: dict[str, str] = {}
        self._made: set[str] = set()

    # -- what people do --------------------------------------------------------------------
    def person_dates(self, ref: str, was: Any, day: str | None) -> None:
        """A person writes an account's review date in the CRM: only that may stand there.

        What stood there already is no edit; nor is emptying what we never knew to be filled.
        """
        if day == was:
            return
        date = self._date(ref)
        date.typed, date.theirs, date.agreed = day is not None or date.known, day, False
        date.may = {day} | {taken for seen, taken in date.decided if seen == day}

    def colleague_dates(self, ref: str, day: str) -> None:
        """Somebody of ours moves it in the layer: later than people, or they had agreed."""
        date = self._date(ref)
        if date.agreed or not self._asks:
            date.may.add(day)
        date.agreed = False

    def decided(self, ref: str, seen: Any, taken: Any) -> None:
        """A person decides for a value, knowing the CRM's; another one is not given up."""
        date = self._date(ref)
        date.decided.append((seen, taken))
        if seen in date.may:
            date.may.add(taken)

    def person_closes(self, ref: str, status: str | None) -> None:
        """A person ends a task, or opens it again (None)."""
        self._closed.pop(ref, None)
        if status is not None:
            self._closed[ref] = status

    def gone(self, object_: str, ref: str) -> None:
        """A record is deleted or merged away: its values are nobody's."""
        if object_ == "account":
            self._dates.pop(ref, None)
        else:
            self._closed.pop(ref, None)

    def heir(self, old: str, new: str) -> None:
        """An account lives on under another ref; what the layer holds for it is open again."""
        if old in self._dates:
            self._dates[new] = self._dates.pop(old)
            self._dates[new].agreed = False

    # -- what both sides hold --------------------------------------------------------------
    def both_hold(self, ref: str, crm: Any, layer: Any) -> None:
        """Note after an act of ours whether both sides hold one date."""
        if crm == layer:
            date = self._date(ref)
            date.agreed = date.known = True

    def undone(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """An undo may move dates of ours, and put back only what stood there before."""
        for ref, now in after.items():
            date = self._date(ref)
            if now != before.get(ref):
                date.may |= set() if before.get(ref) == date.theirs else {now}
                date.agreed = True

    # -- the judge -------------------------------------------------------------------------
    def broken(
        self, sent: Iterable[Sent], dates: Mapping[str, Any], tasks: Mapping[str, Any]
    ) -> list[str]:
        """Return every promise that these writes and values break.

        Args:
            sent: What reached the CRM since the last look.
            dates: Every live account's review date by ref.
            tasks: Every live task's status by ref.
        """
        found = [what for one in sent for what in self._write(one)]
        for ref, now in dates.items():
            date = self._date(ref)
            if date.typed and now not in date.may:
                found.append(f"account {ref}: a person's {date.theirs} is now {now}")
        for ref, status in self._closed.items():
            if ref in tasks and tasks[ref] != status:
                found.append(f"task {ref}: a person's {status} is now {tasks[ref]}")
        return found

    def _write(self, one: Sent) -> Iterable[str]:
        may = _WRITTEN.get(one.object, frozenset())
        for name, value in one.values.items():
            if name not in may:
                yield f"{one.object}.{name} was written"
            elif value in (None, "") and (one.object, name) not in _CLEARED and not one.undoing:
                yield f"{one.object} {one.ref} {name} was emptied"
        if one.created and one.object != "task":
            yield f"{one.object} {one.ref} was made"
        if one.created:
            if not one.key or one.key in self._made:
                yield f"task {one.key} was made twice, or without its key"
            self._made.add(str(one.key))

    def _date(self, ref: str) -> _Date:
        return self._dates.setdefault(ref, _Date())
