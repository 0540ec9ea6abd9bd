"""One request as the handlers see it, and the few checks that most of them need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kam_sandbox.hubspot.errors import ApiError, invalid
from kam_sandbox.hubspot.exports import ExportBook
from kam_sandbox.hubspot.journal import Journal
from kam_sandbox.hubspot.naming import object_name
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.scopes import object_scopes
from kam_sandbox.hubspot.values import is_integer, iso
from kam_sandbox.hubspot.webhooks import Sender

__all__ = ["Answer", "Call", "Route", "batch_answer", "object_name"]

Answer = tuple[int, Any]
"""Status and content: JSON, the bytes of a file, or None for no body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was signed in and admitted."""

    portal: Portal
    method: str
    params: Mapping[str, str]
    """The variable parts of the path."""
    query: Mapping[str, list[str]]
    body: Any
    dated: bool
    """Whether the path names a version by its date."""
    granted: frozenset[str]
    """The scopes of the token that made the call."""
    sender: Sender
    journal: Journal
    exports: ExportBook
    path: str = ""
    origin: str = ""
    """``http://host:port`` as the caller wrote it, for addresses in answers."""
    is_form: bool = False
    """The body came as a form, not as JSON."""
    reply: dict[str, str] = field(default_factory=dict)
    """Headers of the answer."""

    @property
    def object(self) -> str:
        """The object that the path names."""
        return object_name(self.params["object"])

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a query parameter."""
        return self.query.get(name, [default])[-1]

    def many(self, name: str) -> list[str]:
        """Return a list parameter, given repeatedly or with commas."""
        return [part for text in self.query.get(name, []) for part in text.split(",") if part]

    def flag(self, name: str) -> bool:
        """Return a true-or-false query parameter."""
        return self.one(name, "false").lower() == "true"

    def limit(self, *, most: int, default: int = 10) -> int:
        """Return the page size asked for.

        Raises:
            ApiError: 400, it is no number or out of range.
        """
        text = self.one("limit", str(default))
        if not is_integer(text) or not 1 <= int(text) <= most:
            raise invalid(f"limit must be between 1 and {most}, got {text}")
        return int(text)

    def after(self) -> int:
        """Return the id after which the page begins.

        Raises:
            ApiError: 400, it is no number.
        """
        text = self.one("after", "0")
        if not is_integer(text):
            raise invalid(f"after is not valid: {text}")
        return int(text)

    def document(self) -> Mapping[str, Any]:
        """Return the body, which must be an object.

        Raises:
            ApiError: 400, it is not.
        """
        if not isinstance(self.body, Mapping):
            raise invalid("Invalid input JSON on line 1, column 1: expected an object")
        return self.body

    def inputs(self, *, most: int) -> list[Mapping[str, Any]]:
        """Return the inputs of a batch.

        Raises:
            ApiError: 400, there are none or too many, or they are no objects.
        """
        inputs = self.document().get("inputs")
        if not isinstance(inputs, list) or not inputs:
            raise invalid("Invalid input JSON: 'inputs' must hold at least one element")
        if len(inputs) > most:
            raise invalid(f"The batch size limit is {most}, but the request has {len(inputs)}")
        if not all(isinstance(one, Mapping) for one in inputs):
            raise invalid("Invalid input JSON: every element of 'inputs' must be an object")
        return inputs

    def need_scopes(self, object_: str, *, write: bool) -> None:
        """Refuse the call when the token may not read, or write, records of *object_*.

        Raises:
            ApiError: 403 ``MISSING_SCOPES``.
        """
        for scope in object_scopes(object_, write=write):
            self.need(scope)

    def need(self, scope: str) -> None:
        """Refuse the call when the token lacks *scope*.

        Raises:
            ApiError: 403 ``MISSING_SCOPES``.
        """
        if scope in self.granted:
            return
        page = "https://developers.hubspot.com/scopes"
        raise ApiError(
            403,
            "MISSING_SCOPES",
            "This app hasn't been granted all required scopes to make this call. "
            f"Read more about required scopes here: {page}.",
            errors=[
                {
                    "message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": [scope]},
                }
            ],
            extra={"links": {"scopes": page}},
        )


@dataclass(frozen=True, slots=True)
class Route:
    """Which calls a handler answers."""

    method: str
    family: str
    """A group of paths that exists in numbered and in dated versions."""
    path: str
    """What follows the family's path; ``{name}`` stands for one part."""
    handler: Callable[[Call], Answer]
    open: bool = False
    """Needs no bearer token."""


def batch_answer(
    portal: Portal,
    results: list[dict[str, Any]],
    errors: list[dict[str, Any]],
    *,
    success: int = 200,
) -> Answer:
    """Return a batch's answer: *success*, or 207 when some inputs failed."""
    now = iso(portal.now())
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "requestedAt": now,
        "startedAt": now,
        "completedAt": now,
    }
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return (207 if errors else success), body
