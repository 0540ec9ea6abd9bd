"""One renewal at a time, in time; refusals are final, and a refreshed org is noticed."""

from __future__ import annotations

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import responses

from kam_connector.errors import CrmUnavailable, SignInError
from kam_connector.model.settings import Secret
from kam_connector.store import Vault, open_store
from kam_salesforce.settings import SalesforceSettings
from kam_salesforce.transport import Transport
from tests.factories.salesforce_sign_in import (
    EXPIRED,
    LOGIN,
    NOW,
    QUERY,
    TOKEN_URL,
    forms,
    make_transport,
    signed_in,
)
from tests.factories.sign_in import (
    HOST,
    token_answer,
)

# -- renewal --------------------------------------------------------------------------------


@pytest.mark.guarantee("G14")
def test_sixteen_threads_sign_in_once(web: responses.RequestsMock) -> None:
    """Single flight: all meet the same stale token, one renews it."""
    gate = threading.Barrier(16)
    issued = iter(["stale", "fresh", "surplus"])
    web.add_callback(
        "POST", TOKEN_URL, lambda _request: (200, {}, json.dumps(token_answer(next(issued))))
    )

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        if request.headers["Authorization"] == "Bearer stale":
            gate.wait(10)
            return 401, {}, json.dumps(EXPIRED)
        return 200, {}, '{"done": true}'

    web.add_callback("GET", QUERY, answer)
    transport, _ = make_transport(client_id="app", client_secret=Secret("hush"))
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda _n: transport.request("GET", QUERY).status_code, range(16)))
    assert got == [200] * 16
    assert len(forms(web)) == 2


class _SleepyClock:
    """A time that stands still while sleeping takes some."""

    def now(self) -> datetime:
        """Return a moment an hour after the login."""
        return NOW + timedelta(hours=1)

    def sleep(self, _seconds: float) -> None:
        """Let others work."""
        time.sleep(0.005)


def test_eight_processes_renew_one_login_once(web: responses.RequestsMock, tmp_path: Path) -> None:
    """A refresh token that rotates is sent once, whoever asks: the others share its session."""
    _, _, first = signed_in(web)
    store = open_store(f"sqlite:///{tmp_path / 'kam.db'}")
    key = Secret(base64.b64encode(bytes(32)).decode())
    clock = _SleepyClock()

    def process(_number: int) -> str:
        vault = Vault(store, connection="acme", crm="salesforce", keys=lambda: [key], clock=clock)
        settings = SalesforceSettings(domain="acme", **LOGIN)
        transport = Transport("acme", settings, clock=clock, vault=vault)
        return transport.sign_in.session().token.reveal()

    Vault(store, connection="acme", crm="salesforce", keys=lambda: [key], clock=clock).save(
        first.text or Secret("")
    )
    web.post(TOKEN_URL, json=token_answer("second", refresh_token="r1"))
    web.post(TOKEN_URL, status=400, json={"error": "invalid_grant"})
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(process, range(8)))
    store.close()
    assert tokens == ["second"] * 8
    assert [form["refresh_token"] for form in forms(web)] == ["r0"]


def test_session_is_renewed_before_it_is_refused(web: responses.RequestsMock) -> None:
    """After half an hour, without a 401."""
    web.post(TOKEN_URL, json=token_answer("one"))
    web.post(TOKEN_URL, json=token_answer("two"))
    transport, clock = make_transport(client_id="app", client_secret=Secret("hush"))
    first = transport.sign_in.session()
    clock.sleep(1799)
    still = transport.sign_in.session()
    clock.sleep(2)
    second = transport.sign_in.session()
    assert [one.token.reveal() for one in (first, still, second)] == ["one", "one", "two"]


def test_early_renewal_that_fails_keeps_the_session(web: responses.RequestsMock) -> None:
    """Salesforce's trouble with tokens is no trouble while the present one is good."""
    web.post(TOKEN_URL, json=token_answer("one"))
    web.post(TOKEN_URL, status=503, body="down")
    transport, clock = make_transport(client_id="app", client_secret=Secret("hush"), attempts=1)
    transport.sign_in.session()
    clock.sleep(1801)
    assert transport.sign_in.session().token.reveal() == "one"
    assert transport.sign_in.session().token.reveal() == "one"
    assert len(forms(web)) == 2


def test_refused_sign_in_is_not_repeated_for_five_minutes(web: responses.RequestsMock) -> None:
    """A locked door is not rattled at: that is what locks users out."""
    web.post(TOKEN_URL, status=400, json={"error": "invalid_client"})
    transport, clock = make_transport(client_id="app", client_secret=Secret("hush"))
    with pytest.raises(SignInError):
        transport.sign_in.session()
    with pytest.raises(SignInError):
        transport.sign_in.session()
    assert len(forms(web)) == 1
    clock.sleep(301)
    with pytest.raises(SignInError):
        transport.sign_in.session()
    assert len(forms(web)) == 2


def test_refreshed_sandbox_is_noticed_at_renewal(web: responses.RequestsMock) -> None:
    """The org's id changed under us: nothing is sent to the new one."""
    web.post(TOKEN_URL, json=token_answer("one"))
    web.post(TOKEN_URL, json=token_answer("two", id=f"{HOST}/id/00D999999999999AAA/005"))
    web.get(QUERY, status=401, json=EXPIRED)
    transport, _ = make_transport(client_id="app", client_secret=Secret("hush"))
    with pytest.raises(SignInError) as caught:
        transport.request("GET", QUERY)
    assert caught.value.code == "KAM-3008"
    assert "00D999999999999AAA" in str(caught.value)
    assert sum(str(call.request.url).startswith(QUERY) for call in web.calls) == 1


def test_refreshed_sandbox_is_noticed_by_its_refresh_token(web: responses.RequestsMock) -> None:
    """The org is remembered with the token, across processes."""
    _, _, vault = signed_in(web)
    other, clock = make_transport(vault, **LOGIN)
    clock.sleep(3600)
    web.post(TOKEN_URL, json=token_answer("two", id=f"{HOST}/id/00D999999999999AAA/005"))
    with pytest.raises(SignInError) as caught:
        other.sign_in.session()
    assert caught.value.code == "KAM-3008"


def test_passing_refusal_is_waited_out(web: responses.RequestsMock) -> None:
    """Salesforce says "retry your request" when it is busy; that is no refusal."""
    busy = {"error": "unknown_error", "error_description": "retry your request"}
    web.post(TOKEN_URL, status=400, json=busy)
    web.post(TOKEN_URL, json=token_answer("one"))
    transport, _ = make_transport(client_id="app", client_secret=Secret("hush"))
    assert transport.sign_in.session().token.reveal() == "one"


def test_token_endpoint_that_is_down_is_no_refusal(web: responses.RequestsMock) -> None:
    """Exit code 7, not 6: the next run resumes."""
    web.post(TOKEN_URL, status=503, body="<html>maintenance</html>")
    transport, _ = make_transport(client_id="app", client_secret=Secret("hush"))
    with pytest.raises(CrmUnavailable):
        transport.sign_in.session()


@pytest.mark.guarantee("G28")
def test_bearer_stays_on_its_host(web: responses.RequestsMock) -> None:
    """Whatever address an answer led to, the token goes to its own host only."""
    web.post(TOKEN_URL, json=token_answer())
    transport, _ = make_transport(client_id="app", client_secret=Secret("hush"))
    with pytest.raises(CrmUnavailable) as caught:
        transport.request("GET", "https://other.my.salesforce.com/services/data")
    assert caught.value.code == "KAM-3106"
    assert len(web.calls) == 1


def test_a_sign_in_that_gives_the_same_token_is_not_repeated_at_once(
    web: responses.RequestsMock,
) -> None:
    """Salesforce may answer with the session it has: ten seconds later it may be another."""
    web.post(TOKEN_URL, json=token_answer("same"))
    transport, clock = make_transport(client_id="app", client_secret=Secret("hush"))
    stale = transport.sign_in.session().token
    assert [transport.sign_in.renew(stale), transport.sign_in.renew(stale)] == [True, True]
    assert len(forms(web)) == 2
    clock.at += timedelta(seconds=11)
    assert transport.sign_in.renew(stale)
    assert len(forms(web)) == 3
