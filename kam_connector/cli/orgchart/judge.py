"""kam orgchart set: what a person of ours says of somebody: profile, axes, manager, ties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_one
from kam_connector.cli.orgchart.reading import ChartRead, read_chart
from kam_connector.cli.reading import author
from kam_connector.errors import UsageError
from kam_connector.kam.judgements import judgements_on
from kam_connector.model.account_team import RelationshipLevel
from kam_connector.model.contact import Profile
from kam_connector.model.judgement import Evidence
from kam_connector.model.kept import Kept, kept_id
from kam_connector.model.kept_keys import id_of_new
from kam_connector.model.stakeholder import EdgeKind, PeopleEdge, Stakeholder, Support

__all__ = ["judgement", "set_"]

_HOLDS_DAYS = 365
"""A judgement without an end holds a year. Our choice: until the next plan asks again."""
_NOBODY = "none"
_AXES = ("profile", "influence", "support", "engagement", "desired", "needs")


@command(
    "set",
    click.argument("account"),
    click.argument("person"),
    click.option("--manager", help="Whom they report to; none: as the CRM says."),
    click.option("--profile", type=click.Choice([one.value for one in Profile])),
    click.option("--influence", type=click.IntRange(1, 5), help="1 (little) to 5."),
    click.option("--support", type=click.Choice([one.value for one in Support])),
    click.option("--engagement", type=click.IntRange(1, 5), help="1 (little) to 5."),
    click.option("--desired", type=click.Choice([one.value for one in RelationshipLevel]),
                 help="What we want to be to them."),
    click.option("--needs", help="What they need from us, in your words."),
    click.option("--tie", "ties", nargs=2, multiple=True, metavar="KIND PERSON",
                 help="dotted_line, influences, trusts, conflicts, mentors or alumni, and whom."),
    click.option("--evidence", type=click.Choice([one.value for one in Evidence]),
                 default=Evidence.ASSUMED.value, show_default=True),
    click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="Last day; else a year."),
    click.option("--by", help="Who says so; else who is signed in to this computer."),
    help="Say what you know of somebody: profile, influence, support, engagement, manager, ties.",
)  # fmt: skip
def set_(session: Session, *, account: str, person: str, evidence: str, **said: Any) -> Result:
    """Keep a judgement, a line or a tie, with author, day, evidence and end."""
    read = read_chart(session, account)
    store, now = session.app.store, session.app.clock.now()
    people = {one.id: one.name for one in read.facts.contacts}
    contact_id = find_one("person", person, people)
    by = author(store, said["by"])
    frame = {
        "asserted_by": by,
        "asserted_on": now.date(),
        "evidence": Evidence(evidence),
        "expires_on": _end(said["expires"], now.date()),
    }
    kept: list[Kept] = []
    axes = {axis: said[axis] for axis in _AXES if said[axis] is not None}
    if axes:
        kept.append(judgement(read, contact_id, axes, frame))
    kept += [_tie(read, contact_id, kind, find_one("person", other, people), frame)
             for kind, other in said["ties"]]  # fmt: skip
    if said["manager"]:
        kept += _line(read, contact_id, said["manager"], frame)
    elif not kept:
        hint = "Add --profile, --influence, --support, --engagement, --manager or --tie."
        raise UsageError("Nothing was said of them.", code="KAM-7001", hint=hint)
    changed = store.keep(kept, by=by, at=now)
    who = next((one.name for one in store.users() if one.id == by), by)
    lines = [f"{people[contact_id]}: {changed} kept, until {frame['expires_on']}, said by {who}."]
    return Result(data={"kept": kept, "changed": changed}, lines=lines)


def _line(
    read: ChartRead, contact_id: str, named: str, frame: Mapping[str, Any]
) -> list[PeopleEdge]:
    """Return the new line, and those it follows, ended; ``none`` leaves the CRM's manager."""
    if named == _NOBODY:
        return _ended(read, contact_id, None)
    manager = find_one("person", named, {one.id: one.name for one in read.facts.contacts})
    new = _tie(read, contact_id, EdgeKind.REPORTS_TO.value, manager, frame)
    return [*_ended(read, contact_id, manager), new]


def judgement(
    read: ChartRead, contact_id: str, axes: Mapping[str, Any], frame: Mapping[str, Any]
) -> Stakeholder:
    """Return what is now said of somebody: what held before, with these *axes* changed."""
    before = judgements_on(read.facts.kept.of(Stakeholder), read.as_of).get(contact_id)
    account_id = read.account.id
    new = Stakeholder(
        id=kept_id(Stakeholder, account_id, contact_id, *map(str, list(frame.values())[:2])),
        account_id=account_id,
        contact_id=contact_id,
        **frame,
    )
    types = {"profile": Profile, "support": Support, "desired": RelationshipLevel}
    typed = {axis: types[axis](word) if axis in types else word for axis, word in axes.items()}
    held = {} if before is None else {axis: getattr(before, axis) for axis in _CARRIED}
    return replace(new, **(held | typed))


_CARRIED = (*_AXES, "access", "decides_by")
"""What a new judgement takes over from the one in force where it says nothing."""


def _end(expires: datetime | None, today: date) -> date:
    last = expires.date() if expires else today + timedelta(days=_HOLDS_DAYS)
    if last < today:
        raise UsageError(f"--expires {last} is past.", code="KAM-7001", hint="Give a later day.")
    return last


def _tie(
    read: ChartRead, contact_id: str, kind: str, other_id: str, frame: Mapping[str, Any]
) -> PeopleEdge:
    kinds = [one.value for one in EdgeKind]
    if kind not in kinds:
        hint = f"One of {', '.join(kinds)}."
        raise UsageError(f'"{kind}" is no kind of tie.', code="KAM-7001", hint=hint)
    if other_id == contact_id:
        raise UsageError("Nobody is tied to themselves.", code="KAM-7001")
    said = {
        "account_id": read.account.id,
        "from_contact_id": contact_id,
        "to_contact_id": other_id,
        "kind": EdgeKind(kind),
        **frame,
    }
    return PeopleEdge(id=id_of_new(PeopleEdge, said), **said)


def _ended(read: ChartRead, contact_id: str, manager: str | None) -> list[PeopleEdge]:
    """Return the lines told before to another manager, ended yesterday: the past keeps them."""
    yesterday = read.as_of - timedelta(days=1)
    return [
        replace(edge, to_on=yesterday)
        for edge in read.facts.kept.of(PeopleEdge)
        if edge.kind is EdgeKind.REPORTS_TO
        and edge.from_contact_id == contact_id
        and edge.to_contact_id != manager
        and (edge.to_on is None or edge.to_on > yesterday)
    ]
