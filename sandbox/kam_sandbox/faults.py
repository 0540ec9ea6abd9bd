"""Faults that a tester schedules: what goes wrong, when, and how often."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

__all__ = ["CRM_KINDS", "WIRE_KINDS", "Fault", "Faults"]

WIRE_KINDS = frozenset(
    {
        "commit_then_drop",
        "drop_before",
        "garble",
        "html",
        "mislabel",
        "repeat",
        "slow",
        "status",
        "truncate",
        "zip_truncate",
    }
)
"""Faults of the line, applied to both CRMs before or after the handler runs.

``garble``: whole in length, but no JSON any more. ``mislabel``: the right body as ``text/html``.
``repeat``: the last answer of a GET of the same kind again, as when a page is served twice.
``zip_truncate``: half of a compressed body, announced as whole.
"""

CRM_KINDS = frozenset(
    {
        "bulk_failed",
        "expire_token",
        "foreign_link",
        "late_visible",
        "locator_expired",
        "lock_row",
        "migration",
        "org_refreshed",
        "query_timeout",
        "rate_limit",
        "refuse_row",
        "results_expired",
        "rotate_token",
        "schema_drift",
        "short_result",
    }
)
"""Faults that only the CRM's own handlers can play."""

_STANDING = frozenset({"late_visible", "org_refreshed", "schema_drift"})
"""Faults that are a state of the CRM, not an event."""

_FOREVER = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class Fault:
    """One scheduled fault."""

    kind: str
    crm: str = ""
    """``salesforce``, ``hubspot``, or empty for both."""
    match: str = ""
    """Regular expression, searched in ``METHOD /path`` and in ``METHOD /path?query``."""
    times: int = 1
    """How many matching requests still suffer it."""
    after: int = 0
    """How many matching requests pass unharmed first."""
    status: int = 503
    body: Any = None
    """The answer of ``status`` and ``html``; ``code``, ``message`` and more of ``refuse_row``;
    ``rows`` that ``query_timeout`` still finds in time; ``state`` and ``message`` in which
    ``bulk_failed`` leaves a job."""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    object: str = ""
    field: str = ""
    change: str = "removed"
    """For ``schema_drift``: ``removed``, ``readonly``, ``shorter``, ``retyped`` (to a number) or
    ``narrower`` (a picklist)."""

    def matches(self, crm: str, request: str) -> bool:
        """Tell whether the fault is meant for this request."""
        if self.crm not in ("", crm):
            return False
        short = request.split("?", 1)[0]
        return bool(re.search(self.match, request) or re.search(self.match, short))


class Faults:
    """The faults in waiting, in the order they were scheduled."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def schedule(self, wanted: Mapping[str, Any]) -> Fault:
        """Add a fault from its JSON form and return it.

        ``times`` of a fault that is a state of the CRM defaults to "until cleared".

        Raises:
            ValueError: the kind, a key or the regular expression is not known.
        """
        known = set(Fault.__dataclass_fields__)
        unknown = sorted(set(wanted) - known)
        kind = str(wanted.get("kind", ""))
        if unknown:
            raise ValueError(f"unknown keys {unknown}; known: {sorted(known)}")
        if kind not in WIRE_KINDS | CRM_KINDS:
            raise ValueError(f"unknown kind {kind!r}; known: {sorted(WIRE_KINDS | CRM_KINDS)}")
        for name in ("times", "after", "status"):
            if not isinstance(wanted.get(name, 0), int):
                raise ValueError(f"{name} must be known as a whole number")
        try:
            re.compile(str(wanted.get("match", "")))
        except re.error as error:
            raise ValueError(f"match is no regular expression: {error}") from error
        fault = Fault(**dict(wanted))
        if kind in _STANDING and "times" not in wanted:
            fault.times = _FOREVER
        with self._lock:
            self._faults.append(fault)
        return fault

    def take(self, crm: str, method: str, path: str) -> Fault | None:
        """Return the line fault that strikes this request, and count it off.

        Args:
            crm: ``salesforce`` or ``hubspot``.
            method: The HTTP method.
            path: The path, with its decoded query if there is one.
        """
        return self._count_off(crm, f"{method} {path}", WIRE_KINDS)

    def take_kind(self, kind: str, crm: str, method: str, path: str) -> Fault | None:
        """Return the fault of one *kind* that strikes this request, and count it off."""
        return self._count_off(crm, f"{method} {path}", {kind})

    def standing(self, kind: str, crm: str) -> list[Fault]:
        """Return the faults of a *kind* that are due, without counting them off."""
        with self._lock:
            return [
                fault
                for fault in self._faults
                if fault.kind == kind and fault.crm in ("", crm) and fault.times and not fault.after
            ]

    def waiting(self) -> list[dict[str, Any]]:
        """Return every fault that has not been used up, in its JSON form."""
        with self._lock:
            return [asdict(fault) for fault in self._faults if fault.times]

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._faults.clear()

    def _count_off(self, crm: str, request: str, kinds: frozenset[str] | set[str]) -> Fault | None:
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if fault.kind not in kinds or not fault.times or not fault.matches(crm, request):
                    continue
                if fault.after:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None
