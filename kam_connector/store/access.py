"""What CRMs said of their users' rights, and the store as one person sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import orjson
from sqlalchemy import select

from kam_connector.model.access import Capability, Heard, Right, Viewer
from kam_connector.model.kind import Kind
from kam_connector.ports import Store
from kam_connector.store.bulk import Upsert, among
from kam_connector.store.database import Database
from kam_connector.store.records import instant_text
from kam_connector.store.seen import seen_by
from kam_connector.store.tables import table

__all__ = ["Remembering"]

_HEARD = table("heard_rights")
_COLUMNS = ["connection", "user_ref", "at", "edits", "reads", "field_edits", "field_reads"]
_SAVE = Upsert(_HEARD, _COLUMNS)


class Remembering:
    """The part of ``ports.Store`` that access uses."""

    _db: Database

    def heard(self, connection: str, user_ref: str) -> Heard | None:
        """Return what the CRM last said of a user's rights; None: never asked."""
        t = _HEARD
        mine = (t.c.connection == connection) & (t.c.user_ref == user_ref)
        with self._db.read() as opened:
            row = opened.execute(select(t).where(mine)).first()
        if row is None:
            return None
        told = row.field_edits is not None and row.field_reads is not None
        return Heard(
            connection=connection,
            user_ref=user_ref,
            at=datetime.fromisoformat(row.at),
            rights=_rights(row.edits, row.reads),
            fields=_rights(row.field_edits, row.field_reads) if told else None,
        )

    def save_heard(self, heard: Heard) -> None:
        """Replace what is remembered of one user of one connection."""
        fields = (None, None) if heard.fields is None else _texts(heard.fields)
        key = (heard.connection, heard.user_ref, instant_text(heard.at))
        with self._db.write() as opened:
            _SAVE.run(opened, [(*key, *_texts(heard.rights), *fields)])

    def homes(self, kind: Kind, ids: Collection[str]) -> dict[str, str | None]:
        """Return the account of contacts or opportunities, by id, those deleted included."""
        t = table(kind.value)
        with self._db.read() as opened:
            wanted = select(t.c.id, t.c.account_id).where(among(opened, t.c.id, ids))
            return {row.id: row.account_id for row in opened.execute(wanted)}

    def hidden(self) -> frozenset[str]:
        """Return the paths of values that are hidden here: none, in the whole store."""
        return frozenset()

    def seen_by(self, viewer: Viewer, *, doing: Capability) -> Store:
        """Return this store as one person sees it while doing one thing.

        Raises:
            AccessDenied: Their roles do not allow it at all (KAM-7046).
        """
        return seen_by(self, viewer, doing=doing)  # type: ignore[arg-type] # SqlStore is one


def _rights(edits: str, reads: str) -> dict[str, Right]:
    rights = dict.fromkeys(orjson.loads(reads), Right.READ)
    return rights | dict.fromkeys(orjson.loads(edits), Right.EDIT)


def _texts(rights: Mapping[str, Right]) -> tuple[str, str]:
    """Return who may be edited and who only read, as two JSON lists."""
    edits, reads = (
        orjson.dumps(sorted(key for key, one in rights.items() if one is right)).decode()
        for right in (Right.EDIT, Right.READ)
    )
    return edits, reads
