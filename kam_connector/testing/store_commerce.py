"""Promises about what hangs on key accounts: cases, contracts, teams, lines, people, rates."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from kam_connector.model.contact import Affiliation
from kam_connector.model.contract import Contract
from kam_connector.model.currency import CurrencyRate, Rates
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.money import Money
from kam_connector.model.product import LineItem, Product
from kam_connector.model.sale import Sale
from kam_connector.model.score import StrengthScore
from kam_connector.model.service import Case
from kam_connector.model.staging import MirrorRow
from kam_connector.model.team import TeamMember
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    TODAY,
    facts_of,
    make_batch,
    make_key,
    make_mirror,
)

__all__ = ["CommerceContract"]


def _save(store: Store, kind: Kind, id_: str, /, **values: JsonValue) -> MirrorRow:
    row = make_mirror(kind, id_, **values)
    store.apply_merge(make_batch(kind, row))
    return row


def _choose(store: Store) -> None:
    """Let acc_1, with acc_2 below it, be a key account, and acc_9 a stranger."""
    _save(store, Kind.ACCOUNT, "acc_1", name="Nordwind")
    _save(store, Kind.ACCOUNT, "acc_2", name="Nordwind Nord", parent="acc_1")
    _save(store, Kind.ACCOUNT, "acc_9", name="Stranger")
    store.save_key_accounts([make_key("acc_1")], as_of=TODAY)


def _gone(store: Store, row: MirrorRow, at: str) -> None:
    """Let the CRM say that a record was deleted."""
    gone = replace(row, deleted=True, deleted_at=at)
    store.apply_merge(make_batch(row.kind, gone))


class CommerceContract:
    """What CRMs hold beside accounts, people, opportunities and activities."""

    def test_facts_hold_cases_contracts_and_team_of_the_tree(self, store: Store) -> None:
        """Subsidiaries count, strangers do not."""
        _choose(store)
        _save(store, Kind.CASE, "cas_1", account="acc_2", subject="Late", escalated=True)
        _save(store, Kind.CASE, "cas_9", account="acc_9", subject="Not ours")
        value: JsonValue = {"amount": "1200.50", "currency": "EUR"}
        _save(
            store, Kind.CONTRACT, "ctr_1", account="acc_1", number="C-1", active=True,
            ends="2027-01-31", notice_days=90, value=value,
        )  # fmt: skip
        _save(store, Kind.TEAM_MEMBER, "mem_1", account="acc_1", user="usr_1", role="Sponsor")
        facts = facts_of(store, "acc_1")
        assert facts.cases == (
            Case(id="cas_1", account_id="acc_2", subject="Late", escalated=True),
        )
        assert facts.contracts == (
            Contract(
                id="ctr_1",
                account_id="acc_1",
                number="C-1",
                active=True,
                ends_on=date(2027, 1, 31),
                notice_days=90,
                value=Money(amount=Decimal("1200.50"), currency="EUR"),
            ),
        )
        assert facts.team == (
            TeamMember(id="mem_1", account_id="acc_1", user_id="usr_1", role="Sponsor"),
        )

    def test_lines_come_with_their_opportunity_and_product(self, store: Store) -> None:
        """A product no longer sold is still what was bought."""
        _choose(store)
        _save(store, Kind.OPPORTUNITY, "opp_1", account="acc_1")
        amount: JsonValue = {"amount": "10", "currency": "EUR"}
        line: dict[str, JsonValue] = {"product": "prd_1", "quantity": "2.5", "amount": amount}
        _save(store, Kind.LINE_ITEM, "lin_1", opportunity="opp_1", **line)
        _save(store, Kind.LINE_ITEM, "lin_9", opportunity="opp_9", **line)
        pump = _save(store, Kind.PRODUCT, "prd_1", name="Pump", family="Hardware", active=True)
        _gone(store, pump, "2026-11-20T08:00:00.000Z")
        facts = facts_of(store, "acc_1")
        assert facts.line_items == (
            LineItem(
                id="lin_1",
                opportunity_id="opp_1",
                product_id="prd_1",
                quantity=Decimal("2.5"),
                amount=Money(amount=Decimal(10), currency="EUR"),
            ),
        )
        assert facts.products == {"prd_1": Product(id="prd_1", name="Pump", family="Hardware")}

    def test_a_person_tied_to_the_account_is_among_its_people_once(self, store: Store) -> None:
        """By one affiliation or several, beside working there or not."""
        _choose(store)
        _save(store, Kind.CONTACT, "con_1", account="acc_1", name="Works here")
        _save(store, Kind.CONTACT, "con_8", account="acc_9", name="Was tied")
        _save(store, Kind.CONTACT, "con_9", account="acc_9", name="Sits on the board")
        _save(store, Kind.AFFILIATION, "aff_1", account="acc_1", contact="con_1", direct=True)
        _save(store, Kind.AFFILIATION, "aff_2", account="acc_1", contact="con_9", roles=["legal"])
        _save(store, Kind.AFFILIATION, "aff_3", account="acc_2", contact="con_9", active=True)
        _save(store, Kind.AFFILIATION, "aff_4", account="acc_2", contact="con_8", active=False)
        facts = facts_of(store, "acc_1")
        assert [person.id for person in facts.contacts] == ["con_1", "con_9"]
        assert len(facts.affiliations) == 4
        assert Affiliation(
            id="aff_2", account_id="acc_1", contact_id="con_9", roles=("legal",)
        ) in set(facts.affiliations)

    def test_ties_with_affiliated_people_are_the_accounts_too(self, store: Store) -> None:
        """`kam account show` counts them; nobody whose record is gone."""
        _choose(store)
        _save(store, Kind.CONTACT, "con_9", account="acc_9")
        left = _save(store, Kind.CONTACT, "con_1", account="acc_1")
        _save(store, Kind.AFFILIATION, "aff_1", account="acc_1", contact="con_9")
        ties = [
            StrengthScore(
                contact_id=id_,
                value=Decimal("50.0"),
                band="strong",
                confidence=Decimal("0.75"),
                depth=Decimal("0.50"),
                our_people=2,
                last_two_way=TODAY,
            )
            for id_ in ("con_1", "con_9")
        ]
        store.save_strengths(ties, as_of=TODAY)
        _gone(store, left, "2026-11-20T08:00:00.000Z")
        assert [tie.contact_id for tie in store.strengths("acc_1")] == ["con_9"]
        assert [tie.contact_id for tie in store.strengths("acc_9")] == ["con_9"]

    def test_a_deleted_person_is_told_with_the_day_the_record_went(self, store: Store) -> None:
        """Not when we noticed; the first deletion counts; long gone is gone."""
        _choose(store)
        for id_ in ("con_1", "con_2", "con_3"):
            _save(store, Kind.CONTACT, id_, account="acc_1", name=id_)
        _gone(
            store, make_mirror(Kind.CONTACT, "con_1", account="acc_1"), "2026-11-02T08:00:00.000Z"
        )
        _gone(
            store, make_mirror(Kind.CONTACT, "con_1", account="acc_1"), "2026-11-19T08:00:00.000Z"
        )
        _gone(store, make_mirror(Kind.CONTACT, "con_2"), "2026-11-03T08:00:00.000Z")
        _gone(
            store, make_mirror(Kind.CONTACT, "con_3", account="acc_1"), "2020-01-01T08:00:00.000Z"
        )
        people = facts_of(store, "acc_1").contacts
        assert [(person.id, person.deleted_at) for person in people] == [
            ("con_1", datetime(2026, 11, 2, 8, tzinfo=UTC)),
            ("con_2", datetime(2026, 11, 3, 8, tzinfo=UTC)),
        ]

    def test_nothing_points_at_a_person_whose_record_is_gone(self, store: Store) -> None:
        """A task about them names nobody that the CRM would refuse."""
        row = _save(store, Kind.CONTACT, "con_1", name="Gone")
        assert store.refs(Kind.CONTACT, ["con_1"]) == {"con_1": (("sf", "ref-con_1"),)}
        _gone(store, row, "2026-11-20T08:00:00.000Z")
        assert store.refs(Kind.CONTACT, ["con_1"]) == {}

    def test_a_person_merged_away_is_nobody(self, store: Store) -> None:
        """Their affiliations and cases are the survivor's; nobody left."""
        _choose(store)
        _save(store, Kind.CONTACT, "con_1", account="acc_1")
        _save(store, Kind.CONTACT, "con_2", account="acc_1")
        _save(store, Kind.AFFILIATION, "aff_1", account="acc_1", contact="con_1")
        _save(store, Kind.CASE, "cas_1", account="acc_1", contact="con_1")
        store.repoint(Kind.CONTACT, "con_1", "con_2")
        facts = facts_of(store, "acc_1")
        assert [(person.id, person.deleted_at) for person in facts.contacts] == [("con_2", None)]
        assert [one.contact_id for one in facts.affiliations] == ["con_2"]
        assert [one.contact_id for one in facts.cases] == ["con_2"]

    def test_what_hangs_on_an_account_moves_with_it(self, store: Store) -> None:
        """Cases, contracts and teams of the loser of a merge are the winner's."""
        _choose(store)
        kinds = (Kind.CASE, Kind.CONTRACT, Kind.TEAM_MEMBER, Kind.AFFILIATION)
        for kind in kinds:
            _save(store, kind, f"{kind}-1", account="acc_9")
        store.repoint(Kind.ACCOUNT, "acc_9", "acc_1")
        facts = facts_of(store, "acc_1")
        held = (facts.cases, facts.contracts, facts.team, facts.affiliations)
        assert [len(listed) for listed in held] == [1, 1, 1, 1]

    def test_records_the_crm_deleted_no_longer_hang_there(self, store: Store) -> None:
        """A closed contract file is not a contract."""
        _choose(store)
        contract = _save(store, Kind.CONTRACT, "ctr_1", account="acc_1")
        _gone(store, contract, EPOCH.isoformat())
        assert facts_of(store, "acc_1").contracts == ()

    def test_sales_of_all_accounts_come_by_product_line(self, store: Store) -> None:
        """Won since a day, whoever the customer is; open and older ones never."""
        _choose(store)
        _save(store, Kind.PRODUCT, "pro_1", name="Rack 42", family="Storage")
        won: dict[str, JsonValue] = {"closed": True, "won": True, "account": "acc_9"}
        _save(store, Kind.OPPORTUNITY, "opp_1", **won, closes="2026-05-01")
        _save(store, Kind.OPPORTUNITY, "opp_2", **won, closes="2024-05-01")
        _save(store, Kind.OPPORTUNITY, "opp_3", account="acc_9", closes="2026-05-01")
        amount: JsonValue = {"amount": "12.50", "currency": "EUR"}
        for number in (1, 2, 3):
            at: dict[str, JsonValue] = {"opportunity": f"opp_{number}", "amount": amount}
            _save(store, Kind.LINE_ITEM, f"li_{number}", **at, product="pro_1")
        _save(store, Kind.LINE_ITEM, "li_4", opportunity="opp_1", name="Audit")
        day = date(2026, 5, 1)
        money = Money(amount=Decimal("12.50"), currency="EUR")
        assert store.won_sales(since=date(2025, 1, 1)) == [
            Sale(account_id="acc_9", product_line="Storage", on=day, amount=money),
            Sale(account_id="acc_9", product_line="Audit", on=day),
        ]

    def test_rates_come_exact_and_by_connection(self, store: Store) -> None:
        """Dated and plain; what has no number is none; the facts carry them too."""
        _choose(store)
        dated: dict[str, JsonValue] = {"starts": "2026-01-01", "ends": "2026-02-01"}
        _save(store, Kind.CURRENCY_RATE, "rat_1", currency="EUR", rate="1", corporate=True)
        _save(store, Kind.CURRENCY_RATE, "rat_2", currency="USD", rate="1.0825", **dated)
        _save(store, Kind.CURRENCY_RATE, "rat_3", currency="GBP")
        rates = Rates(
            known=(
                CurrencyRate(connection="sf", currency="EUR", rate=Decimal(1), corporate=True),
                CurrencyRate(
                    connection="sf",
                    currency="USD",
                    rate=Decimal("1.0825"),
                    starts=date(2026, 1, 1),
                    ends=date(2026, 2, 1),
                ),
            )
        )
        assert store.rates() == rates
        assert facts_of(store, "acc_1").rates == rates
