"""Who may call: the service key, and the tokens that the OAuth endpoint gave out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["CLIENT", "FIRST_REFRESH_TOKEN", "Code", "Grant", "Grants"]

CLIENT = ("sandbox", "sandbox")
"""The one app's id and secret; the secret signs webhooks too."""
FIRST_REFRESH_TOKEN = "na1-sandbox-refresh-0000"  # noqa: S105 (a published value, worth nothing)
"""Works without an authorization before: the app is installed already."""
ACCESS_S = 1_800
"""Life of an access token (vendor's OAuth guide)."""
_CODE_S = 60.0
"""Our choice: the vendor says only that a code is short-lived and used once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a user, or with client credentials the app itself, was granted."""

    scopes: frozenset[str]
    user: int | None = None
    """None for client credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An authorization code that waits to be redeemed."""

    grant: Grant
    redirect_uri: str
    challenge: str
    ends: float


@dataclass(slots=True)
class Grants:
    """Codes, refresh tokens and access tokens. Lifetimes run in real time.

    Args:
        monotonic: Seconds of real time; injected so that tests can let a token grow old.
    """

    monotonic: Callable[[], float] = time.monotonic
    refresh: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, tuple[Grant, float, str]] = field(default_factory=dict)
    """Grant, moment of its end, and the refresh token it came from."""
    codes: dict[str, Code] = field(default_factory=dict)

    def offer(self, grant: Grant, redirect_uri: str, challenge: str) -> str:
        """Return a code for *grant*, to be redeemed once and soon."""
        code = secrets.token_urlsafe(24)
        ends = self.monotonic() + _CODE_S
        self.codes[code] = Code(
            grant=grant, redirect_uri=redirect_uri, challenge=challenge, ends=ends
        )
        return code

    def redeem(self, code: str) -> Code | None:
        """Return what a live code stands for, and forget it."""
        found = self.codes.pop(code, None)
        return found if found is not None and found.ends > self.monotonic() else None

    def start(self, grant: Grant) -> str:
        """Return a new refresh token."""
        token = f"na1-{secrets.token_urlsafe(24)}"
        self.refresh[token] = grant
        return token

    def rotate(self, token: str) -> str:
        """Return the refresh token that takes the place of *token*, which is dead from now on."""
        new = self.start(self.refresh.pop(token))
        self.access = {
            key: (grant, ends, new if source == token else source)
            for key, (grant, ends, source) in self.access.items()
        }
        return new

    def issue(self, grant: Grant, source: str) -> str:
        """Return a new access token of *grant*."""
        token = f"CKj{secrets.token_urlsafe(90)}"
        self.access[token] = (grant, self.monotonic() + ACCESS_S, source)
        return token

    def revoke(self, token: str) -> None:
        """Forget a refresh token with its access tokens, or one access token."""
        self.refresh.pop(token, None)
        for key, (_, _, source) in list(self.access.items()):
            if token in (key, source):
                del self.access[key]

    def left_s(self, token: str) -> int | None:
        """Return the seconds that an access token still lives, below zero when it died.

        None means that it was never issued, or was revoked.
        """
        known = self.access.get(token)
        return None if known is None else int(known[1] - self.monotonic())
