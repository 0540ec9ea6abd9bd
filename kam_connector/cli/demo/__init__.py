"""kam demo: the whole loop against the bundled sandbox, no credentials."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.demo.stage import BREAKS

__all__ = ["demo"]


@command(
    "demo",
    click.option(
        "--serve/--no-serve",
        default=True,
        help="Keep both servers up afterwards, to look around; Ctrl-C ends.",
    ),
    click.option("--keep", type=click.Path(path_type=Path), help="Keep the demo's files here."),
    click.option(
        "--break", "fault", type=click.Choice(sorted(BREAKS)), help="Let something go wrong."
    ),
    help="Show the whole loop on two local CRM servers. Nothing leaves this computer.",
)
def demo(session: Session, *, serve: bool, keep: Path | None, fault: str | None) -> Result:
    """Tell the five stories with the product's own output."""
    from kam_connector.cli.demo.stage import open_stage  # noqa: PLC0415 - heavy
    from kam_connector.cli.demo.stories import tell_all  # noqa: PLC0415 - heavy
    from kam_connector.cli.demo.telling import Teller  # noqa: PLC0415 - heavy

    teller = Teller(silent=session.invocation.as_json)
    with ExitStack() as closing:
        stage = closing.enter_context(open_stage(keep))
        facts = tell_all(stage, teller, fault=fault)
        if serve and not session.invocation.as_json:
            teller.look_around(stage)
            stage.wait()
    return Result(data=facts)
