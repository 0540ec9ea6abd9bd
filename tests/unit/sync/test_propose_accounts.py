"""Matching accounts of two CRMs: by itself on strong evidence, else a person decides."""

from __future__ import annotations

from dataclasses import replace

from kam_connector.model.identity import IdentityLink, MatchState, RecordKey, kam_id
from kam_connector.model.kind import Kind
from kam_connector.sync.candidates import Candidate
from kam_connector.sync.propose import followed, propose_accounts


def _one(connection: str, ref: str, name: str, domain: str | None = None) -> Candidate:
    return Candidate(
        key=RecordKey(connection, Kind.ACCOUNT, ref),
        kam_id=kam_id(Kind.ACCOUNT, connection, ref),
        name=name,
        strong=(domain,) if domain else (),
    )


def _propose(*candidates: Candidate, known: tuple[IdentityLink, ...] = ()) -> list[IdentityLink]:
    return propose_accounts(candidates, {link.key: link for link in known}, ("sf", "hs", "erp"))


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


def test_an_account_of_the_second_and_third_crm_is_linked_one_way() -> None:
    """The first CRM lacks it: the third's record joins the second's, and never back."""
    links = _propose(
        _one("sf", "1", "Zenith", "z.test"),
        _one("hs", "9", "Acme", "a.test"),
        _one("erp", "5", "Acme", "a.test"),
    )
    assert [(link.key.connection, link.kam_id) for link in links] == [
        ("erp", kam_id(Kind.ACCOUNT, "hs", "9"))
    ]


def test_one_account_in_three_crms_becomes_one() -> None:
    """Whatever the third record is compared with, it ends at the first CRM's account."""
    links = _propose(
        _one("sf", "1", "Acme", "a.test"),
        _one("hs", "9", "Acme", "a.test"),
        _one("erp", "5", "Acme", "a.test"),
    )
    assert {link.kam_id for link in followed(links)} == {kam_id(Kind.ACCOUNT, "sf", "1")}
    assert {link.key.connection for link in links} == {"hs", "erp"}


def test_a_third_crm_joins_two_that_are_one_already() -> None:
    """A CRM added later finds the account that two others share."""
    first = kam_id(Kind.ACCOUNT, "sf", "1")
    joined = replace(_one("hs", "9", "Acme", "a.test"), kam_id=first)
    known = IdentityLink(key=joined.key, kam_id=first, state=MatchState.AUTOMATIC, evidence="")
    third = _one("erp", "5", "Acme", "a.test")
    (link,) = _propose(_one("sf", "1", "Acme", "a.test"), joined, third, known=(known,))
    assert (link.key, link.kam_id) == (third.key, first)


def test_a_changed_source_order_links_no_account_to_itself() -> None:
    """The second record carries the account's id since the order was another: nothing to do."""
    second = _one("hs", "9", "Acme", "a.test")
    first = replace(_one("sf", "1", "Acme", "a.test"), kam_id=second.kam_id)
    known = IdentityLink(
        key=first.key, kam_id=second.kam_id, state=MatchState.AUTOMATIC, evidence=""
    )
    assert _propose(first, second, known=(known,)) == []


def test_a_word_that_every_name_has_proves_nothing() -> None:
    """Three hundred namesakes are not compared pair by pair."""
    crowd = [_one("sf", str(n), "Solutions") for n in range(300)]
    assert _propose(*crowd, _one("hs", "9", "Solutions")) == []
