"""kam digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import click

from kam_connector.cli.answers_files import written
from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.lookup import find_one
from kam_connector.cli.reading import language_option
from kam_connector.cli.visible import visible

__all__ = ["digest"]


@command(
    "digest",
    click.option("--for", "reader", help="Only this colleague's."),
    language_option,
    click.option("-o", "--output", type=click.Path(path_type=Path), help="A text file."),
    help="Show the week's digest: five decisions for each key account manager, ten minutes.",
)
def digest(
    session: Session, *, reader: str | None, language: str | None, output: Path | None
) -> Result:
    """Show or write what is to be decided this week."""
    from kam_connector.kam.digest.weekly import digest_lines  # noqa: PLC0415 - heavy
    from kam_connector.language import Language  # noqa: PLC0415 - heavy
    from kam_connector.sync.digest import read_digests  # noqa: PLC0415 - heavy

    settings = session.config.kam.settings()
    settings = replace(settings, language=Language(language)) if language else settings
    say = settings.say
    now = session.app.clock.now().astimezone(UTC)
    users = {one.id: one.name for one in session.app.store.users()}
    wanted = find_one("colleague", reader, users) if reader else None
    found = [
        one
        for one in read_digests(session.app.store, settings, now=now)
        if wanted in (None, one.owner_id)
    ]
    lines: list[str] = []
    for one in found:
        week = say("Week {week}", week=one.week.partition("-W")[2])
        lines += [f"{users.get(one.owner_id, one.owner_id)}   {week}", "", *digest_lines(one, say)]
        lines.append("")
    if not session.app.store.key_accounts():
        lines = ["No key account is chosen yet: run  kam sync preview ."]
    lines = lines or ["Nothing wants a decision."]
    if output is not None:
        text = "".join(f"{visible(line)}\n" for line in lines)
        return written(output, text.encode(), digests=found)
    return Result(data={"digests": found}, lines=lines)
