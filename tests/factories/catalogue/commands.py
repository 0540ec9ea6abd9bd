"""Words of a command that lead nowhere (U13 to U15)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

from kam_connector.model.run import ConnectionState
from kam_connector.store import open_store
from kam_connector.sync.lease import connection_lease
from kam_connector.testing import MemoryCrm
from kam_connector.testing.store_samples import EPOCH, make_preview
from tests.factories.catalogue.mapping import memory_files
from tests.factories.catalogue.row import Bad
from tests.factories.world import populate

__all__ = ["COMMANDS"]


def _crm() -> MemoryCrm:
    crm = MemoryCrm()
    populate(crm, 2)
    return crm


def _leased(folder: Path) -> None:
    store = open_store(f"sqlite:///{folder}/kam.db")
    store.acquire_lease(connection_lease("emea"), "other:1", ttl_s=600)
    store.close()


def _old_preview(folder: Path) -> None:
    store = open_store(f"sqlite:///{folder}/kam.db")
    facts = {"name": "emea", "crm": "memory", "org_ref": "org-memory"}
    store.save_connection(ConnectionState(**facts, writes_enabled_at=EPOCH))
    long_ago = EPOCH - timedelta(days=300)
    shown = make_preview("0101-old", connection="emea", changes=(), created_at=long_ago)
    store.save_preview(shown)
    store.close()


_Asked = partial(Bad, files=memory_files(), crm=_crm)

COMMANDS: tuple[Bad, ...] = (
    _Asked(row="U13", case="unknown run", exit_code=2, code="KAM-7043", where="r-none",
           words=("writes", "undo", "r-none"), fix="kam writes list"),
    _Asked(row="U14", case="unknown preview", exit_code=4, code="KAM-7043", where="p-none",
           words=("sync", "apply", "p-none"), fix="kam sync preview"),
    _Asked(row="U14", case="old preview", exit_code=10, code="KAM-5011", where="0101-old",
           what=("hours old",), words=("sync", "apply", "0101-old"), prepare=_old_preview,
           fix="kam sync preview"),
    _Asked(row="U15", case="another run", exit_code=8, code="KAM-7010", where="emea",
           what=("other:1", "until"), words=("sync", "run"), prepare=_leased, fix="kam status"),
)  # fmt: skip
