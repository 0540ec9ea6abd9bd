"""What an adapter offers besides, where a person can sign in with a browser."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_connector.ports.crm import Clock, TokenVault

__all__ = ["LogsIn"]


@runtime_checkable
class LogsIn(Protocol):
    """An adapter's class whose CRM sends a person's browser back to us."""

    def login_port(self, settings: Any) -> int:
        """Return the port that the browser comes back to; 0: any free one.

        Raises:
            ConfigError: These settings sign in another way (KAM-1064).
        """

    def login_url(self, settings: Any, request: LoginRequest) -> str:
        """Return the page on which a person allows the connection."""

    def redeem(
        self,
        name: str,
        settings: Any,
        request: LoginRequest,
        code: Secret,
        *,
        clock: Clock,
        vault: TokenVault,
    ) -> None:
        """Trade the code for tokens and keep them in the vault.

        Raises:
            SignInError: The CRM refuses.
        """

    def withdraw(self, name: str, settings: Any, *, clock: Clock, vault: TokenVault) -> None:
        """Withdraw a login at the CRM and forget it here; harmless without one.

        Raises:
            RetryableError: The CRM does not answer; nothing is forgotten.
        """
