"""What the people of the demo type into workbooks: nobody at a CRM could know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

__all__ = ["GLENMOOR", "LATER", "NORDWIND", "RENEWAL"]

Rows: TypeAlias = "Sequence[tuple[str, int, Mapping[str, str]]]"
"""Sheet, row, and text by the title of the column."""

RENEWAL = "Renew the frame contract"
THREAT = "Nobody of ours knows who decides now."
_MATHILDE, _CAMILLE = "Mathilde Arnoux", "Camille Martin"

GLENMOOR: Rows = (
    (
        "Objectives",
        5,
        {
            "Title": "Two more distilleries on supervision",
            "Reason": "Their board wants one view of all sites.",
            "Level": "strategic",
            "Measured by": "sites",
            "Starting value": "3",
            "Target": "5",
            "Due": "2027-09-30",
            "Owner": _MATHILDE,
        },
    ),
    ("Tactics", 2, {"Text": "Show the first results to operations.", "Owner": _MATHILDE}),
    (
        "Risks",
        2,
        {
            "Text": "A reseller offers maintenance below cost.",
            "Probability (1-5)": "2",
            "Impact (1-5)": "4",
            "Owner": _MATHILDE,
        },
    ),
    ("Team", 2, {"Colleague": _MATHILDE, "Circle": "core", "Role": "kam"}),
)
"""Three objectives there come from rules; a person's is the next row."""

NORDWIND: Rows = (
    ("Frame", 2, {"Customer's goals": "One supervision for all grids by 2028."}),
    (
        "Objectives",
        6,
        {
            "Title": RENEWAL,
            "Reason": "It carries most of what they buy.",
            "Level": "strategic",
            "Measured by": "yearly value, EUR",
            "Starting value": "0",
            "Target": "2400000",
            "Due": "2027-01-30",
            "Owner": _CAMILLE,
        },
    ),
    (
        "SWOT",
        2,
        {
            "Quadrant": "strength",
            "Text": "The field team answers within the hour.",
            "Impact (1-5)": "4",
        },
    ),
    (
        "SWOT",
        3,
        {"Quadrant": "threat", "Text": THREAT, "Impact (1-5)": "5", "Likelihood (1-5)": "4"},
    ),
    (
        "Risks",
        2,
        {
            "Text": "The new CFO puts the contract out to tender.",
            "Probability (1-5)": "3",
            "Impact (1-5)": "5",
            "Owner": _CAMILLE,
            "Mitigation": "Meet her before Christmas with the figures of two years.",
            "Trigger": "She asks for benchmarks.",
        },
    ),
    (
        "Key moments",
        2,
        {
            "Kind": "executive meeting",
            "Title": "First meeting with the CFO",
            "Planned on": "2026-12-10",
            "Owner": _CAMILLE,
        },
    ),
)
LATER: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Objectives", RENEWAL): {"Target": "2600000", "Due": "2027-01-15"},
    ("SWOT", THREAT): {"Objective": RENEWAL},
}
"""What changes a day later: sheet and a text of the row -> cells."""
