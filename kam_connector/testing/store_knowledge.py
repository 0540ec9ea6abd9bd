"""Promises about the KAM layer: facts, scores, signals, plans, actions, outcomes."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from kam_connector.model.account import RenewalCycle, RenewalState, User
from kam_connector.model.activity import ActivityKind, Direction
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.money import Money
from kam_connector.model.outcome import Outcome
from kam_connector.model.plan import ActionState
from kam_connector.model.score import Contribution, Counterfactual, StrengthScore
from kam_connector.model.signal import SignalState
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    TODAY,
    facts_of,
    make_action,
    make_batch,
    make_key,
    make_mirror,
    make_plan,
    make_score,
    make_signal,
)

__all__ = ["KnowledgeContract"]

_YESTERDAY = TODAY - timedelta(days=1)
_CYCLE = RenewalCycle(
    id="ren-1",
    account_id="acc_1",
    opportunity_id="opp_1",
    opens=date(2026, 8, 3),
    decision=date(2027, 1, 30),
)


def _save(store: Store, kind: Kind, id_: str, /, **values: JsonValue) -> None:
    store.apply_merge(make_batch(kind, make_mirror(kind, id_, **values)))


def _save_mail(store: Store, id_: str, /, *people: tuple[str, str], **other: JsonValue) -> None:
    listed: list[JsonValue] = [{"kind": kind, "id": person} for kind, person in people]
    values: dict[str, JsonValue] = {
        "kind": "email",
        "at": "2026-11-18T09:00:00.000Z",
        "direction": "inbound",
        "people": listed,
        **other,
    }
    _save(store, Kind.ACTIVITY, id_, **values)


def _strength(contact_id: str, value: str) -> StrengthScore:
    return StrengthScore(
        contact_id=contact_id,
        value=Decimal(value),
        band="strong",
        confidence=Decimal("0.75"),
        depth=Decimal("0.50"),
        our_people=2,
        last_two_way=TODAY,
    )


class KnowledgeContract:
    """What derive reads and keeps."""

    def test_facts_cover_the_whole_tree(self, store: Store) -> None:
        """Subsidiaries at any depth count, a circle of parents ends, strangers stay out."""
        _save(store, Kind.ACCOUNT, "acc_1", name="Nordwind", parent="acc_4")
        _save(store, Kind.ACCOUNT, "acc_2", name="Nordwind Énergie", parent="acc_1")
        _save(store, Kind.ACCOUNT, "acc_3", name="Nordwind Nord", parent="acc_2")
        _save(store, Kind.ACCOUNT, "acc_4", name="Nordwind Sud", parent="acc_3")
        _save(store, Kind.ACCOUNT, "acc_9", name="Stranger")
        _save(store, Kind.CONTACT, "con_3", name="Inès Roy", account="acc_3")
        _save(store, Kind.CONTACT, "con_9", account="acc_9")
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        facts = facts_of(store, "acc_1")
        assert facts.account.name == "Nordwind"
        assert [account.id for account in facts.tree] == ["acc_2", "acc_3", "acc_4"]
        assert [(contact.id, contact.name) for contact in facts.contacts] == [("con_3", "Inès Roy")]

    def test_who_left_the_choice_is_read_only_when_asked_for(self, store: Store) -> None:
        """A back-test looks at former key accounts; every night leaves them alone."""
        _save(store, Kind.ACCOUNT, "acc_1", name="Nordwind")
        store.save_key_accounts([make_key("acc_1")], as_of=_YESTERDAY)
        assert store.former_key_accounts() == {}
        store.save_key_accounts([], as_of=TODAY)
        since = EPOCH - timedelta(days=365)
        assert store.former_key_accounts() == {"acc_1": TODAY}
        assert list(store.facts(["acc_1"], since=since)) == []
        (facts,) = store.facts(["acc_1"], since=since, former=True)
        assert facts.account.name == "Nordwind"

    def test_facts_hold_business_with_exact_money_and_roles(self, store: Store) -> None:
        """Amounts never pass through a float; roles come with their opportunity."""
        _save(store, Kind.ACCOUNT, "acc_1", turnover={"amount": "12.50", "currency": "EUR"})
        money: JsonValue = {"amount": "2400000.10", "currency": "EUR"}
        deal: dict[str, JsonValue] = {"account": "acc_1", "amount": money, "closes": "2027-01-30"}
        _save(store, Kind.OPPORTUNITY, "opp_1", **deal, stage="Proposal", closed=False, won=False)
        _save(store, Kind.OPPORTUNITY_ROLE, "rol_1", opportunity="opp_1", contact="c", role="legal")
        _save(store, Kind.OPPORTUNITY_ROLE, "rol_2", opportunity="opp_2", contact="c", role="legal")
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        facts = facts_of(store, "acc_1")
        (opportunity,) = facts.opportunities
        assert facts.account.turnover == Money(amount=Decimal("12.50"), currency="EUR")
        assert opportunity.amount == Money(amount=Decimal("2400000.10"), currency="EUR")
        assert opportunity.closes_on == date(2027, 1, 30)
        assert [role.id for role in facts.roles] == ["rol_1"]

    def test_facts_hold_activities_of_account_or_people_oldest_first(self, store: Store) -> None:
        """By the account's name or by a contact in it, once each, none before the horizon."""
        _save(store, Kind.ACCOUNT, "acc_1")
        _save(store, Kind.CONTACT, "con_1", account="acc_1")
        late = "2026-11-19T09:00:00.000Z"
        _save_mail(store, "act_2", ("contact", "con_1"), ("user", "usr_1"), at=late)
        _save_mail(store, "act_1", account="acc_1", held="false", direction="sideways")
        _save_mail(store, "act_old", ("contact", "con_1"), at="2020-01-01T00:00:00.000Z")
        _save_mail(store, "act_other", ("contact", "con_9"))
        _save_mail(store, "act_none", ("contact", "con_1"), kind="ignore")
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        first, second = facts_of(store, "acc_1").activities
        assert (first.id, first.held, first.direction) == ("act_1", False, Direction.UNKNOWN)
        assert (second.id, second.held, second.kind) == ("act_2", True, ActivityKind.EMAIL)
        assert (second.contact_ids, second.user_ids) == (("con_1",), ("usr_1",))

    def test_an_activity_follows_its_people(self, store: Store) -> None:
        """Somebody removed from a meeting no longer counts as having been there."""
        _save(store, Kind.ACCOUNT, "acc_1")
        _save(store, Kind.CONTACT, "con_1", account="acc_1")
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        _save_mail(store, "act_1", ("contact", "con_1"))
        _save_mail(store, "act_1", ("contact", "con_9"))
        assert facts_of(store, "acc_1").activities == ()

    def test_captured_users_have_mail_anywhere(self, store: Store) -> None:
        """Silence means something only for people whose mail is recorded."""
        _save(store, Kind.ACCOUNT, "acc_1")
        _save(store, Kind.USER, "usr_1", name="Ann", active=True)
        _save(store, Kind.USER, "usr_2", name="Bob", active=False)
        _save_mail(store, "act_1", ("user", "usr_1"), ("contact", "con_9"))
        _save_mail(store, "act_2", ("user", "usr_2"), kind="meeting")
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        facts = facts_of(store, "acc_1")
        assert facts.captured_user_ids == {"usr_1"}
        assert facts.users["usr_2"] == User(
            id="usr_2",
            name="Bob",
            active=False,
            home_connection="sf",
            refs=(("sf", "ref-usr_2"),),
        )
        assert [user.id for user in store.users()] == ["usr_1", "usr_2"]

    def test_facts_bring_the_layers_own_memory(self, store: Store) -> None:
        """Renewals, plan, actions, signals and the scores of the run before."""
        _save(store, Kind.ACCOUNT, "acc_1")
        store.save_key_accounts([make_key("acc_1")], as_of=TODAY)
        done = make_action("act-2", state=ActionState.DONE, closed_on=TODAY)
        store.save_renewals("acc_1", [_CYCLE])
        store.save_plan(make_plan("acc_1"))
        store.save_actions([make_action("act-1"), done])
        store.save_signals("acc_1", [make_signal()])
        scores = [make_score(as_of=_YESTERDAY, value=Decimal("78.0")), make_score(as_of=TODAY)]
        store.save_scores(scores, run_id="run-1")
        facts = facts_of(store, "acc_1")
        assert (facts.renewals, facts.plan) == ((_CYCLE,), make_plan("acc_1"))
        assert facts.actions == (make_action("act-1"), done)
        assert facts.signals == (make_signal(),)
        assert facts.previous == {"health": scores[1]}
        assert facts_of(store, "acc_1", before=TODAY).previous == {"health": scores[0]}

    def test_facts_are_given_for_chosen_live_accounts_only(self, store: Store) -> None:
        """In the order asked, over any number of accounts."""
        ids = [f"acc_{number:03d}" for number in range(120)]
        rows = [make_mirror(Kind.ACCOUNT, id_, name=id_) for id_ in ids]
        store.apply_merge(make_batch(Kind.ACCOUNT, *rows))
        store.save_key_accounts([make_key(id_) for id_ in ids[1:]], as_of=TODAY)
        store.apply_merge(make_batch(Kind.ACCOUNT, replace(rows[1], deleted=True)))
        found = store.facts([*reversed(ids), "nobody"], since=EPOCH)
        assert [facts.account.id for facts in found] == list(reversed(ids[2:]))

    def test_who_leaves_the_choice_is_no_key_account_any_more(self, store: Store) -> None:
        """And may come back."""
        one, two = make_key("acc_1"), make_key("acc_2")
        store.save_key_accounts([one, two], as_of=_YESTERDAY)
        store.save_key_accounts([one], as_of=TODAY)
        assert store.key_accounts() == [one]
        store.save_key_accounts([one, replace(two, tier="2")], as_of=TODAY)
        assert store.key_accounts() == [one, replace(two, tier="2")]

    def test_a_score_keeps_its_whole_ledger(self, store: Store) -> None:
        """One score per account, name and day; the last of a day stays, newest first."""
        cap = Contribution(
            key="cap.champion_left",
            points=Decimal("-26.0"),
            weight=Decimal(0),
            reading=None,
            reason="champion left, 70 days before renewal",
        )
        full = make_score(
            caps=("champion left",),
            counterfactual=Counterfactual(what="A reply from Inès Roy", points=Decimal("9.0")),
            before=Decimal("78.0"),
            before_as_of=_YESTERDAY,
            changes=(cap,),
            inputs={"threads": "1.4"},
        )
        older = make_score(as_of=_YESTERDAY, value=None)
        oldest = make_score(as_of=date(2026, 1, 1))
        tie = make_score(name="relationship")
        store.save_scores([oldest, older, make_score(), tie], run_id="run-1")
        store.save_scores([full], run_id="run-2")
        assert store.scores("acc_1") == [full, tie, older]
        assert store.scores("acc_1", limit=1) == [full, tie]

    def test_strengths_come_strongest_first(self, store: Store) -> None:
        """As numbers, not as text, and only of the account's contacts."""
        _save(store, Kind.CONTACT, "con_1", account="acc_1")
        _save(store, Kind.CONTACT, "con_2", account="acc_1")
        _save(store, Kind.CONTACT, "con_3", account="acc_2")
        weak, strong = _strength("con_1", "8.0"), _strength("con_2", "76.0")
        store.save_strengths([weak, _strength("con_2", "1.0")], as_of=_YESTERDAY)
        store.save_strengths([strong, _strength("con_3", "50.0")], as_of=TODAY)
        assert store.strengths("acc_1") == [strong, weak]

    def test_signals_are_replaced_by_account(self, store: Store) -> None:
        """Ended ones, suppressed ones and those on trial are no longer told, and remembered."""
        resolved = make_signal("b", state=SignalState.RESOLVED)
        trial = make_signal("d", state=SignalState.PENDING)
        other = make_signal("c", account_id="acc_2", contact_id="con_1")
        store.save_signals("acc_1", [make_signal("old")])
        store.save_signals("acc_1", [make_signal("a"), resolved, trial])
        store.save_signals("acc_2", [other])
        assert store.signals() == [make_signal("a"), other]
        assert store.signals(account_id="acc_2") == [other]
        told = store.signals(account_id="acc_1", everything=True)
        assert told == [make_signal("a"), resolved, trial]

    def test_actions_plans_and_renewals_are_replaced(self, store: Store) -> None:
        """The last saved is what counts."""
        store.save_actions([make_action("act-1"), make_action("act-2")])
        store.save_actions([make_action("act-1", state=ActionState.OPEN, severity="critical")])
        store.save_plan(make_plan())
        store.save_plan(make_plan(next_review=None, updated_at=EPOCH))
        store.save_renewals("acc_1", [_CYCLE, replace(_CYCLE, id="ren-2")])
        store.save_renewals("acc_1", [replace(_CYCLE, state=RenewalState.WON)])
        first, second = store.actions()
        assert (first.state, first.severity) == (ActionState.OPEN, "critical")
        assert second == make_action("act-2")
        assert store.plan("acc_1") == make_plan(next_review=None, updated_at=EPOCH)
        assert store.plan("acc_2") is None

    def test_outcomes_not_given_keep_their_last_values(self, store: Store) -> None:
        """Derive is incremental."""
        one = Outcome(kind=Kind.ACCOUNT, id="acc_1", values={"health.score": 52, "tier": None})
        two = Outcome(kind=Kind.ACCOUNT, id="acc_2", values={"tier": "1"}, reasons={"tier": "rule"})
        store.save_outcomes([one, two], as_of=_YESTERDAY)
        moved = replace(one, values={"health.score": 51})
        store.save_outcomes([moved], as_of=TODAY)
        assert store.outcomes(Kind.ACCOUNT) == [moved, two]
        assert store.outcomes(Kind.CONTACT) == []
