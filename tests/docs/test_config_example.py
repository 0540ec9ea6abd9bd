"""config.example.toml is whole, loads, and shows the defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from kam_connector.config import Config, Connection, build_config
from kam_connector.config.source import parse_source
from kam_connector.plugins import check_connections

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
OF_A_CONNECTION = {f"connections.emea.{key}" for key in Connection.model_fields}


def settings(model: BaseModel, prefix: str = "") -> Iterator[str]:
    """Yield the dotted names of all settings of a section."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from settings(value, f"{prefix}{name}.")
        elif name != "connections":
            yield f"{prefix}{name}"


ALL = sorted({*settings(build_config(parse_source(b""), environ={})), *OF_A_CONNECTION})


def test_example_loads_and_its_connections_are_sound() -> None:
    """A copy of the file works once its secrets exist."""
    environ = {"KAM_EMEA_CLIENT_ID": "x", "KAM_EMEA_CLIENT_SECRET": "y"}
    config = build_config(parse_source(EXAMPLE.read_bytes()), environ=environ)
    assert check_connections(config, secrets=True) == []


@pytest.mark.parametrize("setting", ALL)
def test_every_setting_is_shown(setting: str) -> None:
    """No setting is known to the code alone."""
    table, _, key = setting.rpartition(".")
    section = TEXT.partition(f"\n[{table}]")[2].partition("\n[")[0]
    shown = f"\n{key} = " in section or f"\n# {key} = " in section or f"[{setting}]" in TEXT
    assert shown


def test_example_shows_the_defaults() -> None:
    """What stands in the file uncommented is what happens without it."""
    shown = build_config(parse_source(EXAMPLE.read_bytes()), environ={})
    silent = build_config(parse_source(b""), environ={})
    skipped = {"connections", "kam"}
    assert shown.model_dump(exclude=skipped) | {"schedule": None} == silent.model_dump(
        exclude=skipped
    ) | {"schedule": None}
    assert shown.schedule.crontab == silent.schedule.crontab
    assert shown.kam.settings() == silent.kam.settings()


def test_example_holds_no_secret() -> None:
    """Secrets stand there by reference only."""
    connection = tomllib.loads(TEXT)["connections"]["emea"]
    assert connection["client_secret"].startswith("env:")
    assert Config.model_fields.keys() == {
        "database",
        "connections",
        "schedule",
        "rails",
        "retention",
        "kam",
        "alerts",
        "secrets",
        "log",
        "access",
    }
