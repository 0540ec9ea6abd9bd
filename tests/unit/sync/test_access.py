"""Rights are asked of the CRM, kept for minutes, and end when it stays silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from kam_connector.errors import AccessDenied, CrmUnavailable
from kam_connector.model.access import Capability, Right, Viewer
from kam_connector.sync.access import AccessRules, find_viewer
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.world import World, make_world

RULES = AccessRules()
NIGHT = timedelta(hours=24)


class TellingCrm(MemoryCrm):
    """A CRM that tells who sees what, and counts how often it is asked."""

    asked = 0
    silent = False

    def visible(self, user_ref: str, account_refs: Sequence[str]) -> Mapping[str, Right]:
        """Let everybody read the first account."""
        self.asked += 1
        if self.silent:
            raise CrmUnavailable("nobody answers")
        assert user_ref == "u1"
        return dict.fromkeys(list(account_refs)[:1], Right.READ)


@pytest.fixture(name="world")
def _world() -> World:
    """Two key accounts after a first night."""
    world = make_world(accounts=2)
    world.first_night()
    return world


@pytest.fixture(name="crm")
def _crm(world: World) -> TellingCrm:
    return TellingCrm(now=world.crm.now)


def look(world: World, crm: MemoryCrm, *, after: timedelta = timedelta(0)) -> Viewer:
    """Find out who Ada is, some time after the beginning."""
    return find_viewer(
        world.store,
        RULES,
        "ada@us.test",
        doing=Capability.ACCOUNTS_READ,
        crm_of=lambda _name: crm,
        now=world.clock.at + after,
    )


def test_rights_are_the_crms(world: World, crm: TellingCrm) -> None:
    """One of two accounts, to read."""
    assert look(world, crm).rights == {world.account("a0"): Right.READ}


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize(("minutes", "asked"), [(0, 1), (14, 1), (15, 2), (60, 2)])
def test_a_fresh_answer_is_not_asked_for_again(
    world: World, crm: TellingCrm, minutes: int, asked: int
) -> None:
    """Fifteen minutes is the most that a change in the CRM may wait."""
    look(world, crm)
    look(world, crm, after=timedelta(minutes=minutes))
    assert crm.asked == asked


@pytest.mark.guarantee("G30")
def test_the_last_answer_holds_for_a_day_without_the_crm(world: World, crm: TellingCrm) -> None:
    """A night's outage stops nobody's morning."""
    look(world, crm)
    crm.silent = True
    assert look(world, crm, after=NIGHT - timedelta(seconds=1)).rights


@pytest.mark.guarantee("G30")
def test_after_a_day_of_silence_nothing_is_seen(world: World, crm: TellingCrm) -> None:
    """Denied, and told so: no account is guessed to be theirs."""
    look(world, crm)
    crm.silent = True
    with pytest.raises(AccessDenied, match="not known") as refused:
        look(world, crm, after=NIGHT)
    assert refused.value.code == "KAM-7048"


@pytest.mark.guarantee("G30")
def test_an_answer_from_the_future_is_not_believed(world: World, crm: TellingCrm) -> None:
    """A clock that was set back must not prolong anybody's rights."""
    look(world, crm)
    crm.silent = True
    with pytest.raises(AccessDenied):
        look(world, crm, after=timedelta(minutes=-1))


@pytest.mark.guarantee("G30")
def test_a_crm_that_tells_nothing_shows_nothing(world: World) -> None:
    """An adapter without the method: fail closed."""
    with pytest.raises(AccessDenied):
        look(world, MemoryCrm(now=world.crm.now))


def test_who_works_the_engine_costs_no_call(world: World, crm: TellingCrm) -> None:
    """Rights are asked for where they count, and nowhere else."""
    find_viewer(
        world.store,
        RULES,
        "ada@us.test",
        doing=Capability.OPERATE,
        crm_of=lambda _name: crm,
        now=world.clock.at,
    )
    assert crm.asked == 0


@pytest.mark.guarantee("G30")
def test_a_stranger_is_denied(world: World, crm: TellingCrm) -> None:
    """No role and no user: nobody is guessed."""
    with pytest.raises(AccessDenied) as refused:
        find_viewer(
            world.store,
            RULES,
            "Ada",
            doing=Capability.ACCOUNTS_READ,
            crm_of=lambda _name: crm,
            now=world.clock.at,
        )
    assert refused.value.code == "KAM-7047"
