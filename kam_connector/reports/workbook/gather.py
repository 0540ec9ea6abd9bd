"""Reads from the store what a workbook of one account, or of the programme, holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from kam_connector.language import Voice, phrase
from kam_connector.model.facts import AccountFacts
from kam_connector.model.kept import KeptRecords
from kam_connector.model.plan import Action, Objective
from kam_connector.model.plan_content import PlanSection, SectionKind
from kam_connector.ports import Store
from kam_connector.reports.workbook.book import (
    ONLY_TAKEN,
    PLAN_TYPES,
    PROGRAMME_TYPES,
    Book,
    Sheet,
    shown_columns,
)
from kam_connector.reports.workbook.column import columns_of
from kam_connector.reports.workbook.directory import Directory
from kam_connector.reports.workbook.plan_tables import plan_tables

__all__ = ["SectionFacts", "plan_book", "programme_book", "records_now"]

SectionFacts = Mapping[SectionKind, str]
"""What the CRM says in each section, as one text."""


def plan_book(
    store: Store,
    facts: AccountFacts,
    *,
    as_of: date,
    say: Voice,
    origin: str,
    sections: SectionFacts | None = None,
) -> Book:
    """Return the workbook of one account's plan.

    Args:
        store: Where scores, ties and signals are.
        facts: The account.
        as_of: The day it is written.
        say: The language of everything in it.
        origin: Of which installation it is.
        sections: What the CRM says in each section of the plan.
    """
    account = facts.account
    directory = _people(store, facts)
    now = records_now(store, account.id)
    sheets = [
        _sheet(made, _with_blank_sections(made, now[made], account.id), sections or {})
        for made in PLAN_TYPES
    ]
    return Book(
        account_id=account.id,
        account=account.name,
        origin=origin,
        as_of=as_of,
        say=say,
        directory=_with_things(directory, now),
        sheets=tuple(sheets),
        tables=plan_tables(store, facts, as_of=as_of, say=say),
    )


def programme_book(store: Store, *, as_of: date, say: Voice, origin: str) -> Book:
    """Return the workbook of the programme: what holds for every account."""
    now = records_now(store, None)
    names = now[PROGRAMME_TYPES[0]]
    return Book(
        account_id=None,
        account=names[0].name if names else say("Key account programme"),
        origin=origin,
        as_of=as_of,
        say=say,
        directory=_with_things(_people(store, None), now),
        sheets=tuple(_sheet(made, now[made], {}) for made in PROGRAMME_TYPES),
    )


def records_now(store: Store, account_id: str | None) -> dict[type[Any], tuple[Any, ...]]:
    """Return the records that a workbook holds, by type, as they are in the store now."""
    if account_id is None:
        return {
            made: tuple(one for one in store.kept(made) if getattr(one, "account_id", None) is None)
            for made in PROGRAMME_TYPES
        }
    kept = store.kept_records(account_id)
    own: dict[type[Any], Callable[[], Iterable[Any]]] = {
        Objective: lambda: sorted(
            store.objectives(account_id=account_id), key=lambda one: (one.due, one.id)
        ),
        Action: lambda: sorted(
            (one for one in store.actions() if one.account_id == account_id),
            key=lambda one: (one.due, one.id),
        ),
    }
    return {
        made: tuple(own[made]() if made in own else _own(kept, made, account_id))
        for made in PLAN_TYPES
    }


def _own(kept: KeptRecords, made: type[Any], account_id: str) -> Iterable[Any]:
    if made in ONLY_TAKEN:
        return ()
    return (one for one in kept.of(made) if one.account_id == account_id)


def _with_blank_sections(
    made: type[Any], records: Sequence[Any], account_id: str
) -> tuple[Any, ...]:
    """Add an empty row for each section nobody has written in, in the order they are read."""
    if made is not PlanSection:
        return tuple(records)
    written = {one.kind for one in records}
    empty = [
        PlanSection(id="", account_id=account_id, kind=kind, body="", written_by="",
                    written_on=date.min)
        for kind in SectionKind
        if kind not in written
    ]  # fmt: skip
    order = list(SectionKind)
    return tuple(sorted([*records, *empty], key=lambda one: order.index(one.kind)))


def _sheet(made: type[Any], records: Sequence[Any], sections: SectionFacts) -> Sheet:
    beside = None
    if made is PlanSection:
        beside = (phrase("What the CRM says"), tuple(sections.get(one.kind) for one in records))
    return Sheet(made=made, records=tuple(records), columns=shown_columns(made), beside=beside)


def _people(store: Store, facts: AccountFacts | None) -> Directory:
    directory = Directory()
    directory.add("user", ((one.id, one.name, one.email or "") for one in store.users()))
    accounts = store.accounts()
    directory.add("account", ((one.id, one.name, one.city or "") for one in accounts))
    if facts is not None:
        people = facts.contacts
        directory.add("contact", ((p.id, p.name, p.title or p.email or "") for p in people))
        directory.add("opportunity", ((one.id, one.name, "") for one in facts.opportunities))
    return directory


_THINGS = {
    "objective": ("title", "due"),
    "initiative": ("title", "due"),
    "criterion": ("name", "axis"),
    "handover": ("kind", "opened_on"),
}
"""What names a record that others name, and what tells two of one name apart."""


def _with_things(directory: Directory, now: Mapping[type[Any], Sequence[Any]]) -> Directory:
    for made, records in now.items():
        for space in (one.points_at for one in columns_of(made)):
            directory.labels.setdefault(space or "", {})
        space = made.__name__.lower()
        if space in _THINGS:
            name, apart = _THINGS[space]
            directory.add(
                space,
                ((one.id, str(getattr(one, name)), str(getattr(one, apart))) for one in records),
            )
    return directory
