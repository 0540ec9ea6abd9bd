"""How people keep in touch: exchanges of mail, meetings and calls spread over days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from kam_sandbox.world.moments import TODAY, office_time
from kam_sandbox.world.salesforce_pen import SalesforcePen
from kam_sandbox.world.subjects import CALLS, MAILS, MEETINGS

__all__ = ["Circle", "correspond", "days_back", "keep_in_touch"]

_SPAN_DAYS = 725
_MAIL_SHARE = 0.66
_MEETING_SHARE = 0.83
_REPLY_SHARE = 0.62
"""Our choices: two thirds mail, a sixth each of meetings and calls; most mail is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """One of our users and the contacts that they deal with about an account."""

    user: str
    contacts: Sequence[str]
    """Closest first."""
    about: Sequence[str]
    """The account, then opportunities that mail may be filed under."""
    language: str = "fr"


def days_back(first: int, last: int, every: int) -> list[date]:
    """Return every so many days, oldest first: the last is exactly *last* days ago."""
    return [TODAY - timedelta(days=back) for back in reversed(range(last, first + 1, every))]


def correspond(
    pen: SalesforcePen, rng: Random, circle: Circle, days: Sequence[date], *, answered: bool = True
) -> None:
    """Write, on each day, a mail of ours to the closest contact and an answer the same day."""
    contact = circle.contacts[0]
    for day in days:
        at = office_time(rng, day)
        subject = rng.choice(MAILS[circle.language])
        pen.mail(at, circle.user, contact, circle.about[0], subject, inbound=False)
        if answered:
            reply = at + timedelta(minutes=rng.randint(9, 170))
            pen.mail(reply, circle.user, contact, circle.about[0], f"Re: {subject}", inbound=True)


def keep_in_touch(
    pen: SalesforcePen, rng: Random, circle: Circle, count: int, *, last: int = 2
) -> None:
    """Write exactly *count* activities over two years, the latest *last* days ago or earlier."""
    weights = [1 / (place + 1) for place in range(len(circle.contacts))]
    written = 0
    while written < count:
        contact = rng.choices(circle.contacts, weights)[0]
        back = last + int((_SPAN_DAYS - last) * rng.random() ** 1.25)
        at = office_time(rng, TODAY - timedelta(days=back))
        about = _file_under(pen, rng, circle, at)
        kind = rng.random()
        if kind < _MAIL_SHARE:
            spare = count - written > 1
            written += _exchange(
                pen,
                rng,
                at=at,
                user=circle.user,
                contact=contact,
                about=about,
                subject=rng.choice(MAILS[circle.language]),
                reply=spare,
            )
        elif kind < _MEETING_SHARE:
            pen.meeting(
                at,
                circle.user,
                _guests(rng, circle, contact),
                about,
                rng.choice(MEETINGS[circle.language]),
                minutes=rng.choice((30, 45, 60, 90)),
            )
            written += 1
        else:
            subject = rng.choice(CALLS[circle.language])
            pen.call(at, circle.user, contact, about, subject, inbound=rng.random() < 0.35)
            written += 1


def _exchange(
    pen: SalesforcePen,
    rng: Random,
    *,
    at: datetime,
    user: str,
    contact: str,
    about: str,
    subject: str,
    reply: bool,
) -> int:
    inbound = rng.random() < 0.3
    pen.mail(at, user, contact, about, subject, inbound=inbound)
    if not reply or rng.random() > _REPLY_SHARE:
        return 1
    later = at + timedelta(minutes=rng.randint(12, 900))
    pen.mail(later, user, contact, about, f"Re: {subject}", inbound=not inbound)
    return 2


def _guests(rng: Random, circle: Circle, contact: str) -> list[str]:
    others = [each for each in circle.contacts if each != contact]
    return [contact, *rng.sample(others, min(len(others), rng.choice((0, 0, 1, 1, 2))))]


def _file_under(pen: SalesforcePen, rng: Random, circle: Circle, at: datetime) -> str:
    about = rng.choice(circle.about) if rng.random() < 0.4 else circle.about[0]
    if about.startswith("006") and pen.record("Opportunity", about).created_at > at:
        return circle.about[0]
    return about
