"""Versions of a plan: put forward, approved by somebody else, sealed, superseded by the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from kam_connector.errors import CheckFailed
from kam_connector.kam.plan.snapshot import ERASED, seal_of
from kam_connector.kam.settings.plan import PlanSettings
from kam_connector.model.kept import kept_id
from kam_connector.model.plan_content import PlanVersion, VersionState

__all__ = ["Seal", "approve", "put_forward", "reject", "seal"]


class Seal(StrEnum):
    """Whether a version is what it was when it was made."""

    INTACT = "intact"
    ERASED = "erased"
    """Somebody's name was taken out of it on request: the seal cannot fit any more."""
    BROKEN = "broken"
    """It was changed, and no erasure explains it."""


def seal(version: PlanVersion) -> Seal:
    """Return whether a version's content still fits its seal, and if not, why."""
    if seal_of(version.content) == version.sha256:
        return Seal.INTACT
    return Seal.ERASED if ERASED in version.content else Seal.BROKEN


def put_forward(
    known: Iterable[PlanVersion],
    account_id: str,
    content: str,
    *,
    by: str,
    at: datetime,
    draft: bool = False,
    note: str | None = None,
) -> PlanVersion:
    """Return a new version for somebody to decide on, or a draft kept for comparison.

    A draft of the very same content is put forward itself.

    Raises:
        CheckFailed: One waits for a decision already, or nothing changed since the approved.
    """
    versions = [one for one in known if one.account_id == account_id]
    _refuse_second(versions, content, draft=draft)
    number = max((one.number for one in versions), default=0) + 1
    new = PlanVersion(
        id=kept_id(PlanVersion, account_id, number),
        account_id=account_id,
        number=number,
        state=VersionState.DRAFT if draft else VersionState.IN_REVIEW,
        made_by=by,
        made_at=at,
        sha256=seal_of(content),
        content=content,
        note=note,
    )
    latest = max(versions, key=lambda one: one.number, default=None)
    is_draft = latest is not None and latest.state is VersionState.DRAFT
    if latest is not None and is_draft and latest.sha256 == new.sha256:
        return replace(new, id=latest.id, number=latest.number)
    return new


def _refuse_second(versions: list[PlanVersion], content: str, *, draft: bool) -> None:
    waiting = next((one for one in versions if one.state is VersionState.IN_REVIEW), None)
    if waiting is not None and not draft:
        raise CheckFailed(
            f"Version {waiting.number} waits for a decision already.",
            code="KAM-7061",
            hint="kam plan approve  or  kam plan reject  decides on it.",
        )
    held = next((one for one in versions if one.state is VersionState.APPROVED), None)
    if held is not None and held.sha256 == seal_of(content):
        raise CheckFailed(
            f"Nothing changed since version {held.number} was approved.", code="KAM-7061"
        )


def approve(
    known: Iterable[PlanVersion],
    *,
    by: str,
    at: datetime,
    settings: PlanSettings | None = None,
    note: str | None = None,
) -> list[PlanVersion]:
    """Return the versions that change: the waiting one approved, the one before superseded.

    Raises:
        CheckFailed: None waits, its seal is broken, or who made it may not approve it.
    """
    versions = list(known)
    waiting = _waiting(versions)
    if (settings or PlanSettings()).four_eyes and _same(waiting.made_by, by):
        raise CheckFailed(
            f"Whoever put version {waiting.number} forward cannot approve it: somebody else does.",
            code="KAM-7062",
            hint="[kam] plan_four_eyes = false  lets one person do both.",
        )
    if seal(waiting) is Seal.BROKEN:
        raise CheckFailed(
            f"Version {waiting.number} is not what was put forward: its seal is broken.",
            code="KAM-7063",
            hint="Reject it and put the plan forward again.",
        )
    before = [one for one in versions if one.state is VersionState.APPROVED]
    return [
        _decided(waiting, VersionState.APPROVED, by=by, at=at, note=note),
        *(replace(one, state=VersionState.SUPERSEDED) for one in before),
    ]


def reject(
    known: Iterable[PlanVersion], *, by: str, at: datetime, note: str | None = None
) -> PlanVersion:
    """Return the waiting version, rejected; its content stays for the next try.

    Raises:
        CheckFailed: None waits.
    """
    return _decided(_waiting(list(known)), VersionState.REJECTED, by=by, at=at, note=note)


def _waiting(versions: list[PlanVersion]) -> PlanVersion:
    found = next((one for one in versions if one.state is VersionState.IN_REVIEW), None)
    if found is None:
        raise CheckFailed(
            "No version of this plan waits for a decision.",
            code="KAM-7061",
            hint="kam plan submit  puts one forward.",
        )
    return found


def _decided(
    one: PlanVersion, state: VersionState, *, by: str, at: datetime, note: str | None
) -> PlanVersion:
    return replace(one, state=state, decided_by=by, decided_at=at, note=note or one.note)


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
