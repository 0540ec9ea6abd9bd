"""G32: of the scopes that a login asks for, none is too many: without any one HubSpot refuses us.

The sandbox knows which scope each operation needs from the vendor's own description of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

import pytest

from kam_connector.errors import KamError
from kam_connector.mapping import load_mapping, shipped_mapping_path
from kam_connector.model.our_fields import our_fields
from kam_hubspot.grants import OPTIONAL_SCOPES, SCOPES
from tests.faults.prepared import approved
from tests.faults.rig import Process, Rig
from tests.guarantees import Figures

ASKED = sorted({*SCOPES, *OPTIONAL_SCOPES} - {"oauth"})
"""Signing in itself is the one that no record needs."""
_NOT_MADE = {"companies": "kam_nps", "contacts": "kam_role", "deals": "kam_risk"}
"""Properties of ours that are still to be made."""


@pytest.fixture(scope="module", name="refused")
def _refused(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """Return how many answers were refusals for want of a scope; under "" with all of them."""
    folder = tmp_path_factory.mktemp("scopes")
    return {
        without: _lived(Rig("hubspot", folder / f"{without or 'all'}.db"), without)
        for without in ("", *ASKED)
    }


def _lived(rig: Rig, without: str) -> int:
    """Make ready, look and write for the first time; return the refusals."""
    rig.world.hubspot_scopes = frozenset({*SCOPES, *OPTIONAL_SCOPES} - {without})
    for object_, name in _NOT_MADE.items():
        fault = {"kind": "schema_drift", "crm": "hubspot", "object": object_, "field": name}
        rig.world.faults.schedule({**fault, "change": "removed"})
    rig.advance(hours=1)
    mapping = load_mapping(shipped_mapping_path("hubspot"))
    with rig.process(mapping=mapping) as process:
        for act in _acts(process, without):
            with suppress(KamError):
                act()
    return sum(one["status"] == 403 for one in rig.world.log.entries())


def _acts(process: Process, without: str) -> list[Callable[[], object]]:
    """Return what may need a scope: making properties, else reading and writing."""
    making = partial(process.ctx.crm.provision, our_fields(), dry_run=False)
    syncing = partial(approved, process)
    if not without:
        return [making, syncing]
    return (
        [making] if without.startswith("crm.schemas.") and without.endswith("write") else [syncing]
    )


@pytest.mark.guarantee("G32")
@pytest.mark.parametrize("scope", ASKED)
def test_without_any_one_scope_hubspot_refuses(scope: str, refused: Mapping[str, int]) -> None:
    """Each is needed by something that the shipped configuration does."""
    assert refused[scope] > 0


@pytest.mark.guarantee("G32")
def test_the_scopes_asked_for_are_those_needed(refused: Mapping[str, int], figure: Figures) -> None:
    """With all of them nothing is refused: none is lacking, none is too many."""
    needed = [scope for scope in ASKED if refused[scope]]
    said = f"HubSpot: {len(ASKED)} scopes asked for, {len(needed)} needed"
    figure(
        "G32", f"{said}, {refused['']} refusals with them", met=needed == ASKED and not refused[""]
    )
