"""kam orgchart draw: the chart and the maps as pictures."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.orgchart.reading import ChartRead, read_chart
from kam_connector.cli.reading import language_option
from kam_connector.errors import ConfigError

__all__ = ["draw"]


@command(
    "draw",
    click.argument("account"),
    click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE",
                 help="Where to, for example chart.svg."),
    click.option("--what", type=click.Choice(["chart", "map", "stakeholders"]), default="chart",
                 show_default=True, help="Who reports to whom; who knows whom; who stands where."),
    click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Any day; today if left out."),
    language_option,
    help="Draw an account's people as SVG, to print or to put into a document.",
)  # fmt: skip
def draw(
    session: Session,
    *,
    account: str,
    output: Path,
    what: str,
    as_of: datetime | None,
    language: str | None,
) -> Result:
    """Write one picture."""
    read = read_chart(session, account, as_of=as_of, language=language)
    picture = _picture(read, what)
    try:
        output.write_text(picture, "utf-8")
    except OSError as error:
        message = f"{output} cannot be written: {error.strerror or type(error).__name__}."
        hint = "Name a folder that is there and that you may write to."
        raise ConfigError(message, code="KAM-1071", hint=hint) from error
    data = {"account": read.account, "file": output, "people": read.chart.people, "what": what}
    return Result(data=data, lines=[f"{output}: {read.account.name}, {read.chart.people} people."])


def _picture(read: ChartRead, what: str) -> str:
    from kam_connector.reports import pictures  # noqa: PLC0415 - only who draws pays for it

    if what == "map":
        return pictures.draw_people_map(read.facts, read.as_of, say=read.say)
    if what == "stakeholders":
        return pictures.draw_stakeholder_map(
            read.facts, read.as_of, say=read.say, strengths=read.strengths
        )
    return pictures.draw_org_chart(
        read.facts,
        read.as_of,
        say=read.say,
        strengths=read.strengths,
        elsewhere=read.elsewhere,
    )
