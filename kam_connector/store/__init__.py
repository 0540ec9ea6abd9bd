"""The one database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from kam_connector.store.backup import BackupFacts, backup, inspect_backup
from kam_connector.store.codes import CODES
from kam_connector.store.migrate import SchemaState, check, upgrade
from kam_connector.store.restore import Restored, restore
from kam_connector.store.sql_store import SqlStore, open_store
from kam_connector.store.vault import Vault

__all__ = [
    "CODES",
    "BackupFacts",
    "Restored",
    "SchemaState",
    "SqlStore",
    "Vault",
    "backup",
    "check",
    "inspect_backup",
    "open_store",
    "restore",
    "upgrade",
]
