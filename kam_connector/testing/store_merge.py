"""Promises about the merge: mirror, bases, identity, aliases, quarantine."""
# ruff: noqa: S101 - a contract suite asserts

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kam_connector.model.contact import Position
from kam_connector.model.identity import IdentityLink, MatchState, RecordKey
from kam_connector.model.kind import MADE, JsonValue, Kind
from kam_connector.model.paths import READ_PATHS, PathType
from kam_connector.model.pull import Cursor
from kam_connector.model.staging import MirrorRow, Quarantined
from kam_connector.ports import Store
from kam_connector.testing.store_samples import (
    EPOCH,
    SteppedClock,
    facts_of,
    make_agreed,
    make_batch,
    make_key,
    make_mirror,
    make_row,
    make_source,
)

__all__ = ["MergeContract"]

_SAMPLES: dict[PathType, JsonValue] = {
    PathType.TEXT: "tab\tand 'quote' and é",
    PathType.BOOLEAN: False,
    PathType.DATE: "2026-11-21",
    PathType.DATETIME: "2026-11-21T06:00:00.000Z",
    PathType.MONEY: {"amount": "2400000.50", "currency": "EUR"},
    PathType.LIST: ["a", "b"],
    PathType.PEOPLE: [{"kind": "contact", "id": "con_1"}, {"kind": "user", "id": "usr_1"}],
    PathType.REF_ACCOUNT: "acc_9",
    PathType.REF_CONTACT: "con_9",
    PathType.REF_OPPORTUNITY: "opp_9",
    PathType.REF_USER: "usr_9",
    PathType.REF_CONTRACT: "ctr_9",
    PathType.REF_PRODUCT: "prd_9",
    PathType.INTEGER: 90,
    PathType.NUMBER: "1.0825",
}
_REFUSED = Quarantined(
    connection="sf",
    source="contact:Contact",
    ref="003A",
    field="email",
    code="KAM-3201",
    message="not an address",
)


def _save_tree(store: Store, *accounts: tuple[str, str | None]) -> None:
    rows = [make_mirror(Kind.ACCOUNT, id_, name=id_, parent=above) for id_, above in accounts]
    store.apply_merge(make_batch(Kind.ACCOUNT, *rows))
    store.save_key_accounts([make_key(accounts[0][0])], as_of=EPOCH.date())


def _full_and_blank(kind: Kind) -> list[MirrorRow]:
    paths = READ_PATHS[kind]
    values = {path: _SAMPLES[spec.type] for path, spec in paths.items()}
    full = make_mirror(kind, f"{kind}-1", **values, my_own_path=["x", 1])
    return [full, make_mirror(kind, f"{kind}-2", **dict.fromkeys(paths))]


class MergeContract:
    """What resolve and merge store."""

    def test_every_mapped_path_comes_back_as_it_went_in(self, store: Store) -> None:
        """All kinds, all types, blanks, and paths of an admin's own."""
        given = {kind: _full_and_blank(kind) for kind in READ_PATHS if kind not in MADE}
        batches = [make_batch(kind, *rows) for kind, rows in given.items()]
        list(map(store.apply_merge, batches))
        assert {kind: list(store.mirror_rows(kind)) for kind in given} == given

    def test_a_merge_replaces_earlier_values(self, store: Store) -> None:
        """The last merge is what the mirror says."""
        store.apply_merge(make_batch(Kind.ACCOUNT, make_mirror(Kind.ACCOUNT, "a", name="Old")))
        store.apply_merge(make_batch(Kind.ACCOUNT, make_mirror(Kind.ACCOUNT, "a", name="New")))
        assert [account.name for account in store.accounts()] == ["New"]

    def test_deleted_records_are_kept_but_no_longer_live(self, store: Store) -> None:
        """With or without values; a restored record keeps what it had."""
        first, second = make_mirror(Kind.ACCOUNT, "a"), make_mirror(Kind.ACCOUNT, "b", name="B")
        store.apply_merge(make_batch(Kind.ACCOUNT, first, second))
        gone = [replace(first, deleted=True), replace(make_mirror(Kind.ACCOUNT, "b"), deleted=True)]
        store.apply_merge(make_batch(Kind.ACCOUNT, *gone))
        assert store.accounts() == []
        store.apply_merge(make_batch(Kind.ACCOUNT, second))
        assert [account.name for account in store.accounts()] == ["B"]

    def test_refs_lead_back_to_the_crm_records(self, store: Store) -> None:
        """Home first; tasks, which have no mirror, by their base documents."""
        pairs = (("hs", "77"), ("sf", "001A"))
        row = replace(make_mirror(Kind.ACCOUNT, "a"), refs=pairs, home_connection="hs")
        task = make_agreed("00T1", Kind.TASK, kam_id="act-1")
        store.apply_merge(make_batch(Kind.ACCOUNT, row, agreed=(task,)))
        assert store.refs(Kind.ACCOUNT, ["a", "nobody"]) == {"a": pairs}
        assert store.refs(Kind.TASK, ["act-1"]) == {"act-1": (("sf", "00T1"),)}

    def test_bases_are_found_by_record_and_by_kam_record(self, store: Store) -> None:
        """One document a CRM record, replaced as a whole."""
        old = make_agreed("001A", kam_id="a", read={"name": "Old"})
        new = make_agreed("001A", kam_id="a", written={"KAM_Health__c": 52})
        twin = make_agreed("77", key=RecordKey("hs", Kind.ACCOUNT, "77"), kam_id="a")
        store.apply_merge(make_batch(Kind.ACCOUNT, agreed=(old, twin)))
        store.apply_merge(make_batch(Kind.ACCOUNT, agreed=(new,)))
        nobody = RecordKey("sf", Kind.ACCOUNT, "nobody")
        assert store.agreed([new.key, twin.key, nobody]) == {new.key: new, twin.key: twin}
        assert store.agreed_of(Kind.ACCOUNT, ["a"]) == {"a": [twin, new]}
        assert store.agreed_of(Kind.CONTACT, ["a"]) == {}

    def test_merge_and_cleared_dirt_are_one_transaction(self, store: Store) -> None:
        """Done rows wait no more, others do."""
        source = make_source()
        page = [make_row("003A"), make_row("003B")]
        store.stage("sf", source, "changes", page, Cursor())
        store.dirty("sf", source.name, limit=10)
        store.apply_merge(make_batch(Kind.CONTACT, source=source.name, done=("003A",)))
        assert [row.ref for row in store.dirty("sf", source.name, limit=10)] == ["003B"]

    def test_alias_chains_end_at_the_survivor(self, store: Store) -> None:
        """After any chain of merges (INV10), and even when a merge was reversed."""
        pairs = (("a", "b"), ("b", "c"), ("c", "d"))
        store.apply_merge(make_batch(Kind.ACCOUNT, aliases=pairs))
        assert [store.alias("sf", Kind.ACCOUNT, ref) for ref in "abcdx"] == list("ddddx")
        assert store.alias("sf", Kind.CONTACT, "a") == "a"
        assert store.aliases("sf")[Kind.ACCOUNT, "b"] == "c"
        store.apply_merge(make_batch(Kind.ACCOUNT, aliases=(("d", "a"),)))
        assert [store.alias("sf", Kind.ACCOUNT, ref) for ref in "bd"] == ["a", "a"]

    def test_identity_links_are_replaced_by_record(self, store: Store) -> None:
        """A proposal a person confirmed is one link, not two."""
        key = RecordKey("hs", Kind.ACCOUNT, "77")
        link = IdentityLink(key=key, kam_id="a", state=MatchState.PROPOSED, evidence="domain")
        store.save_identities([link])
        confirmed = replace(link, state=MatchState.CONFIRMED)
        store.apply_merge(make_batch(Kind.ACCOUNT, identities=(confirmed,)))
        assert store.identities() == [confirmed]

    def test_quarantine_counts_and_heals(self, store: Store, clock: SteppedClock) -> None:
        """The same refusal again counts up; a healed record leaves."""
        write = replace(_REFUSED, ref="003B", direction="write")
        store.apply_merge(make_batch(Kind.CONTACT, quarantined=(_REFUSED,)))
        clock.advance(60)
        store.save_quarantined([_REFUSED, write])
        first, second = store.quarantined(connection="sf")
        assert (first.ref, first.times, first.first_seen) == ("003A", 2, EPOCH)
        assert (second.ref, second.times) == ("003B", 1)
        assert store.quarantined(connection="hs") == []
        healed = make_batch(Kind.CONTACT, source=_REFUSED.source, healed=("003A", "003B"))
        store.apply_merge(healed)
        assert [entry.ref for entry in store.quarantined()] == ["003B"]
        store.clear_quarantined([write])
        assert store.quarantined() == []

    def test_a_new_job_closes_one_position_and_opens_another(
        self, store: Store, clock: SteppedClock
    ) -> None:
        """The chart can be drawn as of any day."""
        _save_tree(store, ("acc_1", None))
        known = "2024-03-01T00:00:00.000Z"
        first = make_mirror(Kind.CONTACT, "con_1", account="acc_1", title="Buyer", created_at=known)
        store.apply_merge(make_batch(Kind.CONTACT, first))
        store.apply_merge(make_batch(Kind.CONTACT, first))
        clock.advance(86_400)
        values = {**first.values, "title": "Head of buying", "manager": "con_2"}
        store.apply_merge(make_batch(Kind.CONTACT, replace(first, values=values)))
        today = date(2026, 11, 22)
        assert facts_of(store, "acc_1").positions == (
            Position(
                contact_id="con_1",
                account_id="acc_1",
                title="Buyer",
                manager_id=None,
                from_on=date(2024, 3, 1),
                to_on=today,
            ),
            Position(
                contact_id="con_1",
                account_id="acc_1",
                title="Head of buying",
                manager_id="con_2",
                from_on=today,
            ),
        )

    def test_repointing_moves_everything_to_the_survivor(self, store: Store) -> None:
        """Children, people and business of the old account belong to the new one."""
        _save_tree(store, ("new", None), ("old", None), ("child", "old"))
        person = make_mirror(Kind.CONTACT, "con_1", account="old")
        store.apply_merge(make_batch(Kind.CONTACT, person))
        deal = make_mirror(Kind.OPPORTUNITY, "opp_1", account="old", contacts=["con_1"])
        store.apply_merge(make_batch(Kind.OPPORTUNITY, deal, agreed=(make_agreed(kam_id="old"),)))
        store.repoint(Kind.ACCOUNT, "old", "new")
        facts = facts_of(store, "new")
        assert [account.id for account in facts.tree] == ["child"]
        assert [contact.id for contact in facts.contacts] == ["con_1"]
        assert [opportunity.id for opportunity in facts.opportunities] == ["opp_1"]
        assert [account.id for account in store.accounts()] == ["child", "new"]
        assert list(store.agreed_of(Kind.ACCOUNT, ["new", "old"])) == ["new"]

    def test_repointing_a_contact_follows_into_lists(self, store: Store) -> None:
        """Activities and opportunities name the survivor, once."""
        _save_tree(store, ("acc_1", None))
        people = [make_mirror(Kind.CONTACT, id_, account="acc_1") for id_ in ("con_1", "con_2")]
        store.apply_merge(make_batch(Kind.CONTACT, *people))
        both: list[JsonValue] = [{"kind": "contact", "id": person.id} for person in people]
        at = "2026-11-20T09:00:00.000Z"
        mail = make_mirror(Kind.ACTIVITY, "act_1", kind="email", at=at, people=both)
        store.apply_merge(make_batch(Kind.ACTIVITY, mail))
        deal = make_mirror(Kind.OPPORTUNITY, "opp_1", contacts=["con_1"])
        store.apply_merge(make_batch(Kind.OPPORTUNITY, deal))
        store.repoint(Kind.CONTACT, "con_1", "con_2")
        facts = facts_of(store, "acc_1")
        assert [contact.id for contact in facts.contacts] == ["con_2"]
        assert [position.contact_id for position in facts.positions] == ["con_2"]
        assert facts.activities[0].contact_ids == ("con_2",)
        (row,) = store.mirror_rows(Kind.OPPORTUNITY)
        assert row.values["contacts"] == ["con_2"]
