"""Stable codes of what can be wrong with an imported file, with what to do."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CODES"]

CODES: Mapping[str, str] = {
    "KAM-3300": (
        "An imported file is not sound, so nothing of it was stored. Each problem names line and "
        "column; --skip-bad stores the sound rows and lists the others in a file."
    ),
    "KAM-3301": (
        "The file is not text of a known encoding, no JSON or no workbook. Save it as CSV UTF-8 "
        "or as .xlsx; the message names the line where reading stopped."
    ),
    "KAM-3302": (
        "The file has more bytes, rows, columns or characters in a cell than any sound one. "
        "Split it."
    ),
    "KAM-3303": (
        "The workbook holds macros, links to other files, a password, or expands to far more than "
        "its size. Save it as a plain .xlsx, or as CSV."
    ),
    "KAM-3304": (
        "A column is missing, unknown or there twice. --map COLUMN=FIELD says what a column is, "
        "--map COLUMN= leaves it out; docs/figures.md lists the fields of each kind."
    ),
    "KAM-3305": (
        "A row has another number of cells than the header, or a quotation mark is never closed. "
        "An amount with a decimal comma needs quotes where commas part the columns."
    ),
    "KAM-3310": "The value is no number, or outside the range that the message names.",
    "KAM-3311": (
        "A number or a date can be read two ways, and nothing in the file tells which. Write "
        "2026-02-01 and 1234.5, or say --dates dmy|mdy and --decimal comma|point."
    ),
    "KAM-3312": "The value is no day, month or year. Write 2026-11-20, 2026-11 or 2026.",
    "KAM-3313": (
        "The currency is no ISO 4217 code (EUR, USD), or the country no ISO 3166 code (FR, DE). "
        "--currency EUR says it for a whole file."
    ),
    "KAM-3314": "The value is none of the list that the message names.",
    "KAM-3315": "A value that every row needs is missing.",
    "KAM-3316": (
        "A formula stands where a number or a date belongs. Formulas are never computed here: "
        "paste the values instead."
    ),
    "KAM-3317": "An address must begin with https:// or http://.",
    "KAM-3320": "No account has this id, name or domain. kam account list --all shows them.",
    "KAM-3321": (
        "No account is called exactly so, one is called nearly so. If it is the one, say so: "
        "--account 'NAME=ID'; it is never guessed."
    ),
    "KAM-3322": "Several accounts fit. Give the id instead, or --account 'NAME=ID'.",
    "KAM-3330": (
        "Two rows speak of the same thing, so that the second would replace the first. Add them "
        "up or remove one."
    ),
    "KAM-3331": (
        "Rows were left out because of --skip-bad; the file that the message names lists them "
        "with the reason. Mend them there and import that file."
    ),
}
