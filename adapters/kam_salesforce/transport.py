"""The one HTTP session of a connection: timeouts, retries, sign-in, size caps, typed errors.

simple-salesforce has no timeout (issue 148), no retry, drops headers when it signs in again
and puts the SOQL into its exceptions; it gets this session, which leaves it only successes.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from kam_connector.errors import RecordError, SignInError
from kam_connector.model.patience import Patience, Verdict
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock
from kam_salesforce.auth import SignIn
from kam_salesforce.errors import judge, judge_broken
from kam_salesforce.settings import SalesforceSettings

__all__ = ["Transport"]

MAX_BODY = 64 * 2**20
"""Our choice: twenty times a page of 2,000 wide rows."""
MAX_FILE = 2**30
"""Our choice: a gigabyte on disk is ten times the widest page of 50,000 rows we know of."""
_CHUNK = 2**18
_FIXES = {
    "invalid_client_id": "check client_id: the consumer key of the External Client App",
    "invalid_client": "check client_secret",
    "invalid_grant": "enable client credentials in the app and choose its run-as user",
    "unsupported_grant_type": "enable client credentials in the app, and use My Domain as domain",
    "inactive_user": "activate the run-as user",
}
_CREATES = re.compile(r"/composite/sobjects/?|/sobjects/[A-Za-z0-9_]+/?")
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")


class Transport(requests.Session):
    """A ``requests.Session`` that returns successes and raises our errors."""

    def __init__(self, name: str, settings: SalesforceSettings, *, clock: Clock) -> None:
        super().__init__()
        self._name = name
        self._clock = clock
        self._patience = Patience(attempts=settings.attempts)
        self._timeout = (settings.connect_timeout_s, settings.read_timeout_s)
        self.sign_in = SignIn(name, settings, post=self._post_form)
        self.calls = 0
        self._counting = Lock()  # pages of a bulk result are fetched by several threads
        self.usage: tuple[int, int] | None = None
        """Calls used and allowed, as last heard."""
        self.heard_at: str | None = None
        """The last ``Date`` header."""
        self.headers["Sforce-Call-Options"] = "client=kam-connector"
        quiet = Retry(0, read=False, redirect=False)
        self.mount("https://", HTTPAdapter(max_retries=quiet))
        self.mount("http://", HTTPAdapter(max_retries=quiet))
        if settings.endpoint is not None:
            self.trust_env = False  # no proxy and no netrc between us and loopback
            port = urlsplit(settings.endpoint)
            self.mount(f"https://{port.netloc}", _Plain(max_retries=quiet))

    def request(  # type: ignore[override]  # the tail of requests' parameters passes through
        self, method: str | bytes, url: str | bytes, **kwargs: Any
    ) -> requests.Response:
        """Send, and again where that helps; return an answer below 300.

        ``into=`` names a file that takes the body of a success, which then need not be JSON.

        Raises:
            KamError: See ``errors.judge``.
        """
        verb, address = str(method), str(url)
        repeatable = not (verb == "POST" and _CREATES.fullmatch(_path_of(address)))
        into: IO[bytes] | None = kwargs.pop("into", None)
        kwargs |= {"timeout": self._timeout, "allow_redirects": False, "stream": True}
        renewed = attempt = 0
        while True:
            attempt += 1
            bearer = kwargs.get("auth") or _Bearer(self.sign_in.session().token)
            verdict = self._attempt(verb, address, repeatable, {**kwargs, "auth": bearer}, into)
            if isinstance(verdict, requests.Response):
                return verdict
            if verdict.renew and isinstance(bearer, _Bearer):
                if renewed or not self.sign_in.renew(bearer.token):
                    raise verdict.error
                renewed += 1
                continue
            wait = self._patience.wait_s(attempt, verdict, draw=random.random())  # noqa: S311
            self._clock.sleep(wait)

    @contextmanager
    def download(self, url: str, **kwargs: Any) -> Iterator[_Download]:
        """Open a large answer for reading piece by piece."""
        with tempfile.TemporaryFile() as file:
            answer = self.request("GET", url, into=file, **kwargs)
            file.seek(0)
            yield _Download(answer.headers, file)

    def _attempt(
        self,
        verb: str,
        url: str,
        repeatable: bool,
        kwargs: dict[str, Any],
        into: IO[bytes] | None = None,
    ) -> requests.Response | Verdict:
        with self._counting:
            self.calls += 1
        try:
            answer = super().request(verb, url, **kwargs)
            spooled = into is not None and answer.status_code < 300
            body = _spool(answer, into) if spooled and into is not None else _read(answer)
        except requests.exceptions.SSLError as error:
            return self._broken(error, "KAM-3107", "has no certificate we trust", again=False)
        except requests.exceptions.ConnectTimeout as error:
            return self._broken(error, "KAM-3101", "cannot be reached", again=True)
        except requests.exceptions.Timeout as error:
            return self._broken(error, "KAM-3102", "did not answer in time", again=repeatable)
        except requests.exceptions.RequestException as error:
            never_sent = "NewConnectionError" in repr(error) or "NameResolution" in repr(error)
            told = "cannot be reached" if never_sent else "broke the connection"
            return self._broken(error, "KAM-3101", told, again=repeatable or never_sent)
        self._note(answer)
        if body is None:
            return self._broken(None, "KAM-3105", "sent too large an answer")
        if answer.status_code >= 300:
            return judge(
                answer.status_code, answer.headers, body, crm=self._name, repeatable=repeatable
            )
        if not spooled and not _is_whole_json(body):
            told = "sent something that is no JSON"
            return self._broken(None, "KAM-3103", told, again=repeatable)
        return answer

    def _broken(
        self, cause: Exception | None, code: str, told: str, *, again: bool = False
    ) -> Verdict:
        return judge_broken(cause, crm=self._name, code=code, told=told, again=again)

    def _note(self, answer: requests.Response) -> None:
        usage = _USAGE.search(answer.headers.get("Sforce-Limit-Info", ""))
        if usage:
            self.usage = int(usage[1]), int(usage[2])
        self.heard_at = answer.headers.get("Date") or self.heard_at

    def _post_form(self, url: str, form: Any) -> Any:
        """Post a form without a bearer token; a refused grant is a refused sign-in."""
        try:
            return self.request("POST", url, data=form, auth=_no_auth).json()
        except (RecordError, SignInError) as error:
            raise SignInError(
                error.message,
                crm=self._name,
                code="KAM-3001",
                hint=next((fix for word, fix in _FIXES.items() if word in error.message), ""),
                http_status=error.http_status,
            ) from error

    def crm_seconds(self) -> float | None:
        """Return the CRM's clock as last heard, in seconds since the epoch."""
        return parsedate_to_datetime(self.heard_at).timestamp() if self.heard_at else None


class _Download:
    """A large answer, a piece at a time."""

    def __init__(self, headers: Mapping[str, str], file: IO[bytes]) -> None:
        self.headers = headers
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._file.read(_CHUNK), b"")


class _Bearer(AuthBase):
    """Sets the header itself, so that no ``.netrc`` entry can replace it."""

    def __init__(self, token: Secret) -> None:
        self.token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self.token.reveal()}"
        return r


class _Plain(HTTPAdapter):
    """Takes the https that simple-salesforce insists on back to http, on loopback only."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        request.url = "http://" + (request.url or "").removeprefix("https://")
        return super().send(request, *args, **kwargs)


def _no_auth(r: requests.PreparedRequest) -> requests.PreparedRequest:
    return r


def _path_of(url: str) -> str:
    return re.sub(r"^/services/data/v[\d.]+", "", urlsplit(url).path)


def _read(answer: requests.Response) -> bytes | None:
    """Read the body up to the cap; None if it is larger."""
    parts, size = [], 0
    for chunk in answer.iter_content(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            answer.close()
            return None
    body = b"".join(parts)
    answer._content = body  # noqa: SLF001  what .json() reads, now that the stream is consumed
    return body


def _spool(answer: requests.Response, into: IO[bytes]) -> bytes | None:
    """Write the body to a file, from its start; None if it is larger than the cap."""
    into.seek(0)
    into.truncate()
    for chunk in answer.iter_content(_CHUNK):
        into.write(chunk.replace(b"\0", b""))  # NUL breaks CSV readers and databases
        if into.tell() > MAX_FILE:
            answer.close()
            return None
    return b""


def _is_whole_json(body: bytes) -> bool:
    """Tell an answer from a proxy's page or the first half of an answer."""
    text = body[:64].lstrip(), body[-64:].rstrip()
    ends = {b"{": b"}", b"[": b"]"}
    return not body.strip() or text[1][-1:] == ends.get(text[0][:1], b"\0")
