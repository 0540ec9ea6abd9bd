"""Rights are asked of the CRM, kept for minutes, and end when it stays silent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from kam_connector.errors import AccessDenied, CrmUnavailable, RecordError
from kam_connector.mapping import Origins
from kam_connector.model.access import Capability, Right, Role, Viewer
from kam_connector.sync.access import AccessRules, Asking, find_viewer
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.world import World, make_world

RULES = AccessRules()
ORIGINS = Origins(
    reads={
        "contact.email": frozenset({"Person.Mail"}),
        "contact.name": frozenset({"Person.First", "Person.Last"}),
    },
    shared={"plan.next_review": frozenset({"Firm.Review"}), "task.due": frozenset({"Todo.Due"})},
)
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


class FieldsCrm(TellingCrm):
    """One that tells fields as well: a person's parts of the name, and when a task is due."""

    def field_rights(
        self, user_ref: str, fields: Mapping[str, Collection[str]]
    ) -> Mapping[str, Right]:
        """Let names be read, and tasks be edited."""
        assert fields == {
            "Person": {"Mail", "First", "Last"},
            "Firm": {"Review"},
            "Todo": {"Due"},
        }
        names = dict.fromkeys(["Person.First", "Person.Last", "Firm.Review"], Right.READ)
        return {**names, "Todo.Due": Right.EDIT}


class HalfCrm(FieldsCrm):
    """One that does not say what fields somebody may read."""

    def field_rights(
        self, user_ref: str, fields: Mapping[str, Collection[str]]
    ) -> Mapping[str, Right]:
        """Refuse."""
        raise RecordError("no such object", code="KAM-3210")


@pytest.fixture(name="world")
def _world() -> World:
    """Two key accounts after a first night."""
    world = make_world(accounts=2)
    world.first_night()
    return world


@pytest.fixture(name="crm")
def _crm(world: World) -> TellingCrm:
    return TellingCrm(now=world.crm.now)


def asking(world: World, crm: MemoryCrm, *, after: timedelta = timedelta(0)) -> Asking:
    """Return how that CRM is asked, some time after the beginning."""
    now = world.clock.at + after
    return Asking(crm_of=lambda _name: crm, origins_of=lambda _name: ORIGINS, now=now)


def look(world: World, crm: MemoryCrm, *, after: timedelta = timedelta(0)) -> Viewer:
    """Find out who Ada is, some time after the beginning."""
    return find_viewer(
        world.store,
        RULES,
        "ada@us.test",
        doing=Capability.ACCOUNTS_READ,
        asking=asking(world, crm, after=after),
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
        asking=asking(world, crm),
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
            asking=asking(world, crm),
        )
    assert refused.value.code == "KAM-7047"


@pytest.mark.guarantee("G30")
def test_a_field_that_the_crm_hides_is_hidden(world: World) -> None:
    """By the path that it becomes; what may be read and not edited is locked."""
    found = look(world, FieldsCrm(now=world.crm.now))
    assert found.hidden == {"contact.email"}
    assert found.locked == {"plan.next_review"}


@pytest.mark.guarantee("G30")
def test_what_was_heard_of_fields_holds_as_long_as_what_was_heard_of_accounts(
    world: World,
) -> None:
    """One answer, one age: kept for minutes, then for a day of silence."""
    crm = FieldsCrm(now=world.crm.now)
    look(world, crm)
    crm.silent = True
    assert look(world, crm, after=timedelta(minutes=5)).hidden == {"contact.email"}
    assert look(world, crm, after=NIGHT - timedelta(seconds=1)).hidden == {"contact.email"}
    with pytest.raises(AccessDenied):
        look(world, crm, after=NIGHT)


@pytest.mark.guarantee("G30")
def test_half_of_an_answer_is_none(world: World) -> None:
    """A CRM that tells accounts and not fields shows nothing: fail closed."""
    with pytest.raises(AccessDenied) as refused:
        look(world, HalfCrm(now=world.crm.now))
    assert refused.value.code == "KAM-7048"
    assert "KAM-3210" in str(refused.value)


@pytest.mark.guarantee("G30")
def test_a_field_that_a_mapping_reads_since_is_hidden_until_it_was_asked_for(
    world: World,
) -> None:
    """What the CRM was not asked about is not known to be readable."""
    crm = FieldsCrm(now=world.crm.now)
    look(world, crm)
    wider = Origins(reads={"contact.title": frozenset({"Person.Job"})}, shared={})
    found = find_viewer(
        world.store,
        RULES,
        "ada@us.test",
        doing=Capability.ACCOUNTS_READ,
        asking=replace(asking(world, crm), origins_of=lambda _name: wider),
    )
    assert found.hidden == {"contact.title"}


@pytest.mark.guarantee("G30")
def test_a_role_that_sees_every_account_sees_no_hidden_field(world: World) -> None:
    """A head of programme whom the CRM knows, and who may not read addresses there."""
    rules = AccessRules(named={Role.PROGRAMME_HEAD: ("ada@us.test",)})
    found = find_viewer(
        world.store,
        rules,
        "ada@us.test",
        doing=Capability.PROGRAMME_READ,
        asking=asking(world, FieldsCrm(now=world.crm.now)),
    )
    assert found.hidden == {"contact.email"}


@pytest.mark.guarantee("G30")
def test_an_administrators_rule_hides_whatever_the_crm_says(world: World, crm: TellingCrm) -> None:
    """For CRMs that do not tell fields: of all somebody's roles, the most that is hidden."""
    hide = {Role.ACCOUNT_MANAGER: frozenset({"opportunity.amount"})}
    found = find_viewer(
        world.store,
        AccessRules(hide=hide, field_rights=False),
        "ada@us.test",
        doing=Capability.ACCOUNTS_READ,
        asking=asking(world, crm),
    )
    assert found.hidden == {"opportunity.amount"}
