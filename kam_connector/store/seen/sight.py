"""What one person sees of one store while doing one thing: accounts, records, words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from kam_connector.errors import AccessDenied, UsageError
from kam_connector.kam.access import is_derived, made_of, masked_figure, masked_score
from kam_connector.model.access import Capability, Reach, Right, Viewer
from kam_connector.model.account import Account
from kam_connector.model.figures import KpiValue
from kam_connector.model.kind import Kind
from kam_connector.model.plan import Action, Objective
from kam_connector.model.plan_content import PlanVersion
from kam_connector.model.programme import Competency, ProgrammeCost
from kam_connector.model.score import Score
from kam_connector.model.signal import Signal
from kam_connector.ports import Store
from kam_connector.store.seen.fields import blotted
from kam_connector.store.seen.words import Names

__all__ = ["DERIVED", "Sight"]

T = TypeVar("T")
DERIVED: tuple[type, ...] = (KpiValue, PlanVersion, Score, Signal)
"""Made of an account's whole tree, or of several accounts, as are actions and objectives that
no person made."""
_KINDS = (("contact", Kind.CONTACT), ("opportunity", Kind.OPPORTUNITY))


class Sight:
    """Who looks, and what is there for them.

    Args:
        store: All there is.
        viewer: Who looks.
        doing: What for.
        reach: How far their roles go in it.
    """

    def __init__(self, store: Store, viewer: Viewer, doing: Capability, reach: Reach) -> None:
        self.store = store
        self.viewer = viewer
        self.doing = doing
        self.everything = reach is not Reach.SEEN
        self.hidden = viewer.hidden
        """Values that they may not see, by path."""
        self._homes: dict[Kind, dict[str, str | None]] = {kind: {} for _, kind in _KINDS}

    def sees(self, account_id: str | None) -> bool:
        """Tell whether an account is there; what belongs to none is not asked here."""
        return self.everything or account_id in self.viewer.rights

    def must_edit(self, account_id: str | None, *, called: str | None = None) -> None:
        """Refuse a change that is not this person's to make.

        Args:
            account_id: Whose record it is; None: the programme's.
            called: How it was asked for, where that is not the account's id.

        Raises:
            UsageError: The account is not there for them (KAM-7042).
            AccessDenied: It is, and is not theirs to change (KAM-7049).
        """
        if account_id is not None and not self.sees(account_id):
            raise UsageError(
                f'No account fits "{called or account_id}".',
                code="KAM-7042",
                hint="kam account list  shows them.",
            )
        theirs = self.viewer.rights.get(account_id or "") is Right.EDIT
        if not self.doing.writes or not (self.everything or theirs):
            what = "The programme" if account_id is None else f"The account {called or account_id}"
            raise AccessDenied(
                f"{what} is not yours to change.",
                code="KAM-7049",
                hint="The CRM decides who edits an account; kam access show  says who you are.",
            )

    def must_see(self, replaced: Sequence[object]) -> None:
        """Refuse to replace records that this person is not shown as they are.

        Raises:
            AccessDenied: One of them is withheld from them, or shown without a value (KAM-7049).
        """
        if self.shown(replaced) != list(replaced):
            raise AccessDenied(
                "What is there under this name is not shown to you: it is not yours to change.",
                code="KAM-7049",
                hint="It is made of an account or a value that the CRM does not let you see.",
            )

    def shown(self, records: Iterable[T]) -> list[T]:
        """Return the records of those that this person may see, in order."""
        found = list(records)
        if not self.everything:
            found = [one for one in found if self._of_theirs(one)]
            for name, kind in _KINDS:
                self._learn(kind, [id_ for one in found for id_ in _pointed_at(one, name)])
            found = [one for one in found if self._harmless(one)]
        return self.masked(found) if self.hidden else found

    def masked(self, records: Iterable[T]) -> list[T]:
        """Return records without what is made of hidden values, or names one."""
        found: list[Any] = []
        for one in records:
            paths = made_of(one, self.hidden)
            if not paths and is_derived(one) and self._values.stand_in(one):
                paths = self.hidden
            if not paths:
                found.append(one)
            elif isinstance(one, Score):
                found.append(masked_score(one))
            elif isinstance(one, KpiValue):
                found.append(masked_figure(one, paths))
        return found

    def readable(self, records: Iterable[T]) -> list[T]:
        """Return CRM records without the values that this person may not read."""
        found = (blotted(one, self.hidden) for one in records)
        return [one for one in found if one is not None]

    def names_value(self, value: object) -> bool:
        """Tell whether a text inside a value quotes one that is hidden."""
        return bool(self.hidden) and self._values.stand_in(value)

    def hides(self, kind: Kind, id_: str | None) -> bool:
        """Tell whether a contact or opportunity belongs to an account that is not there."""
        if self.everything or id_ is None:
            return False
        self._learn(kind, [id_])
        home = self._homes[kind].get(id_)
        return home is not None and not self.sees(home)

    def whole(self, account_id: str) -> bool:
        """Tell whether all accounts below one are there too."""
        return self.everything or account_id not in self._partial

    def names_hidden(self, value: object) -> bool:
        """Tell whether a text inside a value names an account that is not there."""
        return not self.everything and self._names.stand_in(value)

    def own(self, account: Account) -> Account:
        """Return an account without the id of a parent that is not there."""
        if account.parent_id is None or self.sees(account.parent_id):
            return account
        return replace(account, parent_id=None)

    def _learn(self, kind: Kind, ids: Collection[str]) -> None:
        missing = set(ids) - self._homes[kind].keys()
        if missing:
            known = self.store.homes(kind, missing)
            self._homes[kind].update({id_: known.get(id_) for id_ in missing})

    def _of_theirs(self, record: object) -> bool:
        account_id = getattr(record, "account_id", None)
        if account_id is not None:
            return self.sees(account_id)
        if isinstance(record, Competency):  # of a colleague: theirs and the programme head's
            return record.user_id == self.viewer.user_id
        return not isinstance(record, ProgrammeCost)

    def _harmless(self, record: object) -> bool:
        if any(self.hides(kind, id_) for name, kind in _KINDS for id_ in _pointed_at(record, name)):
            return False
        if isinstance(record, Action) and record.digest_week is not None:
            return False  # its text is about all accounts of its owner
        if not _is_derived(record):
            return True
        whole = self.whole(getattr(record, "account_id", None) or "")
        return whole and not self.names_hidden(record)

    @cached_property
    def _values(self) -> Names:
        """Return the hidden texts themselves, to be looked for in what rules wrote."""
        kinds = {path.partition(".")[0] for path in self.hidden}
        return Names(
            text
            for kind in sorted(kinds)
            for row in self.store.mirror_rows(Kind(kind))
            for path, text in row.values.items()
            if f"{kind}.{path}" in self.hidden and isinstance(text, str)
        )

    @cached_property
    def _hidden(self) -> list[Account]:
        return [one for one in self.store.accounts() if not self.sees(one.id)]

    @cached_property
    def _names(self) -> Names:
        return Names(
            name
            for one in self._hidden
            for name in (one.name, one.id, *(ref for _, ref in one.refs))
        )

    @cached_property
    def _partial(self) -> frozenset[str]:
        """Return the accounts above hidden ones, at any height; a circle of parents ends."""
        parents = {one.id: one.parent_id for one in self.store.accounts()}
        found: set[str] = set()
        for one in self._hidden:
            above = one.parent_id
            while above is not None and above not in found:
                found.add(above)
                above = parents.get(above)
        return frozenset(found)


def _is_derived(record: object) -> bool:
    if isinstance(record, Action | Objective):
        return record.made_by is None
    return isinstance(record, DERIVED)


def _pointed_at(record: object, name: str) -> list[str]:
    """Return the ids of contacts or opportunities that a record names, by its fields' names."""
    if not is_dataclass(record):
        return []
    found: list[str] = []
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name.endswith(f"{name}_id") and isinstance(value, str):
            found.append(value)
        elif one.name.endswith(f"{name}_ids"):
            found += value
    return found
