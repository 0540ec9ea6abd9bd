"""kam signal list, and what a person does about one: ack, start, resolve, snooze, assign ..."""

from __future__ import annotations

from datetime import datetime

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account, find_one
from kam_connector.cli.output import table
from kam_connector.errors import UsageError
from kam_connector.kam.signals.acts import is_news, short_id, told
from kam_connector.kam.signals.rules import grave
from kam_connector.model.signal import ActKind, Signal, SignalKind, SignalState

__all__ = [
    "acknowledge",
    "assign",
    "list_signals",
    "reopen",
    "resolve",
    "snooze",
    "start",
    "suppress",
]

_key = click.argument("key")
_by = click.option("--by", help="Who says so; default: this computer's user.")
_KINDS = sorted(kind.value for kind in SignalKind)
_NOT_TOLD = {SignalState.PENDING}
"""Never listed: a rule on trial speaks to nobody."""


@command(
    "list",
    click.argument("account", required=False),
    click.option("--account", "named", metavar="ACCOUNT", help="Only those of one account."),
    click.option("--kind", type=click.Choice(_KINDS), help="Only one kind."),
    click.option("--mine", metavar="USER", help="Only those one of ours should handle."),
    click.option("--all", "everything", is_flag=True, help="Snoozed, suppressed and ended too."),
    help="Show open signals, the gravest first; * is new since the last working day.",
)
def list_signals(
    session: Session,
    *,
    account: str | None,
    named: str | None,
    kind: str | None,
    mine: str | None,
    everything: bool,
) -> Result:
    """List signals."""
    from kam_connector.sync.signal_acts import standing_signals  # noqa: PLC0415 - heavy

    store, today = session.app.store, session.app.clock.now().date()
    wanted = account or named
    account_id = find_account(store, wanted).id if wanted else None
    accounts = {one.id: one for one in store.accounts()}
    found = standing_signals(store, account_id=account_id)
    found = [one for one in found if one.state not in _NOT_TOLD]
    found = found if everything else told(found, today)
    if kind:
        found = [one for one in found if one.kind == kind]
    if mine:
        user = find_one("colleague", mine, {one.id: one.name for one in store.users()})
        owners = {id_: one.owner_id for id_, one in accounts.items()}
        found = [one for one in found if (one.assigned_to or owners.get(one.account_id)) == user]
    found.sort(key=grave)
    rows = [
        (
            short_id(one.key),
            f"{'*' if is_news(one, today) else ' '} {one.severity.value}",
            accounts[one.account_id].name if one.account_id in accounts else one.account_id,
            one.summary,
            one.first_seen,
            _state(one),
        )
        for one in found
    ]
    lines = table(("key", "severity", "account", "signal", "since", "state"), rows)
    ids = {one.key: short_id(one.key) for one in found}
    return Result(data={"signals": found, "keys": ids}, lines=lines or ["No open signal."])


@command("ack", _key, _by, help="Say that signal KEY has been seen; it asks again when graver.")
def acknowledge(session: Session, *, key: str, by: str | None) -> Result:
    """Acknowledge one signal."""
    return _acted(session, key, ActKind.ACKNOWLEDGE, by)


@command("start", _key, _by, help="Say that somebody works on signal KEY.")
def start(session: Session, *, key: str, by: str | None) -> Result:
    """Start on one signal."""
    return _acted(session, key, ActKind.START, by)


@command("resolve", _key, _by, help="Close signal KEY; it returns only for another reason.")
def resolve(session: Session, *, key: str, by: str | None) -> Result:
    """Resolve one signal."""
    return _acted(session, key, ActKind.RESOLVE, by)


@command("suppress", _key, _by, help="Never tell signal KEY again for the same reason.")
def suppress(session: Session, *, key: str, by: str | None) -> Result:
    """Suppress one signal."""
    return _acted(session, key, ActKind.SUPPRESS, by)


@command("reopen", _key, _by, help="Make signal KEY active again.")
def reopen(session: Session, *, key: str, by: str | None) -> Result:
    """Take an act back."""
    return _acted(session, key, ActKind.REOPEN, by)


@command(
    "snooze",
    _key,
    click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day."),
    _by,
    help="Keep signal KEY silent until a day; graver, it wakes before.",
)
def snooze(session: Session, *, key: str, until: datetime, by: str | None) -> Result:
    """Silence one signal for a while."""
    if until.date() <= session.app.clock.now().date():
        raise UsageError(f"{until:%Y-%m-%d} is not ahead.", hint="Name a day after today.")
    return _acted(session, key, ActKind.SNOOZE, by, until=until)


@command("assign", _key, click.argument("user"), _by, help="Give signal KEY to one of ours.")
def assign(session: Session, *, key: str, user: str, by: str | None) -> Result:
    """Assign one signal; the next night moves its action along."""
    return _acted(session, key, ActKind.ASSIGN, by, user=user)


def _acted(
    session: Session,
    key: str,
    kind: ActKind,
    by: str | None,
    *,
    until: datetime | None = None,
    user: str | None = None,
) -> Result:
    from kam_connector.sync.signal_acts import act_on, standing_signals  # noqa: PLC0415 - heavy

    store, now = session.app.store, session.app.clock.now()
    signal = _find(standing_signals(store), key)
    user_id = None
    if user is not None:
        active = {one.id: one.name for one in store.users() if one.active}
        user_id = find_one("colleague", user, active)
    changed = act_on(
        store,
        signal,
        kind,
        by=by or session.actor,
        at=now,
        until=until.date() if until else None,
        user_id=user_id,
    )
    if changed is None:
        raise UsageError(
            f"{short_id(signal.key)} is {signal.state.value}: {kind.value} is no way on.",
            code="KAM-7043",
            hint="kam signal list --all  shows its state; reopen makes it active again.",
        )
    return Result(
        data={"signal": changed, "act": kind.value},
        lines=[f"{short_id(changed.key)}  {_state(changed)}  {changed.summary}"],
    )


def _find(signals: list[Signal], key: str) -> Signal:
    """Return the signal meant: by its key as listed, the beginning of it, or the long one."""
    shown = [one for one in signals if one.state not in _NOT_TOLD]
    exact = [one for one in shown if key in (one.key, short_id(one.key))]
    found = exact or [one for one in shown if key and short_id(one.key).startswith(key)]
    if len(found) != 1:
        state = "Several signals begin with" if found else "No signal has the key"
        raise UsageError(
            f'{state} "{key}".', code="KAM-7043", hint="kam signal list --all  shows the keys."
        )
    return found[0]


def _state(signal: Signal) -> str:
    words = signal.state.value.replace("_", " ")
    return f"{words}, snoozed until {signal.snoozed_until}" if signal.snoozed_until else words
