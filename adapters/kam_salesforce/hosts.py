"""Which addresses are Salesforce's: no setting and no answer can send a token elsewhere."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from kam_connector.errors import ConfigError

__all__ = ["base_url", "check_host"]

_LABELS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+salesforce\.(?:com|mil)")
_ASCII = re.compile(r"[!-~]+")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EVERYBODYS = frozenset({"login", "test", "www", "login.my", "test.my", "www.my", "my"})
"""Hosts that belong to no org: they answer sign-ins for all, and no data."""
_PAGES = (".lightning.force.com", ".my.salesforce-setup.com", ".vf.force.com", ".file.force.com")
"""Hosts of pages, each beside an org's My Domain; the API does not live there (issue 406)."""
_HINT = "write this org's My Domain (Setup, My Domain), such as acme.my.salesforce.com"


def base_url(domain: str) -> str:
    """Return the address of a My Domain, however short it is written.

    Raises:
        ConfigError: It could name another host than Salesforce's (KAM-1041).
    """
    name = domain.lower()
    if name.endswith(_PAGES) or "://" in name:
        raise _refused(f'domain is an address of a page: got "{_shown(domain)}"', _nearest(name))
    if not _LABELS.fullmatch(name) or name.replace(".", "").isdigit():
        told = f'domain may hold letters, digits, "-" and "." only; got "{_shown(domain)}"'
        raise _refused(told, _nearest(name))
    short = name.removesuffix(".salesforce.com")
    if short in _EVERYBODYS:
        raise _refused(f'domain "{_shown(domain)}" serves every org, not yours', _HINT)
    if name.endswith((".salesforce.com", ".salesforce.mil")):
        return f"https://{name}"
    return f"https://{name if name.endswith('.my') else name + '.my'}.salesforce.com"


def check_host(url: str, *, endpoint: str | None) -> None:
    """Refuse every address that is neither Salesforce's nor a loopback endpoint.

    Raises:
        ConfigError: KAM-1041 (host), KAM-1042 (endpoint), KAM-1048 (not the endpoint).
    """
    parts, host, port = _parsed(url)
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    bare = plain and not parts.path.strip("/")
    if endpoint is not None:
        if parts.scheme != "http" or host not in _LOOPBACK or not bare:
            told = "endpoint may only be http://127.0.0.1:PORT"
            raise ConfigError(told, code="KAM-1042", field="endpoint")
        if url.rstrip("/") != endpoint.rstrip("/"):
            raise ConfigError("the token belongs to another host", code="KAM-1048")
        return
    if host.endswith(_PAGES):
        raise _refused("a Lightning host does not answer the API", _nearest(host))
    fits = parts.scheme == "https" and port in (None, 443)
    if not (fits and bare and _HOST.fullmatch(host)):
        raise _refused(f'"{_shown(host)}" is not a Salesforce host', _HINT)


def _parsed(url: str) -> tuple[SplitResult, str, int | None]:
    """Return the parts, host and port; nothing fits the host of what cannot be read."""
    try:
        parts = urlsplit(url if _ASCII.fullmatch(url) else "")
        return parts, parts.hostname or "", parts.port
    except ValueError:
        return urlsplit(""), "", None


def _refused(told: str, hint: str) -> ConfigError:
    return ConfigError(told, code="KAM-1041", hint=hint, field="domain")


def _nearest(name: str) -> str:
    """Return the hint with the My Domain that an address of a page speaks of."""
    host = _parsed(name if "://" in name else f"https://{name}")[1]
    for ending in (*_PAGES, ".my.salesforce.com"):
        label = host.removesuffix(ending)
        if label != host and _LABELS.fullmatch(label):
            return f'write domain = "{label}.my.salesforce.com"'
    return _HINT


def _shown(value: str) -> str:
    """Return what was written, without what could be a name and a password in an address."""
    return re.sub(r"[^ -~]", "?", value.rpartition("@")[2])[:60]
