"""People and things by name: ids become names on the way out, names ids on the way in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

__all__ = ["Directory", "Unresolved", "folded"]


class Unresolved(Exception):
    """A name that fits nothing, or several; *near* are those it may mean."""

    def __init__(self, near: tuple[str, ...], *, several: bool) -> None:
        super().__init__(", ".join(near))
        self.near = near
        self.several = several


def folded(text: str) -> str:
    """Return a text without accents, capitals and outer blanks, for comparing by eye."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(bare.replace("\u2019", "'").split())


@dataclass(slots=True)
class Directory:
    """One label for each id of each space: ``user``, ``contact``, ``objective`` ..."""

    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, space: str, named: Iterable[tuple[str, str, str]]) -> None:
        """Add (id, name, what tells two of one name apart); labels become unique."""
        listed = list(named)
        known = self.labels.setdefault(space, {})
        names = Counter(folded(name) for _, name, _ in listed)
        for id_, name, apart in listed:
            label = name.strip() or id_
            if names[folded(name)] > 1:
                label = f"{label} ({apart or id_[-6:]})"
            if folded(label) in {folded(one) for other, one in known.items() if other != id_}:
                label = f"{label} [{id_[-6:]}]"
            known[id_] = label

    def label(self, space: str, id_: str) -> str:
        """Return what an id is called; one that is not known is called by itself."""
        return self.labels.get("user" if space == "person" else space, {}).get(id_, id_)

    def find(self, space: str, text: str) -> str:
        """Return the id that a name, or an id, means.

        Raises:
            Unresolved: None fits, or several do; a "person" may be any name.
        """
        known = self.labels.get("user" if space == "person" else space, {})
        if text in known:
            return text
        wanted = folded(text)
        found = [id_ for id_, label in known.items() if folded(label) == wanted]
        if len(found) == 1:
            return found[0]
        if space == "person" and not found:
            return text
        near = found or [id_ for id_, label in known.items() if wanted and wanted in folded(label)]
        if len(near) == 1:
            return near[0]
        raise Unresolved(tuple(known[one] for one in near[:5]), several=bool(near))

    def listed(self, space: str) -> list[str]:
        """Return a space's labels, sorted, for a drop-down list."""
        return sorted(self.labels.get(space, {}).values(), key=folded)

    def with_labels(self, labels: Mapping[str, Mapping[str, str]]) -> Directory:
        """Return a directory in which these older labels count where they exist."""
        spaces = {*self.labels, *labels}
        return Directory(
            {one: {**self.labels.get(one, {}), **labels.get(one, {})} for one in spaces}
        )
