"""Sources by what they show, and whether they were ever read."""

from __future__ import annotations

from kam_connector.errors import MappingError
from kam_connector.mapping import Mapping, pull_sources
from kam_connector.model.kind import Kind
from kam_connector.model.pull import PullSource, Stream
from kam_connector.sync.context import SyncContext

__all__ = ["source_of", "was_read"]


def source_of(mapping: Mapping, kind: Kind, object_: str) -> PullSource:
    """Return the source that reads records of this kind from this object.

    Raises:
        MappingError: The mapping writes an object that it does not read.
    """
    for source in pull_sources(mapping):
        if source.kind is kind and source.object == object_:
            return source
    raise MappingError(
        f"[{kind}.write] writes {object_}, which no [{kind}] section reads.",
        code="KAM-2030",
        hint=f'Add a [{kind}] section with object = "{object_}".',
    )


def was_read(ctx: SyncContext, source: PullSource) -> bool:
    """Tell whether a source was ever read: not before its first night, nor without permission."""
    return ctx.store.cursor(ctx.connection, source.name, Stream.CHANGES) is not None
