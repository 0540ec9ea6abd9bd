"""What happened to others, and must not happen here: tokens, formulas, hosts, silent nights."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import responses
import structlog

from kam_connector.cli.logs import configure_logs
from kam_connector.config.sections import Schedule
from kam_connector.errors import KamError, SignInError
from kam_connector.mapping.formula import FormulaRefused, compile_formula
from kam_connector.model.settings import Secret
from kam_connector.reports.export import write_file
from kam_connector.store import Vault, open_store
from kam_hubspot.hosts import check_host as hubspot_host
from kam_jobs.schedule import last_due, start_timer, stop_timer
from kam_salesforce.hosts import check_host as salesforce_host
from tests.factories.clock import ManualClock
from tests.factories.salesforce_sign_in import EXPIRED, QUERY, TOKEN_URL, signed_in

_TOKEN = "5Aep861.canary-refresh-token"


def _vault(folder: Path, keys: tuple[Secret, ...]) -> Vault:
    clock = ManualClock(datetime(2026, 11, 21, tzinfo=UTC))
    store = open_store(f"sqlite:///{folder}/kam.db", clock=clock.now)
    return Vault(store, connection="us", crm="hubspot", keys=lambda: keys, clock=clock)


@pytest.mark.guarantee("G26")
def test_incident_i12_a_stolen_database_holds_no_token(tmp_path: Path) -> None:
    """Tokens of CRM add-ons were stolen, and 700 orgs queried; a peer of ours was next.

    Source: GTIG on Salesloft Drift, August 2025; Gainsight, November 2025.
    """
    key = Secret(base64.b64encode(b"k" * 32).decode())
    vault = _vault(tmp_path, (key,))
    vault.save(Secret(_TOKEN))
    vault._store.close()
    stolen = b"".join(one.read_bytes() for one in sorted(tmp_path.iterdir()))
    assert b"canary" not in stolen
    assert base64.b64encode(_TOKEN.encode()).rstrip(b"=") not in stolen


@pytest.mark.guarantee("G26")
def test_incident_i12_a_withdrawn_sign_in_leaves_nothing(tmp_path: Path) -> None:
    """After the first alarm: one command, and there is nothing left to steal."""
    vault = _vault(tmp_path, (Secret(base64.b64encode(b"k" * 32).decode()),))
    vault.save(Secret(_TOKEN))
    vault.forget()
    assert vault.load() is None


@pytest.mark.guarantee("G25")
def test_incident_i13_no_token_in_the_most_talkative_log() -> None:
    """Connectors logged refresh tokens, access tokens and the auth response.

    Source: airbyte #3670; jsforce #597; mcp-server-salesforce #154; Multiwoven 8c78a57.
    """
    stream = io.StringIO()
    configure_logs(style="json", least="debug", verbose=2, stream=stream)
    with responses.RequestsMock() as web:
        transport, _, _ = signed_in(web, refresh_token=_TOKEN)
        body = {"error": "invalid_grant", "error_description": f"token {_TOKEN} is revoked"}
        web.get(QUERY, json=EXPIRED, status=401)
        web.post(TOKEN_URL, json=body, status=400)
        with pytest.raises(SignInError) as told:
            transport.get(QUERY)
    structlog.get_logger().error("it_failed", problem=str(told.value), exc_info=told.value)
    assert "it_failed" in stream.getvalue()
    assert "canary" not in stream.getvalue() + str(told.value) + repr(told.value)


@pytest.mark.guarantee("G27")
@pytest.mark.parametrize(
    "name", ["=HYPERLINK(0)", "+1", "-1+1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"]
)
def test_incident_i14_a_customer_s_name_is_no_formula(name: str, tmp_path: Path) -> None:
    """CVE-2021-25960 and its kin: a name that a spreadsheet runs.

    Source: cvelist #3012; espocrm #2052; jsforce #1754.
    """
    file = tmp_path / "accounts.xlsx"
    write_file({"accounts": pd.DataFrame({"account": [name]})}, file, form="xlsx")
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


@pytest.mark.guarantee("G28")
@pytest.mark.parametrize(
    "host",
    ["0177.0.0.1", "127.0.0.1", "2130706433", "0x7f.1", "[::ffff:7f00:1]", "169.254.169.254"],
)
def test_incident_i15_no_spelling_of_an_inner_address_is_called(host: str) -> None:
    """127.0.0.1 was blocked and 0177.0.0.1 passed. Source: CVE-2026-33534."""
    with pytest.raises(KamError):
        salesforce_host(f"https://{host}/", endpoint=None)
    with pytest.raises(KamError):
        hubspot_host(f"https://{host}/", endpoint=None)


@pytest.mark.guarantee("G29")
@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "''.__class__",
        "''.format.__globals__",
        "__import__('os').system('id')",
        "(lambda: 1)()",
        "[c for c in ().__class__.__base__.__subclasses__()]",
        "{% for x in () %}{% endfor %}",
        "${7*7}",
    ],
)
def test_incident_i16_no_template_and_no_python_in_a_mapping(text: str) -> None:
    """Templates left their sandbox. Source: airbyte #39130; CVE-2019-10906; CVE-2025-27516."""
    with pytest.raises(FormulaRefused):
        compile_formula(text)


@pytest.mark.guarantee("G11")
def test_incident_i17_a_night_that_is_hours_late_runs_all_the_same() -> None:
    """Nights were skipped for weeks: one second of grace, and a NAS that slept.

    Source: deleterr #292; apscheduler #292.
    """
    schedule = Schedule(at="02:15", timezone="Europe/Paris")
    due = last_due(schedule, datetime(2026, 11, 21, 20, 0, tzinfo=UTC))
    assert due is not None
    assert due.date().isoformat() == "2026-11-21"
    timer = start_timer(schedule, lambda: None)
    graces = {job.misfire_grace_time for job in timer.get_jobs()}
    stop_timer(timer)
    assert graces == {None}
