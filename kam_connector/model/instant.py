"""Instants in canonical text, and back."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["instant", "parse_instant"]


def instant(at: datetime) -> str:
    """Return an aware time as ``YYYY-MM-DDTHH:MM:SS.mmmZ``, UTC.

    Raises:
        ValueError: *at* has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def parse_instant(text: str) -> datetime:
    """Return the aware UTC time of a canonical text.

    Raises:
        ValueError: *text* is no ISO 8601 time with a zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return at.astimezone(UTC)
