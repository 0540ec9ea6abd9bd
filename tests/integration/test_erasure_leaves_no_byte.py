"""After an erasure nothing of the person can be found in any file of the product's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import quote

import pytest

from kam_connector.model.erasure import Person
from kam_connector.model.identity import RecordKey
from kam_connector.model.kept import KEPT, kept_name
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.staging import Quarantined
from kam_connector.store import SqlStore, backup, open_store
from kam_connector.testing.kept_samples import make_kept
from kam_connector.testing.store_samples import (
    EPOCH,
    make_action,
    make_agreed,
    make_batch,
    make_run,
    make_signal,
)
from tests.factories.world import World, make_world, put_account
from tests.guarantees import Figures

FIRST = ("Zoé", "Łucja", "Søren", "李", "Anaïs", "José", "Chloë", "Ünal", "Bjørn", "Ghislaine")
LAST = ("Bélanger", "Wałęsa", "O'Brien", "Núñez", "Quintrec")


def canaries(number: int) -> dict[str, str]:
    """Return what names one person: name, address, telephone, title."""
    first, last = FIRST[number % 10], LAST[number // 10]
    return {
        "name": f"{first} {last}{chr(97 + number % 10)}vik",
        "email": f"canary.{number:02d}@secretmail{number:02d}.test",
        "phone": f"+33 6 77 {number:02d} 41 {99 - number:02d}",
        "title": f"Déléguée canari{number:02d}directrice",
    }


PEOPLE = [canaries(number) for number in range(50)]
CANARIES = sorted({text for person in PEOPLE for text in person.values()})


def spellings(text: str) -> set[bytes]:
    """Return a canary's bytes as files hold texts."""
    forms = {text, text.upper(), json.dumps(text)[1:-1], quote(text)}
    return {form.encode() for form in forms}


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def hits(folder: Path, texts: Sequence[str] = CANARIES) -> list[tuple[str, str]]:
    """Return file and canary of every find, in any spelling."""
    found = files(folder)
    return [
        (name, text)
        for text in texts
        for form in spellings(text)
        for name, content in found.items()
        if form in content
    ]


def text_fields(made: type[Any]) -> list[str]:
    """Return the fields of a type in which people write."""
    hints = get_type_hints(made)
    return [
        one.name
        for one in fields(made)
        if str in (hints[one.name], *get_args(hints[one.name])) and not one.name.endswith("id")
    ]


def told_everywhere() -> Iterator[Any]:
    """Yield a record of every type with a different person in each of its texts."""
    turn = iter(range(10_000))
    for made in KEPT:
        said = {name: sentence(next(turn)) for name in text_fields(made)}
        yield make_kept(made, **{"account_id": "acc_1", **said})


def sentence(number: int) -> str:
    """Return a sentence that names a person by all they have."""
    one = PEOPLE[number % len(PEOPLE)]
    return f"{one['name']} ({one['title']}) said: call {one['phone']}, write {one['email']}."


def populated(folder: Path) -> World:
    """Return an installation that has met fifty people, in two CRMs, for some nights."""
    world = make_world(f"sqlite:///{folder / 'kam.db'}", accounts=1)
    for number, one in enumerate(PEOPLE):
        account = f"b{number // 10}"
        put_account(world.crm, account, grade="1")
        ref = f"{account}-canary-{number:04d}"
        values: dict[str, JsonValue] = {
            "account": account, "name": one["name"], "title": one["title"],
            "email": one["email"], "kam_band": None,
        }  # fmt: skip
        world.crm.put("contact", ref, values)
        people: list[JsonValue] = [{"kind": "contact", "ref": ref}, {"kind": "user", "ref": "u1"}]
        held = (world.crm.now - timedelta(days=40)).isoformat()
        world.crm.put("meeting", ref, {"at": held, "account": account, "@people": people})
    world.advance()
    world.first_night()
    for person in list(world.store.people()):
        in_another_crm(world.store, person)
    tell_everything(world.store)
    return world


def in_another_crm(store: SqlStore, person: Person) -> None:
    """Let a second CRM know the same person."""
    if person.id is None or not person.name:
        return
    ref = f"hs-{person.records[0].ref}"
    key = RecordKey("hs", Kind.CONTACT, ref)
    read: dict[str, JsonValue] = {"name": person.name, "email": person.email}
    base = make_agreed(key=key, kind=Kind.CONTACT, kam_id=person.id, read=read)
    store.update_staged("hs", "contact:contacts", {ref: {"phone": "?", **read}})
    store.apply_merge(make_batch(Kind.CONTACT, agreed=(base,), connection="hs"))


def tell_everything(store: SqlStore) -> None:
    """Name people wherever a text may stand, changes and all."""
    records = list(told_everywhere())
    store.keep(records, by="Ada", at=EPOCH)
    store.keep([replace(one, **flipped(one)) for one in records], by="Ada", at=EPOCH)
    for number in range(len(PEOPLE)):
        said = sentence(number)
        store.save_actions([make_action(f"act-{number}", title=said, reason=said)])
        key = f"cold:{number}"
        store.save_signals(f"acc_{number}", [
            make_signal(key, account_id=f"acc_{number}", summary=said, evidence={"said": [said]})
        ])  # fmt: skip
        refused = {"source": "deal:deal", "ref": str(number), "field": "", "code": "KAM-3020"}
        store.save_quarantined([Quarantined(connection="acme", message=said, **refused)])
        store.open_run(make_run(f"told-{number}", local_date=None))
        store.save_run(make_run(f"told-{number}", error=said, counts={"said": number}))


def flipped(record: Any) -> dict[str, str]:
    """Return a record's texts in capitals: a change that history keeps."""
    return {name: getattr(record, name).upper() for name in text_fields(type(record))}


def erase_all(store: SqlStore) -> int:
    """Erase the fifty; returns how many erasures it took."""
    by_address = {one["email"]: one for one in PEOPLE}
    canaried = [one for one in store.people() if one.email in by_address]
    for person in canaried:
        phone = by_address[str(person.email)]["phone"]
        store.erase_person(person, by="Ada", also=[phone])
    assert store.purge()
    return len(canaried)


@pytest.mark.guarantee("G18", "TM21")
def test_no_byte_of_fifty_erased_people_is_left(tmp_path: Path, figure: Figures) -> None:
    """Database, its log, its index of the log, the marks beside it; a backup brings nobody."""
    world = populated(tmp_path)
    before = b"".join(files(tmp_path).values())
    there_before = {text for text in CANARIES if text.encode() in before}
    erased = erase_all(world.store)
    found = hits(tmp_path)
    figure(
        "G18",
        f"{len(there_before)} canaries of {erased} people in {len(KEPT)} kinds of record and two "
        f"CRMs: {len(found)} found in {len(files(tmp_path))} files after the erasure",
        met=not found and len(there_before) == len(CANARIES) == 200,
    )
    world.store.close()


@pytest.mark.guarantee("G18", "TM21")
def test_an_old_copy_brings_nobody_back(tmp_path: Path) -> None:
    """However it got there: whoever was erased since is erased again before anything is shown."""
    (tmp_path / "live").mkdir()
    world = populated(tmp_path / "live")
    backup(f"sqlite:///{tmp_path / 'live' / 'kam.db'}", tmp_path / "old.db")
    person = next(one for one in world.store.people() if one.email == PEOPLE[7]["email"])
    world.store.erase_person(person, by="Ada")
    world.store.close()
    (tmp_path / "live" / "kam.db").write_bytes((tmp_path / "old.db").read_bytes())
    opened = open_store(f"sqlite:///{tmp_path / 'live' / 'kam.db'}")
    left = {one.email for one in opened.people()}
    opened.close()
    assert left.isdisjoint({PEOPLE[7]["email"]})
    assert PEOPLE[8]["email"] in left
    assert hits(tmp_path / "live", [PEOPLE[7][what] for what in ("name", "email", "title")]) == []


def test_every_kind_of_record_is_searched() -> None:
    """A new type joins by itself."""
    assert {kept_name(type(one)) for one in told_everywhere()} == set(map(kept_name, KEPT))
