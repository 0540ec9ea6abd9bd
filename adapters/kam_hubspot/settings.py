"""What a HubSpot connection may be told, checked before any client sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret
from kam_hubspot.hosts import LOOPBACK, check_host

__all__ = ["HubSpotSettings", "SignInBy"]

VERSIONS = ("2026-03", "2026-09", "v3")
"""Dated versions that HubSpot supports; v4 loses support in March 2027, v3 in September."""

VISIBILITIES = ("owned", "team", "everything")
"""Levels of HubSpot's permission to view companies (its user permissions guide)."""


class SignInBy(StrEnum):
    """The ways to sign in; the values are what ``sign_in`` may say."""

    TOKEN = "token"  # noqa: S105  (a word, no token)
    LOGIN = "login"
    """A person signed in with a browser: ``kam connection login``."""


_NEEDS: dict[SignInBy, tuple[str, ...]] = {
    SignInBy.TOKEN: ("access_token",),
    SignInBy.LOGIN: ("client_id", "client_secret"),
}
_CHOICES = {
    SignInBy.TOKEN.value: "a service key, or a project app's static token: the quickest",
    SignInBy.LOGIN.value: "a person, once, with a browser (OAuth)",
}
_WAYS = (
    "give access_token (a service key, or a project app's static token), or client_id and "
    'client_secret with sign_in = "login" (a browser)'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpotSettings:
    """The table of one connection, as its admin writes it."""

    access_token: Secret | None = field(
        default=None,
        metadata={"ask": "Where is the access token? (env:NAME)", "only_for": ("token",)},
    )
    """A service key, or the token of a project app with static sign-in."""
    sign_in: str | None = field(
        default=None, metadata={"ask": "How shall the connector sign in?", "choices": _CHOICES}
    )
    """``token`` or ``login``; default: as the rest says."""
    client_id: str | None = field(
        default=None,
        metadata={
            "ask": "Where is the app's client id? (env:NAME)",
            "only_for": ("login",),
            "suggest": "env",
        },
    )
    """Login: the client id of a project app with OAuth; a reference is followed."""
    client_secret: Secret | None = field(
        default=None,
        metadata={
            "ask": "Where is the app's client secret? (env:NAME)",
            "only_for": ("login",),
        },
    )
    """Login: the client secret of that app."""
    login_port: int = 8484
    """Login: port of ``http://localhost:PORT/callback``, among the app's redirect URLs."""
    webhook_url: str | None = None
    """The address that HubSpot sends events to, exactly as the app states it; HubSpot signs it."""
    webhook_secret: Secret | None = None
    """The client secret of the app that sends events; default: that of the login."""
    journal: bool = False
    """Login: read the webhooks journal at every run, where HubSpot reaches no address."""
    endpoint: str | None = None
    """``http://127.0.0.1:PORT`` of a sandbox server; nothing else."""
    host: str = "api.hubapi.com"
    """Or a regional host, such as ``api-eu1.hubapi.com``."""
    api_version: str = "2026-09"
    """A dated version that HubSpot supports, ``2026-03`` or ``2026-09``; or ``v3``, until 2027."""
    connect_timeout_s: float = 10.0
    """How long a connection may take. Our choice: a network that needs longer is down."""
    read_timeout_s: float = 60.0
    """How long an answer may take. Our choice: a minute without a word is none."""
    attempts: int = 5
    """Tries per request, the first included."""
    calls_per_10_s: int | None = None
    """None: 97 % of what the portal states while nobody else uses the app, else nine tenths; 90
    until it has stated anything (Free and Starter: 100)."""
    searches_per_s: int = 4
    """The portal allows 5, shared by everybody."""
    visibility: str = "owned"
    """Which companies each user of the portal may view, as its permissions say: ``owned``,
    ``team`` or ``everything``. HubSpot does not tell it; only access control asks."""
    export_from: int | None = None
    """Records of an object from which its first pull goes through one export (scope
    ``crm.export``) instead of a listing; None: never."""

    def __post_init__(self) -> None:
        """Check what one value, or two together, may be."""
        _check_version(self.api_version)
        _check_visibility(self.visibility)
        _check_sign_in(self)
        _check_webhooks(self)
        _check_numbers(self)
        check_host(self.base_url, endpoint=self.endpoint)

    @property
    def base_url(self) -> str:
        """Where the API is, without a trailing slash."""
        return (self.endpoint or f"https://{self.host}").rstrip("/")

    @property
    def app_url(self) -> str:
        """Where a person signs in: the region's own app, without a trailing slash."""
        region = self.host.removeprefix("api").removesuffix(".hubapi.com")
        return (self.endpoint or f"https://app{region}.hubspot.com").rstrip("/")

    @property
    def signing_secret(self) -> Secret | None:
        """What HubSpot signs events with."""
        return self.webhook_secret or self.client_secret

    @property
    def is_dated(self) -> bool:
        """Whether the API's paths carry a date."""
        return self.api_version != "v3"

    @property
    def sign_in_by(self) -> SignInBy:
        """The way to sign in: the one named, or the only one the settings allow."""
        if self.sign_in:
            return SignInBy(self.sign_in)
        return SignInBy.TOKEN if self.access_token else SignInBy.LOGIN

    @property
    def callback_port(self) -> int:
        """The port that the browser of a login comes back to.

        Raises:
            ConfigError: These settings sign in another way (KAM-1064).
        """
        if self.sign_in_by is not SignInBy.LOGIN:
            raise ConfigError(
                "this connection signs in by token, without a browser",
                code="KAM-1064",
                hint='give client_id, client_secret and  sign_in = "login"  instead',
                field="sign_in",
            )
        return self.login_port


def _check_version(version: str) -> None:
    if version not in VERSIONS:
        raise ConfigError(
            f'api_version "{version}" is unknown or retired',
            code="KAM-1043",
            hint="one of " + ", ".join(VERSIONS),
            field="api_version",
        )


def _check_visibility(visibility: str) -> None:
    if visibility not in VISIBILITIES:
        raise ConfigError(
            f'visibility "{visibility}" is unknown',
            code="KAM-1052",
            hint="one of " + ", ".join(VISIBILITIES),
            field="visibility",
        )


def _check_sign_in(settings: HubSpotSettings) -> None:
    if settings.sign_in not in (None, *SignInBy):
        raise ConfigError(
            f'sign_in must be token or login, got "{str(settings.sign_in)[:40]}"',
            code="KAM-1047",
            field="sign_in",
        )
    by = settings.sign_in_by
    wanted = _NEEDS[by]
    surplus = [
        name
        for names in _NEEDS.values()
        for name in names
        if getattr(settings, name) and name not in wanted
    ]
    lacking = [name for name in wanted if not getattr(settings, name)]
    if lacking or surplus:
        told = f"lacks {', '.join(lacking)}" if lacking else f"has {', '.join(surplus)} besides"
        raise ConfigError(
            f"signing in by {by.value} {told}",
            code="KAM-1044",
            hint=_WAYS,
            field=(surplus or ["access_token"])[0],
        )
    for name in wanted:
        _check_text(settings, name)


def _check_text(settings: HubSpotSettings, name: str) -> None:
    value = getattr(settings, name)
    text = value.reveal() if isinstance(value, Secret) else value
    if not text or not text.isascii() or any(char.isspace() for char in text):
        raise ConfigError(
            f"{name} is empty or holds characters that it never has", code="KAM-1044", field=name
        )


def _check_webhooks(settings: HubSpotSettings) -> None:
    if settings.journal and settings.sign_in_by is not SignInBy.LOGIN:
        raise ConfigError(
            "journal needs the client id and secret of a login",
            code="KAM-1044",
            hint="HubSpot gives the journal to apps with OAuth only",
            field="journal",
        )
    url = settings.webhook_url
    if url is None:
        return
    parts = urlsplit(url)
    local = settings.endpoint is not None and parts.hostname in LOOPBACK
    if not local and (parts.scheme != "https" or not parts.hostname or parts.fragment):
        raise ConfigError(
            "webhook_url must be the https address that the app states",
            code="KAM-1047",
            field="webhook_url",
        )
    if settings.signing_secret is None:
        raise ConfigError(
            "webhook_url needs webhook_secret, the app's client secret",
            code="KAM-1044",
            field="webhook_url",
        )


def _check_numbers(settings: HubSpotSettings) -> None:
    ranges = {
        "connect_timeout_s": (0.1, 120.0),
        "read_timeout_s": (0.1, 600.0),
        "attempts": (1, 10),
        "login_port": (0, 65_535),
        "calls_per_10_s": (1, 250),  # with the API increase (usage guidelines)
        "searches_per_s": (1, 5),
        "export_from": (1, 10**9),
    }
    for name, (least, most) in ranges.items():
        value = getattr(settings, name)
        if value is not None and not least <= value <= most:
            raise ConfigError(
                f"{name} must be from {least} to {most}, got {value}", code="KAM-1047", field=name
            )
