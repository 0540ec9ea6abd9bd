"""Who made a call: the service key, an OAuth app, or nobody that HubSpot knows."""

from __future__ import annotations

from dataclasses import dataclass

from kam_sandbox.hubspot.errors import ApiError
from kam_sandbox.hubspot.portal import Portal

__all__ = ["ALL_SIGNED", "Signed", "expired", "signed_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A caller that was recognised."""

    scopes: frozenset[str]
    by_app: bool
    """An OAuth token, with an app's limits."""


ALL_SIGNED = Signed(scopes=frozenset(), by_app=True)
"""Stands for a caller of a path that asks for no token."""


def signed_in(portal: Portal, header: str) -> Signed:
    """Return who holds the bearer token of an ``Authorization`` header.

    A token's scopes never exceed what the administrator allows now.

    Raises:
        ApiError: 401, the token is unknown or has expired.
    """
    token = header.removeprefix("Bearer ")
    if header == f"Bearer {portal.settings.token}":
        return Signed(scopes=portal.scopes(), by_app=False)
    left = portal.grants.left_s(token)
    if left is None:
        raise ApiError(
            401,
            "INVALID_AUTHENTICATION",
            "Authentication credentials not found. This API supports OAuth 2.0 "
            "authentication and you can find more details at "
            "https://developers.hubspot.com/docs/methods/auth/oauth-overview",
        )
    if left <= 0:
        raise expired(-left)
    grant = portal.grants.access[token][0]
    by_user = grant.user is not None
    scopes = grant.scopes & portal.scopes() if by_user else grant.scopes
    return Signed(scopes=scopes, by_app=True)


def expired(seconds: int) -> ApiError:
    """Return the 401 of a token that died *seconds* ago."""
    ago = f"{max(1, seconds)} second(s) ago"
    return ApiError(
        401,
        "EXPIRED_AUTHENTICATION",
        f"The OAuth token used to make this call expired {ago}.",
        context={"expire time": [ago]},
    )
