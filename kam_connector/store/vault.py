"""Sign-ins at rest: encrypted, each bound to its own connection.

Every connection has Fernet keys of its own, derived from the installation's keys (HKDF,
RFC 5869) with the connection's name: a row copied to another connection does not open there.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kam_connector.errors import BusyError, ConfigError
from kam_connector.model.settings import Secret
from kam_connector.ports import Clock, Store
from kam_connector.store.faults import storage_error

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

__all__ = ["Vault"]

_KEY_BYTES = 32
"""What Fernet takes: 16 bytes to sign, 16 to encrypt."""
_TURN_S = 300.0
"""Our choice: longer than one answer may take to come, and a crash blocks nobody for long."""
_LOOK_EVERY_S = 0.2


class Vault:
    """``ports.TokenVault`` over a store.

    Args:
        store: Where the sealed text lies.
        connection: Whose it is.
        crm: The adapter's name; another adapter's text does not open either.
        keys: Returns the installation's keys, newest first; asked only when needed.
        clock: Our own time.
    """

    def __init__(
        self,
        store: Store,
        *,
        connection: str,
        crm: str,
        keys: Callable[[], Sequence[Secret]],
        clock: Clock,
    ) -> None:
        self._store = store
        self._connection = connection
        self._bound_to = f"kam-connector sign-in\0{crm}\0{connection}".encode()
        self._keys = keys
        self._clock = clock

    def check(self) -> None:
        """See that there is a key, before anybody is sent to a browser.

        Raises:
            ConfigError: No usable key is configured (KAM-1015).
        """
        self._sealers()

    def load(self) -> Secret | None:
        """Return what was kept; None if nothing was. An old key's text is sealed anew.

        Raises:
            ConfigError: No key is configured (KAM-1015).
            StorageError: It was sealed with another key or for another connection (KAM-6014).
        """
        sealed = self._store.sealed_token(self._connection)
        if sealed is None:
            return None
        from cryptography.fernet import InvalidToken  # noqa: PLC0415  heavy

        newest, every = self._sealers()
        try:
            return Secret(newest.decrypt(sealed).decode())
        except InvalidToken:
            pass
        try:
            text = Secret(every.decrypt(sealed).decode())
        except InvalidToken:
            raise storage_error("KAM-6014", f"connection {self._connection}") from None
        self.save(text)
        return text

    def save(self, text: Secret) -> None:
        """Replace what is kept; it has reached the disk when this returns."""
        sealed = self._sealers()[0].encrypt(text.reveal().encode()).decode("ascii")
        self._store.save_sealed_token(self._connection, sealed)

    def forget(self) -> None:
        """Keep nothing; harmless when nothing was kept."""
        self._store.save_sealed_token(self._connection, None)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other process renews this sign-in, and keep them waiting meanwhile.

        Raises:
            BusyError: Another process does not come to an end.
        """
        name, owner = f"sign-in {self._connection}", str(uuid.uuid4())
        waited = 0.0
        while (lease := self._store.acquire_lease(name, owner, ttl_s=_TURN_S)) is None:
            if waited > _TURN_S:
                raise BusyError(f'another process signs in to "{self._connection}" all the time')
            self._clock.sleep(_LOOK_EVERY_S)
            waited += _LOOK_EVERY_S
        try:
            yield
        finally:
            self._store.release_lease(lease)

    def _sealers(self) -> tuple[MultiFernet, MultiFernet]:
        """Return what seals with the newest key, and what opens with any."""
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415  heavy

        made = [Fernet(base64.urlsafe_b64encode(self._derived(key))) for key in self._keys()]
        return MultiFernet(made[:1]), MultiFernet(made)

    def _derived(self, key: Secret) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415  heavy
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        hkdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=self._bound_to)
        return hkdf.derive(_raw(key))


def _raw(key: Secret) -> bytes:
    """Return a key's 32 bytes; either alphabet of base64 will do.

    Raises:
        ConfigError: It is no such key (KAM-1015).
    """
    text = key.reveal().strip().translate(str.maketrans("-_", "+/"))
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ConfigError(
            "[secrets] names a key that is not 32 bytes in base64.",
            code="KAM-1015",
            hint="Make one:  openssl rand -base64 32",
        )
    return raw
