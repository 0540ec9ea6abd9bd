"""Servers that misbehave on a real socket: endless, slow, silent, swollen."""

from __future__ import annotations

import resource
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kam_connector.bootstrap import SystemClock
from kam_connector.errors import CrmUnavailable
from kam_connector.model.settings import Secret
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
