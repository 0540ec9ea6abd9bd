"""A loopback HTTP server of pre-rendered pages, in a process of its own.

It understands just the requests that the measured paths send. ``python -m benchmarks.server
--records N [--gzip]`` prints its port when every page is ready.
"""

from __future__ import annotations

import argparse
import gzip
import socketserver
import time
from typing import Final
from urllib.parse import parse_qs, urlsplit

from benchmarks.site import Site

__all__: list[str] = []

_KEEP: Final = 65_536


class _Handler(socketserver.StreamRequestHandler):
    """One keep-alive connection."""

    server: _Server
    disable_nagle_algorithm = True
    wbufsize = 0

    def handle(self) -> None:
        """Answer until the client hangs up."""
        while line := self.rfile.readline(_KEEP):
            _, target, _ = line.decode("latin-1").split(" ", 2)
            headers = self._headers()
            body = self.rfile.read(int(headers.get("content-length", "0")))
            packs = self.server.packs and "gzip" in headers.get("accept-encoding", "")
            self.wfile.write(self.server.answer(target, body, packs=packs))

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while (line := self.rfile.readline(_KEEP).decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return headers


class _Server(socketserver.ThreadingTCPServer):
    """Serves one site."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, site: Site, *, packs: bool, latency_s: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._site = site
        self._packed: dict[bytes, bytes] = {}
        self.packs = packs
        self._latency_s = latency_s

    def answer(self, target: str, body: bytes, *, packs: bool) -> bytes:
        """Return a whole HTTP answer."""
        parts = urlsplit(target)
        if not parts.path.startswith("/_bench/"):
            time.sleep(self._latency_s)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        said = self._site.answer(parts.path, query, body)
        payload, coding = said.body, ""
        if packs and len(payload) > 1000:
            payload, coding = self._pack(payload), "Content-Encoding: gzip\r\n"
        head = (
            f"HTTP/1.1 {said.status} OK\r\nDate: {self._site.date}\r\n{coding}{said.headers}"
            "Content-Type: application/json;charset=UTF-8\r\n"
            f"Content-Length: {len(payload)}\r\n\r\n"
        )
        return head.encode() + payload

    def _pack(self, payload: bytes) -> bytes:
        """Compress a page the first time it is asked for: in the checked round, not a timed one."""
        key = payload[:200] + payload[-200:]
        if key not in self._packed:
            self._packed[key] = gzip.compress(payload, 6)
        return self._packed[key]


def main() -> None:
    """Render, say where, serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--crm", nargs="+", default=["salesforce", "hubspot"])
    parser.add_argument("--gzip", action="store_true")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    given = parser.parse_args()
    site = Site(given.records, every=given.every, crms=given.crm)
    with _Server(site, packs=given.gzip, latency_s=given.latency) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
