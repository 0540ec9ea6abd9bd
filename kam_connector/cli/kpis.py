"""kam kpi show | list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_account
from kam_connector.cli.output import table
from kam_connector.cli.reading import facts_since, language_option
from kam_connector.kam.access import feeding
from kam_connector.kam.kpis.account import account_kpis
from kam_connector.kam.kpis.definitions import DEFINITIONS
from kam_connector.kam.kpis.tree import TreePlace, tree_kpis
from kam_connector.kam.kpis.words import figure_label, figure_text
from kam_connector.kam.settings import KamSettings
from kam_connector.language import Language, Voice
from kam_connector.model.access import HIDDEN
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.sync.portfolio_figures import portfolio_figures

__all__ = ["list_figures", "show"]

_HISTORY = timedelta(days=730)
"""As far back as a night reads (`sync.derive.HISTORY`)."""
_OF_A_PLACE = ("growth", "nps", "active_contacts", "margin_percent")
"""What a tree shows beside revenue: one figure of each family."""
_PERCENT = frozenset({"growth", "share_of_wallet", "grr", "nrr"})
"""Figures in percent whose name does not say so."""


@command(
    "show",
    click.argument("account"),
    click.option("--tree", is_flag=True, help="Every account of its tree, alone and together."),
    language_option,
    help="Show an account's key figures, each with the year before and where it comes from.",
)
def show(session: Session, *, account: str, tree: bool, language: str | None) -> Result:
    """Show one account's figures, computed from what the store holds now."""
    store, settings = session.app.store, _settings(session, language)
    found = find_account(store, account)
    as_of = _day(session, found.id)
    since = datetime.combine(as_of, time.min, UTC) - _HISTORY
    facts = facts_since(store, found, since, before=as_of)
    if tree:
        places = tree_kpis(facts, as_of, settings)
        return Result(
            data={"account": found, "as_of": as_of, "tree": places},
            lines=[found.name, *_tree_lines(places, settings.say)],
        )
    figures = account_kpis(facts, as_of, settings)
    return Result(
        data={"account": found, "as_of": as_of, "figures": figures},
        lines=[f"{found.name}, {as_of}", *_family_lines(figures, settings.say)],
    )


@command(
    "list",
    click.option(
        "--family",
        type=click.Choice([one.value for one in KpiFamily]),
        default=KpiFamily.DEVELOPMENT.value,
        show_default=True,
        help="Which of the four families.",
    ),
    language_option,
    help="Show a family of key figures for all key accounts, then for the portfolio.",
)
def list_figures(session: Session, *, family: str, language: str | None) -> Result:
    """List the figures of the last run; the portfolio's are computed now."""
    store, settings = session.app.store, _settings(session, language)
    say, chosen = settings.say, {one.account_id for one in store.key_accounts()}
    told = {one.id: one.values for one in store.outcomes(Kind.ACCOUNT) if one.id in chosen}
    keys = [
        key
        for key, one in DEFINITIONS.items()
        if one.family == family and any(f"kpi.{key}" in values for values in told.values())
    ]
    accounts = [one for one in store.accounts() if one.id in chosen]
    rows = [
        (one.name, *(_cell(told.get(one.id, {}).get(f"kpi.{key}"), key, say) for key in keys))
        for one in sorted(accounts, key=lambda each: each.name.casefold())
    ]
    whole = [one for one in _portfolio(session, settings) if one.family == family]
    lines = table(("account", *(figure_label(key, say) for key in keys)), rows)
    if whole:
        lines += ["", "Portfolio", *_family_lines(whole, say)[1:]]
    elif accounts and feeding(store.hidden()):
        lines += ["", f"Portfolio  {say.hidden}"]
    data = {
        "family": family,
        "accounts": [
            {"account": one, **{key: told.get(one.id, {}).get(f"kpi.{key}") for key in keys}}
            for one in accounts
        ],
        "portfolio": whole,
    }
    return Result(data=data, lines=lines or ["No key account is chosen yet."])


def _settings(session: Session, language: str | None) -> KamSettings:
    settings = session.config.kam.settings()
    return replace(settings, language=Language(language)) if language else settings


def _day(session: Session, account_id: str) -> date:
    """Return the day of the account's last run, which counts time as its CRM does."""
    scores = session.app.store.scores(account_id, limit=1)
    return scores[0].as_of if scores else session.app.clock.now().date()


def _family_lines(figures: Sequence[KpiValue], say: Voice) -> list[str]:
    lines: list[str] = []
    for family in KpiFamily:
        rows = [
            (
                figure_label(one.key, say),
                figure_text(one.value, one.unit, say),
                figure_text(one.before, one.unit, say),
                one.reason,
            )
            for one in figures
            if one.family is family
        ]
        if rows:
            head = say.name(family)
            lines += ["", *table((head[:1].upper() + head[1:], "now", "year before", ""), rows)]
    return lines


def _tree_lines(places: Sequence[TreePlace], say: Voice) -> list[str]:
    rows = []
    for place in places:
        alone, together = place.alone["revenue_12m"], place.together["revenue_12m"]
        others = [place.together[key] for key in _OF_A_PLACE]
        rows.append(
            (
                "  " * place.depth + place.account.name,
                ", ".join(connection for connection, _ in place.account.refs),
                figure_text(alone.value, alone.unit, say),
                figure_text(together.value, together.unit, say),
                *(figure_text(one.value, one.unit, say) for one in others),
            )
        )
    head = ("account", "in", "revenue alone", "together")
    return table((*head, *(figure_label(key, say) for key in _OF_A_PLACE)), rows)


def _cell(value: JsonValue, key: str, say: Voice) -> str:
    """Return a figure as it stands among an account's values."""
    if value == HIDDEN:
        return say.hidden
    if isinstance(value, Mapping):
        return figure_text(Decimal(str(value["amount"])), str(value["currency"]), say)
    if value is None:
        return say.word(None)
    unit = "percent" if key.endswith("percent") or key in _PERCENT else "count"
    return figure_text(Decimal(str(value)), unit, say)


def _portfolio(session: Session, settings: KamSettings) -> tuple[KpiValue, ...]:
    chosen = session.app.store.key_accounts()
    if not chosen:
        return ()
    as_of = _day(session, chosen[0].account_id)
    return portfolio_figures(session.app.store, as_of=as_of, settings=settings)
