"""What mails, meetings, calls and opportunities are about, in French and in English."""

from __future__ import annotations

__all__ = ["CALLS", "MAILS", "MEETINGS", "OFFERS"]

MAILS = {
    "fr": (
        "Suite à notre échange",
        "Proposition révisée",
        "Planning du déploiement",
        "Question sur la facture de septembre",
        "Compte rendu de réunion",
        "Point d'avancement",
        "Indicateurs du trimestre",
        "Accès au portail",
        "Documents pour le comité",
        "Re: conditions de paiement",
    ),
    "en": (
        "Following up on our call",
        "Revised proposal",
        "Rollout schedule",
        "Question about the September invoice",
        "Meeting notes",
        "Status update",
        "Quarterly figures",
        "Portal access",
        "Papers for the board",
        "Re: payment terms",
    ),
}
MEETINGS = {
    "fr": ("Comité de pilotage", "Revue de compte", "Atelier de cadrage", "Point mensuel"),
    "en": ("Steering committee", "Account review", "Scoping session", "Monthly catch-up"),
}
CALLS = {
    "fr": ("Appel : suivi du contrat", "Appel : point technique", "Rappel client"),
    "en": ("Call: contract follow-up", "Call: technical question", "Call back"),
}
OFFERS = {
    "fr": (
        "Plateforme de supervision",
        "Contrat de maintenance",
        "Extension multi-sites",
        "Accompagnement au changement",
        "Audit énergétique",
        "Licences supplémentaires",
    ),
    "en": (
        "Monitoring platform",
        "Maintenance agreement",
        "Multi-site extension",
        "Change support",
        "Energy audit",
        "Additional licences",
    ),
}
