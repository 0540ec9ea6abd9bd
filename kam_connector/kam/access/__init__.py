"""Who may do what: roles, the CRM's own rules, and what follows from both. Deny by default."""

from kam_connector.kam.access.fields import hidden_paths, locked_paths
from kam_connector.kam.access.identity import Matched, match_person
from kam_connector.kam.access.made_of import feeding, is_derived, is_told_by_key, made_of
from kam_connector.kam.access.masks import masked_figure, masked_figures, masked_score
from kam_connector.kam.access.roles import TABLE, reach, roles_of
from kam_connector.kam.access.visibility import account_rights, concerned

__all__ = [
    "TABLE",
    "Matched",
    "account_rights",
    "concerned",
    "feeding",
    "hidden_paths",
    "is_derived",
    "is_told_by_key",
    "locked_paths",
    "made_of",
    "masked_figure",
    "masked_figures",
    "masked_score",
    "match_person",
    "reach",
    "roles_of",
]
