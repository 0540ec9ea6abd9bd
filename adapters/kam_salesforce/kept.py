"""What a person's login leaves behind for later nights, as text for the vault."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from kam_connector.errors import SignInError
from kam_connector.model.settings import Secret
from kam_salesforce.grants import Session
from kam_salesforce.hosts import check_host
from kam_salesforce.settings import SalesforceSettings

__all__ = ["Kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A session, its refresh token, and the org and app they were issued for."""

    settings: SalesforceSettings
    session: Session
    refresh_token: Secret

    @staticmethod
    def read(text: Secret, settings: SalesforceSettings, *, crm: str) -> Kept:
        """Return what was kept, if it is still good for these settings.

        A token is never sent to a host or an app other than its own: who changes ``domain``
        or ``client_id`` signs in anew.

        Raises:
            SignInError: It ended (KAM-3006), or was issued for others (KAM-3005).
        """
        try:
            said = json.loads(text.reveal())
            ended = bool(said.get("ended"))
            if not ended and [said["host"], said["client_id"]] == _bound_to(settings):
                check_host(said["instance_url"], endpoint=settings.endpoint)
                session = Session(
                    token=Secret(said["token"]),
                    instance_url=said["instance_url"],
                    org_ref=said["org"],
                    user_ref=said["user"],
                    since=datetime.fromisoformat(said["since"]),
                )
                return Kept(settings, session, Secret(said["refresh_token"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            ended = False
        why = "expired or was withdrawn" if ended else "was for another domain or client_id"
        code = "KAM-3006" if ended else "KAM-3005"
        hint = f"kam connection login {crm}"
        raise SignInError(f"the sign-in {why}", crm=crm, code=code, hint=hint)

    def text(self) -> Secret:
        """Return it as text; the vault seals it."""
        host, client_id = _bound_to(self.settings)
        said = {
            "host": host,
            "client_id": client_id,
            "refresh_token": self.refresh_token.reveal(),
            "token": self.session.token.reveal(),
            "instance_url": self.session.instance_url,
            "org": self.session.org_ref,
            "user": self.session.user_ref,
            "since": self.session.since.isoformat(),
        }
        return Secret(json.dumps(said))

    def ended(self) -> Secret:
        """Return what is left when Salesforce refused the refresh token: no token at all."""
        host, client_id = _bound_to(self.settings)
        return Secret(json.dumps({"host": host, "client_id": client_id, "ended": True}))


def _bound_to(settings: SalesforceSettings) -> list[str]:
    return [settings.base_url, settings.client_id or ""]
