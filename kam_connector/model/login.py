"""A person's sign-in with a browser: OAuth's authorization code with PKCE (RFC 7636, 8252)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from kam_connector.model.settings import Secret

__all__ = ["LoginRequest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """One attempt; nothing of it is used twice."""

    redirect_uri: str
    """Where the browser is sent back to, exactly as registered with the CRM's app."""
    state: str
    """Comes back unchanged, or the answer is somebody else's."""
    verifier: Secret
    """Shown only with the code: whoever catches the code alone can do nothing with it."""

    @property
    def challenge(self) -> str:
        """The verifier's SHA-256 (PKCE method S256)."""
        digest = hashlib.sha256(self.verifier.reveal().encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
