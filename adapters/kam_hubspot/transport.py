"""The one HTTP session of a connection: timeouts, retries, pace, size caps, typed errors.

hubspot-api-client has no timeout, hides retries of its own, and raises another ApiException
per package; it gets this session in place of its ``rest_client``.
"""

from __future__ import annotations

import random
import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from kam_connector.model.patience import Pace, Patience, Verdict
from kam_connector.ports import Clock
from kam_hubspot.auth import Bearer
from kam_hubspot.errors import judge, judge_broken
from kam_hubspot.settings import HubSpotSettings

__all__ = ["Transport"]

MAX_BODY = 64 * 2**20
"""Our choice: far above a page of 200 records with long texts."""
_CHUNK = 2**18
_CALLS_AT_FIRST = 90
"""Nine tenths of the smallest allowance, 100 calls in ten seconds (usage guidelines)."""
_CREATES = re.compile(r"/crm/objects/[^/]+/[^/]+(?:/batch/create)?/?")


class Transport(requests.Session):
    """A ``requests.Session`` that returns successes and raises our errors."""

    def __init__(self, name: str, settings: HubSpotSettings, *, clock: Clock) -> None:
        super().__init__()
        self._name = name
        self._clock = clock
        self._patience = Patience(attempts=settings.attempts)
        self._timeout = (settings.connect_timeout_s, settings.read_timeout_s)
        self._base_url = settings.base_url
        self._calls_pace = self._pace(settings.calls_per_10_s or _CALLS_AT_FIRST, 10.0)
        self._adapt = settings.calls_per_10_s is None
        self._search_pace = self._pace(settings.searches_per_s, 1.0)
        self.calls = 0
        self.usage: tuple[int, int] | None = None
        """Calls used and allowed, as last heard."""
        self.heard_at: str | None = None
        """The last ``Date`` header."""
        self.auth = Bearer(settings.access_token)
        quiet = Retry(0, read=False, redirect=False)
        self.mount("https://", HTTPAdapter(max_retries=quiet))
        self.mount("http://", HTTPAdapter(max_retries=quiet))
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
        if not address.startswith(self._base_url + "/"):
            raise self._broken(None, "KAM-3106", "was left for another host").error
        path = urlsplit(address).path
        repeatable = not (verb == "POST" and _CREATES.fullmatch(path))
        pace = self._search_pace if path.endswith("/search") else self._calls_pace
        kwargs |= {"timeout": self._timeout, "allow_redirects": False, "stream": True}
        attempt = 0
        while True:
            attempt += 1
            pace.take()
            verdict = self._attempt(verb, address, repeatable, kwargs)
            if isinstance(verdict, requests.Response):
                return verdict
            wait = self._patience.wait_s(attempt, verdict, draw=random.random())  # noqa: S311
            self._clock.sleep(wait)

    def _attempt(
        self, verb: str, url: str, repeatable: bool, kwargs: dict[str, Any]
    ) -> requests.Response | Verdict:
        self.calls += 1
        try:
            answer = super().request(verb, url, **kwargs)
            body = _read(answer)
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
        if not _is_whole_json(body):
            told = "sent something that is no JSON"
            return self._broken(None, "KAM-3103", told, again=repeatable)
        return answer

    def _broken(
        self, cause: Exception | None, code: str, told: str, *, again: bool = False
    ) -> Verdict:
        return judge_broken(cause, crm=self._name, code=code, told=told, again=again)

    def _note(self, answer: requests.Response) -> None:
        daily = answer.headers.get("X-HubSpot-RateLimit-Daily", "")
        left = answer.headers.get("X-HubSpot-RateLimit-Daily-Remaining", "")
        if daily.isdigit() and left.isdigit():
            self.usage = int(daily) - int(left), int(daily)
        burst = answer.headers.get("X-HubSpot-RateLimit-Max", "")
        if self._adapt and burst.isdigit() and int(burst) > 0:
            self._calls_pace.calls = max(1, int(burst) * 9 // 10)
        self.heard_at = answer.headers.get("Date") or self.heard_at

    def _pace(self, calls: int, per_s: float) -> Pace:
        return Pace(
            calls=calls,
            per_s=per_s,
            now=lambda: self._clock.now().timestamp(),
            sleep=self._clock.sleep,
        )

    def crm_seconds(self) -> float | None:
        """Return the CRM's clock as last heard, in seconds since the epoch."""
        return parsedate_to_datetime(self.heard_at).timestamp() if self.heard_at else None


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
    answer._content = body  # noqa: SLF001  what .content reads, now that the stream is consumed
    return body


def _is_whole_json(body: bytes) -> bool:
    """Tell an answer from a proxy's page or the first half of an answer."""
    text = body[:64].lstrip(), body[-64:].rstrip()
    ends = {b"{": b"}", b"[": b"]"}
    return not body.strip() or text[1][-1:] == ends.get(text[0][:1], b"\0")
