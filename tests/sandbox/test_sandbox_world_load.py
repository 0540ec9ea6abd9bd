"""A world from CSV files, in the shape of the two vendors' exports."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from kam_sandbox.clock import START, WorldClock
from kam_sandbox.state import World
from kam_sandbox.world import load_world

ACME = "001KS0000000001AAA"


def write(directory: Path, **files: str) -> None:
    """Write CSV files named after the objects."""
    for name, text in files.items():
        (directory / f"{name}.csv").write_text(text, encoding="utf-8")


def load(directory: Path) -> World:
    """Load a directory under a clock that stands still."""
    return load_world(directory, clock=WorldClock(monotonic=lambda: 0.0))


def test_salesforce_rows_become_typed_records(tmp_path: Path) -> None:
    """Money, booleans, instants and empty cells read as what they are."""
    write(
        tmp_path,
        Opportunity=(
            "Id,Name,Amount,IsPrivate,LastStageChangeDate,NextStep,SystemModstamp,CreatedDate\n"
            "006KS0000000001AAA,Été,1234.50,1,2026-10-01 08:00:00,,2026-11-02T09:00:00.000Z,"
            "2026-11-01 07:00:00\n"
        ),
    )

    record = next(load(tmp_path).salesforce.all("Opportunity"))

    assert record.fields == {
        "Name": "Été",
        "Amount": Decimal("1234.50"),
        "IsPrivate": True,
        "LastStageChangeDate": "2026-10-01T08:00:00.000Z",
    }
    assert record.created_at.isoformat() == "2026-11-01T07:00:00+00:00"
    assert record.modified_at.isoformat() == "2026-11-02T09:00:00+00:00"


def test_ids_of_fifteen_characters_gain_their_checksum(tmp_path: Path) -> None:
    """A report's short ids still lead to their records."""
    write(
        tmp_path,
        Account=f"Id,Name\n{ACME[:15]},ACME\n",
        Contact=f"Id,LastName,AccountId\n003KS0000000001,Doe,{ACME[:15]}\n",
    )

    world = load(tmp_path)
    contact = next(world.salesforce.all("Contact"))

    assert world.salesforce.get("Account", contact.fields["AccountId"]) is not None


def test_a_merged_row_is_in_the_bin_with_its_winner(tmp_path: Path) -> None:
    """IsDeleted and MasterRecordId of an export are kept."""
    write(
        tmp_path,
        Account=(
            "Id,Name,IsDeleted,MasterRecordId\n"
            f"{ACME},ACME,false,\n001KS0000000002AAA,Acme SA,true,{ACME}\n"
        ),
    )

    world = load(tmp_path)
    loser = world.salesforce.get("Account", "001KS0000000002AAA")

    assert [record.id for record in world.salesforce.all("Account")] == [ACME]
    assert loser is not None
    assert loser.merged_into == ACME


def test_hubspot_associations_come_from_their_columns(tmp_path: Path) -> None:
    """The first company is the primary one; a parent links upwards."""
    write(
        tmp_path,
        companies="hs_object_id,name,hs_parent_company_id\n1,Mère,\n2,Fille,1\n",
        contacts="hs_object_id,email,associations.companies\n9,a@b.example,2;1\n",
    )

    links = load(tmp_path).associations

    assert {k.type_id for k in dict(links.of("contacts", "9", "companies"))["2"]} == {1, 279}
    assert {k.type_id for k in dict(links.of("contacts", "9", "companies"))["1"]} == {279}
    assert {k.type_id for k in dict(links.of("companies", "2", "companies"))["1"]} == {14, 450}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("Acount", "Id\n1\n", "Acount.csv: named after no object"),
        ("Account", "Id,Name\n,ACME\n", "Account.csv, line 2: the row has no id"),
        ("Account", f"Id,Name\n{ACME},A\n{ACME},B\n", "line 3: .* stands twice"),
        (
            "Account",
            f"Id,Name,AnnualRevenue\n{ACME},A,1.5e\n",
            "Account.csv, line 2, column AnnualRevenue: '1.5e' is no currency",
        ),
        (
            "contacts",
            "hs_object_id,associations.companies\n9,77\n",
            "contacts.csv, line 2, column associations.companies: no companies 77",
        ),
    ],
)
def test_a_wrong_file_names_the_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    """The message says which file, line and column to correct."""
    write(tmp_path, **{name: text})

    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_an_empty_directory_is_refused(tmp_path: Path) -> None:
    """Nothing to load is an error, not an empty world."""
    with pytest.raises(ValueError, match="no CSV files"):
        load(tmp_path)


def test_new_records_never_take_a_loaded_id(tmp_path: Path) -> None:
    """Ids given later stay clear of those in the files."""
    taken = load_taken(tmp_path)

    world = load(tmp_path)

    assert world.salesforce.new_id("Account") != taken


def load_taken(directory: Path) -> str:
    """Write an Account that already has the id which would come next; return it."""
    write(directory, Account=f"Id,Name\n{ACME},ACME\n")
    following = load(directory).salesforce.new_id("Account")
    write(directory, Account=f"Id,Name\n{following},ACME\n")
    return following


def test_rows_without_stamps_are_as_old_as_the_world(tmp_path: Path) -> None:
    """An export without CreatedDate still loads."""
    write(tmp_path, Account=f"Id,Name\n{ACME},ACME\n")

    assert next(load(tmp_path).salesforce.all("Account")).created_at == START
