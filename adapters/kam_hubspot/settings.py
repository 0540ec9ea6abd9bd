"""What a HubSpot connection may be told, checked before any client sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret

__all__ = ["HubSpotSettings", "check_host"]

_HOSTS = re.compile(r"api(?:-[a-z]{2,3}[0-9])?\.hubapi\.com")
"""``api.hubapi.com`` and the regional ones, such as ``api-eu1.hubapi.com``."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
VERSIONS = ("2026-03", "2026-09")
"""Dated versions that HubSpot supports; v3 and v4 lose support in 2027."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpotSettings:
    """The table of one connection, as its admin writes it."""

    access_token: Secret = field(metadata={"ask": "Where is the access token? (env:NAME)"})
    """A service key, or the token of a project app with static sign-in."""
    endpoint: str | None = None
    """``http://127.0.0.1:PORT`` of a sandbox server; nothing else."""
    host: str = "api.hubapi.com"
    """Or a regional host, such as ``api-eu1.hubapi.com``."""
    api_version: str = "2026-09"
    """A dated version that HubSpot supports."""
    connect_timeout_s: float = 10.0
    """How long a connection may take. Our choice: a network that needs longer is down."""
    read_timeout_s: float = 60.0
    """How long an answer may take. Our choice: a minute without a word is none."""
    attempts: int = 5
    """Tries per request, the first included."""
    calls_per_10_s: int | None = None
    """None: nine tenths of what the portal states; 90 until it has (Free and Starter: 100)."""
    searches_per_s: int = 4
    """The portal allows 5, shared by everybody."""

    def __post_init__(self) -> None:
        """Check what one value, or two together, may be."""
        _check_version(self.api_version)
        _check_sign_in(self)
        _check_numbers(self)
        check_host(self.base_url, endpoint=self.endpoint)

    @property
    def base_url(self) -> str:
        """Where the API is, without a trailing slash."""
        return (self.endpoint or f"https://{self.host}").rstrip("/")


def check_host(url: str, *, endpoint: str | None) -> None:
    """Refuse every address that is neither HubSpot's nor a loopback endpoint.

    Raises:
        ConfigError: KAM-1041 (host), KAM-1042 (endpoint).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    plain = plain and not parts.path.strip("/")
    if endpoint is not None:
        if parts.scheme != "http" or host not in _LOOPBACK or not plain:
            raise ConfigError(
                "endpoint may only be http://127.0.0.1:PORT", code="KAM-1042", field="endpoint"
            )
        return
    fits = parts.scheme == "https" and port in (None, 443)
    if not (fits and plain and _HOSTS.fullmatch(host)):
        raise ConfigError(
            "the host is not a HubSpot API host",
            code="KAM-1041",
            hint="api.hubapi.com, or a regional one such as api-eu1.hubapi.com",
            field="host",
        )


def _check_version(version: str) -> None:
    if version not in VERSIONS:
        raise ConfigError(
            f'api_version "{version}" is unknown or retired',
            code="KAM-1043",
            hint="one of " + ", ".join(VERSIONS),
            field="api_version",
        )


def _check_sign_in(settings: HubSpotSettings) -> None:
    token = settings.access_token.reveal()
    if not token or not token.isascii() or any(char.isspace() for char in token):
        raise ConfigError(
            "access_token is empty or holds characters that no token has",
            code="KAM-1044",
            field="access_token",
        )


def _check_numbers(settings: HubSpotSettings) -> None:
    ranges = {
        "connect_timeout_s": (0.1, 120.0),
        "read_timeout_s": (0.1, 600.0),
        "attempts": (1, 10),
        "calls_per_10_s": (1, 250),  # with the API increase (usage guidelines)
        "searches_per_s": (1, 5),
    }
    for name, (least, most) in ranges.items():
        value = getattr(settings, name)
        if value is not None and not least <= value <= most:
            raise ConfigError(
                f"{name} must be from {least} to {most}, got {value}", code="KAM-1047", field=name
            )
