"""Associations, read in batches: with their types and labels, and all pages of each record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from kam_connector.errors import RecordError
from kam_hubspot.answers import objects_of, reading, records_of
from kam_hubspot.client import Client

__all__ = ["LINKS_SIZE", "Link", "ReadLinks", "linked"]

LINKS_SIZE = 1000
"""Most records of one associations read (changelog of February 2025) ..."""
LINKS_SIZE_BEFORE = 100
"""... and where a portal still has the earlier limit."""


class Link(NamedTuple):
    """One record that another is linked with."""

    ref: str
    types: frozenset[int]
    """HubSpot's own types; a portal's own labels count from one again, so they stand apart."""
    labels: tuple[str, ...] = ()
    """The portal's own labels, as people read them."""


ReadLinks = Callable[[str, Sequence[str]], dict[str, list[Link]]]
"""Gives the links of records to an object, by record."""


def linked(
    client: Client, object_: str, to_object: str, refs: Sequence[str]
) -> dict[str, list[Link]]:
    """Return what records are linked with, by record; follows the pages of each.

    One call per 1,000 records, and further ones for records with more than 500 links.

    Raises:
        CrmUnavailable: An answer that cannot be read, or whose pages never end (KAM-3103).
    """
    found: dict[str, dict[str, Link]] = {ref: {} for ref in refs}
    waiting: list[dict[str, str]] = [{"id": ref} for ref in refs]
    size = min(client.links_size, LINKS_SIZE)
    while waiting:
        part, waiting = waiting[:size], waiting[size:]
        try:
            answer = client.links(object_, to_object, part)
        except RecordError as error:
            if error.http_status != 400 or size == LINKS_SIZE_BEFORE:
                raise
            client.links_size = size = LINKS_SIZE_BEFORE
            waiting = part + waiting
            continue
        with reading(client.name):
            waiting += _take(answer, found, crm=client.name)
    return {ref: list(links.values()) for ref, links in found.items()}


def _take(
    answer: Mapping[str, Any], found: dict[str, dict[str, Link]], *, crm: str
) -> list[dict[str, str]]:
    """Keep a page of links; return the records that have more, and from where."""
    records_of({**answer, "results": []}, crm=crm)  # its errors, if it has any
    more = []
    for result in objects_of(answer):
        links = found.get(str(result["from"]["id"]))
        if links is None:
            continue  # merged meanwhile: the answer speaks of the survivor
        before = len(links)
        for link in map(_link, result["to"]):
            links[link.ref] = link
        after = ((result.get("paging") or {}).get("next") or {}).get("after")
        if after is not None:
            if len(links) == before:
                raise ValueError("pages that bring nothing new never end")
            more.append({"id": str(result["from"]["id"]), "after": str(after)})
    return more


def _link(to: Mapping[str, Any]) -> Link:
    kinds = to["associationTypes"]
    return Link(
        str(int(to["toObjectId"])),
        frozenset(int(one["typeId"]) for one in kinds if one["category"] == "HUBSPOT_DEFINED"),
        tuple(
            str(one["label"])
            for one in kinds
            if one["category"] != "HUBSPOT_DEFINED" and one.get("label")
        ),
    )
