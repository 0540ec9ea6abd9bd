"""Listens for the events that CRMs send, beside the nightly job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from kam_connector.bootstrap import App
from kam_connector.errors import KamError
from kam_connector.mapping import pull_sources
from kam_connector.model.hint import Heard
from kam_connector.plugins import connection_settings, find_crm
from kam_connector.ports import HearsEvents
from kam_connector.sync.hints import forget_hinted
from kam_connector.web import Receiver, serving
from kam_connector.web.receiver import Hear

__all__ = ["listening"]

log = structlog.get_logger()


@contextmanager
def listening(app: App, *, host: str, port: int) -> Iterator[str | None]:
    """Listen until the block ends; gives the address, or None if no connection hears events.

    Raises:
        ConfigError: The address is taken (KAM-4010), or a connection's table is wrong.
    """
    hears = {name: hear for name in app.connections if (hear := _hear(app, name)) is not None}
    if not hears:
        yield None
        return
    receiver = Receiver(app.store, clock=app.clock, hears=hears, forget=_forgetter(app))
    with serving(receiver, host=host, port=port) as address:
        log.info("listening", address=address, connections=sorted(hears))
        yield address


def _hear(app: App, name: str) -> Hear | None:
    """Return what proves a connection's events, if it is sent any."""
    adapter: object = find_crm(app.config.connections[name].crm)
    if not isinstance(adapter, HearsEvents):
        return None
    settings = connection_settings(app.config, name)
    hear: Hear = partial(adapter.hear, settings)
    return hear if adapter.listens(settings) else None


def _forgetter(app: App) -> Callable[[str, Heard], None]:
    """Return what erases people at once, unless a run still speaks of them from memory.

    The hint is kept either way: a run follows it when it has pulled, and what a run under way
    brought back the next one erases.
    """

    def forget(name: str, heard: Heard) -> None:
        if any(app.is_running(one) for one in app.connections):
            log.info("erasing_left_to_run", connection=name)
            return
        try:
            sources = pull_sources(app.mapping(name))
            erased = forget_hinted(app.store, name, sources, heard.hints)
            app.store.purge()  # where others work in the files, the next run does it
        except KamError as error:  # the hint is kept: the next run erases
            log.error("people_not_erased", connection=name, code=error.code, reason=error.message)
            return
        log.info("people_erased", connection=name, people=erased)

    return forget
