"""G31 and G35 over the real adapters: random fields locked, hidden, dropped or of another type."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

import pytest

from kam_connector.mapping import check_schema
from kam_connector.model.report import RunReport
from kam_connector.sync.run import run_sync
from tests.faults.bodies import sent
from tests.faults.mapped import allowed
from tests.faults.plain import plain
from tests.faults.prepared import Start, approved, news, started
from tests.faults.rig import Rig
from tests.faults.runner import alike
from tests.faults.skins import SKINS, mapping_file
from tests.guarantees import Figures

SETS = range(4)
"""Seeds of the fields that are lost, for each CRM and guarantee."""
LOCKS = ("removed", "readonly")
"""What a field that our user may not see, or may not edit, looks like in a describe."""
DRIFTS = {
    "salesforce": ("removed", "readonly", "retyped", "narrower", "shorter"),
    "hubspot": ("removed", "readonly", "retyped", "narrower"),
}
"""HubSpot describes no length: a text that it finds too long is refused with its record."""
Field = tuple[str, str]
State = dict[tuple[str, str, str], object]


@dataclass(slots=True)
class Lived:
    """What came of all sets of one CRM."""

    crm: str
    fields: int = 0
    sent: set[str] = field(default_factory=set)
    """Locked fields that stand in a request's body."""
    unnamed: set[str] = field(default_factory=set)
    """Lost fields that neither the check nor the run named."""
    others: int = 0
    """Fields or values beside the lost ones that were written all the same."""
    harmed: list[str] = field(default_factory=list)
    """Values beside the lost fields that are not what they are without the loss."""
    refused: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", name="locked", params=["salesforce", "hubspot"])
def _locked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Write for the first time with eight fields locked or hidden, four times others."""
    lived, folder = Lived(request.param), tmp_path_factory.mktemp("locked")
    for seed in SETS:
        with alike(seed):
            _write_locked(Rig(lived.crm, folder / f"{seed}.db"), Random(seed), lived)
    return lived


def _write_locked(rig: Rig, dice: Random, lived: Lived) -> None:
    ours = _own(lived.crm)  # what tasks are made of cannot be hidden: a run ends that lacks it
    locked = {
        one: dice.choice(LOCKS) if one in ours else "readonly"
        for one in dice.sample(_written(lived.crm), 8)
    }
    _lose(rig, locked)
    rig.advance(hours=1)
    with rig.process() as process:
        report = approved(process)
        objects = {one.object for one in process.ctx.mapping.sources}
        schemas = {name: process.ctx.crm.describe(name) for name in sorted(objects)}
        problems = check_schema(process.ctx.mapping, schemas)
    told = {one.key.rpartition(".")[2] for one in problems}
    bodies = {
        (one.object, name)
        for asked in rig.world.log.entries()
        for one in sent(asked["method"], asked["path"], asked["body"])
        for name in one.values
    }
    lived.fields += len(locked)
    lived.sent |= {".".join(one) for one in bodies & locked.keys()}
    lived.others += len(bodies - locked.keys())
    lived.unnamed |= {".".join(one) for one in locked if one[1] not in told}
    lived.unnamed |= {".".join(one) for one in locked if not _is_named(one, report)}
    lived.refused += report.refused


@pytest.fixture(scope="module", name="drifted", params=["salesforce", "hubspot"])
def _drifted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Live one night as it is, and four times with four fields of it lost."""
    lived = Lived(request.param)
    start = started(lived.crm, tmp_path_factory.mktemp("drifted"), 0)
    whole, _ = _night(start, {})
    before = _values(start.copy())
    changed = {place for place in whole if whole[place] != before.get(place)}
    fields = sorted({(object_, name) for object_, _, name in changed} & set(_own(lived.crm)))
    changes = DRIFTS[lived.crm]
    for seed in SETS:
        lost = Random(seed).sample(fields, 4)
        drifts = {one: changes[(at + seed) % len(changes)] for at, one in enumerate(lost)}
        ended, report = _night(start, drifts)
        _judge(lived, (whole, changed), ended, drifts, report)
    return lived


def _night(start: Start, drifts: dict[Field, str]) -> tuple[State, RunReport]:
    with alike(1):
        rig = start.copy()
        news(rig, Random(3))
        rig.advance(days=2)
        _lose(rig, drifts)
        with rig.process() as process:
            report = run_sync(process.ctx)
    return _values(rig), report


def _judge(
    lived: Lived,
    whole: tuple[State, set[tuple[str, str, str]]],
    ended: State,
    drifts: dict[Field, str],
    report: RunReport,
) -> None:
    expected, changed = whole
    differ = {one for one in expected.keys() | ended.keys() if expected.get(one) != ended.get(one)}
    lost = {one for one in differ if (one[0], one[2]) in drifts}
    missed = {(object_, name) for object_, _, name in lost}
    lived.fields += len(drifts)
    lived.others += len(changed - lost)
    lived.harmed += map(str, sorted(differ - lost))
    lived.unnamed |= {".".join(one) for one in missed if not _is_named(one, report)}
    lived.refused += report.refused


def _lose(rig: Rig, lost: dict[Field, str]) -> None:
    for (object_, name), change in lost.items():
        fault = {"kind": "schema_drift", "crm": rig.skin.crm, "change": change}
        rig.world.faults.schedule({**fault, "object": object_, "field": name})


def _written(crm: str) -> list[Field]:
    """Return every field that the mapping writes, but those without which nothing can be made."""
    names = SKINS[crm].names
    objects = (names.account, names.contact, names.deal, names.task)
    keys = {names.key, "Id", "hs_object_id", "hs_timestamp"}
    written = allowed(mapping_file(crm)).written
    return sorted((one, name) for one in objects for name in written[one] if name not in keys)


def _own(crm: str) -> list[Field]:
    return [one for one in _written(crm) if "kam_" in one[1].lower()]


def _is_named(one: Field, report: RunReport) -> bool:
    """Tell whether a note says the field's name, with its object's or with its record's."""
    return any(re.search(rf"\b{one[1]}\b", note) for note in report.notes)


def _values(rig: Rig) -> State:
    """Return every value in the CRM; our tasks by their key.

    Without the day of our figures: it is written along with other values, never for itself.
    """
    key = rig.skin.names.key
    return {
        (object_, str(one.fields.get(key) or one.id), name): plain(value)
        for object_ in rig.records.objects()
        for one in rig.records.all(object_)
        for name, value in one.fields.items()
        if value not in (None, "", False) and name not in ("KAM_As_Of__c", "kam_as_of")
    }


@pytest.mark.guarantee("G31")
def test_g31_a_locked_field_is_named_and_never_sent(locked: Lived, figure: Figures) -> None:
    """Doctor's check and the run name each; no body holds one; all other fields are written."""
    assert (locked.unnamed, locked.refused) == (set(), [])
    said = f"{locked.crm}: {locked.fields} fields locked or hidden in {len(SETS)} first writings"
    what = f"{len(locked.sent)} sent, {len(locked.unnamed)} unnamed, {locked.others} others written"
    figure("G31", f"{said}: {what}", met=not locked.sent and locked.others > locked.fields)


@pytest.mark.guarantee("G35")
def test_g35_a_field_that_drifts_harms_itself_only(drifted: Lived, figure: Figures) -> None:
    """No record is refused for it; every other value is what it is on a night without the loss."""
    assert (drifted.unnamed, drifted.refused, drifted.harmed) == (set(), [], [])
    kinds = ", ".join(DRIFTS[drifted.crm])
    said = f"{drifted.crm}: {drifted.fields} fields {kinds}: {drifted.others} other values written"
    figure("G35", f"{said}, {len(drifted.harmed)} harmed, 0 unnamed", met=drifted.others > 50)
