"""What our fields are called in a French CRM."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FRENCH_LABELS"]

FRENCH_LABELS: Mapping[str, str] = {
    "KAM_Tier": "KAM Catégorie",
    "KAM_Phase": "KAM Phase",
    "KAM_Health": "KAM Santé",
    "KAM_Health_Band": "KAM État de santé",
    "KAM_Relationship": "KAM Relation",
    "KAM_Coverage": "KAM Couverture",
    "KAM_Risk": "KAM Risque",
    "KAM_Next_Action": "KAM Prochaine action",
    "KAM_Next_Action_Due": "KAM Échéance prochaine action",
    "KAM_Next_Review": "KAM Prochaine revue",
    "KAM_Plan_Status": "KAM État du plan",
    "KAM_Open_Actions": "KAM Actions ouvertes",
    "KAM_Renewal_Risk": "KAM Risque de renouvellement",
    "KAM_Renewal_Decision": "KAM Décision de renouvellement",
    "KAM_Plan_Completeness": "KAM Complétude du plan",
    "KAM_NPS": "KAM NPS",
    "KAM_Summary": "KAM Résumé",
    "KAM_Summary_JSON": "KAM Résumé JSON",
    "KAM_Plan_URL": "KAM Lien du plan",
    "KAM_As_Of": "KAM À la date du",
    "KAM_Role": "KAM Rôle",
    "KAM_Strength": "KAM Force du lien",
    "KAM_Strength_Band": "KAM Niveau du lien",
    "KAM_In_Plan": "KAM Dans le plan",
    "KAM_Key": "KAM Clé",
}
"""By name; a field of two kinds has one label."""
