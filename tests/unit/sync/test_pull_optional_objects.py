"""What an org lacks is a note, where the mapping says that it may."""

from __future__ import annotations

import pytest

from kam_connector.errors import ConfigError, KamError, RecordError, SignInError
from kam_connector.sync.drift import follow_drift
from kam_connector.sync.pull import Pulled, pull_all
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import NOW, World, make_world

CASE = '\n[case]\nobject = "case"\noptional = true\n[case.read]\nsubject = "subject"\n'
NO_OBJECT = RecordError("no object case", code="KAM-3210")
NO_RIGHT = SignInError("the right is missing", code="KAM-3003")
NO_FIELD = ConfigError("case has no field subject", code="KAM-1050")
NOT_SIGNED_IN = SignInError("the token is refused", code="KAM-3001")


class ClosedCrm(MemoryCrm):
    """A CRM that shows no cases, for one reason or another."""

    def __init__(self, error: KamError) -> None:
        super().__init__(now=NOW)
        self._why = error

    def describe(self, object_):
        """Refuse to describe cases."""
        if object_ == "case":
            raise self._why
        return super().describe(object_)


def pulled_by(world: World) -> Pulled:
    """Pull everything once."""
    return pull_all(world.ctx)


@pytest.mark.parametrize("error", [NO_OBJECT, NO_RIGHT, NO_FIELD])
def test_an_optional_object_we_cannot_read_is_a_note(error: KamError) -> None:
    """No such object, no right to it, another shape: the rest is read all the same."""
    pulled = pulled_by(make_world(crm=ClosedCrm(error), mapping=MAPPING_TEXT + CASE))
    assert pulled.notes == [f"case: {error.message}"]
    assert pulled.changed["account:account"] == 3


@pytest.mark.parametrize("error", [NO_RIGHT, NO_FIELD])
def test_what_the_mapping_counts_on_is_an_error(error: KamError) -> None:
    """Without ``optional = true`` a missing right or field stops the run."""
    mapping = MAPPING_TEXT + CASE.replace("optional = true\n", "")
    with pytest.raises(type(error)):
        pulled_by(make_world(crm=ClosedCrm(error), mapping=mapping))


def test_a_refused_sign_in_is_never_a_note() -> None:
    """An optional object excuses a missing right, not a missing sign-in."""
    with pytest.raises(SignInError):
        pulled_by(make_world(crm=ClosedCrm(NOT_SIGNED_IN), mapping=MAPPING_TEXT + CASE))


def test_drift_is_not_looked_for_in_what_we_cannot_read() -> None:
    """A missing right is told once, by the reading."""
    notes: list[str] = []
    world = make_world(crm=ClosedCrm(NO_RIGHT), mapping=MAPPING_TEXT + CASE)
    assert follow_drift(world.ctx, notes.append).mapping == world.ctx.mapping
    assert notes == []
