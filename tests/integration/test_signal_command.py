"""What a person does about a signal reaches the store, the list and the next night."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kam_connector.cli.edge import run
from kam_connector.kam.signals.acts import short_id
from kam_connector.model.signal import Severity, Signal, SignalAct, SignalKind, SignalState
from kam_connector.store import open_store
from tests.factories.world import make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""
Ask = Callable[..., tuple[int, Any]]


def signal(account_id: str, kind: SignalKind, **changes: Any) -> Signal:
    """A warning found in November."""
    values: dict[str, Any] = {
        "key": f"{kind.value}:{account_id}:x",
        "kind": kind,
        "severity": Severity.WARNING,
        "account_id": account_id,
        "summary": f"Said of {kind.value}",
        "evidence": {"anchor": "2026-11-03"},
        "first_seen": date(2026, 11, 4),
    }
    return Signal(**(values | changes))


@pytest.fixture(name="ask")
def _ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """Run one command with --json over a key account with three signals, one on trial."""
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}", accounts=1)
    world.first_night()
    account_id = world.store.accounts()[0].id
    world.store.save_signals(
        account_id,
        [
            signal(account_id, SignalKind.CONTACT_LEFT, severity=Severity.CRITICAL),
            signal(account_id, SignalKind.PLAN_STALE),
            signal(account_id, SignalKind.WEAK_SIGNAL, state=SignalState.PENDING),
        ],
    )
    world.store.close()
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "ada")

    def ask(*words: str) -> tuple[int, Any]:
        code = run([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def listed(ask: Ask, *more: str) -> dict[str, str]:
    """Return the short keys of the signals told, by kind."""
    data = ask("signal", "list", *more)[1]["data"]
    return {one["kind"]: data["keys"][one["key"]] for one in data["signals"]}


def test_list_shows_the_gravest_first_and_nothing_on_trial(ask: Ask) -> None:
    """Whoever looks is not told of a rule that is being tried."""
    assert list(listed(ask)) == ["contact_left", "plan_stale"]
    assert list(listed(ask, "--all")) == ["contact_left", "plan_stale"]
    assert list(listed(ask, "--kind", "plan_stale")) == ["plan_stale"]


@pytest.mark.parametrize(
    ("act", "state", "told"),
    [
        ("ack", "acknowledged", True),
        ("start", "in_progress", True),
        ("resolve", "resolved", False),
        ("suppress", "suppressed", False),
    ],
)
def test_act_is_kept_with_its_author(
    ask: Ask, tmp_path: Path, act: str, state: str, told: bool
) -> None:
    """It shows at once, and who did it stays on record."""
    key = listed(ask)["plan_stale"]
    code, document = ask("signal", act, key)
    assert (code, document["data"]["signal"]["state"]) == (0, state)
    assert ("plan_stale" in listed(ask)) is told
    with closing(open_store(f"sqlite:///{tmp_path / 'kam.db'}")) as store:
        (kept,) = store.kept(SignalAct)
        (change,) = store.kept_changes(record_id=kept.id)
    assert (kept.acted_by, change.by) == ("ada", "ada")


def test_snoozed_signal_is_silent_and_reopened_one_is_back(ask: Ask) -> None:
    """Until a day far away; --all still shows it."""
    key = listed(ask)["plan_stale"]
    assert ask("signal", "snooze", key, "--until", "2099-01-01")[0] == 0
    assert "plan_stale" not in listed(ask)
    assert "plan_stale" in listed(ask, "--all")
    assert ask("signal", "ack", key)[0] == 0
    assert ask("signal", "reopen", key)[0] == 0
    assert "plan_stale" in listed(ask)


def test_beginning_of_a_key_is_enough(ask: Ask) -> None:
    """As much of it as names one signal."""
    key = listed(ask)["plan_stale"]
    assert ask("signal", "ack", key[:5])[1]["data"]["signal"]["kind"] == "plan_stale"


def test_wrong_key_and_senseless_act_are_refused(ask: Ask, tmp_path: Path) -> None:
    """Nothing is kept, and the message says where to look."""
    key = listed(ask)["plan_stale"]
    assert ask("signal", "ack", "zzz")[1]["error"]["code"] == "KAM-7043"
    ask("signal", "resolve", key)
    code, document = ask("signal", "start", key)
    assert (code, document["error"]["code"]) == (2, "KAM-7043")
    with closing(open_store(f"sqlite:///{tmp_path / 'kam.db'}")) as store:
        assert [one.kind.value for one in store.kept(SignalAct)] == ["resolve"]


def test_signal_on_trial_cannot_be_named(ask: Ask, tmp_path: Path) -> None:
    """It is shown to nobody, so nobody acts on it."""
    with closing(open_store(f"sqlite:///{tmp_path / 'kam.db'}")) as store:
        hidden = next(s for s in store.signals(everything=True) if s.state is SignalState.PENDING)
    assert ask("signal", "ack", short_id(hidden.key))[1]["error"]["code"] == "KAM-7043"


def test_trials_report_from_the_first_night(ask: Ask) -> None:
    """The rule on trial, what it would have said, and that a week has not passed."""
    (trial,) = ask("signal", "shadow")[1]["data"]["trials"]
    assert trial["kind"] == "weak_signal"


def test_back_test_without_losses_says_so(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    """No loss in history is an answer, not an error."""
    code, document = ask("signal", "backtest", "--losses", "3")
    assert (code, document["data"]["backtest"]["losses"]) == (0, [])
    assert run(["signal", "backtest"]) == 0
    assert "No loss in two years" in capsys.readouterr().out
