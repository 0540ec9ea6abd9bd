"""The present session of one connection: a token, or a login renewed one at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from kam_connector.errors import RetryableError, SignInError
from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock, TokenVault
from kam_hubspot import grants
from kam_hubspot.grants import Session
from kam_hubspot.kept import Kept
from kam_hubspot.settings import HubSpotSettings, SignInBy

__all__ = ["Post", "Session", "SignIn"]

_EARLY = timedelta(minutes=5)
"""A session is renewed this long before its end (HubSpot's OAuth guide: by ``expires_in``,
never by waiting for a 401)."""
_PAUSE = timedelta(minutes=5)
"""After a refusal nobody asks again for so long. Our choice, as for the other CRM."""


class Post(Protocol):
    """Sends a form to a URL, without a bearer token; returns the JSON answer."""

    def __call__(self, url: str, form: Mapping[str, str], *, once: bool) -> Mapping[str, Any]:
        """Send; *once*: not again when its fate is unknown."""


class SignIn:
    """The present session of one connection; safe to use from several threads."""

    def __init__(
        self,
        name: str,
        settings: HubSpotSettings,
        *,
        post: Post,
        clock: Clock,
        vault: TokenVault | None = None,
    ) -> None:
        self._name = name
        self._settings = settings
        self._post = post
        self._clock = clock
        self._vault = vault
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._app: Session | None = None
        self._refused: tuple[SignInError, datetime] | None = None
        self._unsaved: Kept | None = None
        """A successor that the vault did not take: the only copy there is."""

    def session(self) -> Session:
        """Return the session; signs in at first use, and again before the session ends.

        Raises:
            SignInError: HubSpot refuses; a refusal is final for five minutes.
            RetryableError: HubSpot does not answer, and the session is over.
        """
        with self._lock:
            if self._session is None:
                self._session = self._fresh(None)
            elif self._ends_within(self._session, _EARLY):
                self._session = self._early(self._session)
            return self._session

    def app_session(self) -> Session:
        """Return a session of the app itself, which only the journal takes.

        Raises:
            SignInError: HubSpot refuses it.
            RetryableError: HubSpot does not answer.
        """
        with self._lock:
            if self._app is None or self._ends_within(self._app, _EARLY):
                answer = self._ask(grants.app_form(self._settings), once=False)
                self._app = grants.session_of(answer, crm=self._name, now=self._clock.now())
            return self._app

    def renew(self, stale: Secret) -> bool:
        """Replace a session that was refused as expired; False if there is no way to.

        Of several threads that meet the same stale token one signs in, the others share.
        """
        if self._settings.sign_in_by is SignInBy.TOKEN:
            return False
        with self._lock:
            if self._session is None or self._session.token == stale:
                self._session = self._fresh(stale)
        return True

    def redeem(self, request: LoginRequest, code: Secret) -> Session:
        """Trade a login's code for a session, and keep what later ones need.

        Raises:
            SignInError: The code is refused, or no refresh token came with the session.
        """
        answer = self._ask(grants.code_form(self._settings, request, code), once=True)
        session = grants.session_of(answer, crm=self._name, now=self._clock.now())
        refresh_token = answer.get("refresh_token")
        if not isinstance(refresh_token, str) or not refresh_token:
            told = "the sign-in answer holds no refresh token"
            raise SignInError(told, crm=self._name, code="KAM-3001")
        self._keep(Kept(self._settings, session, Secret(refresh_token)))
        with self._lock:
            self._session, self._refused = session, None
        return session

    def withdraw(self) -> None:
        """Withdraw the login at HubSpot and forget it here; harmless without one.

        Raises:
            RetryableError: HubSpot does not answer; nothing is forgotten.
        """
        text = self._vault.load() if self._vault is not None else None
        if self._vault is None or text is None:
            return
        with suppress(SignInError):  # ended already, or another app's
            kept = Kept.read(text, self._settings, crm=self._name)
            form = {"token": kept.refresh_token.reveal(), "token_type_hint": "refresh_token"}
            url = grants.oauth_url(self._settings, "revoke")
            self._post(url, form | grants.client_form(self._settings), once=False)
        self._vault.forget()

    def granted(self) -> frozenset[str]:
        """Return the scopes of a login's token; none for a key: HubSpot tells nobody of those.

        Raises:
            RetryableError: HubSpot does not answer.
        """
        if self._settings.sign_in_by is SignInBy.TOKEN:
            return frozenset()
        token = self.session().token.reveal()
        form = {"token": token, "token_type_hint": "access_token"}
        url = grants.oauth_url(self._settings, "introspect")
        answer = self._post(url, form | grants.client_form(self._settings), once=False)
        scopes = answer.get("scopes")
        return frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset()

    def _fresh(self, stale: Secret | None) -> Session:
        """Return a session other than the stale one.

        Raises:
            SignInError: Also when it was refused a moment ago.
        """
        now = self._clock.now()
        if self._refused is not None and now - self._refused[1] < _PAUSE:
            raise self._refused[0]
        try:
            session = self._signed_in(stale)
        except SignInError as error:
            self._refused = error, now
            raise
        self._refused = None
        return session

    def _signed_in(self, stale: Secret | None) -> Session:
        if self._settings.sign_in_by is SignInBy.TOKEN:
            return Session(token=self._settings.access_token or Secret(""), until=None)
        if self._vault is None:
            raise self._nobody()
        with self._vault.turn():
            return self._refreshed(self._vault, stale)

    def _refreshed(self, vault: TokenVault, stale: Secret | None) -> Session:
        """Trade the refresh token; its successor is kept before the session is used.

        A refresh token may rotate, and one used twice ends the login: so one process at a
        time, and the latest token read within its turn.
        """
        kept = self._kept(vault)
        other = kept.session
        if other.token != stale and not self._ends_within(other, _EARLY):
            return other
        try:
            answer = self._ask(grants.refresh_form(self._settings, kept.refresh_token), once=True)
        except SignInError as error:
            if error.code == "KAM-3006":
                vault.save(kept.ended())
            raise
        session = grants.session_of(answer, crm=self._name, now=self._clock.now())
        if other.portal != session.portal:
            told = f'"{self._name}" was portal {other.portal}, and now {session.portal} answers'
            raise SignInError(told, crm=self._name, code="KAM-3008")
        successor = answer.get("refresh_token")
        token = Secret(successor) if isinstance(successor, str) else kept.refresh_token
        self._keep(Kept(self._settings, session, token))
        return session

    def _kept(self, vault: TokenVault) -> Kept:
        if self._unsaved is not None:
            self._keep(self._unsaved)
        text = vault.load()
        if text is None:
            raise self._nobody()
        return Kept.read(text, self._settings, crm=self._name)

    def _keep(self, kept: Kept) -> None:
        self._unsaved = kept
        if self._vault is not None:
            self._vault.save(kept.text())
        self._unsaved = None

    def _early(self, old: Session) -> Session:
        """Return a newer session, or the old one as long as it lives and HubSpot is silent."""
        try:
            return self._fresh(old.token)
        except RetryableError:
            if self._ends_within(old, timedelta(0)):
                raise
            return old

    def _ends_within(self, session: Session, margin: timedelta) -> bool:
        return session.until is not None and session.until - self._clock.now() <= margin

    def _ask(self, form: Mapping[str, str], *, once: bool) -> Mapping[str, Any]:
        return self._post(grants.oauth_url(self._settings), form, once=once)

    def _nobody(self) -> SignInError:
        told = f'nobody has signed in to "{self._name}"'
        hint = f"kam connection login {self._name}"
        return SignInError(told, crm=self._name, code="KAM-3005", hint=hint)
