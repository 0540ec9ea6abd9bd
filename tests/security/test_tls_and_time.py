"""Certificates are always verified, and no server can keep a call for longer than stated."""

from __future__ import annotations

import ast
import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3.connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import kam_connector
import kam_hubspot
import kam_jobs
import kam_salesforce
from kam_connector.bootstrap import SystemClock
from kam_connector.errors import CrmUnavailable, KamError
from kam_connector.model.settings import Secret, read_settings
from kam_hubspot import HubSpotCrm, streams
from kam_salesforce import SalesforceCrm
from kam_salesforce import streams as salesforce_streams
from tests.guarantees import Figures

PACKAGES = (kam_connector, kam_hubspot, kam_jobs, kam_salesforce)
SOURCES = [
    path for package in PACKAGES for path in Path(str(package.__file__)).parent.rglob("*.py")
]
SILENCE_S = 0.2
"""Patience for one silence, of this test's connections: far less than the default."""


@pytest.mark.guarantee("G28")
def test_no_source_switches_verification_off() -> None:
    """Neither verify=False nor an unverified context, in any module."""
    loose = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if _is_loose(node)
    ]
    assert (len(SOURCES) > 300, loose) == (True, [])


def _is_loose(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword) and node.arg in ("verify", "cert_reqs", "check_hostname"):
        return isinstance(node.value, ast.Constant) and not node.value.value
    named = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return named in ("_create_unverified_context", "CERT_NONE", "disable_warnings")


@pytest.mark.parametrize(
    "text",
    ["get(u, verify=False)", "ssl.CERT_NONE", "ssl._create_unverified_context()"],
)
def test_a_loose_source_would_be_seen(text: str) -> None:
    """The check can fail."""
    assert any(_is_loose(node) for node in ast.walk(ast.parse(text)))


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate that signs itself, for one host; return it and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


Speak = Callable[[socket.socket], None]
Serve = Callable[[Speak], int]


@pytest.fixture(name="serve")
def _serve() -> Iterator[Serve]:
    """Give a function that speaks to whoever connects to a port of this computer."""
    listening: list[socket.socket] = []

    def serve(speak: Speak) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)

        def loop() -> None:
            while True:
                try:
                    one, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=_quietly, args=(speak, one), daemon=True).start()

        threading.Thread(target=loop, daemon=True).start()
        port: int = server.getsockname()[1]
        return port

    yield serve
    for server in listening:
        server.close()


def _quietly(speak: Speak, one: socket.socket) -> None:
    try:
        with one:
            speak(one)
    except OSError:
        return


@pytest.mark.enable_socket
@pytest.mark.guarantee("G28")
@pytest.mark.parametrize(
    "case",
    [
        ("acme.my.salesforce.com", False, "KAM-3107"),
        ("evil.example", True, "KAM-3107"),
        ("acme.my.salesforce.com", True, "KAM-3101"),
    ],
)
def test_a_server_without_the_host_s_certificate_is_told_nothing(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: tuple[str, bool, str]
) -> None:
    """Self-signed, or another host's: refused before a byte of ours; only the right one hears."""
    name, trusted, code = case
    cert, key = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    heard: list[bytes] = []

    def speak(one: socket.socket) -> None:
        with context.wrap_socket(one, server_side=True) as safe:
            heard.append(safe.recv(4096))

    port = serve(speak)
    monkeypatch.setattr(
        urllib3.connection.connection,
        "create_connection",
        lambda *_args, **_more: socket.create_connection(("127.0.0.1", port)),
    )
    if trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cert))
    else:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    given = {"client_id": "app", "client_secret": Secret("hush"), "domain": "acme", "attempts": 1}
    settings = read_settings(SalesforceCrm.settings_type, given, where="[x]")
    with pytest.raises(CrmUnavailable) as caught:
        SalesforceCrm.open("acme", settings, clock=SystemClock()).identity()
    assert caught.value.code == code
    assert (heard != []) == (code == "KAM-3101")


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def black_hole(one: socket.socket) -> None:
    """Take everything and say nothing."""
    while one.recv(4096):
        pass


def half_a_head(one: socket.socket) -> None:
    """Begin the head of an answer."""
    one.sendall(HEAD[:20])
    black_hole(one)


def half_a_body(one: socket.socket) -> None:
    """Begin the body of an answer."""
    one.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    black_hole(one)


def drip(one: socket.socket) -> None:
    """Send a byte now and then, always before the patience for one ends."""
    one.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        one.sendall(b" ")
        time.sleep(SILENCE_S / 8)


def drip_in_chunks(one: socket.socket) -> None:
    """Do the same without saying how much there is to come."""
    one.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        one.sendall(b"1\r\n \r\n")
        time.sleep(SILENCE_S / 8)


def drip_zipped(one: socket.socket) -> None:
    """Do the same with what unpacks to nothing."""
    one.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 100000\r\n\r\n")
    one.sendall(b"\x1f\x8b\x08\x08\0\0\0\0\0\x03")  # a name follows, which never ends
    while True:
        one.sendall(b"a")
        time.sleep(SILENCE_S / 8)


def drip_status(one: socket.socket) -> None:
    """Do the same with the very first line."""
    one.sendall(b"HTTP/1.1 200 O")
    while True:
        one.sendall(b"K")
        time.sleep(SILENCE_S / 8)


def drip_header(one: socket.socket) -> None:
    """Do the same with a header that never ends."""
    one.sendall(HEAD + b"X-Long: ")
    while True:
        one.sendall(b"x")
        time.sleep(SILENCE_S / 8)


def drip_headers(one: socket.socket) -> None:
    """Do the same with one small header after the other."""
    one.sendall(HEAD)
    while True:
        one.sendall(b"A: b\r\n")
        time.sleep(SILENCE_S / 8)


def sign_in(port: int) -> Any:
    """Sign in to an org."""
    return org(port, client_id="x", client_secret=Secret("x")).identity()


def query(port: int) -> Any:
    """Query an org."""
    return org(port, access_token=Secret("00D!x"))._client.query("SELECT Id FROM Account")


def bulk(port: int) -> Any:
    """Fetch the page of a bulk result."""
    client = org(port, access_token=Secret("00D!x"))._client
    url = f"http://127.0.0.1:{port}/services/data/v66.0/jobs/query/1/results"
    with client.transport.download(url) as pieces:
        return b"".join(pieces)


def org(port: int, **table: Any) -> SalesforceCrm:
    """Return a connection to a server that stands for an org."""
    return SalesforceCrm.open("acme", settings_of(SalesforceCrm, port, table), clock=SystemClock())


def portal(port: int, **table: Any) -> HubSpotCrm:
    """Return a connection to a server that stands for a portal."""
    given = {"access_token": Secret("pat-x")} | table
    return HubSpotCrm.open("acme", settings_of(HubSpotCrm, port, given), clock=SystemClock())


def settings_of(crm: Any, port: int, table: dict[str, Any]) -> Any:
    """Return settings with little patience."""
    given = {"endpoint": f"http://127.0.0.1:{port}", "attempts": 1}
    given |= {"connect_timeout_s": SILENCE_S, "read_timeout_s": SILENCE_S}
    return read_settings(crm.settings_type, given | table, where="[x]")


def account(port: int) -> Any:
    """Ask a portal who it is."""
    return portal(port).identity()


def search(port: int) -> Any:
    """Search a portal."""
    return portal(port)._client.search("companies", {})


def file(port: int) -> Any:
    """Fetch the page of a portal's journal."""
    return portal(port)._client.transport.get_file(f"http://127.0.0.1:{port}/file")


CALLS = (sign_in, query, bulk, account, search, file)
HEADS = (half_a_head, drip_status, drip_header, drip_headers)
SERVERS = (black_hole, *HEADS, half_a_body, drip, drip_in_chunks, drip_zipped)
LONGEST_S = 0.5
"""The whole of one answer, here; 15 minutes by default."""


@pytest.mark.enable_socket
@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("speak", SERVERS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("call", CALLS, ids=lambda one: one.__name__)
def test_defect_d02_and_d07_no_call_waits_for_ever(
    serve: Serve,
    call: Callable[[int], Any],
    speak: Speak,
    monkeypatch: pytest.MonkeyPatch,
    figure: Figures,
) -> None:
    """A silence ends a call, and so does an answer that drips: neither library would end one."""
    longest = dt.timedelta(seconds=LONGEST_S)
    for module in (streams, salesforce_streams):
        monkeypatch.setattr(module, "_LONGEST", longest)
        monkeypatch.setattr(module, "_LONGEST_FILE", longest)
    port = serve(speak)
    began = time.monotonic()
    with pytest.raises(KamError) as caught:
        call(port)
    took = time.monotonic() - began
    assert caught.value.code in ("KAM-3101", "KAM-3102", "KAM-3103")
    bound = LONGEST_S + 2 * SILENCE_S + 1.0  # and a second for a machine that is busy
    figure("G15", f"{call.__name__} of {speak.__name__}: {took:.1f} s", met=took < bound)


@pytest.mark.enable_socket
@pytest.mark.guarantee("G13")
@pytest.mark.parametrize("attempts", [1, 3])
@pytest.mark.parametrize("call", [account, search, query], ids=lambda one: one.__name__)
def test_defect_d07_we_alone_send_again(
    serve: Serve, call: Callable[..., Any], attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """urllib3's hidden retries, four by default, are off: as many requests as attempts of ours."""
    seen: list[int] = []

    def commit_then_drop(one: socket.socket) -> None:
        while one.recv(65536):
            seen.append(1)
            return

    port = serve(commit_then_drop)
    monkeypatch.setattr(SystemClock, "sleep", lambda *_: None)
    give = settings_of
    monkeypatch.setitem(
        globals(), "settings_of", lambda c, p, t: give(c, p, t | {"attempts": attempts})
    )
    with pytest.raises(KamError):
        call(port)
    assert len(seen) == attempts
