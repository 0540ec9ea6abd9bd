"""Every mistake in a configuration is told with its place, its code and a way out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kam_connector.config import Config, build_config
from kam_connector.config.source import parse_source
from kam_connector.errors import ConfigError, KamError


def load(text: str | bytes, environ: Mapping[str, str] | None = None) -> Config:
    """Build a Config from a file's text."""
    raw = text if isinstance(text, bytes) else text.encode()
    return build_config(parse_source(raw), environ=environ or {})


def mistakes(text: str | bytes, environ: Mapping[str, str] | None = None) -> list[KamError]:
    """Return what loading complains of."""
    with pytest.raises(ConfigError) as caught:
        load(text, environ)
    return [caught.value, *caught.value.others]


CASES = {
    "syntax (C2)": ("a = 1\nb c", "KAM-1002", ["config.toml:2:3", "="]),
    "not UTF-8 (C3)": (b'[log]\nformat = "\xe9"', "KAM-1003", ["config.toml:2", "0xE9"]),
    "unknown section (C4)": ("[shedule]", "KAM-1004", ["config.toml:1", "shedule"]),
    "unknown key (C4)": ("[rails]\n\nflor = 2", "KAM-1004", ["config.toml:3", "rails.flor"]),
    "duplicate key (C5)": ("[log]\nlevel = 'info'\nlevel = 'info'", "KAM-1002", ["toml:3"]),
    "duplicate table (C5)": ("[log]\n[rails]\n[log]", "KAM-1002", ["config.toml:3"]),
    "text for a number (C6)": ('[rails]\nfloor = "20"', "KAM-1005", ["toml:2", "number", '"20"']),
    "number for text (C6)": ("[database]\nurl = 7", "KAM-1005", ["toml:2", "must be text", "7"]),
    "infinite (C7)": ("[rails]\nmax_percent = inf", "KAM-1005", ["rails.max_percent", "inf"]),
    "not a number (C7)": ("[rails]\nmax_percent = nan", "KAM-1005", ["rails.max_percent", "nan"]),
    "negative (C7)": ("[rails]\nfloor = -1", "KAM-1005", ["out of range", "-1"]),
    "too large (C7)": ("[rails]\nmax_percent = 101", "KAM-1005", ["out of range", "101"]),
    "password in the URL (C10)": (
        '[database]\nurl = "postgresql+psycopg://kam:hunter22@db/kam"',
        "KAM-1012",
        ["config.toml:2", "password"],
    ),
    "cron minute (C14)": ('[schedule]\ncron = "61 * * * *"', "KAM-1020", ["minute 61", "0-59"]),
    "cron too short (C14)": ('[schedule]\ncron = "5 4"', "KAM-1020", ["five fields"]),
    "no time (C14)": ('[schedule]\nat = "25:00"', "KAM-1020", ["toml:2", '"25:00"']),
    "at and cron (C14)": (
        '[schedule]\nat = "02:00"\ncron = "5 4 * * *"',
        "KAM-1020",
        ["both at and cron"],
    ),
    "zone (C15)": ('[schedule]\ntimezone = "CET5"', "KAM-1021", ["toml:2", '"CET5"']),
    "hidden value": (
        '[access.hide]\naccount_manager = ["contact.emial"]',
        "KAM-1005",
        ["toml:1", "contact.emial"],
    ),
    "value of a colleague": ('[access.hide]\nadmin = ["user.email"]', "KAM-1005", ["user.email"]),
    "role that hides": ('[access.hide]\nmanager = ["contact.email"]', "KAM-1005", ["manager"]),
    "deep nesting (C21)": ("a." * 30 + "b = 1", "KAM-1032", ["nested"]),
    "alert by http (C22)": ('[alerts]\nfailure_url = "http://x.y"', "KAM-1030", ["https"]),
    "no crm": ("[connections.emea]\nenabled = true", "KAM-1006", ["toml:1", "crm is missing"]),
    "selection rule": ('[kam]\nkey_accounts = "raiting = 1"', "KAM-1023", ["raiting"]),
    "weight": ('[kam.weights]\n"satisfaction.npx" = 3', "KAM-1004", ["toml:2", "npx"]),
    "profile": ("[kam.cadence_days]\nsponsor = 3", "KAM-1004", ["toml:2", "sponsor"]),
    "unknown table above others": (
        "[connectons.x]\ncrm = 'a'",
        "KAM-1004",
        ["toml:1", "connectons"],
    ),
    "rule too long": (
        f"[kam]\nkey_accounts = '{'(' * 3000}'",
        "KAM-1005",
        ["toml:2", "too long", "2000"],
    ),
    "empty URL": ('[database]\nurl = ""', "KAM-1005", ["toml:2", "must not be empty"]),
    "bands that cross": ("[kam]\ngreen_from = 40", "KAM-1005", ["toml:1", "amber_from 51", "40"]),
    "connection with a path for a name": (
        "[connections.'../x']\ncrm = 'a'",
        "KAM-1005",
        ["toml:1", "letters, digits"],
    ),
    "log format": ('[log]\nformat = "xml"', "KAM-1005", ["'json'", '"xml"']),
}


@pytest.mark.parametrize(("text", "code", "fragments"), CASES.values(), ids=CASES.keys())
def test_mistake_names_place_value_and_code(
    text: str | bytes, code: str, fragments: list[str]
) -> None:
    """A person sees where, what, and which code."""
    first = mistakes(text)[0]
    missing = [part for part in fragments if part not in first.message]
    assert (first.code, missing, first.exit_code) == (code, [], 3)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[access.hide]\nadmin = ["contact.emial"]', "contact.email"),
        ("[shedule]", "schedule"),
        ("[rails]\nquiet_minute = 1", "quiet_minutes"),
        ('[schedule]\ntimezone = "Paris"', "Europe/Paris"),
        ('[kam.weights]\n"satisfaction.npx" = 3', "satisfaction.nps"),
        ('[kam]\nkey_accounts = "raiting = 1"', "rating"),
    ],
)
def test_mistake_suggests_the_nearest_right_name(text: str, hint: str) -> None:
    """The hint holds the word that was meant."""
    assert hint in mistakes(text)[0].hint


def test_several_mistakes_are_told_together() -> None:
    """One reading is enough to mend a file."""
    text = '[shedule]\n[rails]\nfloor = "x"\n[schedule]\nat = "9"\n'
    assert {one.code for one in mistakes(text)} == {"KAM-1004", "KAM-1005", "KAM-1020"}


def test_wrong_secret_value_is_never_shown() -> None:
    """A complaint about a URL with a password does not repeat the password."""
    told = mistakes('[database]\nurl = "postgresql+psycopg://kam:hunter22@db/kam"')
    assert "hunter22" not in " ".join(one.message + one.hint for one in told)


def test_unknown_section_in_the_environment_is_refused() -> None:
    """A typing mistake in KAM_* never silently means the default."""
    (only,) = mistakes("", {"KAM_SHEDULE__AT": "03:00"})
    assert (only.code, "KAM_SHEDULE__AT" in only.message) == ("KAM-1004", True)


def test_byte_order_mark_is_accepted() -> None:
    """Windows editors add one (C3)."""
    assert load(b'\xef\xbb\xbf[log]\nlevel = "debug"').log.level == "debug"


@pytest.mark.parametrize(
    ("variable", "value", "parts"),
    [
        ("KAM_RAILS__FLOOR", "abc", ["KAM_RAILS__FLOOR", "whole number", '"abc"']),
        ("KAM_SCHEDULE__TIMEZONE", "Mars/X", ["KAM_SCHEDULE__TIMEZONE", '"Mars/X"']),
        ("KAM_RAILS__FLOR", "3", ["KAM_RAILS__FLOR", "rails.flor"]),
        ("KAM_RAILS", "20", ["KAM_RAILS", "rails must be a table", "20"]),
        ("KAM_RAILS", "abc", ["KAM_RAILS", "whole section"]),
    ],
)
def test_mistake_in_the_environment_names_the_variable(
    variable: str, value: str, parts: list[str]
) -> None:
    """Nobody looks for it in the file."""
    first = mistakes("[rails]\nfloor = 2\n", {variable: value})[0]
    assert [part for part in parts if part not in first.message] == []
    assert "config.toml" not in first.message
