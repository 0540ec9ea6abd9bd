"""Builds the app from Config: the only place where objects meet."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from kam_connector import plugins
from kam_connector.config import Config, load_config
from kam_connector.config import Connection as ConnectionSettings
from kam_connector.config.problem import nearest, together
from kam_connector.config.secret import is_reference
from kam_connector.config.stop_switch import outside_stop
from kam_connector.errors import ConfigError
from kam_connector.kam.settings import KamSettings
from kam_connector.mapping import (
    Mapping,
    Origins,
    field_origins,
    load_mapping,
    shipped_mapping_path,
)
from kam_connector.model.access import Capability, Role, Viewer
from kam_connector.model.kind import Kind
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock, Crm, Store, TokenVault
from kam_connector.store import Vault, open_store
from kam_connector.sync.access import AccessRules, Asking, find_viewer
from kam_connector.sync.context import Rails, SyncContext
from kam_connector.sync.lease import connection_lease

__all__ = [
    "App",
    "SystemClock",
    "access_rules",
    "build_app",
    "database_url",
    "mapping_path",
    "rails_of",
    "read_config",
]


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(slots=True)
class App:
    """An installation at work: one store, and connections opened when first needed."""

    config: Config
    store: Store
    clock: Clock
    _open: dict[str, Crm] = field(default_factory=dict)

    @property
    def connections(self) -> dict[str, ConnectionSettings]:
        """The enabled connections, in the order of the file."""
        return {name: one for name, one in self.config.connections.items() if one.enabled}

    def names(self, wanted: Sequence[str] = ()) -> list[str]:
        """Return the connections meant: those named, or all enabled ones.

        Raises:
            ConfigError: A name is unknown, or none is configured (KAM-1062).
        """
        known = self.config.connections
        for name in wanted:
            if name not in known:
                message = f'There is no connection "{name}" in {self.config.source.name}.'
                raise ConfigError(message, code="KAM-1062", hint=nearest(name, known))
        chosen = list(wanted) or list(self.connections)
        if not chosen:
            hint = "Add a [connections.NAME] table, or run  kam init ."
            raise ConfigError("No connection is configured.", code="KAM-1062", hint=hint)
        return chosen

    def one(self, wanted: str | None) -> str:
        """Return the connection meant: the one named, or the only one.

        Raises:
            ConfigError: None fits (KAM-1062) or several do (KAM-1063).
        """
        chosen = self.names([wanted] if wanted else [])
        if len(chosen) > 1:
            message = f"Several connections are configured: {', '.join(chosen)}."
            raise ConfigError(message, code="KAM-1063", hint="Say which one is meant.")
        return chosen[0]

    def require(self, names: Sequence[str]) -> None:
        """Check that the connections can be opened, before anything is started.

        Raises:
            ConfigError: Carries every mistake, secrets that lead nowhere included.
        """
        problems = plugins.check_connections(self.config, names, secrets=True)
        if problems:
            raise together(problems)

    def crm(self, name: str) -> Crm:
        """Return the connection's CRM, opened once; it signs in when first asked something."""
        if name not in self._open:
            adapter = plugins.find_crm(self.config.connections[name].crm)
            settings = plugins.connection_settings(self.config, name)
            vault = self.vault(name)
            self._open[name] = adapter.open(name, settings, clock=self.clock, vault=vault)
        return self._open[name]

    def forget(self, name: str) -> None:
        """Close a connection; its next use opens it anew and asks the CRM for its fields again."""
        opened = self._open.pop(name, None)
        if opened is not None:
            opened.close()

    def outside_stop(self) -> str:
        """Return why a file or the environment forbids all writing; empty: they do not."""
        return outside_stop(self.config.source.folder, os.environ)

    def is_running(self, name: str) -> bool:
        """Tell whether a run of the connection is under way, here or elsewhere."""
        lease = self.store.lease(connection_lease(name))
        return lease is not None and lease.until > self.clock.now() and _alive(lease.owner)

    def vault(self, name: str) -> TokenVault:
        """Return what keeps the connection's sign-in; its key is read when it is first used."""
        return Vault(
            self.store,
            connection=name,
            crm=self.config.connections[name].crm,
            keys=lambda: _keys(self.config),
            clock=self.clock,
        )

    def mapping(self, name: str) -> Mapping:
        """Return the connection's mapping.

        Raises:
            MappingError: It is missing or wrong.
        """
        crm = self.config.connections[name].crm
        never = plugins.never_written(crm)
        return load_mapping(mapping_path(self.config, name), crm=crm, never=never)

    def context(
        self,
        name: str,
        *,
        actor: str = "",
        stopping: Callable[[], bool] = lambda: False,
        progress: Callable[[str, int], None] = lambda _stage, _count: None,
    ) -> SyncContext:
        """Return all that a use case needs of one connection, for one person or the schedule."""
        connection = self.config.connections[self.one(name)]
        mapping = self.mapping(name)
        return SyncContext(
            connection=name,
            crm=self.crm(name),
            store=self.store,
            mapping=mapping,
            settings=_method(self.config, mapping),
            clock=self.clock,
            rails=rails_of(self.config, mapping),
            selects=self.config.kam.selects,
            selects_because=self.config.kam.key_accounts,
            source_order=tuple(self.config.connections),
            owner=f"{socket.gethostname()}:{os.getpid()}",
            actor=actor,
            alive=_alive,
            calls_share=_calls_share(connection, mapping),
            calls_reserve=_calls_reserve(connection, mapping),
            outside_stop=self.outside_stop,
            stopping=stopping,
            progress=progress,
        )

    def viewer(self, actor: str, *, doing: Capability) -> Viewer:
        """Return who somebody is and what they may see; CRMs are asked where it is needed.

        Raises:
            AccessDenied: They are nobody (KAM-7047), or it cannot be known (KAM-7048).
        """
        rules, now = access_rules(self.config), self.clock.now()
        asking = Asking(crm_of=self._asked, origins_of=self._origins, now=now)
        return find_viewer(self.store, rules, actor, doing=doing, asking=asking)

    def under(self, viewer: Viewer, *, doing: Capability) -> App:
        """Return this app as one person sees it while doing one thing; it shares connections.

        Raises:
            AccessDenied: Their roles do not allow it (KAM-7046).
        """
        return replace(self, store=self.store.seen_by(viewer, doing=doing))

    def _origins(self, name: str) -> Origins:
        """Return where a connection's values come from, and where they go."""
        return field_origins(self.mapping(name))

    def _asked(self, name: str) -> Crm:
        """Return the CRM of a connection that is still configured and on."""
        if name not in self.connections:
            message = f'The connection "{name}" is not configured, or off.'
            raise ConfigError(message, code="KAM-1062")
        return self.crm(name)

    def close(self) -> None:
        """Give everything back; idempotent."""
        while self._open:
            self._open.popitem()[1].close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _alive(owner: str) -> bool:
    """Tell whether a lease's owner may still run: False only for a dead process of this host."""
    host, _, pid = owner.rpartition(":")
    if host != socket.gethostname() or not pid.isdecimal():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_config(path: Path | None = None) -> Config:
    """Read and check the configuration, the connections' own tables included.

    Raises:
        ConfigError: Carries every mistake found.
    """
    return load_config(path, check=plugins.check_connections)


def build_app(config: Config) -> App:
    """Open the store; connections open when they are first used.

    Raises:
        StorageError: The database cannot be opened or is of another release.
        ConfigError: The database URL's secret cannot be read.
    """
    return App(config=config, store=open_store(database_url(config)), clock=SystemClock())


def access_rules(config: Config) -> AccessRules:
    """Return what the configuration says of access."""
    said = config.access
    return AccessRules(
        named={
            Role.ADMIN: said.admins,
            Role.PROGRAMME_HEAD: said.programme_heads,
            Role.AUDITOR: said.auditors,
        },
        people={name.strip().casefold(): crm for name, crm in said.people.items()},
        hide={Role(role): frozenset(paths) for role, paths in said.hide.items()},
        field_rights=said.field_rights,
        fresh=timedelta(minutes=said.fresh_minutes),
        stale=timedelta(hours=said.stale_hours),
    )


def database_url(config: Config) -> str:
    """Return the database's URL; a relative SQLite path starts beside the file."""
    url = config.database.url
    if is_reference(url):
        where = config.source.where(["database", "url"])
        url = config.references.read(url, where=where, key="database.url").reveal()
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/") and url != prefix + ":memory:":
        return prefix + str((config.source.folder / url.removeprefix(prefix)).absolute())
    return url


def _keys(config: Config) -> list[Secret]:
    """Return the keys that seal sign-ins, newest first.

    Raises:
        ConfigError: None is named (KAM-1015), or a reference leads nowhere.
    """
    if config.secrets.key is None:
        message = "A sign-in with a browser is kept encrypted, and [secrets] names no key."
        hint = 'Make one:  openssl rand -base64 32 ; name it:  [secrets] key = "env:KAM_KEY"'
        raise ConfigError(message, code="KAM-1015", hint=hint)
    return [
        config.references.read(reference, where=config.source.where(name.split(".")), key=name)
        for name, reference in config.secrets.references
    ]


def mapping_path(config: Config, name: str) -> Path:
    """Return the mapping file of a connection: its own, or the one shipped for its CRM.

    Raises:
        ConfigError: No mapping is shipped for this CRM (KAM-1006).
    """
    connection = config.connections[name]
    if connection.mapping is not None:
        return config.source.folder / connection.mapping
    shipped = shipped_mapping_path(connection.crm)
    if shipped.is_file():
        return shipped
    message = f"No mapping is shipped for {connection.crm}."
    hint = f'Add  mapping = "PATH"  to [connections.{name}].'
    raise ConfigError(message, code="KAM-1006", hint=hint)


def rails_of(config: Config, mapping: Mapping) -> Rails:
    """Return the rails: the narrower of the configuration's and the mapping's ``guard``."""
    said = config.rails
    guards = [write.guard for write in mapping.writes]
    return Rails(
        max_share=min([said.max_percent / 100, *(float(one.max_ratio) for one in guards)]),
        max_records=min([said.max_records, *(one.max_records for one in guards)]),
        max_clears=min((one.max_clears for one in guards), default=None),
        max_empty_share=said.max_empty_percent / 100,
        floor=said.floor,
        median_factor=said.median_factor,
        quiet=timedelta(minutes=said.quiet_minutes),
        preview_ttl=timedelta(hours=said.preview_hours),
        max_attempts=said.max_attempts,
        canary=said.canary,
        four_eyes=said.four_eyes,
        flips=timedelta(days=said.flip_days),
    )


def _method(config: Config, mapping: Mapping) -> KamSettings:
    """Return the method's numbers; a mapping may ask for fewer open tasks, never for more."""
    settings = config.kam.settings()
    tasks = mapping.write_of(Kind.TASK)
    if tasks is None or tasks.max_open_per_owner is None:
        return settings
    most = min(settings.actions.max_open_per_owner, tasks.max_open_per_owner)
    return replace(settings, actions=replace(settings.actions, max_open_per_owner=most))


def _calls_share(connection: ConnectionSettings, mapping: Mapping) -> float:
    """Return our share of the CRM's daily calls: the smaller of both files'."""
    stated = mapping.budget.calls_share
    ours = connection.calls_percent / 100
    return min(ours, float(stated)) if stated is not None else ours


def _calls_reserve(connection: ConnectionSettings, mapping: Mapping) -> float:
    """Return the share always left to others: the larger of both files'."""
    return max(connection.reserve_percent / 100, float(mapping.budget.reserve_share))
