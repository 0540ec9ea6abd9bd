"""One patience, one set of errors: both adapters behave alike when the CRM does not answer."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
import requests
import responses

from kam_connector.errors import CrmUnavailable, KamError, RateLimited

DATE = {"Date": "Sat, 21 Nov 2026 06:00:00 GMT"}
GOOD: dict[str, Any] = {"records": [], "done": True, "totalSize": 0, "results": []}
PAGE = "<html><body>Down for maintenance: Nordwind</body></html>"


def answer(web: responses.RequestsMock, caller: Any, **kwargs: Any) -> None:
    """Let the reading call be answered so, once."""
    web.add(caller.read_method, caller.read_url, **({"headers": DATE} | kwargs))


def asked(web: responses.RequestsMock, url: str) -> int:
    """Return how often a URL was asked."""
    return sum(1 for call in web.calls if str(call.request.url).startswith(url))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_passing_trouble_is_waited_out(
    web: responses.RequestsMock, caller: Any, status: int
) -> None:
    """A server error is tried again after a wait."""
    answer(web, caller, status=status, body=PAGE)
    answer(web, caller, json=GOOD)
    caller.read()
    assert len(caller.clock.slept) == 1
    assert 0 <= caller.clock.slept[0] <= 0.5


def test_lasting_trouble_ends_in_one_typed_error(web: responses.RequestsMock, caller: Any) -> None:
    """After five attempts the error says what to do, and nothing of the page."""
    answer(web, caller, status=503, body=PAGE)
    with pytest.raises(CrmUnavailable) as caught:
        caller.read()
    assert (caught.value.code, caught.value.http_status) == ("KAM-3103", 503)
    assert asked(web, caller.read_url) == 5
    assert "Nordwind" not in str(caught.value)


def test_creation_is_not_repeated_when_its_fate_is_unknown(
    web: responses.RequestsMock, caller: Any
) -> None:
    """G1: a create whose answer was lost is left to the next look-up, not sent again."""
    web.post(caller.create_url, body=requests.ReadTimeout("read"))
    with pytest.raises(CrmUnavailable) as caught:
        caller.create()
    assert caught.value.code == "KAM-3102"
    assert asked(web, caller.create_url) == 1


def test_creation_is_repeated_when_it_was_never_sent(
    web: responses.RequestsMock, caller: Any
) -> None:
    """No connection, no record: then it is safe to send again."""
    web.post(caller.create_url, body=requests.ConnectTimeout("connect"))
    web.post(caller.create_url, json=GOOD, headers=DATE)
    caller.create()
    assert asked(web, caller.create_url) == 2


def test_retry_after_is_honoured(web: responses.RequestsMock, caller: Any) -> None:
    """The CRM's own wait counts, at least one second."""
    answer(web, caller, status=429, json={"message": "slow"}, headers=DATE | {"Retry-After": "7"})
    answer(web, caller, json=GOOD)
    caller.read()
    assert 7 <= caller.clock.slept[0] <= 8


def test_a_long_wait_is_left_to_the_next_run(web: responses.RequestsMock, caller: Any) -> None:
    """More than a minute is not slept while holding a lease."""
    answer(web, caller, status=429, json={"message": "slow"}, headers=DATE | {"Retry-After": "900"})
    with pytest.raises(RateLimited) as caught:
        caller.read()
    assert caught.value.retry_after_s == 900
    assert caller.clock.slept == []


@pytest.mark.parametrize("body", [PAGE, '{"records": [{"Id": "0', "[1, 2"])
def test_what_is_no_whole_json_is_no_answer(
    web: responses.RequestsMock, caller: Any, body: str
) -> None:
    """A proxy's page or half an answer with status 200 is never taken for data."""
    answer(web, caller, body=body, content_type="application/json")
    with pytest.raises(CrmUnavailable) as caught:
        caller.read()
    assert caught.value.code == "KAM-3103"


@pytest.mark.guarantee("G16")
@pytest.mark.parametrize("verb", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_page_in_answer_to_a_write_is_no_success(
    web: responses.RequestsMock, caller: Any, verb: str
) -> None:
    """Also where nobody reads the answer: a page with status 200 never means that it is done."""
    web.add(verb, caller.create_url, body=PAGE, headers=DATE)
    with pytest.raises(CrmUnavailable) as caught:
        caller.client.transport.request(verb, caller.create_url)
    assert caught.value.code == "KAM-3103"


@pytest.mark.guarantee("G16")
def test_gzip_without_its_end_is_half_an_answer(web: responses.RequestsMock, caller: Any) -> None:
    """What unpacks to whole JSON and then breaks off was not checked against its sum."""
    packed = gzip.compress(b'{"records": [], "done": true, "totalSize": 0, "results": []}')
    zipped = DATE | {"Content-Encoding": "gzip"}
    answer(web, caller, body=packed[:-8], content_type="application/json", headers=zipped)
    with pytest.raises(CrmUnavailable) as caught:
        caller.read()
    assert caught.value.code == "KAM-3103"


@pytest.mark.guarantee("G28")
def test_redirects_are_not_followed(web: responses.RequestsMock, caller: Any) -> None:
    """A token never travels to where an answer points."""
    answer(web, caller, status=302, headers=DATE | {"Location": "https://evil.example/"})
    with pytest.raises(CrmUnavailable) as caught:
        caller.read()
    assert caught.value.code == "KAM-3106"
    assert asked(web, "https://evil.example") == 0


def test_too_large_an_answer_is_not_kept(
    web: responses.RequestsMock, caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The body cap holds whatever the headers say."""
    monkeypatch.setattr("kam_salesforce.streams.MAX_BODY", 1000)
    monkeypatch.setattr("kam_hubspot.transport.MAX_BODY", 1000)
    answer(web, caller, body="[" + "1," * 2000 + "1]")
    with pytest.raises(CrmUnavailable) as caught:
        caller.read()
    assert caught.value.code == "KAM-3105"


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (requests.exceptions.SSLError("bad cert for Nordwind"), "KAM-3107"),
        (requests.exceptions.ConnectionError("https://x/?q=SELECT Nordwind"), "KAM-3101"),
        (requests.exceptions.ChunkedEncodingError("half"), "KAM-3101"),
        (requests.exceptions.ReadTimeout("slow"), "KAM-3102"),
    ],
)
def test_messages_hold_no_url_and_no_secret(
    web: responses.RequestsMock, caller: Any, cause: Exception, code: str
) -> None:
    """G25: neither message nor cause carries the query, the token or the vendor's text."""
    answer(web, caller, body=cause)
    with pytest.raises(KamError) as caught:
        caller.read()
    printed = f"{caught.value!r} {caught.value.__cause__!r} {vars(caught.value)!r}"
    assert caught.value.code == code
    assert "Nordwind" not in printed
    assert caller.secret not in printed


@pytest.mark.guarantee("G15")
def test_every_request_has_timeouts_and_no_hidden_retry(
    web: responses.RequestsMock, caller: Any
) -> None:
    """The libraries' missing timeouts and hidden retries are ours to set."""
    answer(web, caller, json=GOOD)
    caller.read()
    sent = web.calls[-1].request.req_kwargs
    adapter = caller.client.transport.get_adapter(caller.read_url)
    assert sent["timeout"][0] == 10.0
    assert sent["verify"] is not False
    assert adapter.max_retries.total == 0
