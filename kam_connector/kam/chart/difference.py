"""What changed between two charts of an account: the picture behind a reorganisation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kam_connector.kam.chart.seats import Chart
from kam_connector.language import Voice, phrase

__all__ = ["ChartChange", "ChartMove", "change_words", "chart_changes"]


class ChartMove(StrEnum):
    """What happened to somebody between two days."""

    LEFT = "left"
    JOINED = "joined"
    NEW_MANAGER = "new_manager"
    NEW_TITLE = "new_title"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartChange:
    """One change; who joined under another title and manager has joined, no more."""

    contact_id: str
    name: str
    move: ChartMove
    before: str | None = None
    """Title or manager's name before."""
    after: str | None = None


_WORDS = {
    ChartMove.LEFT: phrase("{person} is no longer here (was {before})"),
    ChartMove.JOINED: phrase("{person} is new here ({after})"),
    ChartMove.NEW_MANAGER: phrase("{person} reports to {after}, before to {before}"),
    ChartMove.NEW_TITLE: phrase("{person} is now {after}, before {before}"),
}


def chart_changes(before: Chart, after: Chart) -> tuple[ChartChange, ...]:
    """Return what changed from one chart to a later one, leavers first, then by name.

    Empty exactly when the same people hold the same titles under the same managers.
    """
    old = {one: seat for one, seat in before.by_id.items() if not seat.vacant}
    new = {one: seat for one, seat in after.by_id.items() if not seat.vacant}
    found = [
        ChartChange(
            contact_id=one,
            name=seat.contact.name,
            move=ChartMove.LEFT,
            before=seat.contact.title,
        )
        for one, seat in old.items()
        if one not in new
    ]
    for one, seat in new.items():
        then = old.get(one)
        name, title = seat.contact.name, seat.contact.title
        if then is None:
            joined = ChartChange(contact_id=one, name=name, move=ChartMove.JOINED, after=title)
            found.append(joined)
            continue
        if then.parent_id != seat.parent_id:
            found.append(
                ChartChange(
                    contact_id=one,
                    name=name,
                    move=ChartMove.NEW_MANAGER,
                    before=before.names.get(then.parent_id or ""),
                    after=after.names.get(seat.parent_id or ""),
                )
            )
        if then.contact.title != title:
            found.append(
                ChartChange(
                    contact_id=one,
                    name=name,
                    move=ChartMove.NEW_TITLE,
                    before=then.contact.title,
                    after=title,
                )
            )
    order = list(ChartMove)
    return tuple(sorted(found, key=lambda one: (order.index(one.move), one.name, one.contact_id)))


def change_words(change: ChartChange, say: Voice) -> str:
    """Return a change as a sentence."""
    words = _WORDS[change.move]
    return say(words, person=change.name, before=change.before, after=change.after)
