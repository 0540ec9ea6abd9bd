"""The vendors' own clients, as their manuals use them; nothing is stored."""

from __future__ import annotations

from typing import Any

from benchmarks.checksum import Contents, contents
from benchmarks.forms import SALESFORCE_COLUMNS
from benchmarks.task import Job, Task

__all__ = ["hubspot_client", "plain_session", "simple_salesforce"]


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
    from hubspot import HubSpot  # noqa: PLC0415
    from hubspot.crm.contacts import Configuration  # noqa: PLC0415

    given = Configuration()
    given.host = f"http://127.0.0.1:{task.port}"
    api = HubSpot(access_token="pat-bench", host=given.host).crm.contacts

    def work() -> int:
        return len(api.get_all())

    def check() -> dict[str, Contents]:
        if not task.checked:
            return {}
        return {"hs-raw": contents((one.id, one.properties) for one in api.get_all())}

    return Job(work=work, check=check)


def _bare(record: Any) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "attributes"}
