"""Objects that not every org has: cases, contracts, teams, products, rates."""

import pytest

from kam_connector.mapping import check_schema, compile_read, load_mapping, pull_sources
from kam_connector.mapping import shipped_mapping_path as shipped
from kam_connector.model.kind import Kind

CASE = 'object = "Case"\noptional = true\n[case.read]\naccount = { from = "A", ref = "account" }\n'
BESIDE = frozenset(
    {
        Kind.CASE,
        Kind.CONTRACT,
        Kind.TEAM_MEMBER,
        Kind.PRODUCT,
        Kind.LINE_ITEM,
        Kind.AFFILIATION,
        Kind.CURRENCY_RATE,
    }
)


@pytest.fixture(scope="module")
def read_shipped(read_context):
    """Translate a row of a source by the mapping that ships for a CRM."""

    def read(crm, source, row):
        mapping = load_mapping(shipped(crm))
        return compile_read(mapping, mapping.source(source), read_context)(row)

    return read


def test_an_optional_section_asks_for_an_object_that_may_be_missing(mapping_of):
    """The adapter's word for it is the source's."""
    (source,) = pull_sources(mapping_of(f"[case]\n{CASE}"))
    assert (source.kind, source.optional_object) == (Kind.CASE, True)


def test_a_section_is_a_table_or_a_list_of_tables(mapping_of):
    """One object needs no list; two objects of one kind are two sources."""
    one, several = mapping_of(f"[case]\n{CASE}"), mapping_of(f"[[case]]\n{CASE}")
    assert [s.name for s in one.sources] == [s.name for s in several.sources] == ["case:Case"]
    rates = (
        '[[currency_rate]]\nobject = "Plain"\n[currency_rate.read]\ncurrency = "C"\n'
        '[[currency_rate]]\nobject = "Dated"\n[currency_rate.read]\ncurrency = "C"\n'
    )
    names = [source.name for source in mapping_of(rates).sources]
    assert names == ["currency_rate:Plain", "currency_rate:Dated"]


def test_a_required_object_stays_required(mapping_of):
    """Only what the mapping calls optional may be missing."""
    text = f"[case]\n{CASE}".replace("optional = true\n", "")
    (problem,) = check_schema(mapping_of(text), {})
    assert (problem.code, problem.serious) == ("KAM-2109", True)


def test_an_absent_optional_object_is_worth_knowing_and_stops_nothing(mapping_of):
    """`kam doctor` says so and goes on."""
    (problem,) = check_schema(mapping_of(f"[case]\n{CASE}"), {})
    assert (problem.code, problem.serious) == ("KAM-2110", False)


def test_a_field_that_an_optional_object_lacks_is_a_note_too(mapping_of, make_schema, make_field):
    """Somebody else's object of the same name is not ours to demand fields of."""
    schema = make_schema(make_field("B"), object_="Case")
    (problem,) = check_schema(mapping_of(f"[case]\n{CASE}"), {"Case": schema})
    assert (problem.code, problem.serious) == ("KAM-2108", False)


@pytest.mark.parametrize("crm", ["salesforce", "hubspot"])
def test_whatever_ships_beside_accounts_people_and_business_is_optional(crm):
    """Teams, products, rates: real orgs vary."""
    sources = pull_sources(load_mapping(shipped(crm)))
    optional = BESIDE | {Kind.PLAN, Kind.OBJECTIVE, Kind.MEASURE}
    assert {s.kind for s in sources if s.optional_object} == optional & {s.kind for s in sources}


@pytest.mark.parametrize(
    ("source", "row", "values"),
    [
        (
            "contract:Contract",
            {"AccountId": "1", "StatusCode": "Activated", "OwnerExpirationNotice": "90"},
            {"account": "account/1", "active": True, "notice_days": 90},
        ),
        ("contract:Contract", {"StatusCode": "Terminated"}, {"active": False}),
        (
            "affiliation:AccountContactRelation",
            {"ContactId": "3", "Roles": "Economic Buyer;Other", "IsActive": True},
            {"contact": "contact/3", "roles": ["economic_decider", "other"], "active": True},
        ),
        (
            "line_item:OpportunityLineItem",
            {"Product2Id": "7", "Quantity": "2", "TotalPrice": "10.50", "CurrencyIsoCode": "USD"},
            {
                "product": "product/7",
                "quantity": "2",
                "amount": {"amount": "10.5", "currency": "USD"},
            },
        ),
        (
            "currency_rate:DatedConversionRate",
            {"IsoCode": "USD", "ConversionRate": "1.08", "NextStartDate": "9999-12-31"},
            {"currency": "USD", "rate": "1.08", "ends": "9999-12-31"},
        ),
        ("account:Account", {"Name": "Ada", "IsPersonAccount": True}, {"person": True}),
    ],
)
def test_salesforce_objects_in_our_words(read_shipped, source, row, values):
    """The shipped rules translate what the objects hold."""
    read = read_shipped("salesforce", source, row)
    assert read.problems == ()
    assert {path: read.values.get(path) for path in values} == values


@pytest.mark.parametrize(
    ("source", "row", "values"),
    [
        (
            "case:tickets",
            {
                "subject": "Late",
                "companies#26": ["9"],
                "@stage.closed": False,
                "@stage.label": "New",
                "closed_date": None,
            },
            {
                "subject": "Late",
                "account": "account/9",
                "status": "New",
                "closed": False,
                "closed_at": None,
            },
        ),
        (
            "case:tickets",
            {"closed_date": "2026-11-20T08:00:00.000Z", "@stage.closed": True},
            {"closed": True, "closed_at": "2026-11-20T08:00:00.000Z"},
        ),
        (
            "line_item:line_items",
            {"deals#20": ["5"], "amount": "12", "hs_product_id": "7"},
            {
                "opportunity": "opportunity/5",
                "product": "product/7",
                "amount": {"amount": "12", "currency": "EUR"},
            },
        ),
        (
            "currency_rate:exchange_rates",
            {"fromCurrencyCode": "USD", "toCurrencyCode": "EUR", "conversionRate": "0.8"},
            {"currency": "USD", "rate": "1.25", "corporate": False},
        ),
        (
            "contact:contacts",
            {"hs_buying_role": "CHAMPION", "@labels.companies": "Decision maker", "@manager": "7"},
            {"roles": ["internal_sponsor", "economic_decider"], "manager": "contact/7"},
        ),
        ("contact:contacts", {"hs_buying_role": None, "@manager": None}, {"manager": None}),
    ],
)
def test_hubspot_objects_in_our_words(read_shipped, source, row, values):
    """Tickets are cases; lines hang on deals by association."""
    read = read_shipped("hubspot", source, row)
    assert read.problems == ()
    assert {path: read.values.get(path) for path in values} == values
