"""The runs as one table, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from statistics import median

from benchmarks.measuring import Run
from benchmarks.scenarios import Found

__all__ = ["as_json", "as_table"]

_HEAD = "| path | rec/s min..max | median | wall s | CPU s | of first: wall | CPU | peak MiB |"
_RULE = "|---|---|---|---|---|---|---|---|"


def as_table(found: Found) -> str:
    """Return a Markdown table; the ratios are rates over that of the first row."""
    first = next(iter(found.runs.values()))
    rows = [_row(name, runs, first) for name, runs in found.runs.items()]
    title = f"{found.scenario}: {found.records:,} records, n={len(first)}"
    return "\n".join([title, "", _HEAD, _RULE, *rows, ""])


def as_json(found: Found) -> dict[str, object]:
    """Return every run, for a machine."""
    runs = {name: [asdict(run) for run in runs] for name, runs in found.runs.items()}
    return {"scenario": found.scenario, "records": found.records, "runs": runs}


def _row(name: str, runs: Sequence[Run], first: Sequence[Run]) -> str:
    rates = [run.records / run.wall_s for run in runs]
    wall, cpu = median(run.wall_s for run in runs), median(run.cpu_s for run in runs)
    peak = max(run.peak_mib for run in runs)
    of_wall = median(rates) / median(run.records / run.wall_s for run in first)
    of_cpu = _per_cpu(runs) / _per_cpu(first)
    heavy = f" ({', '.join(runs[0].heavy)})" if runs[0].heavy else ""
    cells = [
        name,
        f"{min(rates):,.0f}..{max(rates):,.0f}",
        f"{median(rates):,.0f}",
        f"{wall:.2f}",
        f"{cpu:.2f}",
        f"{of_wall:.2f}",
        f"{of_cpu:.2f}",
        f"{peak:.0f}{heavy}",
    ]
    return f"| {' | '.join(cells)} |"


def _per_cpu(runs: Sequence[Run]) -> float:
    return median(run.records / max(run.cpu_s, 1e-6) for run in runs)
