"""What each command is for: one table, which `docs/access.md` shows and a test compares.

With access control on, a command that is not here is refused to everybody. Of several
capabilities the first that somebody's roles allow counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from kam_connector.model.access import Capability

__all__ = ["MADE_OF_VALUES", "NEEDS", "QUOTING"]

_C = Capability
_BY_CAPABILITY: Mapping[tuple[Capability, ...], tuple[str, ...]] = {
    (_C.GENERAL,): (
        "demo",
        "explain",
        "init",
        "mapping check",
        "mapping paths",
        "programme method",
        "sandbox serve",
    ),
    (_C.ACCESS_OWN,): ("access check", "access show"),
    (_C.ACCOUNTS_READ,): (
        "account list",
        "account show",
        "digest",
        "export",
        "journey map",
        "journey moments",
        "journey recap",
        "journey show",
        "journey tenders",
        "kpi list",
        "kpi show",
        "orgchart draw",
        "orgchart show",
        "plan check",
        "plan deck",
        "plan diff",
        "plan export",
        "plan page",
        "plan show",
        "plan tree",
        "playbook list",
        "playbook show",
        "score explain",
        "signal list",
        "team pulse",
        "team show",
        "tie explain",
        "tie path",
        "tie without",
        "whitespace show",
    ),
    (_C.ACCOUNTS_EDIT,): (
        "journey answer",
        "journey move",
        "orgchart set",
        "orgchart suggest",
        "plan import",
        "plan submit",
        "plan write",
        "playbook close",
        "playbook start",
        "signal ack",
        "signal assign",
        "signal reopen",
        "signal resolve",
        "signal snooze",
        "signal start",
        "signal suppress",
    ),
    (_C.PROGRAMME_EDIT, _C.ACCOUNTS_EDIT): ("import",),
    (_C.CONTROL_READ, _C.ACCOUNTS_READ): ("conflict list", "conflict show"),
    (_C.DECISIONS_READ,): ("plan versions",),
    (_C.PLANS_DECIDE,): ("plan approve", "plan reject"),
    (_C.HANDOVER,): ("handover",),
    (_C.PROGRAMME_READ,): (
        "programme adoption",
        "programme calendar",
        "programme check",
        "programme export",
        "programme scorecard",
        "programme show",
        "team check",
    ),
    (_C.PROGRAMME_EDIT,): (
        "account select",
        "programme begin",
        "programme import",
        "signal backtest",
        "signal shadow",
    ),
    (_C.AUDIT_READ,): ("audit list", "audit verify"),
    (_C.CONTROL_READ,): (
        "connection list",
        "errors list",
        "match list",
        "status",
        "writes list",
        "writes paused",
    ),
    (_C.OPERATE,): (
        "conflict take",
        "connection disable-writes",
        "connection enable-writes",
        "connection login",
        "connection logout",
        "connection pause",
        "connection resume",
        "crm provision",
        "db backup",
        "db check",
        "db purge",
        "db restore",
        "db upgrade",
        "doctor",
        "errors drop",
        "errors retry",
        "mapping test",
        "match confirm",
        "match reject",
        "resume",
        "serve",
        "stop",
        "sync apply",
        "sync preview",
        "sync run",
        "writes pause",
        "writes resume",
        "writes undo",
    ),
    (_C.PRIVACY,): ("privacy allow", "privacy erase", "privacy export", "privacy list"),
}

NEEDS: Mapping[str, tuple[Capability, ...]] = {
    command: needed for needed, commands in _BY_CAPABILITY.items() for command in commands
}
"""By the words of a command."""

QUOTING = frozenset({"plan approve", "plan diff", "plan reject", "plan submit", "plan versions"})
"""Commands about a plan's versions, which quote values word by word and are sealed: whoever may
not see a value can neither make one nor decide on it."""

MADE_OF_VALUES = frozenset(
    {
        "account select",
        "handover",
        "journey recap",
        "plan tree",
        "programme check",
        "programme export",
        "programme scorecard",
        "programme show",
        "signal backtest",
        "signal shadow",
        "whitespace show",
    }
)
"""Commands whose whole answer is computed from values, where nothing is left without one."""
