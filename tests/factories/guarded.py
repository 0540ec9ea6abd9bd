"""An installation under access control: one database, four accounts, five people.

Ada looks after "Alder Works" (edits it, whole), may read "Birch Logistics", edits "Cedar Group"
whose subsidiary she may not see, and "Zephyrine Canary" does not exist for her. Whatever belongs
to the two hidden accounts has the canary's name in it.

Cleo sees the same accounts as Ada, and may not read three fields of their records: those of
"Alder Works" hold canaries of their own.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import click

from kam_connector.cli.root import root
from kam_connector.mapping import field_origins, load_mapping, shipped_mapping_path
from kam_connector.model.access import Heard, Right
from kam_connector.model.conflict import Conflict
from kam_connector.model.kept import KEPT
from kam_connector.model.kind import Kind, Row
from kam_connector.model.plan import Action, Plan, PlanStatus
from kam_connector.model.signal import Severity, Signal, SignalKind
from kam_connector.testing.kept_samples import make_kept
from kam_connector.testing.memory_crm import MemoryCrm
from kam_connector.testing.store_conflicts import make_conflict
from tests.factories.world import NOW, World, make_world, put_account, put_people

__all__ = ["CANARY", "CONFIG", "FIELD_CANARIES", "commands", "prepare", "quoted", "told"]

CANARY = "zephyrine"
FIELD_CANARIES = ("quixotica", "addressica", "98765432")
"""In a job title, an address and an amount of "Alder Works"."""
_HIDDEN = frozenset({"contacts.jobtitle", "contacts.email", "deals.amount"})
"""What the CRM does not let Cleo read."""
_BETWEEN = re.compile(rb"[\s,.'\xa0]|\xc2|\xe2\x80\xaf")
"""What may stand between the digits of an amount."""
CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
[access]
enabled = true
admins = ["Root"]
programme_heads = ["hanna"]
auditors = ["otto"]
[access.people]
ada = "ada@us.test"
cleo = "u3@us.test"
"""
_ACCOUNTS = (
    ("edit", "Alder Works", None),
    ("read", "Birch Logistics", None),
    ("part", "Cedar Group", None),
    ("below", "Zephyrine Below", "part"),
    ("hidden", "Zephyrine Canary", None),
)
_SEEN = {"edit": Right.EDIT, "read": Right.READ, "part": Right.EDIT}


def prepare(folder: Path) -> World:
    """Build the database after a first night, with what people and rules say of each account."""
    crm = MemoryCrm(now=NOW)
    before = NOW - timedelta(days=1)
    for ref, name, parent in _ACCOUNTS:
        put_account(crm, ref, at=before, name=name, domain=f"{name.split()[1].lower()}.test",
                    parent=parent, grade="2" if ref == "below" else "1")  # fmt: skip
        put_people(crm, ref, ("x", "y"), at=before)
        _rename(crm, ref, name, before)
    _mark(crm, "edit", before)
    for ref, name in (("u2", "Ben Vance"), ("u3", "Cleo Night"), ("u9", "Gone Away")):
        row: Row = {"name": name, "email": f"{ref}@us.test", "active": ref != "u9"}
        crm.put("user", ref, row, modified_at=before)
    world = make_world(f"sqlite:///{folder / 'kam.db'}", accounts=0, crm=crm)
    world.first_night()
    for ref, name, _ in _ACCOUNTS:
        _say(world, ref, name)
    heard = Heard(connection="acme", user_ref="u1", at=datetime.now(UTC), rights=_SEEN)
    world.store.save_heard(heard)
    world.store.save_heard(replace(heard, user_ref="u2", rights={}))
    world.store.save_heard(replace(heard, user_ref="u3", fields=_fields()))
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    return world


def commands() -> dict[str, click.Command]:
    """Return every command of the tree by its words."""
    return dict(_leaves(root, ()))


def told(folder: Path, known: Iterable[Path]) -> bytes:
    """Return the bytes of all files that a command wrote, archives unpacked, in lower case."""
    before = set(known)
    fresh = [
        one
        for one in folder.rglob("*")
        if one.is_file() and one not in before and not one.name.startswith("kam.db")
    ]
    return b"\n".join(_unpacked(one.read_bytes()) for one in fresh).lower()


def quoted(written: bytes) -> frozenset[str]:
    """Return the canaries of fields that stand in what was written, however digits are grouped."""
    plain = _BETWEEN.sub(b"", written)
    return frozenset(one for one in FIELD_CANARIES if one.encode() in plain)


def _fields() -> dict[str, Right]:
    """Return what the CRM lets Cleo read: every field that the mapping names, but three."""
    origins = field_origins(load_mapping(shipped_mapping_path("hubspot"), crm="hubspot"))
    named = {f"{object_}.{field}" for object_, names in origins.fields.items() for field in names}
    assert named >= _HIDDEN
    return dict.fromkeys(named - _HIDDEN, Right.EDIT)


def _mark(crm: MemoryCrm, ref: str, before: datetime) -> None:
    """Put canaries into fields of one account's records."""
    for id_, row in list(crm.live("contact").items()):
        if row.get("account") == ref:
            told = {"title": "Quixotica Buyer", "email": f"addressica.{id_}@them.test"}
            crm.put("contact", id_, {**row, **told}, modified_at=before)
    for id_, row in list(crm.live("deal").items()):
        if row.get("account") == ref:
            crm.put("deal", id_, {**row, "amount": int(FIELD_CANARIES[2])}, modified_at=before)


def _leaves(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from _leaves(found, (*path, name))
        else:
            yield " ".join((*path, name)), found


def _unpacked(data: bytes) -> bytes:
    if not zipfile.is_zipfile(BytesIO(data)):
        return data
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return b"\n".join(archive.read(one) for one in archive.namelist())


def _rename(crm: MemoryCrm, ref: str, name: str, before: datetime) -> None:
    """Give the account's people and business its name, so that a leak is found."""
    for object_ in ("contact", "deal"):
        for id_, row in list(crm.live(object_).items()):
            if row.get("account") == ref:
                called = {"name": f"{row['name'].split()[0]} of {name}"}  # type: ignore[union-attr]
                crm.put(object_, id_, {**row, **called}, modified_at=before)


def _say(world: World, ref: str, name: str) -> None:
    store, account_id = world.store, world.account(ref)
    contact = world.crm and next(
        row.id for row in store.mirror_rows(Kind.CONTACT) if row.values["account"] == account_id
    )
    kept = [_kept(made, account_id, name, contact) for made in KEPT]
    store.keep([one for one in kept if one is not None], by=name, at=NOW)
    store.save_plan(Plan(account_id=account_id, status=PlanStatus.DRAFT, updated_at=NOW))
    signal = Signal(key=f"plan_stale:{account_id}", kind=SignalKind.PLAN_STALE,
                    severity=Severity.WARNING, account_id=account_id,
                    summary=f"Said of {name}", first_seen=date(2026, 11, 4))  # fmt: skip
    store.save_signals(account_id, [signal])
    action = Action(id=f"act-{ref}", account_id=account_id, title=f"Call {name}", reason=name,
                    due=date(2026, 12, 1), owner_id=None, created_on=date(2026, 11, 1))  # fmt: skip
    store.save_actions([action])
    store.save_conflicts([_contested(ref, account_id, name)])


def _contested(ref: str, account_id: str, name: str) -> Conflict:
    """Return a review date of an account that both sides moved."""
    return make_conflict(ref, connection="acme", kam_id=account_id, label=name, reason=name)


def _kept(made: type[Any], account_id: str, name: str, contact_id: str) -> Any:
    """Return a record of a type about an account; None for the programme's own types."""
    names = {one.name for one in fields(made)}
    if "account_id" not in names:
        return None
    given = {"account_id": account_id, "contact_id": contact_id, "from_contact_id": contact_id}
    sample = make_kept(made, f"{made.__name__}-{account_id}")
    texts = {
        one: f"{one} {name}"
        for one in ("text", "title", "name", "reason", "note", "evidence", "content", "verbatim")
        if one in names and type(getattr(sample, one)) is str
    }
    if "content" in texts:
        texts["content"] = json.dumps({"words": name})
    known = {key: value for key, value in {**given, **texts}.items() if key in names}
    return replace(sample, **known)
