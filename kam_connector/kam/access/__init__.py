"""Who may do what: roles, the CRM's own rules, and what follows from both. Deny by default."""

from kam_connector.kam.access.fields import hidden_paths, locked_paths
from kam_connector.kam.access.identity import Matched, match_person
from kam_connector.kam.access.roles import TABLE, reach, roles_of
from kam_connector.kam.access.visibility import account_rights, concerned

__all__ = [
    "TABLE",
    "Matched",
    "account_rights",
    "concerned",
    "hidden_paths",
    "locked_paths",
    "match_person",
    "reach",
    "roles_of",
]
