"""Candidates: what matching looks at in the records of each CRM."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kam_connector.kam.matching import SHARED_HOSTS
from kam_connector.model.account import Account
from kam_connector.model.identity import RecordKey
from kam_connector.model.kind import Kind
from kam_connector.model.staging import MirrorRow

__all__ = ["Candidate", "account_candidates", "contact_candidates", "user_candidates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One record of one CRM, as far as matching looks."""

    key: RecordKey
    kam_id: str
    name: str
    strong: tuple[str, ...]
    """Strong keys: registrable domain, e-mail address, federation id."""


def account_candidates(accounts: Iterable[Account]) -> list[Candidate]:
    """Return a candidate for every record behind the accounts; shared hosts are no key.

    A person kept as an account is matched as the contact they are, not as a company.
    """
    return [
        Candidate(
            key=RecordKey(connection, Kind.ACCOUNT, ref),
            kam_id=account.id,
            name=account.name,
            strong=_address(account.domain),
        )
        for account in accounts
        if not account.person
        for connection, ref in account.refs
    ]


def contact_candidates(rows: Iterable[MirrorRow]) -> list[Candidate]:
    """Return a candidate for every record of a contact with an address."""
    return [
        candidate
        for row in rows
        if (address := row.values.get("email"))
        for candidate in _behind(row, (str(address),))
    ]


def user_candidates(rows: Iterable[MirrorRow], paths: Sequence[str]) -> list[Candidate]:
    """Return a candidate for every record of our people.

    Args:
        rows: Our people.
        paths: What they match by, the strongest first; a CRM's test copy adds ``.invalid``
            to addresses.
    """
    return [candidate for row in rows for candidate in _behind(row, _logins(row, paths))]


def _behind(row: MirrorRow, strong: tuple[str, ...]) -> list[Candidate]:
    return [
        Candidate(
            key=RecordKey(connection, row.kind, ref),
            kam_id=row.id,
            name=str(row.values.get("name") or ""),
            strong=strong,
        )
        for connection, ref in row.refs
    ]


def _logins(row: MirrorRow, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the strong keys; their rank stands first, so that they sort by strength."""
    return tuple(
        f"{rank}:{path}:{str(value).removesuffix('.invalid').casefold()}"
        for rank, path in enumerate(paths)
        if (value := row.values.get(path))
    )


def _address(domain: str | None) -> tuple[str, ...]:
    return (domain,) if domain and domain not in SHARED_HOSTS else ()
