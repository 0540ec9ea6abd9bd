"""One person as each CRM sends it, and as it must arrive."""

from __future__ import annotations

from hashlib import blake2b

from benchmarks.people import ACCOUNT_SHARE, Json, Person, hubspot_id, salesforce_id, text

__all__ = [
    "CONNECTION",
    "HUBSPOT_FIELDS",
    "HUBSPOT_TYPES",
    "SALESFORCE_COLUMNS",
    "company_of",
    "hubspot",
    "hubspot_staged",
    "mirrored",
    "raw",
    "salesforce",
    "salesforce_staged",
]

CONNECTION = {"salesforce": "bench-sf", "hubspot": "bench-hs"}
"""What the measured connections are called: our ids contain a hash of it."""
SALESFORCE_COLUMNS = (
    "Id", "SystemModstamp", "IsDeleted", "MasterRecordId", "AccountId", "CreatedDate",
    "Department", "Email", "EmailBouncedDate", "FirstName", "IsEmailBounced", "KAM_Role__c",
    "KAM_Strength_Band__c", "KAM_Strength__c", "LastName", "ReportsToId", "Title",
)  # fmt: skip
"""What a query with the shipped mapping's contact fields answers, in this order."""


HUBSPOT_TYPES = {
    "hs_object_id": "number",
    "createdate": "datetime",
    "email": "string",
    "firstname": "string",
    "hs_additional_emails": "string",
    "hs_buying_role": "string",
    "hs_email_bounce": "number",
    "job_function": "string",
    "jobtitle": "string",
    "kam_role": "string",
    "kam_strength": "number",
    "kam_strength_band": "string",
    "lastmodifieddate": "datetime",
    "lastname": "string",
    **{f"bench_text_{n:02d}": "string" for n in range(12)},
    **{f"bench_number_{n:02d}": "number" for n in range(6)},
    **{f"bench_at_{n:02d}": "datetime" for n in range(3)},
}
"""What a listing answers, with types: the shipped mapping's contact properties and as many more
as make 35."""


def salesforce(who: Person) -> dict[str, Json]:
    """Return the record of a query page."""
    ref = salesforce_id("003", who.number)
    url = f"/services/data/v66.0/sobjects/Contact/{ref}"
    return {"attributes": {"type": "Contact", "url": url}, **raw(who)}


def raw(who: Person) -> dict[str, Json]:
    """Return the columns of a Salesforce record as they are sent."""
    manager = None if who.manager is None else salesforce_id("003", who.manager)
    values: tuple[Json, ...] = (
        salesforce_id("003", who.number), _zulu(who.modified), False, None,
        salesforce_id("001", who.account), _zulu(who.created), who.department, who.email,
        _zulu(who.bounced_at), who.first, who.bounced_at is not None, who.role, who.band,
        None if who.strength is None else float(who.strength), who.last, manager, who.title,
    )  # fmt: skip
    return dict(zip(SALESFORCE_COLUMNS, values, strict=True))


def salesforce_staged(who: Person) -> dict[str, Json]:
    """Return the canonical values that staging must hold."""
    values = raw(who)
    for name in ("Id", "SystemModstamp", "IsDeleted", "MasterRecordId"):
        del values[name]
    values["CreatedDate"] = text(who.created)
    values["EmailBouncedDate"] = text(who.bounced_at)
    values["KAM_Strength__c"] = None if who.strength is None else str(who.strength)
    return values


def hubspot(who: Person) -> dict[str, Json]:
    """Return the record of a list page."""
    ref = hubspot_id(who.number)
    properties: dict[str, Json] = {
        "createdate": text(who.created),
        "email": who.email,
        "firstname": who.first,
        "hs_additional_emails": None,
        "hs_buying_role": None,
        "hs_email_bounce": None if who.bounced_at is None else "1",
        "hs_object_id": ref,
        "job_function": who.department,
        "jobtitle": who.title,
        "kam_role": who.role,
        "kam_strength": None if who.strength is None else str(who.strength),
        "kam_strength_band": who.band,
        "lastmodifieddate": text(who.modified),
        "lastname": who.last,
    }
    properties |= {f"bench_text_{n:02d}": _further(who, n) for n in range(12)}
    properties |= {f"bench_number_{n:02d}": str(who.number % (n + 7)) for n in range(6)}
    properties |= {f"bench_at_{n:02d}": text(who.created) for n in range(3)}
    return {
        "id": ref,
        "properties": properties,
        "createdAt": text(who.created),
        "updatedAt": text(who.modified),
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/1/record/0-1/{ref}",
    }


def _further(who: Person, number: int) -> str | None:
    """Return one of the texts of which a third is empty, as in a portal."""
    return None if (who.number + number) % 3 == 0 else f"{who.last} of line {number}"


def hubspot_staged(who: Person) -> dict[str, Json]:
    """Return the canonical values that staging must hold."""
    properties = hubspot(who)["properties"]
    assert isinstance(properties, dict)
    kept = {name: value for name, value in properties.items() if name not in _OUTSIDE}
    return {**kept, "companies#1": [hubspot_id(who.account)]}


def mirrored(who: Person, crm: str) -> dict[str, Json]:
    """Return the KAM values that mirror and base must hold."""
    said: dict[str, Json] = {
        "name": f"{who.first} {who.last}",
        "email": who.email.lower(),
        "title": who.title,
        "department": who.department,
        "bounced": who.bounced_at is not None,
        "created_at": text(who.created),
    }
    if crm == "hubspot":  # which knows neither a manager nor the day of a bounce
        return said | {"account": _hubspot_ref("acc", "account", who.account)}
    manager = None if who.manager is None else _salesforce_ref("con", "contact", who.manager)
    account = _salesforce_ref("acc", "account", who.account)
    return said | {"account": account, "manager": manager, "bounced_at": text(who.bounced_at)}


def company_of(ref: str) -> str:
    """Return the company that a HubSpot contact belongs to."""
    return hubspot_id((int(ref) - int(hubspot_id(0))) // ACCOUNT_SHARE)


_OUTSIDE = ("hs_object_id", "lastmodifieddate")
HUBSPOT_FIELDS = tuple(sorted(set(HUBSPOT_TYPES) - set(_OUTSIDE)))
"""What the product is told to read of them; id and timestamp come with every record."""


def _zulu(at: object) -> str | None:
    """Return an instant as Salesforce writes it."""
    return None if (said := text(at)) is None else said.removesuffix("Z") + "+0000"  # type: ignore[arg-type]


def _salesforce_ref(prefix: str, kind: str, number: int) -> str:
    ref = salesforce_id("001" if kind == "account" else "003", number)
    return _our_id(prefix, kind, CONNECTION["salesforce"], ref)


def _hubspot_ref(prefix: str, kind: str, number: int) -> str:
    return _our_id(prefix, kind, CONNECTION["hubspot"], hubspot_id(number))


def _our_id(prefix: str, kind: str, connection: str, ref: str) -> str:
    """Return the id that the design derives from connection, kind and ref."""
    digest = blake2b(f"{connection}\x1f{kind}\x1f{ref}".encode(), digest_size=10)
    return f"{prefix}_{digest.hexdigest()}"
