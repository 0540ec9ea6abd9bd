"""Who holds a key of ours, where the portal allows no unique property.

The search index shows a new record after a while; associations and the listing show it at
once. So what may have been made a moment ago, in an answer that we never got, is looked for
there as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from kam_connector.model.change import Change
from kam_connector.model.schema import ObjectSchema
from kam_hubspot import query
from kam_hubspot.answers import following, reading, records_of
from kam_hubspot.client import Client, chunks
from kam_hubspot.links import linked

__all__ = ["holders"]

_KEYS = 30
"""Our choice: keys of 64 characters fill 2,000 of a search's 3,000 characters."""
_INDEXED = timedelta(hours=1)
"""Our choice, the settle time of searches: by then the index shows what was created."""
_CREATED = "hs_createdate"
_PAGE = 100

_Found = dict[str, set[str]]
_Record = Mapping[str, Any]


def holders(client: Client, changes: Sequence[Change], schema: ObjectSchema) -> _Found:
    """Return refs by key: one search per 30 keys, and a closer look at what may be new."""
    look = _Look(client, changes[0].object, changes[0].key_field or "")
    look.search([c.key or "" for c in changes])
    if missing := look.missing(changes):
        look.linked(missing)
    if missing := look.missing(missing):
        look.listing([c.key or "" for c in missing], has_stamp=_CREATED in schema.fields)
    return look.found


class _Look:
    """What was found so far."""

    def __init__(self, client: Client, object_: str, key_field: str) -> None:
        self._client = client
        self._object = object_
        self._key_field = key_field
        self.found: _Found = {}

    def missing(self, changes: Sequence[Change]) -> list[Change]:
        """Return what was not found, and may have been made all the same."""
        return [c for c in changes if c.asked_before and c.key not in self.found]

    def search(self, keys: Sequence[str]) -> None:
        """Look in the search index."""
        for part in chunks(keys, _KEYS):
            body = query.holders(self._key_field, part)
            self._take(self._client.search(self._object, body), part)

    def linked(self, changes: Sequence[Change]) -> None:
        """Look among what is linked with the records that these are to be linked with."""
        keys = [c.key or "" for c in changes]
        for to_object in dict.fromkeys(one.object for c in changes for one in c.links):
            refs = [one.ref for c in changes for one in c.links if one.object == to_object]
            links = linked(self._client, to_object, self._object, list(dict.fromkeys(refs)))
            theirs = sorted({one.ref for ones in links.values() for one in ones}, key=int)
            for part in chunks(theirs, _PAGE):
                asked = {"inputs": [{"id": ref} for ref in part], "properties": [self._key_field]}
                self._take(self._client.batch(self._object, "read", asked), keys)

    def listing(self, keys: Sequence[str], *, has_stamp: bool) -> None:
        """Look at everything that is too new for the index."""
        for page in self._pages(self._last_indexed() if has_stamp else None):
            self._take(page, keys)
            if all(key in self.found for key in keys):
                break

    def _last_indexed(self) -> str | None:
        """Return the newest record that the index surely shows: new ones have higher ids."""
        until = self._client.now(ask=True) - _INDEXED
        answer = self._client.search(self._object, query.newest(_CREATED, until))
        records = records_of(answer, crm=self._client.name)
        return str(records[0]["id"]) if records else None

    def _pages(self, after: str | None) -> Iterator[_Record]:
        while True:
            page = self._client.page(
                self._object, after=after, limit=_PAGE, properties=[self._key_field]
            )
            yield page
            after = following(page, after=after, crm=self._client.name)
            if after is None:
                break

    def _take(self, answer: _Record, keys: Sequence[str]) -> None:
        records = records_of(answer, crm=self._client.name)
        with reading(self._client.name):
            for record in records:
                key = record["properties"].get(self._key_field)
                if key in keys:
                    self.found.setdefault(str(key), set()).add(str(record["id"]))
