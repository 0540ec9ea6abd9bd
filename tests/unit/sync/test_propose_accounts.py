"""Matching accounts of two CRMs: by itself on strong evidence, else a person decides."""

from __future__ import annotations

from kam_connector.model.identity import IdentityLink, MatchState, RecordKey, kam_id
from kam_connector.model.kind import Kind
from kam_connector.sync.resolve import Candidate, propose_accounts


def _one(connection: str, ref: str, name: str, domain: str | None = None) -> Candidate:
    return Candidate(
        key=RecordKey(connection, Kind.ACCOUNT, ref),
        kam_id=kam_id(Kind.ACCOUNT, connection, ref),
        name=name,
        strong=(domain,) if domain else (),
    )


def _propose(*candidates: Candidate, known: tuple[IdentityLink, ...] = ()) -> list[IdentityLink]:
    return propose_accounts(candidates, {link.key: link for link in known}, ("sf", "hs"))


def test_same_name_on_one_unique_domain_is_one_account() -> None:
    """Spelling and legal form do not matter; the first CRM's id stays."""
    (link,) = _propose(
        _one("hs", "9", "ACME France SAS", "acme.test"),
        _one("sf", "1", "Acmé France", "acme.test"),
    )
    assert (link.key.ref, link.kam_id) == ("9", kam_id(Kind.ACCOUNT, "sf", "1"))
    assert link.state == MatchState.AUTOMATIC
    assert "acme.test" in link.evidence


def test_a_domain_shared_inside_one_crm_is_no_proof() -> None:
    """Parent and subsidiary on one domain: a person decides."""
    links = _propose(
        _one("sf", "1", "Acme Holding", "acme.test"),
        _one("sf", "2", "Acme Services", "acme.test"),
        _one("hs", "9", "Acme Holding", "acme.test"),
    )
    assert [link.state for link in links] == [MatchState.PROPOSED]


def test_the_same_name_without_a_domain_only_waits() -> None:
    """Names alone never join two accounts."""
    (link,) = _propose(_one("sf", "1", "Acme Energy"), _one("hs", "9", "Acme Energy"))
    assert link.state == MatchState.PROPOSED


def test_strangers_are_not_even_proposed() -> None:
    """Nothing in common: no link."""
    assert _propose(_one("sf", "1", "Acme", "a.test"), _one("hs", "9", "Zenith", "z.test")) == []


def test_what_a_person_settled_is_not_asked_again() -> None:
    """Rejected once, proposed never again."""
    known = IdentityLink(
        key=RecordKey("hs", Kind.ACCOUNT, "9"),
        kam_id=kam_id(Kind.ACCOUNT, "sf", "1"),
        state=MatchState.REJECTED,
        evidence="",
    )
    twins = _one("sf", "1", "Acme", "a.test"), _one("hs", "9", "Acme", "a.test")
    assert _propose(*twins, known=(known,)) == []


def test_one_account_is_matched_once() -> None:
    """Two records of the second CRM never both join the same account by themselves."""
    links = _propose(
        _one("sf", "1", "Acme", "a.test"),
        _one("hs", "8", "Acme", "a.test"),
        _one("hs", "9", "Acme", "a.test"),
    )
    assert [link.state for link in links].count(MatchState.AUTOMATIC) == 0
