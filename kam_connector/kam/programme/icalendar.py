"""Rituals as an iCalendar file that every calendar opens (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from kam_connector.kam.programme.rituals import RitualDue
from kam_connector.language import Language, Voice, voice

__all__ = ["escaped", "folded", "rituals_calendar"]

_OCTETS = 75
"""Lines are at most this long without their end (RFC 5545, 3.1)."""


def rituals_calendar(
    rituals: Iterable[RitualDue],
    *,
    now: datetime,
    names: Mapping[str, str] | None = None,
    say: Voice | None = None,
) -> str:
    """Return the rituals as one calendar: an all-day entry each, repeated by its cadence.

    The same rituals give the same entries, by ids that never change: imported again, they
    move and are not doubled. Nobody is invited: the file names no address.

    Args:
        rituals: With their next days; one in the past is put on the day of *now*.
        now: When the file is made, aware.
        names: Of accounts and of our people by id, for the eye.
        say: The reader's language.
    """
    voiced, known = say or voice(Language.EN), names or {}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//kam-connector//rituals//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for one in rituals:
        lines += _event(one, now, known, voiced)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """Return a text value: backslash, semicolon, comma and line ends escaped (3.3.11)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(mark, instead)
    return "".join(one for one in plain if one >= " " and one != "\x7f")


def folded(line: str) -> str:
    """Return a line folded after at most 75 octets, never inside a character."""
    parts: list[str] = []
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _OCTETS:
            parts.append(part)
            part, size = " ", 1
        part, size = part + character, size + octets
    return "\r\n".join([*parts, part])


def _event(one: RitualDue, now: datetime, names: Mapping[str, str], say: Voice) -> list[str]:
    ritual = one.ritual
    day = max(one.next_on, now.date())
    told = [ritual.purpose or ""]
    if ritual.account_id:
        told.append(say("Account: {name}", name=names.get(ritual.account_id, ritual.account_id)))
    if ritual.owner_id:
        told.append(say("Held by: {name}", name=names.get(ritual.owner_id, ritual.owner_id)))
    description = "\n".join(text for text in told if text)
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(ritual.id)}@kam-connector",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{_day(day)}",
        f"DTEND;VALUE=DATE:{_day(day + timedelta(days=1))}",
        f"RRULE:FREQ=DAILY;INTERVAL={max(1, ritual.cadence_days)}",
        f"SUMMARY:{escaped(ritual.name)}",
        *([f"DESCRIPTION:{escaped(description)}"] if description else []),
        f"CATEGORIES:{escaped(say.name(ritual.kind))},{escaped(say.name(ritual.pillar))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
