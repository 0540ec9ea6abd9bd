"""The store as one person sees it: classified whole, denied by default, judged on writing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kam_connector.errors import AccessDenied, UsageError
from kam_connector.model.access import Capability, Reach, Right, Role, Viewer
from kam_connector.model.account import KeyAccount, Stage
from kam_connector.model.figures import CatalogueItem, KpiValue
from kam_connector.model.kept import Kept
from kam_connector.model.kind import Kind
from kam_connector.model.paths import WRITE_PATHS
from kam_connector.model.plan import Plan, PlanStatus
from kam_connector.model.plan_content import Insight, PlanVersion
from kam_connector.model.programme import Competency, ProgrammeCost
from kam_connector.model.signal import Signal
from kam_connector.ports import Store
from kam_connector.store import open_store
from kam_connector.store.seen import HANDLING, Handling, SeenStore
from kam_connector.store.seen.locks import CARRIED
from kam_connector.store.seen.words import Names
from kam_connector.testing.kept_samples import make_kept
from kam_connector.testing.store_conflicts import make_conflict
from kam_connector.testing.store_samples import (
    make_action,
    make_batch,
    make_mirror,
    make_objective,
    make_signal,
)

AT = datetime(2026, 11, 21, tzinfo=UTC)
METHODS = sorted(name for name in dir(Store) if not name.startswith("_"))
FILTERED = sorted(name for name, one in HANDLING.items() if one is Handling.FILTERED)
ADA = Viewer(
    name="ada",
    user_id="usr_ada",
    roles=frozenset({Role.ACCOUNT_MANAGER}),
    rights={"acc_mine": Right.EDIT, "acc_read": Right.READ, "acc_top": Right.EDIT},
)


@pytest.fixture(name="prepared", scope="module")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Accounts mine, read, top with a hidden one below, and hidden; a person in each."""
    file = tmp_path_factory.mktemp("seen") / "kam.db"
    store = open_store(f"sqlite:///{file}")
    rows = []
    people = []
    for id_, parent in (("mine", None), ("read", None), ("top", None), ("low", "acc_top"),
                        ("hidden", None)):  # fmt: skip
        rows.append(make_mirror(Kind.ACCOUNT, f"acc_{id_}", name=f"{id_} Quarry", parent=parent))
        people.append(make_mirror(Kind.CONTACT, f"con_{id_}", name=f"Of {id_}",
                                  account=f"acc_{id_}"))  # fmt: skip
    store.apply_merge(make_batch(Kind.ACCOUNT, *rows))
    store.apply_merge(make_batch(Kind.CONTACT, *people))
    chosen = [_key(f"acc_{id_}") for id_ in ("mine", "read", "top", "hidden")]
    store.save_key_accounts(chosen, as_of=AT.date())
    for one in chosen:
        store.save_signals(one.account_id, [_signal(one.account_id)])
    store.close()
    return file


@pytest.fixture(name="whole")
def _whole(prepared: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of it, without anybody's limits."""
    store = open_store(f"sqlite:///{shutil.copy(prepared, tmp_path / 'kam.db')}")
    yield store
    store.close()


@pytest.fixture(name="seen")
def _seen(whole: Store) -> Callable[..., Store]:
    """Return the store as Ada sees it."""

    def seen(doing: Capability = Capability.ACCOUNTS_READ, viewer: Viewer = ADA) -> Store:
        return whole.seen_by(viewer, doing=doing)

    return seen


def _key(account_id: str, stage: Stage = Stage.ONBOARDING) -> KeyAccount:
    since = date(2026, 1, 1)
    return KeyAccount(account_id=account_id, tier="A", stage=stage, since=since, reason="chosen")


def _signal(account_id: str, **changes: object) -> Signal:
    made = make_signal(key=f"plan_stale:{account_id}", account_id=account_id)
    return replace(made, contact_id=None, opportunity_id=None, **changes)  # type: ignore[arg-type] # checked by dataclass


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_the_store_is_classified(name: str) -> None:
    """A new method is refused to everybody until somebody says how it is to be treated."""
    assert name in HANDLING


@pytest.mark.parametrize("name", FILTERED)
def test_what_is_filtered_has_a_method_of_its_own(name: str) -> None:
    """Nothing that goes by account falls through to the whole store."""
    assert name in {one for made in SeenStore.__mro__ for one in vars(made)}


def test_nothing_is_classified_that_no_store_has() -> None:
    """A method that went takes its line with it."""
    assert sorted(HANDLING) == METHODS


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize("reach", [Reach.SEEN, Reach.ALL, Reach.SYSTEM])
def test_an_unknown_method_is_refused_however_far_somebody_reaches(
    whole: Store, reach: Reach
) -> None:
    """Fail closed: an admin meets it first, and tells us."""
    roles = {Reach.SEEN: Role.ACCOUNT_MANAGER, Reach.ALL: Role.AUDITOR, Reach.SYSTEM: Role.ADMIN}
    doing = {
        Reach.SEEN: Capability.ACCOUNTS_READ,
        Reach.ALL: Capability.CONTROL_READ,
        Reach.SYSTEM: Capability.OPERATE,
    }
    viewer = Viewer(name="x", roles=frozenset({roles[reach]}))
    with pytest.raises(AccessDenied, match="does not reach"):
        _ = whole.seen_by(viewer, doing=doing[reach]).brand_new_method  # type: ignore[attr-defined] # that is the point


@pytest.mark.parametrize("name", ["quarantined", "previews", "journal", "stage", "sealed_token"])
def test_the_engine_is_closed_to_an_account_manager(seen: Callable[..., Store], name: str) -> None:
    """Previews, journals and errors are over all accounts: for who controls or operates."""
    with pytest.raises(AccessDenied):
        getattr(seen(), name)


@pytest.mark.parametrize("doing", [one for one in Capability if one is not Capability.GENERAL])
def test_nobody_without_a_role_gets_a_store(whole: Store, doing: Capability) -> None:
    """Deny by default."""
    with pytest.raises(AccessDenied):
        whole.seen_by(Viewer(name="x"), doing=doing)


@pytest.mark.guarantee("G30")
def test_lists_hold_only_what_is_seen(seen: Callable[..., Store]) -> None:
    """Accounts, key accounts, people and signals, counted as well as named."""
    store = seen()
    expected = {"acc_mine", "acc_read", "acc_top"}
    assert {one.id for one in store.accounts()} == expected
    assert {one.account_id for one in store.key_accounts()} == expected
    assert {row.id for row in store.mirror_rows(Kind.CONTACT)} == {
        "con_mine",
        "con_read",
        "con_top",
    }
    assert {one.account_id for one in store.signals()} == {"acc_mine", "acc_read"}


@pytest.mark.guarantee("G30")
def test_tables_of_records_hold_only_what_is_seen(seen: Callable[..., Store]) -> None:
    """Rows of accounts as the mirror has them: no hidden one, and no parent that is hidden."""
    rows = {row.id for row in seen().mirror_rows(Kind.ACCOUNT)}
    assert rows == {"acc_mine", "acc_read", "acc_top"}


@pytest.mark.guarantee("G30")
def test_facts_of_an_account_asked_by_its_id_are_not_told(seen: Callable[..., Store]) -> None:
    """What exports and reports are made of, for an id that somebody heard elsewhere."""
    asked = ["acc_hidden", "acc_mine", "acc_none"]
    assert [one.account.id for one in seen().facts(asked, since=AT)] == ["acc_mine"]


@pytest.mark.guarantee("G30")
def test_roll_ups_over_a_hidden_account_are_withheld(
    whole: Store, seen: Callable[..., Store]
) -> None:
    """What was computed from a whole tree is not told to who sees a part of it."""
    whole.keep(
        [make_kept(KpiValue, f"k-{id_}", account_id=f"acc_{id_}") for id_ in ("mine", "top")],
        by="x",
        at=AT,
    )
    assert [one.account_id for one in seen().kept(KpiValue)] == ["acc_mine"]


@pytest.mark.guarantee("G30")
def test_facts_leave_out_what_is_below_and_hidden(seen: Callable[..., Store]) -> None:
    """The tree, its people, and the ids of both."""
    facts = next(iter(seen().facts(["acc_top"], since=AT)))
    assert facts.tree == ()
    assert [one.id for one in facts.contacts] == ["con_top"]


def test_a_text_that_names_a_hidden_account_is_withheld(
    whole: Store, seen: Callable[..., Store]
) -> None:
    """A rule may say where a champion went."""
    signal = _signal("acc_mine", summary="Now at Hidden Quarry, they say")
    whole.save_signals("acc_mine", [signal])
    assert seen().signals(account_id="acc_mine") == []


def test_a_person_of_a_hidden_account_hides_what_names_them(
    whole: Store, seen: Callable[..., Store]
) -> None:
    """An action about somebody who works elsewhere."""
    whole.save_actions([make_action("a1", account_id="acc_mine", contact_id="con_hidden")])
    assert seen().actions() == []


@pytest.mark.parametrize("made", [ProgrammeCost, Competency])
def test_costs_and_colleagues_skills_are_not_everybodys(
    whole: Store, seen: Callable[..., Store], made: type[Kept]
) -> None:
    """Of the programme's own records these are its head's."""
    whole.keep([make_kept(made)], by="x", at=AT)
    assert seen().kept(made) == []
    assert seen(Capability.PROGRAMME_READ, _HEAD).kept(made) != []


_HEAD = Viewer(name="hanna", roles=frozenset({Role.PROGRAMME_HEAD}))


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize(
    ("record", "code"),
    [
        (make_kept(Insight, account_id="acc_hidden"), "KAM-7042"),
        (make_kept(Insight, account_id="acc_none"), "KAM-7042"),
        (make_kept(Insight, account_id="acc_read"), "KAM-7049"),
        (make_kept(CatalogueItem), "KAM-7049"),
    ],
)
def test_what_is_not_theirs_is_not_written(
    seen: Callable[..., Store], record: Kept, code: str
) -> None:
    """Hidden and absent alike; read only; the programme's."""
    with pytest.raises((AccessDenied, UsageError)) as refused:
        seen(Capability.ACCOUNTS_EDIT).keep([record], by="ada", at=AT)
    assert refused.value.code == code


@pytest.mark.guarantee("G30")
def test_a_record_is_not_taken_over_by_its_id(whole: Store, seen: Callable[..., Store]) -> None:
    """What is stored under the id counts as well as what it is to become."""
    whole.keep([make_kept(Insight, "i1", account_id="acc_hidden")], by="x", at=AT)
    stolen = make_kept(Insight, "i1", account_id="acc_mine")
    with pytest.raises(UsageError, match='"i1"'):
        seen(Capability.ACCOUNTS_EDIT).keep([stolen], by="ada", at=AT)
    assert whole.kept(Insight, account_id="acc_hidden") != []


@pytest.mark.guarantee("G30")
def test_a_version_that_is_not_shown_is_not_replaced(
    whole: Store, seen: Callable[..., Store]
) -> None:
    """Who does not see the first one would call theirs the first, and take its place."""
    first = make_kept(PlanVersion, "v1", account_id="acc_top")
    whole.keep([first], by="x", at=AT)
    with pytest.raises(AccessDenied, match="not shown to you"):
        seen(Capability.ACCOUNTS_EDIT).keep([replace(first, content="{}")], by="ada", at=AT)
    assert whole.kept(PlanVersion, account_id="acc_top") == [first]


_PLAN = Plan(account_id="acc_mine", status=PlanStatus.DRAFT, next_review=AT.date())
_CARRIED: dict[str, tuple[object, object]] = {
    "plan.next_review": (_PLAN, replace(_PLAN, next_review=None)),
    "plan.status": (_PLAN, replace(_PLAN, status=PlanStatus.ACTIVE)),
}


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize("path", sorted(_CARRIED))
def test_what_goes_into_a_field_that_they_may_not_edit_is_not_changed(
    whole: Store, seen: Callable[..., Store], path: str
) -> None:
    """We would write it with our own rights: the account is theirs to edit, the field is not."""
    before, after = _CARRIED[path]
    whole.save_plan(before)  # type: ignore[arg-type] # a Plan
    store = seen(Capability.ACCOUNTS_EDIT, replace(ADA, locked=frozenset({path})))
    with pytest.raises(AccessDenied) as refused:
        store.save_plan(after)  # type: ignore[arg-type] # a Plan
    assert refused.value.code == "KAM-7052"
    assert whole.plan("acc_mine") == before


@pytest.mark.guarantee("G30")
def test_what_they_may_edit_is_changed_beside_it(whole: Store, seen: Callable[..., Store]) -> None:
    """A lock holds one value, not the record."""
    whole.save_plan(_PLAN)
    store = seen(Capability.ACCOUNTS_EDIT, replace(ADA, locked=frozenset({"plan.next_review"})))
    store.save_plan(replace(_PLAN, status=PlanStatus.ACTIVE))
    found = whole.plan("acc_mine")
    assert found is not None
    assert found.status is PlanStatus.ACTIVE


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize(("locked", "refused"), [("objective.title", True), ("task.due", False)])
def test_a_new_objective_needs_every_field_it_would_fill(
    whole: Store, seen: Callable[..., Store], locked: str, refused: bool
) -> None:
    """Our user would create the record for who may not."""
    store = seen(Capability.ACCOUNTS_EDIT, replace(ADA, locked=frozenset({locked})))
    made = make_objective("o1", account_id="acc_mine", made_by="ada")
    with pytest.raises(AccessDenied) if refused else nullcontext():
        store.save_objectives([made])
    assert (whole.objectives(account_id="acc_mine") == []) is refused


def test_all_that_is_carried_is_a_path_that_mappings_write() -> None:
    """A typing error in the table would let a value through."""
    known = {f"{kind.value}.{path}" for kind in WRITE_PATHS for path in WRITE_PATHS[kind]}
    assert {path for names in CARRIED.values() for path in names.values()} <= known


@pytest.fixture(name="contested")
def _contested(whole: Store) -> Store:
    """The review date of each account, moved on both sides, and a person's title."""
    accounts = ("acc_mine", "acc_read", "acc_top", "acc_hidden")
    made = [make_conflict(f"ref_{id_}", kam_id=id_) for id_ in accounts]
    people = [
        make_conflict(f"ref_{id_}", kam_id=id_, kind=Kind.CONTACT, path="title")
        for id_ in ("con_mine", "con_hidden")
    ]
    whole.save_conflicts([*made, *people])
    return whole


@pytest.mark.guarantee("G30")
@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (ADA, {"acc_mine", "acc_read", "acc_top", "con_mine"}),
        (replace(ADA, hidden=frozenset({"contact.title"})), {"acc_mine", "acc_read", "acc_top"}),
        (replace(ADA, locked=frozenset({"plan.next_review"})), {"con_mine"}),
    ],
    ids=["by-account", "a-hidden-field", "a-locked-field"],
)
def test_conflicts_of_own_accounts_are_shown(
    contested: Store, viewer: Viewer, expected: set[str]
) -> None:
    """To who sees the record and may read the field; the others do not exist, by number too."""
    store = contested.seen_by(viewer, doing=Capability.ACCOUNTS_READ)
    numbers = [one.id for one in contested.conflicts()]
    assert {one.kam_id for one in store.conflicts()} == expected
    assert {one.kam_id for id_ in numbers if (one := store.conflict(id_))} == expected


@pytest.mark.guarantee("G30")
def test_a_conflict_of_what_is_no_record_of_theirs_is_not_shown(
    whole: Store, seen: Callable[..., Store]
) -> None:
    """A plan, an objective, a task or a measure that is not among those they see."""
    kinds = (Kind.PLAN, Kind.OBJECTIVE, Kind.TASK, Kind.MEASURE)
    whole.save_conflicts(make_conflict(f"r_{one}", kam_id="x", kind=one) for one in kinds)
    assert seen().conflicts() == []


def test_reading_writes_nothing(seen: Callable[..., Store]) -> None:
    """A page that shows an account cannot change it, though the person might."""
    with pytest.raises(AccessDenied):
        seen().keep([make_kept(Insight, account_id="acc_mine")], by="ada", at=AT)


def test_signals_that_are_not_seen_stay_when_the_others_are_saved(
    whole: Store, seen: Callable[..., Store]
) -> None:
    """Replacing what one sees does not drop what one does not."""
    other = replace(_signal("acc_mine", summary="At hidden Quarry"), key="other")
    whole.save_signals("acc_mine", [_signal("acc_mine"), other])
    store = seen(Capability.ACCOUNTS_EDIT)
    store.save_signals("acc_mine", store.signals(account_id="acc_mine", everything=True))
    assert len(whole.signals(account_id="acc_mine")) == 2


@pytest.mark.guarantee("G30")
def test_a_stage_may_be_moved_and_the_choice_stays(
    whole: Store, seen: Callable[..., Store]
) -> None:
    """An account manager moves their account; who else is chosen is the head's matter."""
    store = seen(Capability.ACCOUNTS_EDIT)
    moved = [_key("acc_mine", Stage.DEVELOPMENT), _key("acc_read"), _key("acc_top")]
    store.save_key_accounts(moved, as_of=AT.date())
    found = {one.account_id: one.stage for one in whole.key_accounts()}
    assert found["acc_mine"] is Stage.DEVELOPMENT
    assert found["acc_hidden"] is Stage.ONBOARDING


@pytest.mark.parametrize("chosen", [[], [_key("acc_mine"), _key("acc_read")]])
def test_the_choice_of_key_accounts_is_not_an_account_managers(
    seen: Callable[..., Store], chosen: list[KeyAccount]
) -> None:
    """Leaving one out drops it: that needs the programme's head."""
    with pytest.raises(AccessDenied):
        seen(Capability.ACCOUNTS_EDIT).save_key_accounts(chosen, as_of=AT.date())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Now at Acme SA.", True),
        ("now at ACME sa", True),
        ("Pacme safari", False),
        ({"why": ["acme SA's plant"]}, True),
        (12, False),
    ],
)
def test_names_are_found_as_whole_words(text: object, named: bool) -> None:
    """Whatever their case, anywhere inside a value; never inside another word."""
    assert Names(["Acme SA", "AG"]).stand_in(text) is named
