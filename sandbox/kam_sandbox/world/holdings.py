"""What the key accounts hold: contracts with an end, products bought, cases, account teams.

Nothing here changes what the stories tell: every case is closed, every sum of line items is the
amount of its opportunity, every contract ends on the day its renewal is due to close. Only numbers
of objects that the stories do not use are taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from kam_sandbox.records import Record
from kam_sandbox.world.author import Author
from kam_sandbox.world.moments import moment, stamp
from kam_sandbox.world.numbering import block, first_id
from kam_sandbox.world.salesforce_pen import SalesforcePen

__all__ = ["PRODUCTS", "write_holdings"]

PRODUCTS = (
    ("Supervision", "SUP-100", "Software"),
    ("Maintenance prédictive", "MNT-200", "Software"),
    ("Télésurveillance", "TEL-300", "Services"),
    ("Formation des équipes", "FOR-400", "Training"),
    ("Capteurs de terrain", "CAP-500", "Hardware"),
    ("Audit énergétique", "AUD-600", "Services"),
)
"""Name, code and family of what Helvion sells."""

_LISTED = moment("2024-09-02T09:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    subject: str
    opened: str
    closed: str
    contact: int = 0
    """By place in the cast."""
    priority: str = "Medium"
    escalated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holding:
    contract: tuple[str, int] | None = None
    """First day and months."""
    notice_days: int | None = None
    """``OwnerExpirationNotice``; only where that day has passed, so that it decides nothing."""
    cases: Sequence[_Case] = ()
    products: Sequence[int] = ()
    """Places in PRODUCTS, dealt to the opportunities in their order."""
    team: Mapping[str, str] = field(default_factory=dict)
    """Role in the account team by colleague."""


_HOLDINGS: dict[int, _Holding] = {
    1: _Holding(
        contract=("2024-01-31", 36),
        notice_days=90,
        cases=(
            _Case(
                subject="Incident de relève sur les postes sources",
                opened="2026-06-26T09:05",
                closed="2026-06-29T16:40",
                contact=2,
                priority="High",
                escalated=True,
            ),
            _Case(
                subject="Accès au portail de supervision",
                opened="2025-10-07T08:20",
                closed="2025-10-08T10:00",
            ),
        ),
        products=(0, 0, 4, 0, 2),
        team={"Camille Martin": "Account Manager", "Isabelle Fontanel": "Executive Sponsor"},
    ),
    6: _Holding(contract=("2025-03-20", 24), products=(1, 2, 3, 5)),
    7: _Holding(
        contract=("2025-03-06", 24),
        cases=(
            _Case(
                subject="Arrêt de la ligne 2 après mise à jour",
                opened="2026-04-14T06:50",
                closed="2026-04-15T17:30",
                priority="High",
            ),
        ),
        products=(1, 4),
    ),
    10: _Holding(contract=("2025-04-10", 24), products=(2, 0)),
    11: _Holding(
        contract=("2025-01-07", 24),
        notice_days=90,
        cases=(
            _Case(
                subject="Invoice for order 2",
                opened="2025-09-02T10:15",
                closed="2025-09-03T09:00",
                contact=1,
                priority="Low",
            ),
        ),
        products=(5, 0, 1),
        team={"Margaux Tissier": "Account Manager", "Oliver Hartley": "Pre-Sales Consultant"},
    ),
    12: _Holding(contract=("2025-03-12", 24), products=(0, 5)),
}
"""By the block of the story: Nordwind, the growing one, Lindqvist, Océane, Pemberton, Delacroix."""


def write_holdings(author: Author) -> None:
    """Write the price book, then what each of some key accounts holds."""
    pen, prices = author.salesforce, list[str]()
    if author.world.has("products"):
        with block(author.world, 0):
            prices = _price_list(pen, author.staff.admin)
    for number, holding in _HOLDINGS.items():
        with block(author.world, number):
            _write(author, number, holding, prices)


def _price_list(pen: SalesforcePen, by: str) -> list[str]:
    """Write the products with their standard prices; return the entries' ids."""
    book = {"Name": "Standard Price Book", "IsActive": True, "IsStandard": True}
    standard = pen.put("Pricebook2", book, by, _LISTED)
    entries = []
    for place, (name, code, family) in enumerate(PRODUCTS):
        product = {"Name": name, "ProductCode": code, "Family": family, "IsActive": True}
        id_ = pen.put("Product2", product, by, _LISTED, money=1)
        entry = {"Pricebook2Id": standard, "Product2Id": id_, "IsActive": True}
        entry["UnitPrice"] = Decimal(10_000 * (place + 1))
        entries.append(pen.put("PricebookEntry", entry, by, _LISTED, money=1))
    return entries


def _write(author: Author, number: int, holding: _Holding, prices: Sequence[str]) -> None:
    pen, account = author.salesforce, first_id("Account", number)
    owner = str(pen.record("Account", account).fields["OwnerId"])
    if holding.contract is not None:
        _contract(pen, account, owner, *holding.contract, notice_days=holding.notice_days)
    for place, case in enumerate(holding.cases, start=1):
        contact = _nth_contact(pen, number, case.contact)
        whose = {"AccountId": account, "ContactId": contact, "OwnerId": owner}
        _case(pen, case, whose | {"CaseNumber": f"{number:04d}{place:04d}"})
    sales = [r for r in _of_account(pen, "Opportunity", account) if r.fields.get("Amount")]
    for turn, sale in enumerate(sales if holding.products and prices else []):
        _line(pen, sale, prices[holding.products[turn % len(holding.products)]])
    for name, role in holding.team.items() if author.world.has("account_teams") else ():
        member = {"AccountId": account, "UserId": author.user(name), "TeamMemberRole": role}
        pen.put("AccountTeamMember", member | _ACCESS, owner, _LISTED)


_ACCESS = {
    "AccountAccessLevel": "Edit",
    "OpportunityAccessLevel": "Edit",
    "CaseAccessLevel": "Read",
    "ContactAccessLevel": "ControlledByParent",
}


def _of_account(pen: SalesforcePen, object_: str, account: str) -> list[Record]:
    rows = pen.records.all(object_)
    return sorted((r for r in rows if r.fields.get("AccountId") == account), key=lambda r: r.id)


def _contract(
    pen: SalesforcePen,
    account: str,
    owner: str,
    start: str,
    months: int,
    *,
    notice_days: int | None,
) -> None:
    signed = moment(f"{start}T09:00") - timedelta(days=10)
    values = {
        "AccountId": account,
        "OwnerId": owner,
        "Status": "Activated",
        "StartDate": start,
        "ContractTerm": months,
        "OwnerExpirationNotice": None if notice_days is None else str(notice_days),
        "ContractNumber": account[11:15].rjust(8, "0"),
        "ActivatedDate": stamp(signed),
        "ActivatedById": owner,
    }
    pen.put("Contract", values, owner, max(signed, _LISTED), money=1)


def _case(pen: SalesforcePen, case: _Case, whose: dict[str, str]) -> None:
    opened, closed = moment(case.opened), moment(case.closed)
    values: dict[str, object] = {
        "Subject": case.subject,
        "Status": "Closed",
        "Priority": case.priority,
        "Origin": "Phone",
        "IsEscalated": case.escalated,
        "ClosedDate": stamp(closed),
    }
    pen.put("Case", {**values, **whose}, whose["OwnerId"], opened, touched=closed, money=1)


def _nth_contact(pen: SalesforcePen, number: int, place: int) -> str:
    last = first_id("Contact", number + 1)
    rows = sorted(r.id for r in pen.records.all("Contact") if r.id < last)
    first = rows.index(first_id("Contact", number))
    return rows[first + place]


def _line(pen: SalesforcePen, sale: Record, entry: str) -> None:
    """Give an opportunity one line that is worth its amount, without a new stamp for it."""
    values = {
        "OpportunityId": sale.id,
        "PricebookEntryId": entry,
        "Product2Id": pen.record("PricebookEntry", entry).fields["Product2Id"],
        "Quantity": Decimal(1),
        "UnitPrice": Decimal(str(sale.fields["Amount"])),
    }
    at: datetime = sale.created_at
    pen.put("OpportunityLineItem", values, sale.created_by, at, money=1)
    sale.fields["HasOpportunityLineItem"] = True
    sale.fields["Pricebook2Id"] = pen.record("PricebookEntry", entry).fields["Pricebook2Id"]
