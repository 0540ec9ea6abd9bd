"""What sheets are called and hold, in the words of account managers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam_connector.language import phrase
from kam_connector.model.kept import kept_name

__all__ = ["SHEETS", "sheet_title"]

SHEETS: Mapping[str, tuple[str, str]] = {
    "programme": (
        phrase("Programme"),
        phrase("Why there is key account management here, and who leads it"),
    ),
    "programme_member": (
        phrase("Programme members"),
        phrase("Who builds and runs the programme, with their time"),
    ),
    "roadmap_item": (
        phrase("Roadmap"),
        phrase("Dated steps in building the programme"),
    ),
    "programme_cost": (
        phrase("Programme costs"),
        phrase("What the programme costs, year by year"),
    ),
    "ritual": (
        phrase("Rituals"),
        phrase("Recurring meetings with owner and rhythm"),
    ),
    "criterion": (
        phrase("Selection criteria"),
        phrase("Criteria, weights and ramps of the choice of accounts"),
    ),
    "selection_score": (
        phrase("Selection scores"),
        phrase("What people say of an account by each criterion"),
    ),
    "competency": (
        phrase("Competencies"),
        phrase("Skills of our people, 1 to 5, and training"),
    ),
    "internal_sla": (
        phrase("Internal commitments"),
        phrase("What our functions promise the account teams"),
    ),
    "teammate": (
        phrase("Team"),
        phrase("Who works for the account, with which time"),
    ),
    "responsibility": (
        phrase("RACI"),
        phrase("Who has which part in which piece of work"),
    ),
    "contact_coverage": (
        phrase("Coverage"),
        phrase("Which of ours looks after which contact"),
    ),
    "executive_pair": (
        phrase("Executive pairs"),
        phrase("Executives of both sides who should meet"),
    ),
    "handover": (
        phrase("Handovers"),
        phrase("Changes of people, ours or theirs"),
    ),
    "handover_step": (
        phrase("Handover steps"),
        phrase("The checklist of each handover"),
    ),
    "team_pulse": (
        phrase("Team pulse"),
        phrase("How the team finds the work, 1 to 5"),
    ),
    "plan_frame": (
        phrase("Frame"),
        phrase("Scope, horizon, ambition and place among plans"),
    ),
    "plan_section": (
        phrase("Sections"),
        phrase("Our words beside what the CRM says"),
    ),
    "plan_version": (
        phrase("Versions"),
        phrase("The plan as it was put forward and approved"),
    ),
    "swot_item": (
        phrase("SWOT"),
        phrase("Strengths, weaknesses, opportunities, threats"),
    ),
    "competitor": (
        phrase("Competitors"),
        phrase("Who else serves the customer, and until when"),
    ),
    "tactic": (
        phrase("Tactics"),
        phrase("How each objective is to be reached"),
    ),
    "initiative": (
        phrase("Initiatives"),
        phrase("Larger pieces of work and their worth"),
    ),
    "risk": (
        phrase("Risks"),
        phrase("What could go wrong, and what is done"),
    ),
    "shared_value": (
        phrase("Shared value"),
        phrase("What is done together, and what each side gets"),
    ),
    "communication_charter": (
        phrase("Charter"),
        phrase("How both sides agreed to work together"),
    ),
    "shared_space": (
        phrase("Shared spaces"),
        phrase("Links to shared documents, projects and portals"),
    ),
    "insight": (
        phrase("Insights"),
        phrase("What our functions learned"),
    ),
    "stakeholder": (
        phrase("Stakeholders"),
        phrase("Judgements of contacts in neutral words"),
    ),
    "people_edge": (
        phrase("Ties between people"),
        phrase("Who reports to, influences or trusts whom"),
    ),
    "profile_path": (
        phrase("Profiles"),
        phrase("What people of each profile need from us"),
    ),
    "stage_move": (
        phrase("Stage moves"),
        phrase("Moves between stages of the journey"),
    ),
    "gate_answer": (
        phrase("Gates"),
        phrase("Answers to the items of each stage's gate"),
    ),
    "key_moment": (
        phrase("Key moments"),
        phrase("Prepared, held and followed up"),
    ),
    "tender": (
        phrase("Tenders"),
        phrase("Calls for offers, expected or out"),
    ),
    "touchpoint": (
        phrase("Touchpoints"),
        phrase("Who of ours meets which profile, when and how"),
    ),
    "playbook_run": (
        phrase("Playbooks"),
        phrase("Playbooks begun for an occasion"),
    ),
    "revenue_line": (
        phrase("Revenue"),
        phrase("What we billed, month by month"),
    ),
    "cost_line": (
        phrase("Cost to serve"),
        phrase("What serving the customer cost us"),
    ),
    "survey_answer": (
        phrase("Satisfaction"),
        phrase("NPS, CSAT and verbatims"),
    ),
    "wallet": (
        phrase("Wallet"),
        phrase("What the customer spends with anybody"),
    ),
    "catalogue_item": (
        phrase("Catalogue"),
        phrase("Product lines, margins and segments"),
    ),
    "offer_position": (
        phrase("Offers"),
        phrase("What the customer does about each product line"),
    ),
    "outside_news": (
        phrase("News"),
        phrase("What reached us from outside"),
    ),
    "kpi_value": (
        phrase("KPIs"),
        phrase("Computed figures; nothing to edit"),
    ),
    "signal_act": (
        phrase("Acts on signals"),
        phrase("What people did about signals; nothing to edit"),
    ),
    "signal_trial": (
        phrase("Rules on trial"),
        phrase("Rules that are watched before they warn"),
    ),
    "objective": (
        phrase("Objectives"),
        phrase("Where the plan wants to be; those of rules are locked"),
    ),
    "action": (
        phrase("Actions"),
        phrase("Who does what until when; those of rules are locked"),
    ),
}
"""Title and purpose by `kept_name`."""


def sheet_title(made: type[Any]) -> tuple[str, str]:
    """Return the English title and purpose of a type's sheet."""
    name = kept_name(made)
    return SHEETS.get(name, (name.replace("_", " ").capitalize(), ""))
