"""The one HTTP session of a connection: timeouts, retries, pace, size caps, typed errors.

hubspot-api-client has no timeout, hides retries of its own, and raises another ApiException
per package; it gets this session in place of its ``rest_client``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase

from kam_connector.errors import CrmUnavailable
from kam_connector.model.breaker import FAILURES, Breaker
from kam_connector.model.patience import Patience, Verdict
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock, TokenVault
from kam_hubspot.answers import read_json, reading
from kam_hubspot.auth import SignIn
from kam_hubspot.buckets import Buckets
from kam_hubspot.errors import judge, judge_broken
from kam_hubspot.hosts import check_file_host
from kam_hubspot.lines import Line
from kam_hubspot.refusals import judge_grant
from kam_hubspot.settings import HubSpotSettings
from kam_hubspot.streams import MAX_BODY, read_into

__all__ = ["Transport"]

_CREATES = re.compile(
    r"/crm/(?:objects/[^/]+|v3/objects)/[^/]+(?:/batch/create)?/?"
    r"|/crm/(?:exports/[^/]+|v3/exports)/export/async/?"
)
_READS = re.compile(r".*/(?:search|batch/read|export/async)/?")
"""What is posted and only reads."""
_HOPS = 4
"""Our choice: a signed address may lead to the storage's own, and that to a nearer one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What one request is, whatever becomes of it."""

    verb: str
    url: str
    repeatable: bool
    """A second sending changes nothing that the first did not."""
    writes: bool = False
    """It changes records."""
    grant: bool = False
    """It asks for a token: no bearer, and errors in OAuth's form."""
    auth: Callable[..., requests.PreparedRequest] | None = None
    """Signs in place of the session; it cannot be renewed."""
    into: IO[bytes] | None = None
    """A file that takes the answer: read piece by piece, of any kind."""
    most: int | None = None
    """Bytes that the answer may have; None: as every answer."""


class Transport(requests.Session):
    """A ``requests.Session`` that returns successes and raises our errors."""

    def __init__(
        self,
        name: str,
        settings: HubSpotSettings,
        *,
        clock: Clock,
        vault: TokenVault | None = None,
    ) -> None:
        super().__init__()
        self._name = name
        self._clock = clock
        self._patience = Patience(attempts=settings.attempts)
        most = max(FAILURES, 2 * settings.attempts)
        self._breaker = Breaker(crm=name, now=clock.now, sleep=clock.sleep, most=most)
        self._timeout = (settings.connect_timeout_s, settings.read_timeout_s)
        self._base_url = settings.base_url
        self.buckets = Buckets(name, settings, clock=clock)
        self.sign_in = SignIn(name, settings, post=self._post_form, clock=clock, vault=vault)
        self.calls = 0
        self._gate: Callable[[], None] | None = None
        self._counting = Lock()
        self.usage: tuple[int, int] | None = None
        """Calls used and allowed, as last heard."""
        self._told_at = 0
        """What ``calls`` was then."""
        self.heard_at: str | None = None
        """The last ``Date`` header."""
        self.headers["Accept-Encoding"] = "gzip"  # the one way that streams.py unpacks
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", Line())
        self.mount("http://", Line())
        if settings.endpoint is not None:
            self.trust_env = False  # no proxy and no netrc between us and loopback

    def request(  # type: ignore[override]  # the tail of requests' parameters passes through
        self, method: str | bytes, url: str | bytes, **kwargs: Any
    ) -> requests.Response:
        """Send, and again where that helps; return an answer below 300.

        Raises:
            KamError: See ``errors.judge``.
        """
        verb, address = str(method), str(url)
        path = urlsplit(address).path
        repeatable = not (verb == "POST" and _CREATES.fullmatch(path))
        writes = verb != "GET" and not (verb == "POST" and _READS.fullmatch(path))
        call = _Call(verb=verb, url=address, repeatable=repeatable, writes=writes)
        return self._send(call, kwargs)

    @contextmanager
    def gating(self, gate: Callable[[], None]) -> Iterator[None]:
        """Call *gate* before each writing request of the block."""
        outer, self._gate = self._gate, gate
        try:
            yield
        finally:
            self._gate = outer

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Look at no ``Location``: requests prepares the next request even if none is sent."""

    def ask_as_app(self, verb: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON of an address that takes the app's own token; None for no content."""
        return self._ask(verb, url, Bearer(self.sign_in.app_session().token), body)

    def get_file(self, url: str) -> Any:
        """Return the JSON of a file behind a signed address: asked without any token.

        Raises:
            CrmUnavailable: The address is not of a host that HubSpot keeps files on (KAM-3106).
        """
        check_file_host(url, self._base_url, crm=self._name)
        return self._ask("GET", url, _no_auth, None)

    def save_file(self, url: str, file: IO[bytes], *, most: int) -> None:
        """Bring the file behind a signed address to disk: asked without any token.

        Args:
            url: The address; every host that it leads on to is looked at before it is asked.
            file: Where to; what it held is lost.
            most: Bytes that it may have.

        Raises:
            CrmUnavailable: An address on no host of HubSpot's (KAM-3106), or no whole file.
        """
        for _ in range(_HOPS):
            check_file_host(url, self._base_url, crm=self._name)
            call = _Call(verb="GET", url=url, repeatable=True, auth=_no_auth, into=file, most=most)
            answer = self._send(call, {})
            if answer.status_code < 300:
                return
            with reading(self._name):
                url = urljoin(url, answer.headers["Location"])
        raise self._broken(None, "KAM-3106", "named a file that leads in a circle").error

    def _ask(
        self,
        verb: str,
        url: str,
        auth: Callable[..., requests.PreparedRequest],
        body: Mapping[str, Any] | None,
    ) -> Any:
        call = _Call(verb=verb, url=url, repeatable=verb == "GET", auth=auth)
        answer = self._send(call, {} if body is None else {"json": dict(body)})
        return self._decoded(answer) if answer.content else None

    def used(self) -> tuple[int, int] | None:
        """Return calls used and allowed: as last heard, and ours since; searches tell nothing."""
        if self.usage is None:
            return None
        return self.usage[0] + self.calls - self._told_at, self.usage[1]

    def crm_seconds(self) -> float | None:
        """Return the CRM's clock as last heard, in seconds since the epoch."""
        return parsedate_to_datetime(self.heard_at).timestamp() if self.heard_at else None

    def _send(self, call: _Call, kwargs: dict[str, Any]) -> requests.Response:
        if call.auth is not _no_auth and not call.url.startswith(self._base_url + "/"):
            raise self._broken(None, "KAM-3106", "was left for another host").error
        search = urlsplit(call.url).path.endswith("/search")
        kwargs |= {"timeout": self._timeout, "allow_redirects": False, "stream": True}
        renewed = attempt = 0
        while True:
            attempt += 1
            if call.writes and self._gate is not None:
                self._gate()
            own = call.grant or call.auth is not None
            bearer = None if own else Bearer(self.sign_in.session().token)
            self._breaker.look()  # who may not ask takes no place from others
            self.buckets.take(search=search)
            left_at = self._breaker.enter()
            verdict = self._attempt(call, {**kwargs, "auth": bearer or call.auth or _no_auth})
            self._breaker.heard(verdict if isinstance(verdict, Verdict) else None, left_at=left_at)
            if isinstance(verdict, requests.Response):
                return verdict
            if verdict.renew and bearer is not None:
                if renewed or not self.sign_in.renew(bearer.token):
                    raise verdict.error
                renewed += 1
                continue
            wait = self._patience.wait_s(attempt, verdict, draw=random.random())  # noqa: S311
            self._clock.sleep(wait)

    def _attempt(self, call: _Call, kwargs: dict[str, Any]) -> requests.Response | Verdict:
        with self._counting:
            self.calls += 1
        try:
            answer = super().request(call.verb, call.url, **kwargs)
            most = call.most or MAX_BODY
            now = self._clock.now
            body = read_into(answer, call.into, most=most, crm=self._name, now=now)
        except CrmUnavailable as error:
            return Verdict(error=error)
        except requests.exceptions.RequestException as error:
            return self._unheard(error, repeatable=call.repeatable)
        if call.into is not None and (answer.status_code < 300 or "Location" in answer.headers):
            return self._saved(answer)
        self._note(answer)
        if answer.status_code >= 300:
            if call.grant:
                return judge_grant(answer.status_code, answer.headers, body, crm=self._name)
            return judge(
                answer.status_code,
                answer.headers,
                body,
                crm=self._name,
                repeatable=call.repeatable,
            )
        if not _is_whole_json(body):
            told = "sent something that is no JSON, or only half of it"
            return self._broken(None, "KAM-3103", told, again=call.repeatable)
        return answer

    def _saved(self, answer: requests.Response) -> requests.Response | Verdict:
        """Return the answer that is in its file, unless it is a proxy's page."""
        if "html" not in answer.headers.get("Content-Type", "").lower():
            return answer
        return self._broken(None, "KAM-3103", "sent a web page instead of a file", again=True)

    def _unheard(self, error: Exception, *, repeatable: bool) -> Verdict:
        """Judge a request that brought no whole answer."""
        if isinstance(error, requests.exceptions.SSLError):
            return self._broken(error, "KAM-3107", "has no certificate we trust", again=False)
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return self._broken(error, "KAM-3101", "cannot be reached", again=True)
        if isinstance(error, requests.exceptions.Timeout) or "ReadTimeoutError" in repr(error):
            return self._broken(error, "KAM-3102", "did not answer in time", again=repeatable)
        never_sent = "NewConnectionError" in repr(error) or "NameResolution" in repr(error)
        told = "cannot be reached" if never_sent else "broke the connection"
        return self._broken(error, "KAM-3101", told, again=repeatable or never_sent)

    def _broken(
        self, cause: Exception | None, code: str, told: str, *, again: bool = False
    ) -> Verdict:
        return judge_broken(cause, crm=self._name, code=code, told=told, again=again)

    def _note(self, answer: requests.Response) -> None:
        daily = _number(answer, "X-HubSpot-RateLimit-Daily")
        left = _number(answer, "X-HubSpot-RateLimit-Daily-Remaining")
        if daily is not None and left is not None:
            self.usage, self._told_at = (daily - left, daily), self.calls
        self.buckets.heard(
            burst=_number(answer, "X-HubSpot-RateLimit-Max"),
            left=left,
            burst_left=_number(answer, "X-HubSpot-RateLimit-Remaining"),
        )
        self.heard_at = answer.headers.get("Date") or self.heard_at

    def _decoded(self, answer: requests.Response) -> Any:
        try:
            return read_json(answer.content)
        except (ValueError, RecursionError) as error:
            told = "HubSpot sent an answer that cannot be read"
            raise CrmUnavailable(told, crm=self._name, code="KAM-3103") from error

    def _post_form(self, url: str, form: Mapping[str, str], *, once: bool) -> Mapping[str, Any]:
        """Post a form without a bearer token.

        Args:
            url: The token endpoint.
            form: The grant; in the body, never in the address.
            once: Its fate unknown, it is not sent again: the grant may be spent.
        """
        call = _Call(verb="POST", url=url, repeatable=not once, grant=True)
        answer = self._send(call, {"data": dict(form)})
        said: object = self._decoded(answer) if answer.content else {}
        if not isinstance(said, Mapping):
            told = "HubSpot sent an answer that cannot be read"
            raise CrmUnavailable(told, crm=self._name, code="KAM-3103")
        return said


class Bearer(AuthBase):
    """Sets the header itself, so that no ``.netrc`` entry can replace it."""

    def __init__(self, token: Secret) -> None:
        self.token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        r.headers["Authorization"] = f"Bearer {self.token.reveal()}"
        return r


def _no_auth(r: requests.PreparedRequest) -> requests.PreparedRequest:
    return r


def _number(answer: requests.Response, header: str) -> int | None:
    text = answer.headers.get(header, "")
    return int(text) if text.isdigit() else None


def _is_whole_json(body: bytes) -> bool:
    """Tell an answer from a proxy's page or the first half of an answer."""
    text = body[:64].lstrip(), body[-64:].rstrip()
    ends = {b"{": b"}", b"[": b"]"}
    return not body.strip() or text[1][-1:] == ends.get(text[0][:1], b"\0")
