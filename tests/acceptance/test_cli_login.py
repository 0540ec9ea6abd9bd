"""`kam connection login`: a person, a browser, and a sign-in that lasts."""

from __future__ import annotations

import base64
import json
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from kam_connector.cli.edge import run
from kam_connector.cli.loopback import Loopback
from kam_connector.errors import ConfigError, SignInError
from kam_connector.store import open_store
from kam_sandbox.clock import WorldClock
from kam_sandbox.server import running
from kam_sandbox.state import World
from kam_sandbox.world import build_world

pytestmark = pytest.mark.enable_socket

KEY = base64.b64encode(bytes(32)).decode()
CONFIG = """
[connections.acme]
crm = "salesforce"
endpoint = "{endpoint}"
client_id = "sandbox"
client_secret = "env:KAM_APP_SECRET"
sign_in = "login"
login_port = 0

[secrets]
key = "env:KAM_KEY"
"""


class Browser:
    """Follows the redirect of the sign-in page, as a person who presses "Allow"."""

    def __init__(self, change: Callable[[str], str] = lambda url: url) -> None:
        self.change = change
        self.seen: list[str] = []
        self.answers: list[int] = []
        self.visits: list[threading.Thread] = []

    def open(self, url: str) -> bool:
        """Visit, without making the command wait."""
        self.seen.append(url)
        visit = threading.Thread(target=self._visit, args=(url,))
        self.visits.append(visit)
        visit.start()
        return True

    def _visit(self, url: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            back = session.get(url, allow_redirects=False, timeout=10).headers["Location"]
            for one in (f"{back.partition('?')[0]}?code=x&state=wrong", self.change(back)):
                self.answers.append(session.get(one, timeout=10).status_code)


@pytest.fixture(name="world", scope="module")
def _world() -> Iterator[tuple[World, str]]:
    world = build_world(clock=WorldClock(), scale=0.05)
    with running(world) as addresses:
        yield world, addresses.salesforce


@pytest.fixture(name="browser")
def _browser(
    world: tuple[World, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """A folder with a configuration, and a browser that allows everything."""
    browser = Browser()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KAM_KEY", KEY)
    monkeypatch.setenv("KAM_APP_SECRET", "sandbox")
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    Path("config.toml").write_text(CONFIG.format(endpoint=world[1]), "utf-8")
    yield browser
    for visit in browser.visits:
        visit.join(10)


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the document that the command printed."""
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_login_lasts_and_is_sealed(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    """Another process of another day signs in with what was kept; the file shows nothing."""
    code = run(["connection", "login", "acme", "--json"])
    first = said(capsys)
    second = run(["doctor", "acme", "--json"])
    checks = {one["id"]: one["ok"] for one in said(capsys)["data"]["checks"]}
    assert (code, first["data"]["org"][:15]) == (0, "00D000000000SBX")
    assert (second, checks["acme.sign_in"]) == (0, True)
    assert b"refresh_token" not in Path("kam.db").read_bytes()
    assert browser.answers == [404, 200]


def test_page_is_asked_with_pkce_and_state(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """S256, an unguessable state, the address that is listened on, and no secret."""
    run(["connection", "login", "acme", "--json"])
    asked = {k: v[0] for k, v in parse_qs(urlsplit(browser.seen[0]).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 32
    assert asked["redirect_uri"].startswith("http://localhost:")
    assert asked["redirect_uri"].endswith("/callback")
    assert "client_secret" not in asked
    assert asked["scope"] == "api refresh_token"


def test_address_is_printed_where_there_is_no_browser(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a server: the address stands on stderr, nothing is opened, and time runs out."""
    code = run(["connection", "login", "acme", "--no-browser", "--timeout", "1", "--json"])
    out, err = capsys.readouterr()
    assert (code, json.loads(out)["error"]["code"]) == (6, "KAM-3007")
    assert "/services/oauth2/authorize?" in err
    assert browser.seen == []


def test_refusal_in_the_browser_ends_at_once(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who presses "Deny" does not leave the terminal waiting."""
    browser.change = _denied
    code = run(["connection", "login", "acme", "--json"])
    error = said(capsys)["error"]
    assert (code, error["code"]) == (6, "KAM-3001")
    assert "access_denied" in error["message"]


def _denied(back: str) -> str:
    state = parse_qs(urlsplit(back).query)["state"][0]
    return f"{back.partition('?')[0]}?{urlencode({'error': 'access_denied', 'state': state})}"


def test_key_is_asked_for_before_the_browser_opens(
    browser: Browser, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody signs in for nothing."""
    monkeypatch.setenv("KAM_KEY", "short")
    code = run(["connection", "login", "acme", "--json"])
    assert (code, said(capsys)["error"]["code"]) == (3, "KAM-1015")
    assert browser.seen == []


def test_no_key_at_all_says_how_to_make_one(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hint is a command and a line of the file."""
    text = Path("config.toml").read_text("utf-8").partition("[secrets]")[0]
    Path("config.toml").write_text(text, "utf-8")
    run(["connection", "login", "acme", "--json"])
    error = said(capsys)["error"]
    assert error["code"] == "KAM-1015"
    assert "openssl rand -base64 32" in error["hint"]


def test_connection_without_a_browser_is_told(
    browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    """Client credentials need no person."""
    text = Path("config.toml").read_text("utf-8")
    Path("config.toml").write_text(text.replace('sign_in = "login"', ""), "utf-8")
    code = run(["connection", "login", "acme", "--json"])
    assert (code, said(capsys)["error"]["code"]) == (3, "KAM-1064")


def test_logout_withdraws_at_the_crm(
    browser: Browser, capsys: pytest.CaptureFixture[str], world: tuple[World, str]
) -> None:
    """Afterwards nobody is signed in, here or there."""
    run(["connection", "login", "acme", "--json"])
    capsys.readouterr()
    code = run(["connection", "logout", "acme", "--json"])
    capsys.readouterr()
    run(["doctor", "acme", "--json"])
    checks = {one["id"]: one for one in said(capsys)["data"]["checks"]}
    store = open_store("sqlite:///kam.db")
    assert (code, store.sealed_token("acme")) == (0, None)
    store.close()
    assert checks["acme.sign_in"]["code"] == "KAM-3005"


@pytest.mark.guarantee("G14")
def test_refresh_rotates_night_after_night(
    browser: Browser, capsys: pytest.CaptureFixture[str], world: tuple[World, str]
) -> None:
    """Each renewal takes the successor of the last: a token sent twice would end the grant."""
    faults = world[0].faults
    run(["connection", "login", "acme", "--json"])
    faults.schedule({"kind": "rotate_token", "crm": "salesforce", "times": 9})
    expire = {"kind": "expire_token", "crm": "salesforce", "times": 1, "match": "/query"}
    codes = []
    faults.schedule(expire)
    codes.append(run(["doctor", "acme", "--json"]))
    faults.schedule(expire)
    codes.append(run(["doctor", "acme", "--json"]))
    faults.schedule(expire)
    codes.append(run(["doctor", "acme", "--json"]))
    left = [fault["times"] for fault in faults.waiting()]
    faults.clear()
    assert codes == [0, 0, 0]
    assert left == [6]


def test_taken_port_is_told() -> None:
    """Another program listens there."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ConfigError) as caught:
            Loopback(other.getsockname()[1])
    assert caught.value.code == "KAM-1065"


def test_nothing_but_the_answer_is_taken() -> None:
    """Other pages, other states and nothing at all leave the listener waiting."""
    with Loopback(0) as loopback:
        port = urlsplit(loopback.redirect_uri).port
        answers: list[int] = []

        def visit() -> None:
            with requests.Session() as session:
                session.trust_env = False
                for path in ("/", "/callback", "/callback?code=x", "/callback?code=x&state=s2"):
                    url = f"http://127.0.0.1:{port}{path}"
                    answers.append(session.get(url, timeout=10).status_code)

        visitor = threading.Thread(target=visit)
        visitor.start()
        with pytest.raises(SignInError) as caught:
            loopback.wait("s1", timeout_s=1)
        visitor.join()
    assert caught.value.code == "KAM-3007"
    assert answers == [404] * 4
