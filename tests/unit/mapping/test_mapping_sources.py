"""What a mapping asks a CRM for."""

from datetime import timedelta

from kam_connector.mapping import path_table, pull_sources
from kam_connector.mapping.problem import CODES, NOTES
from kam_connector.model.kind import Kind
from kam_connector.model.pull import Association, PullSource

TEXT = """
[account]
object = "Account"
[account.read]
name     = "Name"
turnover = { from = "Revenue", type = "money", currency = "Currency" }
segment  = { formula = "IF(ISBLANK(Rating), @grade, Rating)", optional = true }
parent   = { association = "Account", type_id = 14, ref = "account" }
[[activity]]
object = "Task"
[activity.read]
at     = "When"
people = "@relations"
[account.write]
object = "Account"
match  = "Id"
[account.write.fields]
KAM_Tier = "tier"
[task.write]
object = "Task"
match  = "our_key"
[task.write.fields]
our_key = "key"
Subject = "title"
[task.read]
status = "Status"
"""


def test_a_source_reads_all_that_reading_and_writing_need(mapping_of):
    """Formula inputs, currencies and the CRM image come with it, sorted."""
    account = pull_sources(mapping_of(TEXT))[0]
    assert account.name == "account:Account"
    assert account.fields == ("Currency", "KAM_Tier", "Name", "Rating", "Revenue")
    assert account.virtual == ("@grade",)
    assert account.optional == {"Currency", "KAM_Tier", "Rating", "@grade"}
    assert [(one.object, one.type_id, one.alias) for one in account.associations] == [
        ("Account", 14, "Account#14")
    ]
    assert (account.cursor_field, account.settle) == ("stamp", timedelta(minutes=5))


def test_our_own_tasks_are_no_activity_and_come_back_as_tasks(mapping_of):
    """One object, two sources, parted by our key."""
    _, activity, task = pull_sources(mapping_of(TEXT))
    assert (activity.without, activity.only_with) == ("our_key", None)
    assert (task.without, task.only_with) == (None, "our_key")
    assert task.fields == ("Status", "Subject", "our_key")


def test_an_org_currency_is_no_field(mapping_of):
    """@..._currency is answered by the connection, an ISO code by itself."""
    text = '[account]\nobject = "A"\n[account.read]\nturnover = {{ from = "R", currency = "{}" }}\n'
    found = [pull_sources(mapping_of(text.format(one)))[0] for one in ("@portal_currency", "EUR")]
    assert [(one.fields, one.virtual) for one in found] == [(("R",), ()), (("R",), ())]


def test_a_sweep_reads_what_rules_mark_and_links_unless_said_otherwise(mapping_of):
    """Links stand outside their records: no CRM promises that they move a timestamp."""
    link = 'parent   = { association = "Account", type_id = 14, ref = "account"'
    assert pull_sources(mapping_of(TEXT))[0].swept == {"Account#14"}
    quiet = TEXT.replace(link, f"{link}, sweep = false")
    assert pull_sources(mapping_of(quiet))[0].swept == frozenset()
    marked = TEXT.replace("optional = true", "optional = true, sweep = true")
    assert pull_sources(mapping_of(marked))[0].swept == {"Account#14", "Rating", "@grade"}


def test_a_narrowed_source_is_the_same_source_with_less():
    """Name, conditions and cursor stay: the records are the same."""
    link = Association(object="Account", type_id=14, alias="Account#14")
    whole = PullSource(
        kind=Kind.ACCOUNT,
        object="Account",
        fields=("Name", "Rating"),
        virtual=("@grade",),
        associations=(link,),
        cursor_field="stamp",
        settle=timedelta(0),
        without="our_key",
    )
    narrow = whole.narrowed({"Rating", "Account#14", "Unknown"})
    assert (narrow.fields, narrow.virtual, narrow.associations) == (("Rating",), (), (link,))
    assert (narrow.name, narrow.without) == (whole.name, "our_key")


def test_every_path_is_listed_with_type_and_meaning():
    """Kam mapping paths shows what a mapping may name."""
    rows = path_table()
    assert ("account", "write", "tier", "text") in [row[:4] for row in rows]
    assert all(row.meaning for row in rows)


def test_every_code_has_a_title():
    """Kam explain knows each of them."""
    assert set(CODES) >= NOTES
    assert all(code.startswith("KAM-2") and title for code, title in CODES.items())
