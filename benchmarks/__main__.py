"""``python -m benchmarks [SCENARIO ...] [--records N] [--rounds N] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.scenarios import SCENARIOS, Plan
from benchmarks.table import as_json, as_table


def main() -> None:
    """Measure what is asked for and print a table per scenario."""
    given = _parser().parse_args()
    everything = []
    with tempfile.TemporaryDirectory(prefix="kam-bench-") as folder:
        plan = Plan(
            records=given.records,
            rounds=given.rounds,
            folder=Path(folder),
            crms=given.crm,
            packed=given.gzip,
            tell=lambda line: print(line, file=sys.stderr, flush=True),
        )
        for name in given.scenario or list(SCENARIOS):
            for found in SCENARIOS[name](plan):
                everything.append(as_json(found))
                print(as_table(found), flush=True)
    if given.json:
        document = {"at": datetime.now(UTC).isoformat(), "command": sys.argv, "found": everything}
        given.json.write_text(json.dumps(document, indent=1))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], metavar="SCENARIO")
    parser.add_argument("--records", type=int, default=160_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--crm", nargs="+", choices=["salesforce", "hubspot"])
    parser.add_argument("--gzip", action="store_true", help="compress the pages, as the CRMs do")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.set_defaults(crm=["salesforce", "hubspot"])
    return parser


if __name__ == "__main__":
    main()
