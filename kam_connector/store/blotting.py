"""Takes a person's name out of every text and document that may hold it."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection, func

from kam_connector.model.preview import PreviewState
from kam_connector.store.keeping import KEPT_TEXTS
from kam_connector.store.tables import table

__all__ = ["FORGOTTEN", "blot", "supersede"]

FORGOTTEN = "(forgotten)"
"""Stands where a text named the person."""
_TEXTS = (
    ("signal", "summary"),
    ("signal", "evidence"),
    ("action", "title"),
    ("action", "reason"),
    ("action", "success_indicator"),
    ("score", "ledger"),
    ("score", "caps"),
    ("score", "changes"),
    ("score", "counterfactual"),
    ("score", "inputs"),
    ("objective", "title"),
    ("objective", "reason"),
    ("objective", "success_criterion"),
    ("outcome", "values"),
    ("outcome", "reasons"),
    ("preview", "changes"),
    ("preview", "notes"),
    ("preview", "guards"),
    ("outbox", "change"),
    ("outbox", "message"),
    ("journal", "before"),
    ("journal", "after"),
    ("quarantine", "message"),
    ("identity_link", "evidence"),
    ("run", "error"),
    ("run", "counts"),
    *KEPT_TEXTS,
)
"""Where names may stand in a sentence or a document."""
_SHORTEST = 4
"""Our choice: shorter names of Latin letters would be cut out of other words."""
_NESTED = 2
"""A value that is itself JSON stands in a JSON document: its quotes are escaped twice."""


def blot(opened: Connection, name: str) -> None:
    """Replace a name wherever a text may hold it; a preview that held it is made anew."""
    if not _is_telling(name):
        return
    for form in _forms(name):
        supersede(opened, form)
        for owner, column in _TEXTS:
            t = table(owner)
            holds = t.c[column].contains(form, autoescape=True)
            blotted = func.replace(t.c[column], form, FORGOTTEN)
            opened.execute(t.update().where(holds).values({column: blotted}))


def supersede(opened: Connection, text: str) -> None:
    """End every preview that waits for approval and holds a text."""
    t = table("preview")
    shows = t.c.changes.contains(text, autoescape=True)
    shows &= t.c.state.in_((PreviewState.OPEN.value, PreviewState.HELD.value))
    opened.execute(t.update().where(shows).values(state=PreviewState.SUPERSEDED.value))


def _is_telling(name: str) -> bool:
    """Tell a name from a word that documents hold anyway, such as ``info`` and ``none``."""
    if not name.isascii():
        return len(name) > 1
    return len(name) >= _SHORTEST and not (name.isalpha() and name.islower())


def _forms(text: str) -> list[str]:
    """Return a text as it stands in sentences, in documents, and in documents inside those."""
    forms = [text]
    for _turn in range(_NESTED):
        forms.append(orjson.dumps(forms[-1]).decode()[1:-1])
    return list(dict.fromkeys(reversed(forms)))
