"""What people do about signals: kept as a record of its own, and shown at once."""

from __future__ import annotations

from datetime import date, datetime

from kam_connector.kam.signals.acts import acted, with_acts
from kam_connector.model.signal import ActKind, Signal, SignalAct, SignalState
from kam_connector.ports import Store

__all__ = ["act_on", "standing_signals"]

_UNTOUCHED = {SignalState.PENDING, SignalState.EXPIRED}
"""States that people's acts do not change."""


def standing_signals(store: Store, *, account_id: str | None = None) -> list[Signal]:
    """Return all signals kept, ended ones and those on trial too, as people left them.

    A night that ran while somebody acted may have saved an older state: the acts count.
    """
    acts: dict[str, list[SignalAct]] = {}
    for act in store.kept(SignalAct, account_id=account_id):
        acts.setdefault(act.signal_key, []).append(act)
    return [
        _standing(signal, acts.get(signal.key, []))
        for signal in store.signals(account_id=account_id, everything=True)
    ]


def act_on(
    store: Store,
    signal: Signal,
    kind: ActKind,
    *,
    by: str,
    at: datetime,
    until: date | None = None,
    user_id: str | None = None,
) -> Signal | None:
    """Remember what somebody does about a signal; return it as it stands now.

    None where its state knows no such move: then nothing is kept.
    """
    act = acted(signal, kind, by=by, at=at, until=until, user_id=user_id)
    if act is None:
        return None
    with store.unit():
        store.keep([act], by=by, at=at)
        all_of_account = standing_signals(store, account_id=signal.account_id)
        store.save_signals(signal.account_id, all_of_account)
    return next((one for one in all_of_account if one.key == signal.key), signal)


def _standing(signal: Signal, acts: list[SignalAct]) -> Signal:
    if signal.state in _UNTOUCHED or "ended" in signal.evidence:
        return signal
    return with_acts(signal, acts)
