"""No setting, no answer and no redirect leads a token, or a connection, to a foreign host."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from kam_connector.errors import KamError
from kam_connector.model.settings import Secret, read_settings
from kam_hubspot import HubSpotCrm
from kam_salesforce import SalesforceCrm
from tests.factories.clock import ManualClock
from tests.guarantees import Figures
from tests.security.conftest import Guard
from tests.security.hostile_addresses import DOMAINS, HOSTS, URLS

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
HOME = "https://acme.my.salesforce.com"
TOKEN = {
    "access_token": "00D000000000SBX!x",
    "id": f"{HOME}/id/00D000000000SBXEA2/005000000000001AAA",
}
FILE = "https://exports.hubspot.com/a.csv"

Answer = tuple[int, dict[str, str], bytes]


class Scripted(HTTPAdapter):
    """Answers some addresses itself; every other goes the whole way, down to the sockets."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        super().__init__(max_retries=0)
        self.answers = answers

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer, or connect."""
        found = self.answers.get(str(request.url).partition("?")[0])
        if found is None:
            return super().send(request, *args, **kwargs)
        status, headers, body = found
        raw = HTTPResponse(
            body=BytesIO(body), headers=headers, status=status, preload_content=False
        )
        return self.build_response(request, raw)


def salesforce(answers: dict[str, Answer], **table: Any) -> SalesforceCrm:
    """Return a connection to an org; it tries everything once."""
    given = {"client_id": "app", "client_secret": Secret("hush"), "domain": "acme", "attempts": 1}
    settings = read_settings(SalesforceCrm.settings_type, given | table, where="[x]")
    crm = SalesforceCrm.open("acme", settings, clock=ManualClock(NOW))
    scripted(crm._client.transport, answers)
    return crm


def hubspot(answers: dict[str, Answer], **table: Any) -> HubSpotCrm:
    """Return a connection to a portal; it tries everything once."""
    given = {"access_token": Secret("pat-hush"), "attempts": 1}
    settings = read_settings(HubSpotCrm.settings_type, given | table, where="[x]")
    crm = HubSpotCrm.open("acme", settings, clock=ManualClock(NOW))
    scripted(crm._client.transport, answers)
    return crm


def scripted(session: requests.Session, answers: dict[str, Answer]) -> None:
    """Let a session be answered, and trust no proxy of this computer's."""
    session.trust_env = False
    session.mount("https://", Scripted(answers))
    session.mount("http://", Scripted(answers))


def token(instance_url: object) -> dict[str, Answer]:
    """Return the answer of a sign-in that names a host."""
    body = json.dumps({**TOKEN, "instance_url": instance_url}).encode()
    return {f"{HOME}/services/oauth2/token": (200, {}, body)}


def redirected(url: str, place: str) -> dict[str, Answer]:
    """Return a redirect."""
    return {url: (302, {"Location": place.encode("utf-8").decode("latin-1")}, b"")}


def by_domain(form: str) -> None:
    """Write the form as an org's domain."""
    salesforce({}, domain=form).identity()


def by_salesforce_endpoint(form: str) -> None:
    """Write it as an org's endpoint."""
    salesforce({}, domain=None, endpoint=form).identity()


def by_hubspot_host(form: str) -> None:
    """Write it as a portal's host."""
    hubspot({}, host=form).identity()


def by_hubspot_endpoint(form: str) -> None:
    """Write it as a portal's endpoint."""
    hubspot({}, endpoint=form).identity()


def by_token_answer(form: str) -> None:
    """Let a sign-in name it as the org's address."""
    salesforce(token(form)).identity()


def by_next_page(form: str) -> None:
    """Let a query go on there."""
    page = {"totalSize": 2, "done": False, "nextRecordsUrl": form, "records": [{"Id": "001"}]}
    body = json.dumps(page).encode()
    answers = token(HOME) | {f"{HOME}/services/data/v66.0/query/": (200, {}, body)}
    salesforce(answers)._client.query("SELECT Id FROM Account")


def by_salesforce_redirect(form: str) -> None:
    """Let a query be redirected there."""
    answers = token(HOME) | redirected(f"{HOME}/services/data/v66.0/query/", form)
    salesforce(answers)._client.query("SELECT Id FROM Account")


def by_hubspot_redirect(form: str) -> None:
    """Let a call be redirected there."""
    url = "https://api.hubapi.com/account-info/2026-09/details"
    hubspot(redirected(url, form)).identity()


def by_export_file(form: str) -> None:
    """Let an export's file lie there."""
    with tempfile.TemporaryFile() as file:
        hubspot({})._client.transport.save_file(form, file, most=2**20)


def by_export_redirect(form: str) -> None:
    """Let an export's file be redirected there."""
    with tempfile.TemporaryFile() as file:
        hubspot(redirected(FILE, form))._client.transport.save_file(FILE, file, most=2**20)


def by_signed_file(form: str) -> None:
    """Let a journal's page lie there."""
    hubspot({})._client.transport.get_file(form)


WAYS: dict[Callable[[str], None], tuple[str, ...]] = {
    by_domain: DOMAINS,
    by_hubspot_host: DOMAINS,
    by_salesforce_endpoint: URLS,
    by_hubspot_endpoint: URLS,
    by_token_answer: URLS,
    by_next_page: URLS,
    by_salesforce_redirect: URLS,
    by_hubspot_redirect: URLS,
    by_export_file: URLS,
    by_export_redirect: URLS,
    by_signed_file: URLS,
}


@pytest.mark.guarantee("G28", "TM4")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_form_of_an_address_leads_outside(
    way: Callable[[str], None], guard: Guard, figure: Figures
) -> None:
    """C8, C9, D1: through settings and adapter, down to the sockets, which are counted.

    Each form is refused with an error of ours, or means a CRM's own host: none crashes.
    """
    for form in WAYS[way]:
        with suppress(KamError):
            way(form)
    foreign = [one for one in guard.outside() if not _is_loopback_endpoint(way, one)]
    said = f"{len(WAYS[way])} forms {way.__name__.replace('_', ' ')}, {len(foreign)} connects"
    figure("G28", f"{said} outside the allow-list", met=foreign == [] and len(WAYS[way]) >= 300)


def _is_loopback_endpoint(way: Callable[[str], None], wanted: tuple[str, int]) -> bool:
    """An endpoint may be this computer, which is what it is for; everything else may not."""
    return "endpoint" in way.__name__ and wanted[0] in ("127.0.0.1", "localhost", "::1")


@pytest.mark.guarantee("G28")
def test_the_guard_sees_what_is_let_through(guard: Guard) -> None:
    """A guard that counts nothing would prove nothing."""
    with suppress(KamError):
        salesforce({}, domain="acme").identity()
    assert guard.wanted == [("acme.my.salesforce.com", 443)]
    assert guard.outside() == []
    with suppress(requests.RequestException):
        requests.get("https://evil.example", timeout=1)
    assert guard.outside() == [("evil.example", 443)]


@pytest.mark.guarantee("G28")
@pytest.mark.parametrize("host", HOSTS[:12])
def test_a_foreign_host_in_a_token_answer_gets_no_token(host: str, guard: Guard) -> None:
    """The sign-in is refused before the first call: no header is ever made for that host."""
    with pytest.raises(KamError) as caught:
        by_token_answer(f"https://{host}")
    assert (caught.value.code, guard.wanted) == ("KAM-1041", [])
