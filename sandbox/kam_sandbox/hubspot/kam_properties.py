"""The properties that a connected portal has beside HubSpot's own: the ``kam`` group."""

from __future__ import annotations

from kam_sandbox.hubspot.definitions import Group, Property, choices

__all__ = ["KAM_GROUP", "kam_properties"]

KAM_GROUP = Group(name="kam", label="Key account management")

_TEXT = ("string", "text")
_LONG = ("string", "textarea")
_NUMBER = ("number", "number")
_DATE = ("date", "date")
_YES_NO = ("bool", "booleancheckbox")

_KINDS: dict[str, dict[str, tuple[str, str]]] = {
    "companies": {
        "kam_tier": _TEXT,
        "kam_phase": _TEXT,
        "kam_health": _NUMBER,
        "kam_health_band": _TEXT,
        "kam_relationship": _NUMBER,
        "kam_coverage": _NUMBER,
        "kam_risk": _TEXT,
        "kam_next_action": _TEXT,
        "kam_next_action_due": _DATE,
        "kam_next_review": _DATE,
        "kam_plan_status": _TEXT,
        "kam_open_actions": _NUMBER,
        "kam_renewal_risk": _NUMBER,
        "kam_renewal_decision": _DATE,
        "kam_plan_completeness": _NUMBER,
        "kam_nps": _NUMBER,
        "kam_summary": _TEXT,
        "kam_summary_json": _LONG,
        "kam_plan_url": _TEXT,
        "kam_as_of": _DATE,
    },
    "contacts": {"kam_role": _TEXT, "kam_strength": _NUMBER, "kam_strength_band": _TEXT},
    "deals": {"kam_in_plan": _YES_NO, "kam_risk": _TEXT},
    "tasks": {"kam_key": _TEXT},
}


def kam_properties(object_: str) -> list[Property]:
    """Return our properties of *object_*, as an administrator would have installed them."""
    return [
        Property(
            name=name,
            label=name.removeprefix("kam_").replace("_", " ").capitalize() + " (KAM)",
            type=type_,
            field_type=field_type,
            group=KAM_GROUP.name,
            options=choices(("true=Yes", "false=No")) if type_ == "bool" else (),
            unique=name == "kam_key",
            hubspot_defined=False,
        )
        for name, (type_, field_type) in _KINDS.get(object_, {}).items()
    ]
