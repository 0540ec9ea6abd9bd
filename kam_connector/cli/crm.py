"""kam crm provision."""

from __future__ import annotations

from dataclasses import replace

import click

from kam_connector.cli.command import Result, Session, command
from kam_connector.cli.doctor_live import setup_stop
from kam_connector.cli.output import table
from kam_connector.cli.visible import styled
from kam_connector.errors import CheckFailed, KamError, RecordError, SignInError, UsageError
from kam_connector.model.provision import FieldOutcome, FieldState, ProvisionReport
from kam_connector.ports import AssignsRights, Crm

__all__ = ["provision"]

_PLANNED = {FieldState.CREATED: "would be created", FieldState.GRANTED: "access would be granted"}
_DONE = {FieldState.CREATED: "created", FieldState.GRANTED: "access granted"}
_MARKS = {FieldState.DIFFERENT: ("!", "yellow"), FieldState.REFUSED: ("✗", "red")}


@command(
    "provision",
    click.argument("connection", required=False),
    click.option("--dry-run", is_flag=True, help="Show what would be created; write nothing."),
    click.option(
        "--language",
        type=click.Choice(["en", "fr"]),
        default="en",
        help="Of the new fields' labels.",
    ),
    click.option("--assign-to", metavar="USERNAME", help="Give this user the rights to them too."),
    help="Create our fields in the CRM. What exists is neither changed nor deleted.",
)
def provision(
    session: Session,
    *,
    connection: str | None,
    dry_run: bool,
    language: str,
    assign_to: str | None,
) -> Result:
    """Create what is missing."""
    from kam_connector.model.our_fields import our_fields  # noqa: PLC0415 - only in need

    name = session.app.one(connection)
    session.app.require([name])
    _same_org(session, name)
    crm, stop = session.app.crm(name), setup_stop(session, name)
    if not dry_run:
        stop.refuse()
    with stop.watching(crm):
        report = crm.provision(our_fields(language), dry_run=dry_run)
        if assign_to:
            notes = _assigned(crm, report, assign_to)
            report = replace(report, notes=(*report.notes, *notes))
    return Result(
        data={"connection": name, **_data(report)},
        lines=[*_lines(report), *report.notes, *_closing(report, name, assign_to)],
        error=_error(report),
    )


def _assigned(crm: Crm, report: ProvisionReport, user_name: str) -> tuple[str, ...]:
    """Give another user the rights, where the CRM gives them to users."""
    if not isinstance(crm, AssignsRights):
        message = "This CRM gives the rights to fields to nobody by name."
        raise UsageError(message, code="KAM-7001", hint="Leave --assign-to away.")
    usable = [one.where for one in report.outcomes if one.state is not FieldState.REFUSED]
    return crm.assign(usable, user_name, dry_run=report.dry_run)


def _same_org(session: Session, name: str) -> None:
    """Refuse to create fields in an org that is not the connection's own."""
    state = session.app.store.connection(name)
    if state is None or state.org_ref is None:
        return
    found = session.app.crm(name).identity().org_ref
    if found != state.org_ref:
        message = f"{name} belongs to org {state.org_ref}, but {found} answers."
        hint = "Give another org a connection of its own."
        raise CheckFailed(message, code="KAM-7030", hint=hint)


def _data(report: ProvisionReport) -> dict[str, object]:
    rows = [
        {
            "field": one.where,
            "label": one.spec.label,
            "state": one.state,
            "code": one.code,
            "message": one.message,
            "fix": one.fix,
        }
        for one in report.outcomes
    ]
    counts = {state.value: len(report.of(state)) for state in FieldState}
    return {"dry_run": report.dry_run, "counts": counts, "fields": rows, "notes": report.notes}


def _lines(report: ProvisionReport) -> list[str]:
    said = _PLANNED if report.dry_run else _DONE
    rows = [
        (one.where, one.spec.label, said.get(one.state, one.state.value), one.message)
        for one in report.outcomes
    ]
    lines = table(("field", "label", "state", ""), rows)
    troubled = report.of(FieldState.DIFFERENT, FieldState.REFUSED)
    return lines + [line for one in troubled for line in _trouble(one)]


def _trouble(one: FieldOutcome) -> list[str]:
    mark, color = _MARKS[one.state]
    head = f"  {styled(mark, fg=color)} {one.where}  {one.code}  {one.message}"
    return [head, f"      fix:  {one.fix}"]


def _closing(report: ProvisionReport, name: str, assign_to: str | None) -> list[str]:
    new = len(report.of(FieldState.CREATED, FieldState.GRANTED))
    there = len(report.of(FieldState.EXISTING))
    if report.dry_run:
        what = f"{new} to create or grant, {there} there already. Nothing was written."
        again = f"kam crm provision {name}" + (f" --assign-to {assign_to}" if assign_to else "")
        return [what, f"To create:  {again}"] if new else [what]
    return [
        f"{new} created or granted, {there} were there already.",
        f"Next:  kam doctor {name}",
    ]


def _error(report: ProvisionReport) -> KamError | None:
    """Return what is not well: a missing right before a refusal, a refusal before a form."""
    refused, different = report.of(FieldState.REFUSED), report.of(FieldState.DIFFERENT)
    rights = [one for one in refused if one.code == "KAM-3003"]
    if rights:
        message = f"{len(rights)} fields were not created: {rights[0].message}."
        return SignInError(message, code="KAM-3003", hint=rights[0].fix)
    if refused:
        message = f"{len(refused)} fields could not be created or granted."
        return RecordError(message, code=refused[0].code, hint=refused[0].fix)
    if different:
        message = f"{len(different)} fields exist in another form; they were left alone."
        return CheckFailed(message, code="KAM-3240", hint="The lines above say what to do.")
    return None
