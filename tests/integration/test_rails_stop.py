"""The kill switch: by file, environment, database; looked at before every request that writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from kam_connector.config.stop_switch import STOP_NAME, outside_stop
from kam_connector.errors import HeldError, Interrupted
from kam_connector.model.batching import Api, Batching
from kam_connector.model.change import Change, PushState
from kam_connector.model.kind import Kind
from kam_connector.model.rails import StopOrder
from kam_connector.model.run import ConnectionState, RunState
from kam_connector.model.settings import Secret, read_settings
from kam_connector.store import open_store
from kam_connector.sync.stop import watched
from kam_hubspot import HubSpotCrm
from kam_salesforce import SalesforceCrm
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import HUBSPOT_TOKEN, running
from kam_sandbox.world import build_world
from tests.factories.clock import ManualClock
from tests.factories.stumbling import Interrupting
from tests.factories.world import NOW, World, make_world
from tests.guarantees import Figures

ORDER = StopOrder(scope="", code="KAM-5003", reason="a test", said_by="Ada", at=NOW)
TWO_AT_A_TIME = Batching(api=Api.REST, size=2)


class ShortClock(ManualClock):
    """Waits for nothing."""

    def sleep(self, seconds: float) -> None:
        """Hardly wait."""


@pytest.fixture(scope="module")
def addresses() -> Iterator[Any]:
    """Serve a small world."""
    with running(build_world(clock=WorldClock(), scale=0.1)) as served:
        yield served


def opened(name: str, addresses: Any) -> Any:
    """Return a connection to one of the served CRMs."""
    if name == "salesforce":
        table = {"endpoint": addresses.salesforce, "client_id": "sandbox", "attempts": 1}
        table |= {"client_secret": Secret("sandbox")}
        made: Any = SalesforceCrm
    else:
        table = {"endpoint": addresses.hubspot, "access_token": Secret(HUBSPOT_TOKEN)}
        made = HubSpotCrm
    settings = read_settings(made.settings_type, table, where="[x]")
    return made.open("acme", settings, clock=ShortClock(NOW))


def changes_of(name: str, addresses: Any, crm: Any, *, count: int) -> list[Change]:
    """Return writes of a field of ours on so many accounts of a served CRM."""
    object_, field = (
        ("Account", "KAM_Tier__c") if name == "salesforce" else ("companies", "kam_tier")
    )
    base = getattr(addresses, name)
    state = requests.get(f"{base}/_sandbox/state/{object_}", timeout=10).json()
    refs = sorted(record["id"] for record in state)
    option = crm.describe(object_).fields[field].options
    return [
        Change(id=f"c{n}", kind=Kind.ACCOUNT, object=object_, ref=ref,
               values={field: next(iter(option), "A")})
        for n, ref in enumerate(refs[:count])
    ]  # fmt: skip


class Watch:
    """Counts requests that write, by what stands on the wire, and acts during one of them."""

    def __init__(self, crm: Any, act: Callable[[], object], *, during: int) -> None:
        self.sent: list[float] = []
        self.thrown_at = 0.0
        transport = crm._client.transport
        send = transport.send

        def noted(request: Any, **kwargs: Any) -> Any:
            path = request.path_url.partition("?")[0]
            if _writes(request.method, path):
                self.sent.append(time.monotonic())
                if len(self.sent) == during:
                    act()
                    self.thrown_at = time.monotonic()
            return send(request, **kwargs)

        transport.send = noted

    @property
    def after(self) -> int:
        """How many began after the switch was thrown."""
        return sum(at > self.thrown_at for at in self.sent)


def _writes(method: str, path: str) -> bool:
    """Tell a writing request by the vendors' own paths, not by our client's opinion."""
    reads = ("/search", "/batch/read", "/oauth2/token", "/oauth/v1/token", "/jobs/query")
    retrieve = method == "POST" and "/composite/sobjects/" in path
    return method != "GET" and not path.endswith(reads) and not retrieve


@pytest.mark.guarantee("G24")
@pytest.mark.enable_socket
@pytest.mark.parametrize("switch", ["file", "environment", "database", "connection"])
@pytest.mark.parametrize("name", ["salesforce", "hubspot"])
def test_g24_no_request_writes_after_the_switch(
    addresses: Any, tmp_path: Path, figure: Figures, name: str, switch: str
) -> None:
    """Thrown while the third of ten requests is under way: that one ends, no other begins."""
    crm, environ = opened(name, addresses), dict[str, str]()
    store = open_store(f"sqlite:///{tmp_path}/kam.db")
    store.save_connection(ConnectionState(name="acme", crm=name, writes_enabled_at=NOW))
    throw: dict[str, Callable[[], object]] = {
        "file": lambda: (tmp_path / STOP_NAME).write_text("stop"),
        "environment": lambda: environ.update({STOP_NAME: "1"}),
        "database": lambda: store.save_stop(ORDER),
        "connection": lambda: store.save_connection(ConnectionState(name="acme", crm=name)),
    }
    watch = Watch(crm, throw[switch], during=3)
    world = make_world(accounts=0)
    ctx = replace(
        world.ctx, crm=crm, store=store, outside_stop=lambda: outside_stop(tmp_path, environ)
    )
    changes = changes_of(name, addresses, crm, count=20)
    with watched(ctx):
        results = crm.push(changes, batching=TWO_AT_A_TIME)
    crm.close()
    ended = time.monotonic() - watch.thrown_at
    assert [one.state for one in results] == [PushState.DONE] * 6 + [PushState.RETRY] * 14
    assert {one.code or "" for one in results[6:]} <= {"KAM-5003", "KAM-5001"}
    figure(
        "G24",
        f"{name}, {switch}: {watch.after} further writes, over after {ended:.2f} s",
        met=watch.after <= 1 and ended <= 2,
    )


@pytest.mark.guarantee("G24")
def test_g24_two_workers_stop_at_their_next_request(tmp_path: Path, figure: Figures) -> None:
    """Two connections write in two threads; one kam stop ends both."""
    url = f"sqlite:///{tmp_path}/kam.db"
    store = open_store(url)
    counts = {"a": 0, "b": 0}
    late = {"a": 0, "b": 0}
    stopped = threading.Event()

    for name in counts:
        store.save_connection(ConnectionState(name=name, crm="memory", writes_enabled_at=NOW))
    world = make_world(accounts=0)

    def work(name: str) -> None:
        mine = open_store(url)
        ctx = replace(world.ctx, connection=name, store=mine)
        try:
            while counts[name] < 5000:
                with watched(ctx):
                    late[name] += stopped.is_set()
                    counts[name] += 1
        except Interrupted:
            pass
        mine.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in counts]
    for thread in threads:
        thread.start()
    while min(counts.values()) < 3 and any(one.is_alive() for one in threads):
        time.sleep(0.01)
    store.save_stop(ORDER)
    stopped.set()
    began = time.monotonic()
    for thread in threads:
        thread.join(timeout=20)
    took = time.monotonic() - began
    store.close()
    figure(
        "G24",
        f"two workers: {max(late.values())} further writes at most, over after {took:.2f} s",
        met=max(late.values()) <= 1 and took <= 2,
    )


@pytest.mark.guarantee("G24")
@pytest.mark.parametrize("call", range(1, 4))
def test_g24_a_run_stopped_at_any_batch_resumes_whole(call: int, figure: Figures) -> None:
    """Stopped just before the n-th request of a run, and resumed: the same as without a stop."""
    plain = make_world(accounts=2)
    plain.first_night()
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    with pytest.raises(Interrupted):
        world.with_(crm=StopsAt(world, call)).approve(shown)
    before = world.writes()
    assert world.run().state is RunState.HELD
    assert world.writes() == before
    world.store.lift_stop("")
    world.advance()
    world.run()
    assert world.crm_state() == plain.crm_state()
    figure("G24", f"stopped before request {call}: {before} records written, the rest after "
           "resume, each once", met=len(world.memory()) == len(plain.memory()))  # fmt: skip


class StopsAt:
    """A CRM during whose n-th push somebody throws the switch."""

    def __init__(self, world: World, call: int) -> None:
        self._world = world
        self._left = call

    def __getattr__(self, name: str) -> Any:
        self._left -= name == "push"
        if name == "push" and not self._left:
            self._world.store.save_stop(ORDER)
        return getattr(self._world.crm, name)


def test_under_a_stop_a_run_reads_previews_and_writes_nothing() -> None:
    """Held, with the reason and who said so; what was approved waits."""
    world = make_world(accounts=2)
    shown = world.preview()
    world.enable()
    world.store.save_stop(ORDER)
    with pytest.raises(HeldError, match="by Ada: a test"):
        world.approve(shown)
    report = world.run()
    assert (report.state, report.guards[0].code) == (RunState.HELD, "KAM-5003")
    assert world.writes() == 0


def test_an_undo_is_a_write_too() -> None:
    """Under kam stop not even an undo writes; its dry run shows."""
    world = make_world(accounts=1)
    run = world.first_night()
    world.store.save_stop(ORDER)
    before = world.writes()
    with pytest.raises(HeldError):
        world.undo(run.run_id)
    assert world.undo(run.run_id, dry_run=True).restored > 0
    assert world.writes() == before


def test_an_undo_is_stopped_between_two_requests() -> None:
    """Thrown while it runs: nothing more goes back, and nothing is said to be back."""
    world = make_world(accounts=1)
    run = world.first_night()
    before = world.writes()
    late = Interrupting.before(world, "push", lambda: world.store.save_stop(ORDER))
    with pytest.raises(Interrupted):
        late.undo(run.run_id)
    assert world.writes() == before
    world.store.lift_stop("")
    assert world.undo(run.run_id).restored > 0


@pytest.mark.parametrize(
    ("value", "stops"),
    [("", False), ("0", False), ("No", False), ("off", False), ("1", True), ("audit", True)],
)
def test_the_variable_stops_unless_it_says_no(tmp_path: Path, value: str, *, stops: bool) -> None:
    """Any other word is a reason."""
    assert bool(outside_stop(tmp_path, {STOP_NAME: value})) is stops


@pytest.mark.parametrize("content", [b"", b"maintenance\n", b"\xff\xfe\x00", b"x" * 100_000])
def test_any_file_stops(tmp_path: Path, content: bytes) -> None:
    """Empty, with a reason, or nonsense; what is told of it is one short line."""
    (tmp_path / STOP_NAME).write_bytes(content)
    told = outside_stop(tmp_path, {})
    assert STOP_NAME in told
    assert len(told) < 300
    assert told.isprintable()


def test_a_folder_of_that_name_stops_too(tmp_path: Path) -> None:
    """What cannot be read is believed."""
    (tmp_path / STOP_NAME).mkdir()
    assert outside_stop(tmp_path, {})
