"""The one HTTP session of a connection: timeouts, retries, sign-in, size caps, typed errors.

simple-salesforce has no timeout (issue 148), no retry, drops headers when it signs in again
and puts the SOQL into its exceptions; it gets this session, which leaves it only successes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from kam_connector.errors import CrmUnavailable
from kam_connector.model.breaker import FAILURES, Breaker
from kam_connector.model.patience import Patience, Verdict
from kam_connector.model.settings import Secret
from kam_connector.model.strict_json import load_strictly
from kam_connector.ports import Clock, TokenVault
from kam_salesforce.answers import reading
from kam_salesforce.auth import SignIn
from kam_salesforce.errors import judge, judge_broken
from kam_salesforce.lines import Line
from kam_salesforce.refusals import judge_grant
from kam_salesforce.settings import SalesforceSettings
from kam_salesforce.streams import Download, read_whole

__all__ = ["Transport"]

_CREATES = re.compile(r"/composite/sobjects/?|/sobjects/[A-Za-z0-9_]+/?")
_OBJECT = re.compile(r"^/(?:composite/)?sobjects/([A-Za-z0-9_]+)")
_READS = re.compile(r"/composite/sobjects/[A-Za-z0-9_]+/?|/jobs/query/?|/query/?")
"""What is posted and only reads: a retrieve of many records, a query job."""
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d{1,12})/(\d{1,12})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What one request is, whatever becomes of it."""

    verb: str
    url: str
    repeatable: bool
    """A second sending changes nothing that the first did not."""
    grant: bool = False
    """It asks for a token: no bearer, and errors in OAuth's form."""
    writes: bool = False
    """It changes records; jobs that are deleted are not."""
    file: bool = False
    """The body of a success is left to the caller, a piece at a time; it need not be JSON."""


class Transport(requests.Session):
    """A ``requests.Session`` that returns successes and raises our errors."""

    def __init__(
        self,
        name: str,
        settings: SalesforceSettings,
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
        self.sign_in = SignIn(name, settings, post=self._post_form, clock=clock, vault=vault)
        self.calls = 0
        self._gate: Callable[[], None] | None = None
        self._counting = Lock()  # pages of a bulk result are fetched by several threads
        self.usage: tuple[int, int] | None = None
        """Calls used and allowed, as last heard."""
        self.heard_at: float | None = None
        """The CRM's clock as last heard, in seconds since the epoch."""
        self.headers["Sforce-Call-Options"] = "client=kam-connector"
        self.headers["Accept-Encoding"] = "gzip"  # the one way that streams.py unpacks
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", Line())
        self.mount("http://", Line())
        if settings.endpoint is not None:
            self.trust_env = False  # no proxy and no netrc between us and loopback
            port = urlsplit(settings.endpoint)
            self.mount(f"https://{port.netloc}", _Plain())

    def request(  # type: ignore[override]  # the tail of requests' parameters passes through
        self, method: str | bytes, url: str | bytes, **kwargs: Any
    ) -> requests.Response:
        """Send, and again where that helps; return an answer below 300.

        Raises:
            KamError: See ``errors.judge``.
        """
        verb, address = str(method), str(url)
        path = _path_of(address)
        repeatable = not (verb == "POST" and _CREATES.fullmatch(path))
        writes = verb in ("PATCH", "PUT") or (verb == "POST" and not _READS.fullmatch(path))
        call = _Call(verb=verb, url=address, repeatable=repeatable, writes=writes)
        return self._send(call, kwargs)

    @contextmanager
    def gating(self, gate: Callable[[], None] | None) -> Iterator[None]:
        """Call *gate* before each writing request of the block; None lets them pass."""
        outer, self._gate = self._gate, gate
        try:
            yield
        finally:
            self._gate = outer

    def ask_gate(self) -> None:
        """Look at the gate although nothing is sent: a job of ours writes meanwhile."""
        if self._gate is not None:
            self._gate()

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Look at no ``Location``: requests prepares the next request even if none is sent."""

    @contextmanager
    def download(self, url: str, **kwargs: Any) -> Iterator[Download]:
        """Open a large answer for reading piece by piece; sent again until it begins.

        Args:
            url: The whole address.
            kwargs: ``params`` and ``headers``, as for ``request``.

        Raises:
            KamError: See ``errors.judge``; the pieces raise CrmUnavailable.
        """
        answer = self._send(_Call(verb="GET", url=url, repeatable=True, file=True), kwargs)
        with answer:
            yield Download(answer, crm=self._name, now=self._clock.now)

    def _send(self, call: _Call, kwargs: dict[str, Any]) -> requests.Response:
        kwargs |= {"timeout": self._timeout, "allow_redirects": False, "stream": True}
        renewed = attempt = 0
        while True:
            attempt += 1
            if call.writes:
                self.ask_gate()
            bearer = None if call.grant else self._bearer(call.url)
            left_at = self._breaker.enter()
            verdict = self._attempt(call, {**kwargs, "auth": bearer or _no_auth})
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
            self._note(answer)
            if call.file and answer.status_code < 300:
                return self._opened(answer)
            body = read_whole(answer, crm=self._name, now=self._clock.now)
        except CrmUnavailable as error:
            return Verdict(error=error)
        except requests.exceptions.RequestException as error:
            return self._unheard(error, repeatable=call.repeatable)
        if answer.status_code >= 300:
            about = _about(call.url, kwargs.get("params"))
            if call.grant:
                return judge_grant(answer.status_code, answer.headers, body, crm=self._name)
            return judge(
                answer.status_code,
                answer.headers,
                body,
                crm=self._name,
                repeatable=call.repeatable,
                about=about,
            )
        if not _is_whole_json(body):
            return self._broken(None, "KAM-3103", _what_else(body), again=call.repeatable)
        return answer

    def _opened(self, answer: requests.Response) -> requests.Response | Verdict:
        """Return an unread answer, unless it is a proxy's page."""
        if "html" not in answer.headers.get("Content-Type", "").lower():
            return answer
        answer.close()
        return self._broken(None, "KAM-3103", _PAGE, again=True)

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
        usage = _USAGE.search(answer.headers.get("Sforce-Limit-Info", ""))
        if usage and int(usage[2]):
            self.usage = int(usage[1]), int(usage[2])
        with suppress(ValueError, OverflowError):  # no date at all, or of another age
            self.heard_at = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()

    def _bearer(self, url: str) -> _Bearer:
        """Return the present token, for its own host only."""
        session = self.sign_in.session()
        if urlsplit(url).netloc != urlsplit(session.instance_url).netloc:
            told = "the session is good for another host than the one asked"
            raise CrmUnavailable(told, crm=self._name, code="KAM-3106")
        return _Bearer(session.token)

    def _post_form(self, url: str, form: Mapping[str, str], *, once: bool) -> Mapping[str, Any]:
        """Post a form without a bearer token.

        Args:
            url: The token endpoint.
            form: The grant.
            once: Its fate unknown, it is not sent again: the grant may be spent.
        """
        call = _Call(verb="POST", url=url, repeatable=not once, grant=True)
        answer = self._send(call, {"data": dict(form)})
        with reading(self._name):
            said = load_strictly(answer.content, parse_float=float) if answer.content else {}
            return dict(said.items())


class _Bearer(AuthBase):
    """Sets the header itself, so that no ``.netrc`` entry can replace it."""

    def __init__(self, token: Secret) -> None:
        self.token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self.token.reveal()}"
        return r


class _Plain(Line):
    """Takes the https that simple-salesforce insists on back to http, on loopback only."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        request.url = "http://" + (request.url or "").removeprefix("https://")
        return super().send(request, *args, **kwargs)


def _no_auth(r: requests.PreparedRequest) -> requests.PreparedRequest:
    return r


def _path_of(url: str) -> str:
    return re.sub(r"^/services/data/v[\d.]+", "", urlsplit(url).path)


def _about(url: str, params: Mapping[str, str] | None) -> str:
    """Return the name of the object that a call asks for; empty where it names none."""
    if found := _OBJECT.search(_path_of(url)):
        return found[1]
    name = (params or {}).get("q", "").partition(" FROM ")[2].partition(" ")[0]
    return name if name.isidentifier() else ""


def _is_whole_json(body: bytes) -> bool:
    """Tell an answer from a proxy's page or the first half of an answer."""
    text = body[:64].lstrip(), body[-64:].rstrip()
    ends = {b"{": b"}", b"[": b"]"}
    return not body.strip() or text[1][-1:] == ends.get(text[0][:1], b"\0")


_PAGE = "sent a web page instead of data: a proxy, a sign-in page or maintenance"


def _what_else(body: bytes) -> str:
    if body[:64].lstrip()[:1] == b"<":
        return _PAGE
    return "sent something that is no JSON, or only half of it"
