"""Our fields in a CRM: the one list.

Mappings write them, `kam crm provision` creates them, what an administrator deploys and the
sandbox's own definitions are checked against them. A CRM spells name and type in its own way.
"""

from __future__ import annotations

from dataclasses import replace

from kam_connector.model.french_labels import FRENCH_LABELS
from kam_connector.model.kind import OF_PLANS, Kind
from kam_connector.model.provision import FieldSpec
from kam_connector.model.schema import FieldType

__all__ = ["OUR_FIELDS", "our_fields"]

OUR_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Tier",
        path="tier",
        type=FieldType.TEXT,
        label="KAM Tier",
        description="Tier of the key account, set by the selection rule of kam-connector.",
        help="Tier of this key account. Written by kam-connector.",
        length=40,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Phase",
        path="phase",
        type=FieldType.TEXT,
        label="KAM Phase",
        description=(
            "Phase of the key account journey, or Renewal while the window of the main "
            "contract is open."
        ),
        help="Where this account stands in its journey.",
        length=40,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Health",
        path="health.score",
        type=FieldType.INTEGER,
        label="KAM Health",
        description="Health from 0 to 100. Empty when too little is known for a verdict.",
        help="0 to 100. Empty: not enough data for a verdict.",
        digits=3,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Health_Band",
        path="health.band",
        type=FieldType.TEXT,
        label="KAM Health Band",
        description="green, amber, red or insufficient_data.",
        help="The verdict that goes with the health number.",
        length=40,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Relationship",
        path="relationship.score",
        type=FieldType.INTEGER,
        label="KAM Relationship",
        description="Strength of the relationship with the account from 0 to 100.",
        help="0 to 100, from recorded two-way contact.",
        digits=3,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Coverage",
        path="coverage.percent",
        type=FieldType.PERCENT,
        label="KAM Coverage",
        description="Share of the wanted roles that are reached, in percent.",
        help="Which of the roles we want to know are reached.",
        digits=3,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Risk",
        path="risk.top",
        type=FieldType.TEXT,
        label="KAM Risk",
        description="The gravest open signal, in one sentence.",
        help="The gravest open signal.",
        length=255,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Next_Action",
        path="next_action.title",
        type=FieldType.TEXT,
        label="KAM Next Action",
        description="Title of the most urgent open action.",
        help="The most urgent open action.",
        length=255,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Next_Action_Due",
        path="next_action.due",
        type=FieldType.DATE,
        label="KAM Next Action Due",
        description="Day on which the most urgent open action is due.",
        help="When the next action is due.",
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Next_Review",
        path="plan.next_review",
        type=FieldType.DATE,
        label="KAM Next Review",
        description="Day of the next plan review. People may move it: the later change wins.",
        help="You may change this date: kam-connector keeps your change.",
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Plan_Status",
        path="plan.status",
        type=FieldType.TEXT,
        label="KAM Plan Status",
        description="none, draft, active or stale.",
        help="Where the account plan stands.",
        length=40,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Open_Actions",
        path="actions.open",
        type=FieldType.INTEGER,
        label="KAM Open Actions",
        description="Number of open actions.",
        help="How many actions are open.",
        digits=4,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Renewal_Risk",
        path="renewal.risk",
        type=FieldType.INTEGER,
        label="KAM Renewal Risk",
        description="Risk of the next open renewal from 0 to 100; 100 is the worst.",
        help="0 to 100; empty when no renewal is near or too little is known.",
        digits=3,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Renewal_Decision",
        path="renewal.decision",
        type=FieldType.DATE,
        label="KAM Renewal Decision",
        description="Day on which the next open renewal is decided.",
        help="When the next renewal is decided.",
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Plan_Completeness",
        path="plan.completeness",
        type=FieldType.PERCENT,
        label="KAM Plan Completeness",
        description="Share of what the account plan's sections should hold, in percent.",
        help="How much of the account plan is filled in.",
        digits=3,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_NPS",
        path="kpi.nps",
        type=FieldType.INTEGER,
        label="KAM NPS",
        description="Net Promoter Score from -100 to 100, from imported surveys.",
        help="-100 to 100: promoters less detractors. Empty without surveys.",
        digits=3,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Summary",
        path="summary.text",
        type=FieldType.TEXT,
        label="KAM Summary",
        description="One line for lists and reports.",
        help="One line for lists and reports.",
        length=255,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Summary_JSON",
        path="summary.json",
        type=FieldType.LONG_TEXT,
        label="KAM Summary JSON",
        description=(
            "What the KAM Summary card reads. People are named by record id: the card "
            "shows what its viewer may see."
        ),
        help="Read by the KAM Summary card. Not meant for reading.",
        length=131_072,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_Plan_URL",
        path="plan.url",
        type=FieldType.URL,
        label="KAM Plan URL",
        description="Address of the account plan.",
        help="Opens the account plan.",
        length=255,
    ),
    FieldSpec(
        kind=Kind.ACCOUNT,
        name="KAM_As_Of",
        path="as_of",
        type=FieldType.DATE,
        label="KAM As Of",
        description=(
            "Day on which these values were last confirmed. It moves with another "
            "value, or once a week."
        ),
        help="The day these values were last confirmed.",
    ),
    FieldSpec(
        kind=Kind.CONTACT,
        name="KAM_Role",
        path="role",
        type=FieldType.TEXT,
        label="KAM Role",
        description="Stakeholder role, in neutral words.",
        help="The part this person has in decisions.",
        length=80,
    ),
    FieldSpec(
        kind=Kind.CONTACT,
        name="KAM_Strength",
        path="strength.score",
        type=FieldType.INTEGER,
        label="KAM Strength",
        description="Strength of the tie with this person from 0 to 100.",
        help="0 to 100, from recorded two-way contact.",
        digits=3,
    ),
    FieldSpec(
        kind=Kind.CONTACT,
        name="KAM_Strength_Band",
        path="strength.band",
        type=FieldType.TEXT,
        label="KAM Strength Band",
        description="dormant, weak, developing, strong or trusted.",
        help="The tie in one word.",
        length=40,
    ),
    FieldSpec(
        kind=Kind.OPPORTUNITY,
        name="KAM_In_Plan",
        path="in_plan",
        type=FieldType.BOOLEAN,
        label="KAM In Plan",
        description="The opportunity belongs to the plan of a key account.",
        help="Part of the account plan.",
    ),
    FieldSpec(
        kind=Kind.OPPORTUNITY,
        name="KAM_Risk",
        path="risk",
        type=FieldType.TEXT,
        label="KAM Risk",
        description="What endangers this opportunity, in one sentence.",
        help="What endangers this opportunity.",
        length=255,
    ),
    *(
        FieldSpec(
            kind=kind,
            name="KAM_Key",
            path="key",
            type=FieldType.TEXT,
            label="KAM Key",
            description=f"Id of the {kind} in kam-connector. One {kind} makes one record.",
            help="Set by kam-connector on its own records. Do not edit.",
            length=64,
            unique=True,
            optional=True,
        )
        for kind in OF_PLANS
    ),
    FieldSpec(
        kind=Kind.TASK,
        name="KAM_Key",
        path="key",
        type=FieldType.TEXT,
        label="KAM Key",
        description=(
            "Id of the action behind a task. One action makes one task. Shared by tasks and events."
        ),
        help="Set by kam-connector on its own tasks. Do not edit.",
        length=64,
        unique=True,
    ),
)
"""In the order in which a person reads them on a record."""


def our_fields(language: str = "en") -> tuple[FieldSpec, ...]:
    """Return the fields with labels in a language: ``en`` or ``fr``."""
    if language == "fr":
        return tuple(replace(one, label=FRENCH_LABELS[one.name]) for one in OUR_FIELDS)
    return OUR_FIELDS
