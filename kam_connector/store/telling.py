"""Gathers what names a person and nobody else, before they are erased."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

import orjson
from sqlalchemy import Connection, func, select

from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.store.bulk import among
from kam_connector.store.spelling import Words, is_telling
from kam_connector.store.tables import table

__all__ = ["addresses_in", "without_addresses", "words_given", "words_of"]

_ADDRESS = re.compile(r"[\w.!#$&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE_KEY = re.compile(r"(?i)phone|mobile|fax|tel\b|whatsapp")
_PHONE = re.compile(r"^\+?[\d\s().\-/]{7,24}$")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d")
_PROFILE = re.compile(r"(?i)^(?:https?://)?[\w.]*(?:linkedin|xing|twitter|facebook)\.\w+/.+")
_NAME_KEY = re.compile(r"(?i)^(?:full_?)?name$")
_OWN_CODE = 9
"""A record number of so many signs is no other object's: our choice. Real ones have 15 or 18
signs, or eleven digits; small numbers of a trial are never looked for in texts."""
_TITLE = 8
"""Shorter titles ("CFO") name an office, not a person: our choice."""


def words_of(
    opened: Connection, kind: Kind, keys: Sequence[RecordKey], kam_ids: Sequence[str]
) -> Words:
    """Return everything that tells a person apart; nothing for records that are no people."""
    if kind is not Kind.CONTACT:
        return Words()
    codes = {*kam_ids, *(key.ref for key in keys if len(key.ref) >= _OWN_CODE)}
    words = Words(codes=frozenset(codes))
    t = table("contact")
    columns = (t.c.name, t.c.email, t.c.aliases, t.c.title, t.c.extra)
    for row in opened.execute(select(*columns).where(among(opened, t.c.id, kam_ids))).mappings():
        words = words.joined(_told({**row, "aliases": _opened(row["aliases"])}))
        words = words.joined(_told(_opened(row["extra"])))
    for doc in _documents(opened, keys):
        words = words.joined(_told(doc))
    past = table("position")
    held = opened.scalars(select(past.c.title).where(among(opened, past.c.contact_id, kam_ids)))
    titles = {*words.phrases, *(one for one in held if one)}
    return Words(
        names=words.names,
        addresses=words.addresses,
        numbers=words.numbers,
        codes=words.codes,
        phrases=frozenset(_nobody_elses(opened, titles, kam_ids)),
    )


def words_given(also: Iterable[str]) -> Words:
    """Return words that somebody typed, each by what it looks like."""
    texts = [one.strip() for one in also if one.strip()]
    addresses = {one for one in texts if _ADDRESS.fullmatch(one)}
    numbers = {one for one in texts if _PHONE.match(one) and not _DAY.match(one)}
    return Words(
        addresses=frozenset(addresses),
        numbers=frozenset(numbers),
        given=frozenset(set(texts) - addresses - numbers),
    )


def addresses_in(value: JsonValue) -> Iterator[str]:
    """Yield every e-mail address in a value, in lower case."""
    if isinstance(value, str):
        if "@" in value:
            yield from (found.lower() for found in _ADDRESS.findall(value))
    elif isinstance(value, dict):
        for one in value.values():
            yield from addresses_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from addresses_in(one)


def without_addresses(value: JsonValue, addresses: Collection[str], mark: str) -> JsonValue:
    """Return a value with *mark* in the place of these addresses (lower case)."""
    if isinstance(value, str):
        return _ADDRESS.sub(
            lambda found: mark if found.group().lower() in addresses else found.group(), value
        )
    if isinstance(value, dict):
        return {k: without_addresses(one, addresses, mark) for k, one in value.items()}
    if isinstance(value, list):
        return [without_addresses(one, addresses, mark) for one in value]
    return value


def _documents(opened: Connection, keys: Iterable[RecordKey]) -> Iterator[JsonValue]:
    """Yield what each CRM says: the image, and what was agreed."""
    for connection, kind, ref in keys:
        t = table("staged")
        mine = (t.c.connection == connection) & (t.c.ref == ref)
        of_kind = t.c.source.startswith(f"{kind.value}:", autoescape=True)
        for doc in opened.scalars(select(t.c.doc).where(mine, of_kind)):
            yield orjson.loads(doc)
        t = table("agreed")
        mine = (t.c.connection == connection) & (t.c.kind == kind.value) & (t.c.ref == ref)
        for doc in opened.scalars(select(t.c.doc).where(mine)):
            yield orjson.loads(doc).get("read")


def _told(doc: JsonValue) -> Words:
    """Return what a record's own values tell: by what they look like, whatever the field."""
    if not isinstance(doc, dict):
        return Words()
    texts = {name: one for name, one in doc.items() if isinstance(one, str) and one.strip()}
    by_key = {name.casefold().rpartition(":")[2]: one for name, one in texts.items()}
    names = {one for name, one in texts.items() if _NAME_KEY.match(name)}
    first, last = by_key.get("firstname"), by_key.get("lastname")
    names |= {f"{first} {last}"} if first and last else set()
    titles = {one for name, one in by_key.items() if name in ("title", "jobtitle")}
    profiles = {one for one in texts.values() if _PROFILE.match(one)}
    return Words(
        names=frozenset(names),
        addresses=frozenset(addresses_in(doc)),
        numbers=frozenset(one for name, one in texts.items() if _is_phone(name, one)),
        phrases=frozenset(titles | profiles),
    )


def _is_phone(name: str, text: str) -> bool:
    if not _PHONE.match(text) or _DAY.match(text):
        return False
    return bool(_PHONE_KEY.search(name)) or text.startswith("+")


def _nobody_elses(
    opened: Connection, phrases: Iterable[str], kam_ids: Sequence[str]
) -> Iterator[str]:
    """Yield the titles that only this person bears, and whatever is no title."""
    for phrase in phrases:
        if len(phrase) < _TITLE or not is_telling(phrase):
            continue
        t = table("contact")
        others = t.c.id.not_in(kam_ids) & (t.c.title == phrase)
        if not opened.scalar(select(func.count()).select_from(t).where(others)):
            yield phrase


def _opened(text: str | None) -> JsonValue:
    value: JsonValue = orjson.loads(text) if text else None
    return value
