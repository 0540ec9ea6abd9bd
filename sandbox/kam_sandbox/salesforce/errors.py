"""Salesforce's error answer: a status, and a list of coded messages."""

from __future__ import annotations

from typing import Any

__all__ = ["ApiError"]


class ApiError(Exception):
    """An error as the API words it.

    Args:
        status: The HTTP status.
        code: Salesforce's ``errorCode``.
        message: What the API would say.
        fields: The fields at fault, for errors about a row.
    """

    def __init__(
        self, status: int, code: str, message: str, *, fields: list[str] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def body(self) -> list[dict[str, Any]]:
        """Return the body of a single-row or query answer."""
        entry: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = self.fields
        return [entry]

    def row(self) -> dict[str, Any]:
        """Return the entry of a collection's row: ``statusCode`` here, not ``errorCode``."""
        return {
            "statusCode": self.code,
            "message": self.message,
            "fields": self.fields or [],
        }
