"""What each kind of file holds: fields, their names in two languages, what they may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from kam_connector.model.figures import (
    CatalogueItem,
    CostLine,
    NewsKind,
    OfferPosition,
    OfferState,
    OutsideNews,
    RevenueLine,
    SurveyAnswer,
    Wallet,
)
from kam_connector.model.judgement import Evidence
from kam_connector.model.programme import CostKind, ProgrammeCost

__all__ = ["KINDS", "Field", "FileKind", "Meaning"]


class Meaning(StrEnum):
    """What a cell is read as."""

    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    CURRENCY = "currency"
    COUNTRY = "country"
    CHOICE = "one of a list"
    LIST = "texts parted by ; or |"
    ADDRESS = "web address"
    ACCOUNT = "account"
    DOMAIN = "web domain"
    EMAIL = "e-mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a row may say."""

    name: str
    meaning: Meaning
    says: str
    """What it is, for docs and --help."""
    names: tuple[str, ...] = ()
    """Further names in English."""
    french: tuple[str, ...] = ()
    required: bool = False
    choices: type[Enum] | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """One kind of file that `kam import` takes."""

    name: str
    says: str
    made: type[Any]
    fields: tuple[Field, ...]


def _f(
    name: str, meaning: Meaning, says: str, names: str = "", french: str = "", **more: Any
) -> Field:
    """Return a field whose further names are parted by bars."""
    return Field(
        name=name, meaning=meaning, says=says, names=_split(names), french=_split(french), **more
    )


def _split(names: str) -> tuple[str, ...]:
    return tuple(one for one in names.split("|") if one)


_M = Meaning
_ACCOUNT = _f(
    "account", _M.ACCOUNT, "The account: our id, a CRM's id, its exact name or its domain",
    "account name|account id|company|company name|customer|customer name|client name|crm id",
    "compte|nom du compte|client|nom du client|societe|entreprise|raison sociale|id compte",
)  # fmt: skip
_DOMAIN = _f(
    "domain", _M.DOMAIN, "The account's web domain, where the name is not exact",
    "website|web site|account domain", "domaine|site web|site internet",
)  # fmt: skip
_LINE = _f(
    "product_line", _M.TEXT, "The product line, as the catalogue writes it",
    "product|line|offer|product family|offering|service",
    "ligne de produit|ligne de produits|produit|offre|famille|famille de produit|gamme",
)  # fmt: skip
_CURRENCY = _f(
    "currency", _M.CURRENCY, "ISO 4217; --currency says it for the whole file",
    "currency code|iso currency", "devise|monnaie|code devise",
)  # fmt: skip
_COUNTRY = _f("country", _M.COUNTRY, "ISO 3166, two letters", "country code", "pays|code pays")
_SOURCE = _f(
    "source", _M.TEXT, "The system the rows come from: two systems never replace each other",
    "system|origin", "origine|systeme",
)  # fmt: skip
_MONTH = _f("month", _M.MONTH, "The month: 2026-10, oct. 2026, or any day in it",
            "period|date|invoice month", "mois|periode", required=True)  # fmt: skip
_EMAIL = _f(
    "email", _M.EMAIL, "Whose answer it is; empty: nobody's",
    "e mail|mail|respondent|contact|contact email", "courriel|adresse mail|email du contact|"
    "repondant",
)  # fmt: skip
_ANSWER = _f(
    "answer_id", _M.TEXT, "The survey tool's own number of the answer, so that it can be replaced",
    "id|response id|response|answer|ref|reference", "id reponse|numero|identifiant|n reponse",
)  # fmt: skip
_ON = _f("on", _M.DAY, "The day", "date|day|answered on|answered|response date|published|"
"published on",
         "jour|le|date de reponse|repondu le|publie le|"
         "date de publication", required=True)  # fmt: skip


def _survey(name: str, says: str, low: int, high: int) -> FileKind:
    score = _f("score", _M.NUMBER, f"{low} to {high}", f"{name}|rating|grade|mark|value",
               f"note|note {name}|score {name}|evaluation|valeur", required=True,
               low=Decimal(low), high=Decimal(high))  # fmt: skip
    return FileKind(
        name=name, says=says, made=SurveyAnswer,
        fields=(_ACCOUNT, _DOMAIN, score, _ON, _EMAIL, _VERBATIM, _ANSWER, _SOURCE),
    )  # fmt: skip


_VERBATIM = _f("verbatim", _M.LONG_TEXT, "What was said, word for word",
               "comment|comments|feedback|text|quote", "commentaire|commentaires|texte|"
               "citation|remarque")  # fmt: skip
_SAID = _f("verbatim", _M.LONG_TEXT, "What was said, word for word",
           "comment|comments|feedback|text|quote", "commentaire|commentaires|texte|citation|"
           "remarque",
           required=True)  # fmt: skip
_COST = _f("kind", _M.CHOICE, "What was paid for", "category|type|cost kind|nature",
           "categorie|type de cout|poste", required=True, choices=CostKind)  # fmt: skip
_AMOUNT = _f("amount", _M.NUMBER, "The amount", "cost|value|total|costs", "montant|cout|valeur",
             required=True)  # fmt: skip
_NEED_LINE = Field(
    name=_LINE.name, meaning=_M.TEXT, says=_LINE.says, names=_LINE.names, french=_LINE.french,
    required=True,
)  # fmt: skip

_ALL = (
    _survey("nps", "Answers to an NPS survey, 0 to 10", 0, 10),
    _survey("csat", "Answers to a satisfaction survey, 1 to 5", 1, 5),
    FileKind(
        name="verbatims", says="What people said, without a score", made=SurveyAnswer,
        fields=(_ACCOUNT, _DOMAIN, _SAID, _ON, _EMAIL, _ANSWER, _SOURCE),
    ),
    FileKind(
        name="revenue", says="What was billed, by account and month", made=RevenueLine,
        fields=(
            _ACCOUNT, _DOMAIN, _MONTH,
            _f("revenue", _M.NUMBER, "What was billed; credits are negative",
               "amount|sales|billed|turnover|invoiced|value|net revenue|revenues",
               "ca|chiffre d affaires|montant|ventes|facture|montant facture|ca ht", required=True),
            _CURRENCY,
            _f("cost_of_goods", _M.NUMBER, "What the goods cost us; the margin follows from it",
               "cogs|cost|cost of sales|direct cost", "cout|cout des ventes|cout de revient|"
               "cout direct"),
            _LINE, _COUNTRY, _SOURCE,
        ),
    ),
    FileKind(
        name="costs", says="What serving an account cost, by month", made=CostLine,
        fields=(_ACCOUNT, _DOMAIN, _MONTH, _COST, _AMOUNT, _CURRENCY, _SOURCE),
    ),
    FileKind(
        name="wallet", says="What a customer spends in a year, with anybody", made=Wallet,
        fields=(
            _ACCOUNT, _DOMAIN, _NEED_LINE,
            _f("year", _M.YEAR, "The year", "fiscal year", "annee|exercice", required=True),
            _f("spend", _M.NUMBER, "What is spent in all", "amount|wallet|budget|total|total spend",
               "depense|depenses|montant|portefeuille|"
               "depense totale", required=True, low=Decimal(0)),
            _CURRENCY,
            _f("evidence", _M.CHOICE, "Whether it is assumed or confirmed", "certainty|status",
               "preuve|certitude|statut", choices=Evidence),
            _SOURCE,
        ),
    ),
    FileKind(
        name="catalogue", says="The product lines and whom they are for", made=CatalogueItem,
        fields=(
            _NEED_LINE,
            _f("margin_percent", _M.NUMBER, "Its usual margin, in percent", "margin|margin rate",
               "marge|taux de marge|marge en pourcentage", low=Decimal(-100), high=Decimal(100)),
            _f("segments", _M.LIST, "Segments it is meant for; empty: all", "segment",
               "segments vises|segment vise"),
        ),
    ),
    FileKind(
        name="offers", says="What customers do about each product line", made=OfferPosition,
        fields=(
            _ACCOUNT, _DOMAIN, _NEED_LINE,
            _f("state", _M.CHOICE, "What is so", "status|position|situation",
               "etat|statut", required=True, choices=OfferState),
            _COUNTRY,
            _f("competitor", _M.TEXT, "Who holds it", "supplier|vendor|held by",
               "concurrent|fournisseur|detenu par"),
            _f("contract_ends_on", _M.DAY, "When their contract ends",
               "contract end|contract ends|end date|ends on|expiry", "fin de contrat|"
               "echeance|date de fin"),
            _f("potential", _M.NUMBER, "What it could be worth in a year", "value|yearly potential",
               "potentiel|potentiel annuel", low=Decimal(0)),
            _CURRENCY,
        ),
    ),
    FileKind(
        name="news", says="News from outside: moves, announcements, intent, tenders",
        made=OutsideNews,
        fields=(
            _ACCOUNT, _DOMAIN,
            _f("kind", _M.CHOICE, "What kind of news", "type|category|nature", "categorie|"
            "type d actualite",
               required=True, choices=NewsKind),
            _f("title", _M.TEXT, "In one line", "headline|subject|summary", "titre|objet|resume",
               required=True),
            _ON,
            _f("text", _M.LONG_TEXT, "The news itself", "body|content|description|"
            "details", "texte|contenu"),
            _f("url", _M.ADDRESS, "Where it stands", "link|web address", "lien|adresse"),
            _EMAIL, _SOURCE,
        ),
    ),
    FileKind(
        name="programme-costs", says="What the programme itself cost, by year", made=ProgrammeCost,
        fields=(
            _f("year", _M.YEAR, "The year", "fiscal year", "annee|exercice", required=True),
            _COST, _AMOUNT, _CURRENCY,
        ),
    ),
)  # fmt: skip
KINDS: Mapping[str, FileKind] = {one.name: one for one in _ALL}
"""By the word after `kam import`."""
