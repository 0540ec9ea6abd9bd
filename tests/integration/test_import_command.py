"""`kam import` reads a file whole, stores all of it or nothing, and says where it is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from kam_connector.cli.edge import run
from kam_connector.model.figures import (
    CatalogueItem,
    CostLine,
    NewsKind,
    OfferPosition,
    OutsideNews,
    RevenueLine,
    SurveyAnswer,
    SurveyKind,
    Wallet,
)
from kam_connector.model.programme import ProgrammeCost
from kam_connector.store.sql_store import SqlStore, open_store
from tests.factories.world import make_world

CONFIG = """
[database]
url = "sqlite:///kam.db"
[connections.acme]
crm = "hubspot"
access_token = "env:KAM_TEST_TOKEN"
"""
EXAMPLES = Path(__file__).parents[2] / "examples" / "figures"
NPS = "account,date,score\nCompany a0,2026-10-12,9\nCompany a1,2026-10-13,6\n"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a configuration and a database after its first night."""
    (tmp_path / "config.toml").write_text(CONFIG)
    world = make_world(f"sqlite:///{tmp_path / 'kam.db'}")
    world.first_night()
    world.store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAM_CONFIG", raising=False)
    return tmp_path


@pytest.fixture(name="store")
def _store(folder: Path) -> Iterator[SqlStore]:
    """Return the database that the command writes to."""
    store = open_store(f"sqlite:///{folder / 'kam.db'}")
    yield store
    store.close()


def bring(folder: Path, kind: str, name: str, content: str | bytes, *more: str) -> int:
    """Write a file and import it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return run(["import", kind, str(path), "--by", "Ada", *more])


@pytest.mark.checklist("S2.32", home="`SurveyAnswer`; `kam import nps|csat|verbatims`")
def test_surveys_come_in(folder: Path, store: SqlStore) -> None:
    """NPS, CSAT and what people said, each in its own scale."""
    assert bring(folder, "nps", "nps.csv", NPS) == 0
    assert bring(folder, "csat", "csat.csv", "account,date,score\nCompany a0,2026-10-12,5\n") == 0
    said = 'compte;date;commentaire\nCompany a0;12/10/2026;"Rapide,\net clair"\n'
    assert bring(folder, "verbatims", "said.csv", said) == 0
    answers = store.kept(SurveyAnswer)
    scores = {(one.kind, one.score, one.verbatim) for one in answers}
    assert scores == {
        (SurveyKind.NPS, Decimal(9), None),
        (SurveyKind.NPS, Decimal(6), None),
        (SurveyKind.CSAT, Decimal(5), None),
        (SurveyKind.QUALITATIVE, None, "Rapide,\net clair"),
    }


@pytest.mark.checklist("S2.34", home="`RevenueLine`, `CostLine`, `ProgrammeCost`; `kam import`")
def test_revenue_and_costs_come_in(folder: Path, store: SqlStore) -> None:
    """As a French spreadsheet writes them, in Windows-1252 with semicolons."""
    revenue = (
        "Compte;Mois;Chiffre d'affaires;Devise;Coût de revient;Pays\n"
        "Company a0;oct. 2026;1 234,56;EUR;800,10;France\n"
    )
    assert bring(folder, "revenue", "ca.csv", revenue.encode("cp1252")) == 0
    costs = "account,month,kind,amount\nCompany a0,2026-10,travel,€380.50\n"
    assert bring(folder, "costs", "costs.csv", costs) == 0
    yearly = "year,kind,amount,currency\n2026,people,90000,EUR\n"
    assert bring(folder, "programme-costs", "programme.csv", yearly) == 0
    (line,), (cost,), (whole,) = (
        store.kept(RevenueLine),
        store.kept(CostLine),
        store.kept(ProgrammeCost),
    )
    assert (line.month, line.revenue, line.cost_of_goods, line.country) == (
        date(2026, 10, 1),
        Decimal("1234.56"),
        Decimal("800.1"),
        "FR",
    )
    assert (cost.amount, cost.currency, whole.amount) == (Decimal("380.5"), "EUR", Decimal(90000))


@pytest.mark.checklist("S2.30", home="`OutsideNews`; `kam import news`")
def test_news_from_outside_come_in(folder: Path, store: SqlStore) -> None:
    """Moves, announcements and intent, from JSON or from lines of it."""
    item = {"account": "Company a0", "type": "Intent", "title": "Reads about storage"}
    text = json.dumps({**item, "date": "2026-11-10", "url": "https://news.example/1"}) + "\n"
    assert bring(folder, "news", "news.jsonl", text) == 0
    (news,) = store.kept(OutsideNews)
    assert (news.kind, news.on, news.url) == (
        NewsKind.INTENT,
        date(2026, 11, 10),
        "https://news.example/1",
    )


@pytest.mark.checklist("S2.31", home="`Wallet`, `CatalogueItem`, `OfferPosition`; `kam import`")
def test_wallet_catalogue_and_offers_come_in_from_a_workbook(folder: Path, store: SqlStore) -> None:
    """Numbers and dates are those of the cells."""
    book = Workbook()
    book.worksheets[0].append(["account", "product line", "year", "spend", "currency"])
    book.worksheets[0].append(["Company a0", "Storage", 2026, 1234.56, "EUR"])
    book.save(folder / "wallet.xlsx")
    assert run(["import", "wallet", "wallet.xlsx"]) == 0
    assert bring(folder, "catalogue", "c.csv", "product line,margin\nStorage,34 %\n") == 0
    head = "account,product,status,supplier,contract end\n"
    offers = f"{head}Company a0,Storage,competitor,Rival,2027-03-31\n"
    assert bring(folder, "offers", "o.csv", offers) == 0
    (wallet,), (item,), (offer,) = (
        store.kept(Wallet),
        store.kept(CatalogueItem),
        store.kept(OfferPosition),
    )
    assert (wallet.spend, item.margin_percent) == (Decimal("1234.56"), Decimal(34))
    assert (offer.competitor, offer.contract_ends_on) == ("Rival", date(2027, 3, 31))
    assert offer.written_by == "Ada"


def test_the_same_file_twice_changes_nothing(folder: Path, store: SqlStore) -> None:
    """Nobody need remember what was imported."""
    assert bring(folder, "nps", "nps.csv", NPS) == 0
    changes = store.kept_changes()
    assert bring(folder, "nps", "nps.csv", NPS) == 0
    assert store.kept_changes() == changes


def test_a_corrected_file_replaces_its_rows(folder: Path, store: SqlStore) -> None:
    """By what a row is about, not by where it stood."""
    head = "account,month,revenue,currency\n"
    assert bring(folder, "revenue", "a.csv", f"{head}Company a0,2026-10,100,EUR\n") == 0
    assert bring(folder, "revenue", "b.csv", f"{head}Company a0,2026-10,120,EUR\n") == 0
    (line,) = store.kept(RevenueLine)
    assert line.revenue == Decimal(120)


def test_two_systems_never_replace_each_other(folder: Path, store: SqlStore) -> None:
    """Their revenue adds up."""
    text = "account,month,revenue,currency\nCompany a0,2026-10,100,EUR\n"
    assert bring(folder, "revenue", "a.csv", text, "--source", "erp") == 0
    assert bring(folder, "revenue", "a.csv", text, "--source", "billing") == 0
    assert len(store.kept(RevenueLine)) == 2


def test_what_the_file_lacks_goes_only_on_request(folder: Path, store: SqlStore) -> None:
    """Of the same accounts, of the same source."""
    head = "account,month,revenue,currency\n"
    both = f"{head}Company a0,2026-09,1,EUR\nCompany a0,2026-10,2,EUR\nCompany a1,2026-10,3,EUR\n"
    assert bring(folder, "revenue", "a.csv", both) == 0
    less = f"{head}Company a0,2026-10,2,EUR\n"
    assert bring(folder, "revenue", "a.csv", less) == 0
    assert len(store.kept(RevenueLine)) == 3
    assert bring(folder, "revenue", "a.csv", less, "--replace") == 0
    assert sorted(one.revenue for one in store.kept(RevenueLine)) == [2, 3]


def test_one_bad_row_stores_nothing_and_names_its_place(
    folder: Path, store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line, column, what, how to mend it."""
    bad = f"{NPS}Company a2,2026-10-13,11\n"
    assert bring(folder, "nps", "nps.csv", bad) == 4
    assert store.kept(SurveyAnswer) == []
    told = capsys.readouterr().err
    assert 'nps.csv:4, column "score": 11 is outside 0 to 10.' in told
    assert "KAM-3310" in told


def test_skip_bad_stores_the_sound_rows_and_lists_the_others(folder: Path, store: SqlStore) -> None:
    """The list, mended, comes in as it is."""
    bad = f"{NPS}Company a2,2026-10-13,11\n"
    assert bring(folder, "nps", "nps.csv", bad, "--skip-bad") == 5
    assert len(store.kept(SurveyAnswer)) == 2
    listed = (folder / "nps.refused.csv").read_text("utf-8-sig")
    assert bring(folder, "nps", "mended.csv", listed.replace('"11"', '"10"')) == 0
    assert len(store.kept(SurveyAnswer)) == 3


def test_a_dry_run_stores_nothing(
    folder: Path, store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says what would be."""
    assert bring(folder, "nps", "nps.csv", NPS, "--dry-run") == 0
    assert store.kept(SurveyAnswer) == []
    assert "2 rows: 2 new  (would be stored)" in capsys.readouterr().out


def test_a_name_that_is_nearly_right_is_never_guessed(
    folder: Path, store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is proposed, and counts once a person says so."""
    text = "account,date,score\nCompany a00,2026-10-12,9\n"
    assert bring(folder, "nps", "nps.csv", text) == 4
    assert "Did you mean Company a0" in capsys.readouterr().err
    assert bring(folder, "nps", "nps.csv", text, "--account", "Company a00=Company a0") == 0
    assert len(store.kept(SurveyAnswer)) == 1


def test_all_problems_come_at_once_up_to_fifty(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One look, one mending."""
    rows = "".join(f"Company a0,2026-10-12,{number}\n" for number in range(11, 71))
    assert bring(folder, "nps", "nps.csv", f"account,date,score\n{rows}", "--json") == 4
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["data"]["problems"]) == 50
    assert "10 further problems are not shown." in answer["error"]["hint"]


def test_a_file_that_is_not_there_is_said_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the code of files."""
    assert run(["import", "nps", "none.csv"]) == 3
    assert "KAM-1071" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("nps", "nps.csv"),
        ("revenue", "revenue.csv"),
        ("costs", "costs.csv"),
        ("catalogue", "catalogue.csv"),
        ("wallet", "wallet.csv"),
        ("news", "news.json"),
    ],
)
def test_the_examples_are_sound(folder: Path, kind: str, name: str) -> None:
    """Their accounts are said to be ours."""
    said = ["--account", "ACME Industries=Company a0", "--account", "Borealis Foods=Company a1"]
    text = (
        (EXAMPLES / name)
        .read_text("utf-8")
        .replace('"domain": "borealis-foods.example"', '"account": "Borealis Foods"')
    )
    assert bring(folder, kind, name, text, *said) == 0


@pytest.mark.checklist(
    "S2.08", "S2.31", home="`kam whitespace show`, `kam export --what whitespace`"
)
def test_what_was_imported_stands_in_the_whitespace(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A catalogue, revenue, a competitor: in the language asked for."""
    items = "product line,margin\nStorage,34\nAudit,60\n"
    assert bring(folder, "catalogue", "c.csv", items) == 0
    offers = "account,product,status,supplier,contract end\n"
    offers += "Company a0,Audit,competitor,Rival,2099-03-31\n"
    assert bring(folder, "offers", "o.csv", offers) == 0
    bills = "account,month,revenue,currency,product line\nCompany a0,2026-10,1200,EUR,Storage\n"
    assert bring(folder, "revenue", "r.csv", bills) == 0
    capsys.readouterr()
    assert run(["whitespace", "show", "Company a0", "--language", "fr"]) == 0
    shown = capsys.readouterr().out
    assert "Détenu par Rival jusqu’au 31/03/2099." in shown
    assert "La fenêtre s’ouvre le 02/10/2098." in shown
    assert run(["whitespace", "show"]) == 0
    assert run(["export", "--format", "jsonl", "--what", "whitespace"]) == 0
    assert '"product_line": "Audit"' in capsys.readouterr().out
