"""What the words of French and English job titles say: how high, and in which function.

Written as people write them, without accents and in lower case; the longest phrase wins, so
that a vice president is no president and a product owner owns no company. All of it is our
choice, from the titles that CRMs of French and international companies hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kam_connector.model.programme import Function
from kam_connector.model.stakeholder import Seniority

__all__ = ["AMBIGUOUS", "DEPUTY", "FORMER", "HELPERS", "INTERIM", "SENSES", "Sense"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """What one phrase of a title says."""

    seniority: Seniority | None = None
    function: Function | None = None
    firm: bool = True
    """Whether its function stands against one named beside it: a CEO stays management, a
    general manager of operations is of operations."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


C, V, D, M, I = (  # noqa: E741 - columns of a table
    Seniority.C_LEVEL,
    Seniority.VP,
    Seniority.DIRECTOR,
    Seniority.MANAGER,
    Seniority.INDIVIDUAL,
)
F = Function

_RANKS: Mapping[tuple[Seniority, Function], str] = {
    (C, F.MANAGEMENT): (
        "ceo|pdg|chief executive officer|chief executive|president directeur general|"
        "presidente directrice generale|president|presidente|fondateur|fondatrice|cofondateur|"
        "cofondatrice|founder|co founder|cofounder|owner|proprietaire|gerant|gerante|"
        "secretaire general|secretaire generale|membre du directoire|board member|"
        "member of the board|membre du conseil d administration|chairman|chairwoman|chair"
    ),
    (C, F.FINANCE): (
        "cfo|daf|chief financial officer|chief finance officer|directeur financier|"
        "directrice financiere|directeur administratif et financier|"
        "directrice administrative et financiere"
    ),
    (C, F.IT): (
        "cio|cto|ciso|dsi|dosi|chief information officer|chief technology officer|"
        "chief technical officer|chief digital officer|chief data officer|"
        "chief information security officer|cdo|directeur des systemes d information|"
        "directrice des systemes d information|directeur informatique|directrice informatique"
    ),
    (C, F.OPERATIONS): "coo|chief operating officer|chief operations officer",
    (C, F.PROCUREMENT): "cpo|chief procurement officer|chief purchasing officer",
    (C, F.PRODUCT): "chief product officer",
    (C, F.HR): (
        "chro|drh|chief people officer|chief human resources officer|"
        "directeur des ressources humaines|directrice des ressources humaines"
    ),
    (C, F.MARKETING): "cmo|chief marketing officer",
    (C, F.SALES): "cro|chief revenue officer|chief commercial officer|chief sales officer|cco",
    (C, F.CUSTOMER_SERVICE): "chief customer officer",
    (C, F.LEGAL): "general counsel|chief legal officer|clo",
    (D, F.LEGAL): "company secretary",
    (M, F.IT): "rssi|it manager",
    (M, F.FINANCE): "raf",
    (M, F.OPERATIONS): "chef d atelier|foreman|shift leader|magasinier en chef",
    (I, F.PROCUREMENT): (
        "acheteur|acheteuse|buyer|purchaser|approvisionneur|approvisionneuse|category manager"
    ),
    (I, F.FINANCE): (
        "comptable|accountant|controleur de gestion|controleuse de gestion|controller|"
        "tresorier|tresoriere|treasurer|auditeur|auditrice|auditor"
    ),
    (I, F.LEGAL): (
        "juriste|lawyer|avocat|avocate|counsel|legal counsel|dpo|data protection officer|"
        "contract manager|paralegal"
    ),
    (I, F.IT): (
        "developpeur|developpeuse|developer|software engineer|data scientist|data engineer|"
        "data analyst|architecte si|solution architect|enterprise architect|it architect|"
        "administrateur systemes|administratrice systemes|system administrator|sysadmin|"
        "devops|scrum master"
    ),
    (I, F.DELIVERY): (
        "chef de projet|cheffe de projet|chef de projets|cheffe de projets|project manager|"
        "project leader|pmo|program manager|programme manager"
    ),
    (I, F.PRODUCT): (
        "product owner|product manager|chef de produit|cheffe de produit|process owner"
    ),
    (I, F.SALES): (
        "account manager|key account manager|account executive|ingenieur commercial|"
        "ingenieure commerciale|ingenieur d affaires|commercial terrain|sales representative"
    ),
    (I, F.MARKETING): "community manager|attachee de presse|attache de presse",
    (I, F.R_AND_D): "chercheur|chercheuse|researcher|scientist",
    (I, F.OTHER): "office manager|receptionist|standardiste|hote d accueil|hotesse d accueil",
}
_WEAK: Mapping[tuple[Seniority, Function], str] = {
    (C, F.MANAGEMENT): "directeur general|directrice generale|dg|managing director|md",
    (V, F.MANAGEMENT): "dga",
    (D, F.MANAGEMENT): (
        "general manager|country manager|directeur de filiale|directrice de filiale|"
        "directeur pays|directrice pays|directeur regional|directrice regionale"
    ),
}
_LEVELS: Mapping[Seniority, str] = {
    C: "chief",
    V: (
        "vp|svp|evp|avp|vice president|vice presidente|senior vice president|"
        "executive vice president"
    ),
    D: "director|directeur|directrice|dir|head of|head|global head of|leiter",
    M: (
        "manager|mgr|responsable|resp|chef|cheffe|lead|leader|team leader|team lead|"
        "supervisor|superviseur|superviseuse|chef d equipe|cheffe d equipe|chef de service|"
        "cheffe de service|chef de departement|cheffe de departement"
    ),
    I: (
        "analyst|analyste|engineer|ingenieur|ingenieure|technicien|technicienne|technician|"
        "consultant|consultante|specialist|specialiste|coordinator|coordinateur|"
        "coordinatrice|administrator|administrateur|administratrice|officer|charge|chargee|"
        "operator|operateur|operatrice|architect|architecte|expert|experte|planner|"
        "gestionnaire|representative|attache|attachee|employe|employee|stagiaire|intern|"
        "apprenti|apprentie|alternant|alternante|agent|clerk|designer"
    ),
}
_FUNCTIONS: Mapping[Function, str] = {
    F.FINANCE: (
        "finance|finances|financial|financier|financiere|comptabilite|accounting|tresorerie|"
        "treasury|controle de gestion|controlling|credit|fiscal|fiscalite|tax|audit"
    ),
    F.PROCUREMENT: (
        "achats|achat|procurement|purchasing|purchase|sourcing|buying|approvisionnement|"
        "approvisionnements"
    ),
    F.LEGAL: "juridique|juridiques|legal|compliance|conformite|contentieux|affaires juridiques",
    F.IT: (
        "it|si|informatique|systemes d information|systeme d information|information systems|"
        "information technology|technology|technologies|software|data|cybersecurity|"
        "cybersecurite|securite informatique|information security|infrastructure|"
        "infrastructures|cloud|digital|numerique|systemes|applications|erp"
    ),
    F.OPERATIONS: (
        "operations|operational|exploitation|production|usine|plant|factory|site|logistique|"
        "logistics|supply chain|maintenance|manufacturing|industriel|industrielle|warehouse|"
        "entrepot|transport|fleet|flotte|facilities|services generaux|atelier"
    ),
    F.QUALITY: "qualite|quality|qhse|hse|qse|ehs",
    F.HR: (
        "rh|hr|ressources humaines|human resources|people|talent|talents|paie|payroll|"
        "recrutement|recruitment"
    ),
    F.TRAINING: "formation|training|learning",
    F.SALES: (
        "commercial|commerciale|commerciaux|ventes|vente|sales|business development|export|"
        "grands comptes|key accounts"
    ),
    F.MARKETING: "marketing|communication|communications|brand|marque",
    F.CUSTOMER_SERVICE: (
        "service client|service clients|customer service|customer success|customer support|"
        "relation client|relations clients|support client|sav|customer care"
    ),
    F.R_AND_D: (
        "r d|rd|recherche|research|recherche et developpement|research and development|"
        "innovation|bureau d etudes|laboratoire|laboratory|etudes"
    ),
    F.PRODUCT: "product|produit|produits|products",
    F.DELIVERY: "projet|projets|project|projects|delivery|programme|programmes|program",
    F.MANAGEMENT: "direction|direction generale|strategie|strategy|cabinet",
}
HELPERS = _set(
    "assistant|assistante|secretaire|secretary|pa|ea|personal assistant|executive assistant|"
    "adviser|advisor|conseiller|conseillere|bras droit|chief of staff|chef de cabinet|"
    "cheffe de cabinet|directeur de cabinet|directrice de cabinet|adjointe administrative|"
    "adjoint administratif|charge de mission|chargee de mission|office of"
)
"""Who works for somebody: the words after them are that other person's title."""
DEPUTY = _set("adjoint|adjointe|deputy|suppleant|suppleante|delegue|deleguee")
"""One level below the title beside it."""
INTERIM = _set("interim|par interim|acting|ad interim|de transition|p i|a i|provisoire")
FORMER = _set("ex|former|formerly|ancien|ancienne|previously|retired|retraite|retraitee")
"""Only where the title begins with it: "Head of Data, ex-Google" is at work."""
AMBIGUOUS = frozenset({"cpo", "cdo", "cro", "cco", "md", "chair", "si", "it", "pa", "ea"})
"""Short words with several meanings: they halve the confidence unless another word agrees."""


def _senses() -> Iterator[tuple[str, Sense]]:
    for seniority, words in _LEVELS.items():
        for word in words.split("|"):
            yield word, Sense(seniority=seniority)
    for function, words in _FUNCTIONS.items():
        for word in words.split("|"):
            yield word, Sense(function=function, firm=function is not F.MANAGEMENT)
    for (rank, function), words in _WEAK.items():
        for word in words.split("|"):
            yield word, Sense(seniority=rank, function=function, firm=False)
    for (rank, function), words in _RANKS.items():
        for word in words.split("|"):
            yield word, Sense(seniority=rank, function=function)


SENSES: Mapping[str, Sense] = dict(_senses())
"""Phrase to sense, all titles of one meaning together."""
