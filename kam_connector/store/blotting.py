"""Takes a person's name out of every text and document that may hold it."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining, normalize

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
    ("holdback", "value"),
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
        _replace(opened, form, _TEXTS)
    for spelling in filter(_is_telling, _spellings(name)):
        for form in _forms(spelling):
            _replace(opened, form, KEPT_TEXTS)


def _replace(opened: Connection, form: str, columns: Iterable[tuple[str, str]]) -> None:
    for owner, column in columns:
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


def _spellings(name: str) -> list[str]:
    """Return how people write a name otherwise: capitals, no accents, the family name first."""
    first, _, rest = name.partition(" ")
    orders = [name, f"{rest} {first}", f"{rest}, {first}"] if rest else [name]
    plain = [
        "".join(one for one in normalize("NFKD", order) if not combining(one)) for order in orders
    ]
    cased = [form for order in (*orders, *plain) for form in (order, order.upper())]
    half = [f"{first} {rest.upper()}", f"{rest.upper()} {first}"] if rest else []
    return [one for one in dict.fromkeys((*cased, *half)) if one != name]


def _forms(text: str) -> list[str]:
    """Return a text as it stands in sentences, in documents, and in documents inside those."""
    forms = [text]
    for _turn in range(_NESTED):
        forms.append(orjson.dumps(forms[-1]).decode()[1:-1])
    return list(dict.fromkeys(reversed(forms)))
