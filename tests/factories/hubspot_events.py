"""Requests as HubSpot signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from kam_connector.model.hint import Delivery

__all__ = ["signed"]


def signed(body: bytes, *, secret: str, url: str, at: datetime, method: str = "POST") -> Delivery:
    """Return a request with a signature of version 3; the address is signed as it is given."""
    stamp = str(int(at.timestamp() * 1000))
    text = method.encode() + url.encode() + body + stamp.encode()
    mac = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    headers = {
        "x-hubspot-signature-v3": base64.b64encode(mac).decode(),
        "x-hubspot-request-timestamp": stamp,
    }
    return Delivery(method=method, body=body, headers=headers)
