"""hubspot-api-client on dated paths and over our transport.

The library's last release knows v3 and v4 only; HubSpot ends those in 2027. Its
``api_factory`` hook gives it an ApiClient that rewrites each path and sends through our
session. Api objects are kept: the library builds a client and a pool at every access.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kam_hubspot.transport import Transport

__all__ = ["dated_path", "make_factory"]

_REWRITES = (
    (re.compile(r"^/crm/v[34]/objects"), r"/crm/objects/{version}"),
    (re.compile(r"^/crm/v4/associations"), r"/crm/associations/{version}"),
    (re.compile(r"^/crm/v3/(properties|owners|pipelines|exports|limits)"), r"/crm/\1/{version}"),
    (re.compile(r"^/account-info/v3"), r"/account-info/{version}"),
    (re.compile(r"^/settings/v3/currencies"), "/settings/currencies/2026-03"),  # its newest page
)


def dated_path(path: str, version: str) -> str:
    """Return the dated form of a v3 or v4 path; for ``v3`` the path as it is."""
    if version == "v3":
        return path
    for pattern, form in _REWRITES:
        if pattern.match(path):
            return pattern.sub(form.format(version=version), path).rstrip("/")
    return path


def make_factory(
    transport: Transport, *, version: str
) -> Callable[[Any, str, dict[str, Any]], Any]:
    """Return an ``api_factory`` for ``hubspot.HubSpot``."""
    kept: dict[tuple[str, str], Any] = {}

    def factory(package: Any, api_name: str, config: dict[str, Any]) -> Any:
        key = (package.__name__, api_name)
        if key not in kept:
            configuration = package.Configuration()
            configuration.host = config["host"]
            client = _dated_client(package, version)(configuration=configuration)
            client.rest_client = _Rest(transport)
            kept[key] = getattr(package, api_name)(api_client=client)
        return kept[key]

    return factory


def _dated_client(package: Any, version: str) -> Any:
    class Dated(package.ApiClient):  # type: ignore[misc]  # the library is untyped
        """The package's ApiClient on dated paths."""

        def call_api(self, resource_path: str, *args: Any, **kwargs: Any) -> Any:
            return super().call_api(dated_path(resource_path, version), *args, **kwargs)

    return Dated


class _Rest:
    """Takes the place of the library's urllib3 client."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request(  # the library's own parameter names
        self,
        method: str,
        url: str,
        query_params: Any = None,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        **_: Any,
    ) -> Any:
        """Send one request; the answer has ``status`` and ``content``."""
        kept = {k: v for k, v in (headers or {}).items() if k.lower() != "authorization"}
        return self._transport.request(
            method, url, params=query_params or None, data=body, headers=kept
        )

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def send(url: str, **kwargs: Any) -> Any:
            return self.request(verb, url, **kwargs)

        return send
