"""Delivering to a served HubSpot portal: what a lost answer leaves to see to is seen to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kam_connector.errors import CrmUnavailable
from kam_connector.mapping import load_mapping
from kam_connector.mapping.load import shipped_mapping_path
from kam_connector.model.change import Link
from kam_connector.model.kind import JsonValue, Kind
from kam_connector.model.preview import FieldChange, OutboxItem, OutboxState, RecordChange
from kam_connector.model.run import ConnectionState
from kam_connector.model.settings import Secret
from kam_connector.sync.confirm import Delivered
from kam_connector.sync.deliver import deliver
from kam_connector.sync.lease import connection_lease, holding
from kam_hubspot import HubSpotCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.hubspot import lifecycle
from kam_sandbox.records import Record
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.world import build_world
from tests.factories.served_night import Night, pulled_once

pytestmark = pytest.mark.enable_socket

WRITE, LOOK = "/companies/batch/update", "objects/[^/]+/companies/batch/read"


@pytest.fixture(name="night")
def _night() -> Iterator[Night]:
    """Give a small portal that was pulled once, and may be written to."""
    world = build_world(clock=WorldClock(), scale=0.05)
    mapping = load_mapping(shipped_mapping_path("hubspot"))
    with running(world) as addresses:
        table: dict[str, Any] = {"endpoint": addresses.hubspot, "attempts": 1}
        table |= {"access_token": Secret(HUBSPOT_TOKEN)}
        with pulled_once(world, HubSpotCrm, mapping, table, objects=("companies", "tasks")) as made:
            now = made.ctx.clock.now()
            state = made.ctx.store.connection("crm") or ConnectionState(name="crm", crm="hubspot")
            made.ctx.store.save_connection(replace(state, writes_enabled_at=now))
            rails = replace(made.ctx.rails, quiet=timedelta(0))
            yield replace(made, ctx=replace(made.ctx, rails=rails))


@pytest.fixture(name="company")
def _company(night: Night) -> Record:
    """Give a company with a review that people have set."""
    company = next(iter(night.world.hubspot.all("companies")))
    night.world.hubspot.update(company, {"kam_next_review": "2026-12-01"}, by="person")
    return company


def wait_in_outbox(night: Night, change: RecordChange, *, id_: str = "out-1") -> None:
    """Put one record into the outbox."""
    item = OutboxItem(id=id_, connection="crm", run_id="r1", preview_id="p1", change=change)
    night.ctx.store.enqueue([item], preview_id="p1")


def review(company: Record, before: str, after: str) -> RecordChange:
    """Return a change of the next review, which people move too."""
    return record_change(
        Kind.ACCOUNT,
        "companies",
        company.id,
        FieldChange(field="kam_next_review", before=before, after=after, reason="", shared=True),
    )


def record_change(
    kind: Kind, object_: str, ref: str | None, *fields: FieldChange, **more: Any
) -> RecordChange:
    """Return a record's change."""
    given = {"kam_id": "one", "label": "One", **more}
    return RecordChange(kind=kind, object=object_, ref=ref, fields=fields, **given)


def delivered(night: Night) -> Delivered:
    """Deliver what waits."""
    done = Delivered()
    with holding(night.ctx, connection_lease("crm")) as held:
        deliver(night.ctx, held, done)
    return done


def before_request(night: Night, part: str, act: Callable[[], object]) -> None:
    """Let a person act just before our next request of some path."""
    transport: Any = night.ctx.crm._client.transport  # type: ignore[attr-defined]
    send, left = transport.send, [act]

    def noted(request: Any, **kwargs: Any) -> Any:
        if left and part in request.path_url:
            left.pop()()
        return send(request, **kwargs)

    transport.send = noted


def moves(night: Night, company: Record, day: str) -> Callable[[], object]:
    """Return what a person does at their screen."""
    return lambda: night.world.hubspot.update(company, {"kam_next_review": day}, by="person")


def kept(done: Delivered) -> list[tuple[str, JsonValue]]:
    """Return what of a person's was kept."""
    return [(one.field, one.theirs) for one in done.kept]


def test_inv08_a_persons_day_under_an_unanswered_write_comes_back(
    night: Night, company: Record
) -> None:
    """Written over theirs, the history not read, the run over: the next one puts it back."""
    wait_in_outbox(night, review(company, "2026-12-01", "2027-03-01"))
    before_request(night, WRITE, moves(night, company, "2027-01-15"))
    night.world.faults.schedule({"kind": "status", "status": 503, "match": LOOK, "after": 1})
    with pytest.raises(CrmUnavailable):
        delivered(night)
    assert company.fields["kam_next_review"] == "2027-03-01"
    done = delivered(night)
    assert company.fields["kam_next_review"] == "2027-01-15"
    assert kept(done) == [("kam_next_review", "2027-01-15")]
    assert night.ctx.store.outbox("crm", states=[OutboxState.SENT, OutboxState.PENDING]) == []
    assert night.ctx.store.journal("r1") == []


def test_an_unanswered_write_over_nobody_is_confirmed_and_journalled(
    night: Night, company: Record
) -> None:
    """The same without a person: our value stands, with what was there before it."""
    wait_in_outbox(night, review(company, "2026-12-01", "2027-03-01"))
    night.world.faults.schedule({"kind": "commit_then_drop", "match": WRITE})
    with pytest.raises(CrmUnavailable):
        delivered(night)
    done = delivered(night)
    (entry,) = night.ctx.store.journal("r1")
    assert (done.written, kept(done)) == (1, [])
    assert (entry.before, entry.after) == ("2026-12-01", "2027-03-01")


def test_a_task_whose_run_ended_before_its_link_is_linked_by_the_next(
    night: Night, company: Record
) -> None:
    """Upserted, then the line drops at the association: the task is found, and linked."""
    fields = [
        FieldChange(field=name, before=None, after=value, reason="")
        for name, value in (
            ("kam_key", "one"),
            ("hs_task_subject", "Call"),
            ("hs_timestamp", "2026-12-01T07:00:00.000Z"),
        )
    ]
    link = Link(object="companies", ref=company.id, type_id=192)
    more: dict[str, Any] = {"key_field": "kam_key", "key": "one", "links": (link,)}
    wait_in_outbox(night, record_change(Kind.TASK, "tasks", None, *fields, **more))
    night.world.faults.schedule(
        {"kind": "status", "status": 503, "match": "/tasks/companies/batch/create", "times": 3}
    )
    delivered(night)
    (task,) = [
        one for one in night.world.hubspot.all("tasks") if one.fields.get("kam_key") == "one"
    ]
    assert lifecycle.linked(night.world, "tasks", task.id, "companies") == []
    assert delivered(night).created == 1
    ((ref, _types),) = lifecycle.linked(night.world, "tasks", task.id, "companies")
    assert ref == company.id
