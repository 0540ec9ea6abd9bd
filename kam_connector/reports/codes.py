"""Codes of what people's files can have wrong."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-7080": (
        "The file is no workbook that can be read safely: it is broken, locked with a password, "
        "too large, or holds macros or links to other files. Save it as a plain .xlsx."
    ),
    "KAM-7081": (
        "The workbook was exported for another account, another programme or by another "
        "installation. Export a fresh one and copy the edits over."
    ),
    "KAM-7082": (
        "Cells of the workbook cannot be read; each is named with sheet, row and column. "
        "Nothing was written: mend them and import again."
    ),
    "KAM-7083": (
        "Somebody changed the same cells in the meantime. The records concerned were left as "
        "they are; --take mine or --take theirs decides."
    ),
    "KAM-7084": (
        "The template of the deck lacks a layout or a placeholder, or cannot be opened. Start "
        "from the one that  kam plan deck --write-template FILE  writes."
    ),
    "KAM-7085": (
        "A PDF needs the extra: pip install 'kam-connector[pdf]'. Without it write a .html file "
        "and print it."
    ),
    "KAM-7086": (
        "The mapping of an existing Excel plan names a sheet, cell, type or field that is not "
        "there, or cannot be read."
    ),
}
