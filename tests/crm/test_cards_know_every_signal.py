"""The cards on the CRMs' pages have words for every kind of signal, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kam_connector.model.signal import SignalKind

CRM = Path(__file__).parents[2] / "crm"
WORDS = {
    "salesforce": (CRM / "salesforce/force-app/main/default/lwc/kamSummary/labels.js",),
    "hubspot": (
        CRM / "hubspot/src/app/cards/logic/words.en.ts",
        CRM / "hubspot/src/app/cards/logic/words.fr.ts",
    ),
}


@pytest.mark.parametrize("crm", sorted(WORDS))
@pytest.mark.parametrize("table", ["signalKinds", "actionKinds"])
def test_a_card_knows_every_kind_of_signal(crm: str, table: str) -> None:
    """A new kind would stand on the record's page as a bare "Signal"."""
    text = "\n".join(path.read_text("utf-8") for path in WORDS[crm])
    tables = re.findall(rf"{table}: \{{(.*?)\n    \}}", text, re.DOTALL)
    known = [set(re.findall(r"^ {8}(\w+):", one, re.MULTILINE)) for one in tables]
    assert known == [{kind.value for kind in SignalKind}] * 2
