"""What a person's login leaves behind for later nights, as text for the vault."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from kam_connector.errors import SignInError
from kam_connector.model.settings import Secret
from kam_hubspot.grants import Session
from kam_hubspot.settings import HubSpotSettings

__all__ = ["Kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A session, its refresh token, and the host and app they were issued for."""

    settings: HubSpotSettings
    session: Session
    refresh_token: Secret

    @staticmethod
    def read(text: Secret, settings: HubSpotSettings, *, crm: str) -> Kept:
        """Return what was kept, if it is still good for these settings.

        Raises:
            SignInError: It ended (KAM-3006), or was issued for another app (KAM-3005).
        """
        try:
            said = json.loads(text.reveal())
            ended = bool(said.get("ended"))
            if not ended and [said["host"], said["client_id"]] == _bound_to(settings):
                session = Session(
                    token=Secret(said["token"]),
                    until=datetime.fromisoformat(said["until"]),
                    portal=said["portal"],
                )
                return Kept(settings, session, Secret(said["refresh_token"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            ended = False
        why = "expired or was withdrawn" if ended else "was for another host or client_id"
        code = "KAM-3006" if ended else "KAM-3005"
        hint = f"kam connection login {crm}"
        raise SignInError(f"the sign-in {why}", crm=crm, code=code, hint=hint)

    def text(self) -> Secret:
        """Return it as text; the vault seals it."""
        host, client_id = _bound_to(self.settings)
        until = self.session.until
        said = {
            "host": host,
            "client_id": client_id,
            "refresh_token": self.refresh_token.reveal(),
            "token": self.session.token.reveal(),
            "until": until.isoformat() if until else "",
            "portal": self.session.portal,
        }
        return Secret(json.dumps(said))

    def ended(self) -> Secret:
        """Return what is left when HubSpot refused the refresh token: no token at all."""
        host, client_id = _bound_to(self.settings)
        return Secret(json.dumps({"host": host, "client_id": client_id, "ended": True}))


def _bound_to(settings: HubSpotSettings) -> list[str]:
    return [settings.base_url, settings.client_id or ""]
