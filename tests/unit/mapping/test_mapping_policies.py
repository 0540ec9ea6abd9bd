"""Policies that ask a person are stated where there is somebody to ask, and something to join."""

import pytest

from kam_connector.mapping import WriteContext, check_mapping, check_schema, compile_write
from kam_connector.mapping.joining import Joining
from kam_connector.model.kind import Kind
from kam_connector.model.schema import FieldSchema, FieldType, ObjectSchema

READ = '[account]\nobject = "Account"\n[account.read]\nname = "Name"\n'
WRITE = READ + '[account.write]\nobject = "Account"\nmatch = "Id"\n[account.write.fields]\n'
TASK = (
    '[task.write]\nobject = "Task"\nmatch = "our_key"\n[task.write.fields]\nour_key = "key"\n{}\n'
    "[task.read]\n{}\n"
)


def found(mapping_of, text):
    """Return code, line and message of everything wrong."""
    return [(one.code, one.line, one.message) for one in check_mapping(mapping_of(text))]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('{ from = "plan.next_review", type = "date", conflict = "merge" }', "is of type date"),
        ('{ from = "health.score", type = "int", conflict = "merge" }', "is of type number"),
        ('{ from = "summary.json", conflict = "merge" }', "is of type json"),
        ('{ from = "phase", map = { a = "b" }, conflict = "merge" }', "a single word"),
    ],
)
def test_what_cannot_be_joined_is_refused_with_its_line(mapping_of, rule, words):
    """A number has no lines: the file says who is asked instead."""
    ((code, line, message),) = found(mapping_of, f"{WRITE}KAM_X = {rule}\n")
    assert (code, line) == ("KAM-2008", 14)
    assert words in message


@pytest.mark.parametrize(
    "rule",
    [
        '{ from = "risk.top", conflict = "merge" }',
        '{ from = "risk.top", type = "list", conflict = "merge" }',
        '{ from = "plan.next_review", type = "date", conflict = "manual" }',
        '{ from = "health.score", type = "int", conflict = "manual" }',
    ],
)
def test_what_fits_is_let_through(mapping_of, rule):
    """Texts and lists are joined; anything may wait."""
    assert found(mapping_of, f"{WRITE}KAM_X = {rule}\n") == []


@pytest.mark.parametrize("policy", ["merge", "manual"])
def test_what_cannot_be_read_back_does_not_ask(mapping_of, policy):
    """As under every policy that lets a person win."""
    rule = f'KAM_X = {{ join = ["phase", "risk.top"], conflict = "{policy}" }}\n'
    assert [code for code, *_ in found(mapping_of, WRITE + rule)] == ["KAM-2021"]


@pytest.mark.parametrize("policy", ["merge", "manual"])
def test_a_plain_read_rule_has_nothing_to_ask_about(mapping_of, policy):
    """The layer holds no name of its own against the CRM's: said, with what settles it."""
    text = READ.replace('"Name"', f'{{ from = "Name", conflict = "{policy}" }}')
    (problem,) = check_mapping(mapping_of(text))
    assert (problem.code, problem.line) == ("KAM-2008", 9)
    assert "no value of its own" in problem.message
    assert "order in the configuration" in problem.hint


def test_asking_is_no_default(problems_of):
    """It would ask where nothing can be asked."""
    problem = problems_of('conflict = "manual"\n' + READ)[0]
    assert (problem.code, problem.line) == ("KAM-2008", 6)


def test_a_read_rule_of_what_we_make_asks_for_its_write_rule_too(mapping_of):
    """The layer keeps a task's day: stated once, it holds both ways."""
    text = READ + TASK.format(
        'due_on = { from = "due", type = "date" }',
        'due = { from = "due_on", type = "date", conflict = "manual" }',
    )
    mapping = mapping_of(text)
    assert check_mapping(mapping) == ()
    rules = {one.target: one.policy for one in mapping.write_of(Kind.TASK).rules}
    assert rules == {"our_key": "kam", "due_on": "manual"}


@pytest.mark.parametrize(
    ("write", "read", "words"),
    [
        (
            'due_on = { from = "due", type = "date", conflict = "newest" }',
            'due = { from = "due_on", type = "date", conflict = "manual" }',
            'under "newest"',
        ),
        ("", 'due = { from = "due_on", type = "date", conflict = "manual" }', "never written"),
    ],
)
def test_two_policies_of_one_value_are_refused(mapping_of, write, read, words):
    """Or one of a value that nothing of ours stands against."""
    problems = found(mapping_of, READ + TASK.format(write, read))
    assert any(code == "KAM-2008" and words in message for code, _, message in problems)


def schema(type_: FieldType, length: int | None = None) -> ObjectSchema:
    """Return an org with one field of ours."""
    fields = {
        "Name": FieldSchema(name="Name", label="Name", type=FieldType.TEXT),
        "stamp": FieldSchema(name="stamp", label="Stamp", type=FieldType.DATETIME),
        "KAM_X": FieldSchema(name="KAM_X", label="X", type=type_, length=length),
    }
    return ObjectSchema(object="Account", fields=fields)


JOINED = WRITE + 'KAM_X = { from = "risk.top", conflict = "merge", via = [{ truncate = 90 }] }\n'


@pytest.mark.parametrize(
    ("type_", "codes"),
    [
        (FieldType.LONG_TEXT, []),
        (FieldType.MULTI_PICKLIST, []),
        (FieldType.PICKLIST, ["KAM-2008"]),
        (FieldType.EMAIL, ["KAM-2008"]),
    ],
)
def test_a_live_field_of_one_value_joins_nothing(mapping_of, type_, codes):
    """`kam doctor` says so, with the line."""
    problems = check_schema(mapping_of(JOINED), {"Account": schema(type_)})
    assert [one.code for one in problems] == codes


@pytest.mark.parametrize(
    ("type_", "length", "joining"),
    [
        (FieldType.LONG_TEXT, 500, Joining("lines", 500)),
        (FieldType.MULTI_PICKLIST, None, Joining("items")),
    ],
)
def test_the_live_field_says_how_values_are_joined(mapping_of, type_, length, joining):
    """A choice of many by item, a text by lines, no longer than the field."""
    context = WriteContext(resolve=lambda _kind, _id: None)
    plan = compile_write(mapping_of(JOINED), Kind.ACCOUNT, schema(type_, length), context)
    (field,) = plan.fields
    assert (field.policy, field.shared, field.joining) == ("merge", True, joining)
