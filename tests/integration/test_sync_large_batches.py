"""Fields of our own go in as large batches as the CRM likes; what people share does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from kam_connector.model.batching import Api, Batching
from kam_connector.model.change import Change, PushResult
from kam_connector.sync.context import Rails
from kam_connector.sync.deliver import BATCH
from kam_connector.testing.memory_crm import MemoryCrm
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import make_world


class Roomy:
    """A CRM that takes everything at once, and remembers how much it was given."""

    def __init__(self, crm: MemoryCrm) -> None:
        self._crm = crm
        self.given: list[list[Change]] = []
        self.wished: set[Batching] = set()

    def batch_size(self, waiting: int, *, batching: Batching) -> int:
        """Return all, unless the mapping wants less."""
        self.wished.add(batching)
        return batching.call_size(waiting)

    def push(self, batch: Sequence[Change], *, batching: Batching) -> Sequence[PushResult]:
        """Note and write."""
        self.given.append(list(batch))
        self.wished.add(batching)
        return self._crm.push(batch)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._crm, name)


def _refreshed(batch_size: int | None) -> list[list[Change]]:
    """Return the batches of a night, eight quiet days on, that renews sixteen accounts."""
    world = make_world(accounts=BATCH + 20)
    world.first_night()
    world.advance(timedelta(days=8))
    crm = Roomy(world.crm)
    if batch_size is not None:
        crm.batch_size = lambda waiting, *, batching: batch_size  # type: ignore[method-assign]
    world.with_(crm=crm).run()
    return [batch for batch in crm.given if batch[0].object == "account"]


def test_own_fields_go_in_one_batch_where_the_crm_takes_it() -> None:
    """One job instead of many calls: the CRM says how many at once."""
    assert [len(batch) for batch in _refreshed(None)] == [16]


def test_the_crm_decides_how_many_go_at_once() -> None:
    """A CRM with small batches gets small batches; a crash leaves few records unsure."""
    assert [len(batch) for batch in _refreshed(10)] == [10, 6]


def test_shared_fields_keep_to_small_batches() -> None:
    """Where people write too, little time passes between look and write."""
    world = make_world(accounts=BATCH + 20)
    crm = Roomy(world.crm)
    world.with_(crm=crm, rails=Rails(quiet=timedelta(0), canary=0)).first_night()
    shared = [len(batch) for batch in crm.given if any(one.shared for one in batch)]
    assert shared == [BATCH, 20]


def test_the_mapping_says_how_an_object_is_sent() -> None:
    """``batch`` reaches the CRM, for choosing how many at once and for sending them."""
    text = MAPPING_TEXT.replace(
        "[account.write]\n", '[account.write]\nbatch = { api = "rest", size = 7 }\n'
    )
    world = make_world(accounts=BATCH + 20, mapping=text)
    world.first_night()
    world.advance(timedelta(days=8))
    crm = Roomy(world.crm)
    world.with_(crm=crm).run()
    own = [len(batch) for batch in crm.given if batch[0].object == "account"]
    assert own == [7, 7, 2]
    assert Batching(api=Api.REST, size=7) in crm.wished
