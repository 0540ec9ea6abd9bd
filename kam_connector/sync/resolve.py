"""Resolve: which records of several CRMs are one account, person or colleague of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kam_connector.errors import UsageError
from kam_connector.model.audit import Act, AuditEntry
from kam_connector.model.identity import IdentityLink, MatchState, RecordKey
from kam_connector.model.kind import Kind
from kam_connector.ports import Store
from kam_connector.sync.candidates import account_candidates, contact_candidates, user_candidates
from kam_connector.sync.copies import COPIED, copy_links, originals_of
from kam_connector.sync.propose import followed, match_people, propose_accounts

__all__ = ["decide_match", "pending_matches", "resolve_across"]


def resolve_across(
    store: Store, *, source_order: Sequence[str], owners: Sequence[str] = ("email",)
) -> int:
    """Link records across CRMs on strong keys, propose the rest; returns new links.

    Automatic only where a CRM says that it copied the record, on an e-mail address, login or
    federation id (people of both sides), or on a registrable domain that is unique within
    each CRM, whose names agree; anything weaker waits for a person with its evidence. With
    one CRM there is nothing to link.

    Args:
        store: Of all connections.
        source_order: The connections, the most trusted first.
        owners: What our own people match by, the strongest first.
    """
    if len(source_order) < 2:
        return 0
    known = {link.key: link for link in store.identities()}
    copied = list(followed(_copies(store, known, source_order)))
    known |= {link.key: link for link in copied}
    users = user_candidates(store.mirror_rows(Kind.USER), owners)
    contacts = contact_candidates(store.mirror_rows(Kind.CONTACT))
    accounts = account_candidates(store.accounts())
    found = [
        *copied,
        *followed(match_people(users, known, source_order)),
        *followed(match_people(contacts, known, source_order)),
        *followed(propose_accounts(accounts, known, source_order)),
    ]
    if not found:
        return 0
    with store.unit():
        store.save_identities(found)
        for link in found:
            if link.state == MatchState.AUTOMATIC:
                _take_effect(store, link)
    return len(found)


def _copies(
    store: Store, known: Mapping[RecordKey, IdentityLink], source_order: Sequence[str]
) -> list[IdentityLink]:
    """Return links of records that say themselves which record of another CRM they copy."""
    links: list[IdentityLink] = []
    for kind in COPIED:
        copies = store.copies(kind)
        if copies:
            bases = store.agreed(originals_of(copies, source_order))
            originals = {key: base.kam_id for key, base in bases.items()}
            links += copy_links(copies, originals, known, source_order)
    return links


def pending_matches(store: Store) -> list[IdentityLink]:
    """Return the proposals that wait for a person."""
    return [link for link in store.identities() if link.state == MatchState.PROPOSED]


def decide_match(
    store: Store, key: RecordKey, *, accept: bool, as_child: bool = False, by: str = ""
) -> IdentityLink:
    """Settle a proposal: the same account, its subsidiary, or neither.

    Raises:
        UsageError: Nothing is proposed for this record.
    """
    link = next((one for one in pending_matches(store) if one.key == key), None)
    if link is None:
        raise UsageError(
            f"No match is proposed for {key.ref}.", hint="kam match list shows what waits."
        )
    if not accept:
        state = MatchState.REJECTED
    else:
        state = MatchState.SUBSIDIARY if as_child else MatchState.CONFIRMED
    settled = replace(link, state=state)
    with store.unit():
        store.save_identities([settled])
        if accept:
            _take_effect(store, settled)
        store.audit(_decision(settled, by=by))
    return settled


def _decision(link: IdentityLink, *, by: str) -> AuditEntry:
    rejected = link.state == MatchState.REJECTED
    return AuditEntry(
        act=Act.MATCH_REJECTED if rejected else Act.MATCH_CONFIRMED,
        by=by,
        why=link.evidence,
        connection=link.key.connection,
        kind=link.key.kind,
        ref=link.key.ref,
        kam_id=link.kam_id,
        facts={"state": str(link.state)},
    )


def _take_effect(store: Store, link: IdentityLink) -> None:
    """Make the two records one, or parent and child, from the next merge on."""
    if link.state != MatchState.SUBSIDIARY:
        store.repoint(link.key.kind, link.own_id, link.kam_id)
    for agreed in store.agreed([link.key]).values():
        store.mark_dirty(link.key.connection, agreed.source, [link.key.ref])
