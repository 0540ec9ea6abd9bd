"""``kam sandbox serve``: the sandbox as a command of the connector's program."""

from __future__ import annotations

import click

from kam_sandbox import __main__ as program

__all__ = ["sandbox"]


@click.group()
def sandbox() -> None:
    """Local Salesforce and HubSpot servers for trying things out."""


@sandbox.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def serve(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Serve both CRMs until Ctrl-C; ``serve --help`` lists the options."""
    context.exit(program.main(arguments))
