"""No secret and nobody's name leaves by an error, whatever the CRM answers (G25, TM2)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
import structlog

from kam_connector.cli.command import Invocation
from kam_connector.cli.crash import keep_trace
from kam_connector.cli.logs import configure_logs
from kam_connector.cli.output import complain
from kam_connector.cli.redaction import redact_text
from kam_connector.errors import FatalError, KamError
from tests.adapters.conftest import TOKEN_URL
from tests.guarantees import Figures

SECRETS = (
    "canarysecretclient0001",
    "00D000000000SBX!canary.access.token.0002",
    "pat-eu1-canary-access-0003",
    "canaryrefreshtoken0004",
    "canarypasswordofdb0005",
    "eyJcanaryhead.eyJcanarybody.canarysign0006",
    "canarywebhooksecret0007",
)
PEOPLE = tuple(
    text
    for number in range(25)
    for text in (f"Zoé Canari{number:02d}", f"zoe.canari{number:02d}@secret.example")
)
CANARIES = (*SECRETS, *PEOPLE)
STATUSES = (400, 401, 403, 404, 405, 409, 412, 415, 422, 423, 429, 431, 500, 502, 503, 504)
ECHO = {
    "message": f"bad {' '.join(CANARIES)}",
    "errors": [{"message": text, "context": {"value": [text]}} for text in CANARIES],
    "error": "invalid_grant",
    "error_description": " ".join(CANARIES),
    "category": "VALIDATION_ERROR",
    "correlationId": "11111111-2222-3333-4444-555555555555",
}
BODIES: dict[str, Callable[[], str]] = {
    "json": lambda: json.dumps(ECHO),
    "list": lambda: json.dumps([{"errorCode": "INVALID_FIELD", "message": ECHO["message"]}]),
    "html": lambda: f"<html>{' '.join(CANARIES)}</html>",
    "cut": lambda: json.dumps(ECHO, ensure_ascii=False)[:-40],
}
BROKEN = (
    requests.ConnectionError(f"refused {' '.join(CANARIES)}"),
    requests.ReadTimeout(f"waited {' '.join(CANARIES)}"),
    requests.exceptions.ChunkedEncodingError(f"cut {' '.join(CANARIES)}"),
    requests.exceptions.SSLError(f"bad {' '.join(CANARIES)}"),
    requests.TooManyRedirects(f"round {' '.join(CANARIES)}"),
)
FAULTS: dict[str, dict[str, Any]] = {
    **{
        f"{status} {name}": {"status": status, "body": make()}
        for status in STATUSES
        for name, make in BODIES.items()
    },
    **{f"200 {name}": {"status": 200, "body": BODIES[name]()} for name in ("html", "cut")},
    **{type(error).__name__: {"body": error} for error in BROKEN},
    "302": {"status": 302, "headers": {"Location": f"https://evil.example/?t={SECRETS[0]}"}},
}
SIGNED_IN = {
    "access_token": "00D000000000SBX!first",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://acme.my.salesforce.com/id/00D000000000SBXEA2/005000000000001AAA",
}


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    yield
    structlog.reset_defaults()


def raised(call: Callable[[], Any]) -> BaseException:
    """Return what a call ends in."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it must say nothing
        return error
    return FatalError("It ended well.")


def logged(style: str, error: BaseException) -> str:
    """Return what the log says of an error at DEBUG."""
    stream = io.StringIO()
    configure_logs(style=style, verbose=2, stream=stream)
    structlog.get_logger().error("page_failed", reason=str(error), exc_info=error)
    return stream.getvalue()


def ways_out(error: BaseException, client: Any, capsys: Any, folder: Path) -> dict[str, str]:
    """Return every text in which an error, or the one who met it, shows itself."""
    told = error if isinstance(error, KamError) else FatalError("unforeseen", code="KAM-7000")
    capsys.readouterr()
    complain(Invocation(as_json=True), told)
    complain(Invocation(verbose=2), told)
    shown = capsys.readouterr()
    keep_trace(error if isinstance(error, Exception) else told, show=True)
    return {
        "str": str(error) if isinstance(error, KamError) else "",
        "repr": repr(error) if isinstance(error, KamError) else "",
        "attributes": str(vars(error)) if isinstance(error, KamError) else "",
        "redacted": redact_text(str(told)),
        "json document": shown.out,
        "line on stderr": shown.err,
        "trace on stderr": capsys.readouterr().err,
        "trace in a file": (folder / "kam-connector" / "kam-connector-errors.log").read_text(),
        "log as json": logged("json", error),
        "log on a console": logged("console", error),
        "client": f"{client!r} {client!s}",
    }


@pytest.mark.guarantee("G25", "TM2")
def test_no_error_of_an_adapter_says_a_secret_or_a_name(
    web: responses.RequestsMock, caller: Any, tmp_path: Path, capsys: Any, figure: Figures
) -> None:
    """Every status and broken answer that echoes them, on a reading and on a creating call."""
    leaks: set[tuple[str, str, str]] = set()
    met: set[tuple[str, str]] = set()
    ways = reached = 0
    for name, fault in FAULTS.items():
        for url, call in ((caller.read_url, caller.read), (caller.create_url, caller.create)):
            web.reset()
            caller.clock.at += timedelta(hours=2)  # who failed a moment ago may ask again
            web.post(TOKEN_URL, json=SIGNED_IN)
            for method in ("GET", "POST", "PATCH"):
                web.add(method, url, **fault)
            error = raised(call)
            met.add((name, getattr(error, "code", type(error).__name__)))
            reached += any(str(one.request.url).startswith(url) for one in web.calls)
            shown = ways_out(error, caller.client, capsys, tmp_path)
            (tmp_path / "kam-connector" / "kam-connector-errors.log").unlink()
            ways += len(shown)
            canaries = (*CANARIES, caller.secret)
            leaks |= {
                (name, way, text)
                for way, said in shown.items()
                for text in canaries
                if text in said
            }
    figure(
        "G25",
        f"{len(FAULTS)} faults x 2 calls, {ways} texts x {len(CANARIES) + 1} canaries: "
        f"{len(leaks)} found",
        met=not leaks and reached == 2 * len(FAULTS),
    )
    assert len({code for _, code in met}) >= 8
