"""Propose: which records of several CRMs are one account or person (pure).

A link goes from a record to the account or person of a connection that comes earlier in the
source order, never back: links make no circles, whatever the number of CRMs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kam_connector.kam.matching import core_name, name_likeness
from kam_connector.model.identity import IdentityLink, MatchState, RecordKey
from kam_connector.sync.candidates import Candidate

__all__ = ["followed", "match_people", "propose_accounts"]

_SAME_NAME = 0.60
"""On a domain that is unique in each CRM, names this alike are one account without asking.
Our choice: below any pair of spellings of one name, above two strangers behind one address."""

_WORTH_ASKING = 0.75
"""Names this alike are shown to a person. Our choice, tuned on the sandbox's 30 pairs."""

_COMMON = 200
"""A word in more names than this tells nothing, and comparing all of them costs the square of
their number. Our choice."""

_SETTLED = (MatchState.AUTOMATIC, MatchState.CONFIRMED)


def propose_accounts(
    candidates: Iterable[Candidate],
    known: Mapping[RecordKey, IdentityLink],
    source_order: Sequence[str],
) -> list[IdentityLink]:
    """Return links between accounts of different CRMs: automatic, or proposed."""
    everyone = _in_order(candidates, source_order)
    places = {one.key.connection: place for place, one in enumerate(everyone)}
    by_domain, by_word = _by_strong_key(everyone), _by_word(everyone)
    taken = {(one.kam_id, one.key.connection) for one in everyone}
    taken |= {(link.kam_id, link.key.connection) for link in _settled(known.values())}
    links: list[IdentityLink] = []
    for one in everyone:
        if one.key in known:
            continue
        near = [other for key in one.strong for other in by_domain[key]]
        near += [other for word in _words(one) for other in by_word.get(word, ())]
        earlier = [
            other
            for other in near
            if places[other.key.connection] < places[one.key.connection]
            and (other.kam_id, one.key.connection) not in taken
        ]
        link = _best_link(one, earlier, by_domain)
        if link is not None:
            links.append(link)
            if link.state == MatchState.AUTOMATIC:
                taken.add((link.kam_id, one.key.connection))
    return links


def match_people(
    candidates: Iterable[Candidate],
    known: Mapping[RecordKey, IdentityLink],
    source_order: Sequence[str],
) -> list[IdentityLink]:
    """Return automatic links between people who share a strong key, unique in each CRM.

    Keys that sort first are the stronger ones: where two of them disagree, the first decides.
    """
    links: dict[RecordKey, IdentityLink] = {}
    shared = _by_strong_key(_in_order(candidates, source_order))
    for key, holders in sorted(shared.items()):
        connections = [holder.key.connection for holder in holders]
        if len(set(connections)) != len(connections):
            continue
        first, *rest = holders
        for other in rest:
            is_new = other.key not in known and other.key not in links
            if is_new and other.kam_id != first.kam_id:
                links[other.key] = IdentityLink(
                    key=other.key,
                    kam_id=first.kam_id,
                    state=MatchState.AUTOMATIC,
                    evidence=f"same {'address' if '@' in key else 'key'} in both CRMs",
                )
    return list(links.values())


def followed(links: Sequence[IdentityLink]) -> list[IdentityLink]:
    """Return links found together, each to where it ends: the account it names may move too."""
    moves = {one.own_id: one.kam_id for one in links if one.state == MatchState.AUTOMATIC}
    return [replace(one, kam_id=_end(one.kam_id, moves)) for one in links]


def _end(id_: str, moves: Mapping[str, str]) -> str:
    seen = {id_}
    while (moved := moves.get(id_)) and moved not in seen:
        seen.add(moved)
        id_ = moved
    return id_


def _in_order(candidates: Iterable[Candidate], source_order: Sequence[str]) -> list[Candidate]:
    rank = {name: place for place, name in enumerate(source_order)}
    return sorted(candidates, key=lambda one: (rank.get(one.key.connection, len(rank)), one.key))


def _by_strong_key(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        for key in one.strong:
            found[key].append(one)
    return found


def _by_word(candidates: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        for word in _words(one):
            found[word].append(one)
    return {word: holders for word, holders in found.items() if len(holders) <= _COMMON}


def _words(one: Candidate) -> list[str]:
    return core_name(one.name).split()[:3]


def _settled(links: Iterable[IdentityLink]) -> list[IdentityLink]:
    return [link for link in links if link.state in _SETTLED]


def _best_link(
    one: Candidate, others: Sequence[Candidate], by_domain: Mapping[str, list[Candidate]]
) -> IdentityLink | None:
    if not others:
        return None
    likeness, other = max(
        ((name_likeness(one.name, other.name), other) for other in others),
        key=lambda pair: (_shared(one, pair[1]), pair[0], pair[1].kam_id),
    )
    state = _state(one, other, likeness, by_domain)
    if state is None:
        return None
    shared = _shared(one, other)
    domain = f", both on {shared[0]}" if shared else ""
    return IdentityLink(
        key=one.key,
        kam_id=other.kam_id,
        state=state,
        evidence=f"“{one.name}” ({one.key.connection}) and “{other.name}” "
        f"({other.key.connection}): names {likeness:.0%} alike{domain}",
    )


def _state(
    one: Candidate, other: Candidate, likeness: float, by_domain: Mapping[str, list[Candidate]]
) -> str | None:
    shared = _shared(one, other)
    unique = all(
        sum(1 for candidate in by_domain[key] if candidate.key.connection == connection) == 1
        for key in shared
        for connection in (one.key.connection, other.key.connection)
    )
    if shared and unique and likeness >= _SAME_NAME:
        return MatchState.AUTOMATIC
    return MatchState.PROPOSED if shared or likeness >= _WORTH_ASKING else None


def _shared(one: Candidate, other: Candidate) -> list[str]:
    return [key for key in one.strong if key in other.strong]
