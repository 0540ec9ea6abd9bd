"""Tables of the KAM layer: key accounts, plans, actions, signals, scores, outcomes."""

from __future__ import annotations

from sqlmodel import Field

from kam_connector.store.tables.registry import Base

__all__: list[str] = []


class KeyAccountTable(Base, table=True):
    """The chosen accounts, and those that were."""

    __tablename__ = "key_account"
    account_id: str = Field(primary_key=True)
    tier: str
    stage: str
    since: str
    reason: str
    left_on: str | None = None


class RenewalCycleTable(Base, table=True):
    """Contracts coming up for decision."""

    __tablename__ = "renewal_cycle"
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    opportunity_id: str | None = None
    opens: str
    decision: str
    state: str
    contract_id: str | None = None


class PlanTable(Base, table=True):
    """Account plans."""

    __tablename__ = "plan"
    account_id: str = Field(primary_key=True)
    status: str
    next_review: str | None = None
    updated_at: str | None = None
    id: str | None = None
    opened_on: str | None = None


class ObjectiveTable(Base, table=True):
    """What plans want to reach."""

    __tablename__ = "objective"
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    title: str
    reason: str
    level: str
    metric: str
    baseline: str | None = None
    target: str | None = None
    due: str
    status: str
    settled_at: str | None = None
    nature: str = "quantitative"
    theme: str | None = None
    owner_id: str | None = None
    success_criterion: str | None = None
    customer_shared: bool = False
    made_by: str | None = None
    set_on: str | None = None
    last: str | None = None


class MeasureTable(Base, table=True):
    """How far each objective has got."""

    __tablename__ = "measure"
    id: str = Field(primary_key=True)
    objective_id: str = Field(index=True)
    name: str
    value_type: str
    current: str | None = None
    target: str


class ActionTable(Base, table=True):
    """What our people should do."""

    __tablename__ = "action"
    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    title: str
    reason: str
    due: str
    owner_id: str | None = None
    contact_id: str | None = None
    severity: str
    state: str
    signal_key: str | None = None
    created_on: str
    closed_on: str | None = None
    milestone: bool = False
    success_indicator: str | None = None
    objective_id: str | None = None
    initiative_id: str | None = None
    playbook_run_id: str | None = None
    made_by: str | None = None
    digest_week: str | None = None


class SignalTable(Base, table=True):
    """Findings worth attention."""

    __tablename__ = "signal"
    account_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    kind: str
    severity: str
    summary: str
    evidence: str
    contact_id: str | None = None
    opportunity_id: str | None = None
    first_seen: str
    state: str
    rule_version: str
    assigned_to: str | None = None
    due: str | None = None
    snoozed_until: str | None = None


class ScoreTable(Base, table=True):
    """One score per account, name and day, with its ledger."""

    __tablename__ = "score"
    account_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    as_of: str = Field(primary_key=True)
    value: str | None = None
    band: str
    data_coverage: str
    ledger: str
    caps: str
    counterfactual: str | None = None
    before: str | None = None
    before_as_of: str | None = None
    changes: str
    rule_version: str
    inputs: str
    run_id: str


class StrengthTable(Base, table=True):
    """How strong each tie is today."""

    __tablename__ = "strength"
    contact_id: str = Field(primary_key=True)
    value: str
    band: str
    confidence: str
    depth: str
    our_people: int
    last_two_way: str | None = None
    as_of: str


class OutcomeTable(Base, table=True):
    """The last derived values of a record, ready for mapping."""

    __tablename__ = "outcome"
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    values: str
    reasons: str
    as_of: str
