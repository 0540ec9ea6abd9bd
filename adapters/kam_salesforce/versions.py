"""Which API versions the org serves."""

from __future__ import annotations

from kam_connector.errors import ConfigError
from kam_salesforce.client import Client

__all__ = ["check_version"]


def check_version(client: Client) -> None:
    """Refuse a configured version that the org does not serve (one call, not counted).

    Raises:
        ConfigError: KAM-1043.
    """
    served = client.versions()
    wanted = client.settings.api_version
    if wanted not in served:
        newest = max(served, key=float, default="?")
        raise ConfigError(
            f'this org does not serve api_version "{wanted}"',
            code="KAM-1043",
            hint=f'the newest is "{newest}"',
            crm=client.name,
            field="api_version",
        )
