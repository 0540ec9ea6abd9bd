"""Four eyes: a preview that a safety rail holds takes two people."""

from __future__ import annotations

from collections.abc import Sequence

from kam_connector.errors import HeldError
from kam_connector.model.audit import Act
from kam_connector.model.preview import Preview
from kam_connector.model.rails import Approval
from kam_connector.sync.context import SyncContext
from kam_connector.sync.witness import decided

__all__ = ["agree", "same_person"]

CODE = "KAM-5006"


def agree(ctx: SyncContext, preview: Preview) -> None:
    """Take note of a person's yes; return where it is enough to write.

    A first approval of a connection, which no rail holds, needs one person. Names are those
    that ``--as``, KAM_USER or the computer gives: who may use the computer may give another.

    Raises:
        HeldError: A second person is needed, or nobody says who asks (KAM-5006).
    """
    if not preview.guards or not ctx.rails.four_eyes:
        return
    if not ctx.actor.strip():
        raise _held(f"Preview {preview.id} is held, and nobody says who approves it.", preview.id)
    earlier = ctx.store.approvals(preview.id)
    if not any(same_person(one.actor, ctx.actor) for one in earlier):
        at = ctx.clock.now()
        yes = Approval(preview_id=preview.id, actor=ctx.actor.strip(), at=at)
        noted = decided(
            ctx, Act.PREVIEW_APPROVED, why=f"yes number {len(earlier) + 1}", preview=preview.id
        )
        with ctx.store.unit():
            ctx.store.save_approval(yes)
            ctx.store.audit(noted)
    if missing := _missing(earlier, ctx.actor):
        raise _held(f"Preview {preview.id} is held by {_codes(preview)}; {missing}", preview.id)


def same_person(one: str, other: str) -> bool:
    """Tell whether two names are one person's, whatever their case and blanks (pure)."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _missing(earlier: Sequence[Approval], actor: str) -> str:
    """Return what is still missing; empty when somebody else said yes before."""
    if any(not same_person(one.actor, actor) for one in earlier):
        return ""
    if earlier:
        return f"{actor} said yes already: another person must say so too."
    return f"{actor}'s yes is noted: a second person must say so too."


def _codes(preview: Preview) -> str:
    return ", ".join(dict.fromkeys(one.code for one in preview.guards))


def _held(message: str, preview_id: str) -> HeldError:
    hint = (
        f"Another person:  kam sync apply {preview_id} --as NAME ; who works alone sets  "
        "[rails] four_eyes = false"
    )
    return HeldError(message, code=CODE, hint=hint)
