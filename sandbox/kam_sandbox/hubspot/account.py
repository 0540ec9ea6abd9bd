"""The account itself: owners, details, usage, currencies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kam_sandbox.hubspot.calls import Answer, Call, Route
from kam_sandbox.hubspot.errors import not_found
from kam_sandbox.hubspot.settings import CURRENCY, PORTAL_ID, TIME_ZONE
from kam_sandbox.hubspot.values import as_text, is_integer, iso
from kam_sandbox.records import Record

__all__ = ["ROUTES"]

_OWNERS_PAGE = 500


def _list_owners(call: Call) -> Answer:
    """Answer a page of live or archived owners, by id."""
    call.need("crm.objects.owners.read")
    email, archived = call.one("email").lower(), call.flag("archived")
    limit, after = call.limit(most=_OWNERS_PAGE, default=100), call.after()
    found = [
        owner
        for owner in call.portal.world.hubspot.all("owners", deleted=True)
        if (owner.deleted_at is not None) is archived
        and int(owner.id) > after
        and email in ("", str(owner.fields.get("email") or "").lower())
    ]
    found.sort(key=lambda owner: int(owner.id))
    page = found[:limit]
    body: dict[str, Any] = {"results": [_owner(owner) for owner in page]}
    if len(found) > limit:
        body["paging"] = {"next": {"after": page[-1].id}}
    return 200, body


def _read_owner(call: Call) -> Answer:
    """Answer one owner, by owner id or by user id."""
    call.need("crm.objects.owners.read")
    by_user, archived = call.one("idProperty", "id") == "userId", call.flag("archived")
    for owner in call.portal.world.hubspot.all("owners", deleted=True):
        id_ = as_text(owner.fields.get("userId")) if by_user else owner.id
        if id_ == call.params["id"] and (owner.deleted_at is not None) is archived:
            return 200, _owner(owner)
    raise not_found()


def _account_details(call: Call) -> Answer:
    """Answer who the account is, and its currency and time zone."""
    offset = call.portal.now().astimezone(ZoneInfo(TIME_ZONE)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    return 200, {
        "portalId": PORTAL_ID,
        "accountType": "STANDARD",
        "timeZone": TIME_ZONE,
        "companyCurrency": CURRENCY,
        "additionalCurrencies": ["USD", "GBP"] if call.portal.world.multi_currency else [],
        "utcOffset": f"{minutes // 60:+03d}:{minutes % 60:02d}",
        "utcOffsetMilliseconds": minutes * 60_000,
        "uiDomain": "app-eu1.hubspot.com",
        "dataHostingLocation": "eu1",
    }


def _api_usage(call: Call) -> Answer:
    """Answer how many calls of the day were used."""
    local = call.portal.now().astimezone(ZoneInfo(TIME_ZONE))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    usage = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": call.portal.limiter.limits.daily,
        "currentUsage": call.portal.limiter.today,
        "collectedAt": iso(call.portal.now()),
        "fetchStatus": "SUCCESS",
        "resetsAt": iso(midnight),
    }
    return 200, {"results": [usage]}


def _exchange_rates(call: Call) -> Answer:
    """Answer the portal's exchange rates: none with one currency."""
    call.need("settings.currencies.read")
    rates = {"USD": "0.92", "GBP": "1.17"} if call.portal.world.multi_currency else {}
    return 200, {
        "results": [
            {
                "fromCurrencyCode": code,
                "toCurrencyCode": CURRENCY,
                "conversionRate": float(rate),
                "effectiveAt": "2026-01-01T00:00:00.000Z",
                "visibleInUI": True,
            }
            for code, rate in rates.items()
        ]
    }


def _owner(owner: Record) -> dict[str, Any]:
    user = as_text(owner.fields.get("userId"))
    number = int(user) if user and is_integer(user) else None
    archived = owner.deleted_at is not None
    shown = {
        "id": owner.id,
        "email": owner.fields.get("email"),
        "firstName": owner.fields.get("firstName"),
        "lastName": owner.fields.get("lastName"),
        "type": owner.fields.get("type") or "PERSON",
        "userIdIncludingInactive": number,
        "createdAt": iso(owner.created_at),
        "updatedAt": iso(owner.modified_at),
        "archived": archived,
        "teams": owner.fields.get("teams") or [],
    }
    return shown | ({} if archived else {"userId": number})


ROUTES: tuple[Route, ...] = (
    Route("GET", "owners", "", _list_owners),
    Route("GET", "owners", "{id}", _read_owner),
    Route("GET", "account", "details", _account_details),
    Route("GET", "account", "api-usage/daily/private-apps", _api_usage),
    Route("GET", "currencies", "exchange-rates/current", _exchange_rates),
)
"""Method, family of paths, path, handler."""
