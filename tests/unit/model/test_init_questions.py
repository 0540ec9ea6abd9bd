"""What is asked of a new connection: the adapter's settings say it, the core asks it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from kam_connector.model.questions import Question, questions
from kam_connector.model.settings import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """An adapter with two ways to sign in."""

    host: str | None = field(default=None, metadata={"ask": "Which host?"})
    way: str | None = field(
        default=None, metadata={"ask": "How?", "choices": {"key": "a key", "login": "a person"}}
    )
    key: Secret | None = field(default=None, metadata={"ask": "Key?", "only_for": ("key",)})
    app: str | None = field(
        default=None, metadata={"ask": "App?", "only_for": ("login",), "suggest": "env"}
    )
    attempts: int = 5


def by_key() -> dict[str, Question]:
    """Return the questions by setting."""
    return {one.key: one for one in questions(Settings)}


def test_choices_come_first_and_what_is_not_asked_never() -> None:
    """A choice decides which of the others are asked."""
    assert [one.key for one in questions(Settings)] == ["way", "host", "key", "app"]


@pytest.mark.parametrize(
    ("choice", "asked"), [("key", ["way", "host", "key"]), ("login", ["way", "host", "app"])]
)
def test_only_what_belongs_to_the_choice_is_asked(choice: str, asked: list[str]) -> None:
    """Nobody is asked for a key who signs in with a browser."""
    assert [key for key, one in by_key().items() if one.is_asked(choice)] == asked


@pytest.mark.parametrize(
    ("key", "suggested"),
    [("way", "key"), ("host", None), ("key", "env:KAM_EU_1_KEY"), ("app", "env:KAM_EU_1_APP")],
)
def test_a_secret_is_suggested_as_a_variable(key: str, suggested: str | None) -> None:
    """Named after connection and setting, in characters that a shell takes."""
    assert by_key()[key].suggested("eu-1") == suggested


def test_only_secrets_are_secret() -> None:
    """By their type, so that an adapter cannot forget it."""
    assert [key for key, one in by_key().items() if one.secret] == ["key"]
