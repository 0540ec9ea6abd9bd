"""Job titles in French and English: level, function and suggested profile, exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_connector.kam.chart.titles import read_title
from kam_connector.model.contact import Profile

D, T, O, U, L = "economic_decider", "technical_influencer", "other", "operational_user", "legal"  # noqa: E741
TITLES = """
PDG|c_level|management|D|0.9
P.D.G.|c_level|management|D|0.9
Président Directeur Général|c_level|management|D|0.9
Présidente-Directrice générale|c_level|management|D|0.9
Président|c_level|management|D|0.9
CEO|c_level|management|D|0.9
Chief Executive Officer|c_level|management|D|0.9
Founder & CEO|c_level|management|D|0.9
Co-founder|c_level|management|D|0.9
Gérante|c_level|management|D|0.9
Directeur Général|c_level|management|D|0.9
Directrice générale|c_level|management|D|0.9
DG|c_level|management|D|0.9
Managing Director|c_level|management|D|0.9
Secrétaire générale|c_level|management|D|0.9
Membre du directoire|c_level|management|D|0.9
Directeur général adjoint|vp|management|D|0.72
DGA|vp|management|D|0.8
General Manager|director|management|D|0.75
Country Manager France|director|management|D|0.75
Directeur régional|director|management|D|0.75
Directeur général des opérations|c_level|operations|D|0.6
DAF|c_level|finance|D|0.9
CFO|c_level|finance|D|0.9
C.F.O.|c_level|finance|D|0.9
Chief Financial Officer|c_level|finance|D|0.9
Group CFO|c_level|finance|D|0.9
Directeur administratif et financier|c_level|finance|D|0.9
Directrice financière|c_level|finance|D|0.9
CFO par intérim|c_level|finance|D|0.72
Acting CFO|c_level|finance|D|0.72
DAF de transition|c_level|finance|D|0.72
Deputy CFO|vp|finance|D|0.72
Directeur financier adjoint|vp|finance|D|0.72
VP Finance|vp|finance|D|0.8
Finance Director|director|finance|D|0.75
Responsable comptabilité|manager|finance|O|0.4
Contrôleur de gestion|individual|finance|O|0.4
Comptable|individual|finance|O|0.4
Trésorière|individual|finance|O|0.4
DSI|c_level|it|T|0.7
CIO|c_level|it|T|0.7
CTO|c_level|it|T|0.7
Chief Technology Officer|c_level|it|T|0.7
CISO|c_level|it|T|0.7
Directrice des systèmes d’information|c_level|it|T|0.7
Directeur informatique|c_level|it|T|0.7
VP IT|vp|it|T|0.8
Vice President, Information Technology|vp|it|T|0.8
Head of IT|director|it|T|0.8
Interim Head of IT|director|it|T|0.64
IT Director|director|it|T|0.8
Head of Data, ex-Google|director|it|T|0.8
RSSI|manager|it|T|0.8
IT Manager|manager|it|T|0.8
Responsable informatique|manager|it|T|0.8
Resp. SI|manager|it|T|0.8
Architecte SI|individual|it|T|0.8
Solution Architect|individual|it|T|0.8
Développeuse|individual|it|T|0.8
Software Engineer|individual|it|T|0.8
Administrateur systèmes|individual|it|T|0.8
Scrum Master|individual|it|T|0.8
CPO|c_level|procurement|D|0.35
Chief Procurement Officer|c_level|procurement|D|0.7
VP Procurement|vp|procurement|D|0.65
Directeur des achats|director|procurement|D|0.6
Directrice Achats|director|procurement|D|0.6
Dir. Achats|director|procurement|D|0.6
Head of Procurement|director|procurement|D|0.6
Head of Purchasing|director|procurement|D|0.6
Adjoint au directeur des achats|manager|procurement|O|0.36
Responsable des achats|manager|procurement|O|0.4
Responsable achats indirects|manager|procurement|O|0.4
Purchasing Manager|manager|procurement|O|0.4
Acheteur|individual|procurement|O|0.4
Acheteuse|individual|procurement|O|0.4
Acheteuse projets|individual|procurement|O|0.4
Senior Buyer|individual|procurement|O|0.4
Assistant Buyer|individual|procurement|O|0.36
Category Manager|individual|procurement|O|0.4
Approvisionneur|individual|procurement|O|0.4
General Counsel|c_level|legal|L|0.9
Directrice juridique|director|legal|L|0.9
Responsable juridique|manager|legal|L|0.9
Juriste|individual|legal|L|0.9
Legal Counsel|individual|legal|L|0.9
Avocate|individual|legal|L|0.9
DPO|individual|legal|L|0.9
Contract Manager|individual|legal|L|0.9
COO|c_level|operations|D|0.6
Directeur des opérations|director|operations|D|0.5
Operations Director|director|operations|D|0.5
Directeur d'usine|director|operations|D|0.5
Directrice de site|director|operations|D|0.5
Plant Manager|manager|operations|U|0.6
Responsable de production|manager|operations|U|0.6
Chef d'atelier|manager|operations|U|0.6
Supply Chain Manager|manager|operations|U|0.6
Responsable logistique|manager|operations|U|0.6
Technicien de maintenance|individual|operations|U|0.6
Assistant Operations Manager|individual|operations|U|0.54
DRH|c_level|hr|D|0.6
CHRO|c_level|hr|D|0.6
Directrice des ressources humaines|c_level|hr|D|0.6
HR Manager|manager|hr|U|0.6
Gestionnaire paie|individual|hr|U|0.6
Responsable formation|manager|training|U|0.6
CMO|c_level|marketing|D|0.6
Directrice marketing|director|marketing|D|0.5
Community Manager|individual|marketing|U|0.6
Directeur commercial|director|sales|D|0.5
Vice-président Ventes|vp|sales|D|0.5
VP of Sales|vp|sales|D|0.5
Key Account Manager|individual|sales|U|0.6
Ingénieure commerciale|individual|sales|U|0.6
Conseillère commerciale|individual|sales|O|0.8
Directrice qualité|director|quality|T|0.8
Responsable qualité|manager|quality|T|0.8
QHSE Manager|manager|quality|T|0.8
R&D Director|director|r_and_d|T|0.8
Directeur R&D|director|r_and_d|T|0.8
Responsable bureau d'études|manager|r_and_d|T|0.8
Chef de projet|individual|delivery|U|0.6
Cheffe de projet ERP|individual|delivery|U|0.6
Project Manager|individual|delivery|U|0.6
Directeur de projet|director|delivery|D|0.5
Product Owner|individual|product|U|0.6
Chef de produit|individual|product|U|0.6
Responsable service client|manager|customer_service|U|0.6
Customer Success Manager|manager|customer_service|U|0.6
assistant to the CEO|individual|None|O|0.8
Assistant to CFO|individual|None|O|0.8
Executive Assistant to the Managing Director|individual|None|O|0.8
Assistante de direction|individual|None|O|0.8
Assistante du DAF|individual|None|O|0.8
Assistant DSI|individual|None|O|0.8
Secrétaire du président|individual|None|O|0.8
Conseiller du président|individual|None|O|0.8
Chief of Staff to the CEO|individual|None|O|0.8
Advisor to the Board|individual|None|O|0.8
Bras droit du PDG|individual|None|O|0.8
PA to the CFO|individual|None|O|0.8
Office Manager|individual|other|O|0.5
Assistant Manager|individual|None|None|0
Consultant|individual|None|None|0
Analyste|individual|None|None|0
Chief Happiness Officer|c_level|None|None|0
ex-DSI|unknown|None|None|0
Ancien DAF|unknown|None|None|0
Former CFO|unknown|None|None|0
Poète|unknown|None|None|0
财务总监|unknown|None|None|0
—|unknown|None|None|0
""".strip().splitlines()
"""A title, then what is read from it: the table is the specification."""
PROFILES = {"D": D, "T": T, "O": O, "U": U, "L": L, "None": "None"}


def test_the_table_is_long_enough() -> None:
    """At least one hundred and twenty titles, none twice."""
    titles = [row.split("|")[0] for row in TITLES]
    assert len(set(titles)) == len(titles) >= 120


@pytest.mark.checklist("S2.43", home="`read_title`: suggested profiles with confidence and words")
@pytest.mark.parametrize("row", TITLES)
def test_a_title_is_read_exactly(row: str) -> None:
    """Level, function, profile and confidence of every row."""
    title, seniority, function, profile, confidence = row.split("|")
    found = read_title(title)
    assert (found.seniority.value, str(found.function), str(found.profile)) == (
        seniority,
        function,
        PROFILES[profile],
    )
    assert found.confidence == Decimal(confidence)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Head of Procurement", ("head of", "procurement")),
        ("CFO par intérim", ("cfo", "par interim")),
        ("Directeur général adjoint", ("adjoint", "directeur general")),
        ("assistant to the CEO", ("assistant",)),
        ("ex-DSI", ("ex",)),
    ],
)
def test_a_reading_names_the_words_it_rests_on(title: str, words: tuple[str, ...]) -> None:
    """Whoever accepts a suggestion sees why it was made."""
    assert read_title(title).words == words


def test_helpers_former_and_interim_holders_are_marked() -> None:
    """They sit near power, had it, or hold it for a while."""
    assert read_title("assistant to the CEO").helper
    assert read_title("Former CFO").former
    assert read_title("CFO par intérim").interim
    assert not read_title("CFO").interim


@given(st.text(max_size=60))
def test_any_text_is_read_within_bounds(title: str) -> None:
    """No text breaks the reading; confidence is 0 to 1 and 0 exactly without a profile."""
    found = read_title(title)
    assert 0 <= found.confidence <= 1
    assert (found.profile is None) == (found.confidence == 0)
    assert found.profile is not Profile.INTERNAL_SPONSOR


@given(st.sampled_from([row.split("|")[0] for row in TITLES]))
def test_capitals_and_spaces_change_nothing(title: str) -> None:
    """A CRM shouts, or pads."""
    loud = read_title(f"  {title.upper()} ")
    assert (loud.seniority, loud.function, loud.confidence) == (
        read_title(title).seniority,
        read_title(title).function,
        read_title(title).confidence,
    )
