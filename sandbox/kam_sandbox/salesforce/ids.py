"""Salesforce identifiers: a key prefix, twelve base-62 digits and a checksum of three."""

from __future__ import annotations

from collections import defaultdict
from threading import Lock

__all__ = [
    "INTEGRATION_USER",
    "KEY_PREFIXES",
    "LIMITED_PROFILE",
    "ORG_ID",
    "REFRESHED_ORG_ID",
    "IdSource",
    "sf_id",
    "to_18",
    "whole_id",
]

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHORT, _WHOLE = 15, 18
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

KEY_PREFIXES = {
    "Account": "001",
    "AccountContactRelation": "07k",
    "AccountPlan": "1Pa",
    "AccountPlanObjective": "1Pb",
    "AccountPlanObjectiveMeasure": "1Pc",
    "AccountTeamMember": "01M",
    "Campaign": "701",
    "Case": "500",
    "CaseStatus": "018",
    "Contact": "003",
    "Contract": "800",
    "ContractStatus": "02T",
    "CurrencyType": "01L",
    "CustomField": "00N",
    "DatedConversionRate": "04w",
    "EmailMessage": "02s",
    "EmailMessageRelation": "0CZ",
    "Event": "00U",
    "EventRelation": "0RE",
    "FieldPermissions": "01k",
    "Group": "00G",
    "Job": "750",
    "Lead": "00Q",
    "ObjectPermissions": "110",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "OpportunityLineItem": "00k",
    "OpportunityStage": "01J",
    "Organization": "00D",
    "PermissionSet": "0PS",
    "PermissionSetAssignment": "0Pa",
    "Pricebook2": "01s",
    "PricebookEntry": "01u",
    "Product2": "01t",
    "Profile": "00e",
    "QueryLocator": "0r8",
    "RecordType": "012",
    "Task": "00T",
    "TaskPriority": "01Y",
    "TaskRelation": "0RT",
    "TaskStatus": "01T",
    "User": "005",
}
"""First three characters of an id, by object: Salesforce's standard key prefixes; those of the
account plan objects are our choice, since no page tells them."""


def to_18(id_: str) -> str:
    """Return the 18-character form of a 15-character id.

    The suffix tells case apart for programs that do not: one character for each
    five, whose bits say which of the five are upper case.
    """
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << n for n, char in enumerate(id_[start : start + 5]) if char.isupper())
        suffix += _CHECK[bits]
    return id_[:15] + suffix


def whole_id(text: str) -> str | None:
    """Return the 18-character form of an id as somebody gave it, or None when it is none.

    Fifteen characters mean what they say; of eighteen, the last three tell the case of the
    others, which a program may have lost, and have to fit them.
    """
    if not (text.isascii() and text.isalnum()):
        return None
    if len(text) == _SHORT:
        return to_18(text)
    marks = [_CHECK.find(mark) for mark in text[_SHORT:].upper()]
    if len(text) != _WHOLE or min(marks) < 0:
        return None
    letters = [
        char.upper() if marks[place // 5] >> place % 5 & 1 else char.lower()
        for place, char in enumerate(text[:_SHORT])
    ]
    restored = to_18("".join(letters))
    return restored if restored[_SHORT:] == text[_SHORT:].upper() else None


def sf_id(prefix: str, number: int) -> str:
    """Return the 18-character id number *number* of a key prefix; ids grow with the number."""
    digits = ""
    rest = number
    while rest:
        rest, digit = divmod(rest, 62)
        digits = _DIGITS[digit] + digits
    return to_18(f"{prefix}KS0{digits.rjust(9, '0')}")


ORG_ID = "00D000000000SBXEA2"
"""The organisation's id, fixed, so that a token can be written down in advance."""

REFRESHED_ORG_ID = to_18("00D000000000RFR")
"""Its id after a refresh from production."""

INTEGRATION_USER = sf_id("005", 1)
LIMITED_PROFILE = sf_id("00e", 2)
"""The profile whose users read fewer fields than others."""
"""The user "Kam Connector", as whom every API call writes. Every world holds this User."""


class IdSource:
    """Hands out ids by object, in order, from one.

    ``User`` number one is :data:`INTEGRATION_USER`: it is never handed out.
    """

    def __init__(self) -> None:
        self._last: defaultdict[str, int] = defaultdict(int, {"User": 1})
        self._lock = Lock()

    def __call__(self, object_: str) -> str:
        """Return the next free id of *object_*; a custom object gets the prefix ``a00``."""
        with self._lock:
            self._last[object_] += 1
            return sf_id(KEY_PREFIXES.get(object_, "a00"), self._last[object_])
