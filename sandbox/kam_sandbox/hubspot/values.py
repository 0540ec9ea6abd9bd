"""What a property reads as: stored, stamped by the portal, or worked out from the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kam_sandbox.hubspot.ids import APP_ID
from kam_sandbox.hubspot.lifecycle import linked
from kam_sandbox.hubspot.pipelines import Stage
from kam_sandbox.hubspot.portal import Portal
from kam_sandbox.hubspot.salesforce_sync import SALESFORCE_SYNC
from kam_sandbox.records import Record

__all__ = ["as_text", "is_integer", "iso", "read_value", "source_of", "user_id"]

SOURCES = {APP_ID: "INTEGRATION", SALESFORCE_SYNC: "SALESFORCE"}
"""Writers that are no persons, and what HubSpot calls their kind."""
_TICKET_STAGE = ("hs_pipeline", "hs_pipeline_stage")
_PREVIEWED = 140
"""Our choice: characters of a body shown as its preview."""


def read_value(portal: Portal, record: Record, name: str) -> str | None:
    """Return the value of one property, always a text or None."""
    own = _COMPUTED.get(record.object, {}).get(name) or _STAMPS.get(name)
    return as_text(own(portal, record) if own else record.fields.get(name))


def as_text(value: Any) -> str | None:
    """Return a stored value as HubSpot writes it; an empty text is no value."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | float):
        return format(Decimal(str(value)), "f")
    return str(value)


def iso(at: datetime) -> str:
    """Return an instant as ``2026-11-21T06:00:00.000Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_integer(text: object) -> bool:
    """Tell whether *text* is a plain non-negative whole number, as every id is."""
    return isinstance(text, str) and text.isascii() and text.isdigit()


def user_id(portal: Portal, by: str) -> str | None:
    """Return the user number of whoever wrote, or None for an integration."""
    if by in SOURCES:
        return None
    owner = portal.world.hubspot.get("owners", by)
    return as_text(owner.fields.get("userId")) if owner else by


def _created(_portal: Portal, record: Record) -> str:
    return iso(record.created_at)


def _modified(_portal: Portal, record: Record) -> str:
    return iso(record.modified_at)


def source_of(by: str) -> str:
    """Return HubSpot's word for what kind of writer *by* is."""
    return SOURCES.get(by, "CRM_UI")


def _source(_portal: Portal, record: Record) -> str:
    return source_of(record.created_by)


def _source_id(portal: Portal, record: Record) -> str:
    user = user_id(portal, record.created_by)
    return f"userId:{user}" if user else record.created_by


def _linked(portal: Portal, record: Record, to_object: str, type_id: int) -> list[str]:
    found = linked(portal.world, record.object, record.id, to_object)
    return [
        to_id
        for to_id, kinds in found
        if any(k.type_id == type_id and k.category == "HUBSPOT_DEFINED" for k in kinds)
    ]


def _first_linked(to_object: str, type_id: int) -> Callable[[Portal, Record], str | None]:
    return lambda portal, record: next(iter(_linked(portal, record, to_object, type_id)), None)


def _count_linked(to_object: str, type_id: int) -> Callable[[Portal, Record], str]:
    return lambda portal, record: str(len(_linked(portal, record, to_object, type_id)))


def _stage(portal: Portal, record: Record) -> Stage | None:
    """Return the stage that a deal or a ticket is in."""
    names = ("pipeline", "dealstage") if record.object == "deals" else _TICKET_STAGE
    pipelines = portal.pipelines[record.object]
    pipeline = pipelines.get(str(record.fields.get(names[0]) or next(iter(pipelines))))
    return pipeline.stage(str(record.fields.get(names[1]))) if pipeline else None


def _stage_fact(portal: Portal, record: Record, fact: str) -> str | None:
    stage = _stage(portal, record)
    if stage is None:
        return None
    if fact == "probability":
        return stage.probability
    holds = stage.is_closed and (fact == "closed" or stage.probability == "1.0")
    return "true" if holds else "false"


def _probability(portal: Portal, record: Record) -> str | None:
    return _stage_fact(portal, record, "probability")


def _closed_at(portal: Portal, record: Record) -> datetime | None:
    if _stage_fact(portal, record, "closed") != "true":
        return None
    edits = portal.edits(record.object, record.id, _TICKET_STAGE[1])
    return edits[-1].at if edits else record.modified_at


def _closed_date(portal: Portal, record: Record) -> str | None:
    at = _closed_at(portal, record)
    return iso(at) if at else None


def _time_to_close(portal: Portal, record: Record) -> str | None:
    at = _closed_at(portal, record)
    return str(int((at - record.created_at).total_seconds() * 1000)) if at else None


def _net_price(_portal: Portal, record: Record) -> str | None:
    price = as_text(record.fields.get("price"))
    if price is None:
        return None
    unit = Decimal(price) - Decimal(as_text(record.fields.get("discount")) or 0)
    share = Decimal(as_text(record.fields.get("hs_discount_percentage")) or 0) / 100
    count = Decimal(as_text(record.fields.get("quantity")) or 1)
    return format((unit * count * (1 - share)).normalize() + 0, "f")


def _share_of_amount(record: Record, share: str | None) -> str | None:
    amount = as_text(record.fields.get("amount"))
    if amount is None or share is None:
        return None
    return as_text((Decimal(amount) * Decimal(share)).normalize() + 0)


def _completed(record: Record) -> bool:
    return record.fields.get("hs_task_status") == "COMPLETED"


def _completion_date(portal: Portal, record: Record) -> str | None:
    if not _completed(record):
        return None
    edits = portal.edits(record.object, record.id, "hs_task_status")
    return iso(edits[-1].at if edits else record.created_at)


def _preview(body: str) -> Callable[[Portal, Record], str | None]:
    return lambda _portal, record: (as_text(record.fields.get(body)) or "")[:_PREVIEWED]


_STAMPS: dict[str, Callable[[Portal, Record], Any]] = {
    "hs_object_id": lambda _portal, record: record.id,
    "createdate": _created,
    "hs_createdate": _created,
    "hs_lastmodifieddate": _modified,
    "lastmodifieddate": _modified,
    "hs_object_source": _source,
    "hs_object_source_id": _source_id,
    "hs_object_source_label": _source,
    "hs_created_by_user_id": lambda portal, record: user_id(portal, record.created_by),
    "hs_updated_by_user_id": lambda portal, record: user_id(portal, record.modified_by),
}

_COMPUTED: dict[str, dict[str, Callable[[Portal, Record], Any]]] = {
    "companies": {
        "hs_parent_company_id": _first_linked("companies", 14),
        "hs_num_child_companies": _count_linked("companies", 13),
        "num_associated_contacts": _count_linked("contacts", 280),
        "num_associated_deals": _count_linked("deals", 342),
    },
    "contacts": {"associatedcompanyid": _first_linked("companies", 1)},
    "deals": {
        "hs_is_closed": lambda portal, record: _stage_fact(portal, record, "closed"),
        "hs_is_closed_won": lambda portal, record: _stage_fact(portal, record, "won"),
        "hs_deal_stage_probability": lambda portal, record: _stage_fact(
            portal, record, "probability"
        ),
        "amount_in_home_currency": lambda _portal, record: record.fields.get("amount"),
        "hs_projected_amount": lambda portal, record: _share_of_amount(
            record, _stage_fact(portal, record, "probability")
        ),
        "hs_closed_amount": lambda portal, record: _share_of_amount(
            record, "1" if _stage_fact(portal, record, "won") == "true" else "0"
        ),
        "num_associated_contacts": _count_linked("contacts", 3),
    },
    "tasks": {
        "hs_task_is_completed": lambda _portal, record: _completed(record),
        "hs_task_completion_date": _completion_date,
        "hs_body_preview": _preview("hs_task_body"),
    },
    "line_items": {"amount": _net_price},
    "tickets": {
        "hs_ticket_id": lambda _portal, record: record.id,
        "hs_is_closed": lambda portal, record: _stage_fact(portal, record, "closed"),
        "closed_date": _closed_date,
        "time_to_close": _time_to_close,
    },
    "emails": {"hs_body_preview": _preview("hs_email_text")},
    "notes": {"hs_body_preview": _preview("hs_note_body")},
}
