"""All stable codes in one table, from every part that has some."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points

__all__ = ["CODES", "all_codes"]

CODES: Mapping[str, str] = {
    "KAM-7000": (
        "Something nobody foresaw: a mistake in the program. Nothing is half-written: the next "
        "run goes on. Please report it with the file that the message names."
    ),
    "KAM-7001": "The command's words are off; --help shows how it is meant.",
    "KAM-7002": "A check found something that needs a person; its lines say what.",
    "KAM-7041": "The data of a connection is older than --max-age allows.",
    "KAM-7042": "No account or person fits what was asked for, or several do.",
    "KAM-7043": "There is nothing of that number or name.",
    "KAM-7044": "An answer is needed and nobody is there to give it: use the flags named.",
    "KAM-7046": (
        "Access control is on, and the roles of who asks do not allow this. kam access show says "
        "who you are; docs/access.md which role may do what. Exit 6, as every lack of a permission."
    ),
    "KAM-7047": (
        "Access control is on, and no role and no active CRM user, or several users, fit who asks. "
        "Nobody is guessed. [access] names people, or says who they are in the CRM."
    ),
    "KAM-7048": (
        "What somebody may see is the CRM's to say, and it has not said it for longer than "
        "[access] stale_hours. Nothing is shown until it answers again."
    ),
    "KAM-7049": (
        "The account is seen and may not be changed: the CRM lets this person read it only, or "
        "the record is the programme's."
    ),
    "KAM-7045": "Somebody named to take work over is no active user.",
    "KAM-7010": "Another run holds the lease of this connection; wait, or see kam status.",
    "KAM-7050": "The demo's local servers did not start; kam sandbox serve shows why.",
    "KAM-7051": (
        "The command's answer is computed from values, or quotes values, that the CRM or [access] "
        "hide does not let this person see: half of it would be wrong, and all of it would tell."
    ),
    "KAM-7052": (
        "The change would be carried into a CRM field that this person may not edit there. Our own "
        "user could, and must not do it for them."
    ),
    "KAM-7060": (
        "An entry of the audit log was changed, removed, added or cut off: the log is not what "
        "was written. Keep the database as it is, and compare with backups and anchors."
    ),
    "KAM-7130": "Somebody stopped the run. What was begun is finished; the next run goes on.",
}
_TABLES = (
    ("kam_connector.config.codes", "CODES"),
    ("kam_connector.mapping.problem", "CODES"),
    ("kam_connector.model.crm_codes", "CRM_CODES"),
    ("kam_connector.store.codes", "CODES"),
    ("kam_connector.sync.codes", "CODES"),
    ("kam_connector.kam.plan.codes", "CODES"),
    ("kam_connector.reports.intake.codes", "CODES"),
    ("kam_connector.web.codes", "CODES"),
    ("kam_connector.reports.codes", "CODES"),
    ("kam_connector.cli.codes", "CODES"),
)
_ADAPTERS = "kam_connector.crms"
"""An adapter's package may have codes of its own: ``CODES`` in its ``errors``."""


def all_codes() -> dict[str, str]:
    """Return code to explanation, sorted; what is not installed is left out."""
    merged: dict[str, str] = {}
    adapters = [(f"{one.module}.errors", "CODES") for one in entry_points(group=_ADAPTERS)]
    for module, attribute in (*_TABLES, *sorted(adapters)):
        try:
            found = getattr(import_module(module), attribute)
        except (ImportError, AttributeError):
            continue
        for code, text in found.items():
            merged.setdefault(code, _sentence(text))
    return dict(sorted(merged.items()))


def _sentence(text: object) -> str:
    """Return one text of a plain one or of a (title, what to do) pair."""
    if isinstance(text, str):
        return text if text.endswith(".") else f"{text}."
    if isinstance(text, tuple):
        return ": ".join(str(part) for part in text) + "."
    return str(text)
