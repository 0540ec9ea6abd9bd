"""An org chart's layout: ``python -m benchmarks.chart_layout [--people N] [--rounds N]``.

One row a shape of company, the slowest round told beside the median. The floor is what a
single walk over the same seats costs; building the chart and drawing it stand beside.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date
from statistics import median

from benchmarks.people import person
from kam_connector.kam.chart.account_chart import account_chart
from kam_connector.kam.chart.placing import lay_out
from kam_connector.language import voice
from kam_connector.model.account import Account, KeyAccount, Stage
from kam_connector.model.contact import Contact
from kam_connector.model.facts import AccountFacts
from kam_connector.reports.pictures import org_chart_svg

_DAY = date(2026, 11, 21)
_SHAPES: dict[str, Callable[[int], int | None]] = {
    "company, teams of seven": lambda number: (number - 1) // 7 if number else None,
    "one manager of all": lambda number: 0 if number else None,
    "one chain": lambda number: number - 1 if number else None,
    "no managers": lambda _number: None,
    "uneven": lambda number: number * 7919 % max(1, number // 3) if number else None,
}


def main() -> None:
    """Measure every shape and print one table."""
    given = _parser().parse_args()
    print(f"{given.people:,} people, n={given.rounds}, milliseconds\n")
    print("| shape | layout median | slowest | of its floor | chart | picture |")
    print("|---|---|---|---|---|---|")
    for name, manager in _SHAPES.items():
        print(_row(name, _facts(given.people, manager), given.rounds), flush=True)


def _row(name: str, facts: AccountFacts, rounds: int) -> str:
    chart = account_chart(facts, _DAY)
    placed = lay_out(chart)
    if len({box.contact_id for box in placed.boxes}) != len(facts.contacts):
        raise SystemExit(f"{name}: somebody has no box")
    layouts = [_ms(lambda: lay_out(chart)) for _ in range(rounds)]
    floor = median(_ms(lambda: {seat.contact.id: seat for seat in chart.seats}) for _ in layouts)
    charts = median(_ms(lambda: account_chart(facts, _DAY)) for _ in range(3))
    say = voice("en")
    drawn = median(_ms(lambda: org_chart_svg(chart, placed, {}, say=say)) for _ in range(3))
    half = median(layouts)
    cells = (name, f"{half:.1f}", f"{max(layouts):.1f}", f"{half / floor:.0f}x",
             f"{charts:.0f}", f"{drawn:.0f}")  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _facts(people: int, manager: Callable[[int], int | None]) -> AccountFacts:
    contacts = [_contact(number, manager(number)) for number in range(people)]
    key = KeyAccount(account_id="a", tier="A", stage=Stage.DEVELOPMENT, since=_DAY, reason="rule")
    account = Account(id="a", name="Benchmark")
    return AccountFacts(account=account, key=key, contacts=tuple(contacts))


def _contact(number: int, manager: int | None) -> Contact:
    one = person(number)
    return Contact(
        id=f"c{number}",
        account_id="a",
        name=f"{one.first} {one.last}",
        title=one.title,
        department=one.department,
        manager_id=None if manager is None else f"c{manager}",
    )


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chart_layout", description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=15)
    return parser


if __name__ == "__main__":
    main()
