"""From a file, the environment and flags to one frozen Config."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_origin

from dotenv import dotenv_values
from pydantic import BaseModel, Field, PrivateAttr, TypeAdapter, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from pydantic_settings.sources.utils import parse_env_vars

from kam_connector.config.access import Access
from kam_connector.config.complaints import complaints
from kam_connector.config.method import Method
from kam_connector.config.problem import nearest, problem, together
from kam_connector.config.secret import SecretReader, others_rights
from kam_connector.config.sections import (
    Alerts,
    Connection,
    Database,
    Log,
    Rails,
    Retention,
    Schedule,
    Secrets,
)
from kam_connector.config.source import Source, locate, read_source
from kam_connector.errors import ConfigError

__all__ = ["Config", "build_config", "load_config"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # our choice: one word in a shell and in a log
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
    retention: Retention = Retention()
    kam: Method = Method()
    alerts: Alerts = Alerts()
    secrets: Secrets = Secrets()
    access: Access = Access()
    log: Log = Log()

    @field_validator("connections")
    @classmethod
    def _plain_names(cls, connections: dict[str, Connection]) -> dict[str, Connection]:
        for name in connections:
            if not _NAME.fullmatch(name):
                text = "holds a name that is none: letters, digits, - and _ are meant, at most 64."
                raise PydanticCustomError("name", text)
        return connections

    _source: Source = PrivateAttr(default_factory=Source)
    _references: SecretReader = PrivateAttr(default_factory=SecretReader)

    def bound_to(self, source: Source, environ: Mapping[str, str]) -> Config:
        """Remember where the values came from; called once, while loading."""
        self._source = source
        self._references = SecretReader(environ=environ, folder=source.folder)
        return self

    def wary_of(self, exposed: Mapping[str, str]) -> Config:
        """Take no secret out of these variables: others may read the file that sets them."""
        self._references = replace(self._references, exposed=exposed)
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
    dotenv = file.parent / ".env"
    own = _dotenv(dotenv)
    environment = {**own, **process}
    config = build_config(source, environ=environment, overrides=overrides or {}, check=check)
    found = others_rights(dotenv.stat().st_mode) if own else ""
    return config.wary_of({name: found for name in own.keys() - process.keys() if found})


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
    source = replace(source, variables=_variables(environ))
    problems = _stray_variables(environ)
    config: Config | None = None
    try:
        config = _assembled(source, environ, overrides or {})
    except ValidationError as error:
        problems += complaints(error, source, Config)
    except SettingsError:
        problems += _whole_sections(environ)
    if config is not None and check is not None:
        problems += check(config)
    if problems or config is None:
        raise together(problems)
    return config


def _dotenv(path: Path) -> dict[str, str]:
    try:
        found = dotenv_values(path)
    except UnicodeDecodeError as error:
        message = f"byte 0x{error.object[error.start]:02X} is not UTF-8."
        raise problem("KAM-1003", path.name, message, hint="Save the file as UTF-8.") from error
    except OSError as error:
        raise problem("KAM-1071", path.name, f"cannot be read: {error.strerror}.") from error
    return {name: value for name, value in found.items() if value is not None}


def _variables(environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    """Return the settings that environment variables give, each with its variable's name."""
    return {
        tuple(name.removeprefix("KAM_").lower().split("__")): name
        for name in environ
        if name.startswith("KAM_") and ("__" in name or name in _section_variables())
    }


def _section_variables() -> list[str]:
    return [f"KAM_{section.upper()}" for section in sorted(Config.model_fields)]


def _whole_sections(environ: Mapping[str, str]) -> list[ConfigError]:
    """Return what to say of variables that name a section and hold no table."""
    return [
        problem(
            "KAM-1005",
            name,
            "is the name of a whole section: a single value cannot replace that.",
            hint=f"Name the setting too:  {name}__SETTING=value",
        )
        for name in _section_variables()
        if name in environ
    ]


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
        elif name.upper().startswith("KAM_ACCESS__"):
            message = f"{name}: who may do what stands in the file, and nowhere else."
            hint = "Whoever may set a variable could otherwise give themselves a role."
            found.append(problem("KAM-1004", "environment", message, hint=hint))
    return found
