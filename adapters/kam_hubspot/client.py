"""Calls: hubspot-api-client over our transport, answers as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from kam_connector.errors import CrmUnavailable, SignInError
from kam_connector.model.change import Budget
from kam_connector.ports import Clock, TokenVault
from kam_hubspot.answers import objects_of, read_json, reading
from kam_hubspot.dated import make_factory
from kam_hubspot.settings import HubSpotSettings
from kam_hubspot.transport import Transport

__all__ = ["Client"]


_JSON = {"Content-Type": "application/json"}


class Client:
    """One portal's API.

    Bodies go to the library as bytes: it walks every other value, item by item.
    """

    def __init__(
        self,
        name: str,
        settings: HubSpotSettings,
        *,
        clock: Clock,
        vault: TokenVault | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.clock = clock
        self.transport = Transport(name, settings, clock=clock, vault=vault)
        self._hubspot: Any = None
        self.links_size = 1000
        """Records of one associations read; less where the portal has said so."""
        self._account: Mapping[str, Any] | None = None

    @property
    def _api(self) -> Any:
        """The library's object; its own transport is never reached."""
        if self._hubspot is None:
            from hubspot import HubSpot  # noqa: PLC0415  a quarter of a second

            self._hubspot = HubSpot(
                access_token="set by the transport",  # noqa: S106  a placeholder
                host=self.settings.base_url,
                api_factory=make_factory(self.transport, version=self.settings.api_version),
            )
        return self._hubspot

    def page(
        self,
        object_: str,
        *,
        after: str | None,
        limit: int,
        properties: Sequence[str],
        archived: bool = False,
    ) -> Mapping[str, Any]:
        """Return one page of an object's listing, in the order of ids."""
        return self._decoded(
            self._api.crm.objects.basic_api.get_page(
                object_,
                limit=limit,
                after=after,
                properties=list(properties),
                archived=archived,
                _preload_content=False,
            )
        )

    def search(self, object_: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return one page of a search."""
        api = self._api.crm.objects.search_api
        return self._decoded(api.do_search(object_, orjson.dumps(body), _preload_content=False))

    def batch(self, object_: str, verb: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer of a batch: *verb* is read, create, update or upsert."""
        send = getattr(self._api.crm.objects.batch_api, verb)
        return self._decoded(send(object_, orjson.dumps(body), _preload_content=False))

    def one(self, object_: str, ref: str, *, properties: Sequence[str]) -> Mapping[str, Any]:
        """Return one record; an id that was merged away answers with the survivor.

        Raises:
            RecordError: It is not there (HTTP status 404).
        """
        api = self._api.crm.objects.basic_api
        given = {"properties": list(properties), "_preload_content": False}
        return self._decoded(api.get_by_id(object_, ref, **given))

    def links(
        self, object_: str, to_object: str, inputs: Sequence[Mapping[str, str]]
    ) -> Mapping[str, Any]:
        """Return a page of what each record is associated with; see ``links.linked``."""
        api = self._api.crm.associations.v4.batch_api
        body = orjson.dumps({"inputs": list(inputs)})
        return self._decoded(api.get_page(object_, to_object, body, _preload_content=False))

    def labels(self, object_: str, to_object: str) -> list[Mapping[str, Any]]:
        """Return the types and labels of associations in one direction."""
        api = self._api.crm.associations.v4.schema.definitions_api
        answer = self._decoded(api.get_all(object_, to_object, _preload_content=False))
        return self._objects(answer)

    def link(
        self, object_: str, to_object: str, inputs: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Make associations; making one twice changes nothing. Refusals are among ``errors``."""
        api = self._api.crm.associations.v4.batch_api
        body = orjson.dumps({"inputs": list(inputs)})
        return self._decoded(api.create(object_, to_object, body, _preload_content=False))

    def properties(self, object_: str, *, archived: bool = False) -> list[Mapping[str, Any]]:
        """Return the definitions of an object's properties, or of those archived."""
        api = self._api.crm.properties.core_api
        given = {"archived": True} if archived else {}
        return self._objects(self._decoded(api.get_all(object_, **given, _preload_content=False)))

    def create_group(self, object_: str, body: Mapping[str, Any]) -> None:
        """Create a group of properties.

        Raises:
            RecordError: It exists already, among others.
        """
        api = self._api.crm.properties.groups_api
        self._decoded(api.create(object_, orjson.dumps(body), _preload_content=False))

    def create_properties(
        self, object_: str, inputs: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Create up to 100 properties; each refusal is its own, among ``errors``."""
        api = self._api.crm.properties.batch_api
        body = orjson.dumps({"inputs": list(inputs)})
        return self._decoded(api.create(object_, body, _preload_content=False))

    def owners(self) -> Iterator[Mapping[str, Any]]:
        """Yield all owners, the archived ones last; 500 a call."""
        api = self._api.crm.owners.owners_api
        for archived in (False, True):
            after: str | None = None
            seen: set[str | None] = set()
            while after not in seen:
                seen.add(after)
                asked = {"limit": 500, "after": after, "archived": archived}
                page = self._decoded(api.get_page(**asked, _preload_content=False))
                yield from self._objects(page)
                after = next_after(page)
                if after is None:
                    break
            else:
                raise self.not_an_answer()  # pages in a circle

    def pipelines(self, object_: str) -> list[Mapping[str, Any]]:
        """Return the pipelines with their stages."""
        api = self._api.crm.pipelines.pipelines_api
        return self._objects(self._decoded(api.get_all(object_, _preload_content=False)))

    def exchange_rates(self) -> list[Mapping[str, Any]]:
        """Return the rates to the portal's own currency, as they are now."""
        return self._objects(self._get("/settings/v3/currencies/exchange-rates/current"))

    def account(self, *, ask: bool = False) -> Mapping[str, Any]:
        """Return what the portal says about itself (cached)."""
        if ask or self._account is None:
            self._account = self._get("/account-info/v3/details")
            self.transport.buckets.at_portal(str(self._account.get("portalId", "")))
        return self._account

    def now(self, *, ask: bool = False) -> datetime:
        """Return the CRM's clock as last heard; *ask* makes a call."""
        if ask or self.transport.heard_at is None:
            try:
                self.account(ask=True)
            except SignInError as error:  # a refusal tells the time too
                if error.code != "KAM-3003" or self.transport.heard_at is None:
                    raise
        seconds = self.transport.crm_seconds()
        if seconds is None:
            raise self.not_an_answer()
        return datetime.fromtimestamp(seconds, tz=UTC)

    def ask(
        self,
        verb: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the answer of an address that the library has no method for."""
        api = self._api.crm.objects.basic_api.api_client
        given: dict[str, Any] = {"query_params": list((query or {}).items()), "auth_settings": []}
        if body is not None:
            given |= {"body": orjson.dumps(body), "header_params": dict(_JSON)}
        return self._decoded(api.call_api(path, verb, **given, _preload_content=False))

    def start_export(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask for an export; the answer names it."""
        api = self._api.crm.exports.public_exports_api
        return self._decoded(api.start(orjson.dumps(body), _preload_content=False))

    def export_status(self, export: str) -> Mapping[str, Any]:
        """Return how far an export is, and where its file is."""
        return self._get(f"/crm/v3/exports/export/async/tasks/{export}/status")

    def export_details(self, export: str) -> Mapping[str, Any]:
        """Return what an export is about, and how many records it holds."""
        return self._get(f"/crm/v3/exports/export/{export}")

    def budget(self) -> Budget:
        """Return calls used and allowed; asks if nothing was heard yet.

        An app with OAuth is told no daily limit, and has none (usage guidelines): our own count.
        """
        if self.transport.usage is None:
            self.account(ask=True)
        used, allowed = self.transport.used() or (self.transport.calls, None)
        return Budget(used=used, allowed=allowed, spent_here=self.transport.calls)

    def close(self) -> None:
        """Give back sockets."""
        self.transport.close()

    def _get(self, path: str) -> dict[str, Any]:
        return self.ask("GET", path)

    def _objects(self, answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        with reading(self.name):
            return objects_of(answer)

    def _decoded(self, answer: Any) -> dict[str, Any]:
        try:
            document = read_json(answer.content) if answer.content else {}
        except (ValueError, RecursionError) as error:
            raise self.not_an_answer() from error
        if not isinstance(document, dict) or not isinstance(document.get("results", []), list):
            raise self.not_an_answer()  # whole JSON, but not HubSpot's
        return document

    def not_an_answer(self) -> CrmUnavailable:
        """Return the error of whole JSON that is not what was agreed."""
        return CrmUnavailable(
            "HubSpot sent an answer that cannot be read", crm=self.name, code="KAM-3103"
        )


def next_after(page: Mapping[str, Any]) -> str | None:
    """Return where the next page begins; None on the last one."""
    after = ((page.get("paging") or {}).get("next") or {}).get("after")
    return None if after is None else str(after)


def chunks(items: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return the items in parts of at most *size*."""
    return [items[start : start + size] for start in range(0, len(items), size)]
