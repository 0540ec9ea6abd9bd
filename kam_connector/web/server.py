"""Serves an application in a thread of its own: the only importer of uvicorn."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kam_connector.errors import ConfigError, FatalError

__all__ = ["serving"]

_START_S = 10.0
_REQUESTS = 32
"""Our choice: three times what HubSpot sends at once; more are answered 503."""


@contextmanager
def serving(application: Any, *, host: str, port: int) -> Iterator[str]:
    """Serve until the block ends; gives the address.

    Raises:
        ConfigError: The address is taken or not ours (KAM-4010).
        FatalError: Nothing answers there after all (KAM-4011).
    """
    import uvicorn  # noqa: PLC0415  only who listens needs it

    listener = _bound(host, port)
    config = uvicorn.Config(
        application,
        lifespan="off",
        log_config=None,
        access_log=False,
        limit_concurrency=_REQUESTS,
        timeout_keep_alive=5,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="kam-receiver")
    thread.start()
    try:
        _wait(server, thread)
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=_START_S)
        listener.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Nothing can listen on {host}:{port}: {error.strerror}."
        hint = "Choose another with --port, or stop what has it."
        raise ConfigError(message, code="KAM-4010", hint=hint) from error
    return listener


def _wait(server: Any, thread: threading.Thread) -> None:
    until = time.monotonic() + _START_S
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    if not server.started:
        raise FatalError("The receiver of events did not start.", code="KAM-4011")
