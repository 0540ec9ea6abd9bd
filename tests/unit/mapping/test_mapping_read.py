"""Reading: CRM rows become canonical KAM values."""

import pytest

from kam_connector.errors import FatalError


@pytest.mark.parametrize(
    ("kind", "rule", "row", "value"),
    [
        ("account", 'name = "N"', {"N": "ACME"}, "ACME"),
        ("account", 'name = { from = "N", via = ["squeeze", "upper"] }', {"N": " a  b "}, "A B"),
        ("account", 'name = { join = ["A", "B"], sep = "-" }', {"A": "x", "B": "y"}, "x-y"),
        ("account", 'name = { join = ["A", "B"] }', {"A": None, "B": "y"}, "y"),
        ("account", 'name = { first = ["A", "B"] }', {"A": "", "B": "y"}, "y"),
        ("account", 'name = { value = "fixed" }', {}, "fixed"),
        ("account", 'name = { formula = "UPPER(N)" }', {"N": "a"}, "A"),
        (
            "account",
            'name = { pair = ["P", "S"], map = { "1/2" = "won" } }',
            {"P": "1", "S": "2"},
            "won",
        ),
        (
            "account",
            'domain = { from = "W", via = ["domain"] }',
            {"W": "https://www.shop.acme.co.uk/x?y=1"},
            "acme.co.uk",
        ),
        ("account", 'domain = { from = "W", via = ["domain"] }', {"W": "a@b.acme.fr"}, "acme.fr"),
        (
            "account",
            'domain = { from = "W", via = ["domain"] }',
            {"W": "https://www.nordwind.example/fr"},
            "nordwind.example",
        ),
        (
            "account",
            'turnover = { from = "R", type = "money", currency = "C" }',
            {"R": "1200.500", "C": "CHF"},
            {"amount": "1200.5", "currency": "CHF"},
        ),
        (
            "account",
            'turnover = { from = "R", type = "money", currency = "C" }',
            {"R": 12},
            {"amount": "12", "currency": "EUR"},
        ),
        (
            "account",
            'turnover = { from = "R", type = "money", currency = "USD" }',
            {"R": "1E+3"},
            {"amount": "1000", "currency": "USD"},
        ),
        (
            "account",
            'turnover = { from = "R", type = "money", currency = "@portal_currency" }',
            {"R": "5"},
            {"amount": "5", "currency": "EUR"},
        ),
        ("account", 'target = "T"', {"T": "true"}, True),
        ("account", 'target = "T"', {"T": False}, False),
        ("account", 'parent = { from = "P", ref = "account" }', {"P": "001"}, "account/001"),
        (
            "account",
            'parent = { association = "companies", type_id = 14, ref = "account" }',
            {"companies#14": ["7", "8"]},
            "account/7",
        ),
        (
            "contact",
            'created_at = "D"',
            {"D": "2026-01-02T03:04:05.678Z"},
            "2026-01-02T03:04:05.678Z",
        ),
        (
            "contact",
            'created_at = "D"',
            {"D": "2026-01-02T03:04:05+0200"},
            "2026-01-02T01:04:05.000Z",
        ),
        ("contact", 'created_at = "D"', {"D": "2026-01-02"}, "2026-01-02T12:00:00.000Z"),
        (
            "contact",
            'roles = { from = "R", type = "list", map = { A = "x", B = "x", "*" = "other" } }',
            {"R": "A; B;C"},
            ["x", "other"],
        ),
        (
            "contact",
            'aliases = { from = "R", via = ["lower"] }',
            {"R": "A@x.fr;B@x.fr"},
            ["a@x.fr", "b@x.fr"],
        ),
        ("opportunity", 'closes = "D"', {"D": "2026-03-31"}, "2026-03-31"),
        (
            "opportunity",
            'closes = { from = "D", tz = "portal" }',
            {"D": "2026-03-30T22:30:00Z"},
            "2026-03-31",
        ),
        ("opportunity", 'closes = "D"', {"D": "2026-03-30T22:30:00Z"}, "2026-03-30"),
        (
            "opportunity",
            'contacts = { association = "contacts", type_id = 3, ref = "contact" }',
            {"contacts#3": ["1", "2"]},
            ["contact/1", "contact/2"],
        ),
        (
            "user",
            'active = { from = "A", map = { "true" = "false", "false" = "true" } }',
            {"A": True},
            False,
        ),
    ],
)
def test_a_value_is_canonical(read_row, kind, rule, row, value):
    """Whatever the transport said, one value comes out; no float anywhere."""
    translated = read_row(rule, row, kind=kind)
    assert list(translated.values.values()) == [value]
    assert translated.problems == ()


def test_people_are_contacts_and_users_once_each(mapping_of, read_context):
    """Leads and repetitions in an activity's relations do not count."""
    from kam_connector.mapping import compile_read

    mapping = mapping_of('[[activity]]\nobject = "Mail"\n[activity.read]\npeople = "@relations"\n')
    read = compile_read(mapping, mapping.sources[0], read_context)
    people = [
        {"kind": "contact", "ref": "1"},
        {"kind": "contact", "ref": "1"},
        {"kind": "lead", "ref": "2"},
        {"kind": "user", "ref": "3"},
    ]
    assert read({"@relations": people}).values["people"] == [
        {"kind": "contact", "id": "contact/1"},
        {"kind": "user", "id": "user/3"},
    ]


@pytest.mark.parametrize("site", ["localhost", "http://10.0.0.1/x", "https://[::1]/", "co.uk", "?"])
def test_an_address_without_a_registrable_domain_gives_none(read_row, site):
    """Machines and bare suffixes never match two accounts."""
    assert read_row('domain = { from = "W", via = ["domain"] }', {"W": site}).values == {}


@pytest.mark.parametrize("row", [{"C": None}, {"C": ""}, {}])
def test_inv6_a_missing_source_never_clears_its_target(read_row, row):
    """INV6: null = "keep" leaves the path out."""
    assert read_row('city = "C"', row).values == {}


def test_a_blank_source_clears_when_the_rule_says_so(read_row):
    """Null = "clear" gives None for a blank, and still nothing for a field the org lacks."""
    rule = 'city = { from = "C", null = "clear" }'
    assert read_row(rule, {"C": ""}).values == {"city": None}
    assert read_row(rule, {}).values == {}


@pytest.mark.parametrize(
    ("kind", "rule", "row", "code"),
    [
        ("account", 'target = "T"', {"T": "maybe"}, "KAM-2201"),
        ("contact", 'created_at = "D"', {"D": "yesterday"}, "KAM-2201"),
        ("opportunity", 'closes = "D"', {"D": "2026-13-45"}, "KAM-2201"),
        ("account", 'turnover = { from = "R", currency = "EUR" }', {"R": "1,200"}, "KAM-2201"),
        ("account", 'turnover = { from = "R", currency = "EUR" }', {"R": "NaN"}, "KAM-2201"),
        ("account", 'city = { from = "C", map = { A = "B" } }', {"C": "X"}, "KAM-2202"),
        (
            "account",
            "city = { from = 'C', check = { pattern = '^[A-Z]+$' } }",
            {"C": "x"},
            "KAM-2203",
        ),
        ("account", "city = { from = 'C', check = { one_of = ['A'] } }", {"C": "x"}, "KAM-2203"),
        ("account", "city = { from = 'C', check = { max_length = 2 } }", {"C": "xyz"}, "KAM-2203"),
        ("account", 'city = { formula = "C / 0" }', {"C": 1}, "KAM-2205"),
    ],
)
def test_a_refused_value_is_reported_and_the_row_goes_on(read_row, kind, rule, row, code):
    """One bad field never costs the record, and its text is not repeated."""
    translated = read_row(f'name = "N"\n{rule}', {"N": "ACME", **row}, kind=kind)
    assert translated.values == {"name": "ACME"}
    assert [problem.code for problem in translated.problems] == [code]
    assert not translated.problems[0].whole_record
    assert "yesterday" not in translated.problems[0].message


def test_a_required_value_puts_the_whole_record_aside(read_row):
    """An account without a name is no account."""
    problem = read_row('name = { from = "N", required = true }', {"N": None}).problems[0]
    assert (problem.code, problem.whole_record) == ("KAM-2204", True)


def test_skip_field_leaves_a_refused_value_out_in_silence(read_row):
    """on_error = "skip_field" is for fields nobody minds."""
    head = 'on_error = "skip_field"'
    translated = read_row('target = "T"', {"T": "maybe"}, head=head)
    assert translated == ({}, ())


def test_fail_stops_the_run_at_a_refused_value(read_row):
    """on_error = "fail" is for those who would rather stop."""
    with pytest.raises(FatalError, match="target"):
        read_row('target = "T"', {"T": "maybe"}, head='on_error = "fail"')
