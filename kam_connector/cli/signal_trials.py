"""kam signal shadow, kam signal backtest: is a rule worth its interruptions?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import chain

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.output import table
from kam_connector.kam.signals.backtest import BackTest, Look, back_test
from kam_connector.kam.signals.shadow import TrialReport, TrialVerdict, trial_reports
from kam_connector.model.signal import SignalTrial

__all__ = ["backtest", "shadow"]

_HISTORY = timedelta(days=730)
"""As much history as a night reads (docs/scores.md)."""
_SAMPLES = 3
_ADVICE = {
    TrialVerdict.WAIT: "wait: a trial takes {days} days",
    TrialVerdict.QUIET: "found nothing: its noise is not known, and it costs nothing",
    TrialVerdict.SWITCH_ON: "switch on: take it out of  [kam.signals] shadow  (and name it in on)",
    TrialVerdict.TOO_LOUD: "too loud: more than {rate} a week and account",
}


@command("shadow", help="Show what rules on trial would have said, and whether to switch them on.")
def shadow(session: Session) -> Result:
    """Report the trials."""
    store, today = session.app.store, session.app.clock.now().date()
    limits = session.config.kam.settings().signals
    reports = trial_reports(
        store.kept(SignalTrial),
        store.signals(everything=True),
        accounts=len(store.key_accounts()),
        as_of=today,
        limits=limits,
    )
    names = {one.id: one.name for one in store.accounts()}
    words = {"days": limits.trial_days, "rate": limits.trial_rate}
    lines = [line for one in reports for line in _trial(one, names, words)]
    return Result(data={"trials": reports}, lines=lines or ["No rule is on trial."])


@command(
    "backtest",
    click.option("--losses", type=click.IntRange(1, 100), default=8, show_default=True),
    click.option("--days", type=click.IntRange(30, 180), default=180, show_default=True),
    help="Ask of history: would these rules have warned before the last losses?",
)
def backtest(session: Session, *, losses: int, days: int) -> Result:
    """Run the rules on earlier days."""
    store, now = session.app.store, session.app.clock.now()
    ids, left = [one.account_id for one in store.key_accounts()], store.former_key_accounts()
    since = now - _HISTORY - timedelta(days=days)
    facts = chain(store.facts(ids, since=since), store.facts(left, since=since, former=True))
    settings = session.config.kam.settings()
    found = back_test(
        facts, as_of=now.date(), losses=losses, days=days, settings=settings, left=left
    )
    names = {one.id: one.name for one in store.accounts()}
    return Result(data={"backtest": found}, lines=_answer(found, names))


def _trial(report: TrialReport, names: Mapping[str, str], words: Mapping[str, object]) -> list[str]:
    head = (
        f"{report.kind.value}: on trial since {report.since} ({report.days} days); would have "
        f"said {len(report.said)} at {report.accounts} accounts, "
        f"{report.per_week:.2f} a week and account"
    )
    samples = [
        f"    {one.first_seen}  {names.get(one.account_id, one.account_id)}: {one.summary}"
        for one in report.said[:_SAMPLES]
    ]
    return [head, *samples, f"  {_ADVICE[report.verdict].format(**words)}"]


def _answer(found: BackTest, names: Mapping[str, str]) -> list[str]:
    if not found.losses:
        return ["No loss in two years of history: there is nothing to ask."]
    stayed = f"{found.alarmed} of {len(found.stayed)} accounts that lost nothing"
    return [
        (
            f"A warning came before {found.warned} of the last {len(found.losses)} losses; "
            f"and at {stayed}."
        ),
        "",
        *table(
            ("lost on", "account", "what", "warned", "by"),
            [_loss_row(look, names) for look in found.losses],
        ),
        "",
        *table(
            ("rule", "before losses", "false alarms", "days before", "precision"),
            [
                (
                    one.kind.value,
                    f"{one.hits} of {len(found.losses)}",
                    f"{one.false_alarms} of {len(found.stayed)}",
                    "–" if one.lead_days is None else f"{one.lead_days:.0f}",
                    "–" if one.precision is None else f"{one.precision:.0%}",
                )
                for one in found.rules
            ],
        ),
        "",
        *_limits(found),
    ]


def _loss_row(look: Look, names: Mapping[str, str]) -> tuple[object, ...]:
    rules = sorted(look.found, key=lambda kind: (-look.found[kind], kind))
    warned = "no" if look.warned_days is None else f"{look.warned_days} days before"
    what = f"{look.loss.kind.value}: {look.loss.what}" if look.loss else ""
    return (
        look.ends_on,
        names.get(look.account_id, look.account_id),
        what,
        warned,
        ", ".join(f"{kind.value} {look.found[kind]}" for kind in rules),
    )


def _limits(found: BackTest) -> list[str]:
    lines = [
        (
            "Names, roles, owners and whose mail is recorded count as they are today; accounts "
            "that left the choice are not asked."
        )
    ]
    if found.undated:
        counted = ", ".join(f"{count} {name}" for name, count in sorted(found.undated.items()))
        lines.append(f"Without a date, counted as always there: {counted}.")
    if len(found.losses) < 5:
        lines.append("Fewer than five losses: read it as a story, not as a rate.")
    return lines
