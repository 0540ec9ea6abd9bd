"""``python -m kam_sandbox``: serve both CRMs until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kam_sandbox.clock import WorldClock
from kam_sandbox.features import FEATURES
from kam_sandbox.server import CLIENT_ID, CLIENT_SECRET, HUBSPOT_TOKEN, Addresses, running
from kam_sandbox.state import USUAL, World
from kam_sandbox.world import build_world, load_world

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: Command-line arguments; the process's own by default.
    """
    parser = _parser()
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = parser.parse_args(words[1:] if words[:1] == ["serve"] else words)
    try:
        with (
            _told_to_stop() as stop,
            running(
                _world(options),
                salesforce_port=options.salesforce_port,
                hubspot_port=options.hubspot_port,
                state_dir=options.state,
            ) as addresses,
        ):
            sys.stdout.write(_announcement(addresses, as_json=options.json) + "\n")
            sys.stdout.flush()
            stop.wait()
    except (OSError, ValueError) as error:  # a taken port, a file that cannot be loaded
        sys.stderr.write(f"kam_sandbox: {error}\n")
        return 1
    return 0


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and Ctrl-C set, while the block lasts."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kam_sandbox", description=__doc__)
    parser.add_argument("--salesforce-port", type=int, default=0, help="0 for a free port")
    parser.add_argument("--hubspot-port", type=int, default=0, help="0 for a free port")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="multiply the world")
    parser.add_argument("--load", type=Path, help="build the world from CSV files in a directory")
    parser.add_argument("--bare", action="store_true", help="without the connector's own fields")
    parser.add_argument(
        "--feature",
        action="append",
        default=[],
        choices=sorted(FEATURES),
        metavar="NAME",
        help=f"turn a feature of a CRM on: {', '.join(sorted(FEATURES))}; may be repeated",
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=sorted(USUAL),
        metavar="NAME",
        help=f"turn a usual Salesforce feature off: {', '.join(sorted(USUAL))}; may be repeated",
    )
    parser.add_argument("--multi-currency", action="store_true", help="an org with currencies")
    parser.add_argument("--state", type=Path, help="directory for the JWT key")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON line with the addresses"
    )
    return parser


def _world(options: argparse.Namespace) -> World:
    clock = WorldClock()
    if options.load:
        return load_world(
            options.load,
            clock=clock,
            seed=options.seed,
            bare=options.bare,
            multi_currency=options.multi_currency or None,
            features=options.feature,
            without=options.without,
        )
    return build_world(
        seed=options.seed,
        scale=options.scale,
        bare=options.bare,
        clock=clock,
        multi_currency=options.multi_currency,
        features=options.feature,
        without=options.without,
    )


def _announcement(addresses: Addresses, *, as_json: bool) -> str:
    facts: dict[str, Any] = {
        "salesforce": {
            "url": addresses.salesforce,
            "org_id": addresses.org_id,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "jwt_key": str(addresses.jwt_key),
        },
        "hubspot": {"url": addresses.hubspot, "token": HUBSPOT_TOKEN},
        "pid": os.getpid(),
    }
    if as_json:
        return json.dumps(facts)
    return (
        f"Salesforce  {addresses.salesforce}  client_id={CLIENT_ID} client_secret={CLIENT_SECRET}\n"
        f"            JWT key {addresses.jwt_key}\n"
        f"HubSpot     {addresses.hubspot}  token={HUBSPOT_TOKEN}\n"
        f"Control     {addresses.salesforce}/_sandbox/log    Ctrl-C ends it"
    )


if __name__ == "__main__":
    sys.exit(main())
