"""The sections of config.toml as frozen values; every default stands here."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from kam_connector.config.problem import nearest
from kam_connector.config.secret import is_reference
from kam_connector.model.retention import RetentionDays

__all__ = ["Alerts", "Connection", "Database", "Log", "Rails", "Retention", "Schedule", "Secrets"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CRON_RANGES = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12))
_HOURS = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")


class Section(BaseModel):
    """A table of the file: frozen, and no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Database(Section):
    """Where everything is kept."""

    url: str = Field(default="sqlite:///kam.db", min_length=1)

    @field_validator("url")
    @classmethod
    def _without_password(cls, url: str) -> str:
        if not is_reference(url) and urlsplit(url).password:
            raise PydanticCustomError("secret", "must not hold a password.")
        return url


def _is_ping_url(url: str) -> str:
    if is_reference(url):
        return url
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not local and (parts.scheme != "https" or not parts.hostname):
        raise PydanticCustomError("alert_url", "must be an https:// URL.")
    return url


PingUrl = Annotated[str, AfterValidator(_is_ping_url)]


class Alerts(Section):
    """Who is told, and when."""

    success_url: PingUrl | None = None
    failure_url: PingUrl | None = None
    timeout_s: float = Field(default=10.0, gt=0, le=60)
    max_age_hours: int = Field(default=26, ge=1, le=24 * 31)


class Connection(Section):
    """One org or portal; what is not listed here belongs to the CRM's adapter."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    crm: str = Field(min_length=1)
    mapping: str | None = None
    enabled: bool = True
    calls_percent: float = Field(default=20, gt=0, le=100)
    reserve_percent: float = Field(default=25, ge=0, lt=100)

    @property
    def adapter_settings(self) -> dict[str, Any]:
        """The keys that only the adapter understands."""
        return dict(self.model_extra or {})


class Schedule(Section):
    """When the nightly run starts."""

    at: str | None = None
    cron: str | None = None
    timezone: str = "UTC"
    jitter_minutes: int = Field(default=0, ge=0, le=120)
    max_hours: int = Field(default=12, ge=1, le=168)
    """Our choice: half a day; by then the other connections want their turn, and people work."""

    @field_validator("at")
    @classmethod
    def _is_time(cls, at: str | None) -> str | None:
        if at is not None and not _HOURS.match(at):
            raise PydanticCustomError("schedule", 'must be a time such as "02:15".')
        return at

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, line: str | None) -> str | None:
        if line is not None and (fault := _cron_fault(line)):
            raise PydanticCustomError("schedule", "{fault}", {"fault": fault})
        return line

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        known = available_timezones()
        if name in known:
            return name
        hint = _nearest_zone(name, known)
        raise PydanticCustomError("timezone", "is no time zone.", {"hint": hint})

    @model_validator(mode="after")
    def _one_of_two(self) -> Schedule:
        if self.at is not None and self.cron is not None:
            raise PydanticCustomError("schedule", "has both at and cron: keep one of them.")
        return self

    @property
    def crontab(self) -> str:
        """The schedule as five cron fields; 02:15 each night when nothing is said."""
        if self.cron is not None:
            return self.cron
        moment = self.hour
        return f"{moment.minute} {moment.hour} * * *"

    @property
    def hour(self) -> time:
        """The time of day of ``at``."""
        hours, minutes = (self.at or "02:15").split(":")
        return time(int(hours), int(minutes))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)


class Rails(Section):
    """Safety rails of write-back; the defaults are our choice (docs/configuration.md)."""

    max_percent: float = Field(default=20, gt=0, le=100)
    max_records: int = Field(default=500, ge=1)
    max_empty_percent: float = Field(default=5, ge=0, le=100)
    floor: int = Field(default=20, ge=0)
    median_factor: float = Field(default=2, ge=1)
    quiet_minutes: int = Field(default=15, ge=0, le=24 * 60)
    preview_hours: int = Field(default=48, ge=1, le=24 * 14)
    max_attempts: int = Field(default=5, ge=1, le=50)
    canary: int = Field(default=25, ge=0, le=200)
    four_eyes: bool = True
    flip_days: int = Field(default=7, ge=0, le=90)


class Retention(Section):
    """How long what is kept is kept, in days (docs/audit.md says why)."""

    journal_days: int = Field(default=30, ge=7, le=365)
    ledger_days: int = Field(default=400, ge=60, le=3650)
    history_days: int = Field(default=1095, ge=425, le=3650)
    audit_days: int = Field(default=1825, ge=365, le=36500)
    deleted_days: int = Field(default=180, ge=90, le=3650)

    def days(self) -> RetentionDays:
        """Return the days of each class."""
        return RetentionDays(
            journal=self.journal_days,
            ledger=self.ledger_days,
            history=self.history_days,
            audit=self.audit_days,
            deleted=self.deleted_days,
        )


class Secrets(Section):
    """What seals sign-ins at rest; references only."""

    key: str | None = None
    old_keys: tuple[str, ...] = Field(default=(), strict=False)

    @property
    def references(self) -> list[tuple[str, str]]:
        """Every key's name and reference, the newest first."""
        newest = [] if self.key is None else [("secrets.key", self.key)]
        return [*newest, *(("secrets.old_keys", one) for one in self.old_keys)]


class Log(Section):
    """What is said on stderr."""

    format: Literal["auto", "console", "json"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"


def _cron_fault(line: str) -> str:
    words = line.split()
    if len(words) != 5:
        return f'must have five fields, got {len(words)}: "minute hour day month weekday".'
    for word, (name, low, high) in zip(words, _CRON_RANGES, strict=False):
        for number in re.findall(r"(?<![/\d])\d+", word):
            if not low <= int(number) <= high:
                return f"{name} {number} is not {low}-{high}."
    return ""


def _nearest_zone(name: str, known: set[str]) -> str:
    city = name.lower().replace(" ", "_")
    found = sorted(zone for zone in known if zone.lower().rsplit("/", 1)[-1] == city)
    if found:
        return f"Did you mean  {found[0]} ?"
    hint = nearest(name, known)
    return hint if hint.startswith("Did") else "It looks like  Europe/Paris ."
