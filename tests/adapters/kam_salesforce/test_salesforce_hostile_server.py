"""Servers that misbehave on a real socket: endless, slow, silent, swollen."""

from __future__ import annotations

import gzip
import json
import resource
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kam_connector.bootstrap import SystemClock
from kam_connector.errors import CrmUnavailable
from kam_connector.model.settings import Secret
from kam_salesforce import streams
from kam_salesforce.client import Client
from kam_salesforce.settings import SalesforceSettings

pytestmark = pytest.mark.enable_socket

Speak = Callable[[BaseHTTPRequestHandler], None]
MEBI = 2**20


@pytest.fixture(name="ask")
def _ask() -> Iterator[Callable[[Speak], CrmUnavailable]]:
    """Give a function that asks a server which speaks so, and returns the error."""
    servers: list[ThreadingHTTPServer] = []

    def ask(speak: Speak) -> CrmUnavailable:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                speak(self)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        settings = SalesforceSettings(
            endpoint=f"http://127.0.0.1:{server.server_port}",
            access_token=Secret("00D!t"),
            read_timeout_s=0.5,
            attempts=1,
        )
        client = Client("acme", settings, clock=SystemClock())
        try:
            with pytest.raises(CrmUnavailable) as caught:
                client.query("SELECT Id FROM Account")
        finally:
            client.close()
        return caught.value

    yield ask
    for server in servers:
        server.shutdown()
        server.server_close()


def head(handler: BaseHTTPRequestHandler, **headers: str) -> None:
    """Begin an answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Send five gigabytes without saying so."""
    head(handler)
    for _ in range(5 * 1024):
        handler.wfile.write(b" " * MEBI)


def bomb(handler: BaseHTTPRequestHandler) -> None:
    """Send half a gigabyte as half a megabyte."""
    head(handler, Content_Encoding="gzip")
    press = zlib.compressobj(1, zlib.DEFLATED, 31)
    for _ in range(512):
        handler.wfile.write(press.compress(b" " * MEBI))
    handler.wfile.write(press.flush())


def announced(handler: BaseHTTPRequestHandler) -> None:
    """Announce five gigabytes."""
    head(handler, Content_Length=str(5 * 1024 * MEBI))


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Begin, and say no more (D2)."""
    head(handler, Content_Length="10")
    threading.Event().wait(2)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Announce more than comes."""
    head(handler, Content_Length="1000")
    handler.wfile.write(b'{"records": [')


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, always before the patience for one ends."""
    head(handler, Content_Length="100000")
    for _ in range(100):
        handler.wfile.write(b" ")
        threading.Event().wait(0.05)


def drip_in_chunks(handler: BaseHTTPRequestHandler) -> None:
    """Do the same without saying how much there is to come."""
    head(handler, Transfer_Encoding="chunked")
    for _ in range(100):
        handler.wfile.write(b"1\r\n \r\n")
        threading.Event().wait(0.05)


GOOD = json.dumps({"totalSize": 1, "done": True, "records": [{"Id": "001"}]}).encode()
PACKED = gzip.compress(GOOD)


def saying(body: bytes, **headers: str) -> Speak:
    """Return an answer with its body."""

    def speak(handler: BaseHTTPRequestHandler) -> None:
        head(handler, **({"Content_Length": str(len(body))} | headers))
        handler.wfile.write(body)

    return speak


def raw(words: bytes) -> Speak:
    """Return an answer that need not be HTTP."""
    return lambda handler: handler.wfile.write(words) and None


@pytest.mark.guarantee("G16", "TM17")
@pytest.mark.parametrize(
    ("speak", "code"),
    [
        (saying(GOOD, Content_Length="20"), "KAM-3103"),
        (saying(GOOD, Content_Length="10, 20"), "KAM-3101"),
        (saying(GOOD, Content_Encoding="gzip"), "KAM-3101"),
        (saying(PACKED[:-12], Content_Encoding="gzip"), "KAM-3103"),
        (saying(PACKED + PACKED, Content_Encoding="gzip"), "KAM-3103"),
        (saying(GOOD, Content_Encoding="br"), "KAM-3103"),
        (saying(b"10\r\nabc", Transfer_Encoding="chunked"), "KAM-3101"),
        (saying(b"zz\r\nabc", Transfer_Encoding="chunked"), "KAM-3101"),
        (saying(b"\xef\xbb\xbf" + GOOD), "KAM-3103"),
        (saying(GOOD.replace(b"001", b"\xe9")), "KAM-3103"),
        (saying(GOOD.replace(b": 1", b": NaN")), "KAM-3103"),
        (saying(GOOD.replace(b": 1", b": 1e999")), "KAM-3103"),
        (saying(b""), "KAM-3103"),
        (raw(b""), "KAM-3101"),
        (raw(b"SSH-2.0-OpenSSH\r\n"), "KAM-3101"),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n"), "KAM-3106"),
        (raw(b"HTTP/1.1 600 Odd\r\n\r\n"), "KAM-3103"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n" + GOOD), "KAM-3101"),
    ],
)
def test_what_is_no_http_or_no_whole_answer_has_its_code(
    ask: Callable[[Speak], CrmUnavailable], speak: Speak, code: str
) -> None:
    """Wrong lengths, wrong packing, other protocols: one line each, no traceback."""
    assert ask(speak).code == code


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("speak", [drip, drip_in_chunks])
def test_an_answer_that_only_drips_is_left(
    ask: Callable[[Speak], CrmUnavailable], speak: Speak, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes in time; the whole has its own limit."""
    monkeypatch.setattr(streams, "_LONGEST", timedelta(seconds=0.3))
    began = time.monotonic()
    assert ask(speak).code == "KAM-3102"
    assert time.monotonic() - began < 2


@pytest.mark.guarantee("G16", "TM17")
@pytest.mark.parametrize(
    ("speak", "code"),
    [
        (endless, "KAM-3105"),
        (bomb, "KAM-3105"),
        (announced, "KAM-3105"),
        (silent, "KAM-3102"),
        (cut, "KAM-3101"),
    ],
)
def test_hostile_answer_is_cut(
    ask: Callable[[Speak], CrmUnavailable], speak: Speak, code: str
) -> None:
    """P2, P20, D2: each ends in its code, with memory near the cap."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = ask(speak)
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert error.code == code
    assert grown_mib < 300
