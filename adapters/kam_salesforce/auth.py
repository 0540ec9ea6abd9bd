"""Sign-in: client credentials or a given token; one refresh at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kam_connector.errors import SignInError
from kam_connector.model.settings import Secret
from kam_salesforce.settings import SalesforceSettings, check_host

__all__ = ["Session", "SignIn"]

Post = Callable[[str, Mapping[str, str]], Mapping[str, object]]
"""Sends a form to a URL, without a bearer token; returns the JSON answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A token and the host it is good for."""

    token: Secret
    instance_url: str
    org_ref: str
    """The org's 15 or 18 character id, as far as the token tells it."""
    user_ref: str = ""
    """The user we act as; empty when only a token was given."""


class SignIn:
    """The present session of one connection; safe to use from several threads."""

    def __init__(self, name: str, settings: SalesforceSettings, *, post: Post) -> None:
        self._name = name
        self._settings = settings
        self._post = post
        self._lock = threading.Lock()
        self._session: Session | None = None

    def session(self) -> Session:
        """Return the session; signs in at first use.

        Raises:
            SignInError: Salesforce refuses.
            RetryableError: Salesforce does not answer.
        """
        with self._lock:
            if self._session is None:
                self._session = self._sign_in()
            return self._session

    def renew(self, stale: Secret) -> bool:
        """Replace a session that was refused; False if there is no way to.

        Of several threads that meet the same stale token one signs in, the others share.
        """
        if self._settings.access_token is not None:
            return False
        with self._lock:
            if self._session is None or self._session.token == stale:
                self._session = self._sign_in()
        return True

    def _sign_in(self) -> Session:
        settings = self._settings
        if settings.access_token is not None:
            org = settings.access_token.reveal().partition("!")[0]
            return Session(token=settings.access_token, instance_url=settings.base_url, org_ref=org)
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id or "",
            "client_secret": (settings.client_secret or Secret("")).reveal(),
        }
        answer = self._post(f"{settings.base_url}/services/oauth2/token", form)
        token, instance = answer.get("access_token"), answer.get("instance_url")
        if not isinstance(token, str) or not isinstance(instance, str):
            raise SignInError("the sign-in answer holds no token", crm=self._name, code="KAM-3001")
        check_host(instance, endpoint=settings.endpoint)
        *_, org, user = ["", "", *str(answer.get("id", "")).rstrip("/").split("/")]
        return Session(
            token=Secret(token), instance_url=instance.rstrip("/"), org_ref=org, user_ref=user
        )
