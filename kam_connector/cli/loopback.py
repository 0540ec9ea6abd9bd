"""Where a browser is sent back to: one address on this computer, for one answer."""

from __future__ import annotations

import hmac
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from kam_connector.errors import ConfigError, SignInError
from kam_connector.model.settings import Secret

__all__ = ["Loopback"]

_PATH = "/callback"
_LONGEST_S = 5.0
"""Our choice: a browser on the same computer needs no longer for its request."""
_DONE = "You are signed in. You can close this page."
_FAILED = "The sign-in was not finished. The terminal says why."
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>kam-connector</title>
<p>{}</p></html>"""


class Loopback:
    """Listens on 127.0.0.1 only, until the answer with the right state has come.

    Args:
        port: As registered with the CRM's app; 0 takes any free one.

    Raises:
        ConfigError: The port is taken (KAM-1065).
    """

    def __init__(self, port: int) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            message = f"Port {port} of this computer cannot be opened: {error.strerror}."
            hint = "End what uses it, or register another one with the app."
            raise ConfigError(message, code="KAM-1065", hint=hint) from error

    @property
    def redirect_uri(self) -> str:
        """The address; CRMs take plain http for ``localhost`` alone."""
        return f"http://localhost:{self._server.server_port}{_PATH}"

    def wait(self, state: str, *, timeout_s: float) -> Secret:
        """Return the code that comes with *state*; everything else is turned away.

        Raises:
            SignInError: Refused in the browser (KAM-3001), or nothing came (KAM-3007).
        """
        self._server.state = state
        thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            came = self._server.came.wait(timeout_s)
        finally:
            self._server.shutdown()
            thread.join()
        if not came:
            message = f"No answer came from the browser within {timeout_s:.0f} seconds."
            raise SignInError(message, code="KAM-3007", hint="Start again; --timeout waits longer.")
        if self._server.code is None:
            message = f"The CRM refused the login: {self._server.refusal}."
            raise SignInError(
                message, code="KAM-3001", hint="Allow the app, and check its policies."
            )
        return self._server.code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.server_close()


class _Server(HTTPServer):
    """Holds what came."""

    allow_reuse_address = os.name != "nt"  # there it would let two programs share the port

    def __init__(self, address: tuple[str, int], handler: Any) -> None:
        super().__init__(address, handler)
        self.state = ""
        self.code: Secret | None = None
        self.refusal = ""
        self.came = threading.Event()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Give a visitor only so long to speak."""
        visitor, address = super().get_request()
        visitor.settimeout(_LONGEST_S)
        return visitor, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a visitor who breaks off go without a word."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "kam-connector"
    sys_version = ""

    def do_GET(self) -> None:
        """Take the answer if it is ours."""
        parts = urlsplit(self.path)
        said = {name: values[0] for name, values in parse_qs(parts.query).items()}
        ours = hmac.compare_digest(said.get("state", "").encode(), self.server.state.encode())
        if parts.path != _PATH or not ours or not self.server.state or self.server.came.is_set():
            self._answer(404, "There is nothing here.")
            return
        if code := said.get("code", ""):
            self.server.code = Secret(code)
        else:
            self.server.refusal = _word(said.get("error", ""))
        self._answer(200, _DONE if code else _FAILED)
        self.server.came.set()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's word
        """Print nothing: the line would hold the code."""

    def _answer(self, status: int, text: str) -> None:
        body = _PAGE.format(text).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _word(error: str) -> str:
    plain = error.replace("_", "").replace("-", "").isalnum() and error.isascii()
    return error if plain and len(error) <= 60 else "it gave no reason"
