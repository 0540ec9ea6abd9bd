"""Progress on stderr: a bar on a terminal, silence elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_bars"]

Tell = Callable[[str, int], None]


@contextmanager
def progress_bars(*, wanted: bool) -> Iterator[Tell]:
    """Yield a function told (stage, records so far); draws only on a terminal, never in CI."""
    if not wanted or not sys.stderr.isatty() or os.environ.get("CI"):
        yield lambda _stage, _count: None
        return
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<24}"),
        TextColumn("{task.completed:>9,.0f} records"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, object] = {}

        def tell(stage: str, count: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=None)
            bars.update(tasks[stage], completed=count)  # type: ignore[arg-type]

        yield tell
