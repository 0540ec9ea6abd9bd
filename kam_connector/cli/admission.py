"""Whether the one who asks may run a command at all, and as whom: before anything is done."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kam_connector.cli.needs import MADE_OF_VALUES, NEEDS, QUOTING
from kam_connector.errors import AccessDenied, ConfigError
from kam_connector.model.access import Capability, Reach, Viewer

if TYPE_CHECKING:
    from kam_connector.bootstrap import App
    from kam_connector.config import Config

__all__ = ["Admitted", "Call", "admit", "speaker"]


class Admitted(NamedTuple):
    """Somebody who may run the command: what for, and who they are."""

    doing: Capability
    viewer: Viewer


class Call(Protocol):
    """What must be known of one call of one command."""

    config_path: Path | None

    @property
    def command(self) -> str:
        """Its words."""

    @property
    def actor(self) -> str:
        """Who asks: what ``--as`` says, else who is here."""

    @property
    def here(self) -> str:
        """Who the environment or the computer says is here."""

    @property
    def config(self) -> Config:
        """The configuration."""

    @property
    def admitted(self) -> Admitted | None:
        """Who asks and what for, once that is known."""

    def whole_app(self) -> App:
        """Return the app without anybody's limits."""

    def warn(self, text: str) -> None:
        """Say something behind the result."""


def admit(call: Call) -> Admitted | None:
    """Return who runs a command and what for; None where nobody is asked.

    Raises:
        AccessDenied: They may not (KAM-7046), who they are is not known (KAM-7047), what they
            may see is not (KAM-7048), or it is made of what they may not (KAM-7051).
    """
    needed = NEEDS.get(call.command, ())
    if needed == (Capability.GENERAL,):
        return None
    try:
        config = _ruling(call)
    except ConfigError:
        return None  # there is no database to open either: the command tells the mistakes
    if not config.access.enabled:
        return None
    _refuse_mask(call)
    actor = call.actor
    by_name = _by_name(config, actor)
    from kam_connector.kam.access import reach  # noqa: PLC0415 - heavy

    for doing in needed:  # the engine is an admin's, though no database can be read
        if reach(by_name.roles, doing) is Reach.SYSTEM:
            return Admitted(doing, by_name)
    for doing in needed:
        viewer = call.whole_app().viewer(actor, doing=doing)
        if reach(viewer.roles, doing) is not None:
            _mind_hidden(call, viewer)
            return Admitted(doing, viewer)
    raise _refused(call.command, actor, needed)


def _mind_hidden(call: Call, viewer: Viewer) -> None:
    """Say which values are hidden, or refuse what cannot be said without them.

    Raises:
        AccessDenied: The command's answer is made of them (KAM-7051).
    """
    from kam_connector.kam.access import feeding  # noqa: PLC0415 - heavy

    counted = feeding(viewer.hidden) if call.command in MADE_OF_VALUES else frozenset()
    behind = viewer.hidden if call.command in QUOTING else counted
    if behind:
        raise AccessDenied(
            f"kam {call.command}  is made of values that are hidden from you: {_list(behind)}.",
            code="KAM-7051",
            hint="The CRM, or [access] hide, says who reads a field: docs/access.md",
        )
    if viewer.hidden:
        text = "Hidden from you, with what is made of it: "
        call.warn(text + _list(viewer.hidden))


def _list(paths: Iterable[str]) -> str:
    return ", ".join(sorted(paths))


def speaker(by: str, call: Call) -> str:
    """Return in whose name an act is done: always one's own.

    Args:
        by: What ``--by`` says.
        call: The call of somebody who was admitted.

    Raises:
        AccessDenied: Somebody else is named (KAM-7046).
    """
    user_id = call.admitted.viewer.user_id if call.admitted else None
    users = call.whole_app().store.users()
    me = next((one for one in users if one.id == user_id), None)
    own = {call.actor, *((me.id, me.name, me.email or "") if me else ())}
    if by.casefold() not in {one.casefold() for one in own}:
        raise AccessDenied(
            "--by names somebody else: with access control on, everybody speaks for themselves.",
            hint="Say your own name, or let them do it.",
        )
    return user_id or call.actor


def _ruling(call: Call) -> Config:
    """Return the configuration that says who may do what.

    Raises:
        AccessDenied: --config names another file than KAM_CONFIG, whose access control is on:
            whoever gives people a shell sets KAM_CONFIG there, and no other file counts.
    """
    config, fixed = call.config, os.environ.get("KAM_CONFIG")
    if not fixed or call.config_path is None or _same(call.config_path, Path(fixed)):
        return config
    from kam_connector.bootstrap import read_config  # noqa: PLC0415 - heavy

    if read_config(Path(fixed)).access.enabled:
        raise AccessDenied(
            "--config names another file than KAM_CONFIG, where access control is on.",
            hint="Leave --config out.",
        )
    return config


def _same(one: Path, other: Path) -> bool:
    return one.absolute().resolve() == other.absolute().resolve()


def _refuse_mask(call: Call) -> None:
    """Refuse to be called otherwise than the environment or the computer says.

    Raises:
        AccessDenied: --as names somebody else (KAM-7046).
    """
    if call.actor.strip().casefold() != call.here.strip().casefold():
        raise AccessDenied(
            f'You are "{call.here}" here: --as cannot make you somebody else.',
            hint="With access control on, the service or the computer says who asks (KAM_USER).",
        )


def _by_name(config: Config, actor: str) -> Viewer:
    """Return who somebody is by the configuration alone."""
    from kam_connector.bootstrap import access_rules  # noqa: PLC0415 - heavy
    from kam_connector.kam.access import roles_of  # noqa: PLC0415 - heavy

    rules = access_rules(config)
    person = rules.people.get(actor.strip().casefold(), actor.strip())
    return Viewer(name=actor, roles=roles_of(person, is_user=False, named=rules.named))


def _refused(command: str, actor: str, needed: Sequence[Capability]) -> AccessDenied:
    if not needed:
        text = f"kam {command}  is not declared in the table of access: it is refused to everybody."
        return AccessDenied(text, hint="Report it; it works with access control off.")
    what = " or ".join(one.value.replace("_", " ") for one in needed)
    return AccessDenied(
        f'"{actor}" may not run  kam {command}  ({what}).',
        hint="kam access show  says who you are; docs/access.md  says which role may.",
    )
