"""From a file, the environment and flags to one frozen Config."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from dotenv import dotenv_values
from pydantic import BaseModel, Field, PrivateAttr, TypeAdapter, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings.sources.utils import parse_env_vars

from kam_connector.config.complaints import complaints
from kam_connector.config.method import Method
from kam_connector.config.problem import nearest, problem, together
from kam_connector.config.secret import SecretReader
from kam_connector.config.sections import (
    Alerts,
    Connection,
    Database,
    Log,
    Rails,
    Schedule,
    Secrets,
)
from kam_connector.config.source import Source, locate, read_source
from kam_connector.errors import ConfigError

__all__ = ["Config", "build_config", "load_config"]

ConnectionCheck = Callable[["Config"], list[ConfigError]]


class Config(BaseSettings):
    """Everything an installation decides, validated, and frozen."""

    model_config = SettingsConfigDict(
        env_prefix="KAM_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        validate_default=False,
    )

    database: Database = Database()
    connections: dict[str, Connection] = Field(default_factory=dict)
    schedule: Schedule = Schedule()
    rails: Rails = Rails()
    kam: Method = Method()
    alerts: Alerts = Alerts()
    secrets: Secrets = Secrets()
    log: Log = Log()

    _source: Source = PrivateAttr(default_factory=Source)
    _references: SecretReader = PrivateAttr(default_factory=SecretReader)

    def bound_to(self, source: Source, environ: Mapping[str, str]) -> Config:
        """Remember where the values came from; called once, while loading."""
        self._source = source
        self._references = SecretReader(environ=environ, folder=source.folder)
        return self

    @property
    def source(self) -> Source:
        """The file it came from, for messages that name a line."""
        return self._source

    @property
    def references(self) -> SecretReader:
        """What follows references to secrets."""
        return self._references


def load_config(
    path: Path | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    check: ConnectionCheck | None = None,
) -> Config:
    """Read the configuration: flags > KAM_* environment > .env > file.

    Args:
        path: The file; default: KAM_CONFIG, then ``config.toml`` in the working directory.
        overrides: What flags said, nested like the file.
        environ: The process's environment by default.
        check: Looks at the connections' own tables, whose rules only adapters know.

    Raises:
        ConfigError: Carries every mistake found, not only the first.
    """
    process = os.environ if environ is None else environ
    file = locate(path, process, Path.cwd())
    source = read_source(file)
    dotenv = {
        name: value
        for name, value in dotenv_values(file.parent / ".env").items()
        if value is not None
    }
    return build_config(
        source, environ={**dotenv, **process}, overrides=overrides or {}, check=check
    )


def build_config(
    source: Source,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    check: ConnectionCheck | None = None,
) -> Config:
    """Build the Config from a parsed file; touches neither disk nor environment.

    Raises:
        ConfigError: Carries every mistake found.
    """
    problems = _stray_variables(environ)
    config: Config | None = None
    try:
        config = _assembled(source, environ, overrides or {})
    except ValidationError as error:
        problems += complaints(error, source, Config)
    if config is not None and check is not None:
        problems += check(config)
    if problems or config is None:
        raise together(problems)
    return config


def _assembled(source: Source, environ: Mapping[str, str], overrides: Mapping[str, Any]) -> Config:
    class _Read(Config):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes it
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (
                InitSettingsSource(settings_cls, dict(overrides)),
                _Environment(settings_cls, environ),
                InitSettingsSource(settings_cls, dict(source.data)),
            )

    return _Read().bound_to(source, environ)


class _Environment(EnvSettingsSource):
    """Reads a given environment instead of the process's own."""

    def __init__(self, settings_cls: type[BaseSettings], environ: Mapping[str, str]) -> None:
        self._given = environ
        super().__init__(settings_cls)

    def __call__(self) -> dict[str, Any]:
        """Return the variables, nested; text becomes a number where one is wanted."""
        return _typed(super().__call__(), Config)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self._given, self.case_sensitive)


def _typed(values: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    return {
        key: _typed_value(value, None if field is None else field.annotation)
        for key, value in values.items()
        for field in (model.model_fields.get(key),)
    }


def _typed_value(value: Any, annotation: Any) -> Any:
    if isinstance(value, dict):
        named = get_args(annotation)[1] if get_origin(annotation) is dict else None
        if named is not None:
            return {key: _typed_value(one, named) for key, one in value.items()}
        is_section = isinstance(annotation, type) and issubclass(annotation, BaseModel)
        return _typed(value, annotation) if is_section else value
    if annotation not in (int, float, bool):
        return value
    try:
        return TypeAdapter(annotation).validate_python(value, strict=False)
    except ValidationError:
        return value  # told later, with the setting's name


def _stray_variables(environ: Mapping[str, str]) -> list[ConfigError]:
    sections = set(Config.model_fields)
    found = []
    for name in sorted(environ):
        first = name.removeprefix("KAM_").partition("__")[0].lower()
        if name.startswith("KAM_") and "__" in name and first not in sections:
            hint = nearest(first, sections)
            message = f"{name}: there is no section [{first}]."
            found.append(problem("KAM-1004", "environment", message, hint=hint))
    return found
