"""What a person answers for a new connection: by flags, or asked at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import click

from kam_connector.config.secret import is_reference
from kam_connector.errors import ConfigError, UsageError
from kam_connector.model.questions import LOGIN, Question, questions
from kam_connector.plugins import crm_names, find_crm

__all__ = ["Answers", "ask_all"]

_FLAGS = {"access_token": "--token"}
"""The flag of a setting, where it is not the setting's own name."""
_NONE = "none"
_HOW = 'Write where it is: "env:NAME", "file:/path" or "keyring:service/user".'


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that was said about one connection."""

    crm: str
    name: str
    timezone: str
    settings: Mapping[str, str | int]
    logs_in: bool
    """A person signs in with a browser next."""


def ask_all(given: Mapping[str, str | None], *, may_ask: bool) -> Answers:
    """Return what *given* says, and what a person answers to the rest.

    Args:
        given: By setting, and ``crm``, ``name``, ``timezone``; None where nothing was said.
        may_ask: Somebody sits at a terminal.

    Raises:
        UsageError: Nobody is there to answer (KAM-7044): names every flag that is missing; or
            an answer is none of the choices (KAM-7001).
        ConfigError: A secret itself was given instead of where it is (KAM-1012).
    """
    asking = _Asking(given, may_ask=may_ask)
    which = ", ".join(crm_names())
    crm = asking.plain("crm", f"Where do your accounts live? ({which})")
    name = asking.plain("name", "A name for this connection", crm or "main")
    settings = asking.settings(find_crm(crm).settings_type, name) if crm else {}
    timezone = asking.plain("timezone", "Time zone of the nightly run", "UTC")
    if asking.missing:
        flags = " ".join(asking.missing)
        raise UsageError(f"Nobody is there to answer: add {flags}", code="KAM-7044")
    logs_in = LOGIN in settings.values()
    return Answers(crm=crm, name=name, timezone=timezone, settings=settings, logs_in=logs_in)


class _Asking:
    def __init__(self, given: Mapping[str, str | None], *, may_ask: bool) -> None:
        self._given = {key: value for key, value in given.items() if value}
        self._may_ask = may_ask
        self.missing: list[str] = []

    def plain(self, key: str, text: str, default: str | None = None) -> str:
        """Return one answer that no adapter asks for."""
        return self._answer(Question(key=key, text=text), default)

    def settings(self, settings_type: type, name: str) -> dict[str, str | int]:
        """Return the answers to an adapter's questions, and whatever else was given."""
        said: dict[str, str | int] = {}
        choice: str | None = None
        for one in questions(settings_type):
            local = "endpoint" in self._given and one.key == "domain"
            if local or not one.is_asked(choice):
                continue
            answer = self._answer(one, one.suggested(name))
            choice = answer if one.choices else choice
            said[one.key] = answer
        rest = self._given.keys() - said.keys() - {"crm", "name", "timezone"}
        kinds = {one.name: type(one.default) for one in fields(settings_type)}
        typed = {key: _typed(kinds.get(key), self._given[key]) for key in sorted(rest)}
        return {key: value for key, value in (said | typed).items() if value not in ("", _NONE)}

    def _answer(self, one: Question, default: str | None) -> str:
        given = self._given.get(one.key)
        if given is not None:
            return _checked(one, given)
        if self._may_ask:
            return _prompted(one, default)
        if default is not None and (one.choices or not (one.secret or one.suggestion)):
            return default
        self.missing.append(_flag(one.key))
        return ""


def _typed(kind: type | None, text: str) -> str | int:
    """Return a whole number as one where the setting is one; all else is text to a file."""
    return int(text) if kind is int and text.isdecimal() else text


def _flag(key: str) -> str:
    return _FLAGS.get(key, f"--{key.replace('_', '-')}")


def _checked(one: Question, answer: str) -> str:
    """Return a fitting answer.

    Raises:
        UsageError: It is none of the choices (KAM-7001).
        ConfigError: It is a secret, not where one is (KAM-1012); the message does not hold it.
    """
    if one.choices and answer not in one.choices:
        words = ", ".join(one.choices)
        raise UsageError(f"{_flag(one.key)} must be one of {words}.", code="KAM-7001")
    if one.secret and answer != _NONE and not is_reference(answer):
        raise ConfigError(
            f"{_flag(one.key)} must not be the secret itself.", code="KAM-1012", hint=_HOW
        )
    return answer


def _prompted(one: Question, default: str | None) -> str:
    width = max(map(len, one.choices), default=0)
    click.echo("", err=True)
    if one.choices:
        click.echo(one.text, err=True)
        for name, meaning in one.choices.items():
            click.echo(f"  {name.ljust(width)}  {meaning}", err=True)

    def read(answer: str) -> str:
        try:
            return _checked(one, answer.strip())
        except (ConfigError, UsageError) as error:  # asked again, with what is wrong
            raise click.UsageError(f"{error.message} {error.hint}".strip()) from None

    text = "Your choice" if one.choices else one.text
    return str(click.prompt(text, default=default, value_proc=read, err=True))
