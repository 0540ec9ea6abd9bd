"""config.toml, environment and flags become one frozen Config."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from pydantic import ValidationError

from kam_connector.config import build_config
from kam_connector.config.nights import clock_change_warning
from kam_connector.config.secret import SecretReader
from kam_connector.config.sections import Schedule
from kam_connector.config.source import parse_source
from kam_connector.errors import ConfigError
from kam_connector.model.contact import Profile

FILE = parse_source(b'[schedule]\nat = "01:00"\n[rails]\nfloor = 3\n')


def test_empty_file_means_the_defaults() -> None:
    """Nothing has to be said."""
    config = build_config(parse_source(b""), environ={})
    assert (config.database.url, config.schedule.crontab) == ("sqlite:///kam.db", "15 2 * * *")


def test_environment_wins_over_the_file() -> None:
    """KAM_SECTION__KEY replaces what the file says, and numbers are numbers."""
    environ = {"KAM_SCHEDULE__AT": "04:30", "KAM_RAILS__FLOOR": "7"}
    config = build_config(FILE, environ=environ)
    assert (config.schedule.hour, config.rails.floor) == (time(4, 30), 7)


def test_flags_win_over_the_environment() -> None:
    """The order is flags, environment, file."""
    environ = {"KAM_SCHEDULE__AT": "04:30"}
    config = build_config(FILE, environ=environ, overrides={"schedule": {"at": "05:00"}})
    assert (config.schedule.hour, config.rails.floor) == (time(5, 0), 3)


def test_config_is_frozen() -> None:
    """Nothing changes an installation's decisions after the start."""
    config = build_config(FILE, environ={})
    with pytest.raises(ValidationError):
        config.rails.floor = 1


def test_tuned_method_reaches_the_rules() -> None:
    """[kam] changes what it names and leaves the rest of the method alone."""
    text = b"[kam]\ngreen_from = 80\nweights = {'satisfaction.nps' = 0}\ncadence_days.legal = 10\n"
    settings = build_config(parse_source(text), environ={}).kam.settings()
    assert settings.health.green_from == Decimal(80)
    assert settings.strength.cadence_days[Profile.LEGAL] == 10
    assert settings.strength.cadence_days[Profile.INTERNAL_SPONSOR] == 30
    assert settings.health.weights["satisfaction.nps"] == 0


def test_selection_rule_chooses_accounts() -> None:
    """The admin's rule works over an account's KAM values."""
    text = b"[kam]\nkey_accounts = \"segment = 'A'\"\n"
    selects = build_config(parse_source(text), environ={}).kam.selects
    assert (selects({"segment": "A"}), selects({"segment": "B"})) == (True, False)


def test_connection_keeps_its_adapters_own_keys_apart() -> None:
    """What the core does not know belongs to the adapter."""
    text = b'[connections.emea]\ncrm = "salesforce"\ndomain = "acme.my"\ncalls_percent = 10\n'
    connection = build_config(parse_source(text), environ={}).connections["emea"]
    assert (connection.adapter_settings, connection.calls_percent) == ({"domain": "acme.my"}, 10)


def test_secret_by_environment_never_prints() -> None:
    """Only reveal() gives it away."""
    secret = SecretReader(environ={"TOKEN": " s3cr3t-value "}).read("env:TOKEN", where="", key="k")
    assert (secret.reveal(), "s3cr3t" in f"{secret!r}{secret}") == ("s3cr3t-value", False)


@pytest.mark.parametrize(
    ("reference", "code", "part"),
    [
        ("s3cr3t-value", "KAM-1012", "must not stand in the file"),
        (12345, "KAM-1012", "must not stand in the file"),
        ("env:ABSENT", "KAM-1013", "ABSENT is not set"),
        ("env:BLANK", "KAM-1013", "BLANK is empty"),
    ],
)
def test_wrong_secret_reference_is_refused_unseen(reference: object, code: str, part: str) -> None:
    """The message names key and reason, never the value (C10, C11)."""
    reader = SecretReader(environ={"BLANK": " "})
    with pytest.raises(ConfigError) as caught:
        reader.read(reference, where="config.toml:3", key="connections.emea.token")
    assert caught.value.code == code
    assert part in caught.value.message
    assert "s3cr3t" not in caught.value.message + caught.value.hint


def test_hour_that_clocks_change_is_warned_of() -> None:
    """02:30 in Paris comes twice on one night of 2026 and never on another (C16)."""
    warning = clock_change_warning(Schedule(at="02:30", timezone="Europe/Paris"), year=2026)
    assert "twice on 2026-10-25" in warning
    assert "never on 2026-03-29" in warning


@pytest.mark.parametrize(("at", "zone"), [("03:30", "Europe/Paris"), ("02:30", "UTC")])
def test_sound_hour_gives_no_warning(at: str, zone: str) -> None:
    """03:30 comes once every night, and UTC has no changes."""
    assert clock_change_warning(Schedule(at=at, timezone=zone), year=2026) == ""
