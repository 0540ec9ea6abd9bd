"""The identity map: merges, matches across CRMs, and both together."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.model.identity import IdentityLink, MatchState, RecordKey, kam_id
from kam_connector.model.kind import Kind
from kam_connector.sync.identity import IdentityMap

_SF0 = kam_id(Kind.ACCOUNT, "sf", "0")


def _link(ref: str, id_: str, state: str = MatchState.AUTOMATIC) -> IdentityLink:
    return IdentityLink(
        key=RecordKey("hs", Kind.ACCOUNT, ref), kam_id=id_, state=state, evidence="same domain"
    )


def _resolve(map_: IdentityMap, connection: str, ref: str) -> str:
    return map_.resolve(connection, Kind.ACCOUNT, ref)


def test_an_unknown_record_has_its_derived_id() -> None:
    """A contact pulled before its account points at the right one (INV11)."""
    assert _resolve(IdentityMap([], {}), "sf", "0") == _SF0


@given(chain=st.lists(st.integers(0, 9).map(str), min_size=2, max_size=8, unique=True))
def test_inv10_a_chain_of_merges_ends_at_its_survivor(chain: list[str]) -> None:
    """However long, every link of the chain resolves to the last one."""
    aliases = {(Kind.ACCOUNT, old): new for old, new in itertools.pairwise(chain)}
    map_ = IdentityMap([], {"sf": aliases})
    assert {_resolve(map_, "sf", ref) for ref in chain} == {kam_id(Kind.ACCOUNT, "sf", chain[-1])}


def test_merges_that_point_at_each_other_do_not_loop() -> None:
    """A contradiction in the CRM's own words ends somewhere instead of nowhere."""
    aliases = {(Kind.ACCOUNT, "0"): "1", (Kind.ACCOUNT, "1"): "0"}
    assert IdentityMap([], {"sf": aliases}).survivor("sf", Kind.ACCOUNT, "0") == "1"


@pytest.mark.parametrize(
    ("state", "joined"),
    [
        (MatchState.AUTOMATIC, True),
        (MatchState.CONFIRMED, True),
        (MatchState.PROPOSED, False),
        (MatchState.REJECTED, False),
        (MatchState.SUBSIDIARY, False),
    ],
)
def test_only_settled_links_take_effect(state: str, joined: bool) -> None:
    """A proposal changes nothing until a person says yes."""
    map_ = IdentityMap([_link("9", _SF0, state)], {})
    assert (_resolve(map_, "hs", "9") == _SF0) is joined


def test_a_matched_account_that_loses_a_merge_takes_its_twin_along() -> None:
    """The other CRM's record follows to the survivor, through the link."""
    survivor = kam_id(Kind.ACCOUNT, "sf", "1")
    map_ = IdentityMap([_link("9", survivor)], {"sf": {(Kind.ACCOUNT, "0"): "1"}})
    assert _resolve(map_, "hs", "9") == _resolve(map_, "sf", "0") == survivor
    assert map_.is_shared(survivor)


def test_a_subsidiary_stands_below_its_parent() -> None:
    """Confirmed as a child: two accounts, one above the other."""
    map_ = IdentityMap([_link("9", _SF0, MatchState.SUBSIDIARY)], {})
    own = kam_id(Kind.ACCOUNT, "hs", "9")
    assert (_resolve(map_, "hs", "9"), map_.parent(own)) == (own, _SF0)
