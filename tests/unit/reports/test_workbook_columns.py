"""Every type that people tell has a sheet, every field a title, in both languages."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kam_connector.language import Language, voice
from kam_connector.language.catalogue import french
from kam_connector.model.kept import KEPT, kept_name
from kam_connector.model.kept_keys import NATURAL
from kam_connector.model.plan import Action, Objective
from kam_connector.reports.workbook.book import PLAN_TYPES, PROGRAMME_TYPES, shown_columns
from kam_connector.reports.workbook.column import Column, ColumnKind, columns_of
from kam_connector.reports.workbook.directory import Directory, Unresolved, folded
from kam_connector.reports.workbook.field_titles import FIELDS, field_title
from kam_connector.reports.workbook.sheet_titles import SHEETS, sheet_title

TYPES = (*KEPT, Objective, Action)


def column(made: type[Any], name: str) -> Column:
    """Return one column of a type."""
    return next(one for one in columns_of(made) if one.name == name)


def test_every_type_has_a_sheet_in_one_of_the_two_workbooks() -> None:
    """Else people could not tell it."""
    assert set(PLAN_TYPES) | set(PROGRAMME_TYPES) == set(TYPES)


@pytest.mark.parametrize("made", TYPES, ids=kept_name)
def test_every_sheet_and_column_has_a_title_in_both_languages(made: type[Any]) -> None:
    """A field's own name is for programs."""
    assert kept_name(made) in SHEETS
    told = [FIELDS.get(one.name, "") for one in shown_columns(made)]
    assert [one for one in (*told, *sheet_title(made)) if one not in french()] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("made", TYPES, ids=kept_name)
def test_titles_are_unique_on_their_sheet(made: type[Any], language: Language) -> None:
    """They are how a column is found again."""
    said = Counter(folded(voice(language)(field_title(one.name))) for one in shown_columns(made))
    assert [title for title, count in said.items() if count > 1] == []


@pytest.mark.parametrize("language", Language)
def test_sheet_titles_fit_a_tab_and_differ(language: Language) -> None:
    """A spreadsheet takes 31 characters and none of these signs."""
    said = [voice(language)(sheet_title(made)[0]) for made in TYPES]
    assert max(map(len, said)) <= 31
    assert not set("".join(said)) & set("[]:*?/\\")
    assert len({folded(one) for one in said}) == len(said)


@pytest.mark.parametrize("made", NATURAL, ids=kept_name)
def test_what_makes_a_record_the_one_it_is_are_fields_of_its(made: type[Any]) -> None:
    """A field that was renamed would make every record new."""
    assert set(NATURAL[made]) <= {one.name for one in columns_of(made)}


def test_columns_say_what_stands_in_them() -> None:
    """Kinds follow from the dataclass, nothing else."""
    from kam_connector.model.plan_content import Competitor, Risk
    from kam_connector.model.stakeholder import Stakeholder

    assert column(Risk, "probability").kind is ColumnKind.WHOLE
    assert column(Risk, "probability").required
    assert column(Risk, "owner_id").points_at == "user"
    assert column(Risk, "state").kind is ColumnKind.CHOICE
    assert column(Competitor, "contract_ends_on").kind is ColumnKind.DAY
    assert column(Stakeholder, "asserted_by").stamped
    assert not column(Stakeholder, "asserted_by").required


def test_two_people_of_one_name_have_two_labels() -> None:
    """And each label leads back to its own."""
    names = Directory()
    names.add("contact", [("c1", "Ana Ruiz", "CFO"), ("c2", "Ana Ruiz", "CIO"), ("c3", "Bo", "")])
    assert names.label("contact", "c1") == "Ana Ruiz (CFO)"
    assert names.find("contact", "ana ruiz (cio)") == "c2"
    assert names.find("contact", "BO") == "c3"
    with pytest.raises(Unresolved):
        names.find("contact", "Ana Ruiz")


def test_a_name_nobody_knows_is_no_contact_but_may_be_an_author() -> None:
    """Whoever says something need not be a user."""
    names = Directory()
    names.add("user", [("u1", "Ada", "")])
    assert names.find("person", "A consultant") == "A consultant"
    with pytest.raises(Unresolved):
        names.find("user", "A consultant")
