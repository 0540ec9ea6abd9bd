"""Finds adapters, jobs and commands by entry point, a third party's like our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from kam_connector.config import Config
from kam_connector.config.problem import nearest, problem, together
from kam_connector.config.secret import is_reference
from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret, read_settings, secret_names
from kam_connector.ports import Clock, Crm, TokenVault

__all__ = [
    "CrmType",
    "check_connections",
    "connection_settings",
    "crm_names",
    "find_crm",
    "find_job",
    "never_written",
]

CRMS = "kam_connector.crms"
JOBS = "kam_connector.jobs"


class CrmType(Protocol):
    """What an adapter's entry point names: a class that opens connections."""

    settings_type: type[Any]
    """A frozen dataclass: the keys of ``[connections.NAME]`` that the adapter understands.

    `kam init` asks for the fields whose metadata has an ``ask``: see `model.questions`.
    """

    def open(self, name: str, settings: Any, *, clock: Clock, vault: TokenVault) -> Crm:
        """Return a connection; signs in only when first asked something."""


def crm_names() -> list[str]:
    """Return the names of all adapters that are installed."""
    return sorted(point.name for point in entry_points(group=CRMS))


def find_crm(name: str) -> CrmType:
    """Return the adapter registered under a name.

    Raises:
        ConfigError: No installed package offers it (KAM-1060), or it cannot be loaded.
    """
    found: CrmType = _load(CRMS, name, what="CRM")
    return found


def never_written(crm: str) -> Mapping[str, Iterable[str]]:
    """Return an adapter's hard deny list: fields by object, of all objects under the empty name.

    An adapter says so with ``never_written`` beside ``settings_type``; one without has none.

    Raises:
        ConfigError: See ``find_crm``.
    """
    listed: Mapping[str, Iterable[str]] = getattr(find_crm(crm), "never_written", {})
    return listed


def find_job(name: str) -> Callable[..., Any]:
    """Return the job registered under a name.

    Raises:
        ConfigError: No installed package offers it (KAM-1060), or it cannot be loaded.
    """
    found: Callable[..., Any] = _load(JOBS, name, what="job")
    return found


def connection_settings(config: Config, name: str) -> Any:
    """Return the adapter's own settings of a connection, secrets resolved.

    Raises:
        ConfigError: Carries every mistake in ``[connections.NAME]``.
    """
    settings, problems = _read(config, name, follow=True)
    if problems:
        raise together(problems)
    return settings


def check_connections(
    config: Config, names: Iterable[str] | None = None, *, secrets: bool = False
) -> list[ConfigError]:
    """Return every mistake in the connections' own tables.

    Args:
        config: The configuration.
        names: Which connections; default all.
        secrets: Follow references too. Left out for commands that only look at the database.
    """
    problems = _same_org_twice(config)
    for name in config.connections if names is None else names:
        try:
            problems += _read(config, name, follow=secrets)[1]
        except ConfigError as error:
            problems.append(_placed(error, config, name))
    return problems


def _load(group: str, name: str, *, what: str) -> Any:
    known: Mapping[str, EntryPoint] = {point.name: point for point in entry_points(group=group)}
    if name not in known:
        message = f'No installed package offers the {what} "{name}".'
        hint = nearest(name, known) or "Install kam-connector with pip: it brings its own."
        raise ConfigError(message, code="KAM-1060", hint=hint)
    try:
        return known[name].load()
    except (ImportError, AttributeError) as error:
        message = f'The {what} "{name}" ({known[name].value}) cannot be loaded: {error}.'
        hint = "Reinstall the package that brings it."
        raise ConfigError(message, code="KAM-1061", hint=hint) from error


def _read(config: Config, name: str, *, follow: bool) -> tuple[Any, list[ConfigError]]:
    """Return the settings, or None and what is wrong with them."""
    connection = config.connections[name]
    settings_type = find_crm(connection.crm).settings_type
    table = connection.adapter_settings
    problems = _unknown_keys(config, name, table, settings_type)
    secret = secret_names(settings_type)
    for key in sorted(key for key, value in table.items() if key in secret or _points(value)):
        where = config.source.where(["connections", name, key])
        try:
            found = _followed(config, table[key], where, f"connections.{name}.{key}", follow=follow)
            table[key] = found if key in secret else found.reveal()
        except ConfigError as error:
            problems.append(error)
    plain = {key: value for key, value in connection.adapter_settings.items() if key not in secret}
    if problems or (not follow and any(map(_points, plain.values()))):
        return None, problems
    try:
        return read_settings(settings_type, table, where=f"[connections.{name}]"), []
    except ConfigError as error:
        return None, [_placed(error, config, name)]


def _points(value: object) -> bool:
    return isinstance(value, str) and is_reference(value)


def _followed(config: Config, value: object, where: str, key: str, *, follow: bool) -> Secret:
    """Return what a reference points at; unfollowed, only refuse what is no reference."""
    if follow or not _points(value):
        return config.references.read(value, where=where, key=key)
    return Secret("not-read-yet")


def _unknown_keys(
    config: Config, name: str, table: Mapping[str, object], settings_type: type[Any]
) -> list[ConfigError]:
    own = {field.name for field in fields(settings_type)}
    shared = set(type(config.connections[name]).model_fields)
    crm = config.connections[name].crm
    return [
        problem(
            "KAM-1004",
            config.source.where(["connections", name, key]),
            f"connections.{name}.{key} is not a setting of a {crm} connection.",
            hint=nearest(key, own | shared),
            key=key,
        )
        for key in sorted(table.keys() - own)
    ]


def _placed(error: ConfigError, config: Config, name: str) -> ConfigError:
    """Return the adapter's complaint with the line it speaks of."""
    where = config.source.where(["connections", name, error.field or "crm"])
    return problem(error.code, where, error.message, hint=error.hint, key=error.field or "")


def _same_org_twice(config: Config) -> list[ConfigError]:
    seen: dict[str, str] = {}
    problems = []
    for name, connection in config.connections.items():
        own = repr((connection.crm, sorted(connection.adapter_settings.items(), key=str)))
        if own in seen and connection.adapter_settings:
            message = f"connections.{name} and connections.{seen[own]} are the same one."
            where = config.source.where(["connections", name])
            problems.append(problem("KAM-1031", where, message, hint="Remove one of them."))
        seen.setdefault(own, name)
    return problems
