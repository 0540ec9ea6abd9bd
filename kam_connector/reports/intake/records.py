"""Rows as records of the layer: the same row always gives the same record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from kam_connector.kam.whitespace.sales import line_key
from kam_connector.model.figures import (
    CatalogueItem,
    CostLine,
    OfferPosition,
    OutsideNews,
    RevenueLine,
    SurveyAnswer,
    SurveyKind,
    Wallet,
)
from kam_connector.model.judgement import Evidence
from kam_connector.model.kept import Kept, kept_id
from kam_connector.model.kept_keys import id_of_new
from kam_connector.model.programme import ProgrammeCost

__all__ = ["SOURCE", "Maker", "Values"]

Values: TypeAlias = Mapping[str, Any]
"""A row's values by field; what it does not say is missing."""
SOURCE = "import"
"""Where rows come from that name no system."""
_SURVEYS = {
    "nps": SurveyKind.NPS,
    "csat": SurveyKind.CSAT,
    "verbatims": SurveyKind.QUALITATIVE,
}


@dataclass(slots=True, kw_only=True)
class Maker:
    """Makes records of one file's rows, in their order.

    Ids follow from the source and what a row is about (`kept_keys` for what a workbook holds
    too), so that a file read twice changes nothing and a corrected one replaces its rows.
    """

    kind: str
    by: str
    on: date
    people: Mapping[str, str]
    """Contact by e-mail address."""
    _alike: Counter[tuple[object, ...]] = field(default_factory=Counter)
    """How often a nameless answer came already: two of the same day are two."""

    def record(self, values: Values) -> Kept:
        """Return the record that a row means."""
        return _MAKERS[self.kind](self, values)

    def survey(self, values: Values) -> SurveyAnswer:
        """Return one answer; its own number, its person or its place among equals is its key."""
        kind, source = _SURVEYS[self.kind], values.get("source", SOURCE)
        head = (source, kind, values["account_id"])
        email, number = values.get("email"), values.get("answer_id")
        said = (values.get("score"), values.get("verbatim"))
        if number:
            key: tuple[object, ...] = (*head, "answer", number)
        elif email and kind is not SurveyKind.QUALITATIVE:
            key = (*head, values["on"], email)
        else:
            same = (*head, values["on"], email, *map(str, said))
            self._alike[same] += 1
            key = (*same, self._alike[same])
        return SurveyAnswer(
            id=kept_id(SurveyAnswer, *key),
            account_id=values["account_id"],
            kind=kind,
            on=values["on"],
            score=_exact(values.get("score")),
            verbatim=values.get("verbatim"),
            contact_id=self.people.get(email or ""),
            source=source,
        )

    def revenue(self, values: Values) -> RevenueLine:
        """Return one month's revenue of an account, product line, country and currency."""
        source, line = values.get("source", SOURCE), values.get("product_line")
        about = (values["account_id"], values["month"], line_key(line or ""), values.get("country"))
        return RevenueLine(
            id=kept_id(RevenueLine, source, *about, values["currency"]),
            account_id=values["account_id"],
            month=values["month"],
            revenue=_known(values["revenue"]),
            currency=values["currency"],
            cost_of_goods=_exact(values.get("cost_of_goods")),
            product_line=line,
            country=values.get("country"),
            source=source,
        )

    def cost(self, values: Values) -> CostLine:
        """Return one month's cost of an account and kind."""
        source = values.get("source", SOURCE)
        about = (values["account_id"], values["month"], values["kind"], values["currency"])
        return CostLine(
            id=kept_id(CostLine, source, *about),
            account_id=values["account_id"],
            month=values["month"],
            kind=values["kind"],
            amount=_known(values["amount"]),
            currency=values["currency"],
            source=source,
        )

    def wallet(self, values: Values) -> Wallet:
        """Return a year's spend on one product line."""
        told = {name: values[name] for name in ("account_id", "product_line", "year")}
        return Wallet(
            id=id_of_new(Wallet, told),
            **told,
            spend=_known(values["spend"]),
            currency=values["currency"],
            evidence=values.get("evidence", Evidence.ASSUMED),
            source=values.get("source", SOURCE),
        )

    def catalogue(self, values: Values) -> CatalogueItem:
        """Return one product line."""
        told = {"product_line": values["product_line"]}
        return CatalogueItem(
            id=id_of_new(CatalogueItem, told),
            product_line=values["product_line"],
            margin_percent=_exact(values.get("margin_percent")),
            segments=values.get("segments", ()),
        )

    def offer(self, values: Values) -> OfferPosition:
        """Return what a customer does about one product line."""
        told = {name: values.get(name) for name in ("account_id", "product_line", "country")}
        return OfferPosition(
            id=id_of_new(OfferPosition, told),
            account_id=values["account_id"],
            product_line=values["product_line"],
            state=values["state"],
            country=values.get("country"),
            competitor=values.get("competitor"),
            contract_ends_on=values.get("contract_ends_on"),
            potential=_exact(values.get("potential")),
            currency=values.get("currency"),
            written_by=self.by,
            written_on=self.on,
        )

    def news(self, values: Values) -> OutsideNews:
        """Return one piece of news; its address, else its title, is its key."""
        source, url = values.get("source", SOURCE), values.get("url")
        about = url or (values["on"], values["kind"], values["title"].casefold())
        return OutsideNews(
            id=kept_id(OutsideNews, source, values["account_id"], about),
            account_id=values["account_id"],
            kind=values["kind"],
            title=values["title"],
            on=values["on"],
            text=values.get("text"),
            source=source,
            url=url,
            contact_id=self.people.get(values.get("email") or ""),
        )

    def programme_cost(self, values: Values) -> ProgrammeCost:
        """Return a year's cost of the programme."""
        told = {"year": values["year"], "kind": values["kind"]}
        return ProgrammeCost(
            id=id_of_new(ProgrammeCost, told),
            year=values["year"],
            kind=values["kind"],
            amount=_known(values["amount"]),
            currency=values["currency"],
        )


_MAKERS: Mapping[str, Callable[[Maker, Values], Kept]] = {
    "nps": Maker.survey,
    "csat": Maker.survey,
    "verbatims": Maker.survey,
    "revenue": Maker.revenue,
    "costs": Maker.cost,
    "wallet": Maker.wallet,
    "catalogue": Maker.catalogue,
    "offers": Maker.offer,
    "news": Maker.news,
    "programme-costs": Maker.programme_cost,
}


def _exact(number: Decimal | None) -> Decimal | None:
    """Return a number in one way of writing it, so that 5 and 5.0 are no change."""
    return None if number is None else _known(number)


def _known(number: Decimal) -> Decimal:
    return Decimal(f"{number.normalize():f}")
