"""The three-way merge: no lost update, no clearing by silence, convergence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.mapping import MISSING, merge_field, same_value
from kam_connector.mapping.rule import POLICIES

VALUES = st.one_of(
    st.none(), st.sampled_from(["", "a", "b", " a ", "1.0", "1", "2026-11-21"]), st.integers(0, 3)
)
SIDES = VALUES | st.just(MISSING)
POLICY = st.sampled_from(sorted(POLICIES))


@given(base=SIDES, theirs=VALUES, ours=VALUES, policy=POLICY)
def test_inv4_a_persons_edit_is_lost_only_to_a_policy(base, theirs, ours, policy):
    """INV4: if only the CRM moved, the CRM's value stays, whatever the policy."""
    merged = merge_field(base=base, theirs=theirs, ours=ours, policy=policy)
    agreed = None if base is MISSING else base
    only_theirs = same_value(ours, agreed) and not same_value(theirs, agreed)
    assert not only_theirs or merged.value == theirs
    lost = merged.winner == "kam" and not same_value(theirs, agreed)
    assert not lost or (policy != "crm" and merged.reason.startswith("both moved"))


@given(base=SIDES, present=VALUES, policy=POLICY)
def test_inv6_no_source_never_clears_the_other_side(base, present, policy):
    """INV6: MISSING is silence, on either side."""
    assert merge_field(base=base, theirs=MISSING, ours=present, policy=policy).value == present
    assert merge_field(base=base, theirs=present, ours=MISSING, policy=policy).value == present


@given(base=SIDES, theirs=SIDES, ours=SIDES, policy=POLICY)
def test_merging_twice_changes_nothing(base, theirs, ours, policy):
    """Convergence: both sides hold the result, so the second merge is a no-op (no echo)."""
    first = merge_field(base=base, theirs=theirs, ours=ours, policy=policy)
    again = merge_field(base=first.value, theirs=first.value, ours=first.value, policy=policy)
    assert (again.value, again.winner) == (first.value, "same")


@pytest.mark.parametrize(
    ("policy", "theirs", "ours", "winner"),
    [
        ("crm", "t", "o", "crm"),
        ("crm", None, "o", "crm"),
        ("kam", "t", "o", "kam"),
        ("kam", "t", None, "kam"),
        ("crm_unless_blank", "t", "o", "crm"),
        ("crm_unless_blank", "", "o", "kam"),
        ("kam_unless_blank", "t", "o", "kam"),
        ("kam_unless_blank", "t", None, "crm"),
        ("newest", "t", "o", "crm"),
    ],
)
def test_the_policy_decides_when_both_moved(policy, theirs, ours, winner):
    """Each policy in one line; without times the newest is taken for the person's."""
    merged = merge_field(base="b", theirs=theirs, ours=ours, policy=policy)
    assert merged.winner == winner
    assert merged.reason.startswith("both moved")


@pytest.mark.parametrize(
    ("theirs_at", "ours_at", "winner"),
    [
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:01Z", "kam"),
        ("2026-11-21T10:00:01.000Z", "2026-11-21T11:00:00+01:00", "crm"),
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z", "crm"),
        ("2026-11-21T10:00:00Z", None, "crm"),
        ("2026-11-21", "2026-11-22", "kam"),
    ],
)
def test_newest_goes_by_the_clock_and_a_tie_to_the_person(theirs_at, ours_at, winner):
    """An unknown or equal time is theirs."""
    merged = merge_field(
        base="b", theirs="t", ours="o", policy="newest", theirs_at=theirs_at, ours_at=ours_at
    )
    assert merged.winner == winner


def test_our_own_write_coming_back_is_no_change():
    """INV5: rounding and trimming by the CRM do not start a loop."""
    merged = merge_field(base=" 52.0", theirs="52", ours=52, policy="crm")
    assert merged.winner == "same"


def test_a_first_value_goes_into_a_blank_field():
    """Without a base, a blank side has not moved."""
    merged = merge_field(base=MISSING, theirs=None, ours="2027-01-15", policy="newest")
    assert (merged.value, merged.winner) == ("2027-01-15", "kam")


def test_an_unknown_policy_is_a_mistake():
    """A typo in code does not pick a winner."""
    with pytest.raises(ValueError, match="crmm"):
        merge_field(base=None, theirs=1, ours=2, policy="crmm")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (None, "", True),
        (None, [], True),
        ("1.50", "1.5", True),
        (52, "52", True),
        (True, "true", True),
        (True, 1, False),
        (False, None, False),
        ("2026-11-21", "2026-11-21T00:00:00.000Z", True),
        ("2026-11-21", "2026-11-22", False),
        (["a", "b"], ["b", "a"], True),
        ({"amount": "1", "currency": "EUR"}, {"amount": "1", "currency": "EUR"}, True),
        ("a", "A", False),
        ("007", "7", False),
        ("1_000", "1000", False),
    ],
)
def test_values_compare_in_canonical_form(left, right, same):
    """Equality is that of meaning, in both directions."""
    assert same_value(left, right) is same
    assert same_value(right, left) is same
