"""Our own people: the users of the Salesforce org and the owners of the HubSpot portal."""

from __future__ import annotations

from dataclasses import dataclass

from kam_sandbox.records import Records
from kam_sandbox.salesforce.ids import INTEGRATION_USER, LIMITED_PROFILE, ORG_ID, sf_id
from kam_sandbox.world.bin import bin_record
from kam_sandbox.world.moments import moment
from kam_sandbox.world.people import plain

__all__ = ["ACCOUNT_MANAGERS", "DOMAIN", "Staff", "hire"]

DOMAIN = "helvion.example"
"""The company whose account managers use both CRMs."""

ACCOUNT_MANAGERS = (
    "Camille Martin",
    "Hugo Lefèvre",
    "Élise Garnier",
    "Thomas Whitfield",
    "Sofia Benali",
    "Antoine Mercier",
    "Rebecca Stone",
    "Julien Perrot",
    "Naïma Chérif",
    "Oliver Hartley",
    "Margaux Tissier",
    "Kévin N'Guyen",
)
"""Camille Martin is the "C. Martin" of the first story; Hugo Lefèvre's mail is not captured."""

_DIRECTOR = "Isabelle Fontanel"
_EXECUTIVE = "Marc-Antoine Delvaux"
_LEFT = "Patrick Lemoine"
_RESIGNS = "Mathilde Arnoux"
"""Owns the accounts of one story and nothing else: chance gives her none."""
_ADMIN = "Lucie Administratrice"
_LIMITED = "Antoine Mercier"
"""Sees neither amounts nor addresses in Salesforce."""
_HUBSPOT_ONLY = ("Chloé Brunet", "Daniel Okonkwo")
_LEFT_ON = moment("2026-06-30T15:00")
_LEFT_USER_ID = 61_000_099

_PROFILE = sf_id("00e", 1)
_HIRED = moment("2024-09-02T08:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Ids of our people by full name."""

    users: dict[str, str]
    owners: dict[str, str]
    managers: tuple[str, ...]
    """User ids of the account managers whose mail is captured."""
    sellers: tuple[str, ...]
    """Owner ids of the people who work in HubSpot."""
    admin: str
    director: str
    left: str


def hire(salesforce: Records, hubspot: Records) -> Staff:
    """Create the organisation, its users and the portal's owners; return their ids."""
    users = _users(salesforce)
    owners = _owners(hubspot)
    captured = tuple(users[name] for name in ACCOUNT_MANAGERS if name != "Hugo Lefèvre")
    return Staff(
        users=users,
        owners=owners,
        managers=captured,
        sellers=tuple(
            owners[name]
            for name in (*ACCOUNT_MANAGERS[:6], *_HUBSPOT_ONLY)
            if name != "Hugo Lefèvre"
        ),
        admin=users[_ADMIN],
        director=users[_DIRECTOR],
        left=users[_LEFT],
    )


def _users(records: Records) -> dict[str, str]:
    organisation = {
        "Name": "Helvion SA",
        "InstanceName": "SBX1",
        "OrganizationType": "Enterprise Edition",
        "IsSandbox": False,
        "DefaultLocaleSidKey": "fr_FR",
        "LanguageLocaleKey": "fr",
        "TimeZoneSidKey": "Europe/Paris",
        "Country": "FR",
        "FiscalYearStartMonth": 1,
        "IsReadOnly": False,
    }
    records.insert("Organization", organisation, by=INTEGRATION_USER, id_=ORG_ID, at=_HIRED)
    users = {"Kam Connector": _user(records, "Kam Connector", "Integration", None)}
    users[_EXECUTIVE] = _user(records, _EXECUTIVE, "Directeur général", None)
    users[_DIRECTOR] = _user(records, _DIRECTOR, "Directrice commerciale", users[_EXECUTIVE])
    users[_ADMIN] = _user(records, _ADMIN, "CRM Administrator", users[_DIRECTOR])
    for name in ACCOUNT_MANAGERS:
        users[name] = _user(records, name, "Key Account Manager", users[_DIRECTOR])
    users[_LEFT] = _user(records, _LEFT, "Key Account Manager", users[_DIRECTOR], active=False)
    users[_RESIGNS] = _user(records, _RESIGNS, "Key Account Manager", users[_DIRECTOR])
    return users


def _user(records: Records, name: str, title: str, boss: str | None, *, active: bool = True) -> str:
    first, last = name.split(" ", 1)
    address = f"{plain(first)}.{plain(last)}@{DOMAIN}"
    values = {
        "Username": f"{address}.crm",
        "FirstName": first,
        "LastName": last,
        "Name": name,
        "Email": address,
        "Alias": plain(first[:1] + last)[:8],
        "Title": title,
        "IsActive": active,
        "ManagerId": boss,
        "UserType": "Standard",
        "FederationIdentifier": None if title == "Integration" else f"{plain(name)}@helvion-sso",
        "TimeZoneSidKey": "Europe/Paris",
        "LocaleSidKey": "fr_FR",
        "LanguageLocaleKey": "fr",
        "EmailEncodingKey": "UTF-8",
        "ProfileId": LIMITED_PROFILE if name == _LIMITED else _PROFILE,
    }
    id_ = INTEGRATION_USER if title == "Integration" else None
    return records.insert("User", values, by=INTEGRATION_USER, at=_HIRED, id_=id_).id


def _owners(records: Records) -> dict[str, str]:
    owners: dict[str, str] = {}
    names = (*ACCOUNT_MANAGERS[:6], _DIRECTOR, *_HUBSPOT_ONLY)
    for place, name in enumerate(names):
        owners[name] = _owner(records, name, 61_000_001 + place)
    gone = records.get("owners", _owner(records, _LEFT, _LEFT_USER_ID))
    if gone is not None:
        bin_record(records, gone, by=str(_LEFT_USER_ID), at=_LEFT_ON)
    return owners


def _owner(records: Records, name: str, user_id: int) -> str:
    first, last = name.split(" ", 1)
    values = {
        "email": f"{plain(first)}.{plain(last)}@{DOMAIN}",
        "firstName": first,
        "lastName": last,
        "userId": str(user_id),
        "type": "PERSON",
    }
    return records.insert("owners", values, by=str(user_id), at=_HIRED).id
