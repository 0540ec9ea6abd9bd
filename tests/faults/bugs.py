"""Bugs of the engine that the judge must catch, each with the shortest schedule that shows it.

Seams are in ``bug_seams.py``. A schedule is made by hand: the first night of a CRM of which
nothing is known is lived by the same requests every time, so that a strike falls where it must.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from tests.faults import bug_seams as seams
from tests.faults.schedule import Act, Night, Schedule, Strike

__all__ = ["BUGS", "Bug"]

_SALESFORCE, _HUBSPOT = "salesforce", "hubspot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """One mistake that the judge must notice."""

    name: str
    sentence: str
    seam: Callable[[], seams.Seam]
    broken: frozenset[str]
    """The guarantees that the judge should name: one of them at least."""
    schedules: tuple[Schedule, ...] = ()
    """Where it shows; none: two processes by hand (``overtaken.py``)."""
    world: Callable[[], seams.Seam] = nullcontext
    """What the schedules need besides, with the bug and without it."""


def _lived(crm: str, *nights: Night, fresh: bool = True, skew_minutes: int = 0) -> Schedule:
    return Schedule(seed=1, crm=crm, fresh=fresh, skew_minutes=skew_minutes, nights=nights)


def _first(**what: object) -> Night:
    return Night(act=Act.APPROVE, gap_minutes=130, **what)  # type: ignore[arg-type] # as Night says


def _night(act: Act = Act.RUN, **what: object) -> Night:
    return Night(act=act, gap_minutes=130, **what)  # type: ignore[arg-type] # as Night says


def _struck(at: int, what: str, pick: int = 0) -> tuple[Strike, ...]:
    return (Strike(at, what, pick),)


_MOVED = _lived(
    _SALESFORCE,
    _first(
        people=(
            Strike(26, "review_moved", 0),
            Strike(26, "ours_edited", 0),
            Strike(26, "link_typed", 0),
        )
    ),
)
"""A person writes after our pull, right before our look: a shared date, and fields of ours."""
_RACED = _lived(_SALESFORCE, _first(people=_struck(27, "review_moved")))
"""A person sets a shared date between our look and our write."""
_RACED_IN_HUBSPOT = _lived(_HUBSPOT, _first(people=_struck(31, "review_moved")))
_HALF_HEARD = _lived(
    _SALESFORCE,
    _first(faults=(*_struck(29, "row_refused"), *_struck(32, "commit_then_drop"))),
)
"""A contact is refused within its batch; the answer to the tasks that were made is lost."""
_AHEAD = _lived(
    _SALESFORCE,
    _night(people=_struck(16, "account_renamed")),
    fresh=False,
    skew_minutes=10,
)
"""Our clock is ahead, and an account is renamed after its page."""
_RENAMED = _struck(3, "account_renamed")

BUGS: tuple[Bug, ...] = (
    Bug(
        name="created anew",
        sentence="What we make is inserted, and not upserted by its key: an answer that is lost "
        "makes a second one.",
        seam=seams.created_anew,
        broken=frozenset({"G1"}),
        schedules=(_HALF_HEARD,),
    ),
    Bug(
        name="done before it is sent",
        sentence="A record is marked done as its request is about to leave: a death in between "
        "loses it.",
        seam=seams.done_before_sent,
        broken=frozenset({"G1", "G2"}),
        # as the request that makes the tasks leaves
        schedules=(_lived(_SALESFORCE, _first(dies_at=248)),),
    ),
    Bug(
        name="not conditional",
        sentence="Values are compared, and then written whatever stands there by now.",
        seam=seams.not_conditional,
        broken=frozenset({"G3"}),
        schedules=(_RACED,),
    ),
    Bug(
        name="not compared",
        sentence="What the preview showed is written, whatever people wrote since.",
        seam=seams.not_compared,
        broken=frozenset({"G3"}),
        schedules=(_MOVED,),
    ),
    Bug(
        name="not settled",
        sentence="A window reaches to the present: rows that show late are passed over.",
        seam=seams.not_settled,
        broken=frozenset({"G7"}),
        schedules=(
            _lived(
                _SALESFORCE,
                _night(people=_RENAMED, faults=_struck(5, "slowish"), standing=("late",)),
                fresh=False,
            ),
        ),
    ),
    Bug(
        name="cursor before its rows",
        sentence="The cursor is stored in a transaction before the rows: a death loses them.",
        seam=seams.cursor_first,
        broken=frozenset({"G7"}),
        schedules=(
            _lived(
                _SALESFORCE,
                _night(Act.LOOK, people=_RENAMED),
                _night(dies_at=34),  # as the rows of the accounts' page are stored
                fresh=False,
            ),
        ),
    ),
    Bug(
        name="our own clock",
        sentence="The next window begins by our clock: where it is ahead, changes are passed.",
        seam=seams.our_own_clock,
        broken=frozenset({"G7"}),
        schedules=(_AHEAD,),
    ),
    Bug(
        name="ties passed",
        sentence="A page asks for later timestamps than the last row's: the rest of a tie is lost.",
        seam=seams.ties_passed,
        broken=frozenset({"G7"}),
        schedules=(_lived(_SALESFORCE, _night(people=_struck(3, "all_touched", 5)), fresh=False),),
        world=seams.small_pages,
    ),
    Bug(
        name="partial success ignored",
        sentence="A record that was refused within a batch is taken for written.",
        seam=seams.partly_refused,
        broken=frozenset({"G2"}),
        schedules=(_HALF_HEARD,),
    ),
    Bug(
        name="nulls written through",
        sentence="What we do not know empties the CRM's field, whatever the mapping says.",
        seam=seams.nulls_through,
        broken=frozenset({"G6"}),
        schedules=(_MOVED,),
    ),
    Bug(
        name="deleted when absent",
        sentence="What a page does not show is taken for deleted.",
        seam=seams.gone_when_absent,
        broken=frozenset({"G7", "G17"}),
        schedules=(_AHEAD,),
    ),
    Bug(
        name="undone blindly",
        sentence="An undo puts back what a person has changed since.",
        seam=seams.undone_blindly,
        broken=frozenset({"G3"}),
        schedules=(
            _lived(
                _SALESFORCE,
                _night(people=_struck(14, "review_moved")),
                _night(Act.UNDO),
                fresh=False,
            ),
        ),
    ),
    Bug(
        name="undone without a word",
        sentence="An undo sends before it says so: who dies in between leaves values that no "
        "journal and no log knows of.",
        seam=seams.undone_without_a_word,
        broken=frozenset({"G9", "G33"}),
        # as the first batch is answered
        schedules=(_lived(_SALESFORCE, _first(), _night(act=Act.UNDO, dies_at=25)),),
    ),
    Bug(
        name="echo heeded",
        sentence="Our own values, read back, are reason enough to write them again, for ever.",
        seam=seams.echo_heeded,
        broken=frozenset({"G2", "G8", "G9"}),
        schedules=(_RACED,),
    ),
    Bug(
        name="not fenced",
        sentence="A process that slept through its lease goes on writing beside its successor.",
        seam=seams.not_fenced,
        broken=frozenset({"G11"}),
    ),
    Bug(
        name="a look enqueues",
        sentence="A dry run leaves an outbox, and the next run delivers it.",
        seam=seams.look_enqueued,
        broken=frozenset({"G21"}),
        schedules=(_lived(_SALESFORCE, _night(Act.LOOK)),),
    ),
    Bug(
        name="calls not counted",
        sentence="Nobody asks how many calls of the day are left, and all of them are used.",
        seam=seams.calls_not_counted,
        broken=frozenset({"G12"}),
        schedules=(_lived(_SALESFORCE, _night(standing=("burnt",)), fresh=False),),
    ),
    Bug(
        name="history not read",
        sentence="HubSpot knows no conditional write, and nobody looks at what lay beneath ours.",
        seam=seams.history_not_read,
        broken=frozenset({"G4"}),
        schedules=(_RACED_IN_HUBSPOT,),
    ),
    Bug(
        name="heirs forgotten",
        sentence="A merge between our look and our write carries it into another record, and no "
        "journal says so.",
        seam=seams.heirs_forgotten,
        broken=frozenset({"G9", "G33"}),
        schedules=(_lived(_HUBSPOT, _first(people=_struck(31, "accounts_merged"))),),
    ),
    Bug(
        name="a foreign field",
        sentence="A change takes along a field that the mapping does not name.",
        seam=seams.foreign_field,
        broken=frozenset({"G5"}),
        schedules=(_RACED,),
    ),
    Bug(
        name="a token in the log",
        sentence="Requests are logged with their headers, the token among them.",
        seam=seams.token_logged,
        broken=frozenset({"G25"}),
        schedules=(_RACED,),
    ),
    Bug(
        name="the preview's before-value",
        sentence="The journal keeps what the preview saw, and an undo would put that back.",
        seam=seams.before_of_the_preview,
        broken=frozenset({"G23"}),
        schedules=(_MOVED,),
    ),
)
