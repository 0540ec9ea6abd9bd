"""What people and other programs do in a CRM while we work, in the words of each CRM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from kam_sandbox.people import edit
from kam_sandbox.records import Record
from kam_sandbox.state import World
from tests.faults.skins import Names, Skin

__all__ = ["People"]


class People:
    """The people of one CRM.

    Args:
        skin: The CRM.
        world: Its world.
    """

    def __init__(self, skin: Skin, world: World) -> None:
        self._skin = skin
        self._world = world
        self._names: Names = skin.names
        self._records = skin.records(world)
        self._acts: Mapping[str, Callable[[int], bool]] = {
            "review_moved": self._review_moved,
            "review_emptied": lambda n: self._set(self._accounts(), n, review=None),
            "ours_edited": lambda n: self._set(self._accounts(), n, tier=f"mine {n}"),
            "link_typed": lambda n: self._set(
                self._accounts(), n, link=f"https://plan.example/{n}"
            ),
            "task_begun": lambda n: self._set(self._tasks(), n, status=self._names.begun),
            "task_done": lambda n: self._set(self._tasks(), n, status=self._names.done),
            "task_deleted": lambda n: self._do(self._tasks(), n, delete=True),
            "task_owner": lambda n: self._hand_over(self._tasks(), n),
            "account_owner": lambda n: self._hand_over(self._accounts(), n),
            "account_renamed": lambda n: self._set(self._accounts(), n, city=f"Paris {n}"),
            "account_deleted": lambda n: self._do(self._accounts(), n, delete=True),
            "account_back": self._bring_back,
            "accounts_merged": lambda n: self._merge(self._accounts(), n),
            "contact_deleted": lambda n: self._do(self._live("contact"), n, delete=True),
            "contacts_merged": lambda n: self._merge(self._live("contact"), n),
            "contact_title": lambda n: self._set(self._live("contact"), n, title=f"Chief {n}"),
            "deal_closed": lambda n: self._set(self._live("deal"), n, stage=self._names.won),
            "deal_deleted": lambda n: self._do(self._live("deal"), n, delete=True),
            "customer_won": self._customer_won,
            "other_task": self._other_task,
            "all_touched": self._all_touched,
        }

    def act(self, what: str, pick: int) -> bool:
        """Do one thing; False where there is nothing to do it to.

        Args:
            what: One of ``schedule.PEOPLE``, or ``link_typed``.
            pick: Which record or value, modulo what there is.
        """
        return self._acts[what](pick)

    def _live(self, name: str) -> list[Record]:
        return list(self._records.all(getattr(self._names, name)))

    def _accounts(self) -> list[Record]:
        return self._live("account")

    def _tasks(self) -> list[Record]:
        """Return the tasks we made."""
        return [one for one in self._live("task") if one.fields.get(self._names.key)]

    def _set(self, found: list[Record], pick: int, **values: Any) -> bool:
        named = {getattr(self._names, name): value for name, value in values.items()}
        return self._do(found, pick, set=named)

    def _do(self, found: list[Record], pick: int, **wanted: Any) -> bool:
        if not found:
            return False
        one = found[pick % len(found)]
        self._edit({"object": one.object, "id": one.id, **wanted})
        return True

    def _edit(self, wanted: dict[str, Any]) -> Record:
        by = self._skin.person(self._world)
        return edit(self._world, self._skin.crm, {"by": by, **wanted})

    def _review_moved(self, pick: int) -> bool:
        day = self._world.clock.now().date() + timedelta(days=20 + pick % 50)
        return self._set(self._accounts(), pick, review=day.isoformat())

    def _hand_over(self, found: list[Record], pick: int) -> bool:
        owners = self._skin.owners(self._world)
        return self._set(found, pick, owner=owners[pick % len(owners)])

    def _merge(self, found: list[Record], pick: int) -> bool:
        if len(found) < 2:
            return False
        loser, winner = found[pick % len(found)], found[(pick + 1) % len(found)]
        self._edit({"object": loser.object, "id": loser.id, "merge_into": winner.id})
        return True

    def _bring_back(self, pick: int) -> bool:
        gone = [
            one
            for one in self._records.all(self._names.account, deleted=True)
            if one.deleted_at is not None and one.merged_into is None
        ]
        return self._do(gone, pick, restore=True)

    def _customer_won(self, pick: int) -> bool:
        values = self._skin.customer(self._world, pick)
        self._edit({"object": self._names.account, "create": values})
        return True

    def _other_task(self, pick: int) -> bool:
        """A task of another program, without our key."""
        self._edit({"object": self._names.task, "create": self._skin.chore(self._world, pick)})
        return True

    def _all_touched(self, pick: int) -> bool:
        """An import touches every account and contact within one millisecond."""
        for one in (*self._accounts(), *self._live("contact")):
            self._edit({"object": one.object, "id": one.id, "set": {}})
        return self._set(self._live("contact"), pick, title=f"Imported {pick}")
