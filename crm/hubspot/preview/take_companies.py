"""Take the preview's companies anew: what a connector writes into the sandbox's portal.

Run  python crm/hubspot/preview/take_companies.py  after a change of what the card reads.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from kam_connector.cli.edge import run
from kam_connector.model.kind import Kind
from kam_connector.model.our_fields import OUR_FIELDS
from kam_hubspot.provision import field_name
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.state import World
from kam_sandbox.world import build_world

HERE = Path(__file__).parent / "companies"
COMPANIES = {
    "red": "Nordwind Energie Services",
    "amber": "Bque Saint Evrard",
    "green": "Lindqvist et Moreau",
    "insufficient": "Pemberton Foods Group plc",
}
CONFIG = """
[kam]
key_accounts = "target or type = 'Customer - Direct' and rating = 'Hot'"
plan_url = "https://kam.example.com/accounts/{account_id}"
[rails]
quiet_minutes = 0
[connections.emea]
crm = "salesforce"
endpoint = "SALESFORCE"
client_id = "sandbox"
client_secret = "env:KAM_PREVIEW_SECRET"
[connections.growth]
crm = "hubspot"
endpoint = "HUBSPOT"
access_token = "env:KAM_PREVIEW_TOKEN"
"""
NAMES = {
    "contacts": ("firstname", "lastname"),
    "deals": ("dealname",),
    "owners": ("firstName", "lastName"),
}


def main() -> None:
    """Serve the world, run the connector over both CRMs, keep the companies."""
    world = build_world(clock=WorldClock())
    os.environ |= {"KAM_PREVIEW_SECRET": "sandbox", "KAM_PREVIEW_TOKEN": HUBSPOT_TOKEN}
    with tempfile.TemporaryDirectory() as folder, running(world) as at:
        config = Path(folder) / "config.toml"
        text = CONFIG.replace("SALESFORCE", at.salesforce).replace("HUBSPOT", at.hubspot)
        config.write_text(text, encoding="utf-8")
        for name in ("emea", "growth"):
            _kam("sync", "run", name, "--dry-run", config=config)
        for one in _asked("match", "list", config=config)["matches"]:
            if "Nordwind" in one["evidence"]:
                connection, _kind, ref = one["key"]
                _kam("match", "confirm", f"{connection}:{ref}", config=config)
        for name in ("emea", "growth"):
            _kam("sync", "run", name, "--dry-run", config=config)
        _kam("connection", "enable-writes", "growth", config=config)
        preview = _asked("sync", "preview", "growth", config=config)["preview_id"]
        _kam("sync", "apply", preview, config=config)
    for name, company in COMPANIES.items():
        text = json.dumps(_company(world, company), ensure_ascii=False, indent=2)
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _kam(*words: str, config: Path) -> None:
    code = run([*words, "--config", str(config)])
    if code:
        sys.exit(f"kam {' '.join(words)} ended with {code}")


def _asked(*words: str, config: Path) -> dict[str, Any]:
    with io.StringIO() as told, redirect_stdout(told):
        _kam(*words, "--json", config=config)
        return dict(json.loads(told.getvalue())["data"])


def _company(world: World, name: str) -> dict[str, object]:
    (held,) = (row for row in world.hubspot.all("companies") if row.fields["name"] == name)
    shown = [field_name(one) for one in OUR_FIELDS if one.kind is Kind.ACCOUNT]
    properties = {one: held.fields.get(one) for one in shown}
    ids = set(_ids(json.loads(str(properties["kam_summary_json"]))))
    names = {
        object_: {
            row.id: " ".join(str(row.fields[part]) for part in parts if row.fields.get(part))
            for row in world.hubspot.all(object_)
            if row.id in ids
        }
        for object_, parts in NAMES.items()
    }
    return {"objectId": held.id, "properties": {"name": name, **properties}, **names}


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.isdecimal():
        yield value
    for one in (
        value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    ):
        yield from _ids(one)


if __name__ == "__main__":
    main()
