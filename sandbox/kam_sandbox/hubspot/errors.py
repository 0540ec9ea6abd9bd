"""Refusals, in the shape and the words of HubSpot's error bodies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["ApiError", "Issue", "conflict", "invalid", "invalid_values", "not_found"]


class ApiError(Exception):
    """An answer other than 2xx."""

    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        sub_category: str | None = None,
        context: Mapping[str, Sequence[str]] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.sub_category = sub_category
        self.context = dict(context or {})
        self.errors = list(errors)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def body(self, correlation_id: str) -> dict[str, Any]:
        """Return the body of the whole answer."""
        body: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": correlation_id,
            "category": self.category,
        }
        if self.sub_category:
            body["subCategory"] = self.sub_category
        if self.context:
            body["context"] = self.context
        if self.errors:
            body["errors"] = self.errors
        return body | self.extra

    def entry(self, **context: Sequence[str]) -> dict[str, Any]:
        """Return the error as one entry of a 207's ``errors``."""
        entry: dict[str, Any] = {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": self.context | context,
            "links": {},
            "errors": self.errors,
        }
        if self.sub_category:
            entry["subCategory"] = self.sub_category
        return entry


class Issue(dict[str, Any]):
    """One refused property value, as listed inside the message's JSON."""

    def __init__(self, code: str, name: str, message: str, portal_id: int) -> None:
        super().__init__(
            isValid=False,
            message=message,
            error=code,
            name=name,
            localizedErrorMessage=message,
            portalId=portal_id,
        )


def invalid(message: str, **context: Sequence[str]) -> ApiError:
    """Return a 400 ``VALIDATION_ERROR``."""
    return ApiError(400, "VALIDATION_ERROR", message, context=context)


def invalid_values(issues: Sequence[Issue]) -> ApiError:
    """Return the 400 whose message carries a JSON list of the refused values."""
    listed = json.dumps(list(issues), ensure_ascii=False, separators=(",", ":"))
    errors = [
        {"message": i["message"], "code": i["error"], "context": {"propertyName": [i["name"]]}}
        for i in issues
    ]
    return ApiError(
        400, "VALIDATION_ERROR", f"Property values were not valid: {listed}", errors=errors
    )


def not_found(message: str = "resource not found", **context: Sequence[str]) -> ApiError:
    """Return a 404 ``OBJECT_NOT_FOUND``."""
    return ApiError(404, "OBJECT_NOT_FOUND", message, context=context)


def conflict(message: str) -> ApiError:
    """Return a 409 ``CONFLICT``."""
    return ApiError(409, "CONFLICT", message)
