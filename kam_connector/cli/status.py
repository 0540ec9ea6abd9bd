"""kam status."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.conflict import waiting
from kam_connector.cli.output import table
from kam_connector.errors import CheckFailed
from kam_connector.model.preview import Preview, PreviewState
from kam_connector.model.run import Run, RunState

__all__ = ["Standing", "status"]

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_GOOD = (RunState.DONE, RunState.PARTIAL)
_LOOKED_BACK = 200  # our choice: half a year of nights


class _Age(click.ParamType[timedelta]):
    """A duration such as 90m, 26h or 3d."""

    name = "age"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read the text."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d+)([mhd])", value.strip())
        if found is None:
            self.fail(f'"{value}" is no duration: write 90m, 26h or 3d.', param, ctx)
        try:
            return timedelta(**{_UNITS[found[2]]: int(found[1])})
        except OverflowError:
            self.fail(f'"{value}" is too long.', param, ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one connection stands."""

    connection: str
    last_good: datetime | None
    age_s: int | None
    last_state: str | None
    last_error: str | None
    errors: int
    conflicts: int
    """That wait for a person."""
    waiting_preview: str | None
    writes: bool
    paused: bool
    calls_today: int


@command(
    "status",
    click.argument("connections", nargs=-1),
    click.option("--max-age", type=_Age(), help="Exit 4 if the last good run is older, e.g. 26h."),
    help="Show how old each connection's data is and what waits for a person.",
)
def status(session: Session, *, connections: tuple[str, ...], max_age: timedelta | None) -> Result:
    """Show the state of all connections."""
    now = session.app.clock.now()
    found = [_standing(session, name, now) for name in session.app.names(connections)]
    limit_s = None if max_age is None else int(max_age.total_seconds())
    stale = [one.connection for one in found if _is_stale(one, limit_s)]
    rows = [(*_row(one), "STALE" if one.connection in stale else "") for one in found]
    head = (
        "connection", "last good run", "age", "last run",
        "errors", "conflicts", "preview", "writes", "",
    )  # fmt: skip
    said = session.config.schedule
    lines = [*table(head, rows), f"  nightly at  {said.crontab}  ({said.timezone})"]
    error = None
    if stale:
        text = f"Older than {_age_text(limit_s)}: {', '.join(stale)}."
        error = CheckFailed(text, code="KAM-7041", hint=f"kam sync run {stale[0]}")
    return Result(data={"connections": found}, lines=lines, error=error)


def _standing(session: Session, name: str, now: datetime) -> Standing:
    store = session.app.store
    runs = store.runs(connection=name, limit=_LOOKED_BACK)
    good = next((one.finished_at for one in runs if one.state in _GOOD and one.finished_at), None)
    state = store.connection(name)
    last = _last(session, runs)
    return Standing(
        connection=name,
        last_good=good,
        age_s=None if good is None else int((now - good).total_seconds()),
        last_state=last[0],
        last_error=last[1],
        errors=len(store.quarantined(connection=name)),
        conflicts=waiting(session, name),
        waiting_preview=_waiting(store.previews(connection=name, limit=1)),
        writes=bool(state and state.writes_enabled_at),
        paused=bool(state and state.paused),
        calls_today=state.calls_spent if state else 0,
    )


def _is_stale(one: Standing, limit_s: int | None) -> bool:
    return limit_s is not None and (one.age_s is None or one.age_s > limit_s)


def _row(one: Standing) -> tuple[object, ...]:
    return (
        one.connection,
        one.last_good.strftime("%Y-%m-%d %H:%M") if one.last_good else "never",
        _age_text(one.age_s),
        one.last_state,
        one.errors,
        one.conflicts or None,
        one.waiting_preview,
        "paused" if one.paused else "on" if one.writes else "off",
    )


def _last(session: Session, runs: list[Run]) -> tuple[str | None, str | None]:
    """Return the last run's state and error; one whose process died is not running."""
    if not runs:
        return None, None
    run = runs[0]
    if run.state is RunState.RUNNING and not session.app.is_running(run.connection):
        return RunState.INTERRUPTED.value, "KAM-7131"  # what the next run will write of it
    return run.state.value, run.error_code


def _waiting(previews: list[Preview]) -> str | None:
    waiting = (PreviewState.OPEN, PreviewState.HELD)
    return next((one.id for one in previews if one.state in waiting), None)


def _age_text(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02d} m" if hours else f"{minutes} m"
