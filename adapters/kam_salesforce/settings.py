"""What a Salesforce connection may be told, checked before any client sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret

__all__ = ["SalesforceSettings", "check_host"]

_LABELS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+salesforce\.(?:com|mil)")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_VERSION = re.compile(r"(\d{2})\.0")
OLDEST = 62
"""Our choice: Winter '25; v31 to v61 answer too, but nobody tries them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceSettings:
    """The table of one connection, as its admin writes it."""

    domain: str | None = field(
        default=None, metadata={"ask": "My Domain (acme.my for acme.my.salesforce.com)"}
    )
    """My Domain: ``acme``, ``acme.my`` or ``acme.my.salesforce.com``."""
    endpoint: str | None = None
    """``http://127.0.0.1:PORT`` of a sandbox server; nothing else."""
    client_id: str | None = field(
        default=None, metadata={"ask": "Where is the client id? (env:NAME)"}
    )
    """The consumer key of an External Client App; a reference is followed."""
    client_secret: Secret | None = field(
        default=None, metadata={"ask": "Where is the client secret? (env:NAME)"}
    )
    """With client_id: sign-in by client credentials of an External Client App."""
    access_token: Secret | None = None
    """A bearer token from elsewhere; it cannot be renewed."""
    api_version: str = "66.0"
    """The release whose answers we know; older orgs may need an older one."""
    currency: str = "EUR"
    """The org's currency where it has only one: no REST answer states it."""
    connect_timeout_s: float = 10.0
    """How long a connection may take. Our choice: a network that needs longer is down."""
    read_timeout_s: float = 130.0
    """Above Salesforce's own two minutes for a query."""
    attempts: int = 5
    """Tries per request, the first included."""
    bulk_read_from: int = 50_000
    """Records of an object from which a first pull goes through Bulk 2.0. Our choice: below
    25 REST pages the wait for a job costs more than the pages; 0: always."""
    bulk_write_from: int = 2_000
    """Records of an object from which a write goes through Bulk 2.0: Salesforce's own line."""

    def __post_init__(self) -> None:
        """Check what one value, or two together, may be."""
        _check_version(self.api_version)
        _check_sign_in(self)
        _check_numbers(self)
        check_host(self.base_url, endpoint=self.endpoint)

    @property
    def base_url(self) -> str:
        """Where sign-in starts, without a trailing slash."""
        if self.endpoint:
            return self.endpoint.rstrip("/")
        domain = (self.domain or "").lower()
        if not _LABELS.fullmatch(domain) or domain.replace(".", "").isdigit():
            raise ConfigError(
                'domain may hold letters, digits, "-" and "." only',
                code="KAM-1041",
                hint="write the My Domain, such as acme.my.salesforce.com",
                field="domain",
            )
        if domain.endswith((".salesforce.com", ".salesforce.mil")):
            return f"https://{domain}"
        return f"https://{domain if domain.endswith('.my') else domain + '.my'}.salesforce.com"


def check_host(url: str, *, endpoint: str | None) -> None:
    """Refuse every address that is neither Salesforce's nor a loopback endpoint.

    Raises:
        ConfigError: KAM-1041 (host), KAM-1042 (endpoint), KAM-1048 (not the endpoint).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if endpoint is not None:
        if parts.scheme != "http" or host not in _LOOPBACK or not plain or parts.path.strip("/"):
            raise ConfigError(
                "endpoint may only be http://127.0.0.1:PORT", code="KAM-1042", field="endpoint"
            )
        if url.rstrip("/") != endpoint.rstrip("/"):
            raise ConfigError("the token belongs to another host", code="KAM-1048")
        return
    if host.endswith(".lightning.force.com"):
        raise ConfigError(
            "a Lightning host does not answer the API", code="KAM-1041", hint="use My Domain"
        )
    fits = parts.scheme == "https" and port in (None, 443) and not parts.path.strip("/")
    if not (fits and plain and _HOST.fullmatch(host)):
        raise ConfigError("the host is not a Salesforce host", code="KAM-1041", field="domain")


def _check_version(version: str) -> None:
    match = _VERSION.fullmatch(version)
    if match is None or int(match[1]) < OLDEST:
        raise ConfigError(
            f'api_version "{version}" is unknown or retired',
            code="KAM-1043",
            hint=f'write it as "66.0"; at least "{OLDEST}.0"',
            field="api_version",
        )


def _check_sign_in(settings: SalesforceSettings) -> None:
    by_client = bool(settings.client_id), bool(settings.client_secret)
    by_token = bool(settings.access_token)
    if any(by_client) != all(by_client) or any(by_client) == by_token:
        raise ConfigError(
            "give either client_id with client_secret, or access_token",
            code="KAM-1044",
            field="client_id",
        )
    if bool(settings.domain) == bool(settings.endpoint):
        raise ConfigError("give either domain or endpoint", code="KAM-1044", field="domain")


def _check_numbers(settings: SalesforceSettings) -> None:
    ranges = {
        "connect_timeout_s": (0.1, 120.0),
        "read_timeout_s": (0.1, 600.0),  # Salesforce ends a REST call after ten minutes
        "attempts": (1, 10),
        "bulk_read_from": (0, 10**9),
        "bulk_write_from": (1, 10**9),
    }
    for name, (least, most) in ranges.items():
        value = getattr(settings, name)
        if not least <= value <= most:
            raise ConfigError(
                f"{name} must be from {least} to {most}, got {value}", code="KAM-1047", field=name
            )
