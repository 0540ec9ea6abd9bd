"""kam connection login | logout."""

from __future__ import annotations

import secrets
from typing import Any

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.loopback import Loopback
from kam_connector.errors import ConfigError
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_connector.plugins import connection_settings, find_crm
from kam_connector.ports import LogsIn

__all__ = ["login", "logout"]

_name = click.argument("name")


@command(
    "login",
    _name,
    click.option("--no-browser", is_flag=True, help="Only print the address to open."),
    click.option(
        "--timeout",
        "timeout_s",
        type=click.FloatRange(1, 3600),
        default=300.0,
        show_default=True,
        help="Seconds to wait for the browser.",
    ),
    help="Sign in with a browser, where the CRM asks a person; the sign-in is kept encrypted.",
)
def login(session: Session, *, name: str, no_browser: bool, timeout_s: float) -> Result:
    """Sign in with a browser."""
    app = session.app
    name = app.one(name)
    settings = connection_settings(app.config, name)
    adapter = _browsing(app.config.connections[name].crm)
    vault = app.vault(name)
    port = adapter.login_port(settings)
    vault.check()
    with Loopback(port) as loopback:
        request = LoginRequest(
            redirect_uri=loopback.redirect_uri,
            state=secrets.token_urlsafe(32),
            verifier=Secret(secrets.token_urlsafe(64)),
        )
        _show(adapter.login_url(settings, request), browser=not no_browser)
        code = loopback.wait(request.state, timeout_s=timeout_s)
    adapter.redeem(name, settings, request, code, clock=app.clock, vault=vault)
    identity = app.crm(name).identity()
    app.store.audit(AuditEntry(act=Act.SIGNED_IN, by=session.actor, connection=name))
    data: dict[str, Any] = {"connection": name, "user": identity.user_name, "org": identity.org_ref}
    lines = [
        f'"{name}" is signed in as {identity.user_name} to {identity.org_ref}.',
        f"Check it:  kam doctor {name}",
    ]
    return Result(data=data, lines=lines)


@command("logout", _name, help="Withdraw a sign-in with a browser, and forget it.")
def logout(session: Session, *, name: str) -> Result:
    """Withdraw a sign-in."""
    app = session.app
    name = app.one(name)
    adapter = _browsing(app.config.connections[name].crm)
    settings = connection_settings(app.config, name)
    adapter.withdraw(name, settings, clock=app.clock, vault=app.vault(name))
    app.store.audit(AuditEntry(act=Act.SIGNED_OUT, by=session.actor, connection=name))
    lines = [f'The sign-in of "{name}" is withdrawn and forgotten.']
    return Result(data={"connection": name}, lines=lines)


def _browsing(crm: str) -> LogsIn:
    adapter: object = find_crm(crm)
    if isinstance(adapter, LogsIn):
        return adapter
    message = f"A {crm} connection is not signed in to with a browser."
    raise ConfigError(message, code="KAM-1064", hint="kam doctor  tells whether it works as it is.")


def _show(url: str, *, browser: bool) -> None:
    """Open the address, and print it: a browser may be elsewhere, or open behind the window."""
    opened = browser and _opened(url)
    told = "The browser shows a page to sign in. If it does not, open" if opened else "Open"
    click.echo(f"{told}:\n\n  {url}\n", err=True)


def _opened(url: str) -> bool:
    """Open a window, if there is a browser that has windows: a textual one would block."""
    import webbrowser  # noqa: PLC0415  only here

    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    textual = type(found) is webbrowser.GenericBrowser
    return not textual and found.open(url)
