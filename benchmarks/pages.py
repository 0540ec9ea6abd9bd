"""The pages of both CRMs, rendered once, before anything is timed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import orjson

from benchmarks.forms import hubspot, salesforce
from benchmarks.people import Json, Person, hubspot_id, persons, salesforce_id

__all__ = ["HubSpotPages", "SalesforcePages", "Shelf"]

SALESFORCE_PAGE = 2000
HUBSPOT_PAGE = 100
"""The largest pages of a query and of a listing."""


class Shelf:
    """Pages by what was asked; gives a page's bytes and whether another one follows."""

    def __init__(
        self,
        people: Iterable[Person],
        *,
        size: int,
        form: Callable[[Person], Mapping[str, Json]],
        ref: Callable[[int], str],
    ) -> None:
        self._pages: list[bytes] = []
        self._after: dict[str, int] = {"": 0}
        self.last_refs: list[str] = []
        waiting: list[bytes] = []
        number = 0
        for who in people:
            waiting.append(orjson.dumps(form(who)))
            number = who.number
            if len(waiting) == size:
                self._shelve(waiting, ref(number))
                waiting = []
        if waiting:
            self._shelve(waiting, ref(number))

    def after(self, ref: str) -> int:
        """Return the number of the page that follows the one that *ref* ends."""
        return self._after[ref]

    def page(self, number: int) -> bytes:
        """Return the records of a page, without the brackets; nothing behind the last."""
        return self._pages[number] if number < len(self._pages) else b""

    def __len__(self) -> int:
        return len(self._pages)

    def _shelve(self, records: list[bytes], ref: str) -> None:
        self._pages.append(b",".join(records))
        self._after[ref] = len(self._pages)
        self.last_refs.append(ref)


class SalesforcePages:
    """Answers queries of contacts by id, by window, or through a chain of nextRecordsUrls."""

    def __init__(self, count: int, *, every: int) -> None:
        self.count = count

        def shelf(people: Iterable[Person]) -> Shelf:
            return Shelf(
                people,
                size=SALESFORCE_PAGE,
                form=salesforce,
                ref=lambda number: salesforce_id("003", number),
            )

        self._all = shelf(persons(count))
        changed = [who for who in persons(count, every=every) if every and who.number % every == 0]
        changed.sort(key=lambda who: (who.modified, who.number))
        self._changed = shelf(changed)

    def by_id(self, after: str) -> bytes:
        """Return the query page of the records whose id follows *after*."""
        return _whole(self._all.page(self._all.after(after)))

    def window(self, after: str) -> bytes:
        """Return the query page of last night's changes behind *after*."""
        return _whole(self._changed.page(self._changed.after(after)))

    def chain(self, number: int) -> bytes:
        """Return a page of one long query, with the URL of the next."""
        records = self._all.page(number)
        if number + 1 >= len(self._all):
            return b'{"totalSize":%d,"done":true,"records":[%b]}' % (self.count, records)
        more = b"/services/data/v66.0/query/01gBENCH-%d" % (number + 1)
        head = b'{"totalSize":%d,"done":false,"nextRecordsUrl":"%b",' % (self.count, more)
        return b'%b"records":[%b]}' % (head, records)


class HubSpotPages:
    """Answers listings of contacts; the paging cursor is the last id, as at HubSpot."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._all = Shelf(persons(count), size=HUBSPOT_PAGE, form=hubspot, ref=hubspot_id)

    def listing(self, after: str) -> bytes:
        """Return the page behind *after*."""
        number = self._all.after(after)
        records = self._all.page(number)
        if number + 1 >= len(self._all):
            return b'{"results":[%b]}' % records
        last = self._all.last_refs[number].encode()
        link = b"https://api.hubapi.com/crm/v3/objects/contacts?after=" + last
        paging = b'{"next":{"after":"%b","link":"%b"}}' % (last, link)
        return b'{"results":[%b],"paging":%b}' % (records, paging)


def _whole(records: bytes) -> bytes:
    count = records.count(b'{"attributes":')
    return b'{"totalSize":%d,"done":true,"records":[%b]}' % (count, records)
