"""Bad mapping files (M1 to M20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from kam_connector.model.schema import FieldType, ObjectSchema
from kam_connector.testing import MemoryCrm
from tests.factories.catalogue.row import Bad
from tests.factories.mapping import MAPPING_TEXT
from tests.factories.world import populate

__all__ = ["MAPPING", "memory_files"]

_CONFIG = """
[connections.emea]
crm = "memory"
mapping = "memory.toml"
[kam]
key_accounts = "segment = 'A'"
"""
_TIER = 'kam_tier = "tier"'
_BAND = 'kam_band = "health.band"'
_NAME = 'name = "name"\ndomain'


def memory_files(text: str = MAPPING_TEXT, name: str = "memory.toml") -> Mapping[str, str | bytes]:
    """Return a configuration and its mapping."""
    return {"config.toml": _CONFIG.replace("memory.toml", name), name: text}


def _line(text: str, found: str) -> str:
    """Return the place of some words, as messages name it."""
    return f"memory.toml:{text[: text.index(found)].count(chr(10)) + 1}"


def _swapped(old: str, new: str) -> str:
    assert old in MAPPING_TEXT
    return MAPPING_TEXT.replace(old, new, 1)


_Mapping = partial(Bad, exit_code=3, words=("mapping", "check"))


def _wrote(rule: str) -> dict[str, object]:
    """Return files and place of a write rule in the tier's stead."""
    text = _swapped(_TIER, rule)
    return {"files": memory_files(text), "where": _line(text, rule)}


def _read(rule: str) -> dict[str, object]:
    text = _swapped(_NAME, f"{rule}\ndomain")
    return {"files": memory_files(text), "where": _line(text, rule)}


def _crm(**changed: object) -> MemoryCrm:
    """Return a CRM whose field for the tier differs; False: it has none."""
    crm = MemoryCrm()
    populate(crm, 1)
    schema = crm.describe("account")
    fields = dict(schema.fields)
    found = fields.pop("kam_tier")
    if changed:
        fields["kam_tier"] = replace(found, **changed)  # type: ignore[arg-type] # by name
    return MemoryCrm(schema={"account": ObjectSchema(object="account", fields=fields)})


_Live = partial(Bad, exit_code=4, code="KAM-7002", words=("doctor",))
_PICKLIST = {"type": FieldType.PICKLIST, "options": ("A", "B"), "restricted": True}


def _escapes(folder: Path) -> None:
    (folder / "config.toml").write_text(_CONFIG.replace("memory.toml", "../outside.toml"))


_SCOPE = '[scope]\nwrite = "{}"\n[maps.status]'
_FORMULAS = (
    "{{ ''.__class__ }}", "${7*7}", "__import__('os')", "lambda: 1", "name.__globals__",
    "[x for x in name]", "9**9**9", "1+" * 30_000 + "1", "(" * 500 + "1" + ")" * 500,
)  # fmt: skip

MAPPING: tuple[Bad, ...] = (
    _Mapping(row="M3", case="a protected field", code="KAM-2016", **_wrote('name = "tier"')),
    _Mapping(row="M4", case="a field not ours", code="KAM-2017", what=("rating",),
             fix="conflict", **_wrote('rating = "tier"')),
    _Mapping(row="M5", case="two rules, one field", code="KAM-2014", what=("kam_band",),
             **{**_wrote('KAM_BAND = "tier"'), "where": _line(MAPPING_TEXT, _BAND)}),
    _Mapping(row="M6", case="read and written", code="KAM-2015", what=("city",),
             **_wrote('city = "tier"')),
    _Mapping(row="M8", case="text into a number", code="KAM-2013",
             **_wrote('kam_tier = { from = "tier", type = "int" }')),
    *(
        _Mapping(row="M11" if len(formula) < 100 and "9**9" not in formula else "M12",
                 case=formula[:20], code="KAM-2010",
                 **_read(f"name = {{ formula = '''{formula}''' }}"))
        for formula in _FORMULAS
    ),
    *(
        _Mapping(row="M14", case=scope[:24], code="KAM-2010",
                 files=memory_files(_swapped("[maps.status]", _SCOPE.format(scope))),
                 where="memory.toml")
        for scope in ("segment = 'x' OR 1=1; DELETE", "segment = 'x' -- ", "(SELECT 1) = 1")
    ),
    _Mapping(row="M15", case="a path across objects", code="KAM-7002", words=("doctor",),
             exit_code=4, crm=lambda: _crm(length=80), what=("KAM-2101", "owner.name"),
             **_read('name = "owner.name"')),
    _Mapping(row="M17", case="money without currency", code="KAM-2013",
             files=memory_files(_swapped(', currency = "EUR" }', " }")), where="memory.toml",
             what=("currency",)),
    _Mapping(row="M18", case="of another CRM", code="KAM-2018",
             files=memory_files(_swapped('crm = "memory"', 'crm = "hubspot"')),
             where="memory.toml"),
    _Mapping(row="M19", case="another suffix", code="KAM-2019",
             files=memory_files(MAPPING_TEXT, "memory.yaml"), where="memory.yaml", fix=".toml"),
    _Mapping(row="M20", case="outside the folder", code="KAM-2000", prepare=_escapes,
             where="../outside.toml"),
    _Live(row="M1", case="no such field", crm=_crm, what=("KAM-2101", "kam_tier"), **_wrote(_TIER)),
    _Live(row="M2", case="may not write", crm=lambda: _crm(updateable=False),
          what=("KAM-2103", "kam_tier"), **_wrote(_TIER)),
    _Live(row="M8", case="of another type",
          crm=lambda: _crm(type=FieldType.DATE), what=("KAM-2107", "kam_tier"),
          **_wrote(_TIER)),
    _Live(row="M9", case="not in the list", crm=lambda: _crm(**_PICKLIST),
          what=("KAM-2105", "Gold", "[A, B]"),
          **_wrote('kam_tier = { from = "phase", map = { a = "Gold" } }')),
    _Live(row="M10", case="too long", crm=lambda: _crm(length=80),
          what=("KAM-2104", "300 characters into 80"),
          **_wrote('kam_tier = { from = "risk.top", via = [{ truncate = 300 }] }')),
)  # fmt: skip
