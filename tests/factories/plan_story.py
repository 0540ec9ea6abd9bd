"""An invented customer with a whole plan: people, objectives, risks, money, words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kam_connector.model import account_team as team
from kam_connector.model import figures, journey, plan_content, programme, stakeholder
from kam_connector.model.contact import Profile
from kam_connector.model.identity import kam_id
from kam_connector.model.judgement import Evidence
from kam_connector.model.kept import kept_id
from kam_connector.model.kind import JsonValue, Kind, Row
from kam_connector.model.plan import Action, ActionState, Level, Nature, Objective, Theme
from tests.factories.world import NOW, World, make_world, put_account

__all__ = ["TODAY", "make_story"]

TODAY = NOW.date()
_PEOPLE = (
    ("boss", "Hélène Marchand", "Directrice générale", None, 30),
    ("cfo", "Inès Roy", "CFO", "boss", 20),
    ("coo", "Paul Lefèvre", "Directeur des opérations", "boss", 45),
    ("cio", "Amadou Diallo", "CIO", "boss", 12),
    ("buy", "Sofia Lindqvist", "Head of Procurement", "cfo", 25),
    ("ctrl", "Jean Petit", "Contrôleur de gestion", "cfo", 200),
    ("log", "Marta Kowalska", "Logistics Director", "coo", 9),
    ("qual", "Ravi Menon", "Quality Manager", "coo", 70),
    ("site", "Claire Dubois", "Responsable du site de Lyon", "log", 33),
    ("plan", "Tom Becker", "Supply Planner", "log", 15),
    ("arch", "Yuki Tanaka", "Enterprise Architect", "cio", 18),
    ("data", "Nadia Benali", "Data Manager", "cio", 90),
)


def make_story(url: str = "sqlite://") -> World:
    """Return a world whose account "Altair Industries" has a plan with everything in it."""
    world = make_world(url, accounts=1)
    crm = world.crm
    for ref, name in (("u2", "Bruno Keller"), ("u3", "Chloé Martin")):
        user: Row = {"name": name, "email": f"{ref}@us.test", "active": True}
        crm.put("user", ref, user, modified_at=NOW)
    put_account(crm, "altair", at=NOW, name="Altair Industries")
    for ref, name, title, _, days in _PEOPLE:
        _person(world, ref, name, title, days)
    for ref, name, closes, amount, won in (
        ("w24", "Conveyors 2024", "2024-05-02", "310000", True),
        ("w25", "Sorting line", "2025-06-12", "420000", True),
        ("o27", "Robotics pilot", "2027-02-26", "260000", False),
    ):
        deal: Row = {"account": "altair", "name": name, "stage": "won" if won else "offer",
                     "closed": won, "won": won, "amount": amount, "closes": closes,
                     "owner": "u1"}  # fmt: skip
        crm.put("deal", ref, deal, modified_at=NOW)
    world.advance()
    world.first_night()
    account = world.account("altair")
    tell = _Tell(account)
    world.store.keep(tell.records(), by="usr_ada", at=NOW)
    world.store.save_objectives(tell.objectives())
    world.store.save_actions(tell.actions())
    return world


def contact(ref: str) -> str:
    """Return our id of one of the story's people."""
    return kam_id(Kind.CONTACT, "acme", f"p-{ref}")


def user(ref: str) -> str:
    """Return our id of one of ours."""
    return kam_id(Kind.USER, "acme", ref)


def _person(world: World, ref: str, name: str, title: str, days: int) -> None:
    row: Row = {"account": "altair", "name": name, "title": title,
                "email": f"{ref}@altair.test", "kam_band": None}  # fmt: skip
    world.crm.put("contact", f"p-{ref}", row, modified_at=NOW)
    for at, colleague in ((days, "u1"), (days + 35, "u2"), (days + 80, "u1")):
        people: list[JsonValue] = [
            {"kind": "contact", "ref": f"p-{ref}"},
            {"kind": "user", "ref": colleague},
        ]
        met: Row = {"at": (NOW - timedelta(days=at)).isoformat(), "account": "altair",
                    "@people": people}  # fmt: skip
        world.crm.put("meeting", f"p-{ref}-{at}", met, modified_at=NOW)


class _Tell:
    """What the team told."""

    def __init__(self, account: str) -> None:
        self.account = account

    def make(self, made: type[Any], *parts: object, **values: Any) -> Any:
        """Return a record of the account."""
        return made(id=kept_id(made, self.account, *parts), account_id=self.account, **values)

    def objectives(self) -> list[Objective]:
        """Return the goals that people set."""
        given: dict[str, Any] = {"account_id": self.account, "made_by": user("u1"),
                                 "owner_id": user("u1"), "set_on": date(2026, 1, 10)}  # fmt: skip
        return [
            Objective(id="obj-share", title="Become the first supplier for automation",
                      reason="40 % of the wallet today", level=Level.STRATEGIC,
                      metric="wallet.share", baseline=Decimal(40), target=Decimal(55),
                      last=Decimal(47), due=date(2027, 12, 31), theme=Theme.REVENUE,
                      customer_shared=True, **given),
            Objective(id="obj-nps", title="A satisfied plant in Lyon", reason="NPS fell to 10",
                      level=Level.OPERATIONAL, metric="satisfaction", baseline=None, target=None,
                      due=date(2027, 6, 30), nature=Nature.QUALITATIVE, theme=Theme.SATISFACTION,
                      success_criterion="The site manager recommends us", **given),
        ]  # fmt: skip

    def actions(self) -> list[Action]:
        """Return the work that people planned."""
        common: dict[str, Any] = {"account_id": self.account, "created_on": TODAY,
                                  "made_by": user("u1"), "state": ActionState.OPEN}  # fmt: skip
        return [
            Action(id="act-pilot", title="Agree the robotics pilot", reason="Window until March",
                   due=date(2026, 12, 15), owner_id=user("u1"), contact_id=contact("coo"),
                   milestone=True, success_indicator="Signed scope", objective_id="obj-share",
                   **common),
            Action(id="act-lyon", title="Service review with the Lyon site", reason="Three cases",
                   due=date(2026, 12, 3), owner_id=user("u2"), contact_id=contact("site"),
                   objective_id="obj-nps", **common),
        ]  # fmt: skip

    def records(self) -> list[Any]:
        """Return everything that is kept."""
        return [
            programme.Programme(id=kept_id(programme.Programme), name="Key accounts 2026",
                                strategy="Few accounts, served by whole teams",
                                lead_id=user("u3"), currency="EUR"),
            *self._content(),
            *self._people(),
            *self._journey(),
            *self._figures(),
        ]  # fmt: skip

    def _content(self) -> Iterator[Any]:
        pc, make = plan_content, self.make
        yield make(pc.PlanFrame, scope=pc.PlanScope.INNOVATION, horizon_from=date(2026, 1, 1),
                   horizon_to=date(2028, 12, 31), vision="Their partner for automated plants",
                   customer_goals=("Cut lead times by a third", "One platform for four plants"),
                   partnership=pc.Partnership.PREFERRED,
                   partnership_wanted=pc.Partnership.COLLABORATIVE)  # fmt: skip
        for kind, body in (
            (pc.SectionKind.SUMMARY, "Trust is high in operations, thin in finance. 2027 decides."),
            (pc.SectionKind.HISTORY, "Customer since 2019; the 2023 delay is not forgotten."),
        ):
            yield make(pc.PlanSection, kind, kind=kind, body=body, written_by=user("u1"),
                       written_on=date(2026, 10, 12))  # fmt: skip
        for quadrant, text, impact in (
            (pc.SwotQuadrant.STRENGTH, "We know every line in Lyon", 4),
            (pc.SwotQuadrant.WEAKNESS, "Nobody of ours meets finance often", 5),
            (pc.SwotQuadrant.OPPORTUNITY, "Robotics budget of 2027", 4),
            (pc.SwotQuadrant.THREAT, "Nordlift offers leasing", 3),
        ):
            yield make(pc.SwotItem, text, quadrant=quadrant, text=text, impact=impact,
                       objective_id="obj-share", written_by=user("u1"),
                       written_on=date(2026, 9, 1))  # fmt: skip
        yield make(pc.Competitor, "Nordlift", name="Nordlift", product_line="Conveyors",
                   contact_id=contact("buy"), strength=4,
                   contract_ends_on=date(2027, 6, 30))  # fmt: skip
        yield make(pc.Tactic, 1, text="Show the Lyon savings to finance", objective_id="obj-share",
                   owner_id=user("u2"))  # fmt: skip
        yield make(pc.Initiative, 1, kind=pc.InitiativeKind.CO_INNOVATION, title="Robotics pilot",
                   objective_id="obj-share", owner_id=user("u1"), starts_on=date(2026, 12, 1),
                   due=date(2027, 5, 31), value=Decimal(260000), currency="EUR")  # fmt: skip
        for text, likely, impact, act in (
            ("Finance stops investments in 2027", 3, 5, "Present the payback to Inès Roy"),
            ("Nordlift leases below our price", 4, 4, "Service contract with a guarantee"),
            ("Delay of the Lyon upgrade", 2, 4, "Weekly steering until May"),
        ):
            yield make(pc.Risk, text, text=text, probability=likely, impact=impact,
                       owner_id=user("u1"), mitigation=act, trigger="Budget letter",
                       review_on=date(2027, 1, 15))  # fmt: skip
        yield make(pc.SharedValue, 1, kind=pc.SharedValueKind.CO_INNOVATION,
                   text="Test bench in Lyon", benefit_us="Reference", benefit_them="First use",
                   on=date(2027, 3, 1))  # fmt: skip
        yield make(pc.CommunicationCharter, channels=("Meeting", "Portal"), languages=("fr", "en"),
                   cadence="Monthly", escalation_path="Site, operations, general management",
                   joint_goals=("No long stops",), signed_on=date(2026, 2, 1))  # fmt: skip
        yield make(pc.SharedSpace, 1, kind=pc.SpaceKind.CUSTOMER_PORTAL, name="Altair portal",
                   url="https://portal.altair.test/us")  # fmt: skip
        yield make(pc.Insight, 1, kind=pc.InsightKind.NEED, text="Planners want hourly forecasts",
                   on=date(2026, 11, 3), source_function=programme.Function.DELIVERY,
                   author_id=user("u2"), evidence=Evidence.CONFIRMED)  # fmt: skip

    def _people(self) -> Iterator[Any]:
        said: dict[str, Any] = {"asserted_by": user("u1"), "asserted_on": date(2026, 10, 1)}
        for ref, _, _, above, _ in _PEOPLE:
            if above:
                yield self.make(stakeholder.PeopleEdge, ref, from_contact_id=contact(ref),
                                to_contact_id=contact(above), strength=5,
                                kind=stakeholder.EdgeKind.REPORTS_TO, **said)  # fmt: skip
        yield self.make(stakeholder.PeopleEdge, "x", from_contact_id=contact("arch"),
                        to_contact_id=contact("coo"), kind=stakeholder.EdgeKind.INFLUENCES,
                        **said)  # fmt: skip
        for ref, profile, influence, support in (
            ("cfo", Profile.ECONOMIC_DECIDER, 5, stakeholder.Support.NEUTRAL),
            ("coo", Profile.INTERNAL_SPONSOR, 4, stakeholder.Support.PROMOTER),
            ("arch", Profile.TECHNICAL_INFLUENCER, 3, stakeholder.Support.FAVOURABLE),
            ("buy", Profile.ECONOMIC_DECIDER, 3, stakeholder.Support.RESERVED),
        ):
            yield self.make(stakeholder.Stakeholder, ref, contact_id=contact(ref), profile=profile,
                            influence=influence, support=support, engagement=3, **said)  # fmt: skip
        for ref, role, share in (
            ("u1", team.TeamRole.KAM, "50"),
            ("u2", team.TeamRole.DELIVERY, "20"),
            ("u3", team.TeamRole.EXECUTIVE_SPONSOR, "5"),
        ):
            yield self.make(team.Teammate, ref, user_id=user(ref), circle=team.Circle.CORE,
                            role=role, time_share_agreed=Decimal(share))  # fmt: skip
        yield self.make(team.Responsibility, 1, work="Robotics pilot", user_id=user("u1"),
                        raci=team.Raci.ACCOUNTABLE)  # fmt: skip
        yield self.make(team.ContactCoverage, 1, contact_id=contact("cfo"), user_id=user("u3"),
                        primary=True, declared=team.RelationshipLevel.CREDIBLE_SOURCE,
                        desired=team.RelationshipLevel.TRUSTED_ADVISOR,
                        declared_by=user("u1"), declared_on=date(2026, 9, 9))  # fmt: skip
        yield self.make(team.ExecutivePair, 1, user_id=user("u3"), contact_id=contact("boss"),
                        purpose="Strategy")  # fmt: skip

    def _journey(self) -> Iterator[Any]:
        yield self.make(journey.KeyMoment, 1, kind=journey.MomentKind.QBR, title="QBR 4/2026",
                        planned_on=date(2026, 12, 10), agenda="Lyon; robotics",
                        owner_id=user("u1"), user_ids=(user("u1"), user("u2")),
                        contact_ids=(contact("coo"), contact("cfo")), joint=True)  # fmt: skip
        yield self.make(journey.Tender, 1, title="Four-plant platform",
                        kind=journey.TenderKind.SPOT, state=journey.TenderState.EXPECTED,
                        expected_on=date(2027, 4, 1), value=Decimal(1200000), currency="EUR",
                        sponsor_contact_id=contact("coo"))  # fmt: skip

    def _figures(self) -> Iterator[Any]:
        fg = figures
        for year, base in ((2024, 52000), (2025, 61000), (2026, 70500)):
            for month in range(1, 13 if year < 2026 else 11):
                yield self.make(fg.RevenueLine, year, month, month=date(year, month, 1),
                                revenue=Decimal(base + 900 * month), currency="EUR",
                                cost_of_goods=Decimal(base) * Decimal("0.6"),
                                product_line="Conveyors", country="FR")  # fmt: skip
        for number, (score, ref) in enumerate(((9, "coo"), (7, "cfo"), (10, "log"), (4, "site"))):
            yield self.make(fg.SurveyAnswer, number, kind=fg.SurveyKind.NPS, score=Decimal(score),
                            on=date(2026, 3 + number * 2, 5), contact_id=contact(ref),
                            verbatim="Ponctuels, mais peu de nouveautés")  # fmt: skip
        yield self.make(fg.Wallet, 1, product_line="Conveyors", year=2026, spend=Decimal(1900000),
                        currency="EUR", evidence=Evidence.CONFIRMED)  # fmt: skip
        for line, state, potential in (
            ("Conveyors", fg.OfferState.OWNED, None),
            ("Robotics", fg.OfferState.PIPELINE, Decimal(260000)),
            ("Software", fg.OfferState.GAP, Decimal(140000)),
            ("Leasing", fg.OfferState.COMPETITOR, Decimal(90000)),
        ):
            yield self.make(fg.OfferPosition, line, product_line=line, state=state,
                            potential=potential, currency="EUR" if potential else None,
                            competitor="Nordlift" if state is fg.OfferState.COMPETITOR else None,
                            written_by=user("u1"), written_on=date(2026, 8, 8))  # fmt: skip


def without(record: Any, **changes: Any) -> Any:
    """Return a record with some fields changed: short for tests."""
    return replace(record, **changes)
