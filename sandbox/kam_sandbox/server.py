"""Both servers in one process, on loopback only."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from kam_sandbox.hubspot.app import hubspot_app
from kam_sandbox.salesforce.app import salesforce_app
from kam_sandbox.salesforce.ids import ORG_ID
from kam_sandbox.state import World
from kam_sandbox.wire import App, Wire

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "HUBSPOT_TOKEN", "Addresses", "running"]

CLIENT_ID = "sandbox"
CLIENT_SECRET = "sandbox"  # noqa: S105 (a published value, worth nothing)
HUBSPOT_TOKEN = "pat-sandbox-0000"  # noqa: S105 (as above)
_LOOPBACK = "127.0.0.1"
_START_S = 10.0
"""Our choice: how long the listeners may take to come up before we give up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the two servers listen, and how to sign in."""

    salesforce: str
    """``http://127.0.0.1:PORT``"""
    hubspot: str
    jwt_key: Path
    """PEM file with the private key of the JWT bearer flow."""
    org_id: str = ORG_ID


@contextmanager
def running(
    world: World,
    *,
    salesforce_port: int = 0,
    hubspot_port: int = 0,
    state_dir: Path | None = None,
) -> Iterator[Addresses]:
    """Serve *world* from a thread until the block ends.

    Args:
        world: What to serve; the caller may read and change it meanwhile.
        salesforce_port: 0 for a free one.
        hubspot_port: 0 for a free one.
        state_dir: Where the JWT key is kept; a temporary directory by default.

    Raises:
        OSError: a port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="kam-sandbox-") as temporary:
        key_file = (state_dir or Path(temporary)) / "salesforce-jwt.pem"
        portal = hubspot_app(world)
        apps: dict[str, App] = {
            "salesforce": salesforce_app(world, jwt_key_file=key_file),
            "hubspot": portal,
        }
        ports = {"salesforce": salesforce_port, "hubspot": hubspot_port}
        listeners = _listen_all(ports)
        servers = {crm: _server(Wire(app, world=world, crm=crm)) for crm, app in apps.items()}
        hall = _Hall([(servers[crm], listeners[crm]) for crm in apps])
        thread = threading.Thread(target=asyncio.run, args=(hall.serve(),), name="kam-sandbox")
        thread.daemon = True
        urls = {
            crm: f"http://{_LOOPBACK}:{sock.getsockname()[1]}" for crm, sock in listeners.items()
        }
        thread.start()
        try:
            _wait_until_started(list(servers.values()))
            yield Addresses(
                salesforce=urls["salesforce"], hubspot=urls["hubspot"], jwt_key=key_file
            )
        finally:
            portal.close()
            hall.close()
            thread.join(timeout=5)


def _listen_all(ports: Mapping[str, int]) -> dict[str, socket.socket]:
    """Open every listener, or none."""
    opened: dict[str, socket.socket] = {}
    try:
        for crm, port in ports.items():
            opened[crm] = _listen(port)
    except OSError as error:
        for listener in opened.values():
            listener.close()
        raise OSError(f"cannot listen on {_LOOPBACK}:{ports[crm]} for {crm}: {error}") from error
    return opened


def _listen(port: int) -> socket.socket:
    # By its protocol asyncio knows that answers need not wait for acknowledgements (40 ms each).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_LOOPBACK, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _server(app: App) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        date_header=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="critical",
        timeout_graceful_shutdown=0,
        timeout_keep_alive=60,
    )
    return uvicorn.Server(config)


class _Hall:
    """Both servers in one event loop, which ends at once when it is told to.

    uvicorn's own way out takes two tenths of a second, too long for hundreds of tests.
    """

    def __init__(self, pairs: list[tuple[uvicorn.Server, socket.socket]]) -> None:
        self._pairs = pairs
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = asyncio.Event()

    async def serve(self) -> None:
        """Serve until :meth:`close` is called, then hang up on everybody."""
        self._loop = asyncio.get_running_loop()
        serving = [
            asyncio.create_task(server.serve(sockets=[listener]))
            for server, listener in self._pairs
        ]
        await self._closing.wait()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        for server, listener in self._pairs:
            for opened in server.servers:
                opened.close()
            for connection in list(server.server_state.connections):
                connection.transport.abort()
            listener.close()
        await asyncio.sleep(0)

    def close(self) -> None:
        """End the servers; called from another thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._closing.set)


def _wait_until_started(servers: list[uvicorn.Server]) -> None:
    until = time.monotonic() + _START_S
    while not all(server.started for server in servers):
        if time.monotonic() > until:
            raise OSError("the sandbox did not start listening")
        time.sleep(0.005)
