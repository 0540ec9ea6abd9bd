"""The card's document: our ids become the records of the CRM it is written to."""

import json

import pytest

from kam_connector.mapping.record_ids import our_ids, with_record_ids
from kam_connector.model.identity import kam_id, kind_of
from kam_connector.model.kind import Kind

HERE = {"acc_1": "001A", "con_1": "003A", "usr_1": "005A", "opp_1": "006A"}
DOCUMENT = {
    "account": "acc_1",
    "actions": [{"id": "tsk_1", "contact": "con_2", "kind": "contact_left"}],
    "detail": {"covers": [[0, "usr_1", "strong"]], "people": [["con_1", "legal", "weak"]]},
    "signals": [{"opportunity": "opp_1"}],
    "v": 1,
}


def translated(document: object) -> object:
    """Return the document as this CRM gets it."""
    return json.loads(with_record_ids(json.dumps(document), lambda _, id_: HERE.get(id_)))


def test_every_record_is_named_by_the_crms_own_id() -> None:
    """A card can only open and name records of its own CRM."""
    found = translated(DOCUMENT)
    assert found == {
        "account": "001A",
        "actions": [{"id": "tsk_1", "contact": None, "kind": "contact_left"}],
        "detail": {"covers": [[0, "005A", "strong"]], "people": [["003A", "legal", "weak"]]},
        "signals": [{"opportunity": "006A"}],
        "v": 1,
    }


def test_a_tasks_key_stays_ours() -> None:
    """It is the value of KAM_Key__c in every CRM."""
    assert translated({"id": "tsk_1"}) == {"id": "tsk_1"}


@pytest.mark.parametrize("value", ["contact_left", "cap.no_sponsor", "acc", "acc_", "acc_1 left"])
def test_words_that_only_look_like_ids_stay(value: str) -> None:
    """Only a value that is wholly an id of ours is translated."""
    assert translated([value]) == [value]


def test_keys_are_never_translated() -> None:
    """Ids are values; a key is part of the document's form."""
    assert translated({"con_1": 1}) == {"con_1": 1}


def test_ids_to_look_up_are_all_found() -> None:
    """What the document names is known before it is translated, tasks left out."""
    assert set(our_ids(json.dumps(DOCUMENT))) == {
        (Kind.ACCOUNT, "acc_1"),
        (Kind.CONTACT, "con_1"),
        (Kind.CONTACT, "con_2"),
        (Kind.USER, "usr_1"),
        (Kind.OPPORTUNITY, "opp_1"),
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_our_ids_say_what_they_are_of(kind: Kind) -> None:
    """An id made by us is known as one of its kind."""
    assert kind_of(kam_id(kind, "emea", "001A")) is kind


def test_the_summary_is_translated_on_its_way(write_row) -> None:
    """A mapping that writes summary.json gets record ids without saying so."""
    text = '{"account":"acc_1","é":["con_1"]}'
    written = write_row('KAM_J = "summary.json"', {"summary.json": text})
    assert written.fields == {"KAM_J": '{"account":"ref-acc_1","é":["ref-con_1"]}'}


def test_other_texts_are_left_alone(write_row) -> None:
    """Only the card's document is translated; a text that holds an id is a text."""
    written = write_row('KAM_S = "summary.text"', {"summary.text": "con_1"})
    assert written.fields == {"KAM_S": "con_1"}
