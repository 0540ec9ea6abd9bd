"""Values that a person may not read in the CRM, as the store shows them: hidden, never told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kam_connector.kam.access.made_of import FIGURES, LABELS
from kam_connector.model.access import HIDDEN, Capability, Right, Role, Viewer
from kam_connector.model.account import KeyAccount, Stage
from kam_connector.model.contact import Contact
from kam_connector.model.figures import KpiFamily, KpiValue
from kam_connector.model.kind import MADE, Kind
from kam_connector.model.opportunity import Opportunity
from kam_connector.model.outcome import Outcome
from kam_connector.model.paths import READ_PATHS
from kam_connector.model.plan_content import PlanVersion
from kam_connector.model.product import Product
from kam_connector.model.score import Band
from kam_connector.ports import Store
from kam_connector.store import open_store
from kam_connector.store.seen.fields import SOURCES, blotted
from kam_connector.testing.kept_samples import make_kept
from kam_connector.testing.store_samples import (
    make_batch,
    make_mirror,
    make_score,
    make_signal,
)

pytestmark = pytest.mark.guarantee("G30")

AT = datetime(2026, 11, 21, tzinfo=UTC)
ADDRESS, SUM = "quixotica@them.test", "987654.32"
ROLES = {
    "seen": frozenset({Role.ACCOUNT_MANAGER}),
    "all": frozenset({Role.PROGRAMME_HEAD}),
}
FIGURED = {
    KpiFamily.DEVELOPMENT: Decimal(SUM),
    KpiFamily.PROFITABILITY: Decimal(SUM),
    KpiFamily.RELATIONSHIP: Decimal(7),
    KpiFamily.SATISFACTION: Decimal(7),
}
AMOUNT, EMAIL = "opportunity.amount", "contact.email"


@pytest.fixture(name="whole", scope="module")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One account with a person and an opportunity, and what rules made of both."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('fields') / 'kam.db'}")
    money = {"amount": SUM, "currency": "EUR"}
    deal = {"name": "Big one", "account": "acc_1", "amount": money, "stage": "Talks"}
    person = {"name": "Inès Roy", "account": "acc_1", "email": ADDRESS, "title": "Buyer"}
    store.apply_merge(make_batch(Kind.ACCOUNT, make_mirror(Kind.ACCOUNT, "acc_1", name="Alder")))
    store.apply_merge(make_batch(Kind.CONTACT, make_mirror(Kind.CONTACT, "con_1", **person)))
    store.apply_merge(make_batch(Kind.OPPORTUNITY, make_mirror(Kind.OPPORTUNITY, "opp_1", **deal)))
    key = KeyAccount(
        account_id="acc_1", tier="A", stage=Stage.DEVELOPMENT, since=AT.date(), reason="chosen"
    )
    store.save_key_accounts([key], as_of=AT.date())
    figures = [
        make_kept(KpiValue, f"k-{one}", account_id="acc_1", family=one, value=worth)
        for one, worth in FIGURED.items()
    ]
    version = make_kept(PlanVersion, "v1", account_id="acc_1", content=f'{{"a": "{SUM}"}}')
    store.keep([*figures, version], by="kam-connector", at=AT)
    signal = replace(make_signal(account_id="acc_1"), summary=f"Mail to {ADDRESS} came back")
    store.save_signals("acc_1", [replace(signal, contact_id=None, opportunity_id=None)])
    store.save_scores([make_score(account_id="acc_1", name="health")], run_id="r1")
    values = {"kpi.revenue_12m": SUM, "coverage.percent": "40", "risk.top": f"See {ADDRESS}"}
    outcome = Outcome(kind=Kind.ACCOUNT, id="acc_1", values=values)
    store.save_outcomes([outcome], as_of=AT.date())
    yield store
    store.close()


@pytest.fixture(name="seen")
def _seen(whole: Store) -> Callable[..., Store]:
    """Return the store as somebody sees it who may not read some values."""

    def seen(*hidden: str, who: str = "seen") -> Store:
        viewer = Viewer(
            name="ada",
            user_id="usr_ada",
            roles=ROLES[who],
            rights={"acc_1": Right.EDIT},
            hidden=frozenset(hidden),
        )
        return whole.seen_by(viewer, doing=Capability.ACCOUNTS_READ)

    return seen


def everything(store: Store) -> str:
    """Return all that the store tells of the account, as one text."""
    kinds = [Kind.ACCOUNT, Kind.CONTACT, Kind.OPPORTUNITY]
    told = [
        list(store.facts(["acc_1"], since=AT)),
        [list(store.mirror_rows(kind)) for kind in kinds],
        store.business(["acc_1"]),
        store.won_sales(since=date(2000, 1, 1)),
        store.scores("acc_1"),
        store.signals(account_id="acc_1"),
        store.kept(KpiValue),
        store.kept(PlanVersion),
        store.kept_records("acc_1"),
        store.kept_changes(account_id="acc_1"),
        store.outcomes(Kind.ACCOUNT),
        store.accounts(),
    ]
    return repr(told).casefold()


@pytest.mark.parametrize("who", ["seen", "all"])
def test_a_hidden_value_is_nowhere_in_what_the_store_tells(
    seen: Callable[..., Store], who: str
) -> None:
    """Not in records, in what rules made of them, in texts, nor in who changed what."""
    told = everything(seen(AMOUNT, EMAIL, who=who))
    assert [one for one in (ADDRESS, SUM, "987654") if one in told] == []


@pytest.mark.parametrize("who", ["seen", "all"])
def test_what_is_not_hidden_is_told(seen: Callable[..., Store], who: str) -> None:
    """The same store tells both to who may read them: the test above can fail."""
    told = everything(seen(who=who))
    assert ADDRESS in told
    assert SUM in told


def test_a_word_stands_where_a_text_is_hidden(seen: Callable[..., Store]) -> None:
    """In the facts that pages are made of, and in the rows that lists are made of."""
    store = seen(EMAIL)
    facts = next(iter(store.facts(["acc_1"], since=AT)))
    row = next(iter(store.mirror_rows(Kind.CONTACT)))
    assert (facts.contacts[0].email, row.values["email"]) == (HIDDEN, HIDDEN)
    assert facts.contacts[0].title == "Buyer"


def test_the_facts_say_what_is_not_in_them(seen: Callable[..., Store]) -> None:
    """So that a page says "hidden" where an amount is unknown to it."""
    facts = next(iter(seen(AMOUNT).facts(["acc_1"], since=AT)))
    assert facts.hidden == {AMOUNT}
    assert facts.opportunities[0].amount is None


def test_figures_made_of_a_hidden_amount_are_hidden_too(seen: Callable[..., Store]) -> None:
    """A sum over one record is the record's value; those about people are not made of it."""
    told = {one.family: (one.value, one.unit) for one in seen(AMOUNT).kept(KpiValue)}
    assert told[KpiFamily.DEVELOPMENT] == told[KpiFamily.PROFITABILITY] == (None, HIDDEN)
    assert told[KpiFamily.RELATIONSHIP][0] == told[KpiFamily.SATISFACTION][0] == 7


def test_a_score_made_of_a_hidden_value_says_hidden(seen: Callable[..., Store]) -> None:
    """Neither a number, nor "insufficient data", which would be another thing."""
    score = seen(AMOUNT).scores("acc_1")[0]
    assert (score.band, score.value, score.ledger) == (Band.HIDDEN, None, ())


def test_what_a_night_told_is_hidden_path_by_path(seen: Callable[..., Store]) -> None:
    """A coverage is made of people, a revenue of amounts, and a text of anything."""
    told = seen(AMOUNT).outcomes(Kind.ACCOUNT)[0].values
    assert told == {"kpi.revenue_12m": HIDDEN, "coverage.percent": "40", "risk.top": HIDDEN}


def test_a_text_that_quotes_a_hidden_value_is_withheld(seen: Callable[..., Store]) -> None:
    """Though no rule counts addresses."""
    store = seen(EMAIL)
    assert store.signals(account_id="acc_1") == []
    assert store.outcomes(Kind.ACCOUNT)[0].values["risk.top"] == HIDDEN


def test_a_hidden_value_that_feeds_rules_hides_all_that_they_made(
    seen: Callable[..., Store],
) -> None:
    """Who took part in what is behind every score."""
    store = seen("activity.people")
    assert {one.unit for one in store.kept(KpiValue)} == {HIDDEN}
    assert store.signals(account_id="acc_1") == []


def test_a_record_whose_owner_is_hidden_is_not_shown(seen: Callable[..., Store]) -> None:
    """Nobody's record would be everybody's."""
    store = seen("contact.account")
    assert list(store.mirror_rows(Kind.CONTACT)) == []
    assert next(iter(store.facts(["acc_1"], since=AT))).contacts == ()


def test_somebody_who_goes_by_their_address_goes_by_a_word() -> None:
    """A contact without a name is called by the address, a product by its code."""
    person = Contact(id="c", account_id="a", name=ADDRESS, email=ADDRESS)
    shown = blotted(person, frozenset({EMAIL}))
    sold = blotted(Product(id="p", name="X-1", code="X-1"), frozenset({"product.code"}))
    assert [one and one.name for one in (shown, sold)] == [HIDDEN, HIDDEN]


def test_an_unset_value_reads_as_hidden_too() -> None:
    """Whether there is one is not told either."""
    person = Contact(id="c", account_id="a", name="Inès Roy")
    assert blotted(person, frozenset({EMAIL})) == replace(person, email=HIDDEN)


def test_a_flag_has_no_room_for_a_word() -> None:
    """A deal that is not told to be won is not shown as lost."""
    deal = Opportunity(id="o", account_id="a", name="x", stage="y", closed=True, won=True)
    assert blotted(deal, frozenset({"opportunity.won"})) is None


def test_the_whole_store_hides_nothing(whole: Store, seen: Callable[..., Store]) -> None:
    """The night works with everything."""
    assert (whole.hidden(), seen(EMAIL).hidden()) == (frozenset(), {EMAIL})


_CUSTOMERS = [kind for kind in READ_PATHS if kind not in (*MADE, Kind.USER, Kind.CURRENCY_RATE)]
_NOT_IN_MODEL = frozenset(
    [
        "account.copy_of",
        "account.rating",
        "account.target",
        "account.type",
        "activity.copy_of",
        "contact.aliases",
        "contact.bounced",
        "contact.copy_of",
        "contact.record_type",
        "opportunity.contacts",
        "opportunity.copy_of",
    ]
)


def test_every_value_that_is_read_has_its_place_in_the_records() -> None:
    """A new path is blanked, or is in rows alone; a new attribute has a path."""
    known = {f"{kind.value}.{path}" for kind in _CUSTOMERS for path in READ_PATHS[kind]}
    placed = {path for names in SOURCES.values() for paths in names.values() for path in paths}
    assert placed - known == set()
    assert known - placed == _NOT_IN_MODEL


def test_labels_and_figures_are_values_that_are_read() -> None:
    """A typing error there would show what is made of a hidden value."""
    known = {f"{kind.value}.{path}" for kind in _CUSTOMERS for path in READ_PATHS[kind]}
    assert known >= LABELS | FIGURES


def test_every_attribute_of_a_record_is_placed() -> None:
    """One without a path could not be hidden."""
    ours = {"id", "refs", "home_connection", "deleted_at", "to_on", "billed"}
    missing = [
        (made.__name__, one.name)
        for made, names in SOURCES.items()
        if is_dataclass(made) and "Kind" not in made.__name__
        for one in fields(made)
        if one.name not in ours | set(names)
    ]
    assert missing == [
        ("RenewalCycle", "account_id"),
        ("RenewalCycle", "opportunity_id"),
        ("RenewalCycle", "state"),
        ("RenewalCycle", "contract_id"),
        ("Sale", "country"),
        ("Sale", "cost_of_goods"),
    ]
