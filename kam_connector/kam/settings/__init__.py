"""The method's numbers: one frozen value for all rules, its parts a file a room."""

from kam_connector.kam.settings.risks import RenewalRiskSettings, TenderReadinessSettings
from kam_connector.kam.settings.signals import SignalSettings
from kam_connector.kam.settings.whole import (
    ActionSettings,
    HealthSettings,
    KamSettings,
    SelectionSettings,
    StrengthSettings,
)

__all__ = [
    "ActionSettings",
    "HealthSettings",
    "KamSettings",
    "RenewalRiskSettings",
    "SelectionSettings",
    "SignalSettings",
    "StrengthSettings",
    "TenderReadinessSettings",
]
