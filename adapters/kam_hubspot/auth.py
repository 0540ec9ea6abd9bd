"""Sign-in: a service key or a static token; nothing to renew."""

from __future__ import annotations

import requests
from requests.auth import AuthBase

from kam_connector.model.settings import Secret

__all__ = ["Bearer"]


class Bearer(AuthBase):
    """Sets the header itself, so that no ``.netrc`` entry can replace it."""

    def __init__(self, token: Secret) -> None:
        self.token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        r.headers["Authorization"] = f"Bearer {self.token.reveal()}"
        return r
