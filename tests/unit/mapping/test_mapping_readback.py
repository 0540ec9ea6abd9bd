"""What people change in fields that we write comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.mapping import WriteContext, compile_readback, compile_write
from kam_connector.model.kind import Kind

TEXT = (
    '[account.write]\nobject = "A"\nmatch = "id"\n[account.write.fields]\nKAM_Tier = "tier"\n'
    'KAM_Review = { from = "plan.next_review", type = "date", conflict = "newest" }\n'
    'KAM_Phase = { from = "phase", conflict = "crm_unless_blank", '
    'map = { identification = "1", onboarding = "2", development = "3" } }\n'
    '[task.write]\nobject = "T"\nmatch = "k"\n[task.write.fields]\nk = "key"\n'
    'Owner = { from = "owner", ref = "user", conflict = "newest" }\n'
    'Status = { from = "status", map = { open = "New", done = "Done" }, conflict = "newest" }\n'
    '[task.read]\nstatus = { from = "Closed", map = { "true" = "done", "false" = "open" } }\n'
)


@pytest.fixture(scope="module")
def mapping(mapping_of):
    """Return two written objects with fields that people may change."""
    return mapping_of(TEXT)


@pytest.fixture(scope="module")
def account(mapping, read_context):
    """Return the read-back of accounts."""
    return compile_readback(mapping, Kind.ACCOUNT, read_context)


def test_only_fields_that_people_may_win_are_read_back(account):
    """Our own columns are ours: an edit there is no input."""
    row = {"KAM_Tier": "Z", "KAM_Review": "2027-01-15", "KAM_Phase": "2"}
    assert account(row) == {"plan.next_review": "2027-01-15", "phase": "onboarding"}


def test_a_cleared_field_comes_back_empty_and_an_absent_one_not_at_all(account):
    """The merge must tell a person's clearing from a field that was not read."""
    assert account({"KAM_Review": None}) == {"plan.next_review": None}


def test_a_value_we_have_no_word_for_is_left_to_the_person(account):
    """A foreign picklist value or a broken date never enters the plan."""
    assert account({"KAM_Phase": "9", "KAM_Review": "soon"}) == {}


def test_task_rules_of_their_own_win_over_inverted_ones(mapping, read_context):
    """[task.read] says how the CRM tells a closed task."""
    read = compile_readback(mapping, Kind.TASK, read_context)
    row = {"k": "act_1", "Owner": "7", "Status": "Waiting", "Closed": True}
    assert read(row) == {"key": "act_1", "owner": "user/7", "status": "done"}


def test_a_kind_nothing_is_written_to_reads_back_nothing(mapping, read_context):
    """Every kind may be asked."""
    assert compile_readback(mapping, Kind.CONTACT, read_context)({"a": 1}) == {}


@given(
    phase=st.sampled_from(["identification", "onboarding", "development", None]),
    review=st.dates().map(lambda day: day.isoformat()) | st.none(),
)
def test_inv14_what_we_write_is_what_we_read_back(mapping_of, read_context, phase, review):
    """INV14: on a two-way map's image, read(write(x)) == x."""
    mapping = mapping_of(TEXT.replace('conflict = "', 'null = "clear", conflict = "'))
    context = WriteContext(resolve=lambda _kind, id_: id_)
    write = compile_write(mapping, Kind.ACCOUNT, None, context)
    values = {"phase": phase, "plan.next_review": review}
    fields = write.translate(values).fields
    assert compile_readback(mapping, Kind.ACCOUNT, read_context)(fields) == values
