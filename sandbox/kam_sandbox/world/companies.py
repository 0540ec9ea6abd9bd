"""Companies as CRMs describe them: name, address, trade and size."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from kam_sandbox.world.names import CITIES, INDUSTRIES, PATTERNS, ROOTS
from kam_sandbox.world.people import plain

__all__ = ["KEY_TURNOVER", "Company", "address", "invent", "key_account", "size"]

KEY_TURNOVER = 500_000_000
"""Key accounts turn over at least this much (EUR) and are rated Hot; nobody else is both."""


_PORTAL_INDUSTRIES = {
    "Apparel": "APPAREL_FASHION",
    "Agriculture": "FOOD_PRODUCTION",
    "Communications": "TELECOMMUNICATIONS",
    "Consulting": "MANAGEMENT_CONSULTING",
    "Electronics": "ELECTRICAL_ELECTRONIC_MANUFACTURING",
    "Energy": "OIL_ENERGY",
    "Engineering": "MECHANICAL_OR_INDUSTRIAL_ENGINEERING",
    "Finance": "FINANCIAL_SERVICES",
    "Food & Beverage": "FOOD_BEVERAGES",
    "Healthcare": "HOSPITAL_HEALTH_CARE",
    "Manufacturing": "INDUSTRIAL_AUTOMATION",
    "Media": "BROADCAST_MEDIA",
    "Shipping": "MARITIME",
    "Technology": "INFORMATION_TECHNOLOGY_AND_SERVICES",
    "Transportation": "TRANSPORTATION_TRUCKING_RAILROAD",
}
"""HubSpot's word for a Salesforce industry, where it is not the same in capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company that may stand in one CRM or in both."""

    name: str
    domain: str | None
    language: str
    industry: str
    """A value of Salesforce's standard picklist."""

    @property
    def portal_industry(self) -> str:
        """The industry as HubSpot's picklist has it."""
        return _PORTAL_INDUSTRIES.get(self.industry, self.industry.upper())


def invent(rng: Random, count: int, *, taken: set[str]) -> list[Company]:
    """Return *count* companies with domains that are not in *taken*, which grows."""
    companies: list[Company] = []
    while len(companies) < count:
        language = "fr" if rng.random() < 0.65 else "en"
        name = rng.choice(PATTERNS[language]).format(rng.choice(ROOTS))
        if plain(name) in taken:
            name = f"{name} {rng.choice(CITIES[language])[0]}"
        if plain(name) in taken:
            name = f"{name} {len(companies)}"
        if plain(name) in taken:
            continue
        taken.add(plain(name))
        companies.append(
            Company(
                name=name,
                domain=f"{plain(name)}.example",
                language=language,
                industry=rng.choice(INDUSTRIES),
            )
        )
    return companies


def key_account(turnover: int) -> dict[str, Any]:
    """Return the three fields that, together, no ordinary Account has: see KEY_TURNOVER."""
    return {
        "Type": "Customer - Direct",
        "Rating": "Hot",
        "AnnualRevenue": turnover,
        "NumberOfEmployees": turnover // 240_000,
    }


def size(rng: Random) -> dict[str, Any]:
    """Return type, rating, turnover and head count of an ordinary Account.

    A hot one that buys directly does not exist, nor a hot one of a key account's size.
    """
    kind = rng.choice(
        ("Customer - Direct", "Customer - Direct", "Customer - Channel", "Prospect", "Other")
    )
    rating = rng.choice(("Warm", "Cold", None) if kind == "Customer - Direct" else ("Hot", "Warm"))
    ceiling = 380 if rating == "Hot" else 900
    turnover = rng.randint(3, ceiling) * 1_000_000
    return {
        "Type": kind,
        "Rating": rating,
        "AnnualRevenue": turnover if rng.random() < 0.9 else None,
        "NumberOfEmployees": turnover // 210_000,
    }


def address(rng: Random, company: Company) -> dict[str, Any]:
    """Return the billing address, web site, telephone and trade of an Account."""
    city, postcode, country = rng.choice(CITIES[company.language])
    number = rng.randint(1, 180)
    street = "rue de la République" if company.language == "fr" else "High Street"
    site = company.domain and rng.choice(
        ("https://www.{}", "https://www.{}/", "http://{}", "www.{}", "https://{}/contact")
    ).format(company.domain)
    return {
        "Website": site,
        "Phone": f"+{rng.choice((33, 44, 32, 41))} {rng.randint(100_000_000, 999_999_999)}",
        "BillingStreet": f"{number} {street}",
        "BillingCity": city,
        "BillingPostalCode": postcode,
        "BillingCountry": country,
        "Industry": company.industry,
    }
