"""The present session of one connection: signed in once, renewed one at a time."""

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
from kam_salesforce import grants
from kam_salesforce.grants import Session
from kam_salesforce.kept import Kept
from kam_salesforce.settings import SalesforceSettings, SignInBy

__all__ = ["Post", "Session", "SignIn"]

_FRESH = timedelta(minutes=30)
"""After this a session is renewed before it is refused: a quarter of Salesforce's default two
hours (the interval of Airbyte's connector)."""
_JUST_NOW = timedelta(seconds=10)
"""Our choice: a token renewed so recently is not what another thread was refused with."""
_PAUSE = timedelta(minutes=5)
"""After a refusal nobody asks again for so long (Airbyte's connector)."""


class Post(Protocol):
    """Sends a form to a URL, without a bearer token; returns the JSON answer."""

    def __call__(self, url: str, form: Mapping[str, str], *, once: bool) -> Mapping[str, Any]:
        """Send; *once*: not again when its fate is unknown."""


class SignIn:
    """The present session of one connection; safe to use from several threads."""

    def __init__(
        self,
        name: str,
        settings: SalesforceSettings,
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
        self._renewed_at: datetime | None = None
        self._refused: tuple[SignInError, datetime] | None = None
        self._patient_until: datetime | None = None
        self._unsaved: Kept | None = None
        """A successor that the vault did not take: the only copy there is."""

    def session(self) -> Session:
        """Return the session; signs in at first use, and again before the session grows old.

        Raises:
            SignInError: Salesforce refuses; a refusal is final for five minutes.
            RetryableError: Salesforce does not answer.
        """
        with self._lock:
            if self._session is None:
                self._session = self._fresh(None)
            elif self._is_due(self._session):
                self._session = self._early(self._session)
            return self._session

    def renew(self, stale: Secret) -> bool:
        """Replace a session that was refused; False if there is no way to.

        Of several threads that meet the same stale token one signs in, the others share.
        """
        if self._settings.sign_in_by is SignInBy.TOKEN:
            return False
        with self._lock:
            now = self._clock.now()
            just_now = self._renewed_at is not None and now - self._renewed_at < _JUST_NOW
            if self._session is None or (self._session.token == stale and not just_now):
                self._session = self._fresh(stale)
                self._renewed_at = self._clock.now()
        return True

    def redeem(self, request: LoginRequest, code: Secret) -> Session:
        """Trade a login's code for a session, and keep what later ones need.

        Raises:
            SignInError: The code is refused, or the app gives no refresh token.
        """
        answer = self._ask(grants.code_form(self._settings, request, code), once=True)
        session = self._session_of(answer)
        refresh_token = answer.get("refresh_token")
        if not isinstance(refresh_token, str) or not refresh_token:
            told = "the app gave no refresh token"
            raise SignInError(told, crm=self._name, code="KAM-3027")
        self._keep(Kept(self._settings, session, Secret(refresh_token)))
        with self._lock:
            self._session, self._refused = session, None
        return session

    def withdraw(self) -> None:
        """Withdraw the login at Salesforce and forget it here; harmless without one.

        Raises:
            RetryableError: Salesforce does not answer; nothing is forgotten.
        """
        text = self._vault.load() if self._vault is not None else None
        if self._vault is None or text is None:
            return
        with suppress(SignInError):  # ended already, or another app's
            kept = Kept.read(text, self._settings, crm=self._name)
            form = {"token": kept.refresh_token.reveal()}
            self._post(f"{self._settings.base_url}/services/oauth2/revoke", form, once=False)
        self._vault.forget()

    def _fresh(self, stale: Secret | None) -> Session:
        """Return a session other than the stale one.

        Raises:
            SignInError: Also when it was refused a moment ago.
        """
        now = self._clock.now()
        if self._refused is not None and now - self._refused[1] < _PAUSE:
            raise self._refused[0]
        try:
            session = self._signed_in(stale, now=now)
        except SignInError as error:
            self._refused = error, now
            raise
        self._refused = None
        before = self._session
        if before is not None and before.org_ref[:15] != session.org_ref[:15]:
            raise self._another_org(before.org_ref, session.org_ref)
        return session

    def _signed_in(self, stale: Secret | None, *, now: datetime) -> Session:
        settings = self._settings
        match settings.sign_in_by:
            case SignInBy.TOKEN:
                token = settings.access_token or Secret("")
                org = token.reveal().partition("!")[0]
                host = settings.base_url
                return Session(token=token, instance_url=host, org_ref=org, since=now)
            case SignInBy.LOGIN:
                return self._refreshed(stale, now=now)
            case SignInBy.JWT | SignInBy.CLIENT_CREDENTIALS:
                form = grants.sign_in_form(settings, now=now)
                return self._session_of(self._ask(form, once=False))

    def _refreshed(self, stale: Secret | None, *, now: datetime) -> Session:
        """Trade the refresh token; its successor is kept before the session is used.

        A refresh token that rotates is good for one use, and a second one withdraws the whole
        grant: so one process at a time, and the latest token read within its turn.
        """
        if self._vault is None:
            raise SignInError("nobody has signed in", crm=self._name, code="KAM-3005")
        with self._vault.turn():
            kept = self._kept(self._vault)
            other = kept.session
            if other.token != stale and now - other.since < _FRESH:
                return other
            form = grants.refresh_form(self._settings, kept.refresh_token)
            try:
                answer = self._ask(form, once=True)
            except SignInError as error:
                if error.code == "KAM-3006":
                    self._vault.save(kept.ended())
                raise
            session = self._session_of(answer)
            successor = answer.get("refresh_token")
            token = Secret(successor) if isinstance(successor, str) else kept.refresh_token
            if other.org_ref[:15] != session.org_ref[:15]:
                raise self._another_org(other.org_ref, session.org_ref)
            self._keep(Kept(self._settings, session, token))
        return session

    def _kept(self, vault: TokenVault) -> Kept:
        if self._unsaved is not None:
            self._keep(self._unsaved)
        text = vault.load()
        if text is None:
            told = f'nobody has signed in to "{self._name}"'
            hint = f"kam connection login {self._name}"
            raise SignInError(told, crm=self._name, code="KAM-3005", hint=hint)
        return Kept.read(text, self._settings, crm=self._name)

    def _keep(self, kept: Kept) -> None:
        self._unsaved = kept
        if self._vault is not None:
            self._vault.save(kept.text())
        self._unsaved = None

    def _early(self, old: Session) -> Session:
        """Return a newer session, or the old one while Salesforce does not answer."""
        try:
            return self._fresh(old.token)
        except RetryableError:
            self._patient_until = self._clock.now() + _PAUSE
            return old

    def _is_due(self, session: Session) -> bool:
        now = self._clock.now()
        patient = self._patient_until is not None and now < self._patient_until
        renewable = self._settings.sign_in_by is not SignInBy.TOKEN
        return renewable and not patient and now - session.since >= _FRESH

    def _ask(self, form: Mapping[str, str], *, once: bool) -> Mapping[str, Any]:
        return self._post(f"{self._settings.base_url}/services/oauth2/token", form, once=once)

    def _session_of(self, answer: Mapping[str, Any]) -> Session:
        return grants.session_of(answer, self._settings, crm=self._name, now=self._clock.now())

    def _another_org(self, before: str, after: str) -> SignInError:
        told = f'"{self._name}" was org {before}, and now org {after} answers'
        return SignInError(told, crm=self._name, code="KAM-3008")
