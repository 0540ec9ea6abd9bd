"""What people are called at work, in French and in English."""

from __future__ import annotations

__all__ = ["CHIEF", "DIRECTORS", "STAFF"]

CHIEF = (
    ("Directrice générale", "Chief Executive Officer"),
    ("Directeur général", "Managing Director"),
    ("Présidente", "President"),
    ("Président-directeur général", "Chief Executive Officer"),
)

DIRECTORS = (
    ("Finance", "Directeur administratif et financier", "Chief Financial Officer"),
    ("Achats", "Directrice des achats", "Chief Procurement Officer"),
    ("Informatique", "Directeur des systèmes d'information", "Chief Information Officer"),
    ("Opérations", "Directrice des opérations", "Chief Operating Officer"),
    ("Commercial", "Directeur commercial", "VP Sales"),
    ("Ressources humaines", "Directrice des ressources humaines", "HR Director"),
    ("Marketing", "Directrice marketing", "Marketing Director"),
    ("Technique", "Directeur technique", "Head of Engineering"),
)
"""Department, title in French, title in English."""

STAFF = {
    "Finance": (
        ("Contrôleuse de gestion", "Financial Controller"),
        ("Responsable trésorerie", "Treasury Manager"),
        ("Comptable fournisseurs", "Accounts Payable Lead"),
    ),
    "Achats": (
        ("Acheteur senior", "Senior Buyer"),
        ("Acheteuse projet", "Category Manager"),
        ("Chargé d'approvisionnement", "Supply Planner"),
    ),
    "Informatique": (
        ("Architecte SI", "Enterprise Architect"),
        ("Cheffe de projet SI", "IT Project Manager"),
        ("Responsable sécurité", "Security Officer"),
    ),
    "Opérations": (
        ("Responsable de site", "Plant Manager"),
        ("Responsable qualité", "Quality Manager"),
        ("Responsable logistique", "Logistics Manager"),
    ),
    "Technique": (
        ("Ingénieure d'études", "Design Engineer"),
        ("Responsable maintenance", "Maintenance Manager"),
        ("Ingénieur méthodes", "Process Engineer"),
    ),
    "*": (
        ("Chef de projet", "Project Manager"),
        ("Responsable de service", "Team Lead"),
        ("Chargée de mission", "Business Analyst"),
        ("Assistante de direction", "Executive Assistant"),
    ),
}
"""By department of the manager; ``*`` for the departments not listed."""
