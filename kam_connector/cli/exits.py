"""From a run's end to an exit code (docs/operations.md)."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.errors import (
    BudgetExhausted,
    ConfigError,
    CrmUnavailable,
    FatalError,
    HeldError,
    Interrupted,
    KamError,
    RecordError,
    SignInError,
    StorageError,
)
from kam_connector.model.report import RunReport
from kam_connector.model.run import RunState

__all__ = ["ending", "worst"]

_BY_CODE: tuple[tuple[str, type[KamError]], ...] = (
    ("KAM-1", ConfigError),
    ("KAM-2", ConfigError),
    ("KAM-30", SignInError),
    ("KAM-31", CrmUnavailable),
    ("KAM-5", HeldError),
    ("KAM-6", StorageError),
)
_WAYS = {
    "KAM-5003": "When it may go on:  kam resume",
    "KAM-5105": "kam writes list  shows the run;  kam writes undo RUN  takes it back, or  "
    "kam connection resume NAME  sends the rest.",
}
"""What to do where the preview itself is not what waits."""
_GRAVEST_FIRST = (1, 3, 6, 7, 8, 130, 10, 5)


def ending(report: RunReport) -> KamError | None:
    """Return what to say of a run that did not end well; None when it did."""
    name, code = report.connection, report.error_code
    match report.state:
        case RunState.DONE | RunState.RUNNING:
            return None
        case RunState.PARTIAL if not report.refused:  # some wait: the next run takes them
            return None
        case RunState.PARTIAL:
            text = report.error or f"{name}: {len(report.refused)} records were refused."
            return RecordError(text, code=code, hint=f"See  kam errors list {name}")
        case RunState.HELD:
            return _held(report)
        case RunState.DEFERRED:
            text = report.error or f"{name}: the allowed calls are used up."
            return BudgetExhausted(text, code=code, hint="The rest comes in the next window.")
        case RunState.INTERRUPTED:
            text = report.error or f"{name}: stopped on request."
            return Interrupted(text, code=code, hint="The next run goes on from here.")
        case RunState.FAILED:
            kind = next(
                (one for start, one in _BY_CODE if (code or "").startswith(start)), FatalError
            )
            return kind(report.error or f"{name}: the run failed.", code=code)


def worst(errors: Sequence[KamError]) -> KamError | None:
    """Return the gravest error, carrying the others."""
    if not errors:
        return None
    order = {code: place for place, code in enumerate(_GRAVEST_FIRST)}
    first, *others = sorted(errors, key=lambda error: order.get(error.exit_code, 0))
    first.others = tuple(others)
    return first


def _held(report: RunReport) -> HeldError:
    """Return which rail held the run, or that a first write waits for approval."""
    hint = ""
    if report.preview_id is not None:
        hint = f"Look at it; if it is right:  kam sync apply {report.preview_id}"
    if report.guards:
        first = report.guards[0]
        return HeldError(first.message, code=first.code, hint=_WAYS.get(first.code) or hint)
    text = (
        report.error
        or f"{report.connection}: a first write, or the first after an undo, waits for approval."
    )
    return HeldError(text, code=report.error_code, hint=hint)
