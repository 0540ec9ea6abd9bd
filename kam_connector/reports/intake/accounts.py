"""Whom a row is about: found by id, name or domain; what is only alike waits for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

from kam_connector.kam.matching import SHARED_HOSTS, core_name
from kam_connector.model.account import Account
from kam_connector.reports.intake.folding import folded
from kam_connector.reports.intake.problem import Unreadable

__all__ = ["Accounts"]

_ALIKE = 80
"""From here a name is proposed, 0 to 100. Our choice: a typing slip or a missing word."""
_FEW = 3
_SEARCHES = 200
"""Strangers whose nearest names are looked for. Our choice: a file with more of them is about
other customers, and each search reads every name."""


class Accounts:
    """The accounts by everything a file may call them.

    Args:
        known: All live accounts.
        said: Text of the file to what a person said it is (an id, a CRM's id or an exact name).
    """

    def __init__(self, known: Iterable[Account], said: Mapping[str, str] | None = None) -> None:
        self._known = {one.id: one for one in known}
        self._refs: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._hosts: dict[str, set[str]] = defaultdict(set)
        for one in self._known.values():
            for connection, ref in one.refs:
                self._refs[ref].add(one.id)
                self._refs[f"{connection}:{ref}"].add(one.id)
            self._names[folded(one.name)].add(one.id)
            if one.domain:
                self._hosts[_host(one.domain)].add(one.id)
        self._cores = {id_: core_name(one.name) for id_, one in self._known.items()}
        self._said = {folded(text): meant for text, meant in (said or {}).items()}
        self._strangers = 0
        self._asked: dict[tuple[str | None, str | None], str | Unreadable] = {}

    def find(self, text: str | None, domain: str | None = None) -> str:
        """Return the id of the account that a row names.

        Raises:
            Unreadable: None has the name (KAM-3320), one nearly (KAM-3321), several (KAM-3322).
        """
        asked = (text, domain)
        if asked not in self._asked:
            try:
                self._asked[asked] = self._find(text, domain)
            except Unreadable as error:
                self._asked[asked] = error
        found = self._asked[asked]
        if isinstance(found, Unreadable):
            raise found
        return found

    def _find(self, text: str | None, domain: str | None) -> str:
        meant = self._said.get(folded(text)) if text else None
        if meant is not None:
            return self._sure(meant) or self._refuse(meant)
        found = self._sure(text) if text else None
        if found is None and domain:
            found = self._by_host(domain)
        return found or self._refuse(text or domain or "")

    def _sure(self, text: str) -> str | None:
        """Return the one account that is called so; None when none is."""
        if text in self._known:
            return text
        hosted = self._hosts.get(_host(text), set()) if "." in text and " " not in text else set()
        for found in (self._refs.get(text), self._names.get(folded(text)), hosted):
            if found:
                return self._one(text, found)
        return None

    def _by_host(self, domain: str) -> str | None:
        host = _host(domain)
        found = self._hosts.get(host)
        if host in SHARED_HOSTS or not found:
            return None
        return self._one(domain, found)

    def _one(self, text: str, found: Iterable[str]) -> str:
        ids = sorted(found)
        if len(ids) == 1:
            return ids[0]
        named = ", ".join(f"{self._known[one].name} ({one})" for one in ids[:_FEW])
        message = f'Several accounts fit "{text[:60]}".'
        raise Unreadable("KAM-3322", message, hint=f'Which one?  {named}.  --account "{text}=ID"')

    def _refuse(self, text: str) -> str:
        """Say that no account is called so, and which one nearly is."""
        self._strangers += 1
        near = self._near(text) if self._strangers <= _SEARCHES else []
        message = f'No account is called "{text[:60]}".'
        if not near:
            hint = "kam account list --all  shows them; a new one comes with the next run."
            raise Unreadable("KAM-3320", message, hint=hint)
        named = [(self._known[id_].name, id_) for _, _, id_ in near]
        first = named[0][1]
        listed = ", ".join(f"{name} ({id_})" for name, id_ in named)
        hint = f'Did you mean {listed}?  Then say  --account "{text}={first}"'
        raise Unreadable("KAM-3321", message, hint=hint)

    def _near(self, text: str) -> list[tuple[str, float, str]]:
        """Return (name's core, likeness, id) of the names most alike."""
        return process.extract(
            core_name(text),
            self._cores,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=_ALIKE,
            limit=_FEW,
        )


def _host(text: str) -> str:
    """Return a web address's host: no scheme, no path, no www."""
    bare = text.strip().casefold().partition("://")
    rest = bare[2] or bare[0]
    return rest.partition("/")[0].partition(":")[0].removeprefix("www.")
