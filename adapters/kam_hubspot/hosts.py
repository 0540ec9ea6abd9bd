"""Which hosts may be asked, and which may be handed a token."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from kam_connector.errors import ConfigError, CrmUnavailable

__all__ = ["LOOPBACK", "check_file_host", "check_host"]

_HOSTS = re.compile(r"api(?:-[a-z]{2,3}[0-9])?\.hubapi\.com")
"""``api.hubapi.com`` and the regional ones, such as ``api-eu1.hubapi.com``."""
_FILE_HOSTS = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:hubspot\.com|hubapi\.com|hubspot\.net"
    r"|hubspotusercontent(?:-[a-z0-9]+)?\.(?:com|net)|amazonaws\.com)"
)
"""Where signed addresses of files lead: HubSpot's hosts (public clients of its exports take the
same ones), and the cloud it runs in."""
_ADDRESS = re.compile(r"[!-\[\]-~]+")
"""What an address is written in: ASCII without spaces and without a backslash."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_host(url: str, *, endpoint: str | None) -> None:
    """Refuse every address that is neither HubSpot's nor a loopback endpoint.

    Raises:
        ConfigError: KAM-1041 (host), KAM-1042 (endpoint).
    """
    parts, host, port = _parsed(url)
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    plain = plain and not parts.path.strip("/")
    if endpoint is not None:
        if parts.scheme != "http" or host not in LOOPBACK or not plain:
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


def check_file_host(url: str, base_url: str, *, crm: str) -> None:
    """Refuse the address of a file that leads elsewhere than to HubSpot's storage.

    Raises:
        CrmUnavailable: KAM-3106; nothing was sent.
    """
    parts, host, port = _parsed(url)
    named = not (parts.username or parts.password) and _FILE_HOSTS.fullmatch(host) is not None
    fits = parts.scheme == "https" and port in (None, 443) and named
    if not fits and not url.startswith(base_url + "/"):
        told = "HubSpot named a file on a host that is not its own"
        raise CrmUnavailable(told, crm=crm, code="KAM-3106")


def _parsed(url: str) -> tuple[SplitResult, str, int | None]:
    """Return the parts, host and port; nothing fits the host of what cannot be read.

    A backslash ends the host for the library that connects (urllib3) and not for the one that
    reads here: no address of HubSpot's has one.
    """
    try:
        parts = urlsplit(url if _ADDRESS.fullmatch(url) else "")
        return parts, parts.hostname or "", parts.port
    except ValueError:
        return urlsplit(""), "", None
