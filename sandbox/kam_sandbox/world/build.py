"""Builds the generated world: our staff, the stories, then the ordinary companies."""

from __future__ import annotations

from collections.abc import Collection

from kam_sandbox.clock import WorldClock
from kam_sandbox.features import turn_on
from kam_sandbox.hubspot.associations import Associations
from kam_sandbox.records import Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER
from kam_sandbox.state import World
from kam_sandbox.world.author import Author
from kam_sandbox.world.features import write_features
from kam_sandbox.world.holdings import write_holdings
from kam_sandbox.world.hubspot_pen import HubSpotPen
from kam_sandbox.world.numbering import (
    ORDINARY_BLOCK,
    Numbering,
    block,
    hubspot_form,
    salesforce_form,
)
from kam_sandbox.world.ordinary import write_ordinary
from kam_sandbox.world.pairs import write_pairs
from kam_sandbox.world.portal_goods import write_portal_goods
from kam_sandbox.world.salesforce_copies import write_salesforce_copies
from kam_sandbox.world.salesforce_pen import SalesforcePen
from kam_sandbox.world.staff import hire
from kam_sandbox.world.stories import STORIES

__all__ = ["build_world", "empty_world"]

_HOME_CURRENCY = "EUR"


def build_world(
    *,
    seed: int = 7,
    scale: float = 1.0,
    bare: bool = False,
    clock: WorldClock,
    multi_currency: bool = False,
    features: Collection[str] = (),
    without: Collection[str] = (),
) -> World:
    """Return the generated world as of 2026-11-21T06:00Z.

    The same arguments give the same world, stamps included, whatever *clock* shows.

    Args:
        seed: Chooses people, companies and activities of the ordinary part.
        scale: Multiplies the ordinary part; the stories stay as they are.
        bare: Leave out the connector's own fields.
        clock: Rules what happens to the world afterwards.
        multi_currency: Give accounts and opportunities a ``CurrencyIsoCode``, of which some
            are GBP and USD.
        features: What else org and portal have turned on; some of ``features.FEATURES``.
        without: What it lacks, though most orgs have it; some of ``state.USUAL``.
    """
    world = empty_world(seed=seed, bare=bare, clock=clock, multi_currency=multi_currency)
    turn_on(world, features, without=without)
    with block(world, 0):
        author = _author(world)
    for number, write in STORIES.items():
        with block(world, number):
            write(author)
    write_holdings(author)
    write_pairs(author)
    with block(world, ORDINARY_BLOCK):
        write_ordinary(author, scale=scale)
    write_portal_goods(author)
    write_features(author)
    write_salesforce_copies(author)
    author.salesforce.finish()
    for records in (world.salesforce, world.hubspot):
        records.history.sort(key=lambda edit: edit.at)
    return world


def empty_world(*, seed: int, bare: bool, clock: WorldClock, multi_currency: bool) -> World:
    """Return a world without any record."""
    ids = Numbering(salesforce_form)
    ids.reserve(INTEGRATION_USER)
    return World(
        clock=clock,
        salesforce=Records(clock=clock, new_id=ids),
        hubspot=Records(clock=clock, new_id=Numbering(hubspot_form)),
        associations=Associations(),
        seed=seed,
        bare=bare,
        multi_currency=multi_currency,
    )


def _author(world: World) -> Author:
    currency = _HOME_CURRENCY if world.multi_currency else None
    return Author(
        world=world,
        salesforce=SalesforcePen(world.salesforce, currency=currency),
        hubspot=HubSpotPen(world.hubspot, world.associations, currency=currency),
        staff=hire(world.salesforce, world.hubspot),
    )
