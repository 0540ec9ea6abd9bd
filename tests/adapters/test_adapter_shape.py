"""The two adapters have the same files and the same functions; their codes are explained."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import kam_hubspot
import kam_salesforce
from kam_hubspot.errors import CODES as HUBSPOT_CODES
from kam_salesforce.errors import CODES as SALESFORCE_CODES

SALESFORCE = Path(str(kam_salesforce.__file__)).parent
HUBSPOT = Path(str(kam_hubspot.__file__)).parent
SAME = ["__init__", "auth", "canonical", "client", "crm", "describe", "errors", "people"]
SAME += ["pull", "push", "query", "settings", "transport"]


def exported(path: Path) -> set[str]:
    """Return a module's ``__all__`` in both adapters' common words."""
    found = re.search(r"__all__ = \[([^\]]*)\]", path.read_text())
    names = set(re.findall(r'"(\w+)"', found[1])) if found else set()
    return {name.replace("Salesforce", "").replace("HubSpot", "") for name in names}


@pytest.mark.parametrize("name", SAME)
def test_both_adapters_have_the_module(name: str) -> None:
    """Who knows one adapter finds the same thing in the other."""
    assert (SALESFORCE / f"{name}.py").exists()
    assert (HUBSPOT / f"{name}.py").exists()


@pytest.mark.parametrize("name", ["canonical", "client", "crm", "errors", "pull", "push"])
def test_modules_offer_the_same_names(name: str) -> None:
    """The public names agree where the CRMs do."""
    assert exported(SALESFORCE / f"{name}.py") == exported(HUBSPOT / f"{name}.py")


@pytest.mark.parametrize(
    ("folder", "codes"), [(SALESFORCE, SALESFORCE_CODES), (HUBSPOT, HUBSPOT_CODES)]
)
def test_every_code_is_explained(folder: Path, codes: dict[str, object]) -> None:
    """A code that can be raised has a title and a fix."""
    used = {
        node.value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"KAM-\d{4}", node.value)
    }
    assert used <= set(codes)
