"""A record that one CRM copied from another is the same record of ours."""

from __future__ import annotations

import pytest

from kam_connector.mapping.transforms import TRANSFORMS
from kam_connector.model.identity import CopiedRecord, IdentityLink, MatchState, RecordKey
from kam_connector.model.kind import Kind
from kam_connector.sync.copies import copy_links, originals_of

COPY = CopiedRecord(key=RecordKey("hs", Kind.OPPORTUNITY, "7"), kam_id="opp_h", copy_of="006A")
ORIGINAL = RecordKey("sf", Kind.OPPORTUNITY, "006A")
KNOWN = {ORIGINAL: "opp_s"}


def decided(state: str) -> dict[RecordKey, IdentityLink]:
    """Return a link that stands already."""
    link = IdentityLink(key=COPY.key, kam_id="opp_x", state=state, evidence="")
    return {COPY.key: link}


@pytest.mark.parametrize(
    ("order", "later", "followed"),
    [(("sf", "hs"), COPY.key, "opp_s"), (("hs", "sf"), ORIGINAL, "opp_h")],
)
def test_later_record_follows_the_earlier(
    order: tuple[str, ...], later: RecordKey, followed: str
) -> None:
    """Whichever of the two is the copy: links make no circles."""
    (link,) = copy_links([COPY], KNOWN, {}, order)
    assert (link.key, link.kam_id, link.state) == (later, followed, MatchState.AUTOMATIC)
    assert "copy" in link.evidence


def test_copy_of_an_unknown_record_stays_by_itself() -> None:
    """The other CRM is not connected, or its record not read."""
    assert copy_links([COPY], {}, {}, ("sf", "hs")) == []


def test_settled_copy_is_not_linked_again() -> None:
    """Both are one of ours by now."""
    same = CopiedRecord(key=COPY.key, kam_id="opp_s", copy_of="006A")
    assert copy_links([same], KNOWN, {}, ("sf", "hs")) == []


@pytest.mark.parametrize(
    ("state", "links"),
    [
        (MatchState.PROPOSED, 1),
        (MatchState.REJECTED, 0),
        (MatchState.CONFIRMED, 0),
        (MatchState.AUTOMATIC, 0),
    ],
)
def test_what_a_person_decided_stays(state: str, links: int) -> None:
    """A mere proposal gives way to what the CRM itself says."""
    assert len(copy_links([COPY], KNOWN, decided(state), ("sf", "hs"))) == links


def test_original_is_looked_for_in_other_connections_only() -> None:
    """A record is no copy of one in its own CRM."""
    assert originals_of([COPY], ("sf", "hs", "third")) == [
        ORIGINAL,
        RecordKey("third", Kind.OPPORTUNITY, "006A"),
    ]


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("001d0000001AAAA", "001d0000001AAAAAA4"),
        ("001D000000IRFma", "001D000000IRFmaIAH"),
        ("001D000000IRFmaIAH", "001D000000IRFmaIAH"),
        ("short", "short"),
        ("001D000000IRFm!", "001D000000IRFm!"),
    ],
)
def test_short_id_gets_its_check_characters(given: str, made: str) -> None:
    """The published way from 15 to 18 characters; anything else stays as it is."""
    assert TRANSFORMS["case_safe"].apply(given, 0) == made
