"""Every KAM path a mapping may name, with type and meaning.

``READ_PATHS`` are assigned by ``[x.read]``; ``WRITE_PATHS`` may stand on the right in
``[x.write.fields]``. `kam mapping paths` prints them; the store's columns follow them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kam_connector.model.kind import Kind

__all__ = ["READ_PATHS", "WRITE_PATHS", "PathSpec", "PathType"]


class PathType(StrEnum):
    """The type of a KAM value."""

    TEXT = "text"
    INTEGER = "int"
    NUMBER = "number"
    BOOLEAN = "bool"
    DATE = "date"
    DATETIME = "datetime"
    MONEY = "money"
    """``{"amount": "12.50", "currency": "EUR"}`` in canonical form."""
    LIST = "list"
    PEOPLE = "people"
    """A list of ``{"kind": "contact" | "user", "id": ...}``."""
    JSON = "json"
    REF_ACCOUNT = "ref:account"
    REF_CONTACT = "ref:contact"
    REF_OPPORTUNITY = "ref:opportunity"
    REF_USER = "ref:user"
    REF_PLAN = "ref:plan"
    REF_OBJECTIVE = "ref:objective"
    REF_CONTRACT = "ref:contract"
    REF_PRODUCT = "ref:product"


@dataclass(frozen=True, slots=True)
class PathSpec:
    """One path."""

    type: PathType
    meaning: str
    opinion: bool = False
    """A person's judgement of a person: a mapping must say ``opinion = true`` to write it."""


_T = PathType
_COPY = "the record's id in another connected CRM, where one CRM copies from the other"
READ_PATHS: Mapping[Kind, Mapping[str, PathSpec]] = {
    Kind.ACCOUNT: {
        "name": PathSpec(_T.TEXT, "the account's name"),
        "domain": PathSpec(_T.TEXT, "registrable domain, lower case, for matching across CRMs"),
        "industry": PathSpec(_T.TEXT, "sector"),
        "type": PathSpec(_T.TEXT, "customer, prospect, partner ... as the CRM names it"),
        "rating": PathSpec(_T.TEXT, "the CRM's own rating"),
        "segment": PathSpec(_T.TEXT, "your grading; cadence and half-life may follow it"),
        "turnover": PathSpec(_T.MONEY, "the customer's own annual revenue"),
        "city": PathSpec(_T.TEXT, "where it sits"),
        "parent": PathSpec(_T.REF_ACCOUNT, "the account above it"),
        "owner": PathSpec(_T.REF_USER, "our account manager"),
        "target": PathSpec(_T.BOOLEAN, "marked as a target account"),
        "record_type": PathSpec(_T.TEXT, "the CRM's own kind of account, by its API name"),
        "person": PathSpec(_T.BOOLEAN, "a person that the CRM keeps as an account"),
        "copy_of": PathSpec(_T.TEXT, _COPY),
    },
    Kind.CONTACT: {
        "account": PathSpec(_T.REF_ACCOUNT, "where the person works"),
        "name": PathSpec(_T.TEXT, "full name"),
        "email": PathSpec(_T.TEXT, "main address, lower case"),
        "aliases": PathSpec(_T.LIST, "further addresses"),
        "title": PathSpec(_T.TEXT, "job title"),
        "department": PathSpec(_T.TEXT, "function"),
        "manager": PathSpec(_T.REF_CONTACT, "whom they report to"),
        "roles": PathSpec(_T.LIST, "stakeholder profiles: economic_decider, internal_sponsor ..."),
        "bounced": PathSpec(_T.BOOLEAN, "mail to them came back"),
        "bounced_at": PathSpec(_T.DATETIME, "when mail to them came back"),
        "created_at": PathSpec(_T.DATETIME, "when the CRM first knew them"),
        "left_at": PathSpec(_T.DATETIME, "when they left"),
        "record_type": PathSpec(_T.TEXT, "the CRM's own kind of contact, by its API name"),
        "copy_of": PathSpec(_T.TEXT, _COPY),
    },
    Kind.OPPORTUNITY: {
        "account": PathSpec(_T.REF_ACCOUNT, "the account it belongs to"),
        "name": PathSpec(_T.TEXT, "its name"),
        "stage": PathSpec(_T.TEXT, "stage, shown as the CRM names it"),
        "closed": PathSpec(_T.BOOLEAN, "decided, either way"),
        "won": PathSpec(_T.BOOLEAN, "decided for us"),
        "amount": PathSpec(_T.MONEY, "its value"),
        "closes": PathSpec(_T.DATE, "expected or actual decision"),
        "kind": PathSpec(_T.TEXT, "new, upsell or renewal"),
        "owner": PathSpec(_T.REF_USER, "our colleague in charge"),
        "created_at": PathSpec(_T.DATETIME, "when it was opened"),
        "stage_changed_at": PathSpec(_T.DATETIME, "when it last moved"),
        "contacts": PathSpec(_T.LIST, "contacts linked to it, as our ids"),
        "contract": PathSpec(_T.REF_CONTRACT, "the contract it renews or came from"),
        "record_type": PathSpec(_T.TEXT, "the CRM's own kind of opportunity, by its API name"),
        "copy_of": PathSpec(_T.TEXT, _COPY),
    },
    Kind.OPPORTUNITY_ROLE: {
        "opportunity": PathSpec(_T.REF_OPPORTUNITY, "the opportunity"),
        "contact": PathSpec(_T.REF_CONTACT, "the person"),
        "role": PathSpec(_T.TEXT, "a stakeholder profile"),
    },
    Kind.ACTIVITY: {
        "kind": PathSpec(_T.TEXT, "email, call, meeting, workshop; ignore leaves it out"),
        "at": PathSpec(_T.DATETIME, "when it took place"),
        "direction": PathSpec(_T.TEXT, "inbound, outbound, mutual, unknown"),
        "people": PathSpec(_T.PEOPLE, "contacts and our people who took part"),
        "held": PathSpec(_T.TEXT, "true, false or unknown: did it take place"),
        "account": PathSpec(_T.REF_ACCOUNT, "the account, if the CRM says so"),
        "copy_of": PathSpec(_T.TEXT, _COPY),
    },
    Kind.USER: {
        "name": PathSpec(_T.TEXT, "full name"),
        "email": PathSpec(_T.TEXT, "address, lower case"),
        "username": PathSpec(_T.TEXT, "login name"),
        "federation_id": PathSpec(_T.TEXT, "single sign-on id"),
        "active": PathSpec(_T.BOOLEAN, "may own records"),
    },
    Kind.CASE: {
        "account": PathSpec(_T.REF_ACCOUNT, "the account that asked"),
        "contact": PathSpec(_T.REF_CONTACT, "the person who asked"),
        "subject": PathSpec(_T.TEXT, "what it is about"),
        "status": PathSpec(_T.TEXT, "where it stands, as the CRM names it"),
        "priority": PathSpec(_T.TEXT, "how urgent, as the CRM names it"),
        "closed": PathSpec(_T.BOOLEAN, "settled"),
        "escalated": PathSpec(_T.BOOLEAN, "handed up"),
        "opened_at": PathSpec(_T.DATETIME, "when it came in"),
        "closed_at": PathSpec(_T.DATETIME, "when it was settled"),
        "owner": PathSpec(_T.REF_USER, "our colleague in charge"),
    },
    Kind.CONTRACT: {
        "account": PathSpec(_T.REF_ACCOUNT, "the account it binds"),
        "number": PathSpec(_T.TEXT, "its number or name"),
        "status": PathSpec(_T.TEXT, "where it stands, as the CRM names it"),
        "active": PathSpec(_T.BOOLEAN, "signed and in force"),
        "starts": PathSpec(_T.DATE, "first day"),
        "ends": PathSpec(_T.DATE, "last day"),
        "notice_days": PathSpec(_T.INTEGER, "days before the end to say how it goes on"),
        "value": PathSpec(_T.MONEY, "what it is worth"),
        "owner": PathSpec(_T.REF_USER, "our colleague in charge"),
    },
    Kind.TEAM_MEMBER: {
        "account": PathSpec(_T.REF_ACCOUNT, "the account"),
        "user": PathSpec(_T.REF_USER, "our colleague"),
        "role": PathSpec(_T.TEXT, "their part, as the CRM names it"),
    },
    Kind.PRODUCT: {
        "name": PathSpec(_T.TEXT, "its name"),
        "code": PathSpec(_T.TEXT, "article number"),
        "family": PathSpec(_T.TEXT, "product line"),
        "active": PathSpec(_T.BOOLEAN, "may be sold"),
    },
    Kind.LINE_ITEM: {
        "opportunity": PathSpec(_T.REF_OPPORTUNITY, "the opportunity"),
        "product": PathSpec(_T.REF_PRODUCT, "the product"),
        "name": PathSpec(_T.TEXT, "what the line says"),
        "quantity": PathSpec(_T.NUMBER, "how many"),
        "amount": PathSpec(_T.MONEY, "the line's total"),
        "on": PathSpec(_T.DATE, "day of delivery or start"),
    },
    Kind.AFFILIATION: {
        "account": PathSpec(_T.REF_ACCOUNT, "the further account"),
        "contact": PathSpec(_T.REF_CONTACT, "the person"),
        "direct": PathSpec(_T.BOOLEAN, "the account they work at, which the contact names too"),
        "active": PathSpec(_T.BOOLEAN, "still holds"),
        "roles": PathSpec(_T.LIST, "stakeholder profiles there"),
        "starts": PathSpec(_T.DATE, "since when"),
        "ends": PathSpec(_T.DATE, "until when"),
    },
    Kind.CURRENCY_RATE: {
        "currency": PathSpec(_T.TEXT, "ISO 4217 code"),
        "rate": PathSpec(_T.NUMBER, "units of it for one unit of the corporate currency"),
        "starts": PathSpec(_T.DATE, "first day; without one the rate holds always"),
        "ends": PathSpec(_T.DATE, "first day on which it holds no more"),
        "corporate": PathSpec(_T.BOOLEAN, "the currency all rates refer to"),
    },
    Kind.PLAN: {
        "key": PathSpec(_T.TEXT, "the plan's id"),
        "status": PathSpec(_T.TEXT, "draft or active"),
    },
    Kind.OBJECTIVE: {
        "key": PathSpec(_T.TEXT, "the objective's id"),
        "title": PathSpec(_T.TEXT, "what to reach"),
        "status": PathSpec(_T.TEXT, "open or closed"),
        "due": PathSpec(_T.DATE, "until when"),
    },
    Kind.MEASURE: {"key": PathSpec(_T.TEXT, "the measure's id")},
    Kind.TASK: {
        "key": PathSpec(_T.TEXT, "the action's id"),
        "status": PathSpec(_T.TEXT, "open or done"),
        "owner": PathSpec(_T.REF_USER, "who has it now"),
        "due": PathSpec(_T.DATE, "until when"),
    },
}

WRITE_PATHS: Mapping[Kind, Mapping[str, PathSpec]] = {
    Kind.ACCOUNT: {
        "tier": PathSpec(_T.TEXT, "key account tier; empty: not a key account"),
        "phase": PathSpec(_T.TEXT, "stage of the journey, or renewal while a cycle is open"),
        "health.score": PathSpec(_T.NUMBER, "0-100; empty below half of the weight known"),
        "health.band": PathSpec(_T.TEXT, "green, amber, red or insufficient_data"),
        "relationship.score": PathSpec(_T.NUMBER, "0-100, weighted over the people who matter"),
        "coverage.percent": PathSpec(_T.NUMBER, "0-100, role goals met"),
        "risk.top": PathSpec(_T.TEXT, "the gravest open signal, one sentence that names nobody"),
        "next_action.title": PathSpec(_T.TEXT, "what to do next, naming nobody"),
        "next_action.due": PathSpec(_T.DATE, "until when"),
        "plan.status": PathSpec(_T.TEXT, "none, draft, active or stale"),
        "plan.next_review": PathSpec(_T.DATE, "next plan review; people may move it"),
        "plan.url": PathSpec(_T.TEXT, "where the plan is"),
        "plan.quality": PathSpec(_T.NUMBER, "0-100: whole, fresh, SMART; empty while unknown"),
        "plan.completeness": PathSpec(_T.NUMBER, "percent of what its sections should hold"),
        "plan.objectives_on_track": PathSpec(_T.TEXT, "objectives on track: 3 of 5"),
        "plan.approved_on": PathSpec(_T.DATE, "the day its present version was approved"),
        "actions.open": PathSpec(_T.INTEGER, "open actions"),
        "renewal.risk": PathSpec(_T.NUMBER, "0-100, of the next open renewal; 100 is the worst"),
        "renewal.decision": PathSpec(_T.DATE, "when that renewal is decided"),
        "tender.readiness": PathSpec(_T.NUMBER, "0-100, for the next tender; 100 is ready"),
        "tender.due": PathSpec(_T.DATE, "when that tender's offer is due, else expected"),
        "kpi.revenue_12m": PathSpec(_T.MONEY, "our revenue with them in twelve months"),
        "kpi.growth": PathSpec(_T.NUMBER, "percent against the twelve months before"),
        "kpi.share_of_wallet": PathSpec(_T.NUMBER, "percent of what they spend with anybody"),
        "kpi.products_used": PathSpec(_T.INTEGER, "product lines they buy from us"),
        "kpi.countries": PathSpec(_T.INTEGER, "countries in which they buy from us"),
        "kpi.nps": PathSpec(_T.NUMBER, "-100 to 100, promoters less detractors"),
        "kpi.csat": PathSpec(_T.NUMBER, "1 to 5, mean satisfaction"),
        "kpi.escalations": PathSpec(_T.INTEGER, "escalated requests in a year"),
        "kpi.active_contacts": PathSpec(_T.INTEGER, "people in two-way contact lately"),
        "kpi.functions_engaged": PathSpec(_T.INTEGER, "their functions with a tie to us"),
        "kpi.strategic_interactions": PathSpec(_T.INTEGER, "strategic meetings in a year"),
        "kpi.margin": PathSpec(_T.MONEY, "revenue less cost of goods"),
        "kpi.margin_percent": PathSpec(_T.NUMBER, "the same in percent of revenue"),
        "kpi.cost_to_serve": PathSpec(_T.MONEY, "what serving them costs us"),
        "kpi.cost_to_serve_percent": PathSpec(_T.NUMBER, "the same in percent of revenue"),
        "kpi.grr": PathSpec(_T.NUMBER, "percent of last year's revenue that stayed"),
        "kpi.nrr": PathSpec(_T.NUMBER, "the same with growth counted"),
        "summary.text": PathSpec(_T.TEXT, "one line for lists and reports"),
        "summary.json": PathSpec(_T.JSON, "what the card reads"),
        "as_of": PathSpec(_T.DATE, "the day the values speak of"),
    },
    Kind.CONTACT: {
        "role": PathSpec(_T.TEXT, "stakeholder profile"),
        "strength.score": PathSpec(_T.NUMBER, "0-100"),
        "strength.band": PathSpec(_T.TEXT, "dormant, weak, developing, strong, trusted"),
        "manager": PathSpec(_T.REF_CONTACT, "whom they report to, as the CRMs together know"),
        "influence": PathSpec(_T.INTEGER, "1-5, as one of ours judges it", opinion=True),
        "support": PathSpec(
            _T.TEXT, "promoter, favourable, neutral, reserved or opposed", opinion=True
        ),
        "engagement": PathSpec(_T.INTEGER, "1-5, as one of ours judges it", opinion=True),
    },
    Kind.OPPORTUNITY: {
        "in_plan": PathSpec(_T.BOOLEAN, "belongs to a key account's plan"),
        "risk": PathSpec(_T.TEXT, "stalled, closing without a sponsor ..."),
    },
    Kind.PLAN: {
        "key": PathSpec(_T.TEXT, "the plan's id: one plan makes one record"),
        "title": PathSpec(_T.TEXT, "the plan's name"),
        "reason": PathSpec(_T.TEXT, "since when and why it is a key account"),
        "account": PathSpec(_T.REF_ACCOUNT, "the account it is for"),
        "owner": PathSpec(_T.REF_USER, "the account's active owner"),
        "status": PathSpec(_T.TEXT, "draft, active or withdrawn"),
        "start": PathSpec(_T.DATE, "the day it was opened"),
        "end": PathSpec(_T.DATE, "a year later"),
        "next_review": PathSpec(_T.DATE, "next plan review"),
    },
    Kind.OBJECTIVE: {
        "key": PathSpec(_T.TEXT, "the objective's id: one objective makes one record"),
        "title": PathSpec(_T.TEXT, "what to reach"),
        "reason": PathSpec(_T.TEXT, "why, with start and target"),
        "account": PathSpec(_T.REF_ACCOUNT, "the account it is for"),
        "plan": PathSpec(_T.REF_PLAN, "the plan it belongs to"),
        "level": PathSpec(_T.TEXT, "strategic or operational"),
        "metric": PathSpec(_T.TEXT, "what is measured"),
        "baseline": PathSpec(_T.NUMBER, "the metric at the start; empty while unknown"),
        "target": PathSpec(_T.NUMBER, "the metric to reach"),
        "start": PathSpec(_T.DATE, "the day the plan was opened"),
        "due": PathSpec(_T.DATE, "until when"),
        "status": PathSpec(_T.TEXT, "open or closed"),
    },
    Kind.MEASURE: {
        "key": PathSpec(_T.TEXT, "the measure's id: one measure makes one record"),
        "title": PathSpec(_T.TEXT, "what is counted"),
        "account": PathSpec(_T.REF_ACCOUNT, "the account it is for"),
        "objective": PathSpec(_T.REF_OBJECTIVE, "the objective it measures"),
        "value_type": PathSpec(_T.TEXT, "number or percent"),
        "current": PathSpec(_T.NUMBER, "today's value; empty when unknown"),
        "target": PathSpec(_T.NUMBER, "the value to reach"),
    },
    Kind.TASK: {
        "key": PathSpec(_T.TEXT, "the action's id: one action makes one task"),
        "title": PathSpec(_T.TEXT, "what to do"),
        "reason": PathSpec(_T.TEXT, "why, with dates"),
        "due": PathSpec(_T.DATE, "until when"),
        "account": PathSpec(_T.REF_ACCOUNT, "the account it is about"),
        "contact": PathSpec(_T.REF_CONTACT, "the person it is about"),
        "owner": PathSpec(_T.REF_USER, "who should do it"),
        "status": PathSpec(_T.TEXT, "open, done or withdrawn"),
        "severity": PathSpec(_T.TEXT, "info, warning or critical"),
    },
}
