"""The part of kam doctor that looks at rails and switches as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from kam_connector.cli.command import Session
from kam_connector.model.rails import PausedField

__all__ = ["Checked", "examine_connection_rails", "examine_switches"]

Checked = tuple[str, bool, str, str, str]
"""What was looked at, whether it is well, what it is, its code, what to do."""


def examine_switches(session: Session) -> Iterator[Checked]:
    """Yield the kill switch: the file, the environment and the database's word for all."""
    from kam_connector.sync.stop import STOPPED, who_stops  # noqa: PLC0415 - heavy

    outside = session.app.outside_stop()
    found = who_stops("", outside=outside, orders=session.app.store.stops())
    if found is None:
        yield "kill_switch", True, "off (no KAM_STOP file or variable, no kam stop)", "", ""
        return
    hint = "Remove it when writing may go on." if outside else "kam resume"
    yield "kill_switch", False, found.message, STOPPED, hint


def examine_connection_rails(session: Session, name: str) -> Iterator[Checked]:
    """Yield the rails of one connection, its own switches and what is paused."""
    from kam_connector.bootstrap import rails_of  # noqa: PLC0415 - heavy
    from kam_connector.sync.rail_readings import rule_lines  # noqa: PLC0415 - heavy

    for setting in _wide_open(session):
        session.warn(f"KAM-1024  [rails] {setting}: one mistake may rewrite every record.")
    limits, habits = rule_lines(rails_of(session.config, session.app.mapping(name)))
    yield f"{name}.rails", True, limits, "", ""
    yield f"{name}.habits", True, habits, "", ""
    yield f"{name}.always", True, _always(session, name), "", ""
    yield from _writing(session, name)
    paused = session.app.store.paused_fields(name)
    yield f"{name}.paused", True, _paused(paused), "", ""


def _always(session: Session, name: str) -> str:
    """Return the rails that no setting turns off, and what waits for a person."""
    from kam_connector.model.preview import OutboxState  # noqa: PLC0415 - heavy

    rules = [rule for write in session.app.mapping(name).writes for rule in write.rules]
    clearing = sum(rule.null == "clear" for rule in rules)
    waits = session.app.store.outbox(name, states=(OutboxState.DEAD,))
    return (
        f"{len(rules)} mapped fields and no other, {clearing or 'none'} of them may be emptied, "
        f"nothing is deleted, one writer at a time, set aside after "
        f"{session.config.rails.max_attempts} tries ({len(waits)} now), "
        f"undo for {session.config.retention.journal_days} days"
    )


def _wide_open(session: Session) -> list[str]:
    """Return the rails that hold nothing any more."""
    said = session.config.rails
    values = {"max_percent": said.max_percent, "max_empty_percent": said.max_empty_percent}
    return [f"{name} = {value:g}" for name, value in values.items() if value >= 100]


def _writing(session: Session, name: str) -> Iterator[Checked]:
    state = session.app.store.connection(name)
    stops = [one for one in session.app.store.stops() if one.scope == name]
    id_ = f"{name}.writes"
    if stops:
        hint = f"kam writes undo RUN , or  kam connection resume {name}"
        yield id_, False, f"stopped by {stops[0].said_by}: {stops[0].reason}", stops[0].code, hint
    elif state is None or state.writes_enabled_at is None:
        yield id_, True, "off", "", ""
    elif state.paused:
        yield id_, True, "on, and all runs are paused", "", ""
    else:
        first = "" if state.first_applied_at else ", the next preview waits for approval"
        yield id_, True, f"on{first}", "", ""


def _paused(paused: list[PausedField]) -> str:
    whole = [f"{one.object}.{one.field}" for one in paused if not one.ref]
    single = len(paused) - len(whole)
    parts = [", ".join(whole)] if whole else []
    parts += [f"{single} on single records"] if single else []
    return "; ".join(parts) or "no field is paused"
