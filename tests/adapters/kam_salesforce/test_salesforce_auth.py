"""Sign-in: JWT, refresh tokens that rotate, one renewal at a time, refusals that are final."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
import responses

from kam_connector.errors import ConfigError, CrmUnavailable, SignInError, StorageError
from kam_connector.model.settings import Secret
from kam_salesforce.settings import SalesforceSettings
from tests.factories.salesforce_sign_in import (
    EXPIRED,
    JWT,
    LOGIN,
    NOW,
    QUERY,
    REQUEST,
    TOKEN_URL,
    forms,
    kept,
    make_transport,
    signed_in,
)
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


@pytest.mark.guarantee("G14")
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


@pytest.mark.guarantee("G14")
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


@pytest.mark.guarantee("G28", "TM3")
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
