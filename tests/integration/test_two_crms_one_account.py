"""Two CRMs that share accounts: each preview speaks of its own records, tasks of the home's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.world import NOW, World, make_world, populate


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One account in two CRMs, over one store."""

    first: World
    second: World

    def advance(self) -> None:
        """Let an hour pass everywhere."""
        self.first.advance()
        self.second.crm.advance(timedelta(hours=1))

    def night(self) -> None:
        """Run both, one after the other."""
        for world in (self.first, self.second):
            self.advance()
            world.run()


def _pair(*, first_knows: int) -> Pair:
    """The renewal is known to the CRM that knows the account first, and to no other."""
    one = make_world(accounts=first_knows, source_order=("acme", "beta"))
    crm = MemoryCrm(now=NOW)
    populate(crm, 1)
    if first_knows:
        crm.delete("deal", "d-a0")
    ctx = one.with_(crm=crm, connection="beta").ctx
    return Pair(first=one, second=World(crm=crm, store=one.store, clock=one.clock, ctx=ctx))


@pytest.fixture
def pair() -> Pair:
    """Both CRMs pulled and matched, nothing written yet."""
    pair = _pair(first_knows=1)
    for world in (pair.first, pair.second):
        world.preview()
        pair.advance()
    return pair


def _fields(world: World) -> dict[str | None, dict[str, object]]:
    changes = [one for one in world.preview().changes if one.object == "account"]
    return {one.ref: {field.field: field.before for field in one.fields} for one in changes}


def test_the_records_of_two_crms_are_one_account(pair: Pair) -> None:
    """One account, its home the first CRM in the source order, both records behind it."""
    (account,) = pair.first.store.accounts()
    assert account.refs == (("acme", "a0"), ("beta", "a0"))
    assert account.home_connection == "acme"


@pytest.mark.checklist(
    "S1.28", home="adapters for two CRMs, cards, write-back: `adapters/`, `crm/`, `kam sync`"
)
def test_each_preview_compares_with_its_own_crm(pair: Pair) -> None:
    """A value that differs between the CRMs is shown as each of them holds it."""
    pair.first.crm.edit("account", "a0", {"kam_tier": "C"})
    pair.second.crm.edit("account", "a0", {"kam_tier": "D"})
    pair.advance()
    assert _fields(pair.first)["a0"]["kam_tier"] == "C"
    pair.advance()
    assert _fields(pair.second)["a0"]["kam_tier"] == "D"


def test_tasks_go_to_the_home_only(pair: Pair) -> None:
    """Both CRMs get the account's values; only the first gets its tasks."""
    for world in (pair.first, pair.second):
        world.first_night()
        pair.advance()
    pair.night()
    assert len(pair.first.tasks()) == 1
    assert pair.second.tasks() == {}
    assert pair.second.crm.values("account", "a0")["kam_tier"] == "A"


def test_an_action_keeps_its_task_when_its_account_gets_another_home(pair: Pair) -> None:
    """The task stands where it was made; the new home gets no second one."""
    for world in (pair.first, pair.second):
        world.first_night()
        pair.advance()
    turned = Pair(
        first=pair.second.with_(source_order=("beta", "acme")),
        second=pair.first.with_(source_order=("beta", "acme")),
    )
    turned.first.crm.edit("account", "a0", {"city": "Paris"})
    turned.night()
    turned.night()
    (account,) = pair.first.store.accounts()
    assert account.home_connection == "beta"
    assert len(pair.first.tasks()) == 1
    assert pair.second.tasks() == {}


def test_tasks_move_with_an_account_that_is_found_elsewhere() -> None:
    """A CRM that comes first joins: one open task for the finding, in the new home."""
    pair = _pair(first_knows=0)
    pair.second.first_night()
    populate(pair.first.crm, 1)
    pair.first.crm.delete("deal", "d-a0")
    pair.night()
    pair.advance()
    pair.first.first_night()
    pair.night()
    (account,) = pair.first.store.accounts()
    assert account.home_connection == "acme"
    assert [row["status"] for row in pair.first.tasks().values()] == ["todo"]
    assert [row["status"] for row in pair.second.tasks().values()] == ["dropped"]
