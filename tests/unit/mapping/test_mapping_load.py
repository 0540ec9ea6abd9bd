"""Loading a mapping: the format, and every slip named with its line."""

from datetime import timedelta
from decimal import Decimal

import pytest

from kam_connector.errors import MappingError
from kam_connector.mapping import parse_mapping
from kam_connector.mapping.lines import find_lines
from kam_connector.model.batching import Api, Batching
from kam_connector.model.kind import Kind

ACCOUNT = '[account]\nobject = "Account"\n[account.read]\n'


def test_a_text_rule_renames_a_field(mapping_of):
    """The key is the target, the value is the source."""
    rule = mapping_of(ACCOUNT + 'name = "Name"').source("account:Account").rules[0]
    assert (rule.target, rule.source, rule.inputs) == ("name", "from", ("Name",))
    assert (rule.key, rule.line) == ("account.read.name", 9)


WRITE = ACCOUNT + 'name = "Name"\n[account.write]\nobject = "Account"\nmatch = "Id"\n{}\n'
WRITE += '[account.write.fields]\nKAM_Tier__c = "tier"'


@pytest.mark.parametrize(
    ("text", "batching"),
    [
        ("", Batching()),
        ('batch = { api = "bulk", size = 50 }', Batching(api=Api.BULK, size=50)),
        ("batch = { bulk_from = 300 }", Batching(bulk_from=300)),
    ],
)
def test_batch_says_how_an_object_is_sent(mapping_of, text, batching):
    """What an admin writes is what the adapter is told."""
    assert mapping_of(WRITE.format(text)).write_of(Kind.ACCOUNT).batching == batching


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("batch = { size = 0 }", "1 or more"),
        ("batch = { bulk_from = -1 }", "1 or more"),
        ('batch = { size = "200" }', "whole number"),
        ('batch = { api = "soap" }', "auto, bulk, rest"),
        ('batch = { api = "rest", bulk_from = 10 }', "decides nothing"),
        ("batch = { sizes = 10 }", "unknown key"),
    ],
)
def test_a_wrong_batch_is_refused(problems_of, text, words):
    """A number that decides nothing is said, not swallowed."""
    problem = problems_of(WRITE.format(text))[0]
    assert words in problem.message
    assert problem.line == 13


USER = '[user]\nobject = "User"\n[user.read]\nemail = "Email"\n[owners]\n{}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('match = ["Emial"]', '"Emial" is not read in [user.read]'),
        ('inactive = "manager"', "handover"),
        ('inactive = "quarantine"', "handover"),
    ],
)
def test_a_wrong_owner_policy_is_refused(problems_of, text, words):
    """Nobody would ever match, or somebody's tasks would land on another desk."""
    problem = problems_of(USER.format(text))[0]
    assert words in problem.message


def test_all_problems_of_a_file_are_raised_together(problems_of):
    """A person mends a file once, not once per slip."""
    found = problems_of(
        ACCOUNT
        + 'name = { form = "Name" }\n'
        + 'city = { from = "City", via = ["trimm"] }\n'
        + 'owner = { from = "OwnerId", ref = "users" }\n'
    )
    assert [problem.line for problem in found] == [9, 9, 10, 11]
    assert {problem.code for problem in found} == {"KAM-2002", "KAM-2003", "KAM-2005", "KAM-2006"}


@pytest.mark.parametrize(
    ("rule", "code", "words"),
    [
        ('{ from = "A", first = ["B"] }', "KAM-2005", "found from, first"),
        ('{ via = ["trim"] }', "KAM-2005", "found none"),
        ('{ from = "A", via = ["domian"] }', "KAM-2006", "domian"),
        ('{ from = "A", via = [{ truncate = "x" }] }', "KAM-2003", "{ truncate = 255 }"),
        ('{ from = "A", map = "stge" }', "KAM-2007", "[maps.stge]"),
        ('{ from = "A", conflict = "crmm" }', "KAM-2003", "crmm"),
        ('{ from = "A", type = "txt" }', "KAM-2003", "txt"),
        ('{ from = "A", null = "drop" }', "KAM-2003", "drop"),
        ('{ from = "A", nul = "keep" }', "KAM-2002", "unknown key"),
        ('{ from = "A", check = { pattern = "[" } }', "KAM-2003", "regular expression"),
        ('{ association = "companies" }', "KAM-2004", "type_id"),
        ('{ formula = "A.__class__" }', "KAM-2010", "no field"),
        ('{ from = "" }', "KAM-2003", "names no source"),
        ("7", "KAM-2003", "a rule is a text"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_line(problems_of, rule, code, words):
    """Each message says where, what, and the nearest right name."""
    problem = problems_of(ACCOUNT + f"name = {rule}")[0]
    assert (problem.file, problem.line, problem.code) == ("acme.toml", 9, code)
    assert words in problem.message


def test_the_nearest_right_name_is_offered(problems_of):
    """A typo costs one look at the message."""
    assert "domain" in problems_of(ACCOUNT + 'name = { from = "A", via = ["domian"] }')[0].hint
    assert (
        "settle" in problems_of('[account]\nobject = "A"\nsetle = "5m"\n[account.read]\n')[0].hint
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[account]\nobject = "A"\nsettle = "5 minutes"\n[account.read]\n', "no length of time"),
        ('[account]\nobject = "A"\n', "[account.read] is missing"),
        ("[account.read]\nname = 'N'\n", "CRM object to read is missing"),
        ('[budget]\ncalls_per_day = "a lot"\n', "no share"),
        ('[budget]\nreserve = "120%"\n', "no share"),
        ("[acount]\n", "unknown key"),
        ('[owners]\nmatch = "email"\n', "list of texts"),
        ('[task.read]\nstatus = "S"\n', "[task.write] is missing"),
        ('[account.write]\nobject = "A"\n', "is missing"),
    ],
)
def test_a_wrong_section_is_refused(problems_of, text, words):
    """Tables around the rules are checked as closely as the rules."""
    assert any(words in problem.message for problem in problems_of(text))


def test_broken_toml_names_its_line():
    """The parser's own words, with the line in front."""
    with pytest.raises(MappingError, match=r"acme\.toml:2 ") as caught:
        parse_mapping('format = 1\ncrm = "acme\n', name="acme.toml")
    assert caught.value.code == "KAM-2001"
    assert caught.value.exit_code == 3


def test_a_huge_mapping_is_refused():
    """A megabyte is a thousand times a real mapping."""
    with pytest.raises(MappingError) as caught:
        parse_mapping("#" * (1 << 20) + "\n", name="acme.toml")
    assert caught.value.code == "KAM-2011"


def test_a_source_takes_cursor_and_settle_from_defaults_or_account():
    """Only the first object needs to say how it is read on."""
    mapping = parse_mapping(
        'format = 1\ncrm = "x"\n[account]\nobject = "A"\ncursor = "stamp"\nsettle = "1h"\n'
        '[account.read]\nname = "n"\n[contact]\nobject = "C"\n[contact.read]\nname = "n"\n',
        name="x.toml",
    )
    contact = mapping.source("contact:C")
    assert (contact.cursor, contact.settle) == ("stamp", timedelta(hours=1))


def test_several_objects_feed_activities(mapping_of):
    """Each [[activity]] is a source of its own, with its own lines."""
    block = '[[activity]]\nobject = "{0}"\n[activity.read]\nat = "When"\n'
    mapping = mapping_of(block.format("Mail") + block.format("Call"))
    assert [source.name for source in mapping.sources] == ["activity:Mail", "activity:Call"]
    assert [source.rules[0].line for source in mapping.sources] == [9, 13]


def test_a_task_mapping_reads_our_tasks_back_by_key(mapping_of):
    """The object and the key of [task.write] make the source of [task.read]."""
    mapping = mapping_of(
        '[task.write]\nobject = "Task"\nmatch = "our_key"\n[task.write.fields]\nour_key = "key"\n'
        '[task.read]\nstatus = "Status"\n'
    )
    source = mapping.source("task:Task")
    assert [rule.target for rule in source.rules] == ["key", "status"]
    assert source.only_with == "our_key"


def test_shares_of_the_budget_are_exact(mapping_of):
    """Percentages never pass through a float."""
    budget = mapping_of('[budget]\ncalls_per_day = "20%"\nreserve = "12.5%"\n').budget
    assert (budget.calls_share, budget.reserve_share) == (Decimal("0.2"), Decimal("0.125"))


def test_writing_defaults_to_kam_and_reading_to_the_file(mapping_of):
    """Our own fields are ours unless a rule says otherwise."""
    mapping = mapping_of(
        ACCOUNT + 'name = "Name"\n[account.write]\nobject = "Account"\nmatch = "Id"\n'
        '[account.write.fields]\nKAM_Tier = "tier"\n'
    )
    assert mapping.sources[0].rules[0].policy == "crm"
    assert mapping.write_of(Kind.ACCOUNT).rules[0].policy == "kam"


def test_a_named_map_is_used_backwards_when_writing(mapping_of):
    """[maps.x] says CRM value = KAM value, once for both directions."""
    mapping = mapping_of(
        '[maps.grade]\n"Gold" = "a"\n"*" = "c"\n'
        + ACCOUNT
        + 'segment = { from = "Grade", map = "grade" }\n'
        '[account.write]\nobject = "Account"\nmatch = "Id"\n[account.write.fields]\n'
        'KAM_Grade = { from = "tier", map = "grade" }\n'
    )
    read, write = mapping.sources[0].rules[0].map, mapping.writes[0].rules[0].map
    assert (read.entries, read.fallback) == ({"Gold": "a"}, "c")
    assert (write.entries, write.fallback) == ({"a": "Gold"}, None)


def test_lines_are_found_through_multi_line_values():
    """Arrays and texts over several lines do not shift what follows."""
    lines = find_lines('a = [\n  "x = 1",\n]\nb = """\n[c]\n"""\n["d.e"]\n"f g" = 1 # [h]\n')
    assert lines[("a",)] == 1
    assert lines[("b",)] == 4
    assert lines[("d.e", "f g")] == 8
    assert ("c",) not in lines
