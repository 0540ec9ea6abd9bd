"""Sign-in: JWT, refresh tokens that rotate, one renewal at a time, refusals that are final."""

from __future__ import annotations

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
import responses

from kam_connector.errors import ConfigError, CrmUnavailable, SignInError, StorageError
from kam_connector.model.login import LoginRequest
from kam_connector.model.settings import Secret
from kam_connector.store import Vault, open_store
from kam_salesforce.settings import SalesforceSettings
from kam_salesforce.transport import Transport
from tests.factories.clock import ManualClock
from tests.factories.sign_in import (
    HOST,
    ORG,
    MemoryVault,
    ec_key,
    locked_key,
    public_key,
    rsa_key,
    token_answer,
)

TOKEN_URL = f"{HOST}/services/oauth2/token"
QUERY = f"{HOST}/services/data/v66.0/query/"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
EXPIRED = [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]
JWT = {"client_id": "app", "username": "kam@acme.example"}
LOGIN = {"client_id": "app", "sign_in": "login"}
REQUEST = LoginRequest(
    redirect_uri="http://localhost:8484/callback", state="s", verifier=Secret("v" * 43)
)


def make_transport(vault: MemoryVault | None = None, **table: Any) -> tuple[Transport, ManualClock]:
    """Return a transport and its clock."""
    clock = ManualClock(NOW)
    settings = SalesforceSettings(**({"domain": "acme"} | table))
    return Transport("acme", settings, clock=clock, vault=vault), clock


def signed_in(
    web: responses.RequestsMock, **more: Any
) -> tuple[Transport, ManualClock, MemoryVault]:
    """Return the transport of a connection to which a person has signed in."""
    vault = MemoryVault()
    web.post(TOKEN_URL, json=token_answer("first", refresh_token="r0") | more)
    transport, clock = make_transport(vault, **LOGIN)
    transport.sign_in.redeem(REQUEST, Secret("code"))
    web.remove("POST", TOKEN_URL)
    web.calls.reset()
    return transport, clock, vault


def kept(vault: MemoryVault) -> dict[str, Any]:
    """Return what the vault holds."""
    assert vault.text is not None
    document: dict[str, Any] = json.loads(vault.text.reveal())
    return document


def forms(web: responses.RequestsMock) -> list[dict[str, str]]:
    """Return the forms that went to the token endpoint."""
    asked = [call.request for call in web.calls if call.request.url == TOKEN_URL]
    return [{k: v[0] for k, v in parse_qs(str(one.body)).items()} for one in asked]


# -- JWT ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "audience"),
    [
        ({}, "https://login.salesforce.com"),
        ({"audience": "test"}, "https://test.salesforce.com"),
    ],
)
def test_jwt_is_signed_for_the_audience(
    web: responses.RequestsMock, table: dict[str, Any], audience: str
) -> None:
    """RS256, app and user named, three minutes of life, to My Domain and nowhere else."""
    web.post(TOKEN_URL, json=token_answer())
    transport, _ = make_transport(private_key=Secret(rsa_key()), **JWT, **table)
    session = transport.sign_in.session()
    (form,) = forms(web)
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert jwt.get_unverified_header(form["assertion"])["alg"] == "RS256"
    claims = jwt.decode(
        form["assertion"],
        public_key(rsa_key()),
        algorithms=["RS256"],
        audience=audience,
        options={"verify_exp": False},
    )
    assert (claims["iss"], claims["sub"]) == ("app", "kam@acme.example")
    assert claims["exp"] == int(NOW.timestamp()) + 180
    assert (session.org_ref, session.token.reveal()) == (ORG, "00D000000000SBX!first")


def test_a_sandbox_is_addressed_as_one() -> None:
    """Its My Domain says that it is one; nobody has to set the audience."""
    settings = SalesforceSettings(domain="acme--dev.sandbox.my", private_key=Secret("pem"), **JWT)
    assert settings.audience_url == "https://test.salesforce.com"


def test_key_with_spelled_out_line_ends_is_read(web: responses.RequestsMock) -> None:
    """An environment variable often holds a backslash and an n for each line end."""
    web.post(TOKEN_URL, json=token_answer())
    key = Secret(rsa_key().replace("\n", "\\n"))
    transport, _ = make_transport(private_key=key, **JWT)
    assert transport.sign_in.session().token.reveal() == "00D000000000SBX!first"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (public_key(rsa_key()), "it holds a public key"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "it holds a certificate"),
        ("not a key", "it is no pem file"),
        (ec_key(), "it is no RSA key"),
        (rsa_key(1024), "it has 1024 bits"),
        (locked_key(), "it is protected by a passphrase"),
        (rsa_key()[:400] + "\n-----END PRIVATE KEY-----", "it is damaged"),
    ],
)
def test_wrong_key_file_is_told_apart(web: responses.RequestsMock, text: str, why: str) -> None:
    """Each wrong file has its sentence; nothing is sent."""
    transport, _ = make_transport(private_key=Secret(text), **JWT)
    with pytest.raises(ConfigError) as caught:
        transport.sign_in.session()
    assert (caught.value.code, caught.value.field) == ("KAM-1049", "private_key")
    assert why in str(caught.value)
    assert len(web.calls) == 0


# -- login and refresh tokens ---------------------------------------------------------------


def test_code_is_redeemed_with_its_verifier(web: responses.RequestsMock) -> None:
    """PKCE: the verifier goes with the code, and the address exactly as before."""
    web.post(TOKEN_URL, json=token_answer(refresh_token="r0"))
    vault = MemoryVault()
    transport, _ = make_transport(vault, **LOGIN)
    transport.sign_in.redeem(REQUEST, Secret("the-code"))
    (form,) = forms(web)
    assert form == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": "http://localhost:8484/callback",
        "code_verifier": "v" * 43,
        "client_id": "app",
    }
    assert kept(vault)["refresh_token"] == "r0"


def test_login_without_a_refresh_token_is_refused(web: responses.RequestsMock) -> None:
    """Else it would work tonight and never again."""
    web.post(TOKEN_URL, json=token_answer())
    vault = MemoryVault()
    transport, _ = make_transport(vault, **LOGIN)
    with pytest.raises(SignInError) as caught:
        transport.sign_in.redeem(REQUEST, Secret("code"))
    assert caught.value.code == "KAM-3027"
    assert vault.text is None


def test_successor_is_kept_before_its_session_is_used(web: responses.RequestsMock) -> None:
    """A rotated token that is lost ends the grant: it reaches the disk first."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, json=token_answer("second", refresh_token="r1"))
    kept_first: list[dict[str, Any]] = []

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        kept_first.append(kept(vault))
        return 200, {}, '{"records": [], "done": true}'

    web.add_callback("GET", QUERY, answer)
    transport.request("GET", QUERY)
    assert forms(web)[0]["refresh_token"] == "r0"
    assert kept_first[0]["refresh_token"] == "r1"
    assert web.calls[-1].request.headers["Authorization"] == "Bearer second"


def test_an_unkept_successor_is_tried_again(web: responses.RequestsMock) -> None:
    """A full disk ends the run, and the only copy of the token is not thrown away."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    web.post(TOKEN_URL, json=token_answer("second", refresh_token="r1"))
    full = StorageError("the disk is full", code="KAM-6005")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "save", _raiser(full))
        with pytest.raises(StorageError):
            transport.sign_in.session()
    assert transport.sign_in.session().token.reveal() == "second"
    assert kept(vault)["refresh_token"] == "r1"
    assert len(forms(web)) == 1


def _raiser(error: Exception) -> Any:
    def save(_text: Secret) -> None:
        raise error

    return save


def test_token_of_another_process_is_used(web: responses.RequestsMock) -> None:
    """A second process finds a session that is still young and asks for none."""
    _, _, vault = signed_in(web)
    second, _ = make_transport(vault, **LOGIN)
    assert second.sign_in.session().token.reveal() == "first"
    assert forms(web) == []


def test_rejected_refresh_token_is_final(web: responses.RequestsMock) -> None:
    """Asking again withdraws the whole grant: no process sends it a second time."""
    transport, clock, vault = signed_in(web)
    clock.sleep(1801)
    refusal = {"error": "invalid_grant", "error_description": "expired access/refresh token"}
    web.post(TOKEN_URL, status=400, json=refusal)
    with pytest.raises(SignInError) as caught:
        transport.sign_in.session()
    other, _ = make_transport(vault, **LOGIN)
    with pytest.raises(SignInError) as again:
        other.sign_in.session()
    assert (caught.value.code, again.value.code) == ("KAM-3006", "KAM-3006")
    assert "kam connection login acme" in again.value.hint
    assert len(forms(web)) == 1
    assert "refresh_token" not in kept(vault)


def test_refresh_whose_answer_was_lost_is_not_sent_again_at_once(
    web: responses.RequestsMock,
) -> None:
    """The token may be spent: five attempts are for requests that are safe to repeat."""
    transport, clock, _ = signed_in(web)
    clock.sleep(7300)
    web.get(QUERY, status=401, json=EXPIRED)
    web.post(TOKEN_URL, body=responses.ConnectionError("cut"))
    with pytest.raises(CrmUnavailable):
        transport.request("GET", QUERY)
    assert len(forms(web)) == 2  # the early renewal, and the one that the refusal asks for


@pytest.mark.parametrize("change", [{"domain": "evil"}, {"client_id": "other"}])
def test_token_never_goes_to_another_host_or_app(
    web: responses.RequestsMock, change: dict[str, Any]
) -> None:
    """Who edits the file does not get the token sent elsewhere."""
    _, _, vault = signed_in(web)
    other, clock = make_transport(vault, **(LOGIN | change))
    clock.sleep(3600)
    with pytest.raises(SignInError) as caught:
        other.sign_in.session()
    assert caught.value.code == "KAM-3005"
    assert len(web.calls) == 0


def test_nobody_signed_in_names_the_command(web: responses.RequestsMock) -> None:
    """A fresh connection says what to do."""
    transport, _ = make_transport(MemoryVault(), **LOGIN)
    with pytest.raises(SignInError) as caught:
        transport.sign_in.session()
    assert (caught.value.code, caught.value.hint) == ("KAM-3005", "kam connection login acme")


def test_logout_withdraws_and_forgets(web: responses.RequestsMock) -> None:
    """Salesforce ends the grant; here nothing stays."""
    transport, _, vault = signed_in(web)
    web.post(f"{HOST}/services/oauth2/revoke", body="")
    transport.sign_in.withdraw()
    assert "token=r0" in str(web.calls[-1].request.body)
    assert vault.text is None


# -- renewal --------------------------------------------------------------------------------


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


def test_bearer_stays_on_its_host(web: responses.RequestsMock) -> None:
    """Whatever address an answer led to, the token goes to its own host only."""
    web.post(TOKEN_URL, json=token_answer())
    transport, _ = make_transport(client_id="app", client_secret=Secret("hush"))
    with pytest.raises(CrmUnavailable) as caught:
        transport.request("GET", "https://other.my.salesforce.com/services/data")
    assert caught.value.code == "KAM-3106"
    assert len(web.calls) == 1
