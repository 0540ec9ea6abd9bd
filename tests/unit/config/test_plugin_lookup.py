"""Adapters, jobs and commands are found by entry point; a missing one is said clearly."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint

import pytest

from kam_connector import plugins
from kam_connector.config import build_config
from kam_connector.config.source import parse_source
from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret
from kam_connector.plugins import check_connections, connection_settings, find_crm, find_job


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSettings:
    """A third party's settings."""

    token: Secret
    region: str = "eu"


class FakeCrm:
    """A third party's adapter."""

    settings_type = FakeSettings


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint(name="fake", value=f"{__name__}:FakeCrm", group="x"),
        EntryPoint(name="broken", value="no_such_package_here:Crm", group="x"),
    ]
    monkeypatch.setattr(plugins, "entry_points", lambda **_query: points)
    monkeypatch.setattr(EntryPoint, "load", _load)


def _load(point: EntryPoint) -> object:
    if point.name == "fake":
        return FakeCrm
    raise ImportError(name=point.value)


def test_third_party_adapter_is_found() -> None:
    """Nothing in the core changes for it."""
    assert find_crm("fake").settings_type is FakeSettings


@pytest.mark.parametrize("find", [find_crm, find_job])
def test_unknown_name_suggests_the_nearest(find: object) -> None:
    """The message says what is missing, the hint what is there."""
    with pytest.raises(ConfigError, match='"fakee"') as caught:
        find("fakee")  # type: ignore[operator]
    assert (caught.value.code, "fake" in caught.value.hint) == ("KAM-1060", True)


def test_broken_package_is_named() -> None:
    """An adapter that cannot be imported is no traceback."""
    with pytest.raises(ConfigError, match="no_such_package_here") as caught:
        find_crm("broken")
    assert caught.value.code == "KAM-1061"


def test_settings_are_validated_by_the_adapters_own_spec() -> None:
    """A reference becomes a Secret, other references become plain text."""
    text = b'[connections.a]\ncrm = "fake"\ntoken = "env:T"\nregion = "env:R"\n'
    config = build_config(parse_source(text), environ={"T": "t0ken", "R": "us"})
    settings = connection_settings(config, "a")
    assert (settings.token.reveal(), settings.region) == ("t0ken", "us")


@pytest.mark.parametrize(
    ("line", "code", "part"),
    [
        ('tokn = "env:T"', "KAM-1004", "config.toml:3"),
        ('token = "plain"', "KAM-1012", "config.toml:3"),
        ("token = 'env:T'\nregion = 5", "KAM-1047", "config.toml:4"),
        ("region = 'us'", "KAM-1045", "token"),
    ],
)
def test_mistake_in_the_adapters_settings_has_its_line(line: str, code: str, part: str) -> None:
    """The core adds file and line to what the adapter says."""
    text = f'[connections.a]\ncrm = "fake"\n{line}\n'.encode()
    first = check_connections(build_config(parse_source(text), environ={}))[0]
    assert (first.code, part in first.message) == (code, True)
