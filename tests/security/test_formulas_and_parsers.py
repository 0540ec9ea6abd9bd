"""No formula is code, none costs much, and no parser fails otherwise than it says."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kam_connector.config.source import parse_source
from kam_connector.errors import KamError
from kam_connector.mapping.formula import FormulaError, FormulaRefused, compile_formula
from kam_connector.mapping.load import parse_mapping, shipped_mapping_path
from kam_connector.mapping.scope import compile_rule
from kam_connector.model.settings import Secret
from kam_connector.reports.intake.delimited import read_delimited
from kam_connector.reports.intake.problem import Unreadable
from kam_hubspot.settings import HubSpotSettings
from kam_hubspot.webhooks import hear
from kam_salesforce import query
from tests.factories.hubspot_events import signed
from tests.guarantees import Figures
from tests.security.mutation import RUNS, mutated
from tests.security.payloads import PAYLOADS

MOST_S = 0.05
"""What one input may cost (trust: G29)."""
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
_WATCHED = ("open", "import", "exec", "os.", "subprocess.", "socket.", "ctypes.", "shutil.")
_NO_FILE = ("<unknown>",)
"""Where Python's own reader of syntax looks for the line of a mistake: there is no such file."""
_seen: list[str] | None = None


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _seen is not None and event.startswith(_WATCHED) and args[:1] != _NO_FILE:
        _seen.append(event)


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note what the interpreter is made to open, import, run or connect to."""
    global _seen  # noqa: PLW0603  an audit hook cannot be taken off again
    _seen = found = []
    try:
        yield found
    finally:
        _seen = None


def formula(text: str) -> None:
    """Use a text as a mapping's expression."""
    with suppress(FormulaRefused, FormulaError):
        value = compile_formula(text).evaluate({"a": 2, "b": "x", "c": None})
        assert value is None or isinstance(value, (str, int, float, Decimal, bool))


def rule(text: str) -> None:
    """Use a text as scope or selection."""
    with suppress(KamError):
        assert compile_rule(text)({"name": "x", "rating": "Hot"}) in (True, False)


def slow(use: Callable[[str], None], text: str) -> bool:
    """Tell whether an input costs too much, twice."""
    for _ in range(2):
        began = time.process_time()
        use(text)
        if time.process_time() - began < MOST_S:
            return False
    return True


@pytest.mark.guarantee("G29", "TM7")
@pytest.mark.parametrize("use", [formula, rule], ids=lambda one: one.__name__)
def test_no_payload_gets_out_of_a_formula(use: Callable[[str], None], figure: Figures) -> None:
    """M11, M12: refused, or computed to a plain value; nothing opened, imported, run, or slow."""
    formula("IF(a > 1, b, 'x') & TEXT(a)")  # what a first use imports is no payload's doing
    with watched() as seen:
        late = [text for text in PAYLOADS if slow(use, text)]
    said = f"{len(PAYLOADS)} payloads as {use.__name__}: {len(seen)} escapes, {len(late)} slow"
    figure(
        "G29",
        said + (f" {seen[:3]}" if seen else ""),
        met=seen == [] and late == [] and len(PAYLOADS) >= 200,
    )


def test_an_escape_would_be_seen() -> None:
    """The watch can fail."""
    with watched() as seen, suppress(OSError):
        open("/nonexistent").close()  # noqa: PTH123
    assert seen == ["open"]


FORMULAS = (
    "IF(Amount > 1000, 'big', 'small')",
    "ROUND(AnnualRevenue / 12, 2) + NumberOfEmployees * 0.5",
    "CASE(Rating, 'Hot', 3, 'Warm', 2, 0)",
    "NOT(ISBLANK(Name)) AND (Type = 'Customer' OR Type != null)",
    "LEFT(Name, 3) & '-' & UPPER(BillingCountry)",
)
CONFIG = (
    '[connections.emea]\ncrm = "salesforce"\ndomain = "acme"\nclient_id = "env:X"\n',
    "[rails]\nmax_percent = 20\nmax_records = 500\n[kam]\nkey_accounts = \"tier = 'A'\"\n",
    '[[x]]\na = [1, 2, {b = "c"}]\nd = 2026-11-21T06:00:00Z\ne = """x\ny"""\nf = 0x1F\n',
)
MAPPING = tuple(
    shipped_mapping_path(crm).read_text("utf-8")[:3600].rpartition("\n[")[0]
    for crm in ("salesforce", "hubspot")
)
EVENTS = tuple(
    json.dumps(one)
    for one in (
        [{"subscriptionType": "contact.propertyChange", "portalId": 4711, "objectId": 7}],
        [{"eventType": "object.merge", "objectTypeId": "0-2", "mergedObjectIds": [1, 2]}, 7, None],
        [{"associationType": "CONTACT_TO_COMPANY", "fromObjectId": 1, "toObjectId": 2}],
        [{"subscriptionType": "contact.privacyDeletion", "objectId": 7, "occurredAt": 1795240795}],
    )
)
TABLES = (
    'name;score;since\nNordwind;7;2026-01-31\n"Süd; Wind";8;31/01/2026\n',
    'sep=,\nid,amount\n001,"1,234.56"\n002,\'=1+1\n',
    "a\tb\n1\t2\n\n3\t4\n",
)


def config(text: str) -> None:
    """Read a text as configuration."""
    with suppress(KamError):
        parse_source(text.encode("utf-8", "replace"))


def mapping(text: str) -> None:
    """Read a text as a mapping."""
    with suppress(KamError):
        parse_mapping(text.encode("utf-8", "replace").decode(), name="x.toml")


SETTINGS = HubSpotSettings(
    access_token=Secret("pat-x"),
    webhook_url="https://kam.example/webhooks/x",
    webhook_secret=Secret("hush"),
)


def events(text: str) -> None:
    """Take a text in as the body of a signed request."""
    body = text.encode("utf-8", "replace")
    delivery = signed(body, secret="hush", url="https://kam.example/webhooks/x", at=NOW)
    with suppress(KamError):
        hear(SETTINGS, delivery, org="4711", now=NOW)


def table(text: str) -> None:
    """Read a text as a CSV that somebody hands in."""
    with suppress(Unreadable):
        list(read_delimited(text.encode("utf-8", "replace")).rows)


PARSERS: dict[Callable[[str], None], tuple[str, ...]] = {
    formula: FORMULAS,
    config: CONFIG,
    mapping: MAPPING,
    events: EVENTS,
    table: TABLES,
}


@pytest.mark.guarantee("G29", "G38")
@pytest.mark.parametrize("parse", PARSERS, ids=lambda one: one.__name__)
def test_no_input_makes_a_parser_fail_otherwise_than_it_says(
    parse: Callable[[str], None], figure: Figures
) -> None:
    """Every refusal is one of ours; KAM_FUZZ=1000000 is the release's number."""
    broken: list[str] = []
    count = 0
    for text in mutated(PARSERS[parse], seed=29):
        count += 1
        try:
            parse(text)
        except Exception as error:  # noqa: BLE001  what is counted here
            broken.append(f"{type(error).__name__}: {text!r}")
    said = f"{count:,} runs of the {parse.__name__} parser, {len(broken)} uncaught"
    figure("G29", f"{said} {broken[:2] or ''}".rstrip(), met=not broken and count == RUNS)


def literals(soql: str) -> list[str]:
    """Return the quoted texts of a query, read back by other rules than those that wrote them."""
    found: list[str] = []
    place = 0
    plain = {"n": "\n", "r": "\r", "t": "\t"}
    while (place := soql.find("'", place)) >= 0:
        text, place = "", place + 1
        while soql[place] != "'":
            if soql[place] == "\\":
                place += 1
                text += plain.get(soql[place], soql[place])
            else:
                text += soql[place]
            place += 1
        found.append(text)
        place += 1
    return found


@pytest.mark.guarantee("TM5")
def test_no_value_ends_its_own_quotes(figure: Figures) -> None:
    """TM5, U10: what is read back is what was given, and nothing stands between the values."""
    seeds = ("O'Hara", "x' OR Name != '", "\\", "\\'", "a\\\\'b", "%_", "') --", "', '", "\n' ")
    wrong = []
    for text in mutated(seeds, seed=5):
        soql = query.select(["Id"], "Account", [query.is_in("Name", [text, "end"])])
        frame = "SELECT Id FROM Account WHERE Name IN ("
        sound = soql.startswith(frame) and literals(soql) == [text, "end"]
        if not (sound and soql.endswith(",'end')")):
            wrong.append(text)
    figure(
        "G29", f"{RUNS:,} values quoted in SOQL, {len(wrong)} read back otherwise", met=not wrong
    )


@pytest.mark.guarantee("TM5", "TM6")
@pytest.mark.parametrize(
    "name",
    ["Name FROM User--", "a,b", "a b", "", "1a", "a.b.c", "Ａccount", "a'", "COUNT(Id)", "*"],
)
def test_a_name_that_is_none_reaches_no_query(name: str) -> None:
    """Names cannot be quoted in SOQL: they are checked."""
    with pytest.raises(KamError):
        query.select([name], "Account", [])
    with pytest.raises(KamError):
        query.select(["Id"], name, [])


@pytest.mark.guarantee("TM6")
@pytest.mark.parametrize(
    "ref",
    [
        *(
            "../../query/?q=SELECT+Id+FROM+User",
            "",
            "001",
            "001000000000001AA",
            "001000000000001AAB",
        ),
        *("001000000000001/..", "001000000000001\n", "0010000000000\uff101", "001000000000001AAA "),
        *("001000000000001AAA?x", "001000000000001%2e", "' OR '1'='1' --1"),
    ],
)
def test_defect_d03_no_path_is_a_record_s_id(ref: str) -> None:
    """The client library would ask another address; ours asks for nothing."""
    assert not query.check_ref(ref)


def test_a_sound_id_is_one() -> None:
    """Of fifteen letters, and of eighteen with the right check letters."""
    assert query.check_ref("001000000000001")
    assert query.check_ref("001000000000001AAA")
