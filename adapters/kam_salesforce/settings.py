"""What a Salesforce connection may be told, checked before any client sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from kam_connector.errors import ConfigError
from kam_connector.model.settings import Secret
from kam_salesforce.hosts import base_url, check_host

__all__ = ["SalesforceSettings", "SignInBy"]

_VERSION = re.compile(r"(\d{2})\.0")
OLDEST = 62
"""Our choice: Winter '25; v31 to v61 answer too, but nobody tries them."""
_AUDIENCES = {"login": "https://login.salesforce.com", "test": "https://test.salesforce.com"}


class SignInBy(StrEnum):
    """The ways to sign in; the values are what ``sign_in`` may say."""

    JWT = "jwt"
    CLIENT_CREDENTIALS = "client_credentials"
    LOGIN = "login"
    """A person signed in with a browser: ``kam connection login``."""
    TOKEN = "token"  # noqa: S105  (a word, no token)


_NEEDS: dict[SignInBy, tuple[str, ...]] = {
    SignInBy.JWT: ("client_id", "username", "private_key"),
    SignInBy.CLIENT_CREDENTIALS: ("client_id", "client_secret"),
    SignInBy.LOGIN: ("client_id",),
    SignInBy.TOKEN: ("access_token",),
}
_MAY: dict[SignInBy, tuple[str, ...]] = {
    SignInBy.JWT: ("audience",),
    SignInBy.LOGIN: ("client_secret",),
}
_CHOICES = {
    SignInBy.CLIENT_CREDENTIALS.value: "the app's key and secret: the quickest",
    SignInBy.JWT.value: "a private key that never leaves this computer: for production",
    SignInBy.LOGIN.value: "a person, once, with a browser: for a trial",
}
_WAYS = (
    "give client_id with client_secret (client credentials), or client_id with username and "
    'private_key (JWT), or client_id with sign_in = "login" (a browser), or access_token'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceSettings:
    """The table of one connection, as its admin writes it."""

    domain: str | None = field(
        default=None, metadata={"ask": "My Domain (acme.my for acme.my.salesforce.com)"}
    )
    """My Domain: ``acme``, ``acme.my`` or ``acme.my.salesforce.com``."""
    endpoint: str | None = None
    """``http://127.0.0.1:PORT`` of a sandbox server; nothing else."""
    sign_in: str | None = field(
        default=None, metadata={"ask": "How shall the connector sign in?", "choices": _CHOICES}
    )
    """``jwt``, ``client_credentials``, ``login`` or ``token``; default: as the rest says."""
    client_id: str | None = field(
        default=None,
        metadata={"ask": "Where is the app's consumer key? (env:NAME)", "suggest": "env"},
    )
    """The consumer key of an External Client App; a reference is followed."""
    client_secret: Secret | None = field(
        default=None,
        metadata={
            "ask": 'Where is the app\'s consumer secret? (env:NAME; "none" where it has none)',
            "only_for": ("client_credentials", "login"),
        },
    )
    """The consumer secret: client credentials, or ``login`` where the app asks for it."""
    username: str | None = field(
        default=None,
        metadata={"ask": "User name of the integration user", "only_for": ("jwt",)},
    )
    """JWT: the integration user's user name."""
    private_key: Secret | None = field(
        default=None,
        metadata={
            "ask": "Where is the private key? (file:PATH)",
            "only_for": ("jwt",),
            "suggest": "file:kam.key",
        },
    )
    """JWT: the private key (PEM, RSA of 2,048 bits or more) of the app's certificate."""
    audience: str | None = None
    """JWT: ``login`` or ``test``; default: ``test`` for a sandbox's My Domain."""
    login_port: int = 8484
    """Port of ``http://localhost:PORT/callback``, the app's callback URL; 0: any free one."""
    access_token: Secret | None = None
    """A bearer token from elsewhere; it cannot be renewed."""
    api_version: str = "66.0"
    """The release whose answers we know; older orgs may need an older one."""
    currency: str = "EUR"
    """The org's currency where it has only one: no REST answer states it."""
    connect_timeout_s: float = 10.0
    """How long a connection may take. Our choice: a network that needs longer is down."""
    read_timeout_s: float = 130.0
    """Above Salesforce's own two minutes for a query."""
    attempts: int = 5
    """Tries per request, the first included."""
    bulk_read_from: int = 50_000
    """Records of an object from which a first pull goes through Bulk 2.0. Our choice: below
    25 REST pages the wait for a job costs more than the pages; 0: always."""
    bulk_write_from: int = 2_000
    """Records of an object from which a write goes through Bulk 2.0: Salesforce's own line."""

    def __post_init__(self) -> None:
        """Check what one value, or two together, may be."""
        _check_version(self.api_version)
        _check_sign_in(self)
        _check_numbers(self)
        check_host(self.base_url, endpoint=self.endpoint)

    @property
    def base_url(self) -> str:
        """Where sign-in starts, without a trailing slash."""
        return self.endpoint.rstrip("/") if self.endpoint else base_url(self.domain or "")

    @property
    def sign_in_by(self) -> SignInBy:
        """The way to sign in: the one named, or the only one the settings allow."""
        if self.sign_in:
            return SignInBy(self.sign_in)
        if self.access_token:
            return SignInBy.TOKEN
        return SignInBy.JWT if self.private_key else SignInBy.CLIENT_CREDENTIALS

    @property
    def callback_port(self) -> int:
        """The port that the browser of a login comes back to.

        Raises:
            ConfigError: These settings sign in another way (KAM-1064).
        """
        by = self.sign_in_by
        if by is not SignInBy.LOGIN:
            raise ConfigError(
                f"this connection signs in by {by.value}, without a browser",
                code="KAM-1064",
                hint='say  sign_in = "login"  if a person should sign in instead',
                field="sign_in",
            )
        return self.login_port

    @property
    def audience_url(self) -> str:
        """Whom a JWT is addressed to."""
        sandbox = ".sandbox." in self.base_url
        return _AUDIENCES[self.audience or ("test" if sandbox else "login")]


def _check_version(version: str) -> None:
    match = _VERSION.fullmatch(version)
    if match is None or int(match[1]) < OLDEST:
        raise ConfigError(
            f'api_version "{version}" is unknown or retired',
            code="KAM-1043",
            hint=f'write it as "66.0"; at least "{OLDEST}.0"',
            field="api_version",
        )


def _check_sign_in(settings: SalesforceSettings) -> None:
    _check_word(settings.sign_in, "sign_in", [one.value for one in SignInBy])
    _check_word(settings.audience, "audience", list(_AUDIENCES))
    by = settings.sign_in_by
    wanted = _NEEDS[by]
    allowed = (*wanted, *_MAY.get(by, ()))
    every = {name for names in (*_NEEDS.values(), *_MAY.values()) for name in names}
    lacking = [name for name in wanted if not getattr(settings, name)]
    surplus = sorted(name for name in every if getattr(settings, name) and name not in allowed)
    if lacking or surplus:
        told = f"lacks {', '.join(lacking)}" if lacking else f"has {', '.join(surplus)} besides"
        raise ConfigError(
            f"signing in by {by.value} {told}",
            code="KAM-1044",
            hint=_WAYS,
            field=(surplus or ["client_id"])[0],
        )
    if bool(settings.domain) == bool(settings.endpoint):
        raise ConfigError("give either domain or endpoint", code="KAM-1044", field="domain")


def _check_word(value: str | None, name: str, words: list[str]) -> None:
    if value is not None and value not in words:
        raise ConfigError(
            f'{name} must be one of {", ".join(words)}, got "{value[:40]}"',
            code="KAM-1047",
            field=name,
        )


def _check_numbers(settings: SalesforceSettings) -> None:
    ranges = {
        "connect_timeout_s": (0.1, 120.0),
        "read_timeout_s": (0.1, 600.0),  # Salesforce ends a REST call after ten minutes
        "attempts": (1, 10),
        "bulk_read_from": (0, 10**9),
        "bulk_write_from": (1, 10**9),
        "login_port": (0, 65_535),
    }
    for name, (least, most) in ranges.items():
        value = getattr(settings, name)
        if not least <= value <= most:
            raise ConfigError(
                f"{name} must be from {least} to {most}, got {value}", code="KAM-1047", field=name
            )
