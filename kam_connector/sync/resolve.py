"""Resolve: which records of several CRMs are one account, person or colleague of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kam_connector.errors import UsageError
from kam_connector.kam.matching import SHARED_HOSTS, core_name, name_likeness
from kam_connector.model.account import Account
from kam_connector.model.identity import IdentityLink, MatchState, RecordKey
from kam_connector.model.kind import Kind
from kam_connector.model.staging import MirrorRow
from kam_connector.ports import Store

__all__ = ["decide_match", "pending_matches", "propose_accounts", "resolve_across"]

SAME_NAME = 0.60
"""On a domain that is unique in each CRM, names this alike are one account without asking.
Our choice: below any pair of spellings of one name, above two strangers behind one address."""

WORTH_ASKING = 0.75
"""Names this alike are shown to a person. Our choice, tuned on the sandbox's 30 pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One record of one CRM, as far as matching looks."""

    key: RecordKey
    kam_id: str
    name: str
    strong: tuple[str, ...]
    """Strong keys: registrable domain, e-mail address, federation id."""


def resolve_across(store: Store, *, source_order: Sequence[str]) -> int:
    """Link records across CRMs on strong keys, propose the rest; returns new links.

    Automatic only on an e-mail address or federation id (people of both sides) or on a
    registrable domain that is unique within each CRM, whose names agree; anything weaker
    waits for a person with its evidence (DESIGN §3).
    """
    known = {link.key: link for link in store.identities()}
    found: list[IdentityLink] = []
    found += _match_people(_users(store.mirror_rows(Kind.USER)), known, source_order)
    found += _match_people(_contacts(store.mirror_rows(Kind.CONTACT)), known, source_order)
    found += propose_accounts(_accounts(store.accounts()), known, source_order)
    if not found:
        return 0
    with store.unit():
        store.save_identities(found)
        for link in found:
            if link.state == MatchState.AUTOMATIC:
                _take_effect(store, link)
    return len(found)


def pending_matches(store: Store) -> list[IdentityLink]:
    """Return the proposals that wait for a person."""
    return [link for link in store.identities() if link.state == MatchState.PROPOSED]


def decide_match(
    store: Store, key: RecordKey, *, accept: bool, as_child: bool = False
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
    return settled


def propose_accounts(
    candidates: Iterable[Candidate],
    known: Mapping[RecordKey, IdentityLink],
    source_order: Sequence[str],
) -> list[IdentityLink]:
    """Return links between accounts of different CRMs: automatic, or proposed (pure)."""
    everyone = list(candidates)
    rank = {name: place for place, name in enumerate(source_order)}
    everyone.sort(key=lambda one: (rank.get(one.key.connection, len(rank)), one.key.ref))
    by_domain = _by_strong_key(everyone)
    blocks: dict[str, list[Candidate]] = defaultdict(list)
    for one in everyone:
        for word in core_name(one.name).split()[:3]:
            blocks[word].append(one)
    links: list[IdentityLink] = []
    taken: set[str] = {link.kam_id for link in known.values() if link.state in _SETTLED}
    for one in everyone:
        if one.key in known or one.key.connection == everyone[0].key.connection:
            continue
        best = _best_pair(one, by_domain, blocks, taken)
        if best is not None:
            links.append(best)
            if best.state == MatchState.AUTOMATIC:
                taken.add(best.kam_id)
    return links


_SETTLED = (MatchState.AUTOMATIC, MatchState.CONFIRMED)


def _best_pair(
    one: Candidate,
    by_domain: Mapping[str, list[Candidate]],
    blocks: Mapping[str, list[Candidate]],
    taken: set[str],
) -> IdentityLink | None:
    others: dict[str, Candidate] = {}
    for key in one.strong:
        for other in by_domain.get(key, ()):
            others[other.kam_id] = other
    for word in core_name(one.name).split()[:3]:
        for other in blocks.get(word, ()):
            others[other.kam_id] = other
    scored = [
        (name_likeness(one.name, other.name), other)
        for other in others.values()
        if other.key.connection != one.key.connection and other.kam_id not in taken
    ]
    if not scored:
        return None
    likeness, other = max(scored, key=lambda pair: (_shares(one, pair[1]), pair[0], pair[1].kam_id))
    return _link(one, other, likeness, by_domain)


def _link(
    one: Candidate,
    other: Candidate,
    likeness: float,
    by_domain: Mapping[str, list[Candidate]],
) -> IdentityLink | None:
    shared = _shares(one, other)
    unique = all(
        sum(1 for candidate in by_domain[key] if candidate.key.connection == connection) == 1
        for key in shared
        for connection in (one.key.connection, other.key.connection)
    )
    if shared and unique and likeness >= SAME_NAME:
        state = MatchState.AUTOMATIC
    elif shared or likeness >= WORTH_ASKING:
        state = MatchState.PROPOSED
    else:
        return None
    domain = f", both on {shared[0]}" if shared else ""
    return IdentityLink(
        key=one.key,
        kam_id=other.kam_id,
        state=state,
        evidence=f"“{one.name}” ({one.key.connection}) and “{other.name}” "
        f"({other.key.connection}): names {likeness:.0%} alike{domain}",
    )


def _match_people(
    candidates: Iterable[Candidate],
    known: Mapping[RecordKey, IdentityLink],
    source_order: Sequence[str],
) -> list[IdentityLink]:
    everyone = list(candidates)
    rank = {name: place for place, name in enumerate(source_order)}
    links: list[IdentityLink] = []
    for key, holders in _by_strong_key(everyone).items():
        connections = [holder.key.connection for holder in holders]
        if len(holders) < 2 or len(set(connections)) != len(connections):
            continue
        holders.sort(key=lambda one: rank.get(one.key.connection, len(rank)))
        first, *rest = holders
        links.extend(
            IdentityLink(
                key=other.key,
                kam_id=first.kam_id,
                state=MatchState.AUTOMATIC,
                evidence=f"same {'address' if '@' in key else 'key'} in both CRMs",
            )
            for other in rest
            if other.key not in known and other.kam_id != first.kam_id
        )
    return list({link.key: link for link in links}.values())


def _by_strong_key(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        for key in one.strong:
            found[key].append(one)
    return found


def _shares(one: Candidate, other: Candidate) -> list[str]:
    return [key for key in one.strong if key in other.strong]


def _take_effect(store: Store, link: IdentityLink) -> None:
    """Make the two records one, or parent and child, from the next merge on."""
    if link.state != MatchState.SUBSIDIARY:
        store.repoint(link.key.kind, link.own_id, link.kam_id)
    for agreed in store.agreed([link.key]).values():
        store.mark_dirty(link.key.connection, agreed.source, [link.key.ref])


def _accounts(accounts: Iterable[Account]) -> list[Candidate]:
    return [
        Candidate(
            key=RecordKey(connection, Kind.ACCOUNT, ref),
            kam_id=account.id,
            name=account.name,
            strong=_address(account.domain),
        )
        for account in accounts
        for connection, ref in account.refs
    ]


def _address(domain: str | None) -> tuple[str, ...]:
    return (domain,) if domain and domain not in SHARED_HOSTS else ()


def _users(rows: Iterable[MirrorRow]) -> list[Candidate]:
    """Our people match by federation id, login name or address (DESIGN §10)."""
    return [
        Candidate(
            key=RecordKey(connection, Kind.USER, ref),
            kam_id=row.id,
            name=str(row.values.get("name") or ""),
            strong=tuple(
                f"{path}:{str(value).removesuffix('.invalid').casefold()}"
                for path in ("federation_id", "username", "email")
                if (value := row.values.get(path))
            ),
        )
        for row in rows
        for connection, ref in row.refs
    ]


def _contacts(rows: Iterable[MirrorRow]) -> list[Candidate]:
    return [
        Candidate(
            key=RecordKey(connection, Kind.CONTACT, ref),
            kam_id=row.id,
            name=str(row.values.get("name") or ""),
            strong=(str(row.values["email"]),),
        )
        for row in rows
        if row.values.get("email")
        for connection, ref in row.refs
    ]
