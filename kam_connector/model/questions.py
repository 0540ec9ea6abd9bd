"""What `kam init` asks for a new connection, as the adapter's own settings say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from kam_connector.model.settings import secret_names

__all__ = ["LOGIN", "Question", "questions"]

LOGIN = "login"
"""The choice, by this name in every adapter, after which a person signs in with a browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One setting that a person decides.

    A field of an adapter's settings becomes one by its metadata: ``ask`` (the text), and where
    needed ``choices`` (what may be answered, each with what it is for), ``only_for`` (the
    choices after which it is asked; default all) and ``suggest`` (an answer, or ``env``: a
    variable named after connection and setting). A secret is always suggested as a variable.
    """

    key: str
    text: str
    choices: Mapping[str, str] = field(default_factory=dict)
    only_for: frozenset[str] = frozenset()
    secret: bool = False
    """Answered by a reference only."""
    suggestion: str | None = None

    def is_asked(self, choice: str | None) -> bool:
        """Whether the question belongs to what was chosen before."""
        return choice is None or not self.only_for or choice in self.only_for

    def suggested(self, connection: str) -> str | None:
        """Return the answer to propose for a connection of this name, if there is one."""
        if self.choices:
            return next(iter(self.choices))
        if self.suggestion == "env" or (self.secret and self.suggestion is None):
            name = "".join(one if one.isalnum() else "_" for one in f"{connection}_{self.key}")
            return f"env:KAM_{name.upper()}"
        return self.suggestion


def questions(settings_type: type[Any]) -> tuple[Question, ...]:
    """Return an adapter's questions: the choices first, the rest in the fields' order."""
    secrets = secret_names(settings_type)
    asked = [
        Question(
            key=one.name,
            text=one.metadata["ask"],
            choices=one.metadata.get("choices", {}),
            only_for=frozenset(one.metadata.get("only_for", ())),
            secret=one.name in secrets,
            suggestion=one.metadata.get("suggest"),
        )
        for one in fields(settings_type)
        if "ask" in one.metadata
    ]
    return tuple(sorted(asked, key=lambda one: not one.choices))
