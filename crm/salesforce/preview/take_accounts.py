"""Take the preview's accounts anew: what a connector writes into the sandbox's world.

Run  python crm/salesforce/preview/take_accounts.py  after a change of what the card reads.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from kam_connector.cli.edge import run
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.state import World
from kam_sandbox.world import build_world

HERE = Path(__file__).parent / "accounts"
ACCOUNTS = {
    "red": "Nordwind Énergie",
    "green": "Océane Logistique",
    "insufficient": "Maison Verdier",
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
LIST = HERE.parents[1] / "force-app/main/default/lwc/kamSummary/fields.js"
SHOWN = re.findall(r"'(KAM_\w+__c)'", LIST.read_text(encoding="utf-8"))


def main() -> None:
    """Serve the world, run the connector over both CRMs, keep the accounts."""
    world = build_world(clock=WorldClock())
    os.environ |= {"KAM_PREVIEW_SECRET": "sandbox", "KAM_PREVIEW_TOKEN": HUBSPOT_TOKEN}
    with tempfile.TemporaryDirectory() as folder, running(world) as at:
        config = Path(folder) / "config.toml"
        text = CONFIG.replace("SALESFORCE", at.salesforce).replace("HUBSPOT", at.hubspot)
        config.write_text(text, encoding="utf-8")
        for name in ("emea", "growth"):
            _kam("sync", "run", name, "--dry-run", config=config)
        for one in _asked("match", "list", config=config)["matches"]:
            if ACCOUNTS["red"] in one["evidence"]:
                connection, _kind, ref = one["key"]
                _kam("match", "confirm", f"{connection}:{ref}", "--as-child", config=config)
        for name in ("growth", "emea"):
            _kam("sync", "run", name, "--dry-run", config=config)
        _kam("connection", "enable-writes", "emea", config=config)
        preview = _asked("sync", "preview", "emea", config=config)["preview_id"]
        _kam("sync", "apply", preview, config=config)
    for name, account in ACCOUNTS.items():
        text = json.dumps(_account(world, account), ensure_ascii=False, indent=2, default=int)
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def _kam(*words: str, config: Path) -> None:
    code = run([*words, "--config", str(config)])
    if code:
        sys.exit(f"kam {' '.join(words)} ended with {code}")


def _asked(*words: str, config: Path) -> dict[str, Any]:
    with io.StringIO() as told, redirect_stdout(told):
        _kam(*words, "--json", config=config)
        return dict(json.loads(told.getvalue())["data"])


def _account(world: World, name: str) -> dict[str, object]:
    (held,) = (row for row in world.salesforce.all("Account") if row.fields["Name"] == name)
    values = {"Name": name} | {one: held.fields.get(one) for one in SHOWN}
    ids = set(_ids(json.loads(str(values["KAM_Summary_JSON__c"]))))
    names = {
        row.id: _name(row.fields)
        for kind in ("Contact", "User", "Opportunity")
        for row in world.salesforce.all(kind)
        if row.id in ids
    }
    fields = {key: {"value": value, "displayValue": None} for key, value in values.items()}
    account = {"id": held.id, "apiName": "Account", "fields": fields}
    return {"recordId": held.id, "account": account, "names": dict(sorted(names.items()))}


def _name(fields: dict[str, object]) -> str:
    parts = (fields.get("FirstName"), fields.get("LastName"))
    return str(fields.get("Name") or " ".join(str(one) for one in parts if one))


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, str) and len(value) == 18:
        yield value
    for one in (
        value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    ):
        yield from _ids(one)


if __name__ == "__main__":
    main()
