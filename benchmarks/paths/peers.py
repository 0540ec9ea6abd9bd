"""The vendors' own clients, as their manuals use them; nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from benchmarks.checksum import Contents, contents
from benchmarks.forms import HUBSPOT_TYPES, SALESFORCE_COLUMNS
from benchmarks.task import Job, Task

__all__ = ["hubspot_client", "hubspot_raw", "plain_session", "simple_salesforce"]


def simple_salesforce(task: Task) -> Job:
    """``query_all_iter`` over one long query."""
    api = plain_session(task.port)
    soql = f"SELECT {', '.join(SALESFORCE_COLUMNS)} FROM Contact"

    def work() -> int:
        return sum(1 for _ in api.query_all_iter(soql))

    def check() -> dict[str, Contents]:
        if not task.checked:
            return {}
        pairs = ((record["Id"], record) for record in api.query_all_iter(soql))
        return {"sf-raw": contents((ref, _bare(record)) for ref, record in pairs)}

    return Job(work=work, check=check)


def plain_session(port: int) -> Any:
    """Return simple-salesforce's object, on loopback."""
    import requests  # noqa: PLC0415  each measured process imports its own path only
    from requests.adapters import HTTPAdapter  # noqa: PLC0415
    from simple_salesforce.api import Salesforce  # noqa: PLC0415

    class Plain(HTTPAdapter):
        """The client insists on https."""

        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
            request.url = "http://" + (request.url or "").removeprefix("https://")
            return super().send(request, *args, **kwargs)

    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Plain())
    return Salesforce(
        session_id="00D!x",
        instance_url=f"https://127.0.0.1:{port}",
        version="66.0",
        session=session,
    )


def hubspot_client(task: Task) -> Job:
    """``get_all`` of contacts."""
    api = _hubspot_contacts(task.port)
    properties = list(HUBSPOT_TYPES)

    def work() -> int:
        return len(api.get_all(properties=properties))

    def check() -> dict[str, Contents]:
        if not task.checked:
            return {}
        found = api.get_all(properties=properties)
        return {"hs-raw": contents((one.id, one.properties) for one in found)}

    return Job(work=work, check=check)


def hubspot_raw(task: Task) -> Job:
    """The same client's pages without its models, decoded with ``json``."""
    api = _hubspot_contacts(task.port).basic_api  # once: it makes a client at every access
    properties = list(HUBSPOT_TYPES)

    def records() -> Iterator[dict[str, Any]]:
        after = None
        while True:
            given = {"limit": 100, "after": after, "properties": properties}
            page = json.loads(api.get_page(**given, _preload_content=False).data)
            yield from page["results"]
            if "paging" not in page:
                return
            after = page["paging"]["next"]["after"]

    def check() -> dict[str, Contents]:
        if not task.checked:
            return {}
        return {"hs-raw": contents((one["id"], one["properties"]) for one in records())}

    return Job(work=lambda: sum(1 for _ in records()), check=check)


def _hubspot_contacts(port: int) -> Any:
    from hubspot import HubSpot  # noqa: PLC0415
    from hubspot.crm.contacts import Configuration  # noqa: PLC0415

    given = Configuration()
    given.host = f"http://127.0.0.1:{port}"
    return HubSpot(access_token="pat-bench", host=given.host).crm.contacts


def _bare(record: Any) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "attributes"}
